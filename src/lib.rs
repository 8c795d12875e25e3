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

pub mod ansible;
pub mod apply;
pub mod check;
pub mod cli;
pub mod explain;
pub mod fault;
pub mod files;
mod guard;
pub mod hook;
mod man;
mod mounted_secret;
mod nearest;
pub mod nginx;
pub mod policy;
#[cfg(feature = "probe")]
pub mod probe;
mod process;
mod sanitize;
pub mod schema;
mod secret_file;
mod stdout;
