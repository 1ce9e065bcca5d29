//! A client for the tests: raw requests, raw answers.
#![expect(clippy::disallowed_methods, reason = "the tests of a server connect to it")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// 0 where it was no HTTP.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// The connection was reset rather than closed.
    pub(crate) reset: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks for an address such as `http://127.0.0.1:1/path` and reads until the server closes the connection.
pub(crate) fn ask(method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
    send(url, |target| {
        let fields = headers.iter().flat_map(|(name, value)| [*name, ": ", *value, "\r\n"]).collect::<String>();
        format!("{method} {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{fields}\r\n")
    })
}

pub(crate) fn fetch(url: &str) -> Answer {
    ask("GET", url, &[])
}

pub(crate) fn post(url: &str, body: &str) -> Answer {
    send(url, |target| {
        let length = body.len();
        format!("POST {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
    })
}

pub(crate) fn connect(url: &str) -> (TcpStream, String) {
    let rest = url.strip_prefix("http://").expect("an address");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let stream = TcpStream::connect(host).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out can be set");
    (stream, format!("/{path}"))
}

fn send(url: &str, request: impl FnOnce(&str) -> String) -> Answer {
    let (mut stream, target) = connect(url);
    stream.write_all(request(&target).as_bytes()).expect("the server reads");
    receive(&mut stream)
}

pub(crate) fn receive(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let reset = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break false,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break true,
            Err(error) => panic!("{error} after {} bytes", bytes.len()),
        }
    };
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |place| place + 4);
    let body = bytes.split_off(end);
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or_default();
    Answer { status, head, body, reset }
}
