//! Each system call of each transition fails once and kills once.
//!
//! strace lists the calls of one run and injects into the next runs, without
//! `-f`: the programs that a run starts are left alone. `scene` is a host
//! before and after a transition and who gets in on it, `trace` what strace
//! says, `sweep` tries faults, `transitions` all calls without an nginx,
//! `nginx_running` the steps between write, test and reload with a real one,
//! `order` what a trace must show.
//!
//! needs: strace htpasswd nginx prometheus

mod nginx_running;
mod order;
mod scene;
mod sweep;
mod trace;
mod transitions;
