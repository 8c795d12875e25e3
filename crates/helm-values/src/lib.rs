//! The values that Helm's templates and schemas see, computed as each version of
//! Helm computes them, each with the place where it was written.
//!
//! ```text
//! yaml (bytes ─▶ tree) ─┬▶ strvals (--set) ─┬▶ release (inputs, upgrade) ─▶ Coalesced
//!                       └▶ chart ───────────┘
//! ```
//!
//! [`coalesce`] is the whole way: values files, the `--set` family, a chart with
//! its sub-charts, the values of the release before. [`read_stream`] reads
//! manifests. No program is started, nothing is fetched and nothing is written;
//! what is read is bounded.
//!
//! An [`Error`] says that nothing is known about what Helm would see, and why. It
//! never repeats a text that was read: values are often credentials.
//!
//! Trees can be 10,000 deep, as with Helm: walk and drop those of unknown origin
//! [`on_deep_stack`].

mod chart;
mod coalesce;
mod error;
mod go_float;
mod helm_version;
mod input_file;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod merge;
mod release;
mod shared;
mod stack;
mod strvals;
mod table;
mod value;
mod yaml;

pub use chart::{Chart, SubChart, Switches};
pub use error::{Error, ErrorKind, Warning};
pub use go_float::json_number;
pub use helm_version::HelmVersion;
pub use input_file::{file_list, read as read_input, shown_path};
pub use merge::merge_tables;
pub use release::{Coalesced, Inputs, Reuse, Upgrade, coalesce, coalesce_for, read_values_file};
pub use stack::{on_deep_stack, on_shallow_stack, start_deep};
pub use strvals::{Change, ChangedValue, SetFlag, set};
pub use table::Key;
pub use value::{Node, Origin, Source, SourceKind, Table, Value};
pub use yaml::{check_last_line, read_document, read_stream, survives_without_quotes};
