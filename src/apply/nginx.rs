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
use crate::nginx::include::{self, Openness};
use crate::nginx::server::{Configured, Moment, ReloadError, Running, Server, TestError};
use crate::policy::refusal::Refusal;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long a new worker is waited for, and then the end of the old ones, which
/// first answer what they have begun.
const LIMIT: Duration = Duration::from_secs(30);

/// How long the end of old workers is waited for where nothing depends on it but
/// that they may still let somebody in: one that has accepted a connection waits
/// 60 s for the first byte on it (`client_header_timeout`).
const TIGHTENING_LIMIT: Duration = Duration::from_secs(10);

/// How long an nginx that ended may take to be there again: a restart of it stops it, and
/// starts it then.
const RESTART: Duration = Duration::from_secs(5);
/// Between two looks for it.
const PAUSE: Duration = Duration::from_millis(100);

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
    Passed(Box<Configured>),
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

/// What nginx said when it was asked last, if nothing that it reads was written since.
#[derive(Debug)]
pub(super) enum Tested {
    /// Nobody was asked.
    Unasked,
    /// It would run.
    Passed(Box<Configured>),
    /// It would not, or nobody could find out.
    Failed(TestError),
}

/// Whether running workers know what they should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owed {
    /// They do, or none runs.
    Nothing,
    /// They do not.
    Reload,
    /// One may run that cannot be looked at, and something has changed.
    UnseenChange,
    /// One is likely to run that cannot be looked at.
    Unseen,
    /// One runs that has another main file, this one, and reads the include, too.
    AnotherMainFile(PathBuf),
}

impl<'a> Nginx<'a> {
    /// nginx tests as root alone: as anybody else it cannot open its logs and
    /// keys, and says that it rejects them.
    pub(super) fn find(options: &'a Options, is_root: bool) -> Self {
        let program = options.nginx.as_deref().filter(|_| is_root);
        Self { options, server: program.and_then(Server::find) }
    }

    /// The program, if one is asked.
    pub(super) fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }

    /// Whether its program should be there and is not. What is to be removed
    /// does not need an nginx.
    pub(super) fn is_missing(&self) -> bool {
        self.options.nginx.is_some() && self.server.is_none() && self.options.presence == Presence::Present
    }

    /// Asks nginx of its configuration as it is on disk.
    pub(super) fn test(&self) -> Tested {
        match self.server.as_ref().map(Server::test) {
            None => Tested::Unasked,
            Some(Ok(configured)) => Tested::Passed(Box::new(configured)),
            Some(Err(error)) => Tested::Failed(error),
        }
    }

    /// What it said before anything was touched; it does not matter where the include stays.
    pub(super) fn before(&self, tested: &Tested, include: &Change) -> Result<Before, Refusal> {
        match tested {
            _ if include.step != Step::Replace => Ok(Before::Untested),
            Tested::Unasked => Ok(Before::Untested),
            Tested::Passed(_) => Ok(Before::Passed),
            Tested::Failed(TestError::Rejected(_)) => Ok(Before::Rejected),
            Tested::Failed(error) => Err(self.refusal(error, "nothing was touched")),
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
            Ok(configured) => return Ok(IncludeTest::Passed(Box::new(configured))),
            Err(error) => error,
        };
        let rejection = match &error {
            TestError::Rejected(rejection) if before == Before::Passed => Some(rejection),
            _ => None,
        };
        let is_put_back = rejection.is_some() || is_more_open(include);
        if is_put_back {
            self.put_back(include, so_far)?;
        }
        let stays = match (is_put_back, include.target.is_absent()) {
            (true, false) => "the old include is back",
            (true, true) => "the include is gone again",
            (false, _) => "the new include stays",
        };
        let stays = format!("{stays}{so_far}");
        let (severity, refusal) = match rejection {
            Some(rejection) => (Severity::Refusal, messages::rejected(self.options, rejection, &stays)),
            None => self.failure(server, &error, &stays),
        };
        Ok(IncludeTest::Failed { is_put_back, severity, refusal })
    }

    /// What a failed test comes to where the include is not at fault.
    fn failure(&self, server: &Server, error: &TestError, stays: &str) -> (Severity, Refusal) {
        let TestError::Rejected(rejection) = error else {
            return (Severity::Refusal, self.refusal(error, stays));
        };
        let is_running = may_run(server);
        let severity = if is_running { Severity::ReloadOwed } else { Severity::Warning };
        (severity, messages::already_broken(self.options, rejection, is_running, stays))
    }

    fn put_back(&self, include: &Change, so_far: &str) -> Result<(), Refusal> {
        match include.undo() {
            Ok(()) | Err(WriteError::NotFlushed(_) | WriteError::ModeNotSet(_)) => Ok(()),
            Err(WriteError::Unchanged(error)) => {
                Err(messages::not_put_back(&self.options.include_path, &error, so_far))
            }
        }
    }

    /// Whether a running worker does not know of the include as it stands, or
    /// of a file on the way to one of ours. After a write each one counts:
    /// another reload may have read the old include just before, and its workers
    /// look younger.
    pub(super) fn owed(&self, include: &Change, change: Moment) -> Result<Owed, Refusal> {
        let (Some(server), running) = (&self.server, self.running()?) else { return Ok(Owed::Nothing) };
        let is_new = include.step == Step::Replace;
        if let Some(running) = running {
            let is_owed = is_new || running.is_older_than(change);
            return Ok(if is_owed { Owed::Reload } else { Owed::Nothing });
        }
        if let Some(main) = server.another_that_reads(&self.options.include_path) {
            return Ok(Owed::AnotherMainFile(main));
        }
        Ok(match (is_new, server.is_hidden()) {
            (true, _) if server.may_run_unseen() => Owed::UnseenChange,
            (_, true) => Owed::Unseen,
            (_, false) => Owed::Nothing,
        })
    }

    /// The later of the two: this change, or the last of a file that says where
    /// an include of ours stands. So a reload that a play died before is found.
    pub(super) fn last_change(&self, change: Moment, configured: Option<&Configured>) -> Moment {
        let way = configured.map(|found| found.way_to(include::header(), &self.options.include_path));
        newest(way.iter().flatten()).map_or(change, |newest| newest.max(change))
    }

    /// Reloads, and waits until new workers take the requests.
    pub(super) fn reload(&self, change: Moment) -> Result<(), Refusal> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let mut reloaded = match (server.reload(change), self.running()?) {
            (_, None) => Err(ReloadError::Ended),
            (Ok(()), Some(running)) => running.wait_until_younger(change, LIMIT),
            (refused, Some(_)) => refused,
        };
        // Somebody may restart it at this moment.
        let end = Instant::now() + RESTART;
        while matches!(reloaded, Err(ReloadError::Ended)) && Instant::now() < end {
            thread::sleep(PAUSE);
            if let Some(running) = self.running()? {
                reloaded = running.wait_until_younger(change, LIMIT);
            }
        }
        reloaded.map_err(|error| messages::not_reloaded(self.options, &error))
    }

    /// Passes the command on to an nginx that cannot be looked at; whether one took it.
    pub(super) fn reload_unseen(&self, change: Moment) -> bool {
        self.server.as_ref().is_some_and(|server| server.reload(change).is_ok())
    }

    /// Whether no worker is left that may still ask for a login.
    pub(super) fn are_old_workers_gone(&self, change: Moment) -> Result<bool, Refusal> {
        Ok(self.running()?.is_none_or(|running| running.wait_until_old_are_gone(change, LIMIT)))
    }

    /// The same where they may still let somebody in without a login.
    pub(super) fn have_open_workers_gone(&self, change: Moment) -> Result<bool, Refusal> {
        Ok(self.running()?.is_none_or(|running| running.wait_until_old_are_gone(change, TIGHTENING_LIMIT)))
    }

    /// Whether one from before the change still answers what it had accepted.
    pub(super) fn has_leaving(&self, change: Moment) -> Result<bool, Refusal> {
        Ok(self.running()?.is_some_and(|running| running.has_leaving(change)))
    }

    /// Refuses to take away what nginx includes.
    pub(super) fn refuse_while_included(&self) -> Result<(), Refusal> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let nobody_knows = "nobody can tell whether it includes the file, and both files stay";
        match server.test() {
            Ok(configured) => match configured.includes(&self.options.include_path) {
                Some(false) => Ok(()),
                Some(true) => Err(messages::include_in_use(self.options)),
                None => Err(messages::not_understood(self.options, &configured, nobody_knows)),
            },
            // Rejected and not running: nothing is served, and without its include it will not be.
            Err(TestError::Rejected(_)) if !may_run(server) => Ok(()),
            Err(error) => Err(self.refusal(&error, nobody_knows)),
        }
    }

    /// The nginx to ask of the include, where that is replaced.
    fn server_for(&self, include: &Change) -> Option<&Server> {
        self.server.as_ref().filter(|_| include.step == Step::Replace)
    }

    /// Who serves; whether anybody does must be known where it matters.
    fn running(&self) -> Result<Option<Running>, Refusal> {
        let running = self.server.as_ref().map_or(Ok(None), Server::running);
        running.map_err(|error| messages::cannot_see_who_runs(self.options, &error))
    }

    /// A test of an nginx that runs did not pass, whatever the include says.
    pub(super) fn refusal(&self, error: &TestError, stays: &str) -> Refusal {
        test_refusal(self.options, error, stays)
    }
}

/// A test of an nginx that runs did not pass; `stays` is what is still true.
pub(super) fn test_refusal(options: &Options, error: &TestError, stays: &str) -> Refusal {
    match error {
        TestError::Rejected(rejection) => messages::already_broken(options, rejection, true, stays),
        TestError::NotNginx => messages::not_nginx(options, stays),
        TestError::TimedOut => messages::timed_out(options, stays),
        TestError::CannotStart(error) => messages::cannot_start(options, error, stays),
    }
}

/// When the last of these changed: what a link leads to counts, and the link.
pub(super) fn newest<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Option<Moment> {
    let changes = |path: &'a PathBuf| [fs::metadata(path), fs::symlink_metadata(path)].into_iter().flatten();
    paths.flat_map(changes).map(|found| Moment::from_ctime(found.ctime(), found.ctime_nsec())).max()
}

/// When one changed.
pub(super) fn changed(path: &Path) -> Option<Moment> {
    newest(std::iter::once(&path.to_owned()))
}

/// Whether workers from before may let in whom the include does not: it is
/// stricter than the one before, or nobody knows what they serve.
pub(super) fn may_tighten(include: &Change) -> bool {
    let (old, new) = openness(include);
    let is_open = new == Some(Openness::Everybody);
    !is_open && (include.step != Step::Replace || old.is_none() || old > new)
}

/// Unless it is known that none does.
fn may_run(server: &Server) -> bool {
    !matches!(server.running(), Ok(None))
}

/// Whether the new include lets more in than the one that was there. Where there
/// was none, nothing is known to have been shut.
fn is_more_open(include: &Change) -> bool {
    let (old, new) = openness(include);
    old.is_some() && new > old
}

/// How far the old include lets in, and the new one; none where there is none.
fn openness(include: &Change) -> (Option<Openness>, Option<Openness>) {
    let old = include.target.content().map(|content| include::openness(&content.bytes));
    let new = include.desired.as_ref().map(|desired| include::openness(&desired.bytes));
    (old, new)
}
