//! YAML as go-yaml v2 and sigs.k8s.io/yaml read it, each value with its place.
//!
//! ```text
//! bytes ─▶ pieces ─▶ fast_path, or events (libyaml) ─▶ go_yaml (stand_ins) ─▶ document
//!       ─▶ resolver (scalar) ─▶ builder (keys, entries, repeated_keys, aliases, key_filter) ─▶ tree
//! ```
//!
//! Nothing here knows Helm's flags or charts.

mod aliases;
mod builder;
mod document;
mod entries;
mod events;
mod fast_path;
mod go_yaml;
#[cfg(feature = "internals")]
pub(crate) mod internals;
mod key_filter;
mod keys;
mod packed_node;
mod parse_error;
mod parsing;
mod pieces;
mod repeated_keys;
mod resolver;
mod scalar;
mod stand_ins;
mod values_file;

pub(crate) use key_filter::KeyFilter;
pub(crate) use scalar::lossy;
pub use scalar::survives_without_quotes;
pub(crate) use values_file::{Documents, LARGEST, ReadValues, is_version_independent, read_values};
pub use values_file::{check_last_line, read_document, read_stream};
