use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::finding::PolicyPlace;
use crate::location::Span;
use crate::report::sample;
use crate::report::style::Timestamp;
use crate::scan::SourceKind;

fn written(scan: &Scan, style: &Style) -> (String, Value) {
    let mut out = Vec::new();
    write(scan, style, &mut out).expect("memory takes everything");
    let text = String::from_utf8(out).expect("JSON is UTF-8");
    let value: Value = serde_json::from_str(&text).expect("it is JSON");
    (text, value["runs"][0].clone())
}

fn run(scan: &Scan) -> Value {
    written(scan, &Style::default()).1
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

#[test]
fn every_result_has_one_place_with_lines_and_columns_and_a_fingerprint() {
    let (text, run) = written(&sample::scan(), &Style::default());
    assert!(
        text.starts_with(
            "{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n  \"version\": \"2.1.0\""
        )
    );
    assert_eq!(length(&run["results"]), 3);
    for result in run["results"].as_array().expect("an array") {
        assert_eq!(length(&result["locations"]), 1);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[key].as_u64().is_some_and(|number| number > 0), "{result}");
        }
        assert_eq!(result["partialFingerprints"]["primaryLocationLineHash"].as_str().map(str::len), Some(64));
        let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("an index");
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        assert!(result.get("suppressions").is_none() && result.get("baselineState").is_none());
    }
    let first = &run["results"][0];
    assert_eq!((first["ruleId"].as_str(), first["level"].as_str()), (Some("non-commercial"), Some("error")));
    let place = &first["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!((place["uri"].as_str(), place["uriBaseId"].as_str()), (Some("seg-net/README.md"), Some("%SRCROOT%")));
    let words = first["message"]["text"].as_str().expect("words");
    assert!(words.starts_with("the weights of ./seg-net are under CC-BY-NC-4.0"), "{words}");
    assert!(
        words.ends_with("`commercial`. use a model that may be used commercially, or ask the vendor for a licence."),
        "{words}"
    );
}

#[test]
fn a_rule_that_fired_is_explained_and_no_other_is_listed() {
    let run = run(&sample::scan());
    let rules = run["tool"]["driver"]["rules"].as_array().expect("an array");
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids, ["base-not-inspected", "non-commercial", "not-seen"]);
    let rule = &rules[1];
    assert_eq!(rule["name"], "NonCommercial");
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert_eq!(rule["properties"]["tags"], serde_json::json!(["license", "terms"]));
    assert_eq!(rule["properties"]["problem.severity"], "error");
    assert!(rule["properties"].get("security-severity").is_none());
    assert!(rule["help"]["markdown"].as_str().is_some_and(|help| help.contains("## How to fix it\n")));
    assert!(rule["helpUri"].as_str().is_some_and(|uri| uri.ends_with("/docs/findings/non-commercial.md")));
    assert_eq!(run["automationDetails"]["id"], "licentia/commercial/");
}

#[test]
fn what_was_not_seen_is_said_and_the_run_did_not_succeed() {
    let mut scan = sample::scan();
    let invocation = run(&scan)["invocations"][0].clone();
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&Value::from(false), &Value::from(1)));
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(
        (notification["level"].as_str(), notification["descriptor"]["id"].as_str()),
        (Some("error"), Some("unreadable"))
    );
    assert_eq!(notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "seg-net/model.bin");
    assert!(invocation.get("endTimeUtc").is_none());
    scan.gaps.clear();
    let invocation = run(&scan)["invocations"][0].clone();
    assert_eq!(invocation["executionSuccessful"], true);
    assert_eq!(length(&invocation["toolExecutionNotifications"]), 0);
    let unjudged = run(&sample::unjudged());
    assert_eq!(unjudged["results"][0]["ruleId"], "not-seen");
    assert_eq!(unjudged["automationDetails"]["id"], "licentia/scan/");
}

#[test]
fn notes_are_left_out_and_counted_until_they_are_asked_for() {
    let mut scan = sample::scan();
    scan.gaps.clear();
    scan.findings[0].level = Level::Note;
    let brief = run(&scan);
    assert_eq!(length(&brief["results"]), 1);
    let said = &brief["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(said["message"]["text"], "1 note is not in this file. -v writes them too.");
    let (_, full) = written(&scan, &Style { detail: Detail::Full, ..Style::default() });
    assert_eq!(length(&full["results"]), 2);
    assert_eq!(length(&full["invocations"][0]["toolExecutionNotifications"]), 0);
}

#[test]
fn what_was_accepted_is_suppressed_and_what_exists_unchanged_and_all_results_say_which() {
    let mut scan = sample::scan();
    scan.findings[0].is_existing = true;
    scan.findings[1].waived = Some("contract 17".to_owned());
    let run = run(&scan);
    let results = run["results"].as_array().expect("an array");
    let states: Vec<_> = results.iter().map(|result| result["baselineState"].as_str()).collect();
    assert_eq!(states, [Some("new"), Some("unchanged"), Some("new")]);
    let suppressed: Vec<_> = results.iter().map(|result| length(&result["suppressions"])).collect();
    assert_eq!(suppressed, [0, 0, 1]);
    assert!(results.iter().all(|result| result["suppressions"].is_array()));
    assert_eq!(
        results[2]["suppressions"][0],
        serde_json::json!({"kind": "external", "status": "accepted", "justification": "contract 17"})
    );
}

#[test]
fn further_places_and_the_policy_are_related() {
    let mut scan = sample::scan();
    let further = scan.findings[0].locations[0].clone();
    scan.findings[1].locations.push(further);
    scan.findings[1].policy = vec![PolicyPlace {
        file: "licentia.toml".to_owned(),
        span: Some(Span { start_line: 3, start_column: 8, end_line: 3, end_column: 30 }),
        key: "licenses.deny".to_owned(),
        value: "[\"CC-BY-NC-4.0\"]".to_owned(),
    }];
    let run = run(&scan);
    let related = &run["results"][0]["relatedLocations"];
    assert_eq!(length(related), 2);
    assert_eq!(related[0]["physicalLocation"]["region"]["startLine"], 5);
    assert_eq!(
        (related[1]["id"].as_u64(), related[1]["message"]["text"].as_str()),
        (Some(2), Some("The policy says licenses.deny = [\"CC-BY-NC-4.0\"]"))
    );
}

#[test]
fn addresses_are_relative_where_they_lie_in_the_checkout_and_never_lead_out_of_it() {
    let uri = |target: &str, kind: SourceKind| {
        let mut scan = sample::scan();
        scan.sources[0].target = target.to_owned();
        scan.sources[0].kind = kind;
        let result = run(&scan)["results"][0].clone();
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        (
            place["uri"].as_str().map(str::to_owned),
            place.get("uriBaseId").is_some(),
            result["message"]["text"].to_string(),
        )
    };
    let (address, is_based, _) = uri("./a b/ü:#", SourceKind::Directory);
    assert_eq!((address.as_deref(), is_based), (Some("a%20b/%C3%BC%3A%23/README.md"), false));
    let (address, is_based, words) = uri("/srv/seg net", SourceKind::Directory);
    assert_eq!((address.as_deref(), is_based), (Some("file:///srv/seg%20net/README.md"), false));
    assert!(words.contains("It is about /srv/seg net/README.md:4:10 (license)."), "{words}");
    assert_eq!(uri("../../seg-net", SourceKind::Directory).0.as_deref(), Some("seg-net/README.md"));
    assert!(!uri("vendor/seg-net", SourceKind::Hub).1);
    assert!(uri("seg net", SourceKind::Directory).1);
}

#[test]
fn more_results_than_github_takes_are_cut_from_the_mildest_and_counted() {
    let mut scan = sample::scan();
    scan.gaps.clear();
    let (warning, error) = (scan.findings[0].clone(), scan.findings[1].clone());
    scan.findings = vec![warning; 3];
    for number in 0..MOST_RESULTS {
        scan.findings.push(Finding { message: number.to_string(), because: Vec::new(), ..error.clone() });
    }
    let log = log(&scan, &Style::default());
    let [run] = log.runs;
    assert_eq!(run.results.len(), MOST_RESULTS);
    assert!(run.results.iter().all(|result| result.level == "error"));
    let [invocation] = run.invocations;
    let said: Vec<&str> = invocation.tool_execution_notifications.iter().map(|one| one.message.text.as_str()).collect();
    assert_eq!(
        said,
        [
            "3 of the least severe results were left out: GitHub takes 25000 in a file. -o json holds all.",
            "GitHub shows 5000 of these 25000 results, the most severe first.",
        ]
    );
}

#[test]
fn it_is_dated_only_on_request() {
    let dated = Some(Timestamp::UNIX_EPOCH);
    let (_, run) = written(&sample::scan(), &Style { dated, ..Style::default() });
    assert_eq!(run["invocations"][0]["endTimeUtc"], "1970-01-01T00:00:00Z");
}

#[test]
fn hostile_words_stay_words() {
    let (text, run) = written(&sample::hostile(), &Style::default());
    assert!(!text.chars().any(|character| character != '\n' && crate::report::escape::is_obeyed(character)), "{text}");
    assert!(!text.contains("##["), "{text}");
    let words = run["results"][0]["message"]["text"].as_str().expect("words");
    assert!(words.contains("\\u{{1b}}") && !words.contains('\u{202e}'), "{words}");
    let id = run["automationDetails"]["id"].as_str().expect("an id");
    assert!(id.bytes().all(|byte| byte.is_ascii_graphic()) && id.matches('/').count() == 2, "{id}");
    assert_eq!(written(&sample::hostile(), &Style::default()).0, text);
}

proptest! {
    #[test]
    fn no_words_make_a_link_or_a_placeholder(words in "[\\[\\](){}0-9a\u{1b}]{0,30}") {
        let text = plain(&crate::report::escape::inert(&words));
        prop_assert!(!text.contains("]("));
        let (open, close) = (text.matches('{').count(), text.matches('}').count());
        let (doubled_open, doubled_close) = (text.matches("{{").count(), text.matches("}}").count());
        prop_assert_eq!((open, close), (2 * doubled_open, 2 * doubled_close));
    }

    #[test]
    fn every_path_is_a_relative_reference(path in any::<String>()) {
        let uri = uri::path(&path);
        prop_assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)));
    }
}
