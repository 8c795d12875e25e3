//! The law as text, and the law inside a chart's own schema.

use crate::stdout;
use std::path::Path;

/// The law, byte for byte as it was compiled in.
pub const LAW: &str = include_str!("../helm-schema/values.schema.json");

/// Merges the law into the schema at `path`; the exit code.
pub fn into(path: &Path) -> u8 {
    let _ = path;
    stdout::complain("being written")
}
