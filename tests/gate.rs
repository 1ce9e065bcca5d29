//! The gate from the shell: each exit status, waivers, the baseline, the lock, and a project that names its models.

#![expect(
    clippy::disallowed_methods,
    reason = "these tests use the program as its users do, in directories of their own"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const NON_COMMERCIAL: &str = "---\nlicense: cc-by-nc-4.0\n---\n# A model\n";
const PERMISSIVE: &str = "---\nlicense: mit\n---\n# A model\n";

/// A project with files, below the root of a version-controlled tree of its own.
fn project(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join(".git")).expect("a root");
    for (path, content) in files {
        write(directory.path(), path, content);
    }
    directory
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, content).expect("a file");
}

fn licentia(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_licentia"))
        .args(arguments)
        .current_dir(root)
        .env("SOURCE_DATE_EPOCH", "1795564800") // 2026-11-25
        .env("HF_HUB_OFFLINE", "1")
        .env_remove("LICENTIA_POLICY")
        .output()
        .expect("the program runs")
}

fn status(root: &Path, arguments: &[&str]) -> i32 {
    let output = licentia(root, arguments);
    output.status.code().unwrap_or_else(|| panic!("{arguments:?} was stopped: {output:?}"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn each_exit_status_is_reached() {
    let project = project(&[("nc/README.md", NON_COMMERCIAL), ("mit/README.md", PERMISSIVE), ("bad.toml", "x = 1\n")]);
    let root = project.path();
    fs::create_dir(root.join("empty")).expect("a directory");
    assert_eq!(status(root, &["check", "mit"]), 0);
    assert_eq!(status(root, &["check", "nc"]), 1);
    assert_eq!(status(root, &["check", "--no-such-flag"]), 2);
    assert_eq!(status(root, &["check", "nowhere"]), 4, "a target that is not there");
    assert_eq!(status(root, &["check", "mit", "--policy", "bad.toml"]), 3);
    assert_eq!(status(root, &["check", "empty"]), 4, "nothing to scan");
    assert_eq!(status(root, &["check", "mit", "--locked"]), 5);
    assert_eq!(status(root, &["check", "nc", "empty"]), 1, "1 wins over 4");
}

#[test]
fn each_level_fails_where_it_is_asked_to() {
    let project = project(&[("mit/README.md", PERMISSIVE), ("nc/README.md", NON_COMMERCIAL)]);
    let root = project.path();
    // A label without a text is a warning, a ban an error, and what research permits a note.
    let at = |target: &str, level: &str, more: &[&str]| {
        let mut arguments = vec!["check", target, "--fail-on", level];
        arguments.extend(more);
        status(root, &arguments)
    };
    let noted = ["--preset", "research", "--set", "licenses.tag-only=allow"];
    assert_eq!([at("nc", "note", &noted), at("nc", "warning", &noted), at("nc", "error", &noted)], [1, 0, 0]);
    assert_eq!([at("mit", "note", &[]), at("mit", "warning", &[]), at("mit", "error", &[])], [1, 1, 0]);
    assert_eq!([at("nc", "note", &[]), at("nc", "error", &[]), at("nc", "never", &[])], [1, 1, 0]);
    assert_eq!(status(root, &["check", "nc", "--exit-zero"]), 0);
    assert_eq!(status(root, &["check", "nc", "--exit-zero", "--policy", "nowhere.toml"]), 3, "a mistake is no report");
}

#[test]
fn a_waiver_written_by_the_command_opens_the_gate_until_its_end() {
    let policy = "# ours\n[licenses]\ntag-only = \"allow\" # labels are fine\n";
    let project = project(&[("models/nc/README.md", NON_COMMERCIAL), ("licentia.toml", policy)]);
    let root = project.path();
    assert_eq!(status(root, &["check", "models/nc"]), 1);
    let bare = ["waive", "non-commercial", "models/nc", "--reason", "internal labelling only"];
    let refused = licentia(root, &bare);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("[[waive]] has no approver"), "{}", said(&refused));
    assert_eq!(fs::read_to_string(root.join("licentia.toml")).expect("it is there"), policy, "nothing was written");
    let mut whole = bare.to_vec();
    whole.extend(["--approver", "legal@acme.example", "--expires", "2027-02-01", "--license", "CC-BY-NC-4.0"]);
    let written = licentia(root, &whole);
    assert_eq!(written.status.code(), Some(0), "{}", said(&written));
    let text = fs::read_to_string(root.join("licentia.toml")).expect("it is there");
    assert!(text.starts_with(policy) && text.contains("created = 2026-11-25"), "{text}");
    let accepted = licentia(root, &["check", "models/nc"]);
    assert_eq!(accepted.status.code(), Some(0), "{}", said(&accepted));
    assert!(said(&accepted).contains("accepted error[non-commercial]"), "{}", said(&accepted));
    assert!(said(&accepted).contains("internal labelling only (by legal@acme.example, until 2027-02-01)"));
    let soon = licentia(root, &["check", "models/nc", "--today", "2027-01-20"]);
    assert_eq!(soon.status.code(), Some(0));
    assert!(said(&soon).contains("warning[waiver-expires-soon]"), "{}", said(&soon));
    let expired = licentia(root, &["check", "models/nc", "--today", "2027-02-02"]);
    assert_eq!(expired.status.code(), Some(1));
    assert!(said(&expired).contains("error[waiver-expired]"), "{}", said(&expired));
    assert!(said(&expired).contains("licentia.toml:12:"), "{}", said(&expired));
}

#[test]
fn a_baseline_keeps_old_findings_visible_and_lets_new_ones_fail() {
    let project =
        project(&[("old/README.md", NON_COMMERCIAL), ("licentia.toml", "[gate]\nbaseline = \"base.json\"\n")]);
    let root = project.path();
    assert_eq!(status(root, &["check", "old"]), 3, "a baseline that is named must be there");
    assert_eq!(status(root, &["check", "old", "--no-baseline"]), 1);
    assert_eq!(status(root, &["baseline", "write", "old"]), 0);
    let kept = licentia(root, &["check", "old"]);
    assert_eq!(kept.status.code(), Some(0), "{}", said(&kept));
    assert!(said(&kept).contains("existing error[non-commercial]"), "{}", said(&kept));
    assert!(said(&kept).starts_with("old: deny"), "it stays what it is: {}", said(&kept));
    let again = licentia(root, &["baseline", "write", "old"]);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert!(said(&licentia(root, &["baseline", "show"])).contains("old: weights non-commercial (CC-BY-NC-4.0)"));
    // Another licence text is another finding, and another line is not.
    write(root, "old/README.md", "---\n\nlicense: cc-by-nc-4.0\n---\n# Moved by a line\n");
    assert_eq!(status(root, &["check", "old"]), 0);
    write(root, "old/README.md", "---\nlicense: cc-by-nc-nd-4.0\n---\n");
    assert_eq!(status(root, &["check", "old"]), 1);
    // What is gone is reported, and pruned.
    write(root, "old/README.md", PERMISSIVE);
    let resolved = licentia(root, &["check", "old"]);
    assert!(said(&resolved).contains("note[baseline-resolved]"), "{}", said(&resolved));
    assert_eq!(status(root, &["baseline", "prune", "old"]), 0);
    assert_eq!(said(&licentia(root, &["baseline", "show", "-q"])), "");
    assert_eq!(status(root, &["baseline", "write", "missing-model", "--force"]), 4);
    write(root, "base.json", "{}");
    assert_eq!(status(root, &["check", "old"]), 3, "a baseline that is none");
}

#[test]
fn no_baseline_is_written_of_what_was_not_seen() {
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9000\n", "0".repeat(64));
    let project = project(&[("m/README.md", NON_COMMERCIAL), ("m/LICENSE", &pointer)]);
    let refused = licentia(project.path(), &["baseline", "write", "m"]);
    assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
    assert!(!project.path().join(".licentia").exists());
}

#[test]
fn a_lock_notices_when_a_licence_changes() {
    let policy = "models = [\"./models/a\"]\n[licenses]\ntag-only = \"allow\"\n";
    let project = project(&[("models/a/README.md", PERMISSIVE), ("licentia.toml", policy)]);
    let root = project.path();
    assert_eq!(status(root, &["check", "--locked"]), 5, "the lock is missing");
    assert_eq!(status(root, &["lock"]), 0);
    assert_eq!(status(root, &["check", "--locked"]), 0);
    // From below the root too: the models are named from the policy.
    let below = root.join("models");
    assert_eq!(status(&below, &["check", "--locked"]), 0);
    // A card may change without its licence.
    write(root, "models/a/README.md", &format!("{PERMISSIVE}\nMore words.\n"));
    assert_eq!(status(root, &["check", "--locked"]), 0);
    write(root, "models/a/LICENSE", "Some Words\n\nYou may use this at home.\n");
    let changed = licentia(root, &["check"]);
    assert_eq!(changed.status.code(), Some(1), "{}", said(&changed));
    assert!(said(&changed).contains("error[license-changed-since-lock]: models/a: "), "{}", said(&changed));
    assert!(said(&changed).contains("LICENSE was not there when the lock was written"), "{}", said(&changed));
    assert_eq!(status(root, &["check", "--locked"]), 5);
    fs::remove_file(root.join("models/a/LICENSE")).expect("it is there");
    write(root, "models/a/README.md", "---\nlicense: apache-2.0\n---\n");
    let changed = licentia(root, &["check"]);
    assert!(said(&changed).contains("the weights are Apache-2.0 now and were MIT"), "{}", said(&changed));
    assert_eq!(status(root, &["lock"]), 0);
    assert_eq!(status(root, &["check", "--locked"]), 0);
    write(root, "licentia.lock", "schema = 9\n");
    assert_eq!(status(root, &["check"]), 3, "a lock that is none");
}

#[test]
fn a_policy_can_ask_for_the_lock_always() {
    let policy = "models = [\"./a\"]\n[gate]\nrequire-lock = true\n";
    let project = project(&[("a/README.md", PERMISSIVE), ("licentia.toml", policy)]);
    assert_eq!(status(project.path(), &["check"]), 5);
    assert_eq!(status(project.path(), &["lock"]), 0);
    assert_eq!(status(project.path(), &["check"]), 0);
}

#[test]
fn a_check_without_a_target_checks_the_models_of_the_policy_and_says_what_is_unused() {
    let policy = "models = [\"./a\", \"./b\"]\n[licenses]\ntag-only = \"allow\"\n\
        [[scope]]\nmatch = { path = \"reserch/**\" }\nlicenses = { none = \"allow\" }\n\
        [[waive]]\nfinding = \"strong-copyleft\"\ntarget = \"c\"\nreason = \"x\"\napprover = \"y\"\nexpires = 2027-06-01\n";
    let project = project(&[("a/README.md", PERMISSIVE), ("b/README.md", PERMISSIVE), ("licentia.toml", policy)]);
    let whole = licentia(project.path(), &["check"]);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    for words in ["./a: review", "./b: review", "warning[scope-unused]", "warning[waiver-unused]"] {
        assert!(said(&whole).contains(words), "{words}: {}", said(&whole));
    }
    let one = licentia(project.path(), &["check", "a"]);
    assert!(!said(&one).contains("unused"), "{}", said(&one));
    let none = tempfile::tempdir().expect("a directory");
    fs::create_dir(none.path().join(".git")).expect("a root");
    let refused = licentia(none.path(), &["check"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("the policy names no models"), "{}", said(&refused));
}

#[test]
fn a_curation_holds_as_long_as_its_file_stays_as_it_is() {
    let text = "Do what you like with it, and keep this line.\n";
    let project = project(&[("m/LICENSE", text)]);
    let root = project.path();
    let output = licentia(root, &["check", "m", "--set", "licenses.tag-only=allow"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let policy = format!(
        "[[curate]]\ntarget = \"m\"\nlicense = \"MIT\"\nreason = \"the author says so in a letter\"\n\
        files = [{{ path = \"LICENSE\", sha256 = \"{}\" }}]\n",
        licentia::evidence::sha256(text.as_bytes())
    );
    write(root, "licentia.toml", &policy);
    let curated = licentia(root, &["check", "m"]);
    assert_eq!(curated.status.code(), Some(0), "{}", said(&curated));
    assert!(said(&curated).contains("note[curated-license]"), "{}", said(&curated));
    let chain = licentia(root, &["why", "m"]);
    assert!(said(&chain).contains("curated MIT") && said(&chain).contains("licentia.toml:3:11"), "{}", said(&chain));
    write(root, "m/LICENSE", &format!("{text}But not at work.\n"));
    let stale = licentia(root, &["check", "m"]);
    assert_eq!(stale.status.code(), Some(1), "{}", said(&stale));
    assert!(said(&stale).contains("error[curation-stale]"), "{}", said(&stale));
}

#[test]
fn why_names_the_line_of_the_policy_and_the_words_in_the_file() {
    let policy = "[licenses]\ndeny = [\n  \"MIT\",\n]\n";
    let project = project(&[("m/README.md", PERMISSIVE), ("licentia.toml", policy)]);
    let chain = licentia(project.path(), &["why", "m", "denied-license"]);
    assert_eq!(chain.status.code(), Some(0), "{}", said(&chain));
    assert!(said(&chain).contains("m/README.md:2:10 (license) declares license `mit`"), "{}", said(&chain));
    assert!(said(&chain).contains("licentia.toml:3:3 (licenses.deny = \"MIT\")"), "{}", said(&chain));
    let other = licentia(project.path(), &["why", "m", "non-commercial"]);
    assert_eq!(other.status.code(), Some(2), "{}", said(&other));
}

#[test]
fn models_that_the_code_names_are_checked_with_the_line_that_names_them() {
    let code = "from transformers import AutoModel\nmodel = AutoModel.from_pretrained(\"acme/net\")\nother = AutoModel.from_pretrained(name)\n";
    let project = project(&[("src/train.py", code), ("Modelfile", "FROM llama3:8b\n")]);
    let root = project.path();
    let cache = root.join("cache/models--acme--net");
    let commit = "6f1c2ab86f1c2ab86f1c2ab86f1c2ab86f1c2ab8";
    write(&cache, "refs/main", commit);
    write(&cache, &format!("snapshots/{commit}/README.md"), NON_COMMERCIAL);
    let checked = Command::new(env!("CARGO_BIN_EXE_licentia"))
        .args(["check", "--referenced"])
        .current_dir(root)
        .env("HF_HUB_CACHE", root.join("cache"))
        .env("HF_HUB_OFFLINE", "1")
        .output()
        .expect("the program runs");
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    for words in [
        "hf:acme/net: deny (non-commercial)",
        "named in: src/train.py:2:",
        "src/train.py:3:",
        "names a model that is computed",
        "Modelfile:1:6 names ollama:llama3:8b",
    ] {
        assert!(said(&checked).contains(words), "{words}: {}", said(&checked));
    }
    // What is computed, and what cannot be looked at, is no pass.
    let project = self::project(&[("run.py", "AutoModel.from_pretrained(name)\n"), ("a/README.md", PERMISSIVE)]);
    assert_eq!(status(project.path(), &["check", "a", "--referenced"]), 4);
    assert_eq!(status(project.path(), &["check", "--referenced"]), 2, "there is nothing to check");
}
