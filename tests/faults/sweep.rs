//! Tries many faults, several at once, and counts those that hit.
//!
//! Whether some calls are made is the scheduler's choice in each run: waiting
//! for a thread that has ended already is none. A fault that was not hit is
//! tried again, and few may be missed in the end.

use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How often a fault is tried until it hits.
const TRIES: usize = 6;
/// One of so many may be missed in the end.
const MISSED_AT_MOST: usize = 50;

/// Tries each of `faults` on `width` threads; `hits` answers whether the call
/// was made and went wrong. Returns how many did.
pub(crate) fn sweep<T: Sync + Debug>(faults: &[T], width: usize, hits: impl Fn(&T) -> bool + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let missed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..width {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if !(0..TRIES).any(|_| hits(fault)) {
                        missed.lock().expect("nobody panics here").push(fault);
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().expect("nobody panics here");
    assert!(missed.len() * MISSED_AT_MOST <= faults.len(), "of {} faults: {missed:#?}", faults.len());
    faults.len() - missed.len()
}
