//! An answer: what it says, and how it reaches the client.

use std::time::Duration;

use serde_json::Value;

use crate::content::Content;

/// An answer. Where `headers` has no `Content-Length`, that of the body is added, unless the body has no end or is
/// sent in chunks.
#[derive(Clone, Debug)]
pub struct Response {
    /// Any number is sent as it stands.
    pub status: u16,
    /// In this order, names as they are sent.
    pub headers: Vec<(String, String)>,
    /// What follows the head; not sent in answer to HEAD.
    pub body: Body,
    /// What goes wrong on the way.
    pub delivery: Delivery,
}

/// The bytes after the head.
#[derive(Clone, Debug)]
pub enum Body {
    /// These.
    Bytes(Vec<u8>),
    /// A stretch of a file.
    Part {
        /// The file.
        content: Content,
        /// Offset of the first byte.
        start: u64,
        /// Number of bytes.
        length: u64,
    },
    /// Zeros until the client has had enough.
    Endless,
}

impl Body {
    /// Bytes in all; none where there is no end.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Part { length, .. } => Some(*length),
            Self::Endless => None,
        }
    }

    /// Fills the buffer from `offset` on; 0 at the end.
    pub(crate) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> usize {
        match self {
            Self::Bytes(bytes) => {
                let rest = &bytes[usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len())..];
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                count
            }
            Self::Part { content, start, length } => {
                let rest = usize::try_from(length.saturating_sub(offset)).unwrap_or(usize::MAX);
                let count = rest.min(buffer.len());
                content.read_at(start + offset, &mut buffer[..count])
            }
            Self::Endless => {
                buffer.fill(0);
                buffer.len()
            }
        }
    }

    /// All bytes, for changing them.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Part { content, start, length } => {
                let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
                content.read_at(start, &mut bytes);
                bytes
            }
            Self::Endless => Vec::new(),
        }
    }
}

/// How a connection ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server closes in good order (FIN).
    Close,
    /// The server resets the connection (RST).
    Reset,
}

/// How the body is cut into chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunks {
    /// By the book.
    Valid,
    /// The size of the second chunk is no number.
    BrokenSize,
    /// The connection is closed in place of the last chunk.
    Unfinished,
}

/// How an answer is sent. The default is whole and at once.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// Silence before the first byte.
    pub stall: Option<Duration>,
    /// Sent before the head: status codes from 100 to 199.
    pub informational: Vec<u16>,
    /// Ends the connection before the head.
    pub before_head: Option<Ending>,
    /// Sent in place of head and body, then the connection is closed.
    pub raw: Option<Vec<u8>>,
    /// So many bytes of the body at a time, with a pause after each.
    pub drip: Option<(usize, Duration)>,
    /// Ends the connection after so many bytes of the body.
    pub after_bytes: Option<(u64, Ending)>,
    /// `Transfer-Encoding: chunked` in place of a length.
    pub chunks: Option<Chunks>,
    /// Closes the connection in good order after the answer, and says so.
    pub close: bool,
}

impl Response {
    /// An answer without body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Bytes(Vec::new()), delivery: Delivery::default() }
    }

    /// An answer that is JSON.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::new(status).with("Content-Type", "application/json; charset=utf-8").with_body(value.to_string())
    }

    /// An answer that is text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status).with("Content-Type", "text/plain; charset=utf-8").with_body(text.into())
    }

    /// The same with a header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with another body.
    #[must_use]
    pub fn with_body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Bytes(bytes.into());
        self
    }

    /// The value of the first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Replaces all headers of this name by one.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Drops all headers of this name.
    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// Whether the connection cannot carry another answer after this one.
    pub(crate) fn ends_connection(&self) -> bool {
        let delivery = &self.delivery;
        delivery.close
            || delivery.before_head.is_some()
            || delivery.raw.is_some()
            || delivery.after_bytes.is_some()
            || matches!(delivery.chunks, Some(Chunks::BrokenSize | Chunks::Unfinished))
            || self.body.length().is_none()
            || self.header("content-length").is_some()
    }

    /// The head with the empty line after it.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if self.delivery.chunks.is_some() {
            head.push_str("Transfer-Encoding: chunked\r\n");
        } else if let Some(length) = self.body.length()
            && self.header("content-length").is_none()
            && self.status != 304
        {
            head.extend(["Content-Length: ", &length.to_string(), "\r\n"]);
        }
        head.push_str(if self.ends_connection() { "Connection: close\r\n" } else { "Connection: keep-alive\r\n" });
        head.push_str("\r\n");
        head.into_bytes()
    }
}

pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        102 => "Processing",
        103 => "Early Hints",
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unnamed",
    }
}
