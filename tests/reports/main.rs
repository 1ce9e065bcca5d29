//! Every report of every world: the same findings in each, the same bytes twice, and files for others to judge.
//!
//! `tests/all` has the files written and judged by the validators that belong to the formats (`tests/reports/validate`).

#![expect(clippy::disallowed_methods, reason = "a test writes its reports where it is told to")]

mod walk;
mod worlds;

use std::path::PathBuf;
use std::{env, fs};

use licentia::report::{Detail, FORMATS, Format, Style};
use licentia::scan::Scan;

/// Everything that a format shows, notes and all, on a fixed day.
fn style() -> Style {
    let dated = Some("2026-11-25T12:00:00Z".parse().expect("a moment"));
    Style { detail: Detail::Full, dated, ..Style::default() }
}

fn written(format: &Format, scan: &Scan) -> String {
    let mut bytes = Vec::new();
    (format.write)(scan, &style(), &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).unwrap_or_else(|_| panic!("{} is no UTF-8", format.name))
}

#[test]
fn there_are_half_a_hundred_worlds_and_each_is_sound() {
    let worlds = worlds::all();
    assert!(worlds.len() >= 50, "{}", worlds.len());
    let mut names: Vec<&str> = worlds.iter().map(|world| world.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), worlds.len(), "a name stands twice");
    for world in &worlds {
        assert!(worlds::is_sound(&world.scan), "{}", world.name);
    }
    let findings = |name: &str| worlds.iter().find(|world| world.name == name).map(|world| world.scan.findings.len());
    assert_eq!(findings("one-allowed"), Some(0));
    assert!(findings("thousands") > Some(1000));
    let waived =
        worlds.iter().flat_map(|world| &world.scan.findings).filter(|finding| finding.waived.is_some()).count();
    let existing = worlds.iter().flat_map(|world| &world.scan.findings).filter(|finding| finding.is_existing).count();
    assert!(waived > 0 && existing > 0, "{waived} {existing}");
}

#[test]
fn every_format_says_the_same_findings() {
    let worlds = worlds::all();
    for format in FORMATS {
        // Thousands are more than some formats may hold; what they leave out is tested beside them.
        for world in worlds.iter().filter(|world| world.name != "thousands") {
            walk::same_findings(format, &written(format, &world.scan), world);
        }
    }
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    for world in worlds::all() {
        for format in FORMATS {
            assert!(written(format, &world.scan) == written(format, &world.scan), "{} of {}", format.name, world.name);
            if let Some(files) = format.files {
                assert!(
                    files(&world.scan, &style()) == files(&world.scan, &style()),
                    "{} of {}",
                    format.name,
                    world.name
                );
            }
        }
    }
}

#[test]
fn nothing_in_a_report_acts_on_a_terminal_or_a_build_log() {
    // A document that is read by a program may hold a tab or a line break; none holds what a terminal obeys.
    let acts = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    for world in worlds::all().iter().filter(|world| world.name.starts_with("hostile")) {
        for format in FORMATS {
            let text = written(format, &world.scan);
            let found = text.chars().find(|character| acts(*character));
            assert_eq!(found, None, "{} of {}", format.name, world.name);
            let is_own = matches!(format.name, "azure" | "github");
            let commands = text.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##vso["));
            assert!(is_own || commands.count() == 0, "{} of {}", format.name, world.name);
        }
    }
}

#[test]
#[ignore = "writes files for the validators; tests/reports/validate runs it"]
fn write_all() {
    let directory = PathBuf::from(env::var_os("LICENTIA_REPORTS").expect("LICENTIA_REPORTS says where to"));
    for world in worlds::all() {
        for format in FORMATS {
            let below = directory.join(format.name);
            if let Some(files) = format.files {
                for file in files(&world.scan, &style()) {
                    let path = below.join(&world.name).join(&file.path);
                    fs::create_dir_all(path.parent().expect("inside")).expect("a directory");
                    fs::write(path, &file.bytes).expect("a file");
                }
            } else {
                fs::create_dir_all(&below).expect("a directory");
                let path = below.join(format!("{}.{}", world.name, format.extension));
                fs::write(path, written(format, &world.scan)).expect("a file");
            }
        }
    }
}
