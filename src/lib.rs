//! Keeps a Prometheus remote write receiver from being left open by accident.
//!
//! ```text
//! bytes ─▶ document ─▶ policy ─▶ Access ─▶ texts ─▶ plan ─▶ replace ─▶ answer ─▶ bytes + exit code
//! ```
//!
//! Pure in the middle, effects at both ends. Imports go one way: `refusal`
//! knows nobody, `policy` knows `refusal`, `nginx` knows the policy's `Access`,
//! `files` knows nobody, `guard` knows these three; the entries (`module`,
//! `check`, `hook`, `probe`, `schema`) know all, and not each other; `command_line` calls them.

pub mod ansible;
pub mod apply;
pub mod check;
pub mod cli;
pub mod files;
pub mod hook;
mod nearest;
pub mod nginx;
pub mod policy;
#[cfg(feature = "probe")]
pub mod probe;
pub mod refusal;
pub mod schema;
mod stdout;
