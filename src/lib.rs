//! Keeps a Prometheus remote write receiver from being left open by accident.
//!
//! ```text
//! bytes ─▶ document ─▶ law ─▶ Access ─▶ texts ─▶ plan ─▶ replace ─▶ answer ─▶ bytes + exit code
//! ```
//!
//! Pure in the middle, effects at both ends. Imports go one way: `refusal`
//! knows nobody, `law` knows `refusal`, `nginx` knows the law's `Access`,
//! `files` knows nobody, `guard` knows these three; the entries (`module`,
//! `check`, `hook`, `probe`, `schema`) know all, and not each other; `command_line` calls them.

pub mod check;
pub mod command_line;
pub mod files;
pub mod guard;
pub mod hook;
pub mod law;
pub mod module;
mod nearest;
pub mod nginx;
pub mod probe;
pub mod refusal;
pub mod schema;
mod stdout;
pub mod values;
