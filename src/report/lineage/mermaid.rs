//! `-o mermaid`: the family as a flowchart for Markdown pages (<https://mermaid.js.org/syntax/flowchart.html>).

use std::fmt::Write as _;
use std::io::{self, Write};

use super::family::{Family, Member, State, Tie};
use super::ink;
use crate::finding::Verdict;
use crate::lineage::NodeKind;
use crate::report::Format;
use crate::report::escape::{inert, inert_within};
use crate::report::style::Style;
use crate::scan::Scan;

/// `-o mermaid`.
pub(crate) const FORMAT: Format = Format {
    name: "mermaid",
    summary: "the family as a flowchart for Markdown pages",
    extension: "mmd",
    is_for_people: false,
    write,
    files: None,
};

/// Members drawn: Mermaid refuses texts of more than 50,000 characters unless its page says otherwise.
const MOST_DRAWN: usize = 120;
/// Ties drawn: it refuses more than 500.
const MOST_TIES: usize = 400;
/// Columns of a name; every further one may take five characters.
const LABEL_LIMIT: usize = 60;

const CLASSES: [(&str, Option<Verdict>); 5] = [
    ("allow", Some(Verdict::Allow)),
    ("review", Some(Verdict::Review)),
    ("unknown", Some(Verdict::Unknown)),
    ("deny", Some(Verdict::Deny)),
    ("unjudged", None),
];

fn write(scan: &Scan, _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (family, mut left_out) = Family::of(scan).first(MOST_DRAWN);
    writeln!(out, "flowchart LR")?;
    writeln!(out, "  accTitle: The family of a model")?;
    writeln!(out, "  accDescr: {}", family.sentence())?;
    for (index, member) in family.members.iter().enumerate() {
        writeln!(out, "  n{index}{}", shape(member))?;
    }
    for tie in family.ties.iter().take(MOST_TIES) {
        let line = if tie.is_data() { "-.->" } else { "-->" };
        writeln!(out, "  n{} {line}|\"{}\"| n{}", tie.child, tie_label(tie), tie.parent)?;
    }
    left_out += family.ties.len().saturating_sub(MOST_TIES);
    if left_out > 0 {
        writeln!(out, "  more[\"{left_out} more are not drawn\"]")?;
    }
    for (class, verdict) in CLASSES {
        writeln!(out, "  classDef {class} stroke:{},stroke-width:2px", ink(verdict))?;
        let of_class = |(_, member): &(usize, &Member)| member.verdict == verdict;
        let nodes = family.members.iter().enumerate().filter(of_class).map(|(index, _)| format!("n{index}"));
        let nodes: Vec<String> = nodes.collect();
        if !nodes.is_empty() {
            writeln!(out, "  class {} {class}", nodes.join(","))?;
        }
    }
    let unseen = family.members.iter().enumerate().filter(|(_, member)| !is_seen(member));
    let unseen: Vec<String> = unseen.map(|(index, _)| format!("n{index}")).collect();
    if !unseen.is_empty() {
        writeln!(out, "  classDef unseen stroke-dasharray:3 4")?;
        writeln!(out, "  class {} unseen", unseen.join(","))?;
    }
    Ok(())
}

fn is_seen(member: &Member) -> bool {
    matches!(member.state, State::Seen | State::Incomplete)
}

/// A box; a drum for data.
fn shape(member: &Member) -> String {
    let lines = member.lines(LABEL_LIMIT);
    let label = lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>");
    if member.kind == NodeKind::Dataset { format!("[(\"{label}\")]") } else { format!("[\"{label}\"]") }
}

fn tie_label(tie: &Tie) -> String {
    let mut lines = vec![escaped(&inert_within(&tie.words(), LABEL_LIMIT))];
    lines.extend(tie.finding_names().into_iter().map(escaped));
    lines.join("<br/>")
}

/// The inside of a quoted label: whatever Mermaid, Markdown or HTML might read stands as an entity code. A dot, a dash
/// or a slash inside a word means nothing to them, and names are full of them.
fn escaped(text: &str) -> String {
    let safe = inert(text);
    let mut written = String::with_capacity(safe.len());
    let mut before = ' ';
    let mut rest = safe.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let is_inside = before.is_alphanumeric() && next.is_alphanumeric();
        if character.is_alphanumeric() || character == ' ' || (matches!(character, '.' | '-' | '/') && is_inside) {
            written.push(character);
        } else {
            let _ = write!(written, "#{};", u32::from(character));
        }
        before = character;
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::lineage::sample;

    fn written(scan: &Scan) -> String {
        crate::report::sample::written(|out| write(scan, &Style::default(), out))
    }

    #[test]
    fn members_are_nodes_and_ties_are_arrows() {
        let found = written(&sample::small());
        assert!(found.starts_with("flowchart LR\n"), "{found}");
        assert!(found.contains("  n1[\"acme/chat-7b<br/>Apache-2.0<br/>#10003; allow\"]\n"), "{found}");
        assert!(found.contains("  n3[(\"acme/corpus<br/>CC-BY-NC-4.0<br/>#10007; deny\")]\n"), "{found}");
        assert!(found.contains("  n0 -->|\"adapter of\"| n1\n"), "{found}");
        assert!(found.contains("  n0 -.->|\"trained on\"| n3\n"), "{found}");
        assert!(found.contains("  n1 -->|\"finetune of<br/>looser-than-base\"| n2\n"), "{found}");
        assert!(found.contains("  class n4 unseen\n"), "{found}");
    }

    #[test]
    fn what_a_reader_would_obey_is_an_entity_code() {
        assert_eq!(escaped("a\"]; end"), "a#34;#93;#59; end");
        assert_eq!(escaped("#quot;"), "#35;quot#59;");
        assert_eq!(escaped("%%{init: {}}%%"), "#37;#37;#123;init#58; #123;#125;#125;#37;#37;");
        assert_eq!(escaped("<script>"), "#60;script#62;");
        assert_eq!(escaped("1. `x` _y_ - z"), "1#46; #96;x#96; #95;y#95; #45; z");
        assert_eq!(escaped("meta-llama/Llama-3.1-8B"), "meta-llama/Llama-3.1-8B");
    }

    #[test]
    fn a_large_family_stays_within_what_mermaid_takes() {
        let found = written(&sample::wide(500));
        assert!(found.len() < 50_000 && found.matches("-->").count() < 500, "{}", found.len());
        assert!(found.contains("381 more are not drawn"), "{found}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_the_names_are_nothing_but_words_and_codes_stands_in_a_label(
            words in "([\"\\\\&<>{};%`\\[\\]\n#-]|\\PC){0,200}"
        ) {
            let found = written(&sample::called(&words));
            let plain = written(&sample::called("x"));
            prop_assert_eq!(found.lines().count(), plain.lines().count());
            for line in found.lines().filter(|line| line.contains('"')) {
                let label = line.split('"').nth(1).unwrap_or_default().replace("<br/>", " ");
                prop_assert_eq!(line.matches('"').count(), 2, "{}", line);
                let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '/' | '#' | ';');
                prop_assert!(label.chars().all(is_plain), "{}", label);
            }
        }
    }
}
