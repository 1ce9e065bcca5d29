//! Waiting for several things at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does something for each item on up to `at_once` threads that may wait for a server or a disk; the answers stand in the
/// order of the items. What computes belongs on rayon's threads instead, of which there are as many as processors.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], at_once: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() < 2 || at_once < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..items.len().min(at_once)).map(|_| scope.spawn(worker)).collect();
        let ended = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_the_order_of_what_was_asked() {
        let items: Vec<usize> = (0..100).collect();
        for at_once in [0, 1, 7, 200] {
            let answers = side_by_side(&items, at_once, |item| item * 2);
            assert_eq!(answers, (0..200).step_by(2).collect::<Vec<_>>());
        }
        assert!(side_by_side(&[], 8, |item: &usize| *item).is_empty());
    }
}
