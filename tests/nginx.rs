//! Real nginx in front of a real Prometheus, all on this machine.
//!
//! `edge` starts them and asks them, `server` holds what is known of a running
//! nginx. Both programs come from the distribution; as root, since nginx'
//! workers and the files' owners differ.
//!
//! needs: nginx prometheus curl

#[allow(dead_code, reason = "the module's own suite uses the rest")]
#[path = "module/call.rs"]
mod call;
#[path = "nginx/edge.rs"]
mod edge;
#[path = "nginx/server.rs"]
mod server;
