//! Numbers as licences write them: `700 million`, `1,000,000`, `10M`, `one million`, `100万`, `一百万`.

use super::words::{Word, is_ideograph};

/// A number and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u64,
    /// Position behind its last word.
    pub(super) end: usize,
}

const SMALL: [(&str, u64); 28] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("zero", 0),
];

/// The number that begins at a word.
pub(super) fn at(words: &[Word<'_>], start: usize) -> Option<Number> {
    let first = words.get(start)?.low;
    if first.starts_with(|c: char| c.is_ascii_digit()) {
        let length = first.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.')).count();
        let (figures, suffix) = first.split_at_checked(length)?;
        let thousandths = figures_in_thousandths(figures)?;
        let mut end = start + 1;
        let mut scale = if suffix.is_empty() { 1 } else { scale(suffix).or_else(|| wide_scale(suffix))? };
        while scale_word(words, end).is_some() && end < start + 3 {
            scale = scale.saturating_mul(scale_word(words, end)?);
            end += 1;
        }
        return Some(Number { value: (thousandths.saturating_mul(scale)) / 1000, end });
    }
    spelled(words, start)
}

fn scale_word(words: &[Word<'_>], at: usize) -> Option<u64> {
    words.get(at).and_then(|word| scale(word.low).or_else(|| wide_scale(word.low)))
}

/// Figures with commas and at most three decimals, in thousandths.
fn figures_in_thousandths(figures: &str) -> Option<u64> {
    // A point before three figures that end the number separates thousands where there is another such point.
    let points = figures.matches('.').count();
    let figures: String = figures.chars().filter(|c| *c != ',' && (points < 2 || *c != '.')).collect();
    let (whole, part) = figures.split_once('.').unwrap_or((&figures, ""));
    let whole: u64 = whole.parse().ok()?;
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.checked_mul(1000)?.checked_add(part.parse().ok()?)
}

fn scale(word: &str) -> Option<u64> {
    Some(match word {
        "k" | "thousand" => 1_000,
        "m" | "mm" | "mn" | "mio" | "million" | "millions" => 1_000_000,
        "b" | "bn" | "billion" | "billions" => 1_000_000_000,
        "hundred" => 100,
        _ => return None,
    })
}

/// `万`, `百万`, `亿` at the beginning of a run of ideographs.
fn wide_scale(word: &str) -> Option<u64> {
    let mut scale = 1_u64;
    let mut any = false;
    for character in word.chars() {
        let factor = match character {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            '万' | '萬' => 10_000,
            '亿' | '億' => 100_000_000,
            _ => break,
        };
        scale = scale.saturating_mul(factor);
        any = true;
    }
    (any || word.starts_with(is_ideograph)).then_some(scale)
}

/// `seven hundred million`.
fn spelled(words: &[Word<'_>], start: usize) -> Option<Number> {
    let (mut total, mut group, mut end) = (0_u64, 0_u64, start);
    while let Some(word) = words.get(end) {
        if let Some((_, value)) = SMALL.iter().find(|(name, _)| *name == word.low) {
            group = group.saturating_add(*value);
        } else if end > start
            && let Some(scale) = scale(word.low)
            && word.low.len() > 3
        {
            group = group.saturating_mul(scale);
            if scale >= 1000 {
                total = total.saturating_add(group);
                group = 0;
            }
        } else if !(end > start && word.low == "and") {
            break;
        }
        end += 1;
    }
    (end > start).then_some(Number { value: total.saturating_add(group), end })
}

/// The first number in a run of Chinese text that stands before one of its units; the value and what follows it.
pub(super) fn in_chinese(text: &str) -> Option<(u64, &str)> {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit() || is_numeral(c)) {
        rest = rest.get(at..)?;
        let length = figures_length(rest);
        let (figures, behind) = rest.split_at_checked(length)?;
        if let Some(value) = chinese_value(figures).filter(|value| *value >= 2) {
            return Some((value, behind));
        }
        rest = behind;
    }
    None
}

/// Length of the figures at the beginning; a comma belongs to them between two figures only.
fn figures_length(text: &str) -> usize {
    let mut characters = text.chars().peekable();
    let mut length = 0;
    while let Some(character) = characters.next() {
        let joins = match character {
            ',' | '.' | '，' => characters.peek().is_some_and(char::is_ascii_digit),
            _ => character.is_ascii_digit() || is_numeral(character),
        };
        if !joins {
            break;
        }
        length += character.len_utf8();
    }
    length
}

fn is_numeral(character: char) -> bool {
    "零一二两三四五六七八九十百千万亿萬億".contains(character)
}

fn chinese_value(figures: &str) -> Option<u64> {
    let western: String = figures.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '，')).collect();
    if !western.is_empty() {
        let thousandths =
            figures_in_thousandths(&western.replace('，', ",").trim_matches(['.', ',']).replace(',', ""))?;
        let scale = wide_scale(figures.get(western.len()..)?).unwrap_or(1);
        return Some(thousandths.saturating_mul(scale) / 1000);
    }
    let (mut total, mut section, mut digit) = (0_u64, 0_u64, 0_u64);
    for character in figures.chars() {
        if let Some(value) = "零一二三四五六七八九".chars().position(|known| known == character) {
            digit = u64::try_from(value).ok()?;
            continue;
        }
        match character {
            '两' => digit = 2,
            '万' | '萬' | '亿' | '億' => {
                let scale = if matches!(character, '万' | '萬') { 10_000 } else { 100_000_000 };
                total = total.saturating_add((section.saturating_add(digit)).max(1)).saturating_mul(scale);
                (section, digit) = (0, 0);
            }
            _ => {
                let scale = match character {
                    '十' => 10,
                    '百' => 100,
                    _ => 1_000,
                };
                section = section.saturating_add(digit.max(1).saturating_mul(scale));
                digit = 0;
            }
        }
    }
    Some(total.saturating_add(section).saturating_add(digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::words::Words;

    fn value(text: &str) -> Option<u64> {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        let words: Vec<Word<'_>> = words.of(0..words.len()).collect();
        at(&words, 0).map(|number| number.value)
    }

    #[test]
    fn figures_words_and_suffixes_give_the_same_number() {
        for text in ["700 million", "700,000,000", "700M", "seven hundred million", "0.7 billion", "700 mn"] {
            assert_eq!(value(text), Some(700_000_000), "{text}");
        }
        assert_eq!(value("1.5M"), Some(1_500_000));
        assert_eq!(value("one hundred"), Some(100));
        assert_eq!(value("99999999999999999999"), None);
        assert_eq!(value("users"), None);
    }

    #[test]
    fn chinese_numbers_are_read() {
        for (text, expected) in [
            ("100万", 1_000_000),
            ("一百万", 1_000_000),
            ("1亿", 100_000_000),
            ("3亿月", 300_000_000),
            ("1,000,000", 1_000_000),
            ("两千", 2_000),
        ] {
            assert_eq!(in_chinese(text).map(|(value, _)| value), Some(expected), "{text}");
        }
    }
}
