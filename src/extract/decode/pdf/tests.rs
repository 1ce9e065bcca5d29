//! Documents as libraries write them, and as nobody should.

use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

use super::*;

/// A document with these contents, one page each, in Helvetica (`/F1`), with a form (`/X`) and a picture (`/P`).
fn document(pages: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 10 + 2 * at)).collect();
    let mut file = format!(
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[{}]/Count {} /Resources \
         <</Font<</F1 3 0 R>>/XObject<</X 4 0 R/P 5 0 R>>>>>> endobj\n3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica\
         /Encoding/WinAnsiEncoding>> endobj\n4 0 obj <</Subtype/Form/Length 36>> stream\nBT /F1 9 Tf 9 9 Td (in a form) Tj \
         ET\nendstream endobj\n5 0 obj <</Subtype/Image/Length 1>> stream\nx\nendstream endobj\n",
        kids.join(" "),
        pages.len(),
    )
    .into_bytes();
    for (at, content) in pages.iter().enumerate() {
        let packed = compress_to_vec_zlib(content.as_bytes(), 6);
        let (page, stream) = (10 + 2 * at, 11 + 2 * at);
        file.extend(format!("{page} 0 obj <</Type/Page/Parent 2 0 R/Contents {stream} 0 R>> endobj\n").bytes());
        file.extend(format!("{stream} 0 obj <</Filter/FlateDecode/Length {}>> stream\n", packed.len()).bytes());
        file.extend(packed);
        file.extend(b"\nendstream endobj\n");
    }
    file.extend(b"trailer <</Root 1 0 R>>\n%%EOF\n");
    file
}

fn text(content: &str) -> String {
    read(&document(&[content])).expect("it can be read").text
}

fn kinds(lost: &[Lost]) -> Vec<GapKind> {
    lost.iter().map(|lost| lost.kind).collect()
}

#[test]
fn strings_become_lines_and_words_by_where_they_stand() {
    let lines = "BT /F1 10 Tf 12 TL 72 700 Td (One ) Tj (two) Tj T* (three) Tj (four) ' 0 -30 Td (five) Tj ET";
    assert_eq!(text(lines), "One two\nthree\nfour\n\nfive");
    assert_eq!(text("BT /F1 10 Tf 0 0 Td [(Li) 20 (cen) -15 (ce) -300 (text)] TJ ET"), "Licence text");
    assert_eq!(
        text("BT /F1 10 Tf 1 0 0 1 50 50 Tm (a) Tj 1 0 0 1 90 50 Tm (b) Tj 1 0 0 1 20 50 Tm (c) Tj ET"),
        "a b c"
    );
    assert_eq!(
        text("BT /F1 10 Tf (m) Tj 4 Ts /F1 5 Tf (2) Tj ET q 0 1 -1 0 90 90 cm BT /F1 9 Tf (up) Tj ET Q"),
        "m2\n\nup"
    );
    assert_eq!(text("BT /F1 10 Tf 0 0 Td (dis\\255) Tj 0 -12 Td (trict) Tj ET"), "district");
    assert_eq!(text("BT /F1 10 Tf 2 0 (a) \" 0 -12 Td (\\223b\\224) Tj ET"), "a\n“b”");
}

#[test]
fn forms_are_read_where_they_are_painted() {
    assert_eq!(text("BT /F1 9 Tf 9 40 Td (before) Tj ET /X Do"), "before\n\nin a form");
    let note = "10 0 obj <</Type/Page/Parent 2 0 R/Annots[<</Subtype/FreeText/AP<</N 4 0 R>>>><</Subtype/Link/AP<</N 4 0 R>>>>]>> endobj trailer <</Root 1 0 R>>";
    let file = [document(&["BT ET"]), note.as_bytes().to_vec()].concat();
    assert_eq!(read(&file).expect("it can be read").text, "in a form");
}

#[test]
fn pages_are_known_by_their_numbers() {
    let found = read(&document(&["BT /F1 9 Tf (one) Tj ET", "", "BT /F1 9 Tf (two) Tj ET"])).expect("it can be read");
    assert_eq!((found.text.as_str(), &found.origin), ("one\ntwo", &Origin::Pages(vec![(0, 1), (4, 3)])));
    assert!(found.lost.is_empty(), "an empty page hides nothing");
}

#[test]
fn the_number_of_a_page_is_no_part_of_its_text() {
    let page = |top: &str, bottom: &str| {
        format!("BT /F1 9 Tf 12 TL 9 700 Td ({top}) Tj T* (some words) Tj T* ({bottom}) Tj ET")
    };
    let found = read(&document(&[&page("Page 1 of 2", "- i -"), &page("not for sale", "2/2")])).expect("it has text");
    assert_eq!(found.text, "some words\nnot for sale\nsome words\n");
    assert_eq!(found.origin, Origin::Pages(vec![(0, 1), (11, 2)]));
    for line in ["7", "- 12 -", "Page 3", "PAGE 3 OF", "3 of 12", "xiv", "[4]"] {
        assert_eq!(is_page_number(line), line != "PAGE 3 OF", "{line}");
    }
    for line in ["", "Page", "3 users", "page 3 of the licence", "12345", "3 of 4 of 5", "$5"] {
        assert!(!is_page_number(line), "{line}");
    }
}

#[test]
fn what_is_no_text_is_said() {
    let scan = read(&document(&["/P Do"])).expect_err("it has no text");
    assert_eq!(scan.kind, GapKind::Unsupported);
    assert!(scan.what.contains("page 1"), "{}", scan.what);
    let drawn = read(&document(&["BT /F1 9 Tf (one) Tj ET", "0 0 m 9 9 l S"])).expect("one page has text");
    assert_eq!(kinds(&drawn.lost), [GapKind::Unsupported]);
    let inline = read(&document(&["BI /W 1 /H 1 ID x(\nEI Q"])).expect_err("it has no text");
    assert_eq!(inline.kind, GapKind::Unsupported);
    assert_eq!(text("BI /W 1 ID (((\nEI BT /F1 9 Tf (behind) Tj ET"), "behind");
    assert_eq!(read(&document(&[""])).expect_err("it is empty").kind, GapKind::Malformed);
}

#[test]
fn an_encrypted_or_foreign_document_is_said() {
    let locked = [document(&["BT /F1 9 Tf (a) Tj ET"]), b"trailer <</Encrypt 9 0 R/Root 1 0 R>>".to_vec()].concat();
    assert_eq!(read(&locked).expect_err("it is locked").kind, GapKind::Unsupported);
    assert_eq!(read(b"%PDF-1.4").expect_err("it is empty").kind, GapKind::Malformed);
    assert!(is_one(b"%PDF-1.4") && is_one(b"\n%PDF") && !is_one(b"PDF"));
}

#[test]
fn characters_without_a_meaning_are_counted_and_too_many_are_no_text() {
    let font = |text: &str| {
        let more = b"3 0 obj <</Subtype/Type1/Encoding<</Differences[1/g1/g2]>>>> endobj trailer <</Root 1 0 R>>";
        read(&[document(&[text]), more.to_vec()].concat())
    };
    let found = font("BT /F1 9 Tf (ab\\001) Tj ET").expect("most of it can be read");
    assert_eq!((found.text.as_str(), kinds(&found.lost)), ("ab\u{fffd}", vec![GapKind::Unsupported]));
    assert_eq!(font("BT /F1 9 Tf (a\\001\\002) Tj ET").expect_err("it means nothing").kind, GapKind::Unsupported);
}

#[test]
fn bombs_and_circles_end_and_say_so() {
    let spaces = " ".repeat(20 << 20);
    assert_eq!(read(&document(&[&spaces])).expect_err("it is too long").kind, GapKind::Truncated);
    let long = format!("BT /F1 9 Tf {} ET", "(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ".repeat(40_000));
    let found = read(&document(&[&long])).expect("it has text");
    assert!(found.text.len() <= MOST_TEXT + 64);
    assert_eq!(kinds(&found.lost), [GapKind::Truncated]);
    // A form that paints itself, many times.
    let circle = b"4 0 obj <</Subtype/Form>> stream\n/X Do /X Do /X Do /X Do BT /F1 9 Tf (a) Tj ET\nendstream endobj trailer <</Root 1 0 R>>";
    let found = read(&[document(&["/X Do"]), circle.to_vec()].concat()).expect("it has text");
    assert_eq!(kinds(&found.lost), [GapKind::Truncated]);
    // Pages in a circle, and pages without end.
    let pages = b"2 0 obj <</Kids[2 0 R 2 0 R 10 0 R]>> endobj trailer <</Root 1 0 R>>";
    assert!(read(&[document(&["BT ET"]), pages.to_vec()].concat()).is_err());
    let flood = format!("2 0 obj <</Kids[{}]>> endobj trailer <</Root 1 0 R>>", "<</A 1>>".repeat(60_000));
    assert_eq!(read(&[document(&["BT ET"]), flood.into_bytes()].concat()).expect_err("empty").kind, GapKind::Truncated);
    let states = format!("{} BT /F1 9 Tf (a) Tj ET", "q ".repeat(100_000));
    assert_eq!(kinds(&read(&document(&[&states])).expect("it has text").lost), [GapKind::Truncated]);
}

#[test]
fn one_packed_stream_of_objects_cannot_be_read_again_and_again() {
    // Twenty thousand members that all begin at the same long list: readers that take them all apart need minutes.
    let head = (10..20_010).fold(String::new(), |head, number| head + &number.to_string() + " 0 ");
    let content = compress_to_vec_zlib(format!("{head}[{}]", "0 ".repeat(60_000)).as_bytes(), 9);
    let mut file = document(&["BT /F1 9 Tf (a) Tj ET"]);
    file.extend(
        format!("9 0 obj <</Type/ObjStm/N 20000/First {}/Filter/Fl/Length {}>> stream\n", head.len(), content.len())
            .bytes(),
    );
    file.extend(content);
    file.extend(b"\nendstream endobj trailer <</Root 1 0 R>>");
    assert!(read(&file).is_err(), "the newer objects are lists");
}

#[test]
fn every_truncation_gives_a_text_or_a_reason() {
    let file = document(&["BT /F1 9 Tf [(one) -300 (two)] TJ ET", "/X Do /P Do"]);
    for length in 0..file.len() {
        if let Ok(found) = read(&file[..length]) {
            assert!(!found.text.is_empty());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&[b"%PDF-1.7\n1 0 obj ", &bytes[..]].concat());
    }

    #[test]
    fn no_content_makes_it_panic(
        content in "(q|Q|BT|ET|Tf|Tj|TJ|Td|TD|Tm|T\\*|'|\"|Tc|Tw|Tz|TL|Ts|cm|Do|BI|ID|EI|/F1|/X|/P|\\(a b\\)|\\[|\\]|-?[0-9]{1,9}(\\.[0-9]{0,3})?|<<|>>| |\n){0,60}",
    ) {
        let _ = read(&document(&[&content]));
    }

    #[test]
    fn a_changed_byte_gives_a_text_or_a_reason(at in 0_usize..1500, byte in any::<u8>()) {
        let mut file = document(&["BT /F1 9 Tf [(one) -300 (two)] TJ ET", "/X Do /P Do"]);
        if let Some(place) = file.get_mut(at) {
            *place = byte;
        }
        if let Ok(found) = read(&file) {
            prop_assert!(!found.text.is_empty());
        }
    }
}
