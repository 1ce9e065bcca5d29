//! Any text under the clause reader: every place lies in the text, and the same text gives the same terms.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let terms = licentia::classify::terms::read(text);
    for place in terms.clauses.iter().map(|clause| &clause.place).chain(&terms.unread) {
        assert!(text.get(place.bytes.clone()).is_some_and(|inside| !inside.is_empty()), "{place:?}");
    }
    assert_eq!(terms, licentia::classify::terms::read(text));
});
