//! Two listeners on the loopback interface, a thread for each connection, and the end of all of them.
#![expect(clippy::disallowed_methods, reason = "connects to its own listeners, to wake them when it stops")]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::fault::Faults;
use crate::hub::Hub;
use crate::locked;
use crate::log::Journal;
use crate::request::{self, Incoming, Origin};
use crate::response::Response;
use crate::stop::Stop;
use crate::wire;

/// What all threads see.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hub: Mutex<Hub>,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    stop: Stop,
    connections: AtomicUsize,
    panicked: AtomicUsize,
    open: Mutex<BTreeMap<usize, TcpStream>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// Runs from [`Server::start`] until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) shared: Arc<Shared>,
    pub(crate) hub: SocketAddr,
    pub(crate) cdn: SocketAddr,
    listeners: Vec<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let hub = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let cdn = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (hub_address, cdn_address) = (hub.local_addr()?, cdn.local_addr()?);
        let shared = Arc::new(Shared {
            hub: Mutex::new(Hub::new(format!("http://{hub_address}"), format!("http://{cdn_address}"))),
            faults: Faults::default(),
            journal: Journal::default(),
            stop: Stop::default(),
            connections: AtomicUsize::new(0),
            panicked: AtomicUsize::new(0),
            open: Mutex::default(),
            threads: Mutex::default(),
        });
        let listeners = [(hub, Origin::Hub), (cdn, Origin::Cdn)].map(|(listener, origin)| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || listen(&listener, origin, &shared))
        });
        Ok(Self { shared, hub: hub_address, cdn: cdn_address, listeners: listeners.into() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.set();
        for stream in locked(&self.shared.open).values() {
            // One that the client has closed already cannot be shut down, and need not be.
            let _ = stream.shutdown(Shutdown::Both);
        }
        for address in [self.hub, self.cdn] {
            // Nothing else ends a blocking `accept`; where this fails, the listener has ended by itself.
            let _ = TcpStream::connect(address);
        }
        let mut threads = std::mem::take(&mut self.listeners);
        threads.extend(locked(&self.shared.threads).drain(..));
        let panicked = threads.into_iter().map(JoinHandle::join).filter(Result::is_err).count()
            + self.shared.panicked.load(Ordering::Relaxed);
        // A second panic while the first unwinds would abort the test run and hide it.
        assert!(panicked == 0 || thread::panicking(), "{panicked} threads of the stand-in panicked; see above");
    }
}

fn listen(listener: &TcpListener, origin: Origin, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stop.is_set() {
            return;
        }
        // A connection that is gone before it is accepted is the client's business.
        let Ok(stream) = stream else { continue };
        let number = shared.connections.fetch_add(1, Ordering::Relaxed);
        let thread = {
            let shared = Arc::clone(shared);
            thread::spawn(move || converse(stream, origin, number, &shared))
        };
        let mut threads = locked(&shared.threads);
        let finished = threads.extract_if(.., |thread| thread.is_finished());
        let panicked = finished.map(JoinHandle::join).filter(Result::is_err).count();
        shared.panicked.fetch_add(panicked, Ordering::Relaxed);
        threads.push(thread);
    }
}

/// Any error of the connection ends it: the client sees that for itself.
fn converse(mut stream: TcpStream, origin: Origin, number: usize, shared: &Shared) {
    {
        let mut open = locked(&shared.open);
        // Under the lock: whoever stops the server either sees this connection or is seen here.
        if shared.stop.is_set() {
            return;
        }
        let Ok(handle) = stream.try_clone() else { return };
        open.insert(number, handle);
    }
    // Small pieces are sent as they are, or a drip would arrive as a gush.
    let _ = stream.set_nodelay(true);
    while let Ok(true) = exchange(&mut stream, origin, number, shared) {}
    // The last handle must be `stream`, or dropping it would not end the connection.
    locked(&shared.open).remove(&number);
}

fn exchange(stream: &mut TcpStream, origin: Origin, number: usize, shared: &Shared) -> io::Result<bool> {
    let request = match request::read(stream, origin)? {
        Incoming::Request(request) => request,
        Incoming::Closed => return Ok(false),
        Incoming::Malformed => {
            let mut response = Response::text(400, "Bad Request");
            response.delivery.close = true;
            stream.write_all(&response.head())?;
            return Ok(false);
        }
    };
    let entry = shared.journal.arrived(&request, number);
    let mut response = locked(&shared.hub).answer(&request);
    shared.faults.apply(&request, &mut response);
    wire::send(stream, &request, &response, &shared.stop, (&shared.journal, entry))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::time::{Duration, Instant};

    use crate::conversation::{connect, fetch, receive};
    use crate::{Content, Fault, Repository, StandIn};

    fn furnished() -> StandIn {
        let stand_in = StandIn::start();
        stand_in.add(Repository::model("a/b").file("README.md", "read me").file("x", "y"));
        stand_in
    }

    #[test]
    fn dropping_the_server_waits_for_no_client() {
        let stand_in = furnished();
        stand_in.fault(Fault::on("README").stall(Duration::from_secs(600)));
        stand_in.fault(Fault::on("/resolve/main/x").endless());
        let mut streams: Vec<_> = ["README.md", "x", "nothing"]
            .iter()
            .map(|path| {
                let (mut stream, target) = connect(&format!("{}/a/b/resolve/main/{path}", stand_in.endpoint()));
                // The third is a request that never ends.
                let end = if *path == "nothing" { "" } else { "\r\n\r\n" };
                stream.write_all(format!("GET {target} HTTP/1.1{end}").as_bytes()).expect("the server reads");
                stream
            })
            .collect();
        // So much is read that the server is known to be in the middle of it.
        streams[1].read_exact(&mut vec![0; 100_000]).expect("it has no end");
        let endpoint = stand_in.endpoint();
        let start = Instant::now();
        drop(stand_in);
        assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
        let address = endpoint.trim_start_matches("http://");
        assert!(std::net::TcpStream::connect(address).is_err(), "nobody listens any more");
    }

    #[test]
    fn a_connection_carries_one_request_after_the_other() {
        let stand_in = furnished();
        let (mut stream, target) = connect(&format!("{}/a/b/resolve/main/README.md", stand_in.endpoint()));
        let one = format!("GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
        let body = "a=1&paths=x";
        let post =
            format!("POST /api/models/a/b/paths-info/main HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let last = format!("HEAD {target} HTTP/1.1\r\nConnection: close\r\n\r\n");
        // Sent at once: what is left unread of one request must not become part of the next.
        stream.write_all([one.clone(), post, one, last].concat().as_bytes()).expect("the server reads");
        let answers = receive(&mut stream);
        assert!(!answers.reset);
        let text = format!("{}{}", answers.head, answers.text());
        assert_eq!((text.matches("HTTP/1.1 200 OK").count(), text.matches("read me").count()), (4, 2));
        assert_eq!((stand_in.log().requests(), stand_in.log().connections()), (4, 1));
        assert_eq!(stand_in.log().exchanges[3].body_bytes, 0);
    }

    #[test]
    fn a_request_may_arrive_byte_by_byte() {
        let stand_in = furnished();
        let (mut stream, target) = connect(&format!("{}/a/b/resolve/main/README.md", stand_in.endpoint()));
        stream.set_nodelay(true).expect("small pieces can be sent");
        for byte in format!("GET {target} HTTP/1.1\r\nConnection: close\r\n\r\n").bytes() {
            stream.write_all(&[byte]).expect("the server reads");
        }
        assert_eq!(receive(&mut stream).text(), "read me");
    }

    #[test]
    fn what_is_no_request_is_a_bad_one() {
        let stand_in = furnished();
        let (mut stream, _) = connect(&stand_in.endpoint());
        stream.write_all(b"hello\r\n\r\n").expect("the server reads");
        assert_eq!(receive(&mut stream).status, 400);
    }

    #[test]
    fn a_repository_moves_on_while_the_server_runs() {
        let stand_in = furnished();
        let old = stand_in.commit_of("a/b", "main");
        stand_in.change("a/b", |repository| repository.file("README.md", "read this").lfs("z", Content::large("z", 9)));
        let url = |revision: &str| format!("{}/a/b/resolve/{revision}/README.md", stand_in.endpoint());
        assert_eq!([fetch(&url("main")).text(), fetch(&url(&old)).text()], ["read this", "read me"]);
        let before = stand_in.log().requests();
        stand_in.remove("a/b");
        assert_eq!(fetch(&url("main")).status, 401);
        assert_eq!(stand_in.log_since(before).requests(), 1);
    }
}
