//! What every tool is given: made from the SPDX texts and from code written for this purpose, or read from a directory.

use std::path::Path;

/// A file, and the licence it holds; `None` where it holds none.
pub(crate) struct Input {
    /// The name that licentia is told; its peers take no name.
    pub(crate) path: &'static str,
    pub(crate) text: String,
    pub(crate) license: Option<&'static str>,
}

/// SPDX licences with a text, each `step`th.
fn licenses(step: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_list = license_db::licenses()
        .iter()
        .filter(|license| license.is_spdx() && !license.is_deprecated && license.kind == license_db::Kind::License);
    of_list.filter_map(|license| Some((license.id, license.text()?))).step_by(step)
}

/// Every licence text that the peers' stores are made of.
pub(crate) fn references() -> Vec<(&'static str, &'static str)> {
    licenses(1).collect()
}

/// Texts wrapped otherwise and under a copyright line: the same licences.
pub(crate) fn texts(step: usize) -> Vec<Input> {
    let wrapped = |(id, text)| Input { path: "LICENSE", text: wrapped(text), license: Some(id) };
    licenses(step).map(wrapped).collect()
}

/// The same with a restriction at the end: no longer these licences.
pub(crate) fn restricted(step: usize) -> Vec<Input> {
    let clause = "You may not operate the Software for more than ten persons at once without paying for it.";
    let add = |input: Input| Input { text: format!("{}\n\n{clause}\n", input.text), ..input };
    texts(step).into_iter().map(add).collect()
}

fn wrapped(text: &str) -> String {
    let mut out = String::from("Copyright (c) 2024 The Lumen Project Contributors\n\n");
    for paragraph in text.split("\n\n") {
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            if column + word.len() > 70 {
                out.push('\n');
                column = 0;
            }
            out.push_str(word);
            out.push(' ');
            column += word.len() + 1;
        }
        out.push_str("\n\n");
    }
    out
}

/// Source files without a licence: those below a directory, as many as a few megabytes, or some made here.
pub(crate) fn code(directory: Option<&Path>) -> Result<Vec<Input>, String> {
    const MOST_BYTES: usize = 4 << 20;
    let Some(directory) = directory else {
        return Ok((0..24).map(|file| Input { path: "module.py", text: module(file), license: None }).collect());
    };
    let mut folders = vec![directory.to_owned()];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        let listed = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in listed.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && entry.path().extension().is_some_and(|end| end == "py") => {
                    paths.push(entry.path());
                }
                _ => {}
            }
        }
    }
    paths.sort();
    let mut inputs = Vec::new();
    let mut bytes = 0;
    // The licence-free path is meant: what speaks of licences at all is left out.
    let texts = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    for text in texts.filter(|text| !["icen", "opyright"].iter().any(|word| text.contains(word))) {
        bytes += text.len();
        inputs.push(Input { path: "module.py", text, license: None });
        if bytes > MOST_BYTES {
            break;
        }
    }
    Ok(inputs)
}

fn module(file: usize) -> String {
    let function = |at: usize| {
        let (step, scale) = ((at + file) % 7 + 1, (at * 3 + file) % 11 + 2);
        format!(
            "def tile_{file}_{at}(heights, level={at}):\n    \"\"\"Contours of one tile, from its south-west corner.\"\"\"\n    \
             lines = []\n    for row in range({file}, len(heights) - 1):\n        for column in range(len(heights[row]) - 1):\n            \
             corner = heights[row][column] - level * {step}\n            if corner * heights[row + 1][column] < 0:\n                \
             lines.append((row, column, corner / {scale}))\n    return lines\n\n\n"
        )
    };
    (0..30).map(function).collect()
}
