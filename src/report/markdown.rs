//! `-o markdown`: the whole report as a document for a ticket or a review: the answer first, then the models, the findings
//! with their quotes, what each licence says, the family, and what was not seen.
//!
//! CommonMark 0.31 with the tables of GitHub Flavored Markdown, and Mermaid for the family. Words of a scan stand as
//! [`markdown_escape::cell`](super::markdown_escape) writes them; quotes stand in fences longer than any row of backticks
//! in them. So they make no link, no picture, no HTML, and call nobody.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::Format;
use super::closing::closing_sentence;
use super::escape::inert_within;
use super::explain::{Question, Sheet, Stance};
use super::layout::{place, plural};
use super::lineage::{self, relation_words};
use super::markdown_escape::cell;
use super::style::{Detail, Style};
use super::text::{Group, grouped, names_behind, quote_at, reason_words, standing, subject_words, verdict_of, weight};
use crate::license::Expression;
use crate::lineage::NodeKind;
use crate::scan::{Judged, Scan, Source};

/// `-o markdown`.
pub(super) const FORMAT: Format = Format {
    name: "markdown",
    summary: "the whole report as a document for a ticket or a review",
    extension: "md",
    is_for_people: true,
    write,
    files: None,
};

/// Places and reasons of one finding in normal detail.
const PLACES_SHOWN: usize = 20;
/// Lines of a quote.
const QUOTED_LINES: usize = 20;
/// Columns of a line of a quote.
const QUOTE_WIDTH: usize = 300;
/// Columns of a paragraph or a cell of which more is in the machine-readable formats.
const WORDS_LIMIT: usize = 4_000;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(document(scan, style)?.as_bytes())
}

/// The document. Writing into a string cannot fail.
fn document(scan: &Scan, style: &Style) -> io::Result<String> {
    let mut page = String::from("# Licence report\n\n");
    let verdict = scan.verdict().map_or(String::new(), |verdict| format!("**{verdict}**: "));
    let _ = writeln!(page, "{verdict}{}", words(&closing_sentence(scan)));
    models(&mut page, scan);
    findings(&mut page, scan, style);
    terms(&mut page, scan);
    family(&mut page, scan, style)?;
    not_seen(&mut page, scan);
    versions(&mut page, scan, style);
    Ok(page)
}

/// Words on one line, which do nothing and have an end.
fn words(text: &str) -> String {
    cell(&inert_within(text, WORDS_LIMIT))
}

fn held(scan: &Scan, index: usize) -> impl Iterator<Item = &Judged> {
    scan.judged.iter().filter(move |judged| judged.subject.source == index)
}

fn expression(expression: Option<&Expression>) -> String {
    expression.map_or_else(|| "–".to_owned(), |expression| words(&expression.to_string()))
}

fn models(page: &mut String, scan: &Scan) {
    let _ = writeln!(page, "\n## Models\n");
    if scan.targets().next().is_none() {
        let _ = writeln!(page, "There was nothing to scan.");
        return;
    }
    let _ = writeln!(page, "| model | part | declared | found in texts | concluded | in effect | verdict |");
    let _ = writeln!(page, "| --- | --- | --- | --- | --- | --- | --- |");
    let incomplete = scan.incomplete_sources();
    for (index, source) in scan.targets() {
        let whole = verdict_of(scan, index).map_or(String::new(), |verdict| {
            let names = names_behind(scan, index, verdict);
            let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
            format!(" **{verdict}**{names}")
        });
        let seen = if incomplete.contains(&index) { " not all of it was seen" } else { "" };
        let _ = writeln!(page, "| {} |{seen} | | | | |{whole} |", named(source));
        for judged in held(scan, index) {
            let _ = writeln!(
                page,
                "| | {} | {} | {} | {} | {} | {} |",
                cell(&subject_words(&judged.subject)),
                expression(judged.declared.as_ref()),
                expression(judged.observed.as_ref()),
                expression(judged.concluded.as_ref()),
                expression(judged.effective.as_ref()),
                judged.verdict.map_or_else(|| "–".to_owned(), |verdict| verdict.to_string()),
            );
        }
        if held(scan, index).next().is_none() {
            let _ = writeln!(page, "| | nothing here that a licence could apply to | | | | | |");
        }
    }
}

/// The target as the user named it, the repository where that says more, and the revision.
fn named(source: &Source) -> String {
    let mut name = words(&source.target);
    if let Some(repository) = source.repository.as_ref().filter(|repository| **repository != source.target) {
        let _ = write!(name, ", {}", words(repository));
    }
    if let Some(revision) = &source.revision {
        let _ = write!(name, " at {}", words(revision));
    }
    if !source.named_in.is_empty() {
        let lines: Vec<&str> = source.named_in.iter().map(String::as_str).collect();
        let _ = write!(name, ", named in {}", words(&lines.join(", ")));
    }
    name
}

/// The worst first: a document is read from its top.
fn findings(page: &mut String, scan: &Scan, style: &Style) {
    if scan.policy.is_none() {
        return;
    }
    let _ = writeln!(page, "\n## Findings");
    let mut groups = grouped(&scan.findings);
    groups.sort_by_key(|group| std::cmp::Reverse(weight(group.first)));
    if groups.is_empty() {
        let _ = writeln!(page, "\nNone.");
    }
    for (position, group) in groups.iter().enumerate() {
        finding(page, scan, position + 1, group, style);
    }
}

fn finding(page: &mut String, scan: &Scan, number: usize, group: &Group<'_>, style: &Style) {
    let first = group.first;
    let _ = writeln!(page, "\n### {number}. {}{}: {}\n", standing(first), first.level, first.name);
    let _ = writeln!(page, "{}", words(&first.message));
    let limit = if style.detail == Detail::Full { usize::MAX } else { PLACES_SHOWN };
    for location in group.locations.iter().take(limit) {
        let _ = writeln!(page, "\n- {}", cell(&place(&scan.sources, location)));
        fenced(page, "text", &quote(quote_at(scan, location, &group.because)));
    }
    let more = |page: &mut String, number: usize, one, many| {
        if number > limit {
            let number = number - limit;
            let _ = writeln!(page, "- and {number} more {} (`-o json` has all)", plural(number, one, many));
        }
    };
    let _ = writeln!(page);
    more(page, group.locations.len(), "place", "places");
    for &reason in group.because.iter().take(limit) {
        let _ = writeln!(page, "- because {}", words(&reason_words(scan, reason)));
    }
    more(page, group.because.len(), "reason", "reasons");
    for said in &first.policy {
        let _ = writeln!(page, "- policy: {}", words(&said.to_string()));
    }
    if let Some(reason) = &first.waived {
        let _ = writeln!(page, "- accepted: {}", words(reason));
    } else if first.is_existing {
        let _ = writeln!(page, "- it is in the baseline, so it does not fail");
    }
    if !first.help.is_empty() {
        let _ = writeln!(page, "- what to do: {}", words(&first.help));
    }
    let _ = writeln!(page, "- more: `licentia explain {}`", first.name);
}

/// Lines of a quote, made inert one by one.
fn quote(quote: &str) -> String {
    let lines: Vec<&str> = quote.lines().filter(|line| !line.trim().is_empty()).collect();
    let shown = lines.iter().take(QUOTED_LINES).map(|line| inert_within(&line.replace('\t', " "), QUOTE_WIDTH));
    let mut shown: Vec<String> = shown.collect();
    if let Some(more) = lines.len().checked_sub(QUOTED_LINES).filter(|more| *more > 0) {
        shown.push(format!("... ({more} more {})", plural(more, "line", "lines")));
    }
    shown.join("\n")
}

/// A block that nothing in it can end; nothing where it would be empty.
fn fenced(page: &mut String, language: &str, content: &str) {
    if content.trim().is_empty() {
        return;
    }
    let longest = content.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.saturating_add(1).max(3));
    let _ = writeln!(page, "\n{fence}{language}\n{}\n{fence}", content.trim_end_matches('\n'));
}

/// What the licences of the targets say, each once.
fn terms(page: &mut String, scan: &Scan) {
    let mut known = BTreeSet::new();
    let licences =
        scan.targets().flat_map(|(index, _)| held(scan, index)).filter_map(|judged| judged.effective.as_ref());
    let sheets: Vec<Sheet> = licences
        .flat_map(Expression::atoms)
        .map(|atom| Expression::License(atom.clone()))
        .filter(|expression| known.insert(expression.to_string()))
        .flat_map(|expression| Sheet::of_expression(&expression))
        .collect();
    let mut told = BTreeSet::new();
    let sheets: Vec<&Sheet> = sheets.iter().filter(|sheet| told.insert(sheet.id.as_str())).collect();
    if sheets.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## What the licences say");
    for sheet in sheets {
        let _ = writeln!(page, "\n### {}, {}\n", words(&sheet.id), words(&sheet.name));
        let questions = [Question::Sell, Question::Host, Question::Publish, Question::Train];
        let replies: Vec<(&str, &str)> = questions
            .into_iter()
            .filter_map(|question| sheet.answer(question))
            .map(|answer| (answer.question.words(), answer.reply.words()))
            .filter(|(_, reply)| !reply.is_empty())
            .collect();
        if !replies.is_empty() {
            let _ = writeln!(page, "| | |\n| --- | --- |");
        }
        for (question, reply) in &replies {
            let _ = writeln!(page, "| {question} | {reply} |");
        }
        let mut is_empty = replies.is_empty();
        for (stance, heading) in [
            (Stance::May, "You may:"),
            (Stance::Must, "You must:"),
            (Stance::MustNot, "You must not:"),
            (Stance::If, "If:"),
        ] {
            let lines = lines(sheet, stance);
            if lines.is_empty() {
                continue;
            }
            let gap = if is_empty { "" } else { "\n" };
            let _ = writeln!(page, "{gap}{heading}\n");
            is_empty = false;
            for line in lines {
                let _ = writeln!(page, "- {line}");
            }
        }
        if is_empty {
            let _ = writeln!(page, "Nothing is recorded of what it says: its text must be read.");
        }
    }
}

/// Lines of one stance, each once, with the place where it was read.
fn lines(sheet: &Sheet, stance: Stance) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in sheet.answers.iter().flat_map(|answer| &answer.lines).filter(|line| line.stance == stance) {
        let place = line.term.and_then(|term| sheet.terms.get(term)).map_or(String::new(), |term| {
            let hearsay = if term.is_read() { "" } else { "; unverified" };
            format!(" ({}{hearsay})", term.source)
        });
        let line = words(&format!("{}{place}", line.words));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn family(page: &mut String, scan: &Scan, style: &Style) -> io::Result<()> {
    if scan.lineage.edges.is_empty() {
        return Ok(());
    }
    let _ = writeln!(page, "\n## Lineage");
    let mut drawing = Vec::new();
    (lineage::MERMAID.write)(scan, style, &mut drawing)?;
    fenced(page, "mermaid", &String::from_utf8_lossy(&drawing));
    let _ = writeln!(page);
    let name = |index: usize| scan.lineage.nodes.get(index).map_or(String::new(), |node| words(&node.reference));
    for edge in &scan.lineage.edges {
        let node = scan.lineage.nodes.get(edge.parent);
        let seen = match node.map(|node| (node.inspected().is_some(), scan.main_of(node))) {
            Some((true, Some(judged))) => {
                let verdict = judged.standing.map_or(String::new(), |verdict| format!(" ({verdict})"));
                format!("{}{verdict}", expression(judged.concluded.as_ref()))
            }
            Some((true, None)) => "without an identified licence".to_owned(),
            _ => "not inspected".to_owned(),
        };
        let _ =
            writeln!(page, "- {}: {} {}: {seen}", name(edge.child), relation_words(edge.relation), name(edge.parent));
    }
    Ok(())
}

fn not_seen(page: &mut String, scan: &Scan) {
    let _ = writeln!(page, "\n## Not seen\n");
    let parents: BTreeSet<usize> = scan.lineage.edges.iter().map(|edge| edge.parent).collect();
    let nodes = parents.into_iter().filter_map(|parent| scan.lineage.nodes.get(parent));
    let unopened: Vec<String> = nodes
        .filter(|node| node.inspected().is_none())
        .map(|node| {
            let kind = if node.kind == NodeKind::Dataset { "dataset" } else { "parent" };
            format!("- {kind}: {} was named and not inspected", words(&node.reference))
        })
        .collect();
    for gap in &scan.gaps {
        let _ = writeln!(page, "- {}: {}: {}", gap.kind, words(&place(&scan.sources, &gap.at)), words(&gap.detail));
    }
    for line in &unopened {
        let _ = writeln!(page, "{line}");
    }
    let closed: Vec<String> = scan
        .sources
        .iter()
        .flat_map(|source| {
            super::family::closed(source)
                .map(move |line| format!("- left unread: {}: {}", words(source.name()), words(line)))
        })
        .collect();
    for line in &closed {
        let _ = writeln!(page, "{line}");
    }
    if scan.gaps.is_empty() && unopened.is_empty() && closed.is_empty() {
        let _ = writeln!(page, "Nothing was left unseen.");
    }
}

fn versions(page: &mut String, scan: &Scan, style: &Style) {
    let _ = writeln!(page, "\n## Made with\n\n| | |\n| --- | --- |");
    let versions = &scan.versions;
    let mut rows = vec![
        ("licentia", versions.tool.clone()),
        ("database", versions.database.clone()),
        ("SPDX licence list", versions.spdx_list.clone()),
    ];
    if let Some(policy) = &scan.policy {
        rows.push(("policy", format!("{} ({})", policy.name, policy.file.as_deref().unwrap_or("preset"))));
        rows.extend(policy.layers.iter().map(|layer| ("policy read from", layer.clone())));
    }
    if style.dated.is_some() {
        rows.push(("dated", style.created()));
    }
    for (what, which) in rows {
        let _ = writeln!(page, "| {what} | {} |", words(&which));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        document(scan, &Style::default()).expect("memory takes everything")
    }

    /// A scan in which these words stand everywhere where a model may write.
    fn saying(said: &str) -> Scan {
        let mut scan = sample::hostile();
        for source in &mut scan.sources {
            said.clone_into(&mut source.target);
            source.repository = Some(format!("{said}{said}"));
            source.revision = Some(said.to_owned());
            source.named_in = vec![said.to_owned()];
        }
        for evidence in &mut scan.evidence {
            said.clone_into(&mut evidence.at.path);
            evidence.at.key = Some(said.to_owned());
            said.clone_into(&mut evidence.quote);
        }
        for gap in &mut scan.gaps {
            said.clone_into(&mut gap.at.path);
            said.clone_into(&mut gap.detail);
        }
        for finding in &mut scan.findings {
            said.clone_into(&mut finding.message);
            said.clone_into(&mut finding.help);
            finding.waived = Some(said.to_owned());
            for location in &mut finding.locations {
                said.clone_into(&mut location.path);
                location.key = Some(said.to_owned());
            }
        }
        for judged in &mut scan.judged {
            said.clone_into(&mut judged.subject.path);
            judged.effective = Some(Expression::license(said));
        }
        for node in &mut scan.lineage.nodes {
            said.clone_into(&mut node.reference);
        }
        scan
    }

    /// What a renderer would make of the document beside words, tables and lists of ours.
    fn foreign(document: &str) -> Vec<String> {
        let mut foreign = Vec::new();
        let mut headings = 0;
        for event in Parser::new_ext(document, Options::all()) {
            let is_ours = match &event {
                Event::Html(_)
                | Event::InlineHtml(_)
                | Event::FootnoteReference(_)
                | Event::Rule
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::TaskListMarker(_)
                | Event::Start(
                    Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::HtmlBlock
                    | Tag::BlockQuote(_)
                    | Tag::CodeBlock(CodeBlockKind::Indented)
                    | Tag::Strikethrough
                    | Tag::Emphasis,
                ) => false,
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    matches!(language.as_ref(), "text" | "mermaid")
                }
                Event::Code(code) => code.starts_with("licentia explain ") || code.as_ref() == "-o json",
                Event::Start(Tag::Heading { .. }) => {
                    headings += 1;
                    true
                }
                _ => true,
            };
            if !is_ours {
                foreign.push(format!("{event:?}"));
            }
        }
        if headings > 12 {
            foreign.push(format!("{headings} headings"));
        }
        foreign
    }

    #[test]
    fn the_answer_stands_first_and_everything_has_its_place() {
        let text = written(&sample::scan());
        assert!(text.starts_with("# Licence report\n\n**deny**: policy commercial (preset) does not allow"), "{text}");
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(
            headings,
            [
                "# Licence report",
                "## Models",
                "## Findings",
                "### 1. error: non-commercial",
                "### 2. warning: base-not-inspected",
                "## What the licences say",
                "### CC-BY-NC-4.0, Creative Commons Attribution Non Commercial 4.0 International",
                "### MIT, MIT License",
                "## Lineage",
                "## Not seen",
                "## Made with",
            ]
        );
        for part in [
            "| ./seg-net, vendor/seg-net | not all of it was seen | | | | | **deny** (non-commercial) |\n",
            "| | weights | CC-BY-NC-4.0 | – | CC-BY-NC-4.0 | CC-BY-NC-4.0 | deny |\n",
            "\n- ./seg-net/README.md:4:10 (license)\n\n```text\ncc-by-nc-4.0\n```\n",
            "\n- what to do: use a model that may be used commercially",
            "\n| May I sell a product with it? | no |\n",
            "\n```mermaid\nflowchart LR\n",
            "\n- ./seg-net: finetune of vendor/base: not inspected\n",
            "\n- unreadable: ./seg-net/model.bin: model.bin cannot be read",
            "\n- parent: vendor/base was named and not inspected\n",
            "\n| SPDX licence list | 3\\.29.0 |\n",
        ] {
            assert!(text.contains(part), "{part}\nin\n{text}");
        }
        assert_eq!(foreign(&text), Vec::<String>::new());
    }

    #[test]
    fn without_a_policy_nothing_is_judged_and_without_models_that_is_said() {
        let mut scan = sample::unjudged();
        assert!(!written(&scan).contains("## Findings"));
        scan.sources.clear();
        scan.judged.clear();
        scan.gaps.clear();
        scan.lineage = crate::lineage::Lineage::default();
        let text = written(&scan);
        assert!(text.contains("There was nothing to scan.") && text.contains("Nothing was left unseen."), "{text}");
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_document() {
        for said in [
            "<script>alert(1)</script><img src=x onerror=y>",
            "[x](https://evil.example) ![x](https://evil.example/x.png) https://evil.example <a@evil.example>",
            "```\n# forged heading\n```",
            "| forged | cell |\n|---|---|",
            "@octocat closes #1 `x` *y* _z_ ~~w~~ $$x$$ [^1] - [ ] x",
            "\n\n    indented\n\n> quoted\n\n---\n",
        ] {
            let text = written(&saying(said));
            assert_eq!(foreign(&text), Vec::<String>::new(), "{text}");
        }
        let text = written(&sample::hostile());
        assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")) && !text.contains("##["), "{text}");
    }

    #[test]
    fn a_quote_cannot_leave_its_fence() {
        let mut page = String::new();
        fenced(&mut page, "text", "a\n````\nb");
        assert_eq!(page, "\n`````text\na\n````\nb\n`````\n");
    }

    proptest! {
        #[test]
        fn whatever_a_model_says_the_document_is_ours(
            said in prop_oneof![any::<String>(), "[-+=#>*_`~|<>\\[\\]()!\\\\&;:/.@$^{}\" a1w\n]{0,24}"],
        ) {
            let text = written(&saying(&said));
            prop_assert_eq!(foreign(&text), Vec::<String>::new(), "{}", text);
        }
    }
}
