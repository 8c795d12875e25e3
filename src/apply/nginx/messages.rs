//! What nginx did not take → the refusal, with what is still true of both files.

use crate::apply::messages::advice;
use crate::apply::options::Options;
use crate::nginx::server::ReloadError;
use crate::policy::refusal::{At, Code, OptionPath, Refusal};
use std::io;
use std::path::Path;

/// Only the option can have named a program: where none is named, none is asked.
fn at(options: &Options) -> At {
    if options.nginx.is_some() { OptionPath::new("nginx").into() } else { At::Nowhere }
}

pub(in crate::apply) fn missing(options: &Options) -> Refusal {
    let message = "the nginx program is not there, so nobody can test its configuration, and nothing was touched; install it \
                   first, write its path, or an empty text for neither test nor reload";
    Refusal::new(Code::NginxNotFound, message, at(options))
}

/// It took its configuration before the include changed, and does not now.
pub(super) fn rejected(options: &Options, stays: &str) -> Refusal {
    let path = options.include_path.display();
    let message = format!(
        "nginx rejects its configuration with the new include, and took it before, so {stays}; look where \
         {path} is included: it belongs in a location, without auth_basic, auth_basic_user_file and satisfy beside it"
    );
    Refusal::new(Code::NginxRejectsConfiguration, message, options.include_path.as_path())
}

/// It rejects its configuration whatever the include says.
pub(super) fn already_broken(options: &Options, is_running: bool, stays: &str) -> Refusal {
    let running = if is_running { "" } else { " and does not run" };
    let message = format!(
        "nginx rejects its configuration for another reason than the include{running}, and {stays}; \
         run nginx -t, which gives the reason, and fix it"
    );
    Refusal::new(Code::NginxAlreadyBroken, message, at(options))
}

pub(super) fn timed_out(options: &Options, stays: &str) -> Refusal {
    let message = format!(
        "nginx did not finish the test of its configuration within 30 seconds, and {stays}; \
         run nginx -t and see what it waits for"
    );
    Refusal::new(Code::NginxTestTimedOut, message, at(options))
}

pub(super) fn cannot_start(options: &Options, error: &io::Error, stays: &str) -> Refusal {
    let message = format!(
        "the nginx program could not be started: {error}, and {stays}; write the path of one that can, or an empty \
         text for neither test nor reload"
    );
    Refusal::new(Code::NginxNotFound, message, at(options))
}

/// The new include is at fault, and the old one could not be put back.
pub(super) fn not_put_back(include: &Path, error: &io::Error, so_far: &str) -> Refusal {
    let path = include.display();
    let message = format!(
        "nginx does not take its configuration with the new include {path}, and the old one could not be put \
         back: {error}{so_far}; {}, and do not reload nginx before",
        advice(error)
    );
    Refusal::new(Code::ReplaceFailed, message, include)
}

/// Nobody knows who serves.
pub(super) fn cannot_see_who_runs(options: &Options, error: &io::Error) -> Refusal {
    let message = format!(
        "nobody can tell whether nginx runs and knows of both files as they are now: cannot read {error}; {}",
        advice(error)
    );
    Refusal::new(Code::ReadFailed, message, at(options))
}

/// The reload was not accepted, or, without an error, did not come about.
pub(super) fn not_reloaded(options: &Options, error: Option<&ReloadError>) -> Refusal {
    let state = error.map_or_else(
        || "was told to reload, and 30 seconds later its old workers still take requests".to_owned(),
        ToString::to_string,
    );
    let message = format!(
        "nginx {state}, while both files are as they should be; look into its error log, and run it again"
    );
    Refusal::new(Code::ReloadNotTaken, message, at(options))
}

pub(super) fn include_in_use(options: &Options) -> Refusal {
    let path = options.include_path.display();
    let message = format!(
        "nginx includes {path}, so both files stay; take the include line out of its configuration first"
    );
    Refusal::new(Code::IncludeInUse, message, options.include_path.as_path())
}
