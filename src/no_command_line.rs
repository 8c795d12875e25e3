//! The command line of a program that has none: what Ansible uploads.

use crate::stdout;
use std::ffi::OsString;

/// Says to whoever finds this program on a host that it is nothing but the module. Returns
/// the exit code.
pub fn run(_argv: Vec<OsString>) -> u8 {
    stdout::report_error(
        "this program is the one that Ansible uploads, which is the module alone, and nothing was done; install the package remote-write-auth, or run its image",
    )
}
