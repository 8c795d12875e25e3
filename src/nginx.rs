//! What nginx is told (pure: `htpasswd`, `include`, `cost`) and the nginx that
//! runs here (`server`).

pub mod cost;
pub mod htpasswd;
pub mod include;
pub mod server;
