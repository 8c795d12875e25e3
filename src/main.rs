//! argv → entry → exit code; nothing else.
fn main() {}
