//! What nginx reads (pure: `htpasswd`, `include`, `cost`) and the nginx that
//! runs here (`server`).

pub(crate) mod cost;
mod generated;
pub(crate) mod htpasswd;
pub(crate) mod include;
pub mod server;
