//! What is data of the ways past the edge, out of the library chart's own table.
//!
//! `helm-schema/templates/_bypass_table.tpl` is the source, which the notes read; the build
//! script makes constants of it: a key `open_way` there is `OPEN_WAY` here.

/// A setting of the server that leads to Prometheus itself.
pub(crate) struct BypassSetting {
    /// Where it is, below the server's settings.
    pub keys: &'static [&'static str],
    /// The values that do; none: every one that is not empty.
    pub values: &'static [&'static str],
    /// Whether it does only where the chart makes a service with an address.
    pub of_service: bool,
    /// What state that is, and what to do.
    pub statement: &'static str,
}

/// The first version of the chart prometheus that reads a setting of the server.
pub(crate) struct Since {
    /// Where it is, below the server's settings.
    pub keys: &'static [&'static str],
    /// Major and minor.
    pub version: (u32, u32),
}

include!(concat!(env!("OUT_DIR"), "/bypass_table.rs"));
