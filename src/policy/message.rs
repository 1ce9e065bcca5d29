//! Words for messages: quoting what strangers wrote, and joining names.

/// Longest quote in a message, in characters.
const QUOTE_LIMIT: usize = 80;

/// Foreign words in quotation marks, harmless wherever they are printed: control and formatting characters escaped,
/// at most 80 characters.
pub fn quoted(words: &str) -> String {
    format!("\"{}\"", escaped(words))
}

/// As [`quoted`], without the marks: for names and paths.
pub(crate) fn escaped(words: &str) -> String {
    let mut safe = String::new();
    for (position, character) in words.chars().enumerate() {
        if position == QUOTE_LIMIT {
            safe.push('…');
            break;
        }
        match character {
            '"' | '\\' => {
                safe.push('\\');
                safe.push(character);
            }
            character if is_unprintable(character) => safe.extend(character.escape_default()),
            character => safe.push(character),
        }
    }
    safe
}

/// The name of a file as its owner could open it, whole: only what would steer a terminal is escaped.
pub(crate) fn file_name(name: &str) -> String {
    let mut safe = String::new();
    for character in name.chars() {
        if is_unprintable(character) { safe.extend(character.escape_default()) } else { safe.push(character) }
    }
    safe
}

/// Characters that steer a terminal or reorder text, and those that show nothing.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `a`, `a and b`, `a, b and c`; at most six by name.
pub(crate) fn listed(names: &[String]) -> String {
    const MOST: usize = 6;
    let rest = names.len().saturating_sub(MOST);
    let shown = names.get(..names.len().min(MOST)).unwrap_or(names);
    if rest > 0 {
        return format!("{} and {rest} more", shown.join(", "));
    }
    match shown {
        [] => String::new(),
        [single] => single.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The nearest of `words` to a misspelt one, where one is near enough to be meant.
pub(crate) fn nearest<'a>(misspelt: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let misspelt = misspelt.to_ascii_lowercase();
    let near = words.into_iter().map(|word| (distance(&misspelt, &word.to_ascii_lowercase()), word)).min();
    near.filter(|(distance, word)| *distance <= (word.chars().count().max(3) / 3)).map(|(_, word)| word)
}

/// Levenshtein distance in characters. Words longer than any key are not compared.
fn distance(left: &str, right: &str) -> usize {
    const LONGEST: usize = 128;
    let (left, right): (Vec<char>, Vec<char>) =
        (left.chars().take(LONGEST).collect(), right.chars().take(LONGEST).collect());
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, a) in left.iter().enumerate() {
        let mut above_left = line;
        let mut last = line + 1;
        for (b, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let next = (above_left + usize::from(a != b)).min(*cell + 1).min(last + 1);
            above_left = *cell;
            *cell = next;
            last = next;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_steer_no_terminal_and_end() {
        assert_eq!(quoted("a\u{1b}[31m\"b\u{202e}\n"), "\"a\\u{1b}[31m\\\"b\\u{202e}\\n\"");
        assert_eq!(escaped(&"x".repeat(500)).chars().count(), QUOTE_LIMIT + 1);
    }

    #[test]
    fn the_name_of_a_file_stays_whole() {
        let name = format!("C:\\{}/licentia.toml", "x".repeat(200));
        assert_eq!(file_name(&name), name);
        assert_eq!(file_name("a\u{1b}b"), "a\\u{1b}b");
    }

    #[test]
    fn a_misspelt_word_finds_the_one_that_was_meant() {
        assert_eq!(nearest("alow", ["allow", "deny"]), Some("allow"));
        assert_eq!(nearest("fail_on", ["fail-on"]), Some("fail-on"));
        assert_eq!(nearest("colour", ["allow", "deny"]), None);
    }

    #[test]
    fn the_distance_counts_single_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn lists_read_as_sentences_do() {
        let names = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&names(3)), "0, 1 and 2");
        assert_eq!(listed(&names(8)), "0, 1, 2, 3, 4, 5 and 2 more");
    }

    proptest! {
        #[test]
        fn no_quote_carries_a_control_character(words in "\\PC*|[\\x00-\\x1f\\u{202a}-\\u{202e}]*") {
            prop_assert!(!escaped(&words).chars().any(is_unprintable));
        }
    }
}
