//! Real nginx in front of a real Prometheus, all on this machine.
//!
//! `edge` starts them and asks them. `server` holds what is known of a running
//! nginx, `check_mode` that it writes nothing, `endpoint` who gets through, `looks_shut` endpoints that only look shut,
//! `reload` what is owed, `broken` an nginx that is not in order, `stream` a
//! change under load, `together` two runs at once, `verified` the result judged, `who_runs` the right nginx and no
//! other, `unseen` one that cannot be looked at, `others` files that others use. Both programs come from the
//! distribution; as root, since nginx' workers and the files' owners differ.
//!
//! needs: nginx prometheus strace

mod broken;
mod check_mode;
mod endpoint;
mod looks_shut;
mod others;
mod reload;
mod server;
mod stream;
mod together;
mod unseen;
mod verified;
mod who_runs;
