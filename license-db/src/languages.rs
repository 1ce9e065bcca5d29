//! Texts in two languages, side by side: whoever passes on one of them passes on the licence.

/// Fewest letters of a script for it to be a text of its own.
const FEWEST: usize = 200;

/// The two halves of a text that says the same in a script without spaces (Chinese, Japanese) and in one with them, line by line;
/// `None` where it has one language.
pub fn halves(text: &str) -> Option<[String; 2]> {
    let (mut ideographic, mut alphabetic) = (String::new(), String::new());
    for line in text.lines() {
        let half = if is_ideographic_line(line) { &mut ideographic } else { &mut alphabetic };
        half.push_str(line);
        half.push('\n');
    }
    let letters = |half: &str, holds: fn(char) -> bool| half.chars().filter(|&letter| holds(letter)).count();
    let is_bilingual = letters(&ideographic, is_ideographic) >= FEWEST
        && letters(&alphabetic, |letter| letter.is_ascii_alphabetic()) >= 4 * FEWEST;
    is_bilingual.then_some([ideographic, alphabetic])
}

/// Whether a line is written in a script without spaces, perhaps with some words of another.
fn is_ideographic_line(line: &str) -> bool {
    let wide = line.chars().filter(|&letter| is_ideographic(letter)).count();
    let narrow = line.chars().filter(char::is_ascii_alphabetic).count();
    wide > 0 && wide * 3 > narrow
}

fn is_ideographic(letter: char) -> bool {
    matches!(u32::from(letter), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_two_languages_has_two_halves() {
        let chinese = "您可以使用本模型，不得删除声明。\n".repeat(20);
        let english = "You may use the model and must keep the notice.\n".repeat(30);
        assert_eq!(halves(&format!("{chinese}\n{english}")), Some([chinese.clone(), format!("\n{english}")]));
        assert_eq!(halves(&english), None);
        assert_eq!(halves(&chinese), None);
    }
}
