use proptest::prelude::*;

use super::*;
use crate::finding::Verdict;
use crate::license::Expression;
use crate::report::sample;
use crate::report::style::Timestamp;
use crate::scan::{Decision, DecisionGround, LicenseDecision};

fn written(scan: &Scan) -> String {
    written_in(scan, &Style::default())
}

fn written_in(scan: &Scan, style: &Style) -> String {
    sample::written(|out| write(scan, style, out))
}

/// Everything of a page but its style, its script and the picture.
fn words(page: &str) -> String {
    let without = |text: &str, from: &str, to: &str| match text.split_once(from) {
        Some((before, rest)) => format!("{before}{}", rest.split_once(to).map_or("", |(_, after)| after)),
        None => text.to_owned(),
    };
    without(&without(&without(page, "<style>", "</style>"), "<script>", "</script>"), "<svg", "</svg>")
}

/// Tags with their attributes as they stand, in order; what is between them is text.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()).collect()
}

/// `many` models, each after the one of the sample.
fn many(count: usize) -> Scan {
    let mut scan = sample::scan();
    scan.lineage = crate::lineage::Lineage::default();
    let (source, judged, finding) = (scan.sources[0].clone(), scan.judged[0].clone(), scan.findings[1].clone());
    scan.sources.clear();
    scan.judged.clear();
    scan.findings.clear();
    for number in 0..count {
        let mut source = source.clone();
        source.target = format!("./model-{number}");
        source.repository = Some(format!("vendor/model-{number}"));
        scan.sources.push(source);
        let mut judged = judged.clone();
        judged.subject.source = number;
        judged.decision = Some(decision(&["CC-BY-NC-4.0"], Verdict::Deny));
        scan.judged.push(judged);
        let mut finding = finding.clone();
        finding.subject = Some(scan.judged[number].subject.clone());
        scan.findings.push(finding);
    }
    scan
}

fn decision(licenses: &[&str], verdict: Verdict) -> Decision {
    let of = |license: &&str| LicenseDecision {
        license: (*license).to_owned(),
        verdict,
        grounds: vec![DecisionGround {
            words: "is of the category non-commercial".to_owned(),
            verdict,
            missing: Some("facts.mau"),
            policy: Vec::new(),
        }],
        because: Vec::new(),
        duties: Vec::new(),
    };
    Decision { licenses: licenses.iter().map(of).collect(), ..Decision::default() }
}

#[test]
fn the_answer_stands_before_everything_else() {
    let page = words(&written(&sample::scan()));
    let at = |wanted: &str| page.find(wanted).unwrap_or_else(|| panic!("{wanted}: {page}"));
    let order = [
        "No: the policy does not allow vendor/seg-net as it stands.",
        "commercial (preset)",
        "Not seen: 1 unreadable and 1 named parent.",
        "This is a policy result, no legal advice.",
        "id=\"numbers\"",
        "id=\"overview\"",
        "id=\"m1\"",
        "the weights of ./seg-net are under CC-BY-NC-4.0, which forbids commercial use",
        "id=\"family\"",
        "id=\"unseen\"",
        "permission denied; run as a user who may read it",
        "id=\"about\"",
        "SPDX licence list",
    ];
    let places: Vec<usize> = order.into_iter().map(at).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(page.matches("legal advice").count(), 1);
}

#[test]
fn terms_stand_in_lists_with_the_place_where_each_was_read() {
    let mut scan = sample::scan();
    scan.judged[0].decision = Some(decision(&["CC-BY-NC-4.0"], Verdict::Deny));
    let page = words(&written(&scan));
    for wanted in ["You may</h6>", "You must</h6>", "You must not</h6>", "use it commercially", "facts.mau"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let forbidden = page.split_once("list-must-not").expect("the list").1;
    let line = forbidden.split_once("use it commercially").expect("the line").1;
    assert!(line.trim_start().starts_with("<span class=\"small\">"), "{line}");
}

#[test]
fn what_nobody_has_read_is_marked() {
    let unread = license_db::licenses().iter().find(|license| {
        license.kind == license_db::Kind::License
            && !license.terms.is_empty()
            && license.terms.iter().all(|term| term.reviewed.is_none())
    });
    let mut scan = sample::scan();
    let id = unread.map_or("LicenseRef-nobody-knows", |license| license.id);
    scan.judged[0].decision = Some(decision(&[id], Verdict::Review));
    let page = words(&written(&scan));
    assert!(page.contains("not verified") || page.contains("Nothing that somebody has read in the text."), "{page}");
    assert!(page.contains("Nobody has read its text for the database."), "{page}");
    scan.judged[0].decision = Some(decision(&["LicenseRef-nobody-knows"], Verdict::Unknown));
    let page = words(&written(&scan));
    assert_eq!(page.matches("Not known: nobody has read the whole text.").count(), 2, "{page}");
}

#[test]
fn the_page_lets_nothing_in_and_nothing_out() {
    let page = written(&sample::scan());
    let policy = page.split_once("Content-Security-Policy\" content=\"").expect("a policy").1;
    let policy = policy.split_once('"').expect("its end").0;
    assert!(policy.starts_with("default-src &#39;none&#39;; style-src &#39;sha256-"), "{policy}");
    for inline in [("<style>", "</style>"), ("<script>", "</script>")] {
        let text = page.split_once(inline.0).expect("it is there").1.split_once(inline.1).expect("it ends").0;
        let hash = BASE64_STANDARD.encode(Sha256::digest(text));
        assert!(policy.contains(&hash.replace('+', "&#43;")) || policy.contains(&hash), "{hash} {policy}");
        assert_eq!(page.matches(inline.0).count(), 1);
    }
    for part in [PAGE_STYLE, PICTURE_STYLE, SCRIPT] {
        assert!(!part.contains("</") && !part.contains("url(") && !part.contains("@import"), "{part}");
    }
    for tag in tags(&words(&page)) {
        for attribute in [" src=", " style=", " srcset=", " action=", " data=", " on"] {
            assert!(!tag.contains(attribute), "{tag}");
        }
        assert!(!tag.starts_with("link") && !tag.starts_with("img") && !tag.starts_with("iframe"), "{tag}");
        if let Some((_, href)) = tag.split_once(" href=\"") {
            assert!(
                href.starts_with('#') || (href.starts_with("https://") && tag.contains("rel=\"noreferrer\"")),
                "{tag}"
            );
        }
    }
}

#[test]
fn headings_go_down_one_step_at_a_time_and_there_is_one_at_the_top() {
    for scan in [sample::scan(), sample::unjudged(), sample::hostile(), many(3), many(30)] {
        let page = words(&written(&scan));
        let levels: Vec<u32> = tags(&page)
            .iter()
            .filter_map(|tag| tag.strip_prefix('h'))
            .filter_map(|tag| tag.chars().next().and_then(|digit| digit.to_digit(10)))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn every_link_within_the_page_leads_somewhere_and_no_name_is_given_twice() {
    for scan in [sample::scan(), sample::unjudged(), sample::hostile(), many(3), many(30)] {
        let page = written(&scan);
        let body = page.split_once("</style>").expect("a style").1;
        let all = tags(body);
        let mut ids: Vec<&str> = all
            .iter()
            .filter_map(|tag| tag.split_once(" id=\"").and_then(|(_, rest)| rest.split('"').next()))
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for tag in &all {
            if let Some((_, href)) = tag.split_once(" href=\"#") {
                let href = href.split('"').next().unwrap_or_default();
                assert!(ids.contains(&href), "{href}");
            }
        }
    }
}

#[test]
fn of_many_models_each_licence_is_told_of_once() {
    let few = words(&written(&many(3)));
    assert_eq!(few.matches("You must not</h6>").count(), 3);
    let all = words(&written(&many(CARDS_OPEN + 1)));
    assert_eq!(all.matches("You must not</h4>").count(), 1);
    assert!(all.contains("Everything about vendor/model-0</summary>"), "{all}");
    assert!(all.contains("<a href=\"#l1\">"), "{all}");
}

#[test]
fn what_was_read_in_the_text_of_one_model_stays_in_its_card() {
    let mut scan = many(CARDS_OPEN + 1);
    let unknown = crate::license::UNEXPLAINED;
    for number in 0..=CARDS_OPEN {
        let mut decision = decision(&[unknown], Verdict::Unknown);
        decision.licenses[0].because = vec![crate::fact::Reason::Evidence(number)];
        scan.judged[number].decision = Some(decision);
    }
    let evidence = scan.evidence[2].clone();
    scan.evidence.clear();
    scan.classifications.clear();
    for number in 0..=CARDS_OPEN {
        let mut evidence = evidence.clone();
        evidence.at.source = number;
        evidence.at.path = format!("TERMS-{number}");
        scan.evidence.push(evidence);
        let kind = crate::evidence::TextKind::LicenseFile;
        let text = "Weather Words Agreement\n\nYou may not host the Model as a service for third parties.\n";
        let found = crate::classify::text::classify(text, kind);
        scan.classifications.push(Some(crate::classify::with_terms(found, text, kind)));
    }
    let page = words(&written(&scan));
    for number in 0..=CARDS_OPEN {
        assert!(page.contains(&format!("<cite>TERMS-{number}:3</cite>")), "{number}: {page}");
    }
    assert!(!page.contains("id=\"licences\""), "{page}");
}

#[test]
fn of_a_licence_that_binds_two_parts_the_worse_verdict_is_shown() {
    let mut scan = sample::scan();
    scan.judged[0].decision = Some(decision(&["MIT"], Verdict::Allow));
    scan.judged[1].decision = Some(decision(&["MIT"], Verdict::Deny));
    let page = words(&written(&scan));
    let licence = page.split_once("<div class=\"licence\"").expect("the terms").1;
    let line = licence.split_once("</p>").expect("its first line").0;
    assert!(line.contains("badge-deny") && line.contains("weights, code in src/"), "{line}");
    assert_eq!(page.matches("<div class=\"licence\"").count(), 1);
}

#[test]
fn a_thousand_models_are_a_page_that_browsers_bear() {
    let page = written(&many(1000));
    assert_eq!(page.matches("<article").count(), 1000);
    assert!(page.len() < 6_000_000, "{}", page.len());
}

#[test]
fn a_pass_that_rests_on_something_unseen_is_no_yes() {
    let mut scan = sample::scan();
    scan.findings.clear();
    for judged in &mut scan.judged {
        judged.verdict = Some(Verdict::Allow);
    }
    let incomplete = words(&written(&scan));
    assert!(incomplete.contains("Not yet: the policy allows what was seen of vendor/seg-net"), "{incomplete}");
    assert!(incomplete.contains("So this is not the whole answer."), "{incomplete}");
    scan.gaps.clear();
    assert!(words(&written(&scan)).contains("Yes, as far as the policy goes: it allows vendor/seg-net."));
}

#[test]
fn an_accepted_finding_stays_and_says_by_whom() {
    let mut scan = sample::scan();
    scan.findings[1].waived = Some("bought a licence, see contract 17".to_owned());
    scan.findings[0].is_existing = true;
    let page = words(&written(&scan));
    for wanted in [
        "bought a licence, see contract 17",
        "accepted by a waiver",
        "known from the baseline",
        "1\u{a0}accepted",
        "1\u{a0}in the baseline",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}

#[test]
fn what_judges_nothing_says_so() {
    let page = words(&written(&sample::unjudged()));
    assert!(page.contains("Nothing was judged, so nothing is allowed or forbidden here."), "{page}");
    assert!(!page.contains("policy result"), "{page}");
    assert!(!page.contains("badge-deny\">") || page.contains("class=\"legend\""), "{page}");
}

#[test]
fn a_date_is_that_of_the_argument() {
    let style = Style { dated: "2026-11-01T12:00:00Z".parse::<Timestamp>().ok(), ..Style::default() };
    assert!(written_in(&sample::scan(), &style).contains("<time datetime=\"2026-11-01T12:00:00Z\">"));
    assert!(written(&sample::scan()).contains("Not dated"));
}

#[test]
fn nothing_is_a_report_too() {
    let mut scan = many(0);
    scan.evidence.clear();
    scan.classifications.clear();
    scan.facts.clear();
    scan.gaps.clear();
    let page = words(&written(&scan));
    assert!(page.contains("There was nothing to judge."), "{page}");
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    for scan in [sample::scan(), sample::hostile()] {
        let first = written(&scan);
        assert!((0..5).all(|_| written(&scan) == first));
    }
}

#[test]
fn no_word_of_a_model_acts_through_the_page() {
    let mut scan = sample::hostile();
    scan.sources[0].repository_kind = crate::scan::RepositoryKind::Dataset;
    let tame = [sample::scan(), sample::unjudged(), many(1), many(30)];
    let known: Vec<String> = tame
        .iter()
        .flat_map(|scan| tags(&words(&written(scan))).iter().map(|tag| name(tag)).collect::<Vec<_>>())
        .collect();
    let page = written(&scan);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("alert(1)</script>"), "{page}");
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{page}");
    let is_harmless = |character: char| character == '\n' || !crate::report::escape::is_obeyed(character);
    assert!(page.chars().all(is_harmless), "{page}");
    for tag in tags(&words(&page)) {
        assert!(known.contains(&name(tag)), "{tag}");
    }
}

fn name(tag: &str) -> String {
    tag.chars().take_while(|character| character.is_ascii_alphanumeric() || *character == '/').collect()
}

/// A scan of which every string is this one.
fn called(words: &str) -> Scan {
    let mut scan = sample::hostile();
    let own = || words.to_owned();
    for source in &mut scan.sources {
        source.target = own();
        source.repository = Some(own());
        source.revision = Some(own());
        source.named_in = vec![own()];
        source.skipped = vec![format!("{words} (not opened: {words})")];
        source.hub = Some(crate::scan::HubState {
            renamed_from: Some(own()),
            asked_revision: Some(own()),
            is_gated: true,
            is_private: true,
        });
    }
    for evidence in &mut scan.evidence {
        evidence.at.path = own();
        evidence.at.key = Some(own());
        evidence.quote = format!("{words}\n{words}");
    }
    for gap in &mut scan.gaps {
        gap.detail = own();
    }
    for fact in &mut scan.facts {
        fact.candidates = vec![own()];
    }
    for judged in &mut scan.judged {
        judged.subject.path = own();
        judged.declared = Some(Expression::license(format!("{words}x")));
        judged.effective = Some(Expression::license(own()));
        judged.decision = Some(decision(&[words], Verdict::Deny));
    }
    for finding in &mut scan.findings {
        finding.message = own();
        finding.help = own();
        finding.waived = Some(own());
        finding.locations = vec![scan.evidence[0].at.clone()];
    }
    for node in &mut scan.lineage.nodes {
        node.reference = own();
        node.revision = Some(own());
    }
    if let Some(policy) = &mut scan.policy {
        policy.name = own();
        policy.file = Some(own());
        policy.layers = vec![own()];
    }
    scan
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_the_words_are_the_page_has_the_same_elements_and_attributes(
        hostile in "([\"'&<>`=\\[\\]\u{0}\u{b}\u{ffff}\u{202e}\n /]|-->|]]>|</style>|</script>|<script>|<img src=x onerror=y>|javascript:|\\PC){1,200}"
    ) {
        let shape = |words: &str| {
            let page = written(&called(words));
            let body = page.split_once("</style>").map(|(_, body)| body.to_owned()).unwrap_or_default();
            // Words are text, or the value of a label; an attribute that holds some is told by its name.
            let attributes = |tag: &str| {
                let quotes: Vec<&str> = tag.split('"').collect();
                quotes.into_iter().step_by(2).map(str::to_owned).collect::<Vec<_>>()
            };
            let told = tags(&body).into_iter().map(attributes);
            // Long words take more lines in the picture, and empty ones fewer in a quote.
            told.filter(|tag| !["text", "tspan", "/text", "/tspan", "path", "rect", "p", "/p", "circle", "br"].iter().any(|name| tag.first().is_some_and(|first| first.split(' ').next() == Some(name))))
                .collect::<Vec<_>>()
        };
        // Blank words are shown as nothing; a sign in front keeps them apart from that.
        prop_assert_eq!(shape(&format!("x!{hostile}")), shape("x!y"));
    }
}
