//! The three classifiers behind one question: what does this text name?

use licentia::license::{MODIFIED_PREFIX, Outcome};

/// What a tool says about a text.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The licence it names, changed or not.
    pub(crate) license: Option<String>,
    /// It says that this is the licence, without reserve.
    pub(crate) is_clean: bool,
}

pub(crate) trait Tool {
    fn name(&self) -> &'static str;
    fn classify(&self, path: &str, text: &str) -> Answer;
}

/// licentia, through the function behind `licentia classify`.
pub(crate) struct Licentia;

impl Tool for Licentia {
    fn name(&self) -> &'static str {
        "licentia"
    }

    fn classify(&self, path: &str, text: &str) -> Answer {
        licentia_once(path, text)
    }
}

// Each has a frame of its own, which callgrind can be told to count.
#[inline(never)]
fn licentia_once(path: &str, text: &str) -> Answer {
    let (found, _) = licentia::run::classify_file(path, text.as_bytes());
    let license = found
        .matches
        .iter()
        .flat_map(|one| one.expression.atoms())
        .next()
        .map(|atom| atom.license.strip_prefix(MODIFIED_PREFIX).unwrap_or(&atom.license).to_owned());
    Answer { license, is_clean: found.outcome == Outcome::Exact }
}

/// The confidence that askalono's own command line asks for.
const CONFIDENCE: f32 = 0.8;

/// askalono with a store of the same SPDX texts; `optimize` looks for texts inside the file as well.
pub(crate) struct Askalono {
    store: askalono::Store,
    optimize: bool,
}

impl Askalono {
    pub(crate) fn new(texts: &[(&str, &str)], optimize: bool) -> Self {
        let mut store = askalono::Store::new();
        for (id, text) in texts {
            store.add_license((*id).to_owned(), (*text).into());
        }
        Self { store, optimize }
    }
}

impl Tool for Askalono {
    fn name(&self) -> &'static str {
        if self.optimize { "askalono, optimize" } else { "askalono" }
    }

    fn classify(&self, _: &str, text: &str) -> Answer {
        askalono_once(self, text)
    }
}

#[inline(never)]
fn askalono_once(tool: &Askalono, text: &str) -> Answer {
    let strategy = askalono::ScanStrategy::new(&tool.store).confidence_threshold(CONFIDENCE).optimize(tool.optimize);
    let Ok(found) = strategy.scan(&text.into()) else { return Answer::default() };
    let contained = found.containing.first().map(|one| one.license.name.to_owned());
    let license = found.license.map(|license| license.name.to_owned()).or(contained);
    Answer { is_clean: license.is_some(), license }
}

/// The detection of the `spdx` crate with a store of the same SPDX texts.
pub(crate) struct Spdx {
    store: spdx::detection::Store,
    optimize: bool,
}

impl Spdx {
    pub(crate) fn new(texts: &[(&str, &str)], optimize: bool) -> Self {
        let mut store = spdx::detection::Store::new();
        for (id, text) in texts {
            store.add_license((*id).to_owned(), (*text).into());
        }
        Self { store, optimize }
    }
}

impl Tool for Spdx {
    fn name(&self) -> &'static str {
        if self.optimize { "spdx, optimize" } else { "spdx" }
    }

    fn classify(&self, _: &str, text: &str) -> Answer {
        spdx_once(self, text)
    }
}

#[inline(never)]
fn spdx_once(tool: &Spdx, text: &str) -> Answer {
    let scanner =
        spdx::detection::scan::Scanner::new(&tool.store).confidence_threshold(CONFIDENCE).optimize(tool.optimize);
    let found = scanner.scan(&text.into());
    let contained = found.containing.first().map(|one| one.license.name.to_owned());
    let license = found.license.map(|license| license.name.to_owned()).or(contained);
    Answer { is_clean: license.is_some(), license }
}
