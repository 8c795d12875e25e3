//! Keeps a Prometheus remote write receiver from being left open by accident.
//!
//! ```text
//! bytes ─▶ document ─▶ policy ─▶ Access ─▶ texts ─▶ plan ─▶ replace ─▶ answer ─▶ bytes + exit code
//! ```
//!
//! Pure in the middle, effects at both ends. Imports go one way: `policy` and
//! `files` know nobody, `nginx` knows the policy's `Access`, `apply` knows these
//! three; the entries (`ansible`, `check`, `explain`, `hook`, `man`, `probe`, `schema`) know
//! all, and not each other, but for `guard`, the module's other face; `cli` calls them.

// What Ansible uploads has the module alone, and not all that the policy and nginx are asked elsewhere.
#![cfg_attr(not(feature = "command-line"), allow(dead_code, unused_imports))]

pub mod allocator;
pub mod ansible;
pub mod apply;
#[cfg(feature = "command-line")]
pub mod check;
#[cfg(feature = "command-line")]
pub mod cli;
#[cfg(feature = "command-line")]
pub mod explain;
pub mod fault;
pub mod files;
#[cfg(feature = "command-line")]
mod guard;
#[cfg(feature = "command-line")]
pub mod hook;
#[cfg(feature = "internals")]
pub mod internals;
#[cfg(feature = "command-line")]
mod man;
#[cfg(feature = "command-line")]
mod mounted_secret;
mod nearest;
pub mod nginx;
#[cfg(not(feature = "command-line"))]
pub mod no_command_line;
pub mod policy;
#[cfg(feature = "command-line")]
pub mod probe;
mod process;
mod sanitize;
#[cfg(feature = "command-line")]
pub mod schema;
#[cfg(feature = "command-line")]
mod secret_file;
mod stdout;
