//! Words to show, and names that must begin with a word.

use super::passage::Run;
use super::pattern::{find_any, has, has_any, pattern, patterns};

/// Longest text that counts as words to show, in characters.
const LONGEST: usize = 160;
/// Words to show that one sentence may ask for: one for the page, one for the documentation.
const MOST: usize = 3;

/// Words that a sentence asks to show, and when.
/// `text` is the sentence with the marks around it, and begins at `start`.
pub(super) fn shown<'t>(
    whole: Run<'_, '_>,
    own: Run<'_, '_>,
    text: &'t str,
    start: usize,
    threshold: bool,
) -> Vec<(&'t str, &'static str)> {
    // An item of a list may be nothing but its verb: "Prominently display …".
    let is_item = own.len() < whole.len() || has(own.part(0..1), pattern!("prominently|display|show|include|b|a|ii|i"));
    let is_command = is_item && has(own.part(0..3), pattern!("prominently|conspicuously|display|show|include"));
    if !is_duty(whole) && !is_command {
        return Vec::new();
    }
    let showing = patterns![
        "display|displays|displayed|displaying|show|shown|showing|place|feature|print|exhibit",
        "prominent*|conspicuous*|clear*|visibl* ..6 display|state|indicate|include|show|mark|label|attribute|credit|publish",
        "include|state|add|mark|label|credit|attribute|attribution|acknowledge|indicate|use|contain|carry|bear ..10 built|powered|based|made|created|statement|phrase|wording|words|logo|mark|following|text|attribution|tag|credit",
        "following ..3 attribution|statement|notice|text|words|phrase ..4 provided|displayed|shown|included|given|used|added",
    ];
    // Words to show may stand below a sentence that ends with "the following statement:".
    let lead = whole.part(0..whole.len().saturating_sub(own.len()));
    let is_below =
        has(lead, pattern!("following|statement|words|attribution ..8")) && find_any(lead, 0, showing).is_some();
    let is_passive = has(own, pattern!("must|shall|should be ..2 displayed|shown|included|placed|stated"));
    let from = match find_any(own, 0, showing) {
        Some(_) if is_passive => start,
        Some(shows) => own.get(shows.start).map_or(start, |word| word.start),
        None if is_below => start,
        None => return Vec::new(),
    };
    let rest = text.get(from.saturating_sub(start)..).unwrap_or_default();
    let when = if threshold || has_any(whole, patterns!["exceed*|more than ..12 users|revenue"]) {
        "above-threshold"
    } else if has_any(
        whole,
        patterns![
            "distribut*|redistribut*",
            "make|making|made|makes ..6 available",
            "share|sharing|publish|provide|release|deploy",
        ],
    ) {
        "distribution"
    } else {
        "always"
    };
    let is_notice = has(own, pattern!("notice|notices ..2 text? file"));
    let is_first_name = |quote: &str| is_name_rule(own) && !is_built(quote);
    let slogans = quotes(rest).into_iter().filter(|quote| is_slogan(quote, whole) && !is_first_name(quote));
    // “X” or “Y” leaves the choice: the first is named.
    let is_choice = |quote: &str| {
        let before = rest.find(quote).and_then(|at| rest.get(..at)).unwrap_or_default();
        before.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(" or")
    };
    let slogans = slogans.filter(|quote| !is_choice(quote));
    let slogans = slogans.filter(|quote| !(is_notice && quote.to_lowercase().contains("licensed")));
    slogans.take(MOST).map(|quote| (without_placeholder(quote), when)).collect()
}

/// `(the “Attribution Notice”)`, `(collectively, "Work")`.
fn opens_definition(before: &str) -> bool {
    let Some((_, inside)) = before.rsplit_once('(') else { return false };
    inside.len() < 40 && !inside.contains(')')
}

/// Words to show without the layout of the text around them.
pub(super) fn plain(quote: &str) -> String {
    quote.replace("**", "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_built(quote: &str) -> bool {
    let low = quote.to_lowercase();
    [
        "built",
        "powered",
        "made with",
        "created with",
        "based on",
        "inside",
        "developed",
        "using",
        "trained with",
        "licensed",
    ]
    .iter()
    .any(|word| low.contains(word))
}

/// What a sentence in Chinese asks to show, and the word with which it asks names to begin.
pub(super) fn in_chinese<'t>(compact: &str, text: &'t str) -> (Option<&'t str>, Option<&'t str>) {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| compact.contains(phrase));
    let short = |quote: &&'t str| quote.chars().count() <= 60;
    let is_display = has(&["显著", "突出", "醒目", "明显"]) && has(&["显示", "展示", "标注", "标明", "注明"]);
    let shown = quotes(text).into_iter().filter(short).find(|quote| is_built(quote)).filter(|_| is_display);
    let names = has(&["名称的开头", "名称开头", "名称前", "名称的前", "名称中", "开头"])
        && has(&["添加", "加上", "包含", "以", "必须", "应"]);
    let prefix = quotes(text).into_iter().filter(short).find(|quote| !is_built(quote)).filter(|_| names);
    (shown, prefix)
}

/// The word with which names of derivatives must begin.
pub(super) fn name_prefix<'t>(own: Run<'_, '_>, text: &'t str) -> Option<&'t str> {
    if !is_name_rule(own) || has(own, pattern!("not|without|cannot")) && !has(own, pattern!("must|shall")) {
        return None;
    }
    quotes(text).into_iter().find(|quote| quote.chars().count() <= 40 && quote.split_whitespace().count() <= 4)
}

fn is_name_rule(own: Run<'_, '_>) -> bool {
    has_any(
        own,
        patterns![
            "beginning|start|prefix|front ..6 name|names|title",
            "must|shall|should include|contain|have ..6 in its|their|the|your ..3 name|names",
            "name|names|named|naming ..10 begin|begins|start|starts|prefix|prefixed|starting|beginning",
        ],
    )
}

fn is_duty(words: Run<'_, '_>) -> bool {
    has_any(
        words,
        patterns!["must|shall|required|requires|agree|obligated|obliged|will|conditions|provided|condition|need"],
    ) && !has_any(
        words,
        patterns!["encourag*|recommend*|invite*|appreciate*", "shall|must|may not ..3 display|use|include"],
    )
}

/// `[name of work] is built with …` asks for what follows the placeholder.
fn without_placeholder(quote: &str) -> &str {
    let rest = quote.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(quote, |(_, rest)| rest.trim());
    rest.strip_prefix("is ").filter(|_| rest.len() < quote.len()).unwrap_or(rest)
}

/// Whether quoted words are words to show, rather than a defined word or the name of a file.
fn is_slogan(quote: &str, own: Run<'_, '_>) -> bool {
    let low = quote.to_lowercase();
    let is_built = is_built(quote);
    let is_prominent = has_any(
        own,
        patterns![
            "prominent*|conspicuous*|clear*|visibl* ..4 display|displayed|show|shown|mark|place",
            "display|displayed|show ..12 prominent*|interface|website|page|ui",
        ],
    );
    let is_path = low.contains('/') || low.contains("http") || low == "notice" || low.contains("as is");
    !is_path && quote.chars().count() <= LONGEST && (is_built || is_prominent)
}

/// Texts between quotation marks.
pub(super) fn quotes(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find(['"', '“', '「', '『', '‘', '\''])) {
        let open = at + open;
        let mark = text.get(open..).and_then(|rest| rest.chars().next()).unwrap_or('"');
        let start = open + mark.len_utf8();
        let close: &[char] = match mark {
            '“' => &['”', '“', '"'],
            '「' => &['」'],
            '『' => &['』'],
            '‘' => &['’'],
            '\'' => &['\''],
            _ => &['"', '”'],
        };
        at = start;
        // An apostrophe opens nothing.
        let is_apostrophe =
            matches!(mark, '\'') && text.get(..open).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        if is_apostrophe {
            continue;
        }
        let Some(length) = text.get(start..).and_then(|rest| rest.find(close)) else { continue };
        let inside = text.get(start..start + length).unwrap_or_default();
        let trimmed = inside.trim().trim_end_matches([',', '.']).trim();
        // (the "Licence") defines a word; (“Built with X”) is rare enough.
        let is_defined = text.get(..open).is_some_and(|before| before.ends_with('('))
            && text.get(start + length..).is_some_and(|after| after.chars().nth(1) == Some(')'))
            && !is_built(trimmed);
        let is_defined = is_defined || (text.get(..open).is_some_and(opens_definition) && !is_built(trimmed));
        let is_long = mark == '\'' && inside.len() > 80;
        if !(trimmed.is_empty() || is_defined || is_long) {
            found.push(trimmed);
            at = start
                + length
                + text.get(start + length..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::passage::Passage;
    use crate::classify::terms::words::Words;

    fn with_words<T>(text: &str, read: impl Fn(Run<'_, '_>) -> T) -> T {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        read(Passage::of(words.of(0..words.len())).run())
    }

    #[test]
    fn words_to_show_are_quoted_exactly() {
        let text = "If you distribute it, you must prominently display “Powered by Quux-2” on a related page.";
        assert_eq!(
            with_words(text, |words| shown(words, words, text, 0, false)),
            vec![("Powered by Quux-2", "distribution")]
        );
        let wish = "You are encouraged to display \"Powered by Quux\".";
        assert_eq!(with_words(wish, |words| shown(words, words, wish, 0, false)), vec![]);
    }

    #[test]
    fn names_may_have_to_begin_with_a_word() {
        let text = "you shall also include \"Quux\" at the beginning of any such model name";
        assert_eq!(with_words(text, |words| name_prefix(words, text)), Some("Quux"));
        assert_eq!(with_words(text, |words| shown(words, words, text, 0, false)), vec![]);
    }
}
