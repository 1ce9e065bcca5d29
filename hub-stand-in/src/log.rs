//! What was asked and answered: tests hold budgets against it, and that no token went where it must not.

use std::sync::Mutex;

use crate::locked;
use crate::request::{Origin, Request};

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The server that received it.
    pub origin: Origin,
    /// `GET`, `HEAD`, `POST` …
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// All headers as received.
    pub headers: Vec<(String, String)>,
    /// Connections are numbered from 0 over both servers.
    pub connection: usize,
    /// What was answered; 0 where no head was sent.
    pub status: u16,
    /// Bytes of the body handed to the operating system. It holds up to a few megabytes for a client that stops
    /// reading, so this can be more than the client has seen, never less.
    pub body_bytes: u64,
}

impl Exchange {
    /// The value of the first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The `Authorization` header, with the token.
    pub fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// The `Range` header.
    pub fn range(&self) -> Option<&str> {
        self.header("range")
    }
}

/// All requests up to the moment it was taken, in the order of their arrival.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// In the order of arrival.
    pub exchanges: Vec<Exchange>,
}

impl Log {
    /// Number of requests.
    pub fn requests(&self) -> usize {
        self.exchanges.len()
    }

    /// Bytes of all bodies.
    pub fn body_bytes(&self) -> u64 {
        self.exchanges.iter().map(|exchange| exchange.body_bytes).sum()
    }

    /// Number of connections that carried a request.
    pub fn connections(&self) -> usize {
        let numbers: std::collections::BTreeSet<_> =
            self.exchanges.iter().map(|exchange| exchange.connection).collect();
        numbers.len()
    }

    /// Those that one server received.
    #[must_use]
    pub fn at(&self, origin: Origin) -> Self {
        self.only(|exchange| exchange.origin == origin)
    }

    /// Those whose target contains a text.
    #[must_use]
    pub fn of(&self, part_of_target: &str) -> Self {
        self.only(|exchange| exchange.target.contains(part_of_target))
    }

    /// Those that hold.
    #[must_use]
    pub fn only(&self, holds: impl Fn(&Exchange) -> bool) -> Self {
        Self { exchanges: self.exchanges.iter().filter(|exchange| holds(exchange)).cloned().collect() }
    }

    /// Whether a text, such as a token, was in any header or target.
    pub fn saw(&self, secret: &str) -> bool {
        let seen = |exchange: &Exchange| {
            exchange.target.contains(secret) || exchange.headers.iter().any(|(_, value)| value.contains(secret))
        };
        self.exchanges.iter().any(seen)
    }

    /// `GET 200 /path` line by line, for the message of a failed assertion.
    pub fn summary(&self) -> String {
        let lines = self.exchanges.iter().map(|exchange| {
            let Exchange { origin, method, target, status, body_bytes, .. } = exchange;
            let range = exchange.range().map(|range| format!(" [{range}]")).unwrap_or_default();
            format!("{origin:?} {method} {target}{range} -> {status}, {body_bytes} bytes")
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Where the threads write. An entry is complete before the client can have read what it counts.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    log: Mutex<Log>,
}

impl Journal {
    /// Returns the number under which the rest is recorded.
    pub(crate) fn arrived(&self, request: &Request, connection: usize) -> usize {
        let mut log = locked(&self.log);
        log.exchanges.push(Exchange {
            origin: request.origin,
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            connection,
            status: 0,
            body_bytes: 0,
        });
        log.exchanges.len() - 1
    }

    pub(crate) fn answered(&self, number: usize, status: u16) {
        if let Some(exchange) = locked(&self.log).exchanges.get_mut(number) {
            exchange.status = status;
        }
    }

    pub(crate) fn sends(&self, number: usize, bytes: usize) {
        if let Some(exchange) = locked(&self.log).exchanges.get_mut(number) {
            exchange.body_bytes += bytes as u64;
        }
    }

    pub(crate) fn copy(&self) -> Log {
        locked(&self.log).clone()
    }
}
