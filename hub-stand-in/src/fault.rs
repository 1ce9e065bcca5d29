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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conversation::{ask, connect, fetch};
    use crate::{Repository, StandIn};

    const README: &str = "---\nlicense: mit\n---\n# A title and some text\n";

    /// A server with one fault, the address of a file, and that of the description of its repository.
    fn broken(fault: Fault) -> (StandIn, String, String) {
        let stand_in = StandIn::start();
        stand_in.add(Repository::model("a/b").file("README.md", README));
        stand_in.fault(fault);
        let (file, info) = ("/a/b/resolve/main/README.md", "/api/models/a/b");
        let (file, info) = (format!("{}{file}", stand_in.endpoint()), format!("{}{info}", stand_in.endpoint()));
        (stand_in, file, info)
    }

    #[test]
    fn a_fault_meets_only_what_it_names_and_only_so_often() {
        let fault = Fault::on("README").method("GET").after(1).times(2).when(|asked| asked.header("x-not").is_none());
        let (stand_in, file, info) = broken(fault.status(503));
        let statuses: Vec<_> = (0..4).map(|_| fetch(&file).status).collect();
        assert_eq!(statuses, [200, 503, 503, 200]);
        stand_in.fault(Fault::anywhere().at(Origin::Cdn).status(500));
        assert_eq!(fetch(&info).status, 200);
        stand_in.fault(Fault::on("README").method("HEAD").status(502));
        stand_in.fault(Fault::on("README").when(|asked| asked.header("x-yes").is_some()).status(504));
        assert_eq!([fetch(&file).status, ask("HEAD", &file, &[]).status], [200, 502]);
        assert_eq!(ask("GET", &file, &[("X-Yes", "1")]).status, 504);
        stand_in.heal();
        assert_eq!(ask("HEAD", &file, &[]).status, 200);
    }

    #[test]
    fn a_connection_is_reset_or_closed_where_the_fault_says() {
        for (fault, reset, status, bytes) in [
            (Fault::anywhere().reset(), true, 0, 0),
            (Fault::anywhere().close(), false, 0, 0),
            (Fault::anywhere().reset_after(7), true, 200, 7),
            (Fault::anywhere().close_after(7), false, 200, 7),
        ] {
            let shown = format!("{fault:?}");
            let (stand_in, file, _) = broken(fault);
            let answer = fetch(&file);
            assert_eq!((answer.reset, answer.status, answer.body.len()), (reset, status, bytes), "{shown}");
            assert_eq!(stand_in.log().exchanges[0].status, status);
            assert_eq!(stand_in.log().body_bytes(), bytes as u64);
        }
    }

    #[test]
    fn lengths_and_ranges_can_lie() {
        for difference in [-5, 5] {
            let (_stand_in, file, _) = broken(Fault::anywhere().length_off_by(difference));
            let answer = fetch(&file);
            let length = (README.len() as u64).saturating_add_signed(difference).to_string();
            assert_eq!((answer.header("Content-Length"), answer.text().as_str()), (Some(length.as_str()), README));
        }
        let (_stand_in, file, _) = broken(Fault::anywhere().range_shifted(3));
        let answer = ask("GET", &file, &[("Range", "bytes=0-3")]);
        assert_eq!((answer.status, answer.header("Content-Range")), (206, Some("bytes 3-6/45")));
        assert_eq!(answer.text(), README[3..7]);
        let (_stand_in, file, _) = broken(Fault::anywhere().content_range("bytes 0-3/9"));
        let answer = ask("GET", &file, &[("Range", "bytes=1-4")]);
        assert_eq!((answer.header("Content-Range"), answer.text().as_str()), (Some("bytes 0-3/9"), &README[1..5]));
    }

    #[test]
    fn json_can_be_cut_bent_and_buried() {
        let answer = |fault: Fault| {
            let (_stand_in, _, info) = broken(fault);
            fetch(&info)
        };
        assert_eq!(answer(Fault::anywhere().truncated(9)).body.len(), 9);
        assert_eq!(answer(Fault::anywhere().json_field("sha", json!("../x"))).json()["sha"], "../x");
        assert!(std::str::from_utf8(&answer(Fault::anywhere().invalid_utf8(20)).body).is_err());
        assert_eq!(answer(Fault::anywhere().nested_json(100_000)).body.len(), 200_000);
        assert_eq!(answer(Fault::anywhere().empty()).header("Content-Length"), Some("0"));
        let page = answer(Fault::anywhere().html("application/json"));
        assert_eq!(page.header("Content-Type"), Some("application/json"));
        assert!(page.text().starts_with("<!DOCTYPE html>"));
        assert_eq!(answer(Fault::anywhere().gzip_label()).json()["id"], "a/b");
    }

    #[test]
    fn redirects_can_lead_anywhere() {
        let location = |fault: Fault| {
            let (_stand_in, file, _) = broken(fault);
            fetch(&file).header("Location").map(str::to_owned)
        };
        assert_eq!(location(Fault::anywhere().redirect_loop()).as_deref(), Some("/a/b/resolve/main/README.md"));
        assert_eq!(location(Fault::anywhere().redirect_nowhere()), None);
        let file = "file:///etc/passwd";
        assert_eq!(location(Fault::anywhere().redirect_to(307, file)).as_deref(), Some(file));
    }

    #[test]
    fn heads_can_be_garbage_large_early_or_incomplete() {
        let answer = |fault: Fault| {
            let (_stand_in, file, _) = broken(fault);
            fetch(&file)
        };
        assert_eq!(answer(Fault::anywhere().garbage()).status, 0);
        assert!(answer(Fault::anywhere().large_headers(10, 10_000)).head.len() > 100_000);
        let early = answer(Fault::anywhere().informational(&[100, 103]));
        assert_eq!(early.status, 100);
        assert!(early.text().starts_with("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"));
        assert_eq!(answer(Fault::anywhere().without_header("x-repo-commit")).header("X-Repo-Commit"), None);
        let limited = answer(Fault::anywhere().rate_limited(7));
        assert_eq!((limited.status, limited.header("Retry-After")), (429, Some("7")));
        assert_eq!(limited.header("RateLimit"), Some("\"resolvers\";r=0;t=7"));
    }

    #[test]
    fn chunks_are_valid_broken_or_unfinished() {
        let body = |chunks| {
            let (_stand_in, file, _) = broken(Fault::anywhere().chunked(chunks));
            let answer = fetch(&file);
            assert_eq!((answer.header("Transfer-Encoding"), answer.header("Content-Length")), (Some("chunked"), None));
            answer.text()
        };
        let whole = format!("17\r\n{}\r\n16\r\n{}\r\n0\r\n\r\n", &README[..23], &README[23..]);
        assert_eq!(body(Chunks::Valid), whole);
        assert_eq!(body(Chunks::Unfinished), whole.trim_end_matches("0\r\n\r\n"));
        assert!(body(Chunks::BrokenSize).ends_with("\r\nmany\r\n"));
    }

    #[test]
    fn a_drip_takes_its_time_and_loses_nothing() {
        let (_stand_in, file, _) = broken(Fault::anywhere().drip(10, Duration::from_millis(1)));
        assert_eq!(fetch(&file).text(), README);
    }

    #[test]
    fn what_has_no_end_ends_with_the_client() {
        use std::io::{Read as _, Write as _};

        let (stand_in, file, _) = broken(Fault::anywhere().endless().header("Content-Length", "99999999999999"));
        let (mut stream, target) = connect(&file);
        stream.write_all(format!("GET {target} HTTP/1.1\r\n\r\n").as_bytes()).expect("the server reads");
        let mut buffer = vec![0; 1_000_000];
        stream.read_exact(&mut buffer).expect("there is no end");
        assert!(buffer.ends_with(&[0; 1000]));
        drop(stream);
        drop(stand_in);
    }
}
