//! The nginx in front: does it take the include, and do its workers know it.
//!
//! Steps that ask nginx and answer with what they found; what that means for
//! the outcome is the pipeline's to say. Only the include is ever rolled back:
//! the old htpasswd file would revive a revoked password.

pub(super) mod messages;

use super::change::Change;
use super::options::{Options, Presence};
use crate::files::error::WriteError;
use crate::files::plan::Step;
use crate::nginx::include;
use crate::nginx::server::{Configuration, Moment, Running, Server, TestError};
use crate::policy::refusal::Refusal;
use std::time::Duration;

/// How long a new worker is waited for, and then the end of the old ones, which
/// first answer what they have begun.
const LIMIT: Duration = Duration::from_secs(30);

/// The nginx that is asked, if any is.
pub(super) struct Nginx<'a> {
    options: &'a Options,
    /// `None`: nobody is asked.
    server: Option<Server>,
}

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

/// What nginx made of the new include.
#[must_use]
pub(super) enum IncludeTest {
    /// Nobody was asked.
    Untested,
    /// nginx would run with it.
    Passed {
        /// Whether its configuration includes the file.
        is_included: bool,
    },
    /// nginx would not, or nobody could find out.
    Failed {
        /// The include is as it was before.
        is_put_back: bool,
        severity: Severity,
        refusal: Refusal,
    },
}

/// How far a failed test reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// nginx was broken before and does not run: the play may repair it later.
    Warning,
    /// nginx was broken before and runs: whoever runs it must know, and reload it.
    ReloadOwed,
    /// It ends here.
    Refusal,
}

impl<'a> Nginx<'a> {
    /// nginx tests as root alone: as anybody else it cannot open its logs and
    /// keys, and says that it rejects them.
    pub(super) fn find(options: &'a Options, is_root: bool) -> Self {
        let program = options.nginx.as_deref().filter(|_| is_root);
        Self { options, server: program.and_then(Server::find) }
    }

    /// Whether its program should be there and is not. What is to be removed
    /// does not need an nginx.
    pub(super) fn is_missing(&self) -> bool {
        self.options.nginx.is_some() && self.server.is_none() && self.options.presence == Presence::Present
    }

    /// Asks nginx before anything is touched; nobody is asked where the include stays.
    pub(super) fn test_before(&self, include: &Change) -> Result<Before, Refusal> {
        let Some(server) = self.server_for(include) else {
            return Ok(Before::Untested);
        };
        match server.test() {
            Ok(_) => Ok(Before::Passed),
            Err(TestError::Rejected) => Ok(Before::Rejected),
            Err(error) => Err(self.refusal(&error, "nothing was touched")),
        }
    }

    /// Asks nginx of the include as it is now; puts the old one back where the
    /// new one is at fault. `so_far` is what to add to the state of the include.
    ///
    /// # Errors
    /// The new one is at fault, and could not be put back.
    pub(super) fn test_include(
        &self,
        include: &Change,
        before: Before,
        so_far: &str,
    ) -> Result<IncludeTest, Refusal> {
        let Some(server) = self.server_for(include) else {
            return Ok(IncludeTest::Untested);
        };
        let error = match server.test() {
            Ok(configuration) => {
                return Ok(IncludeTest::Passed { is_included: self.is_included_in(&configuration) });
            }
            Err(error) => error,
        };
        let is_at_fault = before == Before::Passed && matches!(error, TestError::Rejected);
        let is_put_back = is_at_fault || is_more_open(include);
        if is_put_back {
            self.put_back(include, so_far)?;
        }
        let stays = match (is_put_back, include.target.is_absent()) {
            (true, false) => "the old include is back",
            (true, true) => "the include is gone again",
            (false, _) => "the new include stays",
        };
        let stays = format!("{stays}{so_far}");
        let (severity, refusal) = if is_at_fault {
            (Severity::Refusal, messages::rejected(self.options, &stays))
        } else {
            self.failure(server, &error, &stays)
        };
        Ok(IncludeTest::Failed { is_put_back, severity, refusal })
    }

    /// What a failed test comes to where the include is not at fault.
    fn failure(&self, server: &Server, error: &TestError, stays: &str) -> (Severity, Refusal) {
        if !matches!(error, TestError::Rejected) {
            return (Severity::Refusal, self.refusal(error, stays));
        }
        let is_running = may_run(server);
        let severity = if is_running { Severity::ReloadOwed } else { Severity::Warning };
        (severity, messages::already_broken(self.options, is_running, stays))
    }

    fn put_back(&self, include: &Change, so_far: &str) -> Result<(), Refusal> {
        match include.undo() {
            Ok(()) | Err(WriteError::NotFlushed(_) | WriteError::ModeNotSet(_)) => Ok(()),
            Err(WriteError::Unchanged(error)) => {
                Err(messages::not_put_back(&self.options.include_path, &error, so_far))
            }
        }
    }

    /// Asks nginx of its configuration as it is on disk; whether that includes
    /// the file. `None`: nobody was asked. nginx itself refuses in silence to
    /// reload a configuration that does not pass.
    pub(super) fn test(&self) -> Result<Option<bool>, Refusal> {
        let Some(server) = &self.server else {
            return Ok(None);
        };
        let configuration = server.test().map_err(|error| {
            self.refusal(&error, "both files are as they should be, and its workers do not know of it yet")
        })?;
        Ok(Some(self.is_included_in(&configuration)))
    }

    /// Whether nginx includes the file, found out without a test, which would
    /// write. `None` where nobody can tell.
    pub(super) fn looks_included(&self) -> Option<bool> {
        let configuration = self.server.as_ref().and_then(Server::look)?;
        Some(self.is_included_in(&configuration))
    }

    /// Whether a running worker does not know of the include as it stands.
    /// After a write each one counts: another reload may have read the old
    /// include just before, and its workers look younger.
    pub(super) fn owes_reload(&self, include: &Change, change: Moment) -> Result<bool, Refusal> {
        let running = self.running()?;
        Ok(running.is_some_and(|running| include.step == Step::Replace || running.is_older_than(change)))
    }

    /// Reloads, and waits until new workers take the requests.
    pub(super) fn reload(&self, change: Moment) -> Result<(), Refusal> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        server.reload(change).map_err(|error| messages::not_reloaded(self.options, Some(&error)))?;
        let is_done = self.running()?.is_some_and(|running| running.wait_until_younger(change, LIMIT));
        if is_done { Ok(()) } else { Err(messages::not_reloaded(self.options, None)) }
    }

    /// Whether no worker is left that may still ask for a login.
    pub(super) fn are_old_workers_gone(&self, change: Moment) -> Result<bool, Refusal> {
        Ok(self.running()?.is_none_or(|running| running.wait_until_old_are_gone(change, LIMIT)))
    }

    /// Refuses to take away what nginx includes.
    pub(super) fn refuse_while_included(&self) -> Result<(), Refusal> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        match server.test() {
            Ok(configuration) if self.is_included_in(&configuration) => {
                Err(messages::include_in_use(self.options))
            }
            Ok(_) => Ok(()),
            // Rejected and not running: nothing is served, and without its include it will not be.
            Err(TestError::Rejected) if !may_run(server) => Ok(()),
            Err(error) => {
                Err(self.refusal(&error, "nobody can tell whether it includes the file, and both files stay"))
            }
        }
    }

    /// The nginx to ask of the include, where that is replaced.
    fn server_for(&self, include: &Change) -> Option<&Server> {
        self.server.as_ref().filter(|_| include.step == Step::Replace)
    }

    fn is_included_in(&self, configuration: &Configuration) -> bool {
        configuration.includes(&self.options.include_path)
    }

    /// Who serves; whether anybody does must be known where it matters.
    fn running(&self) -> Result<Option<Running>, Refusal> {
        let running = self.server.as_ref().map_or(Ok(None), Server::running);
        running.map_err(|error| messages::cannot_see_who_runs(self.options, &error))
    }

    /// A test of an nginx that runs did not pass, whatever the include says.
    fn refusal(&self, error: &TestError, stays: &str) -> Refusal {
        match error {
            TestError::Rejected => messages::already_broken(self.options, true, stays),
            TestError::TimedOut => messages::timed_out(self.options, stays),
            TestError::CannotStart(error) => messages::cannot_start(self.options, error, stays),
        }
    }
}

/// Unless it is known that none does.
fn may_run(server: &Server) -> bool {
    !matches!(server.running(), Ok(None))
}

/// Whether the new include lets more in than the one that was there. Where there
/// was none, nothing is known to have been shut.
fn is_more_open(include: &Change) -> bool {
    let new = include.desired.as_ref().map(|desired| include::openness(&desired.bytes));
    let old = include.target.content().map(|content| include::openness(&content.bytes));
    old.is_some() && new > old
}
