//! (being written)

use std::ffi::OsString;

/// Runs the command line `argv` (the program's name first); the exit code.
pub fn run(argv: Vec<OsString>) -> u8 {
    drop(argv);
    2
}
