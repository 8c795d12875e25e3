//! Room for trees that are 10,000 deep.
//!
//! Walking, comparing and dropping a tree goes as deep as the tree, and Helm
//! takes 10,000 levels: more than a default stack holds. Whatever touches
//! trees of strangers runs in here.

use std::panic;
use std::thread;

/// Enough for every walk over the deepest tree, in debug builds too.
const BYTES: usize = 64 << 20;

/// What `work` answers, worked out on a stack of 64 MiB; pages that are not
/// touched cost nothing.
///
/// # Panics
/// Where `work` does, and where the system has no thread left.
pub fn on_deep_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(BYTES)
            .spawn_scoped(scope, work)
            .expect("a process that starts no more threads cannot work at all");
        thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
    })
}
