//! "No commercial use" in German, French, Japanese and Korean: only the ban is read, never a permission.

use super::purposes::Reading;

/// Words for commercial use, words that deny, and words for use that earns nothing, of one language.
const LANGUAGES: [(&[&str], &[&str], &[&str]); 4] = [
    (
        &[
            "kommerzielle nutzung",
            "kommerziellen zweck",
            "kommerziell genutzt",
            "gewerblich",
            "kommerzielle verwendung",
        ],
        &["untersagt", "verboten", "nicht", "keine", "ausgeschlossen", "unzulässig"],
        &["nicht-kommerziell", "nichtkommerziell", "nicht kommerziell"],
    ),
    (
        &["utilisation commerciale", "usage commercial", "fins commerciales", "but lucratif"],
        &["interdit", "n'est pas", "ne pas", "ne peut", "exclu", "sans autorisation"],
        &["non commercial", "non-commercial", "non lucrati"],
    ),
    (
        &["商用利用", "商用使用", "商業利用", "営利目的", "商業目的"],
        &["禁止", "不可", "できません", "いけません", "認めません", "除く"],
        &["非商用", "非営利", "非商業"],
    ),
    (&["상업적", "영리 목적", "상업용"], &["금지", "불가", "없습니다", "안 됩니다", "허용되지"], &["비상업", "비영리"]),
];

/// What a sentence in one of these languages forbids. English words for it are left to `purposes`.
pub(super) fn read(text: &str) -> Option<Reading> {
    let low = text.to_lowercase().replace('’', "'");
    let has = |words: &[&str]| words.iter().any(|word| low.contains(word));
    LANGUAGES.iter().enumerate().find_map(|(language, (commercial, denials, without))| {
        // French shares "non-commercial" with English, which has better rules.
        if language != 1 && has(without) {
            return Some(Reading::NonCommercialOnly);
        }
        (has(commercial) && has(denials)).then_some(Reading::Forbids)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bans_are_read_in_four_languages() {
        for text in [
            "Die kommerzielle Nutzung ist untersagt.",
            "Toute utilisation commerciale est interdite.",
            "商用利用は禁止します。",
            "상업적 이용을 금지합니다.",
        ] {
            assert_eq!(read(text), Some(Reading::Forbids), "{text}");
        }
        assert_eq!(read("Commercial use is permitted."), None);
    }
}
