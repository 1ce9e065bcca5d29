//! What `licentia lint --fix` would change, as a unified diff that `patch` and `git apply` take.

use std::fmt::Write;
use std::path::Path;

use licentia::lint::Changed;
use licentia::report::escape::inert;

/// Lines around a change.
const AROUND: usize = 3;
/// Lines of a card that may change; a fix changes a few.
const MOST: usize = 1000;

/// The diff of a card, and of the files that are new beside it.
pub(super) fn of(directory: &Path, card: &str, old: &[u8], changed: &Changed) -> String {
    let mut diff = String::new();
    let name = |file: &str| {
        let path = directory.join(file).display().to_string();
        inert(path.strip_prefix("./").unwrap_or(&path))
    };
    if old != changed.bytes {
        let path = name(card);
        let _ = writeln!(diff, "--- {path}\n+++ {path}");
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(&changed.bytes));
        hunks(&lines(&old), &lines(&new), &mut diff);
    }
    for (file, text) in &changed.files {
        let lines = lines(text);
        let _ = writeln!(diff, "--- /dev/null\n+++ {}\n@@ -0,0 +1,{} @@", name(file), lines.len());
        write_lines('+', &lines, &mut diff);
    }
    diff
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn hunks(old: &[&str], new: &[&str], out: &mut String) {
    let found = license_db::diff::hunks(old, new, MOST).unwrap_or_default();
    let mut rest = found.as_slice();
    while let Some(first) = rest.first() {
        // Changes whose surroundings touch stand in one hunk.
        let apart = rest.windows(2).position(|pair| match pair {
            [one, next] => next.missing.start > one.missing.end + 2 * AROUND,
            _ => false,
        });
        let (together, later) = rest.split_at(apart.map_or(rest.len(), |at| at + 1));
        rest = later;
        let Some(last) = together.last() else { return };
        let before = first.missing.start.min(AROUND);
        let behind = (old.len() - last.missing.end).min(AROUND);
        let (old_start, new_start) = (first.missing.start - before, first.added.start - before);
        let (old_end, new_end) = (last.missing.end + behind, last.added.end + behind);
        let _ = writeln!(
            out,
            "@@ -{} +{} @@",
            range(old_start, old_end - old_start),
            range(new_start, new_end - new_start)
        );
        let mut at = old_start;
        for change in together {
            write_lines(' ', old.get(at..change.missing.start).unwrap_or_default(), out);
            write_lines('-', old.get(change.missing.clone()).unwrap_or_default(), out);
            write_lines('+', new.get(change.added.clone()).unwrap_or_default(), out);
            at = change.missing.end;
        }
        write_lines(' ', old.get(at..old_end).unwrap_or_default(), out);
    }
}

fn write_lines(sign: char, lines: &[&str], out: &mut String) {
    for line in lines {
        write_line(sign, line, out);
    }
}

/// `3`, `3,4`: the first line from 1, and how many where it is not one. An empty range names the line before it.
fn range(start: usize, length: usize) -> String {
    match length {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{length}", start + 1),
    }
}

/// A line with its sign. What a terminal would obey is shown instead; such a diff is for the eye.
fn write_line(sign: char, line: &str, out: &mut String) {
    let (words, ending) = match line.strip_suffix('\n') {
        Some(words) => (words, "\n"),
        None => (line, "\n\\ No newline at end of file\n"),
    };
    let (words, ending) = match words.strip_suffix('\r') {
        Some(words) => (words, format!("\r{ending}")),
        None => (words, ending.to_owned()),
    };
    let safe: Vec<String> = words.split('\t').map(inert).collect();
    let _ = write!(out, "{sign}{}{ending}", safe.join("\t"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        let changed = Changed { bytes: new.as_bytes().to_vec(), files: Vec::new(), done: Vec::new() };
        of(Path::new("."), "README.md", old.as_bytes(), &changed)
    }

    #[test]
    fn a_change_stands_with_three_lines_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(
            diff(old, &old.replace("5\n", "five\n")),
            "--- README.md\n+++ README.md\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
        assert_eq!(diff("a\n", "a\nb\n"), "--- README.md\n+++ README.md\n@@ -1 +1,2 @@\n a\n+b\n");
        assert_eq!(diff(old, old), "");
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own_and_line_ends_stay() {
        let old: String = (1..=30).flat_map(|line: u32| [line.to_string(), "\r\n".to_owned()]).collect();
        let new = old.replace("2\r\n3\r\n", "2\r\nx\r\n").replace("29\r\n30", "29\r\ny");
        let found = diff(&old, &new);
        assert_eq!(found.matches("@@ -").count(), 2, "{found}");
        assert!(found.contains("-3\r\n+x\r\n"), "{found:?}");
        assert!(diff("a", "b").contains("-a\n\\ No newline at end of file\n+b\n\\ No newline"));
    }

    #[test]
    fn no_line_steers_a_terminal() {
        assert!(!diff("a\u{1b}[2J\n", "b\u{1b}[2J\n").contains('\u{1b}'));
    }
}
