//! What goes wrong, where and how often: changes that are made to an honest answer before it is sent.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use crate::locked;
use crate::request::{Origin, Request};
use crate::response::{Body, Chunks, Ending, Response};

type Predicate = dyn Fn(&Request) -> bool + Send;
type Change = dyn Fn(&Request, &mut Response) + Send;

/// A misbehaviour: which requests it meets, and what it does to their answers.
///
/// The changes are made in the order in which they were named; all faults that meet a request are applied in the order
/// in which they were added.
///
/// ```
/// use hub_stand_in::{Fault, Origin, StandIn};
///
/// let stand_in = StandIn::start();
/// stand_in.fault(Fault::on("/resolve/main/README.md").times(2).status(503));
/// stand_in.fault(Fault::anywhere().at(Origin::Cdn).method("GET").reset_after(1000));
/// ```
#[must_use = "a fault does nothing until it is given to a stand-in"]
pub struct Fault {
    origin: Option<Origin>,
    method: Option<String>,
    contains: String,
    predicate: Option<Box<Predicate>>,
    skip: usize,
    times: Option<usize>,
    changes: Vec<Box<Change>>,
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, method, contains, predicate: _, skip, times, changes } = self;
        let mut shown = formatter.debug_struct("Fault");
        shown.field("origin", origin).field("method", method).field("contains", contains);
        shown.field("skip", skip).field("times", times).field("changes", &changes.len()).finish_non_exhaustive()
    }
}

/// Which requests.
impl Fault {
    /// Requests whose path and query contain this text, as sent: still percent-encoded.
    pub fn on(part_of_target: &str) -> Self {
        Self {
            origin: None,
            method: None,
            contains: part_of_target.to_owned(),
            predicate: None,
            skip: 0,
            times: None,
            changes: Vec::new(),
        }
    }

    /// All requests.
    pub fn anywhere() -> Self {
        Self::on("")
    }

    /// Only those that this server receives.
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Only `GET`, `HEAD` or `POST`.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only those for which this holds.
    pub fn when(mut self, holds: impl Fn(&Request) -> bool + Send + 'static) -> Self {
        self.predicate = Some(Box::new(holds));
        self
    }

    /// Not the first ones.
    pub fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// So often and then no more; without it, always.
    pub fn times(mut self, requests: usize) -> Self {
        self.times = Some(requests);
        self
    }

    fn meets(&mut self, request: &Request) -> bool {
        let meets = self.origin.is_none_or(|origin| origin == request.origin)
            && self.method.as_ref().is_none_or(|method| *method == request.method)
            && request.target.contains(&self.contains)
            && self.predicate.as_ref().is_none_or(|holds| holds(request));
        if !meets || self.times == Some(0) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.times = self.times.map(|times| times - 1);
        true
    }
}

/// What is answered in place of the truth.
impl Fault {
    /// Any change at all.
    pub fn change(mut self, change: impl Fn(&Request, &mut Response) + Send + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// An answer of one's own.
    pub fn answer(self, response: Response) -> Self {
        self.change(move |_, answer| *answer = response.clone())
    }

    /// An answer with this status, a word of text, and none of the honest headers.
    pub fn status(self, status: u16) -> Self {
        self.answer(Response::text(status, format!("the stand-in answers {status}")))
    }

    /// 429, with the headers that the Hub documents: the quota is used up for so many seconds.
    pub fn rate_limited(self, seconds: u64) -> Self {
        let limited = Response::text(429, "Too Many Requests").with("Retry-After", seconds.to_string());
        self.answer(limited).change(move |request, response| {
            let (policy, quota) = if request.path().starts_with("/api/") { ("api", 500) } else { ("resolvers", 3000) };
            response.set("RateLimit", format!("\"{policy}\";r=0;t={seconds}"));
            response.set("RateLimit-Policy", format!("\"fixed window\";\"{policy}\";q={quota};w=300"));
        })
    }

    /// A redirect; relative locations are sent as they stand.
    pub fn redirect_to(self, status: u16, location: &str) -> Self {
        self.answer(Response::new(status).with("Location", location))
    }

    /// A redirect from the address to itself.
    pub fn redirect_loop(self) -> Self {
        self.change(|request, answer| *answer = Response::new(302).with("Location", request.target.clone()))
    }

    /// A redirect that does not say where to.
    pub fn redirect_nowhere(self) -> Self {
        self.answer(Response::new(302))
    }

    /// A page for people, as a captive portal or a maintenance notice sends it: 200 with the given content type.
    pub fn html(self, content_type: &str) -> Self {
        let page = "<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>";
        self.answer(Response::new(200).with("Content-Type", content_type).with_body(page))
    }

    /// Bytes that are not HTTP.
    pub fn garbage(self) -> Self {
        self.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is no HTTP\r\n\r\n".as_slice())
    }

    /// Exactly these bytes, then the end of the connection.
    pub fn raw(self, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        self.change(move |_, answer| answer.delivery.raw = Some(bytes.clone()))
    }
}

/// Headers and bodies that lie.
impl Fault {
    /// Sets or replaces a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.change(move |_, answer| answer.set(&name, value.clone()))
    }

    /// Drops a header, such as `X-Repo-Commit`.
    pub fn without_header(self, name: &str) -> Self {
        let name = name.to_owned();
        self.change(move |_, answer| answer.remove(&name))
    }

    /// So many further headers with values of so many bytes.
    pub fn large_headers(self, number: usize, bytes: usize) -> Self {
        self.change(move |_, answer| {
            answer.headers.extend((0..number).map(|index| (format!("X-Filler-{index}"), "x".repeat(bytes))));
        })
    }

    /// A body of one's own under the honest status and headers.
    pub fn body(self, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        self.change(move |_, answer| answer.body = Body::Bytes(bytes.clone()))
    }

    /// The first bytes of the body, with a length that agrees.
    pub fn truncated(self, bytes: usize) -> Self {
        self.change_body(move |body| body.truncate(bytes))
    }

    /// A body of 0xFF, which is no UTF-8, after the first bytes of the honest one.
    pub fn invalid_utf8(self, after: usize) -> Self {
        self.change_body(move |body| body.iter_mut().skip(after).for_each(|byte| *byte = 0xff))
    }

    /// Nothing, under the honest status and headers.
    pub fn empty(self) -> Self {
        self.body(Vec::new())
    }

    /// JSON, changed. Where the answer is none, nothing happens.
    pub fn json(self, edit: impl Fn(&mut Value) + Send + 'static) -> Self {
        self.change_body(move |body| {
            if let Ok(mut value) = serde_json::from_slice(body) {
                edit(&mut value);
                *body = value.to_string().into_bytes();
            }
        })
    }

    /// One field of a JSON object, set or replaced.
    pub fn json_field(self, name: &str, value: Value) -> Self {
        let name = name.to_owned();
        self.json(move |object| object[&name] = value.clone())
    }

    /// Arrays in arrays, so deep.
    pub fn nested_json(self, depth: usize) -> Self {
        self.body(["[".repeat(depth), "]".repeat(depth)].concat())
    }

    /// The honest body, labelled as compressed though it is not.
    pub fn gzip_label(self) -> Self {
        self.header("Content-Encoding", "gzip")
    }

    /// A `Content-Length` that differs from the body by so many bytes, at least 0. A longer body is sent all the same.
    pub fn length_off_by(self, bytes: i64) -> Self {
        self.change(move |_, answer| {
            let length = answer.body.length().unwrap_or_default().saturating_add_signed(bytes);
            answer.set("Content-Length", length.to_string());
        })
    }

    /// The right bytes under a `Content-Range` of one's own.
    pub fn content_range(self, value: &str) -> Self {
        self.header("Content-Range", value)
    }

    /// 206 with bytes from elsewhere in the file, and a `Content-Range` that says so.
    pub fn range_shifted(self, by: u64) -> Self {
        self.change(move |_, answer| {
            if let Body::Part { content, start, length } = &mut answer.body {
                *start = (*start + by).min(content.size());
                *length = (*length).min(content.size() - *start);
                let (first, last, size) = (*start, (*start + *length).saturating_sub(1), content.size());
                answer.status = 206;
                answer.set("Content-Range", format!("bytes {first}-{last}/{size}"));
            }
        })
    }

    /// Zeros without end and without a length; claim one with [`Fault::header`].
    pub fn endless(self) -> Self {
        self.change(|_, answer| answer.body = Body::Endless)
    }

    fn change_body(self, change: impl Fn(&mut Vec<u8>) + Send + 'static) -> Self {
        self.change(move |_, answer| {
            let mut bytes = std::mem::replace(&mut answer.body, Body::Bytes(Vec::new())).into_bytes();
            change(&mut bytes);
            answer.body = Body::Bytes(bytes);
        })
    }
}

/// Trouble on the way.
impl Fault {
    /// The connection is reset before the first byte of the answer.
    pub fn reset(self) -> Self {
        self.change(|_, answer| answer.delivery.before_head = Some(Ending::Reset))
    }

    /// The connection is closed in good order before the first byte of the answer.
    pub fn close(self) -> Self {
        self.change(|_, answer| answer.delivery.before_head = Some(Ending::Close))
    }

    /// The connection is reset after so many bytes of the body.
    pub fn reset_after(self, bytes: u64) -> Self {
        self.change(move |_, answer| answer.delivery.after_bytes = Some((bytes, Ending::Reset)))
    }

    /// The connection is closed in good order after so many bytes of the body, which promised more.
    pub fn close_after(self, bytes: u64) -> Self {
        self.change(move |_, answer| answer.delivery.after_bytes = Some((bytes, Ending::Close)))
    }

    /// Silence before the first byte. It ends early when the stand-in is dropped.
    pub fn stall(self, time: Duration) -> Self {
        self.change(move |_, answer| answer.delivery.stall = Some(time))
    }

    /// So many bytes of the body at a time, with a pause after each.
    pub fn drip(self, bytes: usize, pause: Duration) -> Self {
        self.change(move |_, answer| answer.delivery.drip = Some((bytes, pause)))
    }

    /// The body in chunks, without a length.
    pub fn chunked(self, chunks: Chunks) -> Self {
        self.change(move |_, answer| answer.delivery.chunks = Some(chunks))
    }

    /// Interim answers (100 to 199) before the true one.
    pub fn informational(self, statuses: &[u16]) -> Self {
        let statuses = statuses.to_vec();
        self.change(move |_, answer| answer.delivery.informational.clone_from(&statuses))
    }
}

/// The faults of a server.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    all: Mutex<Vec<Fault>>,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        locked(&self.all).push(fault);
    }

    pub(crate) fn clear(&self) {
        locked(&self.all).clear();
    }

    pub(crate) fn apply(&self, request: &Request, response: &mut Response) {
        for fault in locked(&self.all).iter_mut() {
            if fault.meets(request) {
                for change in &fault.changes {
                    change(request, response);
                }
            }
        }
    }
}
