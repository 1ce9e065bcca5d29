//! What the Hub answers about a repository, read with tolerance: unknown fields are nobody's business, a field of another
//! shape than expected is no statement, and only what cannot be done without is an error.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fault::Fault;
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::source::hub_id::HubId;
use crate::source::quoted;

/// Siblings that are believed to be all: longer lists are asked for page by page.
const MOST_SIBLINGS: usize = 1000;
/// Files of a repository that are listed at most.
pub(super) const MOST_FILES: usize = 100_000;

/// The answer of `/api/models/{id}` and its kin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// The name under which the Hub knows it, where it says so.
    pub(super) name: Option<String>,
    /// The commit, 40 hexadecimal digits in small letters.
    pub(super) commit: String,
    pub(super) is_gated: bool,
    pub(super) is_private: bool,
    pub(super) is_disabled: bool,
    /// The files with their lengths; `None` where the answer does not list them all with lengths.
    pub(super) files: Option<Vec<Listed>>,
}

/// One file of a listing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) size: u64,
    /// Whether it stands in the store of large files, so that reading it costs a redirect.
    pub(super) is_large: bool,
}

/// Reads the answer about a repository.
pub(super) fn about(body: &[u8], headers_say_html: bool) -> Result<About, Fault> {
    let value = json(body, headers_say_html)?;
    let commit = value.get("sha").and_then(Value::as_str).map(str::to_ascii_lowercase);
    let commit = commit
        .filter(|sha| is_commit(sha))
        .ok_or_else(|| Fault::malformed("answered without the commit that it speaks of (`sha`)"))?;
    let name = ["id", "modelId"].iter().find_map(|key| value.get(key).and_then(Value::as_str));
    // A name that could be none is no reason to fail: the one that was asked for stands.
    let name = name.and_then(HubId::of_words).filter(|id| id.revision.is_none()).map(|id| id.name);
    let is_true = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
    let is_gated = match value.get("gated") {
        Some(Value::String(word)) => !matches!(word.as_str(), "" | "false"),
        Some(Value::Bool(is_gated)) => *is_gated,
        _ => false,
    };
    Ok(About {
        name,
        commit,
        is_gated,
        is_private: is_true("private"),
        is_disabled: is_true("disabled"),
        files: value.get("siblings").and_then(Value::as_array).and_then(|siblings| with_lengths(siblings)),
    })
}

/// All files, where every one has a length and there are few enough to be all.
fn with_lengths(siblings: &[Value]) -> Option<Vec<Listed>> {
    if siblings.is_empty() || siblings.len() >= MOST_SIBLINGS {
        return None;
    }
    let listed = siblings.iter().map(|sibling| {
        let lfs = sibling.get("lfs").filter(|lfs| lfs.is_object());
        let size = lfs.and_then(|lfs| lfs.get("size")).or_else(|| sibling.get("size"))?.as_u64()?;
        let path = sibling.get("rfilename")?.as_str()?.to_owned();
        Some(Listed { path, size, is_large: lfs.is_some() })
    });
    listed.collect()
}

/// Reads one page of `/tree`.
pub(super) fn page(body: &[u8], headers_say_html: bool) -> Result<Vec<Listed>, Fault> {
    let value = json(body, headers_say_html)?;
    let items =
        value.as_array().ok_or_else(|| Fault::malformed("answered with something else than a list of files"))?;
    let mut listed = Vec::new();
    for item in items {
        // A directory is its files. What is neither and has no length is a fault below: it may be a licence.
        if item.get("type").and_then(Value::as_str) == Some("directory") {
            continue;
        }
        let lfs = item.get("lfs").filter(|lfs| lfs.is_object());
        let size = lfs.and_then(|lfs| lfs.get("size")).or_else(|| item.get("size")).and_then(Value::as_u64);
        let path = item.get("path").and_then(Value::as_str);
        let (Some(path), Some(size)) = (path, size) else {
            return Err(Fault::malformed("listed a file without its path or its length"));
        };
        let is_large = lfs.is_some() || item.get("xetHash").is_some_and(Value::is_string);
        listed.push(Listed { path: path.to_owned(), size, is_large });
    }
    Ok(listed)
}

/// Path and query of the next page from the endpoint, from a `Link` header (RFC 8288). What leads elsewhere is none.
pub(super) fn next_page(link: Option<&str>, endpoint: &str) -> Result<Option<String>, Fault> {
    let Some(next) = link.and_then(|link| link.split(',').find(|part| part.contains("rel=\"next\""))) else {
        return Ok(None);
    };
    let address = next.trim().strip_prefix('<').and_then(|next| next.split_once('>')).map(|(address, _)| address);
    let refused = || Fault::malformed("names a next page that is not its own");
    let address = address.ok_or_else(refused)?;
    let path = address.strip_prefix(endpoint).unwrap_or(address);
    if path.starts_with('/') && !path.starts_with("//") { Ok(Some(path.to_owned())) } else { Err(refused()) }
}

/// Sorts a listing and sets aside what no tree can hold, as gaps.
pub(super) fn sorted(listed: Vec<Listed>) -> (Vec<Listed>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let mut files: BTreeMap<String, Listed> = BTreeMap::new();
    let mut gap = |path: &str, why: &str| {
        let detail = format!("the Hub lists {}, {why}: look at the repository by hand", quoted(path));
        gaps.push(Gap { at: Location::file(0, ""), kind: GapKind::Malformed, detail });
    };
    for file in listed {
        if !is_path(&file.path) {
            gap(&file.path, "which is no path in a repository");
        } else if let Some(known) = files.get(&file.path) {
            if *known != file {
                gap(&file.path, "twice and with different lengths");
            }
        } else {
            files.insert(file.path.clone(), file);
        }
    }
    if files.len() > MOST_FILES {
        let detail = format!("the Hub lists {} files and the first {MOST_FILES} are looked at", files.len());
        gaps.push(Gap { at: Location::file(0, ""), kind: GapKind::Truncated, detail });
    }
    gaps.sort();
    gaps.dedup();
    (files.into_values().take(MOST_FILES).collect(), gaps)
}

/// Whether it is a path below a root: no empty part, no `.` or `..`, no control character, of bearable length.
fn is_path(path: &str) -> bool {
    let is_part = |part: &str| !matches!(part, "" | "." | "..");
    path.len() <= 4096 && path.split('/').all(is_part) && !path.contains(['\\', '\0'])
}

pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// An answer as JSON; a page of HTML is named as what it is.
pub(super) fn json(body: &[u8], headers_say_html: bool) -> Result<Value, Fault> {
    serde_json::from_slice(body).map_err(|error| {
        let is_html = headers_say_html || body.trim_ascii_start().first() == Some(&b'<');
        let words = if body.trim_ascii().is_empty() {
            "answered nothing where JSON was expected".to_owned()
        } else if is_html {
            "answered with a web page where JSON was expected".to_owned()
        } else if error.is_eof() {
            format!("answered with JSON that breaks off after {} bytes", body.len())
        } else {
            format!("answered with what is no JSON (line {}, column {})", error.line(), error.column())
        };
        Fault::malformed(words)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn read(json: &str) -> Result<About, Fault> {
        about(json.as_bytes(), false)
    }

    #[test]
    fn the_files_of_an_answer_with_lengths_are_all_of_them() {
        let json = format!(
            r#"{{"id":"acme/tiny","sha":"{SHA}","gated":"manual","private":false,"new":[1],"cardData":null,"siblings":[
                {{"rfilename":"README.md","size":12}},
                {{"rfilename":"model.safetensors","size":130,"lfs":{{"size":9000000000,"sha256":"0","pointerSize":130}}}}]}}"#
        );
        let about = read(&json).expect("an answer");
        assert_eq!((about.name.as_deref(), about.commit.as_str()), (Some("acme/tiny"), SHA));
        assert!(about.is_gated && !about.is_private && !about.is_disabled);
        let files = about.files.expect("files");
        assert_eq!((files[1].size, files[1].is_large, files[0].is_large), (9_000_000_000, true, false));
    }

    #[test]
    fn files_without_lengths_and_long_lists_are_asked_for_page_by_page() {
        let json = |siblings: &str| format!(r#"{{"sha":"{SHA}","siblings":{siblings}}}"#);
        assert_eq!(read(&json(r#"[{"rfilename":"README.md"}]"#)).expect("an answer").files, None);
        assert_eq!(read(&json("[]")).expect("an answer").files, None);
        assert_eq!(read(&json("null")).expect("an answer").files, None);
        let long = vec![r#"{"rfilename":"a","size":1}"#; MOST_SIBLINGS].join(",");
        assert_eq!(read(&json(&format!("[{long}]"))).expect("an answer").files, None);
    }

    #[test]
    fn what_cannot_be_done_without_is_a_fault_that_says_so() {
        for (body, says) in [
            ("{}", "without the commit"),
            (r#"{"sha":null}"#, "without the commit"),
            (r#"{"sha":"main"}"#, "without the commit"),
            ("<!doctype html><html>", "web page"),
            (r#"{"sha":"01"#, "breaks off after"),
            ("", "nothing"),
            ("nonsense", "no JSON"),
        ] {
            let fault = read(body).expect_err(body);
            assert!(fault.words.contains(says), "{body}: {}", fault.words);
        }
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        assert!(read(&deep).is_err());
    }

    #[test]
    fn gates_are_read_in_every_shape_in_which_they_are_written() {
        for (gated, is_gated) in [
            ("false", false),
            ("true", true),
            (r#""auto""#, true),
            (r#""manual""#, true),
            ("null", false),
            ("7", false),
        ] {
            let about = read(&format!(r#"{{"sha":"{SHA}","gated":{gated}}}"#)).expect("an answer");
            assert_eq!(about.is_gated, is_gated, "{gated}");
        }
    }

    #[test]
    fn a_page_of_the_tree_holds_files_and_their_kinds() {
        let body = br#"[{"type":"directory","path":"a"},{"type":"file","path":"a/b","size":3},
            {"type":"file","path":"m.bin","size":9,"lfs":{"size":9,"oid":"0","pointerSize":134},"xetHash":"0"}]"#;
        let files = page(body, false).expect("a page");
        assert_eq!(
            files.iter().map(|file| (file.path.as_str(), file.is_large)).collect::<Vec<_>>(),
            [("a/b", false), ("m.bin", true)]
        );
        assert!(page(br#"[{"path":"LICENSE"}]"#, false).is_err() && page(br#"[{"type":"commit"}]"#, false).is_err());
        assert_eq!(page(br#"[{"path":"LICENSE","size":3}]"#, false).expect("a page").len(), 1);
        assert!(page(br#"{"error":"no"}"#, false).is_err() && page(br#"[{"type":"file","path":"a"}]"#, false).is_err());
    }

    #[test]
    fn the_next_page_is_one_of_the_same_origin() {
        let origin = "https://huggingface.co";
        let link = |target: &str| format!("<{target}>; rel=\"next\"");
        let next = |target: &str| next_page(Some(&link(target)), origin);
        assert_eq!(next("https://huggingface.co/api/x?cursor=a%3D"), Ok(Some("/api/x?cursor=a%3D".to_owned())));
        assert_eq!(next("/api/x?cursor=b"), Ok(Some("/api/x?cursor=b".to_owned())));
        assert!(next("https://evil.example/api").is_err() && next("//evil.example/api").is_err());
        assert!(next("https://huggingface.co.evil.example/").is_err());
        assert_eq!(next_page(Some("</a>; rel=\"prev\""), origin), Ok(None));
        assert_eq!(next_page(None, origin), Ok(None));
    }

    #[test]
    fn paths_that_leave_the_repository_are_gaps_and_never_files() {
        let file = |path: &str, size| Listed { path: path.to_owned(), size, is_large: false };
        let listed = ["../x", "/etc/passwd", "a//b", "a/./b", "", "a\\b", "ok"].map(|path| file(path, 1));
        let (files, gaps) = sorted(listed.to_vec());
        assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["ok"]);
        assert_eq!(gaps.len(), 6);
        let (files, gaps) = sorted(vec![file("a", 1), file("a", 1), file("b", 1), file("b", 2)]);
        assert_eq!((files.len(), gaps.len()), (2, 1));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in proptest::collection::vec(any::<u8>(), 0..200), is_html: bool) {
            let _ = about(&body, is_html);
            let _ = page(&body, is_html);
        }

        #[test]
        fn no_link_panics_and_none_leads_away(link in "\\PC{0,80}") {
            if let Ok(Some(path)) = next_page(Some(&link), "https://huggingface.co") {
                prop_assert!(path.starts_with('/') && !path.starts_with("//"));
            }
        }
    }
}
