//! One licence in every form in which it is read means the same, at the right place; and a restriction in it is seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use licentia::gap::{Gap, GapKind};
use licentia::license::{Classification, Outcome};
use licentia::policy::{Policy, Preset};
use licentia::run;
use licentia::source::SourceTree;
use licentia::source::memory::MemoryTree;

const RESTRICTION: &str = "The Software may not be used for any commercial purpose.";

fn licence(id: &str) -> &'static str {
    license_db::license(id).and_then(license_db::License::text).expect("the database has its text")
}

/// A licence with a restriction before its last paragraph, and the line on which that stands, from 1.
fn restricted() -> (String, u32) {
    let text = licence("MIT").trim_end();
    let at = text.rfind("\n\n").expect("it has paragraphs") + 2;
    let line = text[..at].matches('\n').count() + 1;
    (format!("{}{RESTRICTION}\n\n{}", &text[..at], &text[at..]), u32::try_from(line).expect("a small number"))
}

/// A paragraph for each line, one line of the file each.
fn rtf(text: &str) -> Vec<u8> {
    let mut out =
        String::from("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times New Roman;}}{\\*\\generator test;}\\f0\\fs24\n");
    for line in text.lines() {
        for character in line.chars() {
            match character {
                '\\' | '{' | '}' => out.extend(['\\', character]),
                '"' => out.push_str("\\ldblquote "),
                ' '..='~' => out.push(character),
                _ => write!(out, "\\u{}?", u32::from(character)).expect("a string takes it"),
            }
        }
        out.push_str("\\par\n");
    }
    (out + "}").into_bytes()
}

fn json(text: &str) -> Vec<u8> {
    let value = serde_json::json!({ "name": "a licence", "text": text });
    serde_json::to_vec_pretty(&value).expect("it is JSON")
}

fn notebook(text: &str) -> Vec<u8> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let value = serde_json::json!({ "cells": [{ "cell_type": "markdown", "source": lines }], "nbformat": 4 });
    serde_json::to_vec_pretty(&value).expect("it is JSON")
}

fn html(text: &str) -> Vec<u8> {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let body = text.lines().fold(String::new(), |body, line| body + line + "<br>\n");
    format!("<!DOCTYPE html><html>\n<body class=\"a\">\n{body}</body></html>\n").into_bytes()
}

/// One page for every forty lines, each with its number at the foot.
fn pdf(text: &str) -> Vec<u8> {
    let lines: Vec<&str> = text.lines().collect();
    let pages: Vec<&[&str]> = lines.chunks(40).collect();
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut out = format!(
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[{}]/Resources<</Font<</F 3 0 \
         R>>>>>> endobj\n3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>> endobj\n",
        kids.join(" ")
    );
    for (number, page) in pages.iter().enumerate() {
        let mut content = String::from("BT /F 11 Tf 13 TL 72 760 Td ");
        for line in page.iter().copied().chain([(number + 1).to_string().as_str()]) {
            let line = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            content += &["(", &line, ") Tj T* "].concat();
        }
        content.push_str("ET");
        let (page, stream) = (4 + 2 * number, 5 + 2 * number);
        let length = content.len();
        write!(
            out,
            "{page} 0 obj <</Type/Page/Contents {stream} 0 R>> endobj {stream} 0 obj <</Length {length}>> stream
\
             {content}
endstream endobj
"
        )
        .expect("a string takes it");
    }
    (out + "trailer <</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

/// File name, how it is written, and the line of the file at which line `n` of the text stands.
type Form = (&'static str, fn(&str) -> Vec<u8>, fn(u32) -> u32);

const FORMS: [Form; 7] = [
    ("LICENSE", |text| text.as_bytes().to_vec(), |line| line),
    ("LICENSE.rtf", rtf, |line| line + 1),
    ("LICENSE.html", html, |line| line + 2),
    ("license.json", json, |_| 3),
    ("LICENSE.ipynb", notebook, |line| line + 5),
    ("LICENSE.pdf", pdf, |line| line),
    ("-", rtf, |line| line + 1),
];

fn classified(path: &str, bytes: &[u8]) -> (Classification, Vec<Gap>) {
    run::classify_file(path, bytes)
}

#[test]
fn a_licence_is_the_same_in_every_form() {
    for id in ["MIT", "BSD-3-Clause", "Apache-2.0"] {
        for (path, write, _) in FORMS {
            let (found, gaps) = classified(path, &write(licence(id)));
            let expression = found.expression.as_ref().map(ToString::to_string);
            assert_eq!((expression.as_deref(), found.outcome), (Some(id), Outcome::Exact), "{path} {found:?}");
            assert!(gaps.is_empty(), "{path} {gaps:?}");
        }
    }
}

#[test]
fn a_restriction_is_seen_in_every_form_and_on_its_line() {
    let (text, line) = restricted();
    for (path, write, line_of) in FORMS {
        let (found, _) = classified(path, &write(&text));
        assert!(found.outcome >= Outcome::Modified, "{path} {found:?}");
        let wanted = line_of(line);
        let is_named = |(first, last): &(u32, u32)| (*first..=*last).contains(&wanted);
        let added: Vec<_> = found.matches.iter().flat_map(|one| one.added.clone()).collect();
        assert!(added.iter().any(is_named), "{path}: {added:?} and not line {wanted}");
    }
}

#[test]
fn the_bytes_of_a_passage_are_those_of_the_file() {
    for (path, write, line_of) in FORMS.into_iter().filter(|(path, ..)| *path != "LICENSE.pdf") {
        let file = write(licence("MIT"));
        let (found, _) = classified(path, &file);
        let passage = found.matches.iter().max_by_key(|one| one.bytes.1 - one.bytes.0).expect("a passage");
        let words = String::from_utf8_lossy(&file[passage.bytes.0..passage.bytes.1]).into_owned();
        assert!(words.contains("Permission is hereby") && words.ends_with("SOFTWARE"), "{path}: {words}");
        let first = file[..passage.bytes.0].split(|byte| *byte == b'\n').count();
        assert_eq!(usize::try_from(passage.lines.0), Ok(first), "{path}");
        assert!(passage.lines.1 <= line_of(u32::try_from(licence("MIT").lines().count()).expect("small")), "{path}");
    }
}

#[test]
fn a_pdf_says_that_its_lines_are_those_of_its_text() {
    let (found, _) = classified("LICENSE.pdf", &pdf(licence("Apache-2.0")));
    assert!(found.notes.iter().any(|note| note.contains("page 2 from line 41")), "{:?}", found.notes);
}

#[test]
fn a_label_in_json_keeps_its_line_beside_a_text() {
    let value = format!(
        "{{\n\"scripts\": \"a\\nb\\nc\",\n\"license\": \"MIT\",\n\"x\": {}\n}}",
        serde_json::json!(licence("ISC"))
    );
    let (found, _) = classified("package.json", value.as_bytes());
    let lines: BTreeMap<String, (u32, u32)> =
        found.matches.iter().map(|one| (one.expression.to_string(), one.lines)).collect();
    assert_eq!(lines.get("MIT"), Some(&(3, 3)), "{found:?}");
    assert_eq!(lines.get("ISC"), Some(&(4, 4)), "{found:?}");
}

#[test]
fn a_scan_is_a_gap_that_names_the_file_and_the_remedy() {
    let picture = b"%PDF-1.4\n1 0 obj <</Pages 2 0 R>> endobj 2 0 obj <</Kids[3 0 R]>> endobj 3 0 obj <</Contents 4 0 R/Resources\
        <</XObject<</P 5 0 R>>>>>> endobj 4 0 obj <<>> stream\n/P Do\nendstream endobj 5 0 obj <</Subtype/Image>> stream\nx\n\
        endstream endobj trailer <</Root 1 0 R>>";
    for path in ["LICENSE.pdf", "scan.pdf", "-"] {
        let (found, gaps) = classified(path, picture);
        assert_eq!(found.outcome, Outcome::None, "{path}");
        let [gap] = gaps.as_slice() else { panic!("{path}: {gaps:?}") };
        assert_eq!(gap.kind, GapKind::Unsupported);
        assert!(gap.detail.contains(&format!("`{path}`")) && gap.detail.contains("plain text file"), "{}", gap.detail);
    }
}

#[test]
fn a_check_judges_the_licence_in_a_pdf() {
    let verdict = |license: Vec<u8>| {
        let files = [("LICENSE.pdf", license), ("model.safetensors", b"\x02\0\0\0\0\0\0\0{}".to_vec())];
        let tree: Box<dyn SourceTree> = Box::new(MemoryTree::new("model", files));
        let policy = Policy::preset(Preset::Commercial);
        let scan = run::check(&[tree], &policy, &|_| ());
        let names: Vec<&str> = scan.findings.iter().map(|finding| finding.name).collect();
        (scan.gaps.len(), names.contains(&"modified-license"))
    };
    assert_eq!(verdict(pdf(licence("MIT"))), (0, false));
    assert_eq!(verdict(pdf(&restricted().0)), (0, true));
}
