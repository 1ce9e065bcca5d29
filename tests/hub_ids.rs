//! Repositories of the Hub by name, from a local cache and without a network.

#![expect(clippy::disallowed_methods, reason = "a test makes its own cache and starts the program beside it")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const MAIN: &str = "89abcdef0123456789abcdef0123456789abcdef";
const OLD: &str = "0123456789abcdef0123456789abcdef01234567";

/// A home with a cache of one model (now under MIT, at `v1` for research only) and one dataset.
fn home() -> TempDir {
    let home = TempDir::new().expect("a temporary directory");
    let hub = home.path().join(".cache/huggingface/hub");
    let put = |folder: &str, commit: &str, license: &str| {
        let snapshot = hub.join(folder).join("snapshots").join(commit);
        fs::create_dir_all(&snapshot).expect("a directory");
        fs::write(snapshot.join("README.md"), format!("---\nlicense: {license}\n---\n# A model\n")).expect("a file");
        fs::write(snapshot.join("config.json"), "{\"model_type\": \"bert\"}\n").expect("a file");
        fs::create_dir_all(hub.join(folder).join("refs")).expect("a directory");
    };
    put("models--acme--tiny", MAIN, "mit");
    put("models--acme--tiny", OLD, "cc-by-nc-4.0");
    put("datasets--acme--corpus", MAIN, "cc-by-4.0");
    for (folder, name, commit) in [
        ("models--acme--tiny", "main", MAIN),
        ("models--acme--tiny", "v1", OLD),
        ("datasets--acme--corpus", "main", MAIN),
    ] {
        fs::write(hub.join(folder).join("refs").join(name), commit).expect("a file");
    }
    fs::create_dir_all(home.path().join("project/.git")).expect("a directory");
    home
}

fn run(home: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
    command.args(arguments).current_dir(home.join("project")).env("HOME", home).env("NO_COLOR", "1");
    command.env("HF_HUB_OFFLINE", "1");
    for name in ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    let output = command.output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_cached_model_is_judged_by_its_name_in_every_spelling() {
    let home = home();
    let commit = format!("acme/tiny@{MAIN}");
    for target in ["acme/tiny", "hf:acme/tiny", "https://huggingface.co/acme/tiny", "acme/tiny@main", &commit] {
        let (status, report, error) = run(home.path(), &["check", target, "-o", "json"]);
        assert_eq!((status, error.as_str()), (Some(0), ""), "{target}: {report}");
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(report["subjects"][0]["declared"], "MIT", "{report:#}");
        assert!(report.to_string().contains(MAIN), "{report:#}");
    }
    let (status, _, error) = run(home.path(), &["scan", "hf:datasets/acme/corpus"]);
    assert_eq!((status, error.as_str()), (Some(0), ""));
}

#[test]
fn a_revision_is_judged_as_that_revision() {
    let home = home();
    for target in ["acme/tiny@v1", "hf:acme/tiny@v1", "https://huggingface.co/acme/tiny/tree/v1"] {
        let (status, report, _) = run(home.path(), &["check", target]);
        assert_eq!(status, Some(1), "{report}");
        assert!(report.contains("error[non-commercial]"), "{report}");
    }
}

#[test]
fn what_is_not_in_the_cache_keeps_nothing_else_from_being_judged_and_never_passes() {
    let home = home();
    let (status, report, error) = run(home.path(), &["check", "acme/small@v2", "acme/tiny"]);
    assert_eq!((status, error.as_str()), (Some(4), ""), "{report}");
    assert!(report.contains("weights MIT"), "{report}");
    let words = report.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("run `hf download acme/small --revision v2`"), "{report}");
    // A model that says no says it louder than one that is missing.
    assert_eq!(run(home.path(), &["check", "acme/small", "acme/tiny@v1"]).0, Some(1));
    assert_eq!(run(home.path(), &["check", "acme/tiny@v3"]).0, Some(4));
}

#[test]
fn a_path_is_a_path_until_the_cache_holds_its_name() {
    let home = home();
    let write = |path: &str| {
        let path = home.path().join("project").join(path);
        fs::create_dir_all(&path).expect("a directory");
        fs::write(path.join("README.md"), "---\nlicense: mit\n---\n").expect("a file");
    };
    write("acme/other");
    let (status, report, _) = run(home.path(), &["check", "acme/other"]);
    assert_eq!(status, Some(0), "{report}");
    // Beside that directory the cached repository is still found, and a slip is no repository.
    assert_eq!(run(home.path(), &["check", "acme/tiny"]).0, Some(0));
    let (status, _, error) = run(home.path(), &["check", "acme/othre"]);
    assert_eq!(status, Some(4));
    assert!(error.contains("write hf:acme/othre"), "{error}");

    write("acme/tiny");
    let (status, report, error) = run(home.path(), &["check", "acme/tiny"]);
    assert_eq!((status, report.as_str()), (Some(2), ""), "{error}");
    assert!(error.contains("write ./acme/tiny for the path, hf:acme/tiny for the repository"), "{error}");
    assert_eq!(run(home.path(), &["check", "./acme/tiny"]).0, Some(0));
    assert_eq!(run(home.path(), &["check", "hf:acme/tiny@v1"]).0, Some(1));
}

#[test]
fn the_variables_of_the_hub_say_where_the_cache_is() {
    let home = home();
    let hub = home.path().join(".cache/huggingface/hub");
    let elsewhere = TempDir::new().expect("a temporary directory");
    let run = |variable: &str, value: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
        command.args(["check", "acme/tiny", "-q"]).current_dir(elsewhere.path()).env("HOME", elsewhere.path());
        command.env("HF_HUB_OFFLINE", "1");
        for name in ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        command.env(variable, value).output().expect("the program starts").status.code()
    };
    assert_eq!(run("HF_HUB_CACHE", &hub), Some(0));
    assert_eq!(run("HF_HOME", &home.path().join(".cache/huggingface")), Some(0));
    assert_eq!(run("XDG_CACHE_HOME", &home.path().join(".cache")), Some(0));
    assert_eq!(run("UNRELATED", &hub), Some(4));
}

#[test]
fn a_whole_cache_is_every_state_of_every_repository_in_it() {
    let home = home();
    let (status, report, error) = run(home.path(), &["check", "--hub-cache", "-o", "json"]);
    assert_eq!(status, Some(1), "the old state is for research only: {error}");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let targets: Vec<_> = report["sources"].as_array().expect("a list").iter().map(|row| &row["target"]).collect();
    let old = format!("hf:acme/tiny@{OLD}");
    assert_eq!(targets, ["hf:acme/tiny", old.as_str(), "hf:datasets/acme/corpus"]);
    let cache = home.path().join(".cache/huggingface/hub").display().to_string();
    let named = format!("--hub-cache={cache}");
    assert_eq!(run(home.path(), &["scan", &named]).0, Some(0));
    let (status, _, error) = run(home.path(), &["check", "--hub-cache=/nowhere"]);
    assert_eq!(status, Some(2));
    assert!(error.contains("/nowhere"), "{error}");
}

#[test]
fn a_snapshot_without_its_card_is_a_part_unless_the_hub_has_none() {
    let home = home();
    let folder = home.path().join(".cache/huggingface/hub/models--acme--tiny");
    fs::remove_file(folder.join("snapshots").join(MAIN).join("README.md")).expect("it was there");
    let (status, report, _) = run(home.path(), &["check", "acme/tiny"]);
    assert_eq!(status, Some(4), "the licence may stand in the card: {report}");
    assert!(report.contains("the cache holds a part of acme/tiny, and not its card"), "{report}");
    assert!(report.contains("incomplete"), "{report}");
    let noted = folder.join(".no_exist").join(MAIN);
    fs::create_dir_all(&noted).expect("a directory");
    fs::write(noted.join("README.md"), "").expect("a file");
    let (status, report, _) = run(home.path(), &["check", "acme/tiny"]);
    assert_eq!(status, Some(1), "{report}");
    assert!(!report.contains("a part of"), "{report}");
}
