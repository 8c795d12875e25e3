//! The nginx in front: does it take the include, and do its workers know it.
//!
//! Parts of the pipeline that ask nginx and nothing else. Only the include is
//! ever rolled back: the old htpasswd file would revive a revoked password.

use super::pipeline::Pipeline;
use super::target::Change;
use super::{Request, messages};
use crate::files::plan::Step;
use crate::files::replace::Unwritten;
use crate::nginx::include;
use crate::nginx::server::{Moment, ReloadFailed, Running, Server, Tested};
use crate::refusal::{At, Code, OptionPath, Refusal};
use std::io;
use std::time::Duration;

/// How long a new worker is waited for, and then the end of the old ones, which
/// first answer what they have begun.
const LIMIT: Duration = Duration::from_secs(30);

/// What a test said before the include changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// There is nothing to compare with: the include stays, or nobody tests.
    Untested,
    /// nginx would have run.
    Passed,
    /// nginx would not have run.
    Rejected,
}

impl Pipeline<'_> {
    /// Asks nginx before anything is touched; nobody is asked where the include stays.
    pub(super) fn test_before(&mut self, include: &Change) -> Result<Before, Refusal> {
        let Some(server) = self.server.as_ref().filter(|_| include.step == Step::Replace) else {
            return Ok(Before::Untested);
        };
        match server.test() {
            Tested::Passes(_) => Ok(Before::Passed),
            Tested::Rejects => Ok(Before::Rejected),
            Tested::TimedOut => Err(timed_out(self.request, "nothing was touched")),
            Tested::CannotStart(error) => Err(cannot_start(self.request, &error, "nothing was touched")),
        }
    }

    /// Brings the include to what it should be and asks nginx of it; puts the
    /// old one back where the new one is at fault. Answers when it changed.
    pub(super) fn change_include(&mut self, include: &Change, before: Before) -> Result<Moment, Refusal> {
        let (had_changed, shown) = (self.outcome.changed, self.outcome.diff.len());
        let changed = self.carry_out(include)?;
        let (seconds, nanoseconds) = changed.unwrap_or_default();
        let moment = Moment::of_change(seconds, nanoseconds);
        let Some(server) = self.server.as_ref().filter(|_| include.step == Step::Replace) else {
            return Ok(moment);
        };
        let tested = server.test();
        if let Tested::Passes(configuration) = &tested {
            self.is_tested = true;
            self.warn_unless_used(configuration.includes(&self.request.include_path));
            return Ok(moment);
        }
        let is_at_fault = before == Before::Passed && matches!(tested, Tested::Rejects);
        let put_back = is_at_fault || is_more_open(include);
        if put_back {
            include.undo().or_else(|unwritten| self.not_put_back(include, unwritten))?;
            self.outcome.changed = had_changed;
            self.outcome.diff.truncate(shown);
        }
        let stays = match (put_back, include.target.is_absent()) {
            (true, false) => "the old include is back",
            (true, true) => "the include is gone again",
            (false, _) => "the new include stays",
        };
        let stays = format!("{stays}{}", self.so_far());
        match tested {
            Tested::Passes(_) => Ok(moment),
            Tested::Rejects if is_at_fault => Err(rejected(self.request, &stays)),
            Tested::Rejects => self.broken_already(&stays).map(|()| moment),
            Tested::TimedOut => Err(timed_out(self.request, &stays)),
            Tested::CannotStart(error) => Err(cannot_start(self.request, &error, &stays)),
        }
    }

    /// An nginx that was broken before is no fault of the include: whoever runs
    /// it must know, whoever does not may mend it later in the play.
    fn broken_already(&mut self, stays: &str) -> Result<(), Refusal> {
        let is_running = self.server.as_ref().is_some_and(may_run);
        let refusal = already_broken(self.request, is_running, stays);
        if is_running {
            self.outcome.reload_owed = true;
            return Err(refusal);
        }
        self.outcome.warnings.push(refusal.message);
        Ok(())
    }

    fn not_put_back(&self, include: &Change, unwritten: Unwritten) -> Result<(), Refusal> {
        match unwritten {
            Unwritten::NotFlushed(_) | Unwritten::HalfMended(_) => Ok(()),
            Unwritten::Unchanged(error) => {
                let path = include.target.path.display();
                let sentence = format!(
                    "nginx does not take its configuration with the new include {path}, and the old one could not be put \
                     back: {error}{}; {}, and do not reload nginx before",
                    self.so_far(),
                    messages::advice(&error)
                );
                Err(Refusal::new(Code::ReplaceFailed, sentence, include.target.path.as_path()))
            }
        }
    }

    /// The same warning without a test, which would write. What nginx rejects
    /// is told by the run that does something.
    pub(super) fn warn_unless_seen(&mut self) {
        if let Some(configuration) = self.server.as_ref().and_then(Server::look) {
            self.warn_unless_used(configuration.includes(&self.request.include_path));
        }
    }

    fn warn_unless_used(&mut self, is_used: bool) {
        if !is_used {
            self.outcome.warnings.push(format!(
                "nginx includes {} nowhere, so it guards nothing yet; include it in the guarded location \
                 [include-not-used]",
                self.request.include_path.display()
            ));
        }
    }

    /// Whether a running worker does not know of the include as it stands.
    /// After a write each one counts: a reload of somebody else's may have read
    /// the old include just before, and its workers look younger.
    pub(super) fn owes_reload(&self, include: &Change, change: Moment) -> Result<bool, Refusal> {
        let running = self.running()?;
        Ok(running.is_some_and(|running| include.step == Step::Replace || running.is_older_than(change)))
    }

    /// Who serves; whether anybody does must be known where it matters.
    fn running(&self) -> Result<Option<Running>, Refusal> {
        let running = self.server.as_ref().map_or(Ok(None), Server::running);
        running.map_err(|error| {
            let sentence = format!(
                "nobody can tell whether nginx runs and knows of both files as they are now: cannot read {error}; {}",
                messages::advice(&error)
            );
            Refusal::new(Code::ReadFailed, sentence, place(self.request))
        })
    }

    /// Does a reload that is owed, or tells of it.
    pub(super) fn settle(&mut self, include: &Change, change: Moment) -> Result<(), Refusal> {
        let tested = self.test_once();
        if !self.owes_reload(include, change)? {
            return Ok(());
        }
        self.outcome.changed = true;
        self.outcome.reload_owed = true;
        if self.request.reload {
            tested?;
            self.reload(change)?;
            self.outcome.reload_owed = false;
        }
        Ok(())
    }

    /// Asks nginx unless it was asked since the last write: whether anything
    /// includes the file is told each time, and a reload of a configuration that
    /// does not pass is refused by nginx, in silence.
    fn test_once(&mut self) -> Result<(), Refusal> {
        let Some(server) = self.server.as_ref().filter(|_| !self.is_tested) else {
            return Ok(());
        };
        let stays = "both files are as they should be, and its workers do not know of it yet";
        match server.test() {
            Tested::Passes(configuration) => {
                self.is_tested = true;
                self.warn_unless_used(configuration.includes(&self.request.include_path));
                Ok(())
            }
            Tested::Rejects => Err(already_broken(self.request, true, stays)),
            Tested::TimedOut => Err(timed_out(self.request, stays)),
            Tested::CannotStart(error) => Err(cannot_start(self.request, &error, stays)),
        }
    }

    fn reload(&self, change: Moment) -> Result<(), Refusal> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let state = match server.reload(change) {
            Ok(()) if self.has_younger_workers(change)? => return Ok(()),
            Ok(()) => {
                "was told to reload, and 30 seconds later its old workers still take requests".to_owned()
            }
            Err(ReloadFailed::Refused) => {
                "refused to reload, and its old workers still take requests".to_owned()
            }
            Err(ReloadFailed::TimedOut) => "did not take the word to reload within 30 seconds".to_owned(),
            Err(ReloadFailed::CannotStart(error)) => format!("could not be started to reload it: {error}"),
        };
        let sentence = format!(
            "nginx {state}, while both files are as they should be; look into its error log, and run it again"
        );
        Err(Refusal::new(Code::ReloadNotTaken, sentence, place(self.request)))
    }

    /// Whether no worker is left that may still ask for a login.
    pub(super) fn are_old_workers_gone(&self, change: Moment) -> Result<bool, Refusal> {
        Ok(self.running()?.is_none_or(|running| running.wait_until_old_are_gone(change, LIMIT)))
    }

    fn has_younger_workers(&self, change: Moment) -> Result<bool, Refusal> {
        Ok(self.running()?.is_some_and(|running| running.wait_until_younger(change, LIMIT)))
    }

    /// Refuses to take away what nginx includes.
    pub(super) fn refuse_while_included(&mut self) -> Result<(), Refusal> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let stays = "nobody can tell whether it includes the file, and both files stay";
        match server.test() {
            Tested::Passes(configuration) if configuration.includes(&self.request.include_path) => {
                let path = self.request.include_path.display();
                let sentence = format!(
                    "nginx includes {path}, so both files stay; take the include line out of its configuration first"
                );
                Err(Refusal::new(Code::IncludeInUse, sentence, self.request.include_path.as_path()))
            }
            Tested::Rejects if may_run(server) => Err(already_broken(self.request, true, stays)),
            // Rejected and not running: nothing is served, and without its include it will not be.
            Tested::Passes(_) | Tested::Rejects => Ok(()),
            Tested::TimedOut => Err(timed_out(self.request, stays)),
            Tested::CannotStart(error) => Err(cannot_start(self.request, &error, stays)),
        }
    }
}

/// Unless it is known that none does.
fn may_run(server: &Server) -> bool {
    !matches!(server.running(), Ok(None))
}

/// Whether the new include lets more in than the one that was there. Where none
/// was, nothing is known to be shut.
fn is_more_open(include: &Change) -> bool {
    let new = include.wanted.as_ref().map(|wanted| include::openness(&wanted.bytes));
    let old = include.target.content().map(|content| include::openness(&content.bytes));
    old.is_some() && new > old
}

fn place(request: &Request) -> At {
    // The program's name stands in the request; only an option can have made it so.
    if request.nginx.is_some() { OptionPath::new("nginx").into() } else { At::Nowhere }
}

fn rejected(request: &Request, stays: &str) -> Refusal {
    let sentence = format!(
        "nginx rejects its configuration with the new include, and took it before, so {stays}; look where \
         {} is included: it belongs in a location, without auth_basic, auth_basic_user_file and satisfy beside it",
        request.include_path.display()
    );
    Refusal::new(Code::NginxRejectsConfiguration, sentence, request.include_path.as_path())
}

fn already_broken(request: &Request, is_running: bool, stays: &str) -> Refusal {
    let running = if is_running { "" } else { " and does not run" };
    let sentence = format!(
        "nginx rejects its configuration for another reason than the include{running}, and {stays}; \
         run nginx -t, which tells the reason, and mend it"
    );
    Refusal::new(Code::NginxAlreadyBroken, sentence, place(request))
}

fn timed_out(request: &Request, stays: &str) -> Refusal {
    let sentence = format!(
        "nginx did not finish the test of its configuration within 30 seconds, and {stays}; \
         run nginx -t and see what it waits for"
    );
    Refusal::new(Code::NginxTestTimedOut, sentence, place(request))
}

fn cannot_start(request: &Request, error: &io::Error, stays: &str) -> Refusal {
    let sentence = format!(
        "the nginx program could not be started: {error}, and {stays}; write the path of one that can, or an empty \
         text for neither test nor reload"
    );
    Refusal::new(Code::NginxNotFound, sentence, place(request))
}
