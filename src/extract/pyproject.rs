//! `pyproject.toml`: the licence of the Python code in a directory.
//!
//! `project.license` is an SPDX expression (PEP 639) or a table with `text` or `file` (PEP 621); `license-files` are
//! globs; Poetry and Flit have tables of their own.

use super::toml_file::{self, Value};
use super::{Extractor, File, Interest, Out, Progress, field, role};
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::{Role, Scope};

/// Reads Python project files.
pub(crate) struct Pyproject;

impl Extractor for Pyproject {
    fn name(&self) -> &'static str {
        "pyproject"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match entry.name() {
            "pyproject.toml" => Interest::Whole { most: toml_file::MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let scope = role(file.directory(), Role::Code);
        toml_file::table(file, out, |root, out| {
            if let Some(project) = root.get("project") {
                license(project, &scope, out);
                license_files(project, &scope, out);
                classifiers(project, "project.classifiers", &scope, out);
            }
            for (path, prefix) in
                [(["tool", "poetry"].as_slice(), "tool.poetry"), (&["tool", "flit", "metadata"], "tool.flit.metadata")]
            {
                let Some(tool) = root.at(path) else {
                    continue;
                };
                if let Some((value, text)) = tool.get("license").and_then(|value| Some((value, value.as_str()?))) {
                    field::license(out, scope.clone(), value.place(&format!("{prefix}.license")), text);
                }
                classifiers(tool, &format!("{prefix}.classifiers"), &scope, out);
            }
        });
        Progress::Done
    }
}

fn license(project: Value<'_>, scope: &Scope, out: &mut Out) {
    const KEY: &str = "project.license";
    let Some(value) = project.get("license") else {
        return;
    };
    if let Some(text) = value.as_str() {
        field::expression(out, scope.clone(), value.place(KEY), text);
        return;
    }
    let text = value.get("text").and_then(|value| Some((value, value.as_str()?)));
    let file = value.get("file").and_then(|value| Some((value, value.as_str()?)));
    if let Some((value, text)) = text {
        field::license(out, scope.clone(), value.place("project.license.text"), text);
    }
    if let Some((value, path)) = file {
        field::license_link(out, scope.clone(), value.place("project.license.file"), path);
    }
    if text.is_none() && file.is_none() {
        let detail = "`project.license` names neither an expression nor a text nor a file: write an SPDX expression";
        out.gap(GapKind::Malformed, value.place(KEY), detail);
    }
}

/// A list of globs; a draft of PEP 639 had a table of `paths` and `globs`.
fn license_files(project: Value<'_>, scope: &Scope, out: &mut Out) {
    let Some(files) = project.get("license-files") else {
        return;
    };
    let lists = if files.is_table() { vec![files.get("paths"), files.get("globs")] } else { vec![Some(files)] };
    for (value, glob) in lists.into_iter().flatten().flat_map(|list| list.strings()) {
        field::license_link(out, scope.clone(), value.place("project.license-files"), glob);
    }
}

fn classifiers(table: Value<'_>, key: &str, scope: &Scope, out: &mut Out) {
    for (value, text) in table.get("classifiers").map(|list| list.strings()).unwrap_or_default() {
        if is_license_classifier(text) {
            field::license(out, scope.clone(), value.place(key), text);
        }
    }
}

/// `License :: OSI Approved :: …` of <https://pypi.org/classifiers/>.
pub(crate) fn is_license_classifier(text: &str) -> bool {
    text.trim_start().starts_with("License ::")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&Pyproject, "pyproject.toml", text.as_bytes()))
    }

    #[test]
    fn an_expression_with_its_files_is_quoted() {
        let text = "[project]\nname = 'x'\nlicense = \"MIT AND (Apache-2.0 OR BSD-2-Clause)\"\n\
                    license-files = [\"LICEN[CS]E*\",\n  \"vendored/*.txt\"]\n";
        assert_eq!(
            said(text),
            [
                "expression MIT AND (Apache-2.0 OR BSD-2-Clause) [project.license:3] code",
                "link LICEN[CS]E* [project.license-files:4] code",
                "link vendored/*.txt [project.license-files:5] code",
            ]
        );
        assert!(wants(&Pyproject, "a/pyproject.toml") && !wants(&Pyproject, "poetry.toml"));
    }

    #[test]
    fn the_tables_of_older_files_are_read() {
        assert_eq!(
            said("[project]\nlicense = {text = 'MIT License'}\n"),
            ["license MIT License [project.license.text:2] code"]
        );
        assert_eq!(said("[project.license]\nfile = 'LICENSE'\n"), ["link LICENSE [project.license.file:2] code"]);
        assert_eq!(said("[project]\nlicense-files = {globs = ['L*'], paths = ['P']}\n").len(), 2);
        let prose = format!("[project]\nlicense = {{text = '''{}'''}}\n", "word\n".repeat(10));
        assert!(said(&prose)[0].starts_with("field of"));
        assert_eq!(said("[tool.poetry]\nlicense = 'MIT'\n"), ["license MIT [tool.poetry.license:2] code"]);
        assert_eq!(said("[tool.flit.metadata]\nlicense = 'MIT'\n").len(), 1);
    }

    #[test]
    fn classifiers_of_licences_go_as_they_stand() {
        let text = "[project]\nclassifiers = [\n 'Topic :: X',\n 'License :: OSI Approved :: MIT License',\n]\n";
        assert_eq!(said(text), ["license License :: OSI Approved :: MIT License [project.classifiers:4] code"]);
    }

    #[test]
    fn a_licence_of_another_shape_is_a_gap() {
        for text in ["[project]\nlicense = 1\n", "[project]\nlicense = {}\n", "[project]\nlicense = \n"] {
            assert_eq!(gaps(&Pyproject, "pyproject.toml", text.as_bytes()), [GapKind::Malformed], "{text}");
        }
        assert_eq!(gaps(&Pyproject, "pyproject.toml", b"[project]\ndynamic = ['license']\n"), []);
    }
}
