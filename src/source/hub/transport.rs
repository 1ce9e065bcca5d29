//! One request at a time: redirects by hand, retries with a ceiling, time-outs, and a token that stays at home.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, LOCATION, RANGE, RETRY_AFTER};
use reqwest::{Certificate, NoProxy, Proxy, Url};

use super::fault::{self, Fault, FaultKind};
use super::settings::{Proxies, Settings, Token};
use crate::error::{Error, ErrorKind};

/// Times that a request is sent at most.
const ATTEMPTS: u32 = 4;
/// Times that it is sent at most where nothing answers: a server that is not there is seldom there a second later.
const ATTEMPTS_UNANSWERED: u32 = 2;
/// The first wait between two attempts; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(400);
/// Redirects that are followed. The Hub needs one for a renamed repository and one for a large file.
const MOST_REDIRECTS: usize = 5;
/// What is read of an answer that says no.
const MOST_OF_A_REFUSAL: u64 = 4 * 1024;
/// Bytes a second below which a body counts as not coming.
const SLOWEST: u64 = 4 * 1024;
/// One reading of a body.
const PIECE: usize = 32 * 1024;

/// The connection to one Hub.
pub(super) struct Transport {
    /// Made when it is first needed: it costs milliseconds, and most checks of a directory send nothing.
    client: OnceLock<Result<Client, String>>,
    builder: Mutex<Option<ClientBuilder>>,
    endpoint: Url,
    token: Option<Token>,
    timeout: Duration,
    patience: Duration,
    slots: Slots,
    /// Requests that were sent and bytes that came, for all repositories.
    total: Meter,
    /// Origins that could not be reached, with what happened: nobody waits for them twice.
    lost: Mutex<BTreeMap<String, Fault>>,
}

/// What one repository has cost, and may.
#[derive(Debug)]
pub(super) struct Meter {
    pub(super) requests: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) most_requests: u64,
    pub(super) most_bytes: u64,
}

impl Meter {
    pub(super) fn new(most_requests: u64, most_bytes: u64) -> Self {
        Self { requests: AtomicU64::new(0), bytes: AtomicU64::new(0), most_requests, most_bytes }
    }

    fn count_request(&self) -> Result<(), Fault> {
        if self.requests.fetch_add(1, Ordering::Relaxed) >= self.most_requests {
            let words = format!("the repository has cost {} requests and may not cost more", self.most_requests);
            return Err(Fault::new(FaultKind::TooLarge, words));
        }
        Ok(())
    }

    fn count_bytes(&self, bytes: u64) -> Result<(), Fault> {
        if self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > self.most_bytes {
            let words = format!("the repository has cost {} bytes and may not cost more", self.most_bytes);
            return Err(Fault::new(FaultKind::TooLarge, words));
        }
        Ok(())
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    /// From the endpoint, with a leading slash, percent-encoded.
    pub(super) path: &'a str,
    /// Offset and length, where not everything is wanted. The length is at least 1.
    pub(super) range: Option<(u64, u64)>,
    /// Bytes of the body that are read at most; a longer one is a fault, unless a range was asked for.
    pub(super) most: u64,
}

/// What came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The text of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        text_of(&self.headers, name)
    }
}

/// A failed attempt, and whether another may help.
struct Failed {
    fault: Fault,
    again: Again,
    /// The origin, where no connection to it came about.
    unreached: Option<String>,
}

enum Again {
    Never,
    /// Nothing answered.
    Once,
    Soon,
    /// The server says when.
    After(Duration),
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self { fault, again: Again::Never, unreached: None }
    }
}

impl Transport {
    /// # Errors
    /// Of the kind [`ErrorKind::Target`], where the endpoint is no address, a proxy is none, or a certificate cannot be
    /// read.
    pub(super) fn new(settings: &Settings) -> Result<Self, Error> {
        let refused = |message: String| Error::new(ErrorKind::Target, message);
        let endpoint = Url::parse(&settings.endpoint)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none());
        let endpoint = endpoint.ok_or_else(|| {
            refused(format!("HF_ENDPOINT is {:?}, which is no address: write https://host", settings.endpoint))
        })?;
        let mut builder = Client::builder()
            .user_agent(concat!("licentia/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .http1_only()
            .connect_timeout(settings.timeout)
            .timeout(settings.timeout)
            .pool_max_idle_per_host(settings.at_once);
        for (file, pem) in &settings.authorities {
            let found = Certificate::from_pem_bundle(pem).ok().filter(|found| !found.is_empty());
            let found =
                found.ok_or_else(|| refused(format!("{file} holds no certificate in PEM form: name another")))?;
            builder = builder.tls_certs_merge(found);
        }
        for proxy in proxies(&settings.proxies).map_err(refused)? {
            builder = builder.proxy(proxy);
        }
        Ok(Self {
            client: OnceLock::new(),
            builder: Mutex::new(Some(builder)),
            endpoint,
            token: settings.token.clone(),
            timeout: settings.timeout,
            patience: settings.patience,
            total: Meter::new(u64::MAX, u64::MAX),
            slots: Slots::new(settings.at_once.max(1)),
            lost: Mutex::new(BTreeMap::new()),
        })
    }

    fn client(&self) -> Result<&Client, Fault> {
        let make = || {
            // Another part of the program may have chosen one already; any will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            builder.build().map_err(|error| chain(&error))
        };
        self.client.get_or_init(make).as_ref().map_err(|why| {
            Fault::new(FaultKind::Unreachable, format!("was not asked: no connection can be prepared ({why})"))
        })
    }

    /// The endpoint, without a slash at its end.
    pub(super) fn endpoint(&self) -> &str {
        self.endpoint.as_str().trim_end_matches('/')
    }

    /// Requests that were sent and bytes that came, for all repositories.
    pub(super) fn traffic(&self) -> (u64, u64) {
        (self.total.requests.load(Ordering::Relaxed), self.total.bytes.load(Ordering::Relaxed))
    }

    /// Gets what is asked for, after as many attempts as may help.
    pub(super) fn get(&self, request: &Request<'_>, meter: &Meter) -> Result<Answer, Fault> {
        let mut attempt = 1;
        loop {
            let failed = match self.attempt(request, meter) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let wait = match failed.again {
                Again::Soon if attempt < ATTEMPTS => backoff(attempt),
                Again::Once if attempt < ATTEMPTS_UNANSWERED => backoff(attempt),
                Again::After(wait) if attempt < ATTEMPTS && wait <= self.patience => wait.max(backoff(attempt)),
                Again::After(wait) if wait > self.patience => {
                    let words = format!("{} and asks to wait {} seconds", failed.fault.words, wait.as_secs());
                    return Err(Fault::new(failed.fault.kind, words));
                }
                Again::Never | Again::Once | Again::Soon | Again::After(_) => {
                    let times = if attempt > 1 { format!(", {attempt} times") } else { String::new() };
                    let fault = Fault::new(failed.fault.kind, format!("{}{times}", failed.fault.words));
                    if let Some(origin) = failed.unreached {
                        self.lost().insert(origin, fault.clone());
                    }
                    return Err(fault);
                }
            };
            std::thread::sleep(wait);
            attempt += 1;
        }
    }

    fn attempt(&self, request: &Request<'_>, meter: &Meter) -> Result<Answer, Failed> {
        let _slot = self.slots.take();
        let mut url = self.endpoint.clone();
        // `Url::join` would read `//host` as another host.
        let base = url.path().trim_end_matches('/').to_owned();
        let (path, query) =
            request.path.split_once('?').map_or((request.path, None), |(path, query)| (path, Some(query)));
        url.set_path(&format!("{base}{path}"));
        url.set_query(query);
        for _ in 0..=MOST_REDIRECTS {
            meter.count_request()?;
            self.total.count_request()?;
            let response = self.send(&url, request)?;
            let status = response.status().as_u16();
            if matches!(status, 301 | 302 | 303 | 307 | 308) {
                url = redirected(&url, &response)?;
                continue;
            }
            return self.receive(&url, request, response, meter);
        }
        Err(Fault::malformed(format!("redirected more than {MOST_REDIRECTS} times")).into())
    }

    fn send(&self, url: &Url, request: &Request<'_>) -> Result<Response, Failed> {
        let origin = url.origin().ascii_serialization();
        if let Some(fault) = self.lost().get(&origin) {
            return Err(fault.clone().into());
        }
        let mut builder = self.client()?.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some((offset, length)) = request.range {
            let last = offset.saturating_add(length.max(1)) - 1;
            builder = builder.header(RANGE, format!("bytes={offset}-{last}"));
        }
        // Another origin is another party, whoever sent us there.
        if let Some(token) = self.token.as_ref().filter(|_| url.origin() == self.endpoint.origin()) {
            builder = builder.bearer_auth(token.reveal());
        }
        builder.send().map_err(|error| {
            let words = format!("{} {}", host(url), trouble(&error));
            let fault = Fault::new(FaultKind::Unreachable, format!("could not be reached ({words})"));
            if error.is_connect() {
                return Failed { fault, again: Again::Once, unreached: Some(origin) };
            }
            let again = if error.is_timeout() { Again::Once } else { Again::Soon };
            let fault = Fault::new(FaultKind::Unreachable, format!("gave no answer ({words})"));
            Failed { fault, again, unreached: None }
        })
    }

    fn receive(
        &self,
        url: &Url,
        request: &Request<'_>,
        mut response: Response,
        meter: &Meter,
    ) -> Result<Answer, Failed> {
        let status = response.status();
        let headers = response.headers().clone();
        if !matches!(status.as_u16(), 200 | 206) {
            // Its words stand in headers; the body is read so that the connection can be used again.
            let _ = body(&mut response, MOST_OF_A_REFUSAL, self.timeout, meter);
            let of_hub = url.origin() == self.endpoint.origin();
            return Err(self.refusal(status.as_u16(), &headers, of_hub));
        }
        if let Some(encoding) = text_of(&headers, "content-encoding").filter(|encoding| *encoding != "identity") {
            let words = format!("packed its answer ({}), which it was asked not to", fault::shortened(encoding));
            return Err(Fault::malformed(words).into());
        }
        let (offset, wanted) = request.range.unwrap_or((0, request.most));
        let is_partial = status.as_u16() == 206;
        if is_partial {
            check_range(&headers, offset).map_err(Failed::from)?;
        }
        // A server that ignores the range sends everything before it, too.
        let before = if is_partial { 0 } else { offset };
        let most = before.saturating_add(wanted);
        let (mut bytes, ended) = body(&mut response, most, self.timeout, meter)?;
        self.total.count_bytes(bytes.len() as u64)?;
        if request.range.is_none() && !ended {
            let words = format!("its answer is longer than the {wanted} bytes that were expected");
            return Err(Fault::new(FaultKind::TooLarge, words).into());
        }
        if before > 0 {
            bytes.drain(..usize::try_from(before).unwrap_or(usize::MAX).min(bytes.len()));
        }
        Ok(Answer { headers, body: bytes })
    }

    fn refusal(&self, status: u16, headers: &HeaderMap, of_hub: bool) -> Failed {
        let (code, message) = (text_of(headers, "x-error-code"), text_of(headers, "x-error-message"));
        let mut fault = fault::of_status(status, code, message, self.token.is_some());
        if !of_hub {
            // What a store of large files refuses says nothing about the repository.
            fault = Fault::new(FaultKind::Unreachable, format!("answered {status} for the content of the file"));
        }
        let again = match status {
            429 => wait_of(headers).map_or(Again::Soon, Again::After),
            503 => wait_of(headers).filter(|wait| *wait <= self.patience).map_or(Again::Soon, Again::After),
            408 | 500 | 502 | 504 => Again::Soon,
            _ => Again::Never,
        };
        Failed { fault, again, unreached: None }
    }

    fn lost(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Fault>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a redirect leads. A connection that was encrypted stays so.
fn redirected(from: &Url, response: &Response) -> Result<Url, Fault> {
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let location = location.ok_or_else(|| Fault::malformed("redirected without saying where"))?;
    let to = from.join(location).map_err(|_| Fault::malformed("redirected to what is no address"))?;
    if !matches!(to.scheme(), "http" | "https") || (from.scheme() == "https" && to.scheme() == "http") {
        return Err(Fault::malformed(format!("redirected to an address of the kind {}:", to.scheme())));
    }
    Ok(to)
}

/// A 206 must be the range that was asked for.
fn check_range(headers: &HeaderMap, offset: u64) -> Result<(), Fault> {
    let stated = text_of(headers, "content-range").and_then(|range| range.strip_prefix("bytes "));
    let start = stated.and_then(|range| range.split('-').next()).and_then(|start| start.trim().parse::<u64>().ok());
    if start == Some(offset) {
        return Ok(());
    }
    Err(Fault::malformed("sent another part of the file than was asked for"))
}

/// Reads a body to its end or up to `most` bytes; whether it ended. It may take `grace` and a second for each
/// [`SLOWEST`] bytes that came.
fn body(response: &mut Response, most: u64, grace: Duration, meter: &Meter) -> Result<(Vec<u8>, bool), Failed> {
    let begun = Instant::now();
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        let left = most.saturating_sub(bytes.len() as u64);
        // One byte beyond shows whether it ended.
        let want = usize::try_from(left.saturating_add(1)).unwrap_or(PIECE).min(PIECE);
        let part = piece.get_mut(..want).unwrap_or_default();
        let read = response.read(part).map_err(|error| {
            let source = error.get_ref().and_then(|error| error.downcast_ref::<reqwest::Error>());
            let is_timeout = source.is_some_and(reqwest::Error::is_timeout);
            let what = if is_timeout { "stopped sending" } else { "broke off" };
            let words = format!("{what} after {} bytes of its answer", bytes.len());
            let again = if is_timeout { Again::Once } else { Again::Soon };
            Failed { fault: Fault::new(FaultKind::Unreachable, words), again, unreached: None }
        })?;
        if read == 0 {
            return Ok((bytes, true));
        }
        meter.count_bytes(read as u64)?;
        if read as u64 > left {
            bytes.extend_from_slice(part.get(..usize::try_from(left).unwrap_or(read)).unwrap_or_default());
            return Ok((bytes, false));
        }
        bytes.extend_from_slice(part.get(..read).unwrap_or_default());
        if begun.elapsed() > grace + Duration::from_secs(bytes.len() as u64 / SLOWEST) {
            let words = format!("sends too slowly ({} bytes came in time)", bytes.len());
            return Err(Fault::new(FaultKind::Unreachable, words).into());
        }
    }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// How long a server asks to wait: `Retry-After` in seconds, else the `t` of a `RateLimit` of which nothing is left
/// (<https://huggingface.co/docs/hub/rate-limits>).
fn wait_of(headers: &HeaderMap) -> Option<Duration> {
    let after = text_of(headers, RETRY_AFTER.as_str());
    if let Some(seconds) = after.and_then(|after| after.parse::<u64>().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let limit = text_of(headers, "ratelimit")?;
    let part = |name: &str| {
        limit.split([';', ',']).filter_map(|part| part.trim().split_once('=')).find(|(key, _)| *key == name)
    };
    let number = |name: &str| part(name).and_then(|(_, value)| value.trim().parse::<u64>().ok());
    (number("r") == Some(0)).then(|| number("t")).flatten().map(Duration::from_secs)
}

/// Longer each time, and never the same for two who failed together.
fn backoff(attempt: u32) -> Duration {
    let wait = FIRST_WAIT * 2_u32.saturating_pow(attempt.saturating_sub(1));
    let jitter = RandomState::new().build_hasher().finish() % 1000;
    wait / 2 + (wait / 2).mul_f64(f64::from(u32::try_from(jitter).unwrap_or(0)) / 1000.0)
}

/// What went wrong, without the address: a signed one must not reach a message.
fn trouble(error: &reqwest::Error) -> &'static str {
    if error.is_dns() {
        "has no known address"
    } else if error.is_connect() && is_about_certificates(error) {
        "shows a certificate that is not trusted"
    } else if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "does not accept the connection"
    } else {
        "broke the connection"
    }
}

fn is_about_certificates(error: &reqwest::Error) -> bool {
    chain(error).to_ascii_lowercase().contains("certificate")
}

/// The words of an error and of what is behind it. Only for errors that hold no address.
fn chain(error: &reqwest::Error) -> String {
    let mut words = String::new();
    let mut next = error.source();
    while let Some(error) = next {
        if !words.is_empty() {
            words.push_str(": ");
        }
        words.push_str(&error.to_string());
        next = error.source();
    }
    fault::shortened(&words)
}

fn host(url: &Url) -> String {
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    format!("{}{port}", url.host_str().unwrap_or("?"))
}

fn proxies(settings: &Proxies) -> Result<Vec<Proxy>, String> {
    let none = settings.none.as_deref().and_then(NoProxy::from_string);
    let made = [
        ("https_proxy", &settings.https, Proxy::https as fn(String) -> reqwest::Result<Proxy>),
        ("http_proxy", &settings.http, Proxy::http),
        ("all_proxy", &settings.all, Proxy::all),
    ];
    let stated = made.into_iter().filter_map(|(name, stated, make)| Some((name, stated.clone()?, make)));
    stated
        .map(|(name, stated, make)| match make(stated) {
            Ok(proxy) => Ok(proxy.no_proxy(none.clone())),
            Err(_) => Err(format!("{name} names no proxy: write http://host:port")),
        })
        .collect()
}

/// How many may do something at once.
struct Slots {
    free: Mutex<usize>,
    returned: Condvar,
}

impl Slots {
    fn new(free: usize) -> Self {
        Self { free: Mutex::new(free), returned: Condvar::new() }
    }

    fn take(&self) -> Slot<'_> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Slot(self)
    }
}

struct Slot<'a>(&'a Slots);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
        of.iter().map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_server_says_how_long_to_wait_in_two_ways() {
        let wait = |of: &[(&'static str, &'static str)]| wait_of(&headers(of)).map(|wait| wait.as_secs());
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(wait(&[("ratelimit", "\"api\";r=0;t=55")]), Some(55));
        assert_eq!(wait(&[("ratelimit", "\"api\";r=12;t=55")]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn a_part_must_start_where_it_was_asked_to() {
        let is_good = |range: &'static str, offset| check_range(&headers(&[("content-range", range)]), offset).is_ok();
        assert!(is_good("bytes 5-9/100", 5));
        assert!(!is_good("bytes 0-4/100", 5));
        assert!(!is_good("bytes */100", 0));
        assert!(check_range(&HeaderMap::new(), 0).is_err());
    }

    #[test]
    fn waits_grow_and_stay_below_their_bound() {
        for attempt in 1..ATTEMPTS {
            let bound = FIRST_WAIT * 2_u32.pow(attempt - 1);
            let wait = backoff(attempt);
            assert!(wait >= bound / 2 && wait <= bound, "{attempt}: {wait:?}");
        }
    }

    #[test]
    fn an_endpoint_that_is_no_address_is_an_error_that_names_the_variable() {
        for endpoint in ["huggingface.co", "ftp://host", "https://", "https://host/?x=1"] {
            let settings = Settings { endpoint: endpoint.to_owned(), ..Settings::default() };
            let error = Transport::new(&settings).err().expect("no address");
            assert!(error.to_string().contains("HF_ENDPOINT"), "{endpoint}: {error}");
        }
    }
}
