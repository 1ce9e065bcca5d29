//! Recognises the small texts that stand in a clone where the content was not fetched.
//!
//! Git LFS: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>, at most 1,024 bytes, `version` first. The Hub
//! keeps exactly this form in Git for Xet storage too; an older git-xet wrote a form of its own.

use std::fmt::Write;

/// Longest pointer, by the Git LFS specification; the older git-xet form is shorter.
pub(super) const POINTER_LIMIT: u64 = 1024;

/// The `version` lines of Git LFS: today's and its two former names.
const LFS_VERSIONS: [&[u8]; 3] = [
    b"version https://git-lfs.github.com/spec/",
    b"version https://hawser.github.com/spec/",
    b"version http://git-media.io/v/",
];

/// What stands in place of the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer {
    kind: Kind,
    /// Length of the content, where it is stated well.
    size: Option<u64>,
    /// Its digest in hexadecimal, where it is stated well.
    digest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Lfs,
    Xet,
}

impl Pointer {
    /// The pointer that a file begins with. A whole file of at most [`POINTER_LIMIT`] bytes is one by its first line; a
    /// longer one only if the whole pointer is there, and then something else stands behind it.
    pub(super) fn at_head(head: &[u8], size: u64) -> Option<Self> {
        let limit = usize::try_from(POINTER_LIMIT).unwrap_or(usize::MAX);
        let head = head.get(..limit).unwrap_or(head);
        let pointer = if LFS_VERSIONS.iter().any(|version| head.starts_with(version)) {
            Self::read(Kind::Lfs, head, b"oid sha256:", b"size ")
        } else if head.starts_with(b"# xet version ") {
            Self::read(Kind::Xet, head, b"hash = ", b"filesize = ")
        } else {
            return None;
        };
        let is_whole = pointer.size.is_some() && pointer.digest.is_some();
        (size <= POINTER_LIMIT || is_whole).then_some(pointer)
    }

    fn read(kind: Kind, head: &[u8], digest: &[u8], size: &[u8]) -> Self {
        let lines = || head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let field = |prefix: &[u8]| lines().find_map(|line| std::str::from_utf8(line.strip_prefix(prefix)?).ok());
        let is_digest = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        Self {
            kind,
            size: field(size).and_then(|text| text.parse().ok()),
            digest: field(digest).map(|text| text.trim_matches(['\'', '"'])).filter(is_digest).map(str::to_owned),
        }
    }

    /// For the user: what it is and how to get the content. `path` is fit for a message.
    pub(super) fn detail(&self, path: &str) -> String {
        let (name, digest, fetch) = match self.kind {
            Kind::Lfs => ("Git LFS", "sha256", "git lfs pull"),
            Kind::Xet => ("git-xet", "hash", "git xet pull"),
        };
        let mut stated = self.size.map(|size| format!("{size} bytes")).unwrap_or_default();
        if let Some(value) = &self.digest {
            let comma = if stated.is_empty() { "" } else { ", " };
            let _ = write!(stated, "{comma}{digest} {value}");
        }
        if stated.is_empty() {
            stated.push_str("its size and digest are damaged");
        }
        format!("{path} is a {name} pointer; the content ({stated}) is not here: run `{fetch}`, or download the file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn pointer(text: &str) -> Option<Pointer> {
        Pointer::at_head(text.as_bytes(), text.len() as u64)
    }

    #[test]
    fn a_git_lfs_pointer_states_size_and_digest() {
        let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{DIGEST}\nsize 12345\n");
        let detail = pointer(&text).expect("a pointer").detail("model.safetensors");
        assert_eq!(
            detail,
            format!(
                "model.safetensors is a Git LFS pointer; the content (12345 bytes, sha256 {DIGEST}) is not here: run \
                 `git lfs pull`, or download the file"
            )
        );
        assert_eq!(pointer(&text.replace('\n', "\r\n")), pointer(&text));
        let extended = text.replace("oid", &format!("ext-0-case sha256:{DIGEST}\noid"));
        assert_eq!(pointer(&extended), pointer(&text));
    }

    #[test]
    fn an_old_xet_pointer_states_size_and_hash() {
        let text = format!("# xet version 0\nfilesize = 99\nhash = '{DIGEST}'\n");
        let detail = pointer(&text).expect("a pointer").detail("a");
        assert!(
            detail.starts_with(&format!("a is a git-xet pointer; the content (99 bytes, hash {DIGEST})")),
            "{detail}"
        );
    }

    #[test]
    fn a_damaged_pointer_still_is_one() {
        let detail =
            pointer("version https://git-lfs.github.com/spec/v1\noid sha256:zz\nsize -1\n").expect("it is").detail("a");
        assert!(detail.contains("(its size and digest are damaged)"), "{detail}");
    }

    #[test]
    fn a_longer_file_is_one_only_with_a_whole_pointer_at_its_head() {
        let padding = "x".repeat(2000);
        let whole = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{DIGEST}\nsize 1\n{padding}");
        assert!(pointer(&whole).is_some());
        assert_eq!(pointer(&format!("version https://git-lfs.github.com/spec/v1 {padding}")), None);
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["", "version 2", "MIT License", " version https://git-lfs.github.com/spec/v1\n", "# xet"] {
            assert_eq!(pointer(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(start in 0_usize..4, bytes: Vec<u8>, size: u64) {
            let starts: [&[u8]; 4] = [b"", b"version https://git-lfs.github.com/spec/v1\n", b"# xet version 0\n", LFS_VERSIONS[2]];
            let head = [starts[start], &bytes].concat();
            if let Some(pointer) = Pointer::at_head(&head, size) {
                let _ = pointer.detail("a");
            }
        }
    }
}
