//! A stand-in for the Hugging Face Hub on the loopback interface: the addresses, headers and refusals that clients rely
//! on, a second origin for large files, a log of all requests, and faults on demand.
//!
//! What it answers follows the Hub's documentation, the client `huggingface_hub`, and answers of the Hub itself. It
//! checks signatures of nothing, speaks no TLS, and takes no uploads.
//!
//! ```
//! use hub_stand_in::{Content, Fault, Repository, StandIn};
//!
//! let stand_in = StandIn::start();
//! stand_in.add(
//!     Repository::model("acme/rocket")
//!         .file("README.md", "---\nlicense: mit\n---\n# Rocket\n")
//!         .lfs("model.gguf", Content::large(b"GGUF".as_slice(), 40_000_000_000)),
//! );
//! stand_in.rename("acme/missile", "acme/rocket");
//! stand_in.fault(Fault::on("README.md").times(1).status(503));
//! // … point a client at `stand_in.endpoint()`, then:
//! assert_eq!(stand_in.log().requests(), 0);
//! ```

mod card;
mod content;
#[cfg(test)]
mod conversation;
mod fault;
mod git_object;
mod hub;
mod info;
mod listing;
mod log;
mod refusal;
mod repository;
mod request;
mod resolve;
mod response;
mod server;
mod stand_in;
mod stop;
mod tree;
mod wire;

pub use content::Content;
pub use fault::Fault;
pub use log::{Exchange, Log};
pub use repository::{Gate, Kind, Repository};
pub use request::{Origin, Request};
pub use response::{Body, Chunks, Delivery, Ending, Response};
pub use stand_in::StandIn;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thread that panicked holding the lock has failed the test already; the others go on, so that the server can stop.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
