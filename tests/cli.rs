//! The command line as its users meet it: whole outputs and exit statuses.
//!
//! `tests/cli/*.md` are conversations with the program, by theme; `TRYCMD=overwrite cargo test --test cli` writes what
//! it says today. Here stand the tests that need a world made for them.

#![expect(
    clippy::disallowed_methods,
    reason = "a test makes its own small world of files and starts the program in it"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use licentia::source::hub_id::HubId;
use licentia::source::hub_store::{Key, Limits, Pack, Store};
use tempfile::TempDir;

#[test]
fn conversations() {
    let cases = trycmd::TestCases::new();
    // Nobody's own cache is looked into, let alone cleaned, and nobody's network used.
    cases
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .env("LICENTIA_CACHE_DIR", "absent/licentia")
        .env("HF_HUB_OFFLINE", "1")
        .env("LC_ALL", "C.UTF-8")
        .case("tests/cli/*.md");
}

/// A directory with these files, and the program run inside it.
struct World {
    directory: TempDir,
}

impl World {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let world = Self { directory };
        for (path, content) in files {
            world.write(path, content);
        }
        // Nothing above the world belongs to it.
        fs::create_dir_all(world.path().join(".git")).expect("a directory");
        world
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("inside the world")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
        command.args(arguments).current_dir(self.path()).env("HF_HUB_OFFLINE", "1");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LICENTIA_POLICY", "LICENTIA_CACHE_DIR"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().expect("the program starts"))
    }
}

/// What the program said.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Self { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

const PERMISSIVE: &[(&str, &str)] = &[
    ("model/README.md", "---\nlicense: mit\n---\n\n# A model\n"),
    ("model/config.json", "{\"model_type\": \"bert\"}\n"),
    ("model/main.py", "# SPDX-License-Identifier: MIT\n"),
];
const NON_COMMERCIAL: &[(&str, &str)] = &[
    ("model/README.md", "---\nlicense: cc-by-nc-4.0\n---\n\n# A model\n"),
    ("model/config.json", "{\"model_type\": \"bert\"}\n"),
];

#[test]
fn a_policy_that_allows_ends_with_0_and_one_that_does_not_with_1() {
    let world = World::new(PERMISSIVE);
    let ran = world.run(&["check", "model"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let world = World::new(NON_COMMERCIAL);
    let ran = world.run(&["check", "model"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.starts_with("model: deny ("), "{}", ran.stdout);
    assert!(ran.stdout.contains("error[non-commercial]: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("--> model/README.md:2:10 (license)"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn the_gate_can_be_told_when_to_close() {
    let world = World::new(NON_COMMERCIAL);
    assert_eq!(world.run(&["check", "model", "--fail-on", "never"]).status, Some(0));
    assert_eq!(world.run(&["check", "model", "--preset", "research"]).status, Some(0));
    assert_eq!(world.run(&["scan", "model"]).status, Some(0));
    let world = World::new(PERMISSIVE);
    // A label without a text is for a person to look at.
    assert_eq!(world.run(&["check", "model", "--fail-on", "warning"]).status, Some(1));
}

#[test]
fn a_policy_that_cannot_be_obeyed_ends_with_3() {
    let world = World::new(PERMISSIVE);
    world.write("bad.toml", "presset = \"commercial\"\n");
    let ran = world.run(&["check", "model", "--policy", "bad.toml"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("error: bad.toml:1:1: "), "{}", ran.stderr);
    assert_eq!(world.run(&["check", "model", "--policy", "absent.toml"]).status, Some(3));
    // What the command line sets is usage, not a file.
    assert_eq!(world.run(&["check", "model", "--set", "facts.use=everything"]).status, Some(2));
}

#[test]
fn what_cannot_be_opened_ends_with_4_and_so_does_nothing() {
    let world = World::new(PERMISSIVE);
    let ran = world.run(&["check", "modle"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(4), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    fs::create_dir(world.path().join("empty")).expect("a directory");
    let ran = world.run(&["check", "empty"]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    // One target that is missing among good ones closes the gate too.
    assert_eq!(world.run(&["check", "model", "modle"]).status, Some(4));
}

#[test]
fn a_json_report_follows_the_schema_and_stands_where_it_was_asked_for() {
    let world = World::new(NON_COMMERCIAL);
    let ran = world.run(&["check", "model", "-o", "text", "-o", "json=report.json"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.starts_with("model: deny"), "{}", ran.stdout);
    let written = fs::read_to_string(world.path().join("report.json")).expect("the report");
    let report: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    let schema = jsonschema::validator_for(&licentia::report::json::schema()).expect("a schema");
    let errors: Vec<String> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(report["summary"]["exit_code"], 1);
    assert_eq!(report["policy"]["name"], "commercial");
    let listed = world.run(&["scan", "model", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
    assert!(schema.is_valid(&report));
    assert_eq!(report["policy"], serde_json::Value::Null);
}

#[test]
fn a_report_that_cannot_be_written_makes_the_run_incomplete_and_never_hides_a_no() {
    let world = World::new(PERMISSIVE);
    let ran = world.run(&["check", "model", "-o", "json=absent/report.json"]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let world = World::new(NON_COMMERCIAL);
    assert_eq!(world.run(&["check", "model", "-o", "json=absent/report.json"]).status, Some(1));
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let world = World::new(NON_COMMERCIAL);
    let first = world.run(&["check", "model", "-o", "json", "--jobs", "1"]);
    for jobs in ["1", "2", "7", "16"] {
        assert_eq!(world.run(&["check", "model", "-o", "json", "--jobs", jobs]), first);
    }
}

#[test]
fn the_policy_is_found_from_the_current_directory_upward_and_never_inside_the_target() {
    let world = World::new(NON_COMMERCIAL);
    world.write("licentia.toml", "name = \"house\"\npreset = \"research\"\n");
    world.write("model/licentia.toml", "name = \"trojan\"\npreset = \"research\"\n");
    let ran = world.run(&["check", "model"]);
    assert!(ran.stdout.contains("policy house (licentia.toml)"), "{}", ran.stdout);
    assert!(ran.stderr.starts_with("note: model/licentia.toml is not obeyed: "), "{}", ran.stderr);
    fs::remove_file(world.path().join("licentia.toml")).expect("it was there");
    let ran = world.run(&["check", "model"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("policy commercial (preset)"), "{}", ran.stdout);
    // Two policies side by side are no policy.
    world.write("licentia.toml", "");
    world.write(".licentia.toml", "");
    assert_eq!(world.run(&["check", "model"]).status, Some(3));
}

#[test]
fn a_policy_above_the_root_of_the_version_controlled_tree_is_somebody_elses() {
    let world = World::new(&[]);
    world.write("licentia.toml", "name = \"outside\"\npreset = \"research\"\n");
    world.write("project/.git/HEAD", "");
    world.write("project/model/README.md", "---\nlicense: cc-by-nc-4.0\n---\n");
    let mut command = world.command(&["check", "model"]);
    let ran = Ran::of(&command.current_dir(world.path().join("project")).output().expect("the program starts"));
    assert!(ran.stdout.contains("policy commercial (preset)"), "{ran:?}");
}

#[test]
fn nothing_from_the_home_directory_is_a_policy() {
    let world = World::new(&[("project/model/README.md", "---\nlicense: cc-by-nc-4.0\n---\n")]);
    let foreign = "name = \"trojan\"\npreset = \"research\"\n";
    for path in ["licentia.toml", ".config/licentia.toml", "settings/licentia.toml", "settings/licentia/licentia.toml"]
    {
        world.write(path, foreign);
    }
    fs::remove_dir_all(world.path().join(".git")).expect("it is there");
    let run = |directory: &str, home: &str| {
        let mut command = world.command(&["check", "model", "--fail-on", "never"]);
        command.current_dir(world.path().join(directory)).env("HOME", world.path().join(home));
        command.env("XDG_CONFIG_HOME", world.path().join("settings"));
        Ran::of(&command.output().expect("the program starts"))
    };
    // The home directory lies above the project, and elsewhere.
    let ran = run("project", "");
    assert!(ran.stdout.contains("policy commercial (preset)") && ran.stderr.is_empty(), "{ran:?}");
    fs::create_dir_all(world.path().join("elsewhere")).expect("a directory");
    fs::rename(world.path().join("licentia.toml"), world.path().join("elsewhere/licentia.toml")).expect("a file");
    fs::remove_dir_all(world.path().join(".config")).expect("it is there");
    let ran = run("project", "elsewhere");
    assert!(ran.stdout.contains("policy commercial (preset)"), "{ran:?}");
}

#[test]
fn a_policy_that_came_with_a_download_is_not_obeyed_and_the_project_s_own_is() {
    let world = World::new(NON_COMMERCIAL);
    world.write("model/licentia.toml", "name = \"trojan\"\npreset = \"research\"\n");
    let run = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        Ran::of(&command.current_dir(world.path().join("model")).output().expect("the program starts"))
    };
    // Nothing says that somebody else wrote it.
    let ran = run(&["check", "."]);
    assert!(ran.stdout.contains("policy trojan (licentia.toml)"), "{ran:?}");
    world.write("model/.cache/huggingface/download/README.md.metadata", "");
    let ran = run(&["check", "."]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stderr.starts_with("note: licentia.toml is not obeyed: the records of a download"), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    let ran = run(&["check", ".", "--policy", "licentia.toml"]);
    assert!(ran.stdout.contains("policy trojan (licentia.toml)") && ran.stderr.is_empty(), "{ran:?}");
    world.write("licentia.toml", "name = \"house\"\n");
    let ran = run(&["check", "."]);
    assert!(ran.stdout.contains("policy house (../licentia.toml)"), "{ran:?}");
}

#[test]
fn a_variable_names_the_policy_and_a_flag_is_stronger() {
    let world = World::new(NON_COMMERCIAL);
    world.write("licentia.toml", "name = \"nearest\"\n");
    world.write("legal/named.toml", "name = \"named\"\n");
    let run = |arguments: &[&str], value: &str| {
        let mut command = world.command(&[&["check", "model"], arguments].concat());
        Ran::of(&command.env("LICENTIA_POLICY", value).output().expect("the program starts"))
    };
    assert!(run(&[], "legal/named.toml").stdout.contains("policy named (legal/named.toml)"));
    assert!(run(&[], "").stdout.contains("policy nearest (licentia.toml)"));
    assert!(run(&["--policy", "licentia.toml"], "legal/named.toml").stdout.contains("policy nearest"));
    assert!(run(&["--preset", "research"], "legal/named.toml").stdout.contains("policy research (preset)"));
    let ran = run(&[], "absent.toml");
    assert_eq!(ran.status, Some(3), "{ran:?}");
    assert!(ran.stderr.starts_with("error: LICENTIA_POLICY names absent.toml"), "{}", ran.stderr);
}

#[test]
fn a_policy_behind_a_url_is_read_from_the_store_and_its_hash_is_checked() {
    let world = World::new(NON_COMMERCIAL);
    // sha256sum of the line below.
    let text = "name = \"law\"\n";
    let sha256 = "f6de8ccd1e0824b618418143bb5605ae8b91017e0af3b491ce03320e378e4c4a";
    let extends = format!("extends = {{ url = \"https://acme.example/p.toml\", sha256 = \"{sha256}\" }}\n");
    world.write("licentia.toml", &extends);
    let run = || {
        let mut command = world.command(&["policy", "check"]);
        Ran::of(&command.env("XDG_CACHE_HOME", world.path().join("cache")).output().expect("the program starts"))
    };
    let ran = run();
    let stored = world.path().join(format!("cache/licentia/policies/{sha256}.toml"));
    assert_eq!(ran.status, Some(3), "{ran:?}");
    assert!(ran.stderr.contains(&format!("-o {}", stored.display())), "{}", ran.stderr);
    world.write(&format!("cache/licentia/policies/{sha256}.toml"), text);
    let ran = run();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("policy law"), "{}", ran.stdout);
    world.write(&format!("cache/licentia/policies/{sha256}.toml"), "name = \"lore\"\n");
    let ran = run();
    assert_eq!(ran.status, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("has the SHA-256 ") && ran.stderr.contains(sha256), "{}", ran.stderr);
}

#[test]
fn a_first_policy_is_valid_whichever_flags_are_given() {
    let flags: [&[&str]; 7] = [
        &["--preset", "distribution"],
        &["--use", "internal"],
        &["--distribution", "saas,on-device"],
        &["--mau", "3_200_000"],
        &["--revenue", "41000000"],
        &["--domicile", "de"],
        &["--territories", "EU,us"],
    ];
    let world = World::new(&[]);
    for bits in 0_u32..1 << flags.len() {
        let chosen = flags.iter().enumerate().filter(|(position, _)| bits & (1 << position) != 0);
        let mut arguments = vec!["init", "--force"];
        arguments.extend(chosen.flat_map(|(_, flags)| flags.iter()));
        let ran = world.run(&arguments);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}: {ran:?}");
        let ran = world.run(&["policy", "check"]);
        assert_eq!(ran.status, Some(0), "{arguments:?}: {ran:?}");
        assert!(ran.stdout.contains("1 test"), "{}", ran.stdout);
    }
    assert_eq!(world.run(&["policy", "test"]).status, Some(0));
}

#[test]
fn a_policy_that_is_there_is_replaced_only_by_force() {
    let world = World::new(&[]);
    let ran = world.run(&["init", "--use", "research"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("licentia.toml: written, on the preset research\n"), "{}", ran.stdout);
    let written = fs::read_to_string(world.path().join("licentia.toml")).expect("the policy");
    assert_eq!(world.run(&["init"]).status, Some(2));
    assert_eq!(fs::read_to_string(world.path().join("licentia.toml")).expect("the policy"), written);
    assert_eq!(world.run(&["init", "--path", ".config/licentia.toml"]).status, Some(2));
    assert_eq!(world.run(&["init", "--path", "absent/policy.toml"]).status, Some(4));
    assert_eq!(world.run(&["init", "--force"]).status, Some(0));
    let plain = fs::read_to_string(world.path().join("licentia.toml")).expect("the policy");
    assert!(plain.contains("\n# use = \"commercial\"\n") && plain.contains("# 4. Where is"), "{plain}");
}

#[test]
fn the_schema_that_is_printed_is_the_one_that_is_committed() {
    let world = World::new(&[]);
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/policy-1.schema.json");
    assert_eq!(world.run(&["policy", "schema"]).stdout, fs::read_to_string(committed).expect("the schema"));
}

#[test]
fn colours_follow_the_flag_then_the_environment() {
    let world = World::new(NON_COMMERCIAL);
    let is_colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = world.command(&[&["check", "model"], arguments].concat());
        command.envs(environment.iter().copied());
        Ran::of(&command.output().expect("the program starts")).stdout.contains('\u{1b}')
    };
    assert!(!is_colored(&[], &[]));
    assert!(is_colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(is_colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!is_colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(&["-o", "json", "--color", "always"], &[]));
}

#[test]
fn silence_comes_in_two_degrees() {
    let world = World::new(NON_COMMERCIAL);
    assert!(!world.run(&["check", "model", "-q"]).stdout.is_empty());
    let ran = world.run(&["check", "model", "-qq"]);
    assert_eq!(ran, Ran { status: Some(1), stdout: String::new(), stderr: String::new() });
    let told = world.run(&["check", "model", "-v"]);
    assert!(told.stderr.contains("note: no policy file: the preset `commercial` applies"), "{}", told.stderr);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let world = World::new(NON_COMMERCIAL);
    let mut child = world
        .command(&["check", "model", "-o", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let ran = Ran::of(&child.wait_with_output().expect("the program ends"));
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(1), ""));
}

#[test]
fn classify_reads_standard_input() {
    let world = World::new(&[]);
    let mut child = world
        .command(&["classify", "-", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"SPDX-License-Identifier: MIT\n").expect("the program reads");
    drop(stdin);
    let ran = Ran::of(&child.wait_with_output().expect("the program ends"));
    let line: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((ran.status, &line["path"], &line["expression"]), (Some(0), &"-".into(), &"MIT".into()));
    let schema = jsonschema::validator_for(&licentia::report::classify::schema()).expect("a schema");
    assert!(schema.is_valid(&line));
}

#[test]
fn classify_answers_binary_and_missing_files_with_an_error_and_goes_on() {
    let world = World::new(&[("a.txt", "SPDX-License-Identifier: MIT\n"), ("b.bin", "GGUF\0\0\0\0")]);
    let ran = world.run(&["classify", "missing", "b.bin", "a.txt", "--format", "json"]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let answers: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(answers.as_array().map(Vec::len), Some(1));
    assert!(ran.stderr.contains("error: missing cannot be read: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: b.bin is neither text nor a format that is read"), "{}", ran.stderr);
}

/// A private licence, made up for these tests.
const HOUSE: &str = include_str!("cli/classify.in/house/Weather-House.txt");

#[test]
fn a_licence_of_the_user_s_own_is_known_by_its_name_and_unknown_to_the_policy_until_it_is_listed() {
    let world = World::new(&[("model/LICENSE", HOUSE), ("texts/Weather-House.txt", HOUSE)]);
    let of = |command: &str, more: &[&str]| {
        let ran = world.run(&[&[command, "model", "-o", "json"], more].concat());
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        (ran.status, report)
    };
    let own = ["--license-texts", "texts"];
    let (status, report) = of("scan", &own);
    assert_eq!((status, &report["subjects"][0]["concluded"]), (Some(0), &"LicenseRef-Weather-House".into()));

    let (status, report) = of("check", &own);
    assert_eq!((status, &report["summary"]["verdict"]), (Some(1), &"unknown".into()), "{report:#}");
    let finding = &report["findings"][0];
    assert_eq!((&finding["name"], &finding["level"]), (&"other-category".into(), &"error".into()));
    let message = finding["message"].as_str().expect("words");
    assert!(message.contains("LicenseRef-Weather-House is in no licence database"), "{message}");

    world.write("licentia.toml", "[licenses]\nallow = [\"LicenseRef-Weather-House\"]\n");
    let (status, report) = of("check", &own);
    assert_eq!((status, &report["summary"]["verdict"]), (Some(0), &"allow".into()), "{report:#}");
    // Without the text nobody knows what the file is, whatever the policy lists.
    let (status, report) = of("check", &[]);
    assert_eq!((status, &report["summary"]["verdict"]), (Some(1), &"unknown".into()), "{report:#}");
    // A changed text is not the listed licence.
    world.write("model/LICENSE", &HOUSE.replace("Nobody may pass", "Customers may not run it, and nobody may pass"));
    let (status, report) = of("check", &own);
    assert_eq!((status, &report["summary"]["verdict"]), (Some(1), &"unknown".into()), "{report:#}");
}

#[test]
fn a_directory_of_texts_that_cannot_be_used_is_wrong_usage_in_every_command() {
    let world = World::new(PERMISSIVE);
    world.write("nested/below/House.txt", HOUSE);
    world.write("twice/House.txt", HOUSE);
    world.write("twice/House.md", HOUSE);
    world.write("short/House.txt", "Ask first.\n");
    world.write("known/LicenseRef-licentia-modified-MIT.txt", HOUSE);
    fs::create_dir(world.path().join("binary")).expect("a directory");
    fs::write(world.path().join("binary/House.txt"), [0xff; 60]).expect("a file");
    for (directory, why) in [
        ("absent", ""),
        ("nested", "there is no file in it, and sub-directories are not entered"),
        ("twice", "House.md and House.txt both are the text of LicenseRef-House"),
        ("short", "House.txt: it has 2 words, and a licence text has 12 or more"),
        ("known", "has a name that begins with LicenseRef-licentia-, and the database has no such licence"),
        ("binary", "House.txt is no text in UTF-8"),
    ] {
        for command in ["check", "scan", "classify"] {
            let ran = world.run(&[command, "model/main.py", "--license-texts", directory]);
            assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
            assert!(ran.stderr.starts_with(&format!("error: --license-texts {directory}: ")), "{}", ran.stderr);
            assert!(
                ran.stderr.contains(why) && ran.stderr.contains("\n  help: put one licence text"),
                "{}",
                ran.stderr
            );
        }
    }
}

/// The text of a licence of the SPDX list with words put in and words left out, and both of them.
fn changed_bsd() -> String {
    let text = license_db::license("BSD-3-Clause").and_then(license_db::License::text).expect("a text of the list");
    let changed = text.replacen("with or without", "without", 1);
    assert_ne!(changed, text);
    changed + "\nThe Software must not be used to teach \u{1b}[2J machines.\n"
}

#[test]
fn classify_shows_both_sides_of_a_difference_and_lets_no_text_write_to_the_terminal() {
    let world = World::new(&[("LICENSE", &changed_bsd())]);
    let ran = world.run(&["classify", "LICENSE", "--diff"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().map(str::trim).collect();
    let side =
        |sign: &str, words: &str| lines.iter().any(|line| line.contains(&format!(" {sign} ")) && line.contains(words));
    assert!(lines.iter().any(|line| line.contains("against BSD-3-Clause: ")), "{}", ran.stdout);
    assert!(side("-", "with or"), "{}", ran.stdout);
    assert!(side("+", "must not be used to teach"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\\u{1b}[2J") && !ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
    assert!(!world.run(&["classify", "LICENSE"]).stdout.contains("against"));

    let colored = world.run(&["classify", "LICENSE", "--diff", "--color", "always"]);
    assert!(colored.stdout.contains("\u{1b}[") && !colored.stdout.contains("\u{1b}[2J"), "{}", colored.stdout);
}

#[test]
fn the_json_of_classify_holds_the_differences_only_where_they_are_asked_for() {
    let world = World::new(&[("LICENSE", &changed_bsd())]);
    let schema = jsonschema::validator_for(&licentia::report::classify::schema()).expect("a schema");
    for format in ["json", "jsonl"] {
        for arguments in [&["--diff"] as &[&str], &[]] {
            let ran = world.run(&[&["classify", "LICENSE", "--format", format], arguments].concat());
            let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
            let line = if format == "json" { &answer[0] } else { &answer };
            assert!(schema.is_valid(line), "{line:#}");
            let matches = line["matches"].as_array().expect("a list");
            let changes: Vec<_> = matches.iter().filter_map(|found| found["changes"].as_array()).flatten().collect();
            if arguments.is_empty() {
                assert!(matches.iter().all(|found| found.get("changes").is_none()), "{line:#}");
                continue;
            }
            assert!(changes.iter().any(|change| change["missing"] == "with or" && change["added"] == ""), "{line:#}");
            let is_ours = |words: &str| words.contains("must not be used to teach \u{1b}[2J machines");
            assert!(changes.iter().any(|change| change["added"].as_str().is_some_and(is_ours)), "{line:#}");
        }
    }
}

#[test]
fn completions_and_manual_pages_are_made_from_the_arguments() {
    let world = World::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = world.run(&["completions", shell]);
        assert_eq!(ran.status, Some(0));
        assert!(ran.stdout.contains("classify"), "{shell}");
    }
    assert!(world.run(&["man"]).stdout.contains("licentia"));
    assert_eq!(world.run(&["man", "pages"]).status, Some(0));
    assert!(world.path().join("pages/licentia-check.1").is_file());
}

#[test]
fn a_hostile_name_cannot_write_to_the_terminal() {
    let world = World::new(&[]);
    let ran = world.run(&["check", "\u{1b}[2J\u{202e}"]);
    assert_eq!(ran.status, Some(4));
    assert!(!ran.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.stderr);
}

#[test]
fn a_finding_is_explained_as_its_page_and_as_fields() {
    let world = World::new(&[]);
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings/tag-only.md"));
    let ran = world.run(&["explain", "Tag-Only", "--format", "md"]);
    assert_eq!((ran.status, ran.stdout), (Some(0), page.expect("a page for each finding")));
    let ran = world.run(&["explain", "tag-only", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let finding = &answer["findings"][0];
    assert_eq!(finding["name"], "tag-only");
    assert_eq!(finding["levels"][0], "warning");
    for section in
        ["what_it_means", "why_it_matters", "how_it_is_detected", "how_to_fix_it", "how_to_accept_it", "example", "url"]
    {
        assert!(finding[section].as_str().is_some_and(|text| !text.is_empty()), "{section}");
    }
}

#[test]
fn the_cache_lists_what_is_kept_and_forgets_what_it_is_told_to() {
    let world = World::new(&[("cache/policies/a.toml", "")]);
    let store = Store::open(&world.path().join("cache"), Limits::default());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (link, used) in [("hf:acme/tiny", 1_700_000_000), ("hf:datasets/acme/words", now), ("hf:acme/large", now)] {
        let key = Key::new("https://huggingface.co", &HubId::of_link(link).expect("a link"), commit).expect("a key");
        let pack = Pack::new(vec![b' '; 2000], Vec::new(), true).expect("small");
        store.save(&key, &pack, used).expect("writable");
    }
    let run = |arguments: &[&str]| {
        let mut command = world.command(&[&["cache"], arguments].concat());
        Ran::of(&command.env("LICENTIA_CACHE_DIR", "cache").output().expect("the program starts"))
    };
    assert_eq!(run(&["dir"]).stdout, "cache\n");
    let listed = run(&["list", "-v"]);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{listed:?}");
    assert_eq!(lines[1], "   2.1 KiB  2023-11-14  acme/tiny@0123456789ab  https://huggingface.co");
    assert!(lines[2].ends_with("  dataset acme/words@0123456789ab  https://huggingface.co"), "{listed:?}");
    assert_eq!(lines[3], "3 commits; 6.5 KiB in 3 files");
    let ran = run(&["prune"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), "note: 1 file removed, 2.1 KiB\n"));
    assert_eq!(run(&["clean", "hf:datasets/Acme/Words"]).stderr, "note: 1 file removed, 2.1 KiB\n");
    assert!(run(&["list"]).stdout.contains("  acme/large@0123456789ab\n1 commit; "));
    assert_eq!(run(&["prune", "--max-size", "2KB"]).stderr, "note: 1 file removed, 2.1 KiB\n");
    assert_eq!(run(&["clean"]).status, Some(0));
    // What is not ours stays.
    let left: Vec<_> = fs::read_dir(world.path().join("cache")).expect("readable").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_family_is_drawn_for_whatever_reads_it_and_the_status_is_not_that_of_the_gate() {
    let world = World::new(&[
        ("a/lora/README.md", "---\nlicense: mit\nbase_model: b/base\nbase_model_relation: adapter\n---\n"),
        ("b/base/README.md", "---\nlicense: cc-by-nc-4.0\n---\n"),
    ]);
    let ran =
        world.run(&["lineage", "--offline", "a/lora", "b/base", "-o", "svg=f.svg", "-o", "dot=f.dot", "-o", "mermaid"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.starts_with("flowchart LR") && ran.stdout.contains("adapter of"), "{}", ran.stdout);
    let read = |path: &str| fs::read_to_string(world.path().join(path)).expect("written");
    assert!(read("f.svg").starts_with("<svg") && read("f.svg").contains("looser-than-base"));
    assert!(read("f.dot").starts_with("digraph"));
    assert_eq!(world.run(&["check", "--offline", "a/lora", "b/base", "-o", "tree"]).status, Some(1));
    let plain =
        world.command(&["lineage", "--offline", "a/lora"]).env("LC_ALL", "C").output().expect("the program starts");
    assert!(plain.stdout.is_ascii() && String::from_utf8_lossy(&plain.stdout).contains("`- adapter of b/base"));
}

#[test]
fn a_bundle_is_a_directory_and_a_later_one_takes_its_place() {
    const NOTICE: &str = "Rocket\r\nCopyright 2026 Acme\r\n";
    let world = World::new(&[("a/rocket/README.md", "---\nlicense: mit\n---\n"), ("a/rocket/NOTICE", NOTICE)]);
    let ran = world.run(&["notice", "--offline", "a/rocket", "-o", "bundle=out", "-o", "notice=NOTICE.txt"]);
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    let read = |path: &str| fs::read_to_string(world.path().join(path)).expect("written");
    assert_eq!(read("out/NOTICE/a--rocket/NOTICE"), NOTICE);
    assert!(read("out/LICENSES/MIT.txt").contains("MIT License"));
    assert!(read("NOTICE.txt").contains("Rocket\nCopyright 2026 Acme\n"));
    let list: serde_json::Value = serde_json::from_str(&read("out/manifest.json")).expect("JSON");
    let schema = jsonschema::validator_for(&licentia::report::bundle::schema()).expect("a schema");
    assert!(schema.is_valid(&list), "{list:#}");
    let notice = list["files"].as_array().expect("a list").iter().find(|row| row["kind"] == "notice").expect("a row");
    assert_eq!((&notice["verbatim"], &notice["found_at"][0]["path"]), (&true.into(), &"NOTICE".into()));

    world.write("a/rocket/README.md", "---\nlicense: isc\n---\n");
    assert_eq!(world.run(&["scan", "--offline", "a/rocket", "-o", "bundle=out"]).status, Some(0));
    assert!(world.path().join("out/LICENSES/ISC.txt").is_file() && !world.path().join("out/LICENSES/MIT.txt").exists());
}

#[test]
fn every_format_says_the_same_findings() {
    let world = World::new(&[("m/README.md", "---\nlicense: cc-by-nc-4.0\nbase_model: a/b\n---\n")]);
    let of = |format: &str| world.run(&["check", "--offline", "m", "-o", format]).stdout;
    let report: serde_json::Value = serde_json::from_str(&of("json")).expect("JSON");
    let names: Vec<&str> =
        report["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["name"].as_str()).collect();
    assert!(names.contains(&"non-commercial") && names.len() > 1, "{names:?}");
    for format in ["text", "full", "concise", "grouped", "summary", "ndjson", "csv", "markdown"] {
        let written = of(format);
        assert!(names.iter().all(|name| written.contains(name)), "{format}: {written}");
    }
    assert_eq!(of("concise").lines().count(), names.len() + 1 + report["gaps"].as_array().map_or(0, Vec::len));
    assert_eq!(of("csv").matches("\r\nfinding,").count(), names.len());
}

#[test]
fn a_card_is_put_right_in_its_place_and_the_text_that_it_names_is_added() {
    let card = "\u{feff}---\r\nlicense: Apache-2.0   # ours\r\n---\r\n\r\n# Rocket";
    let world = World::new(&[("model/README.md", card)]);
    let read = |path: &str| fs::read_to_string(world.path().join(path)).expect("readable");
    let shown = world.run(&["lint", "model", "--diff"]);
    assert_eq!(shown.status, Some(1), "{shown:?}");
    assert!(shown.stdout.contains("-license: Apache-2.0   # ours\r\n+license: apache-2.0   # ours\r\n"), "{shown:?}");
    assert!(shown.stdout.contains("--- /dev/null\n+++ model/LICENSE\n@@ -0,0 +1,"), "{shown:?}");
    assert_eq!(read("model/README.md"), card, "nothing was changed");
    let ran = world.run(&["lint", "model/README.md", "--fix"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("fixed[tag-only]: add LICENSE with the text of Apache-2.0"), "{ran:?}");
    assert_eq!(read("model/README.md"), card.replace("Apache-2.0", "apache-2.0"));
    let text = read("model/LICENSE");
    assert_eq!(Some(text.as_str()), license_db::license("Apache-2.0").and_then(license_db::License::text));
    let names: Vec<_> = fs::read_dir(world.path().join("model")).expect("readable").flatten().collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let again = world.run(&["lint", "model", "--fix", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!((again.status, &report["summary"]["fixed"]), (Some(0), &0.into()), "{report:#}");
    let schema = jsonschema::validator_for(&licentia::report::lint::schema()).expect("a schema");
    assert!(schema.is_valid(&report));
}

#[cfg(unix)]
#[test]
fn a_card_that_is_a_link_is_not_written_through() {
    let world = World::new(&[("model/docs/card.md", "---\nlicense: MIT\n---\n")]);
    std::os::unix::fs::symlink("docs/card.md", world.path().join("model/README.md")).expect("a link");
    let ran = world.run(&["lint", "model", "--fix"]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("README.md was not changed: it is a link"), "{}", ran.stderr);
    let card = fs::read_to_string(world.path().join("model/docs/card.md")).expect("readable");
    assert_eq!(card, "---\nlicense: MIT\n---\n");
}

#[test]
fn a_hostile_card_writes_to_no_terminal_in_any_form_of_lint() {
    let card = "---\nlicense: \"\\e[2J\u{202e} ::error::x\"\nlicense_link: \"<script>\u{200b}\"\nbase_model: \"##[x] y\"\n---\n";
    let world = World::new(&[("model/README.md", card)]);
    for form in [&["--format", "text"] as &[&str], &["--format", "concise"], &["--format", "json"], &["--diff"]] {
        let ran = world.run(&[&["lint", "model"], form].concat());
        assert_eq!(ran.status, Some(1), "{ran:?}");
        assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{form:?}: {:?}", ran.stdout);
        assert!(!ran.stdout.contains(" ::error::") || form.contains(&"json"), "{form:?}: {:?}", ran.stdout);
    }
}

#[test]
fn a_base_that_the_hub_does_not_show_leaves_lint_incomplete_and_offline_it_is_a_note() {
    let card = "---\nlicense: apache-2.0\nbase_model: acme/base\nbase_model_relation: finetune\n---\n";
    let text = license_db::license("Apache-2.0").and_then(license_db::License::text).expect("a text");
    let world = World::new(&[("model/README.md", card), ("model/LICENSE", text)]);
    let mut command = world.command(&["lint", "model", "--format", "concise"]);
    // A door that nobody opens.
    command.env_remove("HF_HUB_OFFLINE").env("HF_ENDPOINT", "http://127.0.0.1:9").env("HF_HOME", world.path());
    command.env("LICENTIA_CACHE_DIR", world.path().join("cache"));
    let ran = Ran::of(&command.output().expect("the program starts"));
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert!(ran.stdout.contains("hf:acme/base: not-read[unreachable]"), "{ran:?}");
    let mut command = world.command(&["lint", "model", "--format", "concise", "--offline"]);
    command.env("HF_HOME", world.path()).env("LICENTIA_CACHE_DIR", world.path().join("cache"));
    let ran = Ran::of(&command.output().expect("the program starts"));
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("note[base-not-inspected]"), "{ran:?}");
}

#[test]
fn a_target_that_cannot_be_linted_hides_no_other() {
    let text = license_db::license("Apache-2.0").and_then(license_db::License::text).expect("a text");
    let world = World::new(&[("good/README.md", "---\nlicense: Apache-2.0\n---\n"), ("good/LICENSE", text)]);
    let ran = world.run(&["lint", "nowhere/at/all", "good"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("nowhere/at/all"), "{ran:?}");
    assert!(ran.stdout.contains("[license-id-spelling]"), "{ran:?}");
    #[cfg(unix)]
    {
        fs::create_dir(world.path().join("link")).expect("a directory");
        std::os::unix::fs::symlink("../good/README.md", world.path().join("link/README.md")).expect("a link");
    }
    #[cfg(not(unix))]
    world.write("link/README.md", "no card\n");
    let ran = world.run(&["lint", "--fix", "good", "link"]);
    assert_ne!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("fixed[license-id-spelling]"), "{ran:?}");
    let card = fs::read_to_string(world.path().join("good/README.md")).expect("readable");
    assert_eq!(card, "---\nlicense: apache-2.0\n---\n");
}

#[test]
fn what_lint_cannot_do_is_said_before_anything_is_changed() {
    let card = "---\nlicense: MIT\n---\n";
    let world = World::new(&[("model/README.md", card), ("model/card.md", card)]);
    for (arguments, words) in [
        (&["lint", "--fix", "model/README.md", "model/card.md"] as &[&str], "card.md is no card"),
        (&["lint", "--fix", "model", "hf:acme/rocket"], "hf:acme/rocket is not on this disk"),
        (&["lint", "--as", "acme/rocket", "model", "model"], "--as names one repository"),
        (&["lint", "--diff", "--format", "json", "model"], "cannot be used with"),
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(world.path().join("model/README.md")).expect("readable"), card);
}

#[test]
fn a_card_that_is_too_long_is_not_seen_and_nothing_is_put_right() {
    let mut card = "---\nlicense: apache-2.0\n---\n".to_owned();
    card.push_str(&"All about rockets.\n".repeat(60_000));
    let world = World::new(&[("model/README.md", card.as_str())]);
    let ran = world.run(&["lint", "--fix", "model"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("not read: model/README.md"), "{ran:?}");
    assert!(!ran.stdout.contains("--fix") && !world.path().join("model/LICENSE").exists(), "{ran:?}");
    assert_eq!(fs::read_to_string(world.path().join("model/README.md")).expect("readable"), card);
}

/// The program where no file may be longer than 4 KiB, as on a disk that is full.
#[cfg(unix)]
fn run_on_a_full_disk(world: &World, arguments: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_licentia")]);
    command.args(arguments).current_dir(world.path()).env("HF_HUB_OFFLINE", "1");
    Ran::of(&command.output().expect("the shell starts"))
}

#[cfg(unix)]
#[test]
fn a_text_that_cannot_be_written_whole_is_not_left_and_the_document_says_why() {
    let card = "---\nlicense: apache-2.0\n---\n";
    let world = World::new(&[("model/README.md", card)]);
    let ran = run_on_a_full_disk(&world, &["lint", "model", "--fix", "--format", "json"]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("LICENSE was not changed"), "{ran:?}");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let why = report["targets"][0]["unfinished"].as_str().expect("a reason");
    assert!(why.contains("LICENSE was not changed"), "{report:#}");
    let names: Vec<_> = fs::read_dir(world.path().join("model")).expect("readable").flatten().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(world.run(&["lint", "model", "--fix"]).status, Some(0));
}

#[cfg(unix)]
#[test]
fn no_change_is_offered_for_a_card_that_is_a_link_and_the_help_can_be_followed() {
    for (target, help) in [("docs/card.md", "put a copy of "), ("docs/README.md", "lint ")] {
        let world = World::new(&[(&format!("model/{target}"), "---\nlicense: MIT\n---\n")]);
        std::os::unix::fs::symlink(target, world.path().join("model/README.md")).expect("a link");
        let shown = world.run(&["lint", "model"]);
        assert_eq!(shown.status, Some(1), "{shown:?}");
        assert!(shown.stdout.contains("[license-id-spelling]") && !shown.stdout.contains("--fix"), "{shown:?}");
        for arguments in [&["lint", "model", "--diff"], &["lint", "model", "--fix"]] {
            let ran = world.run(arguments);
            assert_eq!(ran.status, Some(4), "{ran:?}");
            assert!(!ran.stdout.contains("+license"), "{ran:?}");
            let (_, advice) = ran.stderr.split_once(help).expect("help");
            assert!(advice.contains(target), "{ran:?}");
        }
    }
    let world = World::new(&[("card.md", "---\nlicense: MIT\n---\n"), ("model/config.json", "{}\n")]);
    std::os::unix::fs::symlink("../card.md", world.path().join("model/README.md")).expect("a link");
    let ran = world.run(&["lint", "model", "--format", "concise"]);
    assert!(ran.stdout.contains("model/README.md: not-read[outside-root]"), "{ran:?}");
    assert!(!ran.stdout.contains("card-missing"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_bundle_that_was_broken_off_is_written_to_its_end_by_the_next_run() {
    let words = "All about rockets, and nobody else's.\n".repeat(400);
    let world = World::new(&[
        ("a/rocket/README.md", "---\nlicense: mit\n---\n"),
        ("a/rocket/NOTICE", &format!("Rocket\n{words}")),
    ]);
    let arguments = ["notice", "--offline", "a/rocket", "-o", "bundle=out"];
    let broken = run_on_a_full_disk(&world, &arguments);
    assert_eq!(broken.status, Some(4), "{broken:?}");
    assert!(!world.path().join("out/manifest.json").exists(), "{broken:?}");
    let whole = world.run(&arguments);
    assert_eq!((whole.status, whole.stderr.as_str()), (Some(0), ""));
    assert_eq!(world.run(&["notice", "--offline", "a/rocket", "-o", "bundle=fresh"]).status, Some(0));
    let names = |at: &str| {
        let mut names: Vec<_> =
            fs::read_dir(world.path().join(at)).expect("readable").flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("out"), names("fresh"));
    let list = |at: &str| fs::read(world.path().join(at).join("manifest.json")).expect("readable");
    assert_eq!(list("out"), list("fresh"));
}
