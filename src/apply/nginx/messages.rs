//! What nginx did not take → the refusal, with what is still true of both files.

use crate::apply::messages::advice;
use crate::apply::options::Options;
use crate::apply::outcome::Notice;
use crate::nginx::server::{Configured, Rejection, ReloadError};
use crate::policy::refusal::{At, Code, OptionPath, Refusal, WarningCode};
use std::io;
use std::path::Path;

/// Only the option can have named a program: where none is named, none is asked.
pub(in crate::apply) fn at(options: &Options) -> At {
    if options.nginx.is_some() { OptionPath::new("nginx").into() } else { At::Nowhere }
}

pub(in crate::apply) fn missing(options: &Options) -> Refusal {
    let message = "the nginx program is not there, so nobody can test its configuration, and nothing was touched; install it \
                   first, write its path, or an empty text for neither test nor reload";
    Refusal::new(Code::NginxNotFound, message, at(options))
}

/// Where nginx found it, and its words where they hold no value.
fn words(rejection: &Rejection) -> String {
    let at = rejection.at.as_ref().map(|(file, line)| format!(" at {}:{line}", file.display()));
    let words = rejection.words.as_ref().map(|words| format!(": {words}"));
    format!("{}{}", at.unwrap_or_default(), words.unwrap_or_default())
}

/// It took its configuration before the include changed, and does not now.
pub(super) fn rejected(options: &Options, rejection: &Rejection, stays: &str) -> Refusal {
    let path = options.include_path.display();
    let words = words(rejection);
    // nginx reads one of the two first, and names the other.
    let left_over = ["auth_basic", "auth_basic_user_file", "satisfy"].into_iter().find(|name| {
        rejection.words.as_ref().is_some_and(|words| *words == format!("{name} directive is duplicate"))
    });
    let advice = left_over.map_or_else(
        || {
            format!(
                "look where {path} is included: it belongs in a location, without auth_basic, auth_basic_user_file and \
                 satisfy beside it"
            )
        },
        |name| format!("take the other {name} out of the location that includes {path}, and leave it to the include"),
    );
    let message = format!(
        "nginx rejects its configuration with the new include{words}, and took it before, so {stays}; {advice}"
    );
    Refusal::new(Code::NginxRejectsConfiguration, message, options.include_path.as_path())
}

/// It rejects its configuration whatever the include says.
pub(in crate::apply) fn already_broken(
    options: &Options,
    rejection: &Rejection,
    is_running: bool,
    stays: &str,
) -> Refusal {
    let running = if is_running { "" } else { " and does not run" };
    let words = words(rejection);
    let message = format!(
        "nginx rejects its configuration{words}, for another reason than the include{running}, and {stays}; run nginx \
         -t, which gives the reason, and fix it"
    );
    Refusal::new(Code::NginxAlreadyBroken, message, at(options))
}

/// It ran, and printed no configuration.
pub(super) fn not_nginx(options: &Options, stays: &str) -> Refusal {
    let message = format!(
        "the program does not print its configuration with -T as nginx does, and {stays}; write the path of nginx, or of \
         a script that passes all its arguments on to it"
    );
    Refusal::new(Code::NginxNotFound, message, at(options))
}

/// It accepts its configuration, and nobody here understands that.
pub(super) fn not_understood(options: &Options, configured: &Configured, stays: &str) -> Refusal {
    let why = configured.not_understood().map_or_else(String::new, |why| format!(": {why}"));
    let message = format!(
        "the configuration of nginx is not understood{why}, so {stays}; set nginx to an empty text where you have looked yourself"
    );
    Refusal::new(Code::NginxNotUnderstood, message, at(options))
}

/// One may run, and nobody can look at it. `is_reached`: it took the command to reload.
pub(in crate::apply) fn not_seen(options: &Options, is_reached: bool) -> Refusal {
    let state = if is_reached { "took the command to reload" } else { "may run" };
    let message = format!(
        "an nginx {state}, and its workers cannot be seen from here, so nobody can tell whether they know both files as they \
         are; ask the endpoint without a login, and reload it by hand if that is let in"
    );
    Refusal::new(Code::NginxNotSeen, message, at(options))
}

/// One with another main file reads the include; only the program's own was tested.
pub(in crate::apply) fn another_main_file(options: &Options, main: &Path) -> Refusal {
    let message = format!(
        "the nginx that runs reads {}, which includes {}, too, while the program reads another main file, so nobody has \
         tested or reloaded it; write a script that passes all its arguments on to nginx -c with that file into nginx",
        main.display(),
        options.include_path.display()
    );
    Refusal::new(Code::NginxNotSeen, message, at(options))
}

/// Workers from before a change that may let in whom it does not.
pub(in crate::apply) fn old_workers_remain() -> Notice {
    let statement = "nginx has been reloaded, and workers from before still answer on connections that they had \
                     accepted, as the old configuration says; wait until they have ended (client_header_timeout, 60 \
                     seconds where it is not set, and the uploads that go on), or end them with the kill command";
    Notice::new(WarningCode::OldWorkersRemain, statement, At::Nowhere)
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

/// The reload was not accepted, or did not come about.
pub(super) fn not_reloaded(options: &Options, error: &ReloadError) -> Refusal {
    let then = if matches!(error, ReloadError::Ended) { "start" } else { "run" };
    let message = format!(
        "nginx {error}, while both files are as they should be; look into its error log, and {then} it again"
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
