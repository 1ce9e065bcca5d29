//! Paths that every file system takes, and no two of which are one on any of them.

use std::collections::BTreeSet;

/// Characters of one part of a path.
const LONGEST: usize = 100;
/// Names that Windows keeps for devices, whatever stands behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The paths that were given out.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In small letters: some file systems do not tell case apart.
    taken: BTreeSet<String>,
}

impl Names {
    /// A path in a directory that nobody has: `directory/stem.extension`, else `directory/stem-2.extension`.
    pub(super) fn unique(&mut self, directory: &str, stem: &str, extension: &str) -> String {
        let stem = safe(stem);
        let mut number = 1;
        loop {
            let name = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let path = format!("{directory}/{name}{extension}");
            if self.taken.insert(path.to_ascii_lowercase()) {
                return path;
            }
            number += 1;
        }
    }

    /// Whether the path was given out.
    pub(super) fn has(&self, path: &str) -> bool {
        self.taken.contains(&path.to_ascii_lowercase())
    }
}

/// One part of a path: letters, digits, `.`, `-`, `_`; a slash becomes `--`, as in the caches of the Hub. Never empty, never
/// hidden, never a device, of at most [`LONGEST`] characters.
pub(super) fn safe(words: &str) -> String {
    let mut name = String::new();
    for part in words.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..") {
        if !name.is_empty() {
            name.push_str("--");
        }
        let plain = |character: char| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => character,
            _ => '-',
        };
        name.extend(part.chars().take(LONGEST).map(plain));
    }
    // The end tells names apart better than the beginning, and holds the extension.
    let start = name.len().saturating_sub(LONGEST);
    let name = name.get(start..).unwrap_or_default();
    let name = name.trim_start_matches(['.', '-']).trim_end_matches('.');
    let device = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_port = |name: &str| {
        let number = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
        number.is_some_and(|number| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match name {
        "" => "unnamed".to_owned(),
        name if DEVICES.contains(&device.as_str()) || is_port(&device) => format!("_{name}"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_names_stay_and_others_become_harmless() {
        assert_eq!(safe("vendor/seg-net_2.1"), "vendor--seg-net_2.1");
        assert_eq!(safe("./docs/NOTICE.txt"), "docs--NOTICE.txt");
        assert_eq!(safe("../../etc/passwd"), "etc--passwd");
        assert_eq!(safe("C:\\\\x\\y"), "C---x--y");
        assert_eq!(safe("NUL.txt"), "_NUL.txt");
        assert_eq!(safe("com1"), "_com1");
        assert_eq!(safe(".."), "unnamed");
        assert_eq!(safe(".git"), "git");
        assert_eq!(safe("许可.txt"), "txt");
    }

    #[test]
    fn what_differs_in_case_alone_gets_two_names() {
        let mut names = Names::default();
        let given = [names.unique("N", "a", ".txt"), names.unique("N", "A", ".txt"), names.unique("M", "a", ".txt")];
        assert_eq!(given, ["N/a.txt", "N/A-2.txt", "M/a.txt"]);
    }

    proptest! {
        #[test]
        fn every_name_is_one_part_of_a_path(words in prop_oneof![any::<String>(), "[./\\\\a-cA-C0-9:*?]{0,300}"]) {
            let name = safe(&words);
            prop_assert!(!name.is_empty() && name.len() <= LONGEST + 1);
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
            prop_assert!(name.bytes().all(is_plain), "{name}");
            prop_assert!(!name.starts_with(['.', '-']) && !name.ends_with('.'), "{name}");
        }
    }
}
