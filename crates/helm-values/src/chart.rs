//! A chart, a folder or an archive ─▶ its own values under those that are given.
//!
//! ```text
//! load (folder, ignore, archive) ─▶ loaded (metadata) ─▶ staged ─▶ dependencies (version) ─▶ coalesce
//! ```
//!
//! What is read is what values depend on: each Chart.yaml, values.yaml and lock
//! file. Templates and schemas are not looked at.

mod archive;
mod at_path;
mod coalesce;
mod dependencies;
mod file;
mod folder;
mod given;
mod gzip;
mod ignore;
mod key_names;
mod load;
mod loaded;
mod metadata;
mod staged;
mod sub_chart;
mod tar;
mod version;
mod version_differences;

pub(crate) use dependencies::Processing;
pub use given::Chart;
pub(crate) use loaded::LoadedChart;
pub use sub_chart::{SubChart, Switches};
pub(crate) use version_differences::VersionDifferences;
