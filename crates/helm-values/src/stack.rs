//! Room for trees that are 10,000 deep.
//!
//! Walking, comparing and dropping a tree goes as deep as the tree, and Helm
//! takes 10,000 levels: more than a default stack holds. Whatever touches
//! trees of unknown origin runs in here.

use rustix::process::{Resource, Rlimit, getpid, getrlimit, setrlimit};
use rustix::thread::gettid;
use std::cell::Cell;
use std::panic;
use std::thread::{self, Scope, ScopedJoinHandle};

/// Enough for every walk over the deepest tree, in debug builds too.
const BYTES: usize = 64 << 20;
/// More than a thread uses before it comes to a tree, with its arguments and environment.
const USED: usize = 8 << 20;

thread_local! {
    /// Whether this thread has that much: then nothing needs another one.
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// What `work` answers, worked out on a stack of 64 MiB; pages that are not
/// touched cost nothing.
///
/// # Panics
/// Where `work` does, and where the system has no thread left.
pub fn on_deep_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if IS_DEEP.get() {
        return work();
    }
    thread::scope(|scope| start_deep(scope, work).join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
}

/// Lets the stack of the process's first thread, when that is the one that calls, grow to
/// 64 MiB from here, so that no other thread is needed; what the process starts afterwards
/// has the same limit. Nothing changes where the system does not allow as much.
///
/// Linux looks at `RLIMIT_STACK` whenever the stack grows, and keeps 128 MiB below it free
/// however low the limit was at the start (`MIN_GAP` in its `mm/util.c`).
pub fn deepen_first_thread() {
    if gettid() != getpid() || IS_DEEP.get() {
        return;
    }
    let Rlimit { current, maximum } = getrlimit(Resource::Stack);
    // What the thread has used so far counts, too.
    let wanted = current.map(|current| current.max((BYTES + USED) as u64));
    IS_DEEP.set(wanted == current || setrlimit(Resource::Stack, Rlimit { current: wanted, maximum }).is_ok());
}

/// A thread of `scope` with such a stack that does `work`.
///
/// # Panics
/// Where the system has no thread left.
pub fn start_deep<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> R + Send + 'scope,
) -> ScopedJoinHandle<'scope, R> {
    let deep = || {
        IS_DEEP.set(true);
        work()
    };
    let thread = thread::Builder::new().stack_size(BYTES).spawn_scoped(scope, deep);
    thread.expect("a process that starts no more threads cannot work at all")
}

#[cfg(test)]
mod tests {
    use super::{deepen_first_thread, on_deep_stack};
    use std::thread;

    #[test]
    fn a_thread_that_is_not_the_first_stays_as_it_is() {
        deepen_first_thread();
        let worked_on = on_deep_stack(|| thread::current().id());
        assert_ne!(worked_on, thread::current().id());
    }

    #[test]
    fn a_thread_that_is_deep_starts_no_other() {
        let (outer, inner) = on_deep_stack(|| {
            let own = || thread::current().id();
            (own(), on_deep_stack(own))
        });
        assert_eq!(outer, inner);
        assert_ne!(outer, thread::current().id());
    }
}
