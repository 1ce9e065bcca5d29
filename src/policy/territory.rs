//! Territories: countries by ISO 3166-1 alpha-2, the European Union, and the world.

use std::fmt;

/// A country, the European Union, or everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Territory {
    /// A country, by two capital letters.
    Country(String),
    /// The European Union: all of its members.
    EuropeanUnion,
    /// Everywhere.
    World,
}

/// Members of the European Union, by ISO 3166-1 alpha-2 (european-union.europa.eu, country profiles; 27 since
/// 2020-02-01). Greece is `GR` here, not the `EL` of the Union's own style guide.
const MEMBERS: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl Territory {
    /// Reads `DE`, `EU` or `world`. `UK` and `EL`, which are no ISO codes, mean what everybody means by them. `None` for
    /// what is no code of two letters.
    pub fn from_word(word: &str) -> Option<Self> {
        let upper = word.to_ascii_uppercase();
        match upper.as_str() {
            "WORLD" | "WORLDWIDE" => Some(Self::World),
            "EU" => Some(Self::EuropeanUnion),
            "UK" => Some(Self::Country("GB".to_owned())),
            "EL" => Some(Self::Country("GR".to_owned())),
            code if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                Some(Self::Country(code.to_owned()))
            }
            _ => None,
        }
    }

    /// Whether two territories share ground.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::World, _) | (_, Self::World) | (Self::EuropeanUnion, Self::EuropeanUnion) => true,
            (Self::Country(code), Self::EuropeanUnion) | (Self::EuropeanUnion, Self::Country(code)) => {
                MEMBERS.contains(&code.as_str())
            }
            (Self::Country(one), Self::Country(two)) => one == two,
        }
    }
}

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(code) => f.write_str(code),
            Self::EuropeanUnion => f.write_str("EU"),
            Self::World => f.write_str("world"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(word: &str) -> Territory {
        Territory::from_word(word).expect(word)
    }

    #[test]
    fn a_member_lies_in_the_union_and_the_union_in_the_world() {
        assert!(of("DE").overlaps(&of("EU")) && of("EU").overlaps(&of("de")));
        assert!(!of("GB").overlaps(&of("EU")) && !of("US").overlaps(&of("EU")));
        assert!(of("world").overlaps(&of("EU")) && of("KR").overlaps(&of("world")));
        assert_eq!((of("UK"), of("EL")), (of("GB"), of("GR")));
        assert!(MEMBERS.is_sorted());
    }

    #[test]
    fn only_codes_of_two_letters_are_countries() {
        for word in ["", "D", "DEU", "D1", "Germany", "é"] {
            assert_eq!(Territory::from_word(word), None, "{word}");
        }
    }
}
