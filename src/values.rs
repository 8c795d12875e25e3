//! Values exactly as Helm reads them, each with its place.
//!
//! ```text
//! bytes ─▶ events ─▶ compose (scalar) ─▶ documents ─▶ tree ─▶ set, merge, chart, release (profile) ─▶ tree
//! ```
//!
//! Nothing here knows the law. Errors are "could not look", never a verdict,
//! and never repeat a text that was read.

pub mod tree;
