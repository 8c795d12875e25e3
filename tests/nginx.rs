//! Real nginx in front of a real Prometheus, all on this machine.
//!
//! `edge` starts them and asks them. `server` holds what is known of a running
//! nginx, `check_mode` that it writes nothing, `door` who gets through, `looks_shut` doors that only look shut,
//! `reload` what is owed, `broken` an nginx that is not in order, `stream` a
//! change under load, `together` two runs at once. Both programs come from the
//! distribution; as root, since nginx' workers and the files' owners differ.
//!
//! needs: nginx prometheus strace

#[path = "nginx/broken.rs"]
mod broken;
#[allow(dead_code, reason = "the module's own suite uses the rest")]
#[path = "module/call.rs"]
mod call;
#[path = "nginx/check_mode.rs"]
mod check_mode;
#[path = "nginx/door.rs"]
mod door;
#[path = "nginx/edge.rs"]
mod edge;
#[path = "nginx/looks_shut.rs"]
mod looks_shut;
#[path = "nginx/reload.rs"]
mod reload;
#[path = "nginx/server.rs"]
mod server;
#[path = "nginx/stream.rs"]
mod stream;
#[path = "nginx/together.rs"]
mod together;
