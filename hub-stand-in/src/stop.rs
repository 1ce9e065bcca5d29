//! The end of a server, which nobody waits for in vain.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::locked;

/// Set once, when the server is dropped.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn set(&self) {
        *locked(&self.set) = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_set(&self) -> bool {
        *locked(&self.set)
    }

    /// Waits so long, or until the server stops; says whether it stops.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let set = locked(&self.set);
        let waited = self.changed.wait_timeout_while(set, time, |set| !*set);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
