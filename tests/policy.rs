//! Policies as they are documented, described for editors and written out: the same thing three times.

#![expect(clippy::disallowed_methods, reason = "the documentation is a file of this repository")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use licentia::policy::file::{KEYS, schema};
use licentia::policy::{Form, Policy, PolicyFile, Preset};
use licentia::report::policy::{reference, write_json, write_toml};
use serde_json::Value;

const START: &str = "<!-- The rest is made from the list of keys: SNAPSHOTS=overwrite cargo test --test policy -->\n";

#[test]
fn the_reference_in_the_documentation_is_made_from_the_list_of_keys() {
    let page = page();
    let (above, below) = page.split_once(START).expect("the page has a generated part");
    let generated = format!("\n{}", reference());
    if env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
        return fs::write(page_path(), format!("{above}{START}{generated}")).expect("the repository can be written");
    }
    assert_eq!(below, generated, "docs/policy.md is stale: SNAPSHOTS=overwrite cargo test --test policy");
}

#[test]
fn every_policy_in_the_documentation_is_read_and_is_valid_under_the_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let page = page();
    let (above, _) = page.split_once(START).expect("the page has a generated part");
    let examples = blocks(above);
    assert!(!examples.is_empty());
    for example in &examples {
        let file = PolicyFile::parse(example, "licentia.toml").expect(example);
        Policy::from_layers(vec![file]).expect(example);
        let json = json_of(example);
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{example}");
    }
}

#[test]
fn the_worked_example_has_every_table_and_its_own_tests_hold() {
    let example = worked_example();
    let json = json_of(&example);
    for key in KEYS.iter().filter(|key| !key.path.contains('.') && matches!(key.form, Form::Table | Form::Tables)) {
        assert!(json.get(key.path).is_some() || key.path == "org", "{} is not in the example", key.path);
    }
    let policy = policy(&example);
    for trial in policy.trials() {
        assert_eq!(policy.answer(trial).expect("a valid test"), trial.expect.value, "{}", trial.at);
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for wrong in [
        "schema = 2\n",
        "unknown = 1\n",
        "name = \"\"\n",
        "preset = \"comercial\"\n",
        "root = \"yes\"\n",
        "extends = \"https://example.org/p.toml\"\n",
        "extends = { url = \"https://example.org/p.toml\" }\n",
        "extends = { url = \"http://example.org/p.toml\", sha256 = \"00\" }\n",
        "extends = [{ file = \"a.toml\", hash = \"\" }]\n",
        "[facts]\nuse = \"profit\"\n",
        "[facts]\ndistribution = []\n",
        "[facts]\nmau = -1\n",
        "[facts]\nmau = \"many\"\n",
        "[facts]\nannual_revenue = {}\n",
        "[facts]\nannual_revenue = { dollars = 1 }\n",
        "[facts]\ndomicile = \"Germany\"\n",
        "[facts]\nterritories = []\n",
        "[facts]\nas_of = \"yesterday\"\n",
        "[licenses]\nallow = [\"category:copyleft\"]\n",
        "[licenses]\nallow = [\"term:nothing\"]\n",
        "[licenses]\nallow = \"MIT\"\n",
        "[licenses]\nnone = \"maybe\"\n",
        "[levels]\nnon-comercial = \"note\"\n",
        "[levels]\ntag-only = \"loud\"\n",
        "[[scope]]\nlicenses = { none = \"review\" }\n",
        "[[scope]]\nmatch = {}\n",
        "[[scope]]\nmatch = { path = \"a/**\" }\nfacts = { use = \"profit\" }\n",
        "[[choose]]\nfrom = \"MIT OR ISC\"\n",
        "[[curate]]\ntarget = \"a/b\"\nlicense = \"MIT\"\nreason = \"x\"\nfiles = []\n",
        "[[curate]]\ntarget = \"a/b\"\nlicense = \"MIT\"\nreason = \"x\"\nfiles = [{ path = \"LICENSE\", sha256 = \"0\" }]\n",
        "[[waive]]\nfinding = \"tag-only\"\n",
        "[[rule]]\nid = \"x\"\nthen = \"deny\"\nmessage = \"x\"\nwhen = {}\n",
        "[[rule]]\nid = \"x\"\nthen = \"deny\"\nmessage = \"x\"\nwhen = { role = [] }\n",
        "[rule]\nid = \"x\"\n",
        "[gate]\nfail-on = \"notice\"\n",
        "[gate]\nrequire = [\"ticket\"]\n",
        "[[test]]\nlicense = \"MIT\"\n",
        "[org]\nlock = []\n",
    ] {
        assert!(PolicyFile::parse(wrong, "licentia.toml").is_err(), "the reader takes {wrong}");
        assert!(!validator.is_valid(&json_of(wrong)), "the schema takes {wrong}");
    }
}

#[test]
fn the_example_of_every_key_is_valid_under_the_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for key in KEYS {
        let example = key.example();
        let json = json_of(&example);
        // A line of a list of tables lacks what the table must have, and nothing else is wrong with it.
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        let is_part = key.path.contains('.');
        assert!(errors.iter().all(|error| is_part && error.contains("required")), "{errors:?}\n{example}");
    }
}

#[test]
fn a_policy_written_out_says_the_same_and_is_valid_under_the_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let all: String = KEYS
        .iter()
        .filter(|key| !key.path.contains('.') && key.path != "extends" && key.path != "levels")
        .map(|key| key.example() + "\n")
        .collect();
    let presets = Preset::ALL.map(Policy::preset);
    for policy in [policy(&worked_example()), policy(&all)].into_iter().chain(presets) {
        for origins in [false, true] {
            let written = toml_of(&policy, origins);
            let again = self::policy(&written);
            assert_eq!(toml_of(&again, false), toml_of(&policy, false), "{written}");
        }
        let mut bytes = Vec::new();
        write_json(&policy, true, &mut bytes).expect("memory takes everything");
        let json: Value = serde_json::from_slice(&bytes).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&json["policy"]).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        for pointer in json["origins"].as_object().expect("places").keys() {
            assert!(json["policy"].pointer(pointer).is_some(), "{pointer}");
        }
    }
}

#[test]
fn a_setting_of_the_command_line_stands_above_a_scope_also_where_it_is_written_out() {
    let text = "[[scope]]\nmatch = { path = \"a/**\" }\nlicenses = { none = \"allow\" }\n";
    let mut policy = policy(text);
    policy.apply_set("licenses.none=deny").expect("a setting");
    let written = toml_of(&policy, true);
    assert!(written.contains("[scope.licenses]\nnone = \"deny\"  # --set\n"), "{written}");
}

#[test]
fn a_policy_is_written_out_in_the_order_of_the_keys() {
    let written = toml_of(&policy(&worked_example()), false);
    let mut position = 0;
    for line in written.lines().filter_map(|line| line.strip_prefix('[')) {
        let table = line.trim_matches(['[', ']']).split('.').next().unwrap_or_default();
        let found = KEYS.iter().position(|key| key.path == table).expect("a table of the list");
        assert!(found >= position, "{table} stands too late");
        position = found;
    }
}

fn toml_of(policy: &Policy, origins: bool) -> String {
    let mut bytes = Vec::new();
    write_toml(policy, origins, &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("words")
}

fn policy(text: &str) -> Policy {
    let file = PolicyFile::parse(text, "licentia.toml").expect(text);
    Policy::from_layers(vec![file]).expect(text)
}

fn page_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.md")
}

fn page() -> String {
    fs::read_to_string(page_path()).expect("docs/policy.md")
}

fn worked_example() -> String {
    blocks(&page()).into_iter().next().expect("the page begins with an example")
}

/// The TOML of a page.
fn blocks(page: &str) -> Vec<String> {
    let parts = page.split("```toml\n").skip(1);
    parts.filter_map(|part| part.split_once("```").map(|(block, _)| block.to_owned())).collect()
}

/// TOML as a validator of JSON sees it: a day is a string.
fn json_of(text: &str) -> Value {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::String(words) => words.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(truth) => truth.into(),
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(convert).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, convert(value))).collect(),
        }
    }
    let table: toml::Table = text.parse().expect(text);
    convert(toml::Value::Table(table))
}

#[test]
fn what_says_that_no_licence_is_known_is_no_licence_to_allow() {
    for word in ["NOASSERTION", "none"] {
        let text = format!("[licenses]\nallow = [\"{word}\"]\n");
        let error = Policy::from_toml(&text, "licentia.toml").expect_err("it names nothing").to_string();
        assert!(error.contains("names none; licenses.unknown and licenses.none"), "{error}");
    }
}
