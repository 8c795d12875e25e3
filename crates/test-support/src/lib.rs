//! What the suites share: folders, reproducible chance, calls of the binary,
//! Helm itself and the judge that is linked with it, an nginx with a Prometheus
//! after it, and the generators of values and YAML.
//!
//! Nothing here asserts what the product should do; the suites do.

#![allow(missing_docs, reason = "names say it; only the suites see them")]
#![allow(clippy::new_without_default, reason = "making one touches the disk")]
#![allow(clippy::missing_panics_doc, reason = "a panic is how a suite fails")]

pub mod archive;
pub mod beside_helm;
pub mod cache;
pub mod call;
pub mod chance;
pub mod edge;
pub mod folder;
pub mod helm;
pub mod helm_versions;
pub mod judge;
pub mod policy_case;
pub mod port;
pub mod program;
pub mod values;
pub mod yaml;
