//! From what should hold to files that say so: lock, read, plan, replace,
//! test, roll back, reload. What every entry that writes both files shares.
//!
//! `options` is what is asked for and `outcome` what came of it. `pipeline`
//! holds the order and alone writes the outcome; `plan` is what is to be done,
//! `target` one of the two files as it is, `change` what becomes of it, `nginx`
//! the server in front, `backup` the copy of a file that was not ours, `group`
//! who may read, `account` the numbers of names, `shared` a file that others use, `endpoints` who gets in
//! where, `verify` the same judged without touching anything, `messages` what is said when a file cannot be had. Nothing here
//! knows JSON or an exit code.

mod account;
mod backup;
mod change;
mod endpoints;
mod group;
mod messages;
mod named_file;
mod nginx;
mod options;
mod outcome;
mod pipeline;
mod plan;
mod shared;
mod target;
mod verify;

pub(crate) use options::{Options, Presence};
pub(crate) use outcome::{ApplyOutcome, FileDiff, Notice, SaidAccess, SeenEndpoint};
pub(crate) use pipeline::run;
pub(crate) use verify::{Expected, verify};
