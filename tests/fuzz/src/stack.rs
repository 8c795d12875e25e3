//! A stack for the deepest tree, once and not a thread for each input.

use helm_values::internals::this_stack_is_deep;
use rustix::process::{Resource, getrlimit, setrlimit};

/// As `on_deep_stack` has it.
const BYTES: u64 = 64 << 20;

/// The stack of the main thread, on which libFuzzer asks, grows as far from here on. Linux looks
/// at the limit when the stack grows, and leaves room for 128 MiB however low it was at the start.
pub fn deepen() {
    let mut limit = getrlimit(Resource::Stack);
    limit.current = limit.current.map(|current| current.max(BYTES));
    setrlimit(Resource::Stack, limit).expect("a stack of 64 MiB is allowed");
    this_stack_is_deep();
}
