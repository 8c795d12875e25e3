//! Keeps a Prometheus remote write receiver from being left open by accident.
//!
//! ```text
//! bytes ─▶ document ─▶ law ─▶ Access ─▶ texts ─▶ plan ─▶ replace ─▶ answer ─▶ bytes + exit code
//! ```
//!
//! Pure in the middle, effects at both ends. Imports go one way: `refusal`
//! knows nobody, `law` knows `refusal`, `nginx` knows the law's `Access`,
//! `files` knows nobody, `guard` knows these three; the entries (`module`,
//! `check`) know all, and not each other.

pub mod check;
pub mod files;
pub mod guard;
pub mod law;
pub mod module;
pub mod nginx;
pub mod refusal;
pub mod values;
