//! Each system call of each transition fails once and kills once.
//!
//! strace lists the calls of one run and injects into the next runs, without
//! `-f`: the programs that a run starts are left alone. `scene` is a host
//! before and after a transition and who gets in on it, `trace` what strace
//! says, `sweep` tries faults, `transitions` all calls without an nginx,
//! `behind_nginx` the steps between write, test and reload with a real one,
//! `order` what a trace must show.
//!
//! needs: strace htpasswd nginx prometheus

#[path = "faults/behind_nginx.rs"]
mod behind_nginx;
#[allow(dead_code, reason = "the module's own suite uses the rest")]
#[path = "module/call.rs"]
mod call;
#[allow(dead_code, reason = "nginx' own suite uses the rest")]
#[path = "nginx/edge.rs"]
mod edge;
#[path = "faults/order.rs"]
mod order;
#[path = "faults/scene.rs"]
mod scene;
#[path = "faults/sweep.rs"]
mod sweep;
#[path = "faults/trace.rs"]
mod trace;
#[path = "faults/transitions.rs"]
mod transitions;
