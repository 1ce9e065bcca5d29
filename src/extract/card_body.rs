//! What the prose of a card says about its licence: the licence section, sentences that restrict use, links.
//!
//! Finds places and quotes nothing itself. Fenced code and comments are left out: a card that shows how to write
//! `license: mit`, or keeps the template's hints, does not say it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::{Regex, RegexSet};

use super::document::{mentions_license, pattern};

/// Places in the text of a card, each list in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Licence sections with their headings, and single lines such as `**License:** MIT`.
    pub(crate) sections: Vec<Range<usize>>,
    /// Sentences outside those sections that restrict use.
    pub(crate) statements: Vec<Range<usize>>,
    /// Links outside those sections whose words or target speak of a licence, with the target.
    pub(crate) links: Vec<(Range<usize>, String)>,
    /// The lines that are shown: outside fenced code and comments.
    pub(crate) lines: Vec<Range<usize>>,
}

/// Reads the prose from byte `start` of `text`. `is_markdown` is false for reStructuredText and plain text, where
/// Markdown's fences mean something else.
pub(crate) fn read(text: &str, start: usize, is_markdown: bool) -> Body {
    let mut outline = if is_markdown { markdown(text, start) } else { Outline::default() };
    let hidden = merged(std::mem::take(&mut outline.hidden), comments(text, start));
    let shown = lines(text, start, &hidden);
    if !is_markdown {
        outline.headings.extend(underlined(text, &shown));
    }
    outline.headings.extend(shown.iter().filter_map(|line| pseudo_heading(text, line)));
    html_headings(text, start, &hidden, &mut outline.headings);
    outline.headings.sort_by_key(|heading| (heading.at.start, heading.level));

    let mut sections = sections(text, &outline.headings);
    let outside = merged(hidden.clone(), sections.clone());
    let chunks = chunks(text, &shown, &outside);
    let is_labelled =
        |chunk: &&Range<usize>| is_label(&plain(text, chunk)) || text.get((*chunk).clone()).is_some_and(is_bold_label);
    sections.extend(chunks.iter().filter(is_labelled).cloned());
    sections.sort_by_key(|section| section.start);

    let covered = merged(outside, sections.clone());
    let sentences =
        chunks.iter().filter(|chunk| !covers(&covered, chunk.start)).flat_map(|chunk| sentences(text, chunk));
    let statements = sentences.filter(|sentence| restricts(&plain(text, sentence))).collect();
    html_links(text, start, &mut outline.links);
    let mut links = outline.links;
    links.retain(|(at, target)| !covers(&covered, at.start) && !target.starts_with('#') && !target.trim().is_empty());
    links.sort_by(|one, other| (one.0.start, &one.1).cmp(&(other.0.start, &other.1)));
    let mut seen = BTreeSet::new();
    links.retain(|(_, target)| seen.insert(target.clone()));
    Body { sections, statements, links, lines: shown }
}

/// Whether a sentence restricts the use of what it speaks of. Tells no more than that a reader must look at it.
pub(crate) fn restricts(sentence: &str) -> bool {
    RESTRICTIONS.is_match(&WAIVED.replace_all(sentence, " "))
}

/// The template's placeholder, which is no statement.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim().trim_matches(['[', ']', '<', '>', '*', '.', ' ']).to_lowercase();
    matches!(value.as_str(), "" | "more information needed" | "needs more information" | "todo" | "tbd")
}

const RESTRICTION_PATTERNS: &[&str] = &[
    r"(?i)\bnon[- ]?commercial",
    r"(?i)\bby[- ]nc\b",
    r"(?i)\b(not|no|never|cannot|prohibits?|forbids?|without)\b.{0,60}\bcommercial(ly)?\b",
    r"(?i)\bcommercial(ly)?\b.{0,60}\b(prohibited|forbidden|disallowed|restricted|not (be )?(allowed|permitted|licensed|intended))",
    r"(?i)\bcommercial (use|usage|purposes?|applications?|licen[sc]\w*)\b.{0,80}\b(contact|requires?|request|obtain|purchase|permission|separate)",
    r"(?i)\b(research|academic|educational|personal|evaluation|scientific)\b.{0,40}\b(use|usage|purposes?)[ -]only\b",
    r"(?i)\b(research|academic|evaluation)[- ]only\b",
    r"(?i)\b(only|solely|exclusively|strictly|restricted to|limited to)\b.{0,40}\b(research|academic|educational|personal|evaluation|scientific)\b.{0,25}\b(use|usage|purposes?)\b",
    "非商[业業用]|非[营營]利",
    "(不得|不可|不能|禁止|不允许|不允許|不支持|严禁|嚴禁).{0,12}(商用|商业|商業)",
    "(商用|商业|商業).{0,12}(禁止|不可|授权|授權|申请|申請|联系|聯繫|できません|許可が必要)",
    "(仅|僅|只能|只可|只).{0,14}(研究|学术|學術|学习|學習|教育|个人|個人)",
    "(研究|学術|教育|個人).{0,8}(目的)?(のみ|に限)",
    "비상업|상업적.{0,12}(금지|불가|없)|(연구|학술).{0,8}(목적|용도)(으로)?만",
];

/// "Does not require a request": what is not asked for restricts nothing.
static WAIVED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:does|do|is|are)(?: not|n't) (?:require|need)(?:d|s)?(?: to)?(?: \w+){0,3}|(?:不需要|无需|無需|不必).{0,4}",
    )
});

static RESTRICTIONS: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(RESTRICTION_PATTERNS).unwrap_or_else(|error| unreachable!("{error}")));

static SECTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)licen[sc]|\bterms (of|and)\b|\bgoverning terms\b|^terms$|\b(use|usage) (restriction|polic)|\bacceptable use\b",
        r"|许可|許可|授权|授權|协议$|協議$|ライセンス|利用規約|라이선스|라이센스|\blizenz|\blicencia|\blicenza|лицензи"
    ))
});

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^(?:[a-z]+ ){0,2}(?:licen[sc]e(?:s|d under)?|licensing|许可证|許可證|许可协议|ライセンス)(?: ?\([^)]{0,40}\))?",
        r" ?[:：|] ?(?P<value>.+)$"
    ))
});

static HTML_HEADING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)<(h[1-6]|summary)\b[^<>]{0,500}>(.{0,1000}?)</(?:h[1-6]|summary)\s*>"));
static HTML_COMMENT_START: &str = "<!--";
static HTML_TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"<[^<>]{0,2000}>"));
static HTML_LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)<(a|img)\b[^<>]{0,2000}>"));
static HTML_TARGET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#));
static BOLD_LINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:[-*+]\s+)?(?:\*\*|__)([^*_]{1,200})(?:\*\*|__)\s*[:：]?\s*$"));
static BOLD_LABEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\s>]*(?:[-*+]\s+)?(?:\*\*|__)([^*_\n]{1,60})(?:\*\*|__)\s*(.*)"));
/// Where a sentence ends: behind a full stop and a space, or behind a full-width one.
static SENTENCE_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?;]+[)\]*_]*\s+|[。！？；]+"));
static CHUNK_START: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\s>]*(?:[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|\|)"));

/// Level of a heading that is none in Markdown: a bold line, a summary.
const PSEUDO_LEVEL: u8 = 7;
/// Longest title of a licence section, in words. A longer one is a sentence, and one with bars a menu.
const MOST_TITLE_WORDS: usize = 12;
/// Links and images within one another that are listened to at once.
const MOST_OPEN_LINKS: usize = 8;

#[derive(Debug)]
struct Heading {
    at: Range<usize>,
    level: u8,
    words: String,
}

#[derive(Debug, Default)]
struct Outline {
    headings: Vec<Heading>,
    hidden: Vec<Range<usize>>,
    links: Vec<(Range<usize>, String)>,
}

/// Headings, fenced code and links, as Markdown has them.
fn markdown(text: &str, start: usize) -> Outline {
    let mut outline = Outline::default();
    let body = text.get(start..).unwrap_or_default();
    let mut heading: Option<Heading> = None;
    let mut open: Vec<(Range<usize>, String, String)> = Vec::new();
    for (event, at) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        let at = at.start + start..at.end + start;
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some(Heading { at, level: level as u8, words: String::new() });
            }
            Event::End(TagEnd::Heading(_)) => outline.headings.extend(heading.take()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => outline.hidden.push(at),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                open.push((at, dest_url.into_string(), String::new()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let Some((at, target, words)) = open.pop() else { continue };
                if mentions_license(&words) || is_license_target(&target) {
                    outline.links.push((at, target));
                }
            }
            Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) => {
                for (_, _, heard) in open.iter_mut().take(MOST_OPEN_LINKS) {
                    heard.push_str(&words);
                }
                if let Some(heading) = &mut heading {
                    heading.words.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.words.push(' ');
                }
            }
            _ => {}
        }
    }
    outline
}

/// A URL or file that is a licence by its looks. Two vendors keep their terms where no word says so.
fn is_license_target(target: &str) -> bool {
    mentions_license(target)
        || ["creativecommons.org/publicdomain", "ai.google.dev/gemma/terms", "gemma/prohibited_use_policy"]
            .iter()
            .any(|known| target.contains(known))
}

/// HTML comments that begin outside other hidden places; an open one goes to the end.
fn comments(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find(HTML_COMMENT_START)).map(|offset| at + offset) {
        let inside = open + HTML_COMMENT_START.len();
        let close = text.get(inside..).and_then(|rest| rest.find("-->"));
        let end = close.map_or(text.len(), |offset| inside + offset + 3);
        found.push(open..end);
        at = end;
    }
    found
}

/// Both lists as one of sorted ranges that do not touch.
fn merged(mut ranges: Vec<Range<usize>>, more: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.extend(more);
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Whether one of the sorted ranges holds the offset.
fn covers(ranges: &[Range<usize>], offset: usize) -> bool {
    let behind = ranges.partition_point(|range| range.start <= offset);
    behind.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|range| offset < range.end)
}

/// The lines outside hidden places, without their breaks.
fn lines(text: &str, start: usize, hidden: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let first = at + (line.len() - line.trim_start().len());
        if !covers(hidden, first.min(at + line.len().saturating_sub(1))) {
            lines.push(at..at + line.trim_end_matches(['\n', '\r']).len());
        }
        at += line.len();
    }
    lines
}

/// A line of nothing but bold words.
fn pseudo_heading(text: &str, line: &Range<usize>) -> Option<Heading> {
    let words = BOLD_LINE.captures(text.get(line.clone())?)?.get(1)?.as_str().to_owned();
    Some(Heading { at: line.clone(), level: PSEUDO_LEVEL, words })
}

/// Headings of reStructuredText: a line above a line of punctuation. Their levels depend on the order of the
/// characters in the file; one level ends a section early at worst, at the next heading.
fn underlined(text: &str, lines: &[Range<usize>]) -> Vec<Heading> {
    let pairs = lines.windows(2).filter(|pair| pair[1].start <= pair[0].end + 2);
    let headings = pairs.filter_map(|pair| {
        let title = text.get(pair[0].clone())?.trim();
        let rule = text.get(pair[1].clone())?.trim_end();
        let first = rule.chars().next().filter(char::is_ascii_punctuation)?;
        let is_heading = rule.len() >= 3
            && rule.chars().all(|character| character == first)
            && title.contains(char::is_alphanumeric);
        is_heading.then(|| Heading { at: pair[0].clone(), level: 2, words: title.to_owned() })
    });
    headings.collect()
}

fn html_headings(text: &str, start: usize, hidden: &[Range<usize>], headings: &mut Vec<Heading>) {
    for found in HTML_HEADING.captures_iter(text.get(start..).unwrap_or_default()) {
        let (Some(whole), Some(tag), Some(words)) = (found.get(0), found.get(1), found.get(2)) else { continue };
        let at = start + whole.start()..start + whole.end();
        if !covers(hidden, at.start) {
            let digit = tag.as_str().chars().last().and_then(|last| last.to_digit(10));
            let level = digit.and_then(|digit| u8::try_from(digit).ok()).unwrap_or(PSEUDO_LEVEL);
            let words = HTML_TAG.replace_all(words.as_str(), "").trim().to_owned();
            headings.push(Heading { at, level, words });
        }
    }
}

/// From each licence heading to the next heading of its level or above.
fn sections(text: &str, headings: &[Heading]) -> Vec<Range<usize>> {
    let mut sections: Vec<Range<usize>> = Vec::new();
    for (index, heading) in headings.iter().enumerate() {
        let words = heading.words.trim().trim_end_matches([':', '：']);
        let is_title = words.split_whitespace().count() <= MOST_TITLE_WORDS && !words.contains('|');
        let is_license =
            is_title && SECTION.is_match(words) && (mentions_license(words) || !words.to_lowercase().contains("plate"));
        if !is_license || sections.last().is_some_and(|last| heading.at.start < last.end) {
            continue;
        }
        let later = headings
            .iter()
            .skip(index + 1)
            .find(|later| later.level <= heading.level && later.at.start >= heading.at.end);
        let end = later.map_or(text.len(), |later| later.at.start);
        let section = text.get(heading.at.start..end).unwrap_or_default();
        let behind = text.get(heading.at.end.min(end)..end).unwrap_or_default();
        if !(is_placeholder(&plain_words(behind)) && is_bare(words)) {
            sections.push(heading.at.start..heading.at.start + section.trim_end().len());
        }
    }
    sections
}

/// Whether a heading names the topic and no licence: `License`, not `Apache License`.
fn is_bare(heading: &str) -> bool {
    heading.split_whitespace().count() <= 1
}

/// Paragraphs, list items, headings and table rows outside the given places.
fn chunks(text: &str, lines: &[Range<usize>], outside: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    let mut expected = None;
    // A heading or a table row is one by itself.
    let stands_alone = |words: &str| words.trim_start().starts_with(['#', '|']);
    for line in lines {
        let words = text.get(line.clone()).unwrap_or_default();
        if words.trim().is_empty() || covers(outside, line.start) {
            is_open = false;
            continue;
        }
        // A hidden place between two lines parts them.
        let follows = expected.is_some_and(|end: usize| line.start <= end + 2);
        match chunks.last_mut() {
            Some(last) if is_open && follows && !CHUNK_START.is_match(words) => last.end = line.end,
            _ => chunks.push(line.clone()),
        }
        is_open = !stands_alone(words);
        expected = Some(line.end);
    }
    chunks
}

pub(crate) fn sentences(text: &str, chunk: &Range<usize>) -> Vec<Range<usize>> {
    let words = text.get(chunk.clone()).unwrap_or_default();
    let mut sentences = Vec::new();
    let mut start = 0;
    for end in SENTENCE_END.find_iter(words).map(|found| found.end()).chain([words.len()]) {
        let sentence = words.get(start..end).unwrap_or_default();
        let first = start + (sentence.len() - sentence.trim_start().len());
        let length = sentence.trim().len();
        if length > 0 {
            sentences.push(chunk.start + first..chunk.start + first + length);
        }
        start = end;
    }
    sentences
}

fn is_label(words: &str) -> bool {
    let value = LABEL.captures(words).and_then(|found| found.name("value"));
    mentions_license(words)
        && value.is_some_and(|value| !is_placeholder(value.as_str().trim_matches(['|', ' ', '-', ':'])))
}

/// `**License** MIT`, `**Usage and license notices**: …`: bold words about the licence, and more behind them.
fn is_bold_label(source: &str) -> bool {
    let Some(found) = BOLD_LABEL.captures(source) else { return false };
    let part = |index| found.get(index).map_or("", |part| part.as_str());
    mentions_license(part(1)) && !is_placeholder(part(2).trim_start_matches([':', '：', ' ']))
}

pub(crate) fn plain(text: &str, range: &Range<usize>) -> String {
    plain_words(text.get(range.clone()).unwrap_or_default())
}

/// The words as they are read: without tags and marks, dashes made one kind, white space one space.
fn plain_words(source: &str) -> String {
    let untagged = HTML_TAG.replace_all(source, " ");
    let mut words = String::with_capacity(untagged.len());
    for character in untagged.chars() {
        match character {
            '*' | '`' => {}
            '\u{2010}'..='\u{2015}' => words.push('-'),
            '~' | '>' | '#' | '_' => words.push(' '),
            other => words.push(other),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_start_matches(['-', '+', '|', ' ']).to_owned()
}

/// `<a href>` and `<img src>`, as most badges are written.
fn html_links(text: &str, start: usize, links: &mut Vec<(Range<usize>, String)>) {
    let body = text.get(start..).unwrap_or_default();
    for tag in HTML_LINK.find_iter(body) {
        let is_anchor = tag.as_str().get(1..2).is_some_and(|name| name.eq_ignore_ascii_case("a"));
        let words = body.get(tag.end()..).filter(|_| is_anchor).map_or("", |rest| super::cut(rest, 300));
        let words = words.split("</a").next().unwrap_or_default();
        let target = HTML_TARGET.captures(tag.as_str()).and_then(|found| found.iter().skip(1).flatten().next());
        if let Some(target) = target.map(|target| target.as_str())
            && (mentions_license(tag.as_str())
                || mentions_license(&HTML_TAG.replace_all(words, ""))
                || is_license_target(target))
        {
            links.push((start + tag.start()..start + tag.end(), target.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn markdown_body(text: &str) -> Body {
        read(text, 0, true)
    }

    fn sections(text: &str) -> Vec<&str> {
        markdown_body(text).sections.into_iter().map(|range| &text[range]).collect()
    }

    fn statements(text: &str) -> Vec<&str> {
        markdown_body(text).statements.into_iter().map(|range| &text[range]).collect()
    }

    fn targets(text: &str) -> Vec<String> {
        markdown_body(text).links.into_iter().map(|(_, target)| target).collect()
    }

    #[test]
    fn a_license_section_goes_to_the_next_heading_of_its_level_or_above() {
        let text = "# T\n\n## License\n\nWords.\n\n### Code\n\nMore.\n\n## Next\n\nx\n";
        assert_eq!(sections(text), ["## License\n\nWords.\n\n### Code\n\nMore."]);
        assert_eq!(sections("License\n-------\nWords.\n\nNext\n====\n"), ["License\n-------\nWords."]);
        assert_eq!(sections("### GOVERNING TERMS:\nUse of it.\n"), ["### GOVERNING TERMS:\nUse of it."]);
        assert_eq!(sections("## 许可证\n词。\n# x\n"), ["## 许可证\n词。"]);
    }

    #[test]
    fn bold_lines_summaries_and_html_headings_open_sections_too() {
        assert_eq!(sections("**License**\n\nWords.\n\n**Next**\n"), ["**License**\n\nWords."]);
        assert_eq!(
            sections("<h2 align=\"center\"><b>License</b></h2>\nWords.\n\n<h2>Next</h2>\n"),
            ["<h2 align=\"center\"><b>License</b></h2>\nWords."]
        );
        assert_eq!(
            sections("<details><summary>License</summary>\n\nWords.\n\n## N\n"),
            ["<summary>License</summary>\n\nWords."]
        );
    }

    #[test]
    fn sentences_and_menus_are_no_titles() {
        assert_eq!(sections("<h4><a href=#n>News</a> | <a href=#l>License</a></h4>\nWords.\n"), Vec::<&str>::new());
        let news =
            "<summary>On a day in a month of a year the old license was updated to a newer one</summary>\nWords.\n";
        assert_eq!(sections(news), Vec::<&str>::new());
    }

    #[test]
    fn a_labelled_line_is_a_section_of_its_own() {
        for text in [
            "- **License:** MIT",
            "**License**: MIT",
            "License: MIT",
            "| License | MIT |",
            "- **Model License(s):** MIT",
            "Licensed under: MIT",
        ] {
            assert_eq!(sections(text), [text]);
        }
        assert_eq!(sections("**License**  CC BY-NC\n"), ["**License**  CC BY-NC"]);
        assert_eq!(
            sections("**Usage and License Notices**: For x\nonly.\n"),
            ["**Usage and License Notices**: For x\nonly."]
        );
        assert_eq!(sections("**License** [More Information Needed]\n"), Vec::<&str>::new());
        assert_eq!(sections("- **Developed by:** x\n- **License:** MIT\n- **Language:** y\n"), ["- **License:** MIT"]);
    }

    #[test]
    fn the_template_s_placeholder_is_no_statement() {
        assert!(sections("- **License:** [More Information Needed]\n").is_empty());
        assert!(sections("## License\n\n[More Information Needed]\n\n## Next\n").is_empty());
        assert!(sections("## License\n\n## Next\n").is_empty());
        assert_eq!(sections("## Apache License 2.0\n\n## Next\n"), ["## Apache License 2.0"]);
    }

    #[test]
    fn code_and_comments_say_nothing() {
        let text = "```yaml\n## License\nlicense: mit\n[license](x)\nnon-commercial use only\n```\n<!-- ## License\nLicense: MIT\n non-commercial -->\n";
        assert_eq!(markdown_body(text), Body::default());
    }

    #[test]
    fn sentences_that_restrict_use_are_found_in_any_block() {
        let text = "Good. It is for research\npurposes only. Enjoy.\n\n- not for commercial use\n\n| a | **Non**‑commercial |\n\n本模型仅供学术研究使用。欢迎。\n";
        assert_eq!(
            statements(text),
            [
                "It is for research\npurposes only.",
                "- not for commercial use",
                "| a | **Non**‑commercial |",
                "本模型仅供学术研究使用。"
            ]
        );
    }

    #[test]
    fn restrictions_are_known_in_many_words() {
        for sentence in [
            "NonCommercial use",
            "may not be used commercially",
            "for academic use only",
            "research-only",
            "commercial use is prohibited",
            "For commercial licensing, please contact us",
            "intended solely for research purposes",
            "released under CC BY-NC 4.0",
            "不得用于商业用途",
            "禁止商用",
            "仅供研究",
            "僅供學術使用",
            "商用利用は禁止",
            "研究目的のみ",
            "비상업적 용도",
        ] {
            assert!(restricts(sentence), "{sentence}");
        }
        for sentence in [
            "commercial use is welcome",
            "We do research.",
            "The only model",
            "trained on research papers",
            "free for academic research and commercial use",
            "商业使用免费",
            "研究者",
        ] {
            assert!(!restricts(sentence), "{sentence}");
        }
    }

    #[test]
    fn a_license_section_keeps_its_sentences_and_links_to_itself() {
        let body = markdown_body("## License\n[MIT](LICENSE), non-commercial.\n\n## Next\nx\n");
        assert_eq!((body.sections.len(), body.statements.len(), body.links.len()), (1, 0, 0));
    }

    #[test]
    fn links_and_badges_that_speak_of_a_license_are_found() {
        assert_eq!(
            targets("[![License](https://img.example/badge/License-MIT.svg)](LICENSE)"),
            ["LICENSE", "https://img.example/badge/License-MIT.svg"]
        );
        assert_eq!(
            targets("see [our licence][1] and [x](y)\n\n[1]: https://example.org/terms\n"),
            ["https://example.org/terms"]
        );
        assert_eq!(targets("<a href='LICENSE.md'><img alt=\"x\" src=\"b.svg\"></a>"), ["LICENSE.md"]);
        assert_eq!(
            targets("<a href=\"t.md\">License</a> <img src=\"u.svg\" alt=\"License: MIT\"/>"),
            ["t.md", "u.svg"]
        );
        assert_eq!(targets("[License](#license) [plates](license-plates.md)"), Vec::<String>::new());
    }

    #[test]
    fn restructured_text_has_sections_between_underlined_titles() {
        let text = "Title\n~~~~~\n\nLicense\n~~~~~~~\nWords.\n\nNext\n~~~~\n";
        assert_eq!(read(text, 0, false).sections.first(), Some(&(13..35)));
    }

    #[expect(clippy::disallowed_methods, reason = "the test measures time, and no other place here does")]
    #[test]
    fn hostile_prose_takes_no_time_to_speak_of() {
        let size = 200_000;
        for piece in [
            "[",
            "![",
            "](",
            "<a ",
            "<h1>",
            "*",
            "_",
            "> ",
            "- ",
            "`",
            "<!--",
            "|",
            "|-",
            "# License\n",
            "**License**\n",
            "License: x\n",
            "non-commercial. ",
            "[license](x) ",
            "<a href=license>",
            "<summary>",
            "\\",
            "&amp;",
            "only ",
            "commercial ",
            "a\u{301}",
            "``` \n",
            "[a]: b\n",
        ] {
            let started = std::time::Instant::now();
            let text = piece.repeat(size / piece.len());
            let _ = markdown_body(&text);
            let _ = read(&text, 0, false);
            assert!(started.elapsed().as_secs() < 20, "{piece:?} took {:?}", started.elapsed());
        }
    }

    fn markdown_like() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "# License",
            "\n",
            "\n\n",
            "**License**",
            "License: ",
            "MIT",
            "```",
            "~~~",
            "<!--",
            "-->",
            "[",
            "](",
            ")",
            "!",
            "<h2>",
            "</h2>",
            "<a href=\"",
            "\">",
            "non-commercial",
            ". ",
            "。",
            "| ",
            "- ",
            "> ",
            "    ",
            "é",
            "许可",
            "\r\n",
            "\u{1b}[2J",
            "===",
            "\t",
            "\u{feff}",
            "<summary>",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn every_place_lies_inside_the_text(text in markdown_like(), start in 0_usize..4, is_markdown in any::<bool>()) {
            let start = if text.is_char_boundary(start) { start } else { 0 };
            let body = read(&text, start.min(text.len()), is_markdown);
            let links = body.links.iter().map(|(at, _)| at);
            for range in body.sections.iter().chain(&body.statements).chain(links) {
                prop_assert!(text.get(range.clone()).is_some_and(|part| !part.is_empty()), "{range:?}");
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "(?s).{0,100}") {
            let _ = read(&text, 0, true);
            let _ = read(&text, 0, false);
        }
    }
}
