//! `/{id}/resolve/{revision}/{path}`: the files themselves, and the storage that large ones are redirected to.

use crate::git_object::name_of;
use crate::hub::Hub;
use crate::refusal::{Caller, Refusal};
use crate::repository::{Commit, File, Kind, Repository};
use crate::request::{Request, percent_encoded};
use crate::response::{Body, Response};

pub(crate) fn file(
    hub: &Hub,
    request: &Request,
    caller: &Caller<'_>,
    repository: &Repository,
    revision: &str,
    path: &str,
) -> Result<Response, Refusal> {
    if repository.gate.is_some() && !caller.may_enter(repository) {
        return Err(Refusal::gated(repository, caller));
    }
    let commit = repository.at(revision).ok_or_else(|| Refusal::no_revision(revision))?;
    let file = commit.files.get(path).ok_or_else(|| Refusal::no_entry(path, &commit.id))?;
    let Some(pointer) = &file.pointer else {
        if hub.resolve_cache {
            return Ok(moved_to_cache(request, repository, commit, file, path));
        }
        return Ok(served(hub, request, file).with("X-Repo-Commit", commit.id.clone()));
    };
    let address = format!("{}{}", hub.cdn, stored_at(repository, &pointer.sha256));
    let mut response = Response::text(302, format!("Found. Redirecting to {address}"))
        .with("Location", address)
        .with("X-Repo-Commit", commit.id.clone())
        .with("ETag", quoted(&file.object))
        .with("X-Linked-Etag", quoted(&pointer.sha256))
        .with("X-Linked-Size", file.content.size().to_string())
        .with("Accept-Ranges", "bytes");
    if hub.xet {
        response.set("X-Xet-Hash", pointer.sha256.clone());
        let route = format!("{}/api/{}/{}/xet-read-token", hub.endpoint, repository.kind.plural(), repository.id);
        response.set("Link", format!("<{route}/{}>; rel=\"xet-auth\"", commit.id));
    }
    Ok(response)
}

/// How the Hub serves small files of late: from an address that does not change, below the same origin.
fn moved_to_cache(request: &Request, repository: &Repository, commit: &Commit, file: &File, path: &str) -> Response {
    let path = percent_encoded(path, "/");
    let (plural, id) = (repository.kind.plural(), &repository.id);
    // The query begins with the address that was asked for, as a name without a value.
    let asked = percent_encoded(request.path(), "");
    let address = format!("/api/resolve-cache/{plural}/{id}/{}/{path}?{asked}=&etag=%22{}%22", commit.id, file.object);
    Response::text(307, format!("Temporary Redirect. Redirecting to {address}"))
        .with("Location", address)
        .with("X-Repo-Commit", commit.id.clone())
        .with("X-Linked-Etag", quoted(&file.object))
        .with("X-Linked-Size", file.content.size().to_string())
        .with("Accept-Ranges", "bytes")
}

pub(crate) fn cached(hub: &Hub, request: &Request, caller: &Caller<'_>, words: &[&str]) -> Result<Response, Refusal> {
    let [plural, words @ ..] = words else { return Err(Refusal::no_page()) };
    let kind = Kind::of_plural(plural).ok_or_else(Refusal::no_page)?;
    // The commit, which has 40 digits, stands after one part of a name or two.
    let place = words.iter().position(|word| word.len() == 40).ok_or_else(Refusal::no_page)?;
    let found = hub.repositories.get(&format!("{}{}", kind.prefix(), words[..place].join("/")));
    let repository = found.ok_or_else(|| Refusal::no_repository(caller))?;
    if (repository.gate.is_some() || repository.private) && !caller.may_enter(repository) {
        return Err(Refusal::gated(repository, caller));
    }
    let commit = repository.at(words[place]).ok_or_else(|| Refusal::no_revision(words[place]))?;
    let path = words[place + 1..].join("/");
    let file = commit.files.get(&path).ok_or_else(|| Refusal::no_entry(&path, &commit.id))?;
    Ok(served(hub, request, file).with("X-Repo-Commit", commit.id.clone()))
}

/// Path and signed query of a large file in the storage.
fn stored_at(repository: &Repository, sha256: &str) -> String {
    let path = format!("/repos/{}/{sha256}", name_of(&repository.name()));
    let signature = signature(&path);
    format!("{path}?Expires=4102444800&Policy=eyJT&Signature={signature}&Key-Pair-Id=K24J24Z295AEI9")
}

fn signature(path: &str) -> String {
    name_of(&format!("signature of {path}"))
}

/// What the storage answers: those who were redirected need no token, and nobody else gets in.
pub(crate) fn stored(hub: &Hub, request: &Request) -> Response {
    let refuse = |status, code: &str| {
        let page = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
        Response::new(status).with("Content-Type", "application/xml").with_body(page)
    };
    let path = request.path();
    if request.parameter("Signature").is_none_or(|given| given != signature(path)) {
        return refuse(403, "AccessDenied");
    }
    let Some((repository, sha256)) = path.strip_prefix("/repos/").and_then(|rest| rest.split_once('/')) else {
        return refuse(404, "NoSuchKey");
    };
    let found = hub.repositories.values().find(|other| name_of(&other.name()) == repository);
    let file = found.and_then(|repository| repository.stored(sha256));
    file.map_or_else(|| refuse(404, "NoSuchKey"), |file| served(hub, request, file))
}

fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}

/// The whole file, or the range that was asked for.
fn served(hub: &Hub, request: &Request, file: &File) -> Response {
    let tag = quoted(file.pointer.as_ref().map_or(&file.object, |pointer| &pointer.sha256));
    let size = file.content.size();
    let kind = if file.pointer.is_some() { "application/octet-stream" } else { "text/plain; charset=utf-8" };
    let respond = |status, range: Option<(u64, u64)>| {
        let mut response = Response::new(status).with("Content-Type", kind).with("ETag", tag.clone());
        let (start, length) = range.unwrap_or((0, size));
        response.body = Body::Part { content: file.content.clone(), start, length };
        if !hub.ignores_ranges {
            response.set("Accept-Ranges", "bytes");
        }
        if range.is_some() {
            response.set("Content-Range", format!("bytes {start}-{}/{size}", start + length - 1));
        }
        response
    };
    let same = request.header("if-range").is_none_or(|expected| expected == tag);
    let range = request.header("range").filter(|_| same && !hub.ignores_ranges);
    match range.map_or(Asked::Whole, |range| asked(range, size)) {
        Asked::Whole => respond(200, None),
        Asked::Part { start, length } => respond(206, Some((start, length))),
        Asked::Nothing => {
            Response::text(416, "Requested range not satisfiable").with("Content-Range", format!("bytes */{size}"))
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part { start: u64, length: u64 },
    Nothing,
}

/// Reads a `Range` (RFC 9110 §14.2). One that is malformed, or several, may be ignored, and are.
fn asked(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Asked::Whole;
    };
    let bounds = match (first.trim(), last.trim()) {
        ("", last) => last.parse::<u64>().ok().map(|suffix| (size.saturating_sub(suffix), size)),
        (first, "") => first.parse().ok().map(|first| (first, size)),
        (first, last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => Some((first, last.saturating_add(1).min(size))),
            _ => None,
        },
    };
    match bounds {
        None => Asked::Whole,
        Some((start, end)) if start < end => Asked::Part { start, length: end - start },
        Some(_) => Asked::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{ask, fetch};
    use crate::{Content, Origin, StandIn};

    const SIZE: u64 = 40_000_000_000;

    fn furnished() -> StandIn {
        let stand_in = StandIn::start();
        let large = Content::large("head", SIZE).ending_with("tail");
        stand_in.add(Repository::model("a/b").file("dir/small file", "0123456789").lfs("large", large));
        stand_in
    }

    #[test]
    fn a_small_file_comes_at_once_with_its_commit() {
        let stand_in = furnished();
        let url = format!("{}/a/b/resolve/main/dir/small%20file", stand_in.endpoint());
        let answer = fetch(&url);
        assert_eq!((answer.status, answer.text().as_str()), (200, "0123456789"));
        assert_eq!(answer.header("X-Repo-Commit"), Some(stand_in.commit_of("a/b", "main").as_str()));
        assert_eq!(answer.header("ETag").map(str::len), Some(42));
        let head = ask("HEAD", &url, &[]);
        assert_eq!((head.header("Content-Length"), head.body.len()), (Some("10"), 0));
        let part = ask("GET", &url, &[("Range", "bytes=2-4")]);
        assert_eq!((part.status, part.text().as_str()), (206, "234"));
        assert_eq!(part.header("Content-Range"), Some("bytes 2-4/10"));
        let outside = ask("GET", &url, &[("Range", "bytes=10-")]);
        assert_eq!((outside.status, outside.header("Content-Range")), (416, Some("bytes */10")));
        assert_eq!(ask("GET", &url, &[("Range", "bytes=2-4"), ("If-Range", "\"other\"")]).status, 200);
    }

    #[test]
    fn a_large_file_is_elsewhere_and_never_in_memory() {
        let stand_in = furnished();
        let answer = fetch(&format!("{}/a/b/resolve/main/large", stand_in.endpoint()));
        assert_eq!((answer.status, answer.header("X-Linked-Size")), (302, Some("40000000000")));
        assert_eq!(answer.header("X-Linked-Etag").map(str::len), Some(66));
        let location = answer.header("Location").expect("a redirect").to_owned();
        assert!(location.starts_with(&stand_in.cdn()));
        assert_eq!(ask("HEAD", &location, &[]).header("Content-Length"), Some("40000000000"));
        let part = ask("GET", &location, &[("Range", "bytes=-6")]);
        assert_eq!((part.status, part.body.as_slice()), (206, b"\0\0tail".as_slice()));
        let unsigned = location.split('?').next().expect("a path");
        assert_eq!(fetch(unsigned).status, 403);
        assert_eq!(stand_in.log().at(Origin::Cdn).requests(), 3);
        assert!(stand_in.log().body_bytes() < 1000);
        stand_in.assert_token_stayed_home();
    }

    #[test]
    fn a_server_may_ignore_ranges() {
        let stand_in = furnished();
        stand_in.ignore_ranges(true);
        let url = format!("{}/a/b/resolve/main/dir/small%20file", stand_in.endpoint());
        let answer = ask("GET", &url, &[("Range", "bytes=2-4")]);
        assert_eq!((answer.status, answer.text().as_str()), (200, "0123456789"));
        assert_eq!(answer.header("Accept-Ranges"), None);
    }

    #[test]
    fn small_files_may_stand_at_an_address_that_does_not_change() {
        let stand_in = furnished();
        stand_in.resolve_cache(true);
        let answer = fetch(&format!("{}/a/b/resolve/main/dir/small%20file", stand_in.endpoint()));
        assert_eq!((answer.status, answer.header("X-Linked-Size")), (307, Some("10")));
        let location = answer.header("Location").expect("a redirect");
        assert!(location.starts_with("/api/resolve-cache/models/a/b/"), "{location}");
        assert_eq!(fetch(&format!("{}{location}", stand_in.endpoint())).text(), "0123456789");
    }

    #[test]
    fn the_storage_can_have_another_host_name_and_announce_another_protocol() {
        let stand_in = furnished();
        stand_in.spell_cdn_host("localhost");
        stand_in.announce_xet(true);
        let answer = fetch(&format!("{}/a/b/resolve/main/large", stand_in.endpoint()));
        assert!(answer.header("Location").is_some_and(|location| location.starts_with("http://localhost:")));
        assert_eq!(answer.header("X-Xet-Hash").map(str::len), Some(64));
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = |start, length| Asked::Part { start, length };
        for (range, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-5", part(2, 4)),
            ("bytes=2-", part(2, 8)),
            ("bytes=-3", part(7, 3)),
            ("bytes=-30", part(0, 10)),
            ("bytes=8-99", part(8, 2)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=10-20", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=5-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=x-", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            assert_eq!(asked(range, 10), expected, "{range}");
        }
    }
}
