//! The result judged, and nothing touched: every location that leads to the
//! receiver asks for the login, and running workers know it.

use super::endpoints::Endpoints;
use super::nginx::{self, messages};
use super::options::Options;
use super::outcome::{ApplyOutcome, SaidAccess};
use super::plan::{self, Owners};
use super::{endpoints, group, target};
use crate::files::plan::Step;
use crate::nginx::include::{self, Include, Openness};
use crate::nginx::server::{Configured, Moment, ReloadError, Running, Server, TestError};
use crate::policy::refusal::{Code, OptionPath, Refusal};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// How long a reload that was ordered before may take.
const RELOAD_LIMIT: Duration = Duration::from_secs(3);

/// What is expected of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// What the options ask for.
    Options,
    /// What they say now: whoever asks gives no login.
    AsTheyAre,
}

/// Judges what is there. Without root it looks at what anybody may read.
pub(crate) fn verify(options: &Options, expected: Expected) -> ApplyOutcome {
    let mut outcome = ApplyOutcome::default();
    let asks = match expected {
        Expected::Options => options.asks_for_login(),
        Expected::AsTheyAre => {
            outcome.access = include_says(options);
            !matches!(outcome.access, Some(SaidAccess::Open | SaidAccess::ReceiverOff))
        }
    };
    if let Err(refusal) = (Verification { options, asks, outcome: &mut outcome }).steps(expected) {
        outcome.refusals.insert(0, refusal);
    }
    outcome.refusals.sort_by_key(|refusal| refusal.code);
    outcome
}

/// What the include says as it stands; `None`: it is not there, is not ours or was edited.
fn include_says(options: &Options) -> Option<SaidAccess> {
    let text = std::fs::read(&options.include_path).ok()?;
    if text == Include::Open.text().as_bytes() {
        return Some(SaidAccess::Open);
    }
    match include::openness(&text) {
        Openness::Logins if include::is_ours(&text) => Some(SaidAccess::Basic),
        Openness::Shut => Some(SaidAccess::ReceiverOff),
        Openness::Logins | Openness::Everybody => None,
    }
}

struct Verification<'a> {
    options: &'a Options,
    /// Whether a login is to be asked for.
    asks: bool,
    outcome: &'a mut ApplyOutcome,
}

impl Verification<'_> {
    fn steps(&mut self, expected: Expected) -> Result<(), Refusal> {
        let Some(program) = self.options.nginx.as_deref() else {
            let message = "no nginx is asked, so nobody can tell who gets in; write the program into nginx";
            return Err(Refusal::new(Code::NginxNotSeen, message, OptionPath::new("nginx")));
        };
        let server = Server::find(program).ok_or_else(|| messages::missing(self.options))?;
        if expected == Expected::Options {
            self.compare_files()?;
        }
        // First: who runs here may not be who runs in the container that it is about.
        let tested = self.test(&server);
        let running = self.who_runs(&server);
        let Some(configured) = self.read(&server, tested, running.is_some()) else { return Ok(()) };
        let Endpoints { seen, include_used, findings } = endpoints::look(&configured, self.options);
        (self.outcome.endpoints, self.outcome.include_used) = (seen, include_used);
        let asks = self.asks;
        let matters = |finding: &Refusal| asks || finding.code == Code::NginxNotUnderstood;
        self.outcome.refusals.extend(findings.into_iter().filter(matters));
        if asks {
            let file = &self.options.htpasswd_path;
            self.outcome.refusals.extend(group::unreadable(&server, &configured, file));
        }
        if let Some(running) = running {
            self.judge_workers(&running, &configured);
        }
        Ok(())
    }

    /// Both files as the options ask for.
    fn compare_files(&mut self) -> Result<(), Refusal> {
        // Nobody else's lock is waited for longer, and nothing is written.
        let targets = target::open_to_look(self.options)?;
        // Only what they say counts: whose they are is no matter here.
        let plan = plan::plan(self.options, Owners { is_root: false, group: None }, targets)?;
        for change in [&plan.htpasswd, &plan.include] {
            match change.step {
                Step::Keep | Step::SetAttributes => {}
                Step::Replace | Step::Remove => {
                    let file = &change.target.file;
                    let message =
                        format!("{file} is not what the options ask for; run the task with state present");
                    self.outcome.refusals.push(Refusal::new(Code::FilesDiffer, message, file.path.as_path()));
                }
            }
        }
        Ok(())
    }

    fn who_runs(&mut self, server: &Server) -> Option<Running> {
        let (state, running) = match server.running() {
            Ok(Some(running)) => return Some(running),
            Ok(None) => ("none was found that reads this configuration".to_owned(), None),
            Err(error) => (format!("cannot read {error}"), None),
        };
        let message = format!(
            "nobody can tell whether nginx runs and what its workers serve: {state}; start it, write the program that \
             calls the right one into nginx, and ask the endpoint without a login"
        );
        self.outcome.refusals.push(Refusal::new(Code::NginxNotSeen, message, messages::at(self.options)));
        running
    }

    /// A test opens what a running nginx has opened before, and only through a
    /// script it is known whether that leads into a container. Where neither is so,
    /// or nothing may be called, the files alone are read.
    fn test(&self, server: &Server) -> Option<Result<Configured, TestError>> {
        let may_test = !self.options.check_mode && rustix::process::geteuid().is_root();
        let needs_test = may_test && (server.is_script() || matches!(server.running(), Ok(Some(_))));
        needs_test.then(|| server.test())
    }

    /// What a test says, else what the files say.
    fn read(
        &mut self,
        server: &Server,
        tested: Option<Result<Configured, TestError>>,
        is_running: bool,
    ) -> Option<Configured> {
        match tested {
            None => server.look(),
            Some(Ok(configured)) => Some(configured),
            Some(Err(_)) if !is_running => server.look(),
            Some(Err(error)) => {
                let stays = "its workers serve what they had read before";
                self.outcome.refusals.push(nginx::test_refusal(self.options, &error, stays));
                server.look()
            }
        }
    }

    /// Any file of nginx' can hold a location that leads to the receiver.
    fn judge_workers(&mut self, running: &Running, configured: &Configured) {
        let Some(read) = configured.understood() else { return };
        let mut paths: BTreeSet<PathBuf> = read.files().into_iter().map(Into::into).collect();
        // What was taken out of a folder is served until a reload. Our own files come and go beside it.
        let own = [&self.options.htpasswd_path, &self.options.include_path];
        let holds_ours = |folder: &PathBuf| own.iter().any(|file| file.parent() == Some(folder));
        paths.extend(read.pattern_folders().into_iter().filter(|folder| !holds_ours(folder)));
        let Some((change, path)) = last(&paths) else { return };
        // A handler may have ordered a reload just now.
        let is_old = running.is_older_than(change)
            && matches!(running.wait_until_younger(change, RELOAD_LIMIT), Err(ReloadError::OldWorkersStay));
        if is_old {
            let message = format!(
                "running workers of nginx are older than {}, and serve what they had read before; reload nginx",
                path.display()
            );
            self.outcome.reload_owed = true;
            self.outcome.refusals.push(Refusal::new(Code::ReloadOwed, message, path.as_path()));
        }
        let own = nginx::changed(&self.options.include_path);
        if self.asks && own.is_some_and(|change| running.has_leaving(change)) {
            self.outcome.warnings.push(messages::old_workers_remain());
        }
    }
}

fn last(paths: &BTreeSet<PathBuf>) -> Option<(Moment, &PathBuf)> {
    paths.iter().filter_map(|path| Some((nginx::changed(path)?, path))).max_by_key(|(change, _)| *change)
}
