//! `-o dot`: the family in the language of Graphviz (<https://graphviz.org/doc/info/lang.html>).

use std::fmt::Write as _;
use std::io::{self, Write};

use super::family::{Family, Member, State, Tie};
use super::{EXPRESSION_LIMIT, NAME_LIMIT, ink};
use crate::finding::Level;
use crate::lineage::NodeKind;
use crate::report::Format;
use crate::report::escape::{inert, inert_within};
use crate::report::style::Style;
use crate::scan::Scan;

/// `-o dot`.
pub(crate) const FORMAT: Format = Format {
    name: "dot",
    summary: "the family for Graphviz: dot -Tsvg family.dot",
    extension: "dot",
    is_for_people: false,
    write,
    files: None,
};

fn write(scan: &Scan, _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let family = Family::of(scan);
    writeln!(out, "digraph family {{")?;
    writeln!(out, "  graph [rankdir=LR, fontname=\"sans-serif\", tooltip={}]", quoted(&family.sentence()))?;
    writeln!(out, "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11, margin=\"0.2,0.1\"]")?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10, color=\"{0}\", fontcolor=\"{0}\"]", ink(None))?;
    for (index, member) in family.members.iter().enumerate() {
        writeln!(out, "  n{index} [{}]", attributes(member))?;
    }
    for tie in &family.ties {
        writeln!(out, "  n{} -> n{} [{}]", tie.child, tie.parent, tie_attributes(tie))?;
    }
    writeln!(out, "}}")
}

fn attributes(member: &Member) -> String {
    let lines = member.lines(NAME_LIMIT);
    let label: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    let mut tooltip = inert_within(&member.name, EXPRESSION_LIMIT);
    if let Some(former) = &member.former {
        let _ = write!(tooltip, ", formerly {}", inert_within(former, NAME_LIMIT));
    }
    let shape = match (member.kind, member.state) {
        (NodeKind::Dataset, _) => ", shape=cylinder, style=dashed",
        (_, State::Seen | State::Incomplete) => "",
        _ => ", style=\"rounded,dotted\"",
    };
    let width = if member.is_target { ", penwidth=2" } else { "" };
    let color = ink(member.verdict);
    format!("label=\"{}\", tooltip={}, color=\"{color}\"{shape}{width}", label.join("\\n"), quoted(&tooltip))
}

fn tie_attributes(tie: &Tie) -> String {
    let mut lines = vec![escaped(&inert_within(&tie.words(), NAME_LIMIT))];
    lines.extend(tie.finding_names().into_iter().map(escaped));
    let mut attributes = format!("label=\"{}\"", lines.join("\\n"));
    if tie.is_data() {
        attributes.push_str(", style=dashed");
    }
    if tie.findings.iter().any(|(level, _)| *level > Level::Note) {
        let color = ink(Some(crate::finding::Verdict::Deny));
        let _ = write!(attributes, ", color=\"{color}\", fontcolor=\"{color}\"");
    }
    if tie.is_circle {
        attributes.push_str(", constraint=false");
    }
    attributes
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The inside of a quoted string: no end of the string, no escape sequence of a label, no HTML entity.
fn escaped(text: &str) -> String {
    inert(text).replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::lineage::sample;

    fn written(scan: &Scan) -> String {
        crate::report::sample::written(|out| write(scan, &Style::default(), out))
    }

    /// The text without its quoted strings; `None` where one does not end on its line.
    fn outside_strings(text: &str) -> Option<String> {
        let mut outside = String::new();
        for line in text.lines() {
            let mut rest = line.chars();
            while let Some(character) = rest.next() {
                if character != '"' {
                    outside.push(character);
                    continue;
                }
                loop {
                    match rest.next()? {
                        '\\' => drop(rest.next()?),
                        '"' => break,
                        _ => {}
                    }
                }
                outside.push('S');
            }
            outside.push('\n');
        }
        Some(outside)
    }

    #[test]
    fn members_are_nodes_and_ties_are_edges() {
        let found = written(&sample::small());
        let effective = "effective: Apache-2.0 AND LicenseRef-scancode-llama-2";
        let label = ["acme/chat-7b-lora", "Apache-2.0", effective, "✗ deny", "looser-than-base"].join("\\n");
        assert!(found.contains(&format!("n0 [label=\"{label}\"")), "{found}");
        assert!(found.contains("n0 -> n1 [label=\"adapter of\"]"), "{found}");
        assert!(found.contains("n1 -> n2 [label=\"finetune of\\nlooser-than-base\", color="), "{found}");
        assert!(found.contains("n0 -> n3 [label=\"trained on\", style=dashed]"), "{found}");
    }

    #[test]
    fn a_circle_is_an_edge_like_any_other_and_orders_nothing() {
        let found = written(&sample::large());
        assert_eq!(found.matches("constraint=false").count(), 1);
        assert_eq!(found.matches(" -> ").count(), 34);
    }

    #[test]
    fn a_name_cannot_leave_its_string_or_name_an_escape_or_an_entity() {
        assert_eq!(quoted("a\"]; x -> y [label=\"\\N &lt;b&gt;"), r#""a\"]; x -> y [label=\"\\N &amp;lt;b&amp;gt;""#);
        assert_eq!(quoted("end\\"), r#""end\\""#);
        assert_eq!(quoted("a\nb"), r#""a\\u{a}b""#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_the_names_are_the_graph_is_the_same(words in "([\"\\\\&<>{};\\[\\]\n/*#-]|\\PC){0,200}") {
            let plain = outside_strings(&written(&sample::called("x"))).expect("strings end");
            prop_assert_eq!(outside_strings(&written(&sample::called(&words))), Some(plain));
        }
    }
}
