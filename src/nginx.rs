//! What nginx is told (pure: `htpasswd`, `include`, `cost`) and the nginx that
//! runs here (`server`).

pub mod server;
