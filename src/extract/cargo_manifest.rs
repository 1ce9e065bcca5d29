//! `Cargo.toml`: the licence of the Rust code in a directory.
//!
//! <https://doc.rust-lang.org/cargo/reference/manifest.html#the-license-and-license-file-fields>: an SPDX expression
//! (older crates write `/` for OR), or a file. A member that says `license.workspace = true` adds nothing: the root's
//! statement is about everything below it.

use super::toml_file::{self, Value};
use super::{Extractor, File, Interest, Out, Progress, field, role};
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::Role;

/// Reads Cargo manifests.
pub(crate) struct CargoManifest;

impl Extractor for CargoManifest {
    fn name(&self) -> &'static str {
        "cargo-manifest"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match entry.name() {
            "Cargo.toml" => Interest::Whole { most: toml_file::MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        toml_file::table(file, out, |root, out| {
            for (path, prefix) in [(&["package"][..], "package"), (&["workspace", "package"], "workspace.package")] {
                if let Some(package) = root.at(path) {
                    state(package, prefix, file.directory(), out);
                }
            }
        });
        Progress::Done
    }
}

fn state(package: Value<'_>, prefix: &str, directory: &str, out: &mut Out) {
    for key in ["license", "license-file"] {
        let Some(value) = package.get(key) else {
            continue;
        };
        let place = value.place(&format!("{prefix}.{key}"));
        let scope = role(directory, Role::Code);
        match (key, value.as_str()) {
            ("license", Some(text)) => field::expression(out, scope, place, text),
            (_, Some(path)) => field::license_link(out, scope, place, path),
            (_, None) if value.get("workspace").is_some() => {}
            (_, None) => {
                let detail = format!("{} is no text: write an SPDX expression or a path", field::quoted(key));
                out.gap(GapKind::Malformed, place, detail);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&CargoManifest, "rs/Cargo.toml", text.as_bytes()))
    }

    #[test]
    fn an_expression_and_a_file_are_quoted() {
        assert_eq!(
            said("[package]\nname = \"x\"\nlicense = \"MIT/Apache-2.0\"\nlicense-file = \"LICENSE\"\n"),
            ["expression MIT/Apache-2.0 [package.license:3] code rs", "link LICENSE [package.license-file:4] code rs"]
        );
        assert!(wants(&CargoManifest, "a/Cargo.toml") && !wants(&CargoManifest, "cargo.lock"));
    }

    #[test]
    fn what_a_workspace_says_stands_in_its_root() {
        let text = "[package]\nlicense.workspace = true\nlicense-file = {workspace = true}\n";
        assert!(said(text).is_empty());
        assert_eq!(gaps(&CargoManifest, "Cargo.toml", text.as_bytes()), []);
        let root = "[workspace.package]\nlicense = 'Apache-2.0'\n";
        assert_eq!(said(root), ["expression Apache-2.0 [workspace.package.license:2] code rs"]);
    }

    #[test]
    fn what_is_no_text_is_a_gap() {
        assert_eq!(gaps(&CargoManifest, "Cargo.toml", b"[package]\nlicense = 1\n"), [GapKind::Malformed]);
        assert_eq!(gaps(&CargoManifest, "Cargo.toml", b"[package\nlicense = 'MIT'\n").len(), 1);
    }
}
