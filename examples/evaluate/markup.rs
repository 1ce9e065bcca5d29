//! Plain text dressed as HTML, Markdown and RTF.

use crate::random::Random;
use crate::variants::begins_a_line;

/// Paragraphs of a text, each as its lines.
fn paragraphs(text: &str) -> Vec<Vec<&str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            all.push(Vec::new());
        } else if let Some(last) = all.last_mut() {
            last.push(line);
        }
    }
    all.retain(|lines| !lines.is_empty());
    all
}

/// A page: paragraphs, line breaks before items, entities, a few words set off.
pub(crate) fn html(title: &str, text: &str, random: &mut Random) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n\
         <style>p {{ margin: 1em }}</style>\n</head>\n<body class=\"page\">\n",
        entities(title)
    );
    for lines in paragraphs(text) {
        out.push_str("<p>");
        for (position, line) in lines.iter().enumerate() {
            if position > 0 {
                out.push_str(if begins_a_line(line) { "<br/>\n" } else { "\n" });
            }
            let words: Vec<String> = line.split_whitespace().map(|word| set_off(&entities(word), random)).collect();
            out.push_str(&words.join(if random.chance(30) { "&nbsp;" } else { " " }));
        }
        out.push_str("</p>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn set_off(word: &str, random: &mut Random) -> String {
    match random.below(60) {
        0 => format!("<b>{word}</b>"),
        1 => format!("<em class=\"term\">{word}</em>"),
        2 if word.contains("://") => format!("<a href=\"{word}\">{word}</a>"),
        _ => word.to_owned(),
    }
}

fn entities(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{a9}' => out.push_str("&copy;"),
            '\u{2019}' => out.push_str("&rsquo;"),
            '\u{201c}' => out.push_str("&ldquo;"),
            '\u{201d}' => out.push_str("&rdquo;"),
            other => out.push(other),
        }
    }
    out
}

/// Headings, bullets, emphasis, quoted disclaimers.
pub(crate) fn markdown(title: &str, text: &str, random: &mut Random) -> String {
    let mut out = format!("# {title}\n\n");
    for lines in paragraphs(text) {
        let is_shouted = lines.iter().all(|line| !line.chars().any(char::is_lowercase));
        let is_heading =
            lines.len() == 1 && lines.iter().all(|line| line.len() < 60 && !line.trim_end().ends_with('.'));
        for line in &lines {
            let line = line.trim();
            if is_heading {
                out.extend(["## ", line]);
            } else if is_shouted {
                out.extend(["> ", line]);
            } else {
                let line = match line.split_once(' ') {
                    Some(("-" | "*" | "o", rest)) => format!("* {rest}"),
                    _ => line.to_owned(),
                };
                let words: Vec<String> = line.split(' ').map(|word| emphasised(word, random)).collect();
                out.push_str(&words.join(" "));
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn emphasised(word: &str, random: &mut Random) -> String {
    let is_plain = word.len() > 2 && word.chars().all(char::is_alphabetic);
    match random.below(40) {
        0 if is_plain => format!("**{word}**"),
        1 if is_plain => format!("_{word}_"),
        _ => word.to_owned(),
    }
}

/// The least that a word processor opens.
pub(crate) fn rtf(text: &str) -> String {
    let mut out = String::from(
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\froman\\fcharset0 Times New Roman;}}\n\
         {\\*\\generator Writer;}\\viewkind4\\uc1\\pard\\sa200\\f0\\fs22 ",
    );
    for character in text.chars() {
        match character {
            '\\' | '{' | '}' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\par\n"),
            '\t' => out.push_str("\\tab "),
            '\u{2019}' => out.push_str("\\'92"),
            ' '..='~' => out.push(character),
            other => {
                let mut units = [0; 2];
                for &unit in other.encode_utf16(&mut units).iter() {
                    out.extend(["\\u", &unit.cast_signed().to_string(), "?"]);
                }
            }
        }
    }
    out.push_str("\\par}\n");
    out
}
