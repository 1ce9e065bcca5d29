//! From places in a decoded text to places in the file that it was decoded from.

use crate::license::Classification;
use crate::location::{Origin, Pieces};

/// Most pages that a note names; whoever has more finds the others by them.
const MOST_PAGES: usize = 6;

/// The answer for a decoded text, its passages where they stand in the file.
///
/// A PDF has pages and no lines: there the lines stay those of the text, and a note says so.
pub fn in_file(mut found: Classification, text: &str, origin: Option<&Origin>) -> Classification {
    match origin {
        Some(Origin::Bytes(pieces)) => {
            let starts: Vec<usize> = std::iter::once(0)
                .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
                .collect();
            for one in &mut found.matches {
                one.lines = words(text, pieces, one.bytes);
                one.bytes = pieces.in_file(one.bytes.0, one.bytes.1);
                for change in &mut one.changes {
                    change.lines = words(text, pieces, change.bytes);
                    change.bytes = pieces.in_file(change.bytes.0, change.bytes.1);
                }
                for range in &mut one.added {
                    let offset = |line: u32| {
                        let start = usize::try_from(line).ok().and_then(|line| starts.get(line.checked_sub(1)?));
                        start.copied().unwrap_or(text.len())
                    };
                    *range = words(text, pieces, (offset(range.0), offset(range.1.saturating_add(1))));
                }
            }
            if let Some(terms) = &mut found.terms {
                let clauses = terms.clauses.iter_mut().map(|clause| &mut clause.place);
                for place in clauses.chain(&mut terms.unread) {
                    place.lines = words(text, pieces, (place.bytes.start, place.bytes.end));
                    let (start, end) = pieces.in_file(place.bytes.start, place.bytes.end);
                    place.bytes = start..end;
                }
            }
        }
        Some(Origin::Pages(pages)) if !found.matches.is_empty() => found.notes.push(note(text, pages)),
        Some(Origin::Pages(_)) | None => {}
    }
    found
}

/// The lines of the file for bytes of the text, without the white space around them.
fn words(text: &str, pieces: &Pieces, (start, end): (usize, usize)) -> (u32, u32) {
    let part = text.get(start..end).unwrap_or_default();
    let begin = start + (part.len() - part.trim_start().len());
    pieces.lines_in_file(begin, (start + part.trim_end().len()).max(begin))
}

fn note(text: &str, pages: &[(usize, u32)]) -> String {
    let line = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let named: Vec<String> = pages
        .iter()
        .take(MOST_PAGES)
        .map(|(offset, page)| format!("page {page} from line {}", line(*offset)))
        .collect();
    let more = if pages.len() > MOST_PAGES { " …" } else { "" };
    format!("lines are those of the text inside the PDF, which has none itself: {}{more}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::{Expression, Match, MatchKind, Outcome};

    fn found(bytes: (usize, usize), lines: (u32, u32), added: Vec<(u32, u32)>) -> Classification {
        let one = Match {
            expression: Expression::license("MIT"),
            kind: MatchKind::Text,
            outcome: Outcome::Modified,
            lines,
            bytes,
            coverage: 1000,
            similarity: 1000,
            added,
            missing_words: 0,
            changes: Vec::new(),
        };
        Classification {
            matches: vec![one],
            ..Classification::of_label(Outcome::Modified, Some(Expression::license("MIT")), Vec::new())
        }
    }

    #[test]
    fn passages_and_added_words_stand_where_the_file_has_them() {
        // One line of the file is three of the text, and the next line one.
        let file = b"{\n\"a\\nb\\nc\",\n\"d\"}";
        let text = "a\nb\nc\nd";
        let mut pieces = Pieces::new(file);
        for (at, file, length) in [(0, 3, 0), (1, 4, 2), (2, 6, 0), (3, 7, 2), (5, 10, 3), (6, 14, 0)] {
            if length == 0 { pieces.run(at, file) } else { pieces.escape(at, file, length) }
        }
        let moved = in_file(found((0, 7), (1, 4), vec![(2, 2), (4, 4)]), text, Some(&Origin::Bytes(pieces)));
        assert_eq!((moved.matches[0].bytes, moved.matches[0].lines), ((3, 15), (2, 3)));
        assert_eq!(moved.matches[0].added, [(2, 2), (3, 3)]);
    }

    #[test]
    fn a_text_with_pages_keeps_its_lines_and_says_so() {
        let pages = Origin::Pages(vec![(0, 1), (4, 3)]);
        let kept = in_file(found((0, 5), (1, 3), Vec::new()), "a\nb\nc", Some(&pages));
        assert_eq!(kept.matches[0].lines, (1, 3));
        assert_eq!(
            kept.notes,
            [
                "lines are those of the text inside the PDF, which has none itself: page 1 from line 1, page 3 from line 3"
            ]
        );
        let nothing = Classification::of_label(Outcome::None, None, Vec::new());
        assert!(in_file(nothing, "", Some(&pages)).notes.is_empty());
    }
}
