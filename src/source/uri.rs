//! Words as parts of an address (RFC 3986): what would mean something else there is percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of section 2.3.
const COMPONENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Slashes part a path.
const PATH: AsciiSet = COMPONENT.remove(b'/');

/// What no address may hold: neither reserved nor unreserved, and no sign of an encoding.
const OUTSIDE: AsciiSet = PATH
    .remove(b':')
    .remove(b'?')
    .remove(b'#')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'%');

/// One part of a path, or a value: slashes are encoded too.
pub(crate) fn component(words: &str) -> String {
    utf8_percent_encode(words, &COMPONENT).to_string()
}

/// A path. As a reference none of its parts looks like a scheme.
pub(crate) fn path(words: &str) -> String {
    utf8_percent_encode(words, &PATH).to_string()
}

/// A whole address as somebody wrote it, with what no address holds encoded; what is encoded already stays.
pub(crate) fn address(words: &str) -> String {
    utf8_percent_encode(words, &OUTSIDE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_mean_something_else_is_encoded() {
        assert_eq!(component("refs/pr/1"), "refs%2Fpr%2F1");
        assert_eq!(path("a b/c:d?.md"), "a%20b/c%3Ad%3F.md");
        assert_eq!(address("https://a.example/x y?z=%20#é\u{202e}"), "https://a.example/x%20y?z=%20#%C3%A9%E2%80%AE");
    }
}
