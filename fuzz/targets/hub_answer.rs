//! Any bytes as an answer of the Hub: about a repository, as a page of its listing, and a header that names the next page.
#![no_main]

use licentia::source::hub::understood;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (link, body) = match data.iter().position(|byte| *byte == 0) {
        Some(end) => data.split_at(end),
        None => (data, data),
    };
    let link = String::from_utf8_lossy(link);
    let body = body.strip_prefix(b"\0").unwrap_or(body);
    let (paths, next) = understood(body, &link);
    for path in &paths {
        assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path:?} leaves the repository");
    }
    assert!(next.is_none_or(|next| next.starts_with('/') && !next.starts_with("//")), "another origin is no next page");
    assert_eq!(paths, understood(body, &link).0, "the same answer twice");
});
