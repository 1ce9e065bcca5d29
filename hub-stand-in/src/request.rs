//! What a client asks, read so that a connection can still be reset.

use std::io::{self, Read};
use std::net::TcpStream;

/// Longest head of a request.
const HEAD_LIMIT: usize = 64 * 1024;

/// Longest body of a request.
const BODY_LIMIT: usize = 1024 * 1024;

/// Which of the two servers is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The Hub itself, which may see the token.
    Hub,
    /// The storage that the Hub redirects to, which must not.
    Cdn,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// The server that received it.
    pub origin: Origin,
    /// `GET`, `HEAD`, `POST` …
    pub method: String,
    /// Path and query as sent, still percent-encoded.
    pub target: String,
    /// Names as sent, with their values trimmed.
    pub headers: Vec<(String, String)>,
    /// Empty but for POST.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of the first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The target up to the query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// Names and values of the query, decoded.
    pub fn query(&self) -> Vec<(String, String)> {
        self.target.split_once('?').map(|(_, query)| pairs(query)).unwrap_or_default()
    }

    /// The first value of this name in the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.query().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether the query says `name=true` in one of the spellings that clients use.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "true" | "1"))
    }

    /// The parts of the path, each decoded after splitting: `refs%2Fpr%2F1` stays one part.
    pub(crate) fn segments(&self) -> Vec<String> {
        self.path().split('/').filter(|part| !part.is_empty()).map(percent_decoded).collect()
    }

    pub(crate) fn wants_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Form or query fields.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let fields = text.split('&').filter(|field| !field.is_empty());
    fields
        .map(|field| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (percent_decoded(&name.replace('+', " ")), percent_decoded(&value.replace('+', " ")))
        })
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = (*first == b'%').then(|| (digit(after.first()), digit(after.get(1))));
        if let Some((Some(high), Some(low))) = pair {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-encodes everything that is not unreserved or in `keep`.
pub(crate) fn percent_encoded(text: &str, keep: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let character = char::from(byte);
        if character.is_ascii_alphanumeric() || "-._~".contains(character) || keep.contains(character) {
            encoded.push(character);
        } else {
            encoded.push('%');
            encoded.push_str(&crate::git_object::hexadecimal(&[byte]).to_ascii_uppercase());
        }
    }
    encoded
}

/// What came in on a connection.
pub(crate) enum Incoming {
    Request(Request),
    /// The client has gone, or is told so because the server stops.
    Closed,
    /// Not HTTP, or too much of it.
    Malformed,
}

/// Reads one request all but its last byte, which [`finish`] takes: a socket closed with unread input sends a reset
/// instead of an orderly end, and nothing else in the standard library does.
pub(crate) fn read(stream: &mut TcpStream, origin: Origin) -> io::Result<Incoming> {
    let mut head = Vec::new();
    let mut window = [0; 8192];
    loop {
        let count = stream.peek(&mut window)?;
        if count == 0 {
            return Ok(Incoming::Closed);
        }
        let before = head.len();
        head.extend_from_slice(&window[..count]);
        let search_from = before.saturating_sub(3);
        if let Some(found) = head[search_from..].windows(4).position(|four| four == b"\r\n\r\n") {
            let end = search_from + found + 4;
            head.truncate(end);
            stream.read_exact(&mut window[..end - before - 1])?;
            break;
        }
        if head.len() > HEAD_LIMIT {
            return Ok(Incoming::Malformed);
        }
        stream.read_exact(&mut window[..count])?;
    }
    let Some(mut request) = parse(&head, origin) else { return Ok(Incoming::Malformed) };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0_usize);
    if length > BODY_LIMIT {
        return Ok(Incoming::Malformed);
    }
    if length > 0 {
        finish(stream)?;
        request.body = vec![0; length];
        stream.read_exact(&mut request.body[..length - 1])?;
        stream.peek(&mut request.body[length - 1..])?;
    }
    Ok(Incoming::Request(request))
}

/// Takes the byte that [`read`] has left.
pub(crate) fn finish(stream: &mut TcpStream) -> io::Result<()> {
    stream.read_exact(&mut [0])
}

fn parse(head: &[u8], origin: Origin) -> Option<Request> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/1.") || !target.starts_with('/') {
        return None;
    }
    let fields = lines.take_while(|line| !line.is_empty());
    let headers = fields
        .map(|line| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned())))
        .collect::<Option<_>>()?;
    Some(Request { origin, method: method.to_owned(), target: target.to_owned(), headers, body: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_with_slashes_stays_one_part_of_the_path() {
        let head = b"GET /org/name/resolve/refs%2Fpr%2F1/a%20b/c?x=1&x=2&y=a+b HTTP/1.1\r\nHost: h\r\n\r\n";
        let request = parse(head, Origin::Hub).expect("a request");
        assert_eq!(request.segments(), ["org", "name", "resolve", "refs/pr/1", "a b", "c"]);
        assert_eq!(request.parameter("y").as_deref(), Some("a b"));
        assert_eq!(request.query().len(), 3);
        assert_eq!(request.header("HOST"), Some("h"));
    }

    #[test]
    fn what_was_encoded_is_decoded_and_a_lone_percent_sign_stays() {
        assert_eq!(percent_encoded("refs/pr/1 é", "/"), "refs/pr/1%20%C3%A9");
        assert_eq!(percent_decoded(&percent_encoded("a/b?c#é", "")), "a/b?c#é");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%zz%41%+1"), "%zzA%+1");
    }

    #[test]
    fn what_is_not_a_request_is_none() {
        for head in
            ["GET / SPDY/1\r\n\r\n", "GET\r\n\r\n", "GET http://h/ HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nx\r\n\r\n"]
        {
            assert!(parse(head.as_bytes(), Origin::Hub).is_none(), "{head}");
        }
    }
}
