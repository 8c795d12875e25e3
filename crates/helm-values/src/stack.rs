//! Room for trees that are 10,000 deep.
//!
//! Walking, comparing and dropping a tree goes as deep as the tree, and Helm
//! takes 10,000 levels: more than a default stack holds. Whatever touches
//! trees of unknown origin runs in here.

use crate::Error;
use std::cell::Cell;
use std::panic;
use std::thread::{self, Scope, ScopedJoinHandle};

/// Enough for every walk over the deepest tree, in debug builds too.
const BYTES: usize = 64 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// Nobody has said how much this thread has.
    Unknown,
    /// As much as the deepest tree takes.
    Deep,
    /// What shallow trees take, and something is tried with that.
    Shallow,
    /// The same, and it was not enough: nothing of this attempt counts.
    TooShallow,
}

thread_local! {
    static ROOM: Cell<Room> = const { Cell::new(Room::Unknown) };
}

/// What `work` answers, worked out on a stack of 64 MiB; pages that are not
/// touched cost nothing.
///
/// # Panics
/// Where `work` does, and where the system has no thread left.
pub fn on_deep_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if ROOM.get() != Room::Unknown {
        return work();
    }
    thread::scope(|scope| start_deep(scope, work).join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
}

/// What `work` answers on the caller's stack: most values are shallow, and starting a thread
/// takes longer than reading them. `None` where it came to values that could be deep,
/// and has to be done once more, [`on_deep_stack`].
pub fn on_shallow_stack<R>(work: impl FnOnce() -> R) -> Option<R> {
    if ROOM.get() != Room::Unknown {
        return Some(work());
    }
    ROOM.set(Room::Shallow);
    let answer = work();
    (ROOM.replace(Room::Unknown) == Room::Shallow).then_some(answer)
}

/// Called before a tree is made that could be deep; where there is no room for one, the
/// error ends the attempt, and nobody sees it.
pub(crate) fn needs_deep_stack() -> Result<(), Error> {
    if matches!(ROOM.get(), Room::Unknown | Room::Deep) {
        return Ok(());
    }
    ROOM.set(Room::TooShallow);
    Err(Error::new("the stack is too small for it", None))
}

/// From here on this thread is taken for one with such a stack, as a caller made it.
#[cfg(feature = "internals")]
pub fn this_stack_is_deep() {
    ROOM.set(Room::Deep);
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
        ROOM.set(Room::Deep);
        work()
    };
    let thread = thread::Builder::new().stack_size(BYTES).spawn_scoped(scope, deep);
    thread.expect("a process that starts no more threads cannot work at all")
}

#[cfg(test)]
mod tests {
    use super::{needs_deep_stack, on_deep_stack, on_shallow_stack};
    use std::thread::{self, ThreadId};

    fn own() -> ThreadId {
        thread::current().id()
    }

    #[test]
    fn a_thread_that_is_deep_starts_no_other() {
        let (outer, inner, tried) = on_deep_stack(|| (own(), on_deep_stack(own), on_shallow_stack(own)));
        assert!(outer == inner && Some(outer) == tried);
        assert_ne!(outer, own());
    }

    #[test]
    fn what_is_shallow_stays_and_what_is_deep_has_no_answer() {
        assert_eq!(on_shallow_stack(|| on_deep_stack(own)), Some(own()));
        let refused = on_shallow_stack(|| {
            // Whoever is refused may go on with something else.
            let refused = needs_deep_stack().is_err() && needs_deep_stack().is_err();
            assert!(refused);
            on_deep_stack(own)
        });
        assert_eq!(refused, None);
        // Nothing of it is left.
        assert!(needs_deep_stack().is_ok());
        assert!(on_deep_stack(|| needs_deep_stack().is_ok()));
        assert_ne!(on_deep_stack(own), own());
    }
}
