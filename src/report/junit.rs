//! `-o junit`: results as tests, for services that show nothing else.
//!
//! A suite for each target and in it a case for each subject and finding, in the shape that the xUnit plugin of Jenkins
//! accepts (its `junit-10.xsd`), which other services read too. A finding that closes the gate is a failure, what could
//! not be seen is an error, what was accepted, is in the baseline or is not allowed by a gate that fails on nothing is
//! skipped; anything else passes and is written into the output of its case.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Format;
use super::escape::{inert, inert_within};
use super::issues::{Issue, State, issues};
use super::style::Style;
use super::text::{closing_sentence, subject_words};
use crate::finding::{Level, Verdict};
use crate::scan::Scan;

/// `-o junit`.
pub(super) const FORMAT: Format = Format {
    name: "junit",
    summary: "findings as test cases, for services that show test results",
    extension: "xml",
    is_for_people: false,
    write,
    files: None,
};

/// Columns of a name before it is cut.
const NAME_LIMIT: usize = 300;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// It is not allowed, and the gate stays open all the same: no pass.
    NotAllowed,
    Skipped,
    Failed,
    NotSeen,
}

impl Outcome {
    /// The element that says it.
    fn tag(self) -> Option<&'static str> {
        match self {
            Self::Passed => None,
            Self::NotAllowed | Self::Skipped => Some("skipped"),
            Self::Failed => Some("failure"),
            Self::NotSeen => Some("error"),
        }
    }
}

/// A test case.
struct Case<'a> {
    name: String,
    outcome: Outcome,
    /// What kind of outcome: the name of the finding.
    kind: &'a str,
    /// One line that says why it did not pass.
    message: String,
    /// All lines of what made the outcome.
    body: String,
    /// All lines of what is said beside it.
    output: String,
}

/// The test cases of a target.
struct Suite<'a> {
    name: String,
    verdict: &'static str,
    cases: Vec<Case<'a>>,
}

impl Suite<'_> {
    fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome.tag() == outcome.tag()).count()
    }
}

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let issues = issues(scan);
    let suites = suites(scan, &issues);
    let total = |outcome: Outcome| suites.iter().map(|suite| suite.count(outcome)).sum::<usize>().to_string();
    let tests = suites.iter().map(|suite| suite.cases.len()).sum::<usize>().to_string();
    let (failures, errors) = (total(Outcome::Failed), total(Outcome::NotSeen));
    let attributes = [("name", "licentia"), ("tests", &tests), ("failures", &failures), ("errors", &errors)];
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer.create_element("testsuites").with_attributes(attributes);
    root.write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(scan, suite, style, writer)))?;
    writeln!(out)
}

fn write_suite<W: Write>(scan: &Scan, suite: &Suite<'_>, style: &Style, writer: &mut Writer<W>) -> io::Result<()> {
    let count = |outcome: Outcome| suite.count(outcome).to_string();
    let tests = suite.cases.len().to_string();
    let (failures, errors, skipped) = (count(Outcome::Failed), count(Outcome::NotSeen), count(Outcome::Skipped));
    let created = style.dated.map(|_| style.created());
    let mut attributes = vec![
        ("name", suite.name.as_str()),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", &errors),
        ("skipped", &skipped),
    ];
    attributes.extend(created.as_deref().map(|created| ("timestamp", created)));
    let policy = scan.policy.as_ref().map_or_else(String::new, |policy| xml(&policy.name));
    let result = xml(&closing_sentence(scan));
    let (tool, database) = (xml(&scan.versions.tool), xml(&scan.versions.database));
    let properties = [
        ("licentia", tool.as_str()),
        ("database", &database),
        ("policy", &policy),
        ("verdict", suite.verdict),
        ("result", &result),
    ];
    // The classes of a package: what stands before the last full stop is the package, so a name has none.
    let class = format!("licentia.{}", suite.name.replace('.', "_"));
    writer.create_element("testsuite").with_attributes(attributes).write_inner_content(|writer| {
        writer.create_element("properties").write_inner_content(|writer| {
            properties.iter().filter(|(_, value)| !value.is_empty()).try_for_each(|(name, value)| {
                let attributes = [("name", *name), ("value", *value)];
                writer.create_element("property").with_attributes(attributes).write_empty().map(|_| ())
            })
        })?;
        suite.cases.iter().try_for_each(|case| write_case(case, &class, writer))
    })?;
    Ok(())
}

fn write_case<W: Write>(case: &Case<'_>, class: &str, writer: &mut Writer<W>) -> io::Result<()> {
    let element = writer.create_element("testcase");
    let element = element.with_attributes([("name", case.name.as_str()), ("classname", class)]);
    let tag = case.outcome.tag();
    if tag.is_none() && case.output.is_empty() {
        return element.write_empty().map(|_| ());
    }
    element.write_inner_content(|writer| {
        if let Some(tag) = tag {
            let attributes = [("type", case.kind), ("message", case.message.as_str())];
            writer.create_element(tag).with_attributes(attributes).write_text_content(BytesText::new(&case.body))?;
        }
        if !case.output.is_empty() {
            writer.create_element("system-out").write_text_content(BytesText::new(&case.output))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A suite for each target, in their order, and at the end one for what concerns none of them.
fn suites<'a>(scan: &Scan, issues: &'a [Issue<'_>]) -> Vec<Suite<'a>> {
    let targets: Vec<usize> = scan.targets().map(|(index, _)| index).collect();
    let incomplete = scan.incomplete_sources();
    let mut of_target: BTreeMap<Option<usize>, Vec<&Issue<'_>>> = BTreeMap::new();
    for issue in issues {
        for target in targets_of(scan, &targets, issue) {
            of_target.entry(target).or_default().push(issue);
        }
    }
    let mut suites: Vec<Suite<'a>> = Vec::new();
    for &index in &targets {
        let Some(source) = scan.sources.get(index) else { continue };
        let verdict = super::text::verdict_of(scan, index).map_or("not judged", |verdict| verdict.as_str());
        let mut cases = cases(scan, &of_target.remove(&Some(index)).unwrap_or_default());
        let is_unseen = incomplete.contains(&index) && !cases.iter().any(|case| case.outcome == Outcome::NotSeen);
        if cases.is_empty() || is_unseen {
            cases.push(nothing_minded(scan, is_unseen));
        }
        suites.push(Suite { name: name(&source.target), verdict, cases });
    }
    let rest: Vec<&Issue<'_>> = of_target.into_values().flatten().collect();
    if !rest.is_empty() {
        let verdict = scan.verdict().map_or("not judged", |verdict| verdict.as_str());
        suites.push(Suite { name: "policy".to_owned(), verdict, cases: cases(scan, &rest) });
    }
    if suites.is_empty() {
        // A build service takes a report without a case for a run that did not happen.
        suites.push(Suite { name: "licentia".to_owned(), verdict: "not judged", cases: vec![nothing_judged(scan)] });
    }
    suites
}

/// The targets in whose suites an issue stands: its own, else all for which it counts. What is about none stands apart.
fn targets_of(scan: &Scan, targets: &[usize], issue: &Issue<'_>) -> Vec<Option<usize>> {
    let finding = &issue.finding;
    let is_about_all = finding.subject.is_none() && finding.locations.is_empty();
    let concerned = targets.iter().copied().filter(|&index| !is_about_all && scan.concerns(finding, index));
    let concerned: Vec<Option<usize>> = concerned.map(Some).collect();
    if concerned.is_empty() { vec![None] } else { concerned }
}

/// A case for each subject and finding.
fn cases<'a>(scan: &Scan, issues: &[&'a Issue<'_>]) -> Vec<Case<'a>> {
    let mut groups: BTreeMap<_, Vec<&'a Issue<'_>>> = BTreeMap::new();
    for issue in issues {
        groups.entry((&issue.finding.subject, issue.finding.name)).or_default().push(issue);
    }
    groups
        .into_iter()
        .map(|((subject, finding), group)| {
            let name = match subject {
                Some(subject) => format!("{finding}: {}", subject_words(subject)),
                None => finding.to_owned(),
            };
            case(scan, xml(&name), finding, &group)
        })
        .collect()
}

fn case<'a>(scan: &Scan, name: String, kind: &'a str, group: &[&Issue<'_>]) -> Case<'a> {
    let worst = |outcome: Outcome| group.iter().any(|issue| outcome_of(issue) == outcome);
    let order = [Outcome::Failed, Outcome::NotSeen, Outcome::NotAllowed, Outcome::Passed];
    let outcome = order.into_iter().find(|&outcome| worst(outcome)).unwrap_or(Outcome::Skipped);
    let (made, beside): (Vec<&Issue<'_>>, Vec<&Issue<'_>>) =
        group.iter().partition(|issue| outcome != Outcome::Passed && outcome_of(issue) == outcome);
    let message = made.first().map_or_else(String::new, |issue| {
        let excuse = || issue.excuse().unwrap_or_else(|| format!("It does not close the gate. {}", issue.message()));
        xml(&if outcome.tag() == Outcome::Skipped.tag() { excuse() } else { issue.message() })
    });
    Case { name, outcome, kind, message, body: paragraphs(scan, &made), output: paragraphs(scan, &beside) }
}

/// How a case ends that holds nothing else.
fn outcome_of(issue: &Issue<'_>) -> Outcome {
    match issue.state {
        State::Open if issue.fails => Outcome::Failed,
        State::Open if issue.is_unseen => Outcome::NotSeen,
        // Where nothing closes the gate, what is not allowed is no pass all the same.
        State::Open if issue.finding.verdict > Verdict::Review => Outcome::NotAllowed,
        State::Open => Outcome::Passed,
        State::Existing | State::Accepted => Outcome::Skipped,
    }
}

/// What holds of a target of which nothing is minded. A pass is only said where something was judged, and seen whole.
fn nothing_minded(scan: &Scan, is_incomplete: bool) -> Case<'static> {
    let skipped = nothing_judged(scan);
    if is_incomplete {
        let message = "Not everything was seen, so a pass cannot be trusted.".to_owned();
        return Case { outcome: Outcome::NotSeen, kind: "incomplete", message, ..skipped };
    }
    if scan.policy.is_some() { Case { outcome: Outcome::Passed, message: String::new(), ..skipped } } else { skipped }
}

/// What holds where no policy or no model was there to judge.
fn nothing_judged(scan: &Scan) -> Case<'static> {
    let reason = if scan.policy.is_some() { "there was nothing to judge" } else { "licentia scan judges nothing" };
    Case {
        name: "licence policy".to_owned(),
        outcome: Outcome::Skipped,
        kind: "not-judged",
        message: reason.to_owned(),
        body: String::new(),
        output: String::new(),
    }
}

fn paragraphs(scan: &Scan, issues: &[&Issue<'_>]) -> String {
    let paragraph = |issue: &&Issue<'_>| {
        let lines: Vec<String> = issue.lines(scan).iter().map(|line| xml(line)).collect();
        let level: Level = issue.finding.level;
        let state = match issue.state {
            State::Open => "",
            State::Existing => "existing ",
            State::Accepted => "accepted ",
        };
        format!("{state}{level}[{}]: {}", issue.finding.name, lines.join("\n"))
    };
    issues.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn name(text: &str) -> String {
    xml(&inert_within(text, NAME_LIMIT))
}

/// The text with what XML 1.0 (section 2.2) forbids written as `\u{…}`: it cannot stand there, not even as a reference.
fn xml(text: &str) -> String {
    inert(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;

    use super::*;
    use crate::lineage::{Edge, EdgeRelation, Lineage, Node, NodeKind};
    use crate::report::sample;
    use crate::scan::{Source, SourceKind};

    fn written(scan: &Scan, style: &Style) -> String {
        sample::written(|out| write(scan, style, out))
    }

    /// The names of all elements; fails where it is no XML.
    fn elements(text: &str) -> Vec<String> {
        let mut reader = Reader::from_str(text);
        let mut names = Vec::new();
        loop {
            match reader.read_event().expect("it is XML") {
                Event::Eof => return names,
                Event::Start(tag) | Event::Empty(tag) => names.push(tag.name().as_ref().to_owned()),
                _ => {}
            }
        }
    }

    fn count(text: &str, element: &str) -> usize {
        elements(text).iter().filter(|name| *name == element).count()
    }

    #[test]
    fn what_was_not_seen_of_a_shared_base_is_no_pass_of_any_child() {
        let mut scan = sample::scan();
        scan.findings.clear();
        scan.gaps[0].at.source = 2;
        let source = |name: &str| Source { files: 1, ..Source::new(name, SourceKind::Directory) };
        scan.sources.extend([source("./other"), Source { is_followed: true, ..source("vendor/base") }]);
        let node = |source| Node {
            reference: format!("n{source}"),
            kind: NodeKind::Model,
            source: Some(source),
            is_seen: true,
            revision: None,
        };
        let tie = |child| Edge { child, parent: 2, relation: EdgeRelation::TrainedOn, because: Vec::new() };
        scan.lineage = Lineage { nodes: (0..3).map(node).collect(), edges: vec![tie(0), tie(1)] };
        let text = written(&scan, &Style::default());
        assert!(text.contains("tests=\"2\" failures=\"0\" errors=\"2\""), "{text}");
    }

    #[test]
    fn a_scan_of_nothing_is_a_case_that_did_not_pass() {
        let mut scan = sample::scan();
        scan.sources.clear();
        scan.gaps.clear();
        scan.findings.clear();
        let text = written(&scan, &Style::default());
        assert!(text.contains("tests=\"1\"") && text.contains("skipped=\"1\""), "{text}");
        assert!(text.contains("there was nothing to judge"), "{text}");
    }

    #[test]
    fn a_finding_that_closes_the_gate_is_a_failure_and_a_gap_an_error() {
        let text = written(&sample::scan(), &Style::default());
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"licentia\" tests=\"3\" failures=\"1\" errors=\"1\">\n"), "{text}");
        assert!(
            text.contains("<testsuite name=\"./seg-net\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\">"),
            "{text}"
        );
        assert!(
            text.contains("<testcase name=\"non-commercial: weights\" classname=\"licentia._/seg-net\">"),
            "{text}"
        );
        assert!(
            text.contains("<failure type=\"non-commercial\" message=\"the weights of ./seg-net are under"),
            "{text}"
        );
        assert!(
            text.contains("<error type=\"not-seen\" message=\"./seg-net/model.bin: model.bin cannot be read"),
            "{text}"
        );
        assert!(text.contains("<system-out>warning[base-not-inspected]: the weights of"), "{text}");
        assert!(!text.contains("timestamp"), "{text}");
    }

    #[test]
    fn what_does_not_count_is_skipped() {
        let mut scan = sample::scan();
        scan.gaps.clear();
        scan.findings[0].is_existing = true;
        scan.findings[1].waived = Some("bought, see contract 17".to_owned());
        let text = written(&scan, &Style::default());
        assert!(text.contains("tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"2\""), "{text}");
        assert!(
            text.contains("<skipped type=\"non-commercial\" message=\"Accepted: bought, see contract 17.\">"),
            "{text}"
        );
    }

    #[test]
    fn a_target_that_nothing_is_minded_of_has_a_case_that_passes_only_if_it_was_judged() {
        let mut scan = sample::scan();
        scan.gaps.clear();
        scan.findings.clear();
        let text = written(&scan, &Style::default());
        assert!(text.contains("<testcase name=\"licence policy\" classname=\"licentia._/seg-net\"/>"), "{text}");
        scan.policy = None;
        assert_eq!(count(&written(&scan, &Style::default()), "skipped"), 1);
    }

    #[test]
    fn several_findings_of_one_kind_are_one_case_and_what_concerns_no_target_has_a_suite() {
        let mut scan = sample::scan();
        let mut again = scan.findings[1].clone();
        again.message = "again".to_owned();
        scan.findings.push(again);
        let mut about_all = scan.findings[0].clone();
        about_all.subject = None;
        about_all.locations.clear();
        scan.findings.push(about_all);
        let text = written(&scan, &Style::default());
        assert_eq!((count(&text, "failure"), count(&text, "testcase"), count(&text, "testsuite")), (1, 4, 2), "{text}");
        assert!(text.contains("error[non-commercial]: again.\n"), "{text}");
        assert!(text.contains("<testsuite name=\"policy\" tests=\"1\""), "{text}");
    }

    #[test]
    fn it_is_dated_only_on_request() {
        let dated = Some(crate::report::Timestamp::UNIX_EPOCH);
        let text = written(&sample::scan(), &Style { dated, ..Style::default() });
        assert!(text.contains(" timestamp=\"1970-01-01T00:00:00Z\">"), "{text}");
    }

    #[test]
    fn hostile_words_stay_words() {
        let text = written(&sample::hostile(), &Style::default());
        assert!(!text.contains("<script>") && !text.contains('\u{1b}') && !text.contains("##["), "{text}");
        assert!(!elements(&text).iter().any(|name| name == "script"));
        assert_eq!(written(&sample::hostile(), &Style::default()), text);
    }

    proptest! {
        #[test]
        fn any_words_give_xml(words in any::<String>()) {
            let mut scan = sample::scan();
            scan.sources[0].target.clone_from(&words);
            scan.findings[1].message.clone_from(&words);
            scan.findings[1].help = format!("]]>{words}\u{fffe}\0");
            let text = written(&scan, &Style::default());
            prop_assert_eq!(count(&text, "testcase"), 3);
            let is_allowed = |c: char| c == '\n' || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
            prop_assert!(text.chars().all(is_allowed));
        }
    }
}
