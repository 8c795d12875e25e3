//! The order of all that is done; nothing else writes the outcome.
//!
//! Basic: htpasswd, include, test, reload. Open and shut: include, test, reload,
//! the old workers' end, htpasswd away: earlier, valid logins would get 403, and
//! an agent drops its samples on 403. Interrupted anywhere, the endpoint is not
//! more open than before, and the next run finishes it.

mod report;

use super::change::{Change, FolderState};
use super::named_file::Role;
use super::nginx::{self, Before, IncludeTest, Nginx, Owed, Severity, Tested};
use super::options::{Options, Presence};
use super::outcome::{ApplyOutcome, Notice};
use super::plan::{self, Owners, Plan};
use super::target::Target;
use super::{backup, group, messages, target};
use crate::files::error::WriteError;
use crate::files::plan::Step;
use crate::files::replace;
use crate::nginx::server::{Configured, Moment, Server};
use crate::policy::refusal::{At, Refusal, WarningCode};

/// Brings the host to what `options` say, or as far as it goes.
pub(crate) fn run(options: &Options) -> ApplyOutcome {
    let is_root = rustix::process::geteuid().is_root();
    let mut pipeline = Pipeline {
        options,
        nginx: Nginx::find(options, is_root),
        outcome: ApplyOutcome::default(),
        tested: Tested::Unasked,
        has_new_logins: false,
    };
    let refusal = pipeline.steps(is_root).err();
    pipeline.outcome.refusals.extend(refusal);
    pipeline.outcome
}

/// One run, as far as it has come.
struct Pipeline<'a> {
    options: &'a Options,
    nginx: Nginx<'a>,
    outcome: ApplyOutcome,
    /// What nginx said of its configuration as it is on disk now.
    tested: Tested,
    /// The htpasswd file says something else than before.
    has_new_logins: bool,
}

impl Pipeline<'_> {
    fn steps(&mut self, is_root: bool) -> Result<(), Refusal> {
        self.warn_unless_nginx_is_asked(is_root)?;
        let own = rustix::process::geteuid().as_raw();
        let (targets, _locks) = target::open_both(self.options, own)?;
        let looked = self.read_configuration(&targets.0, &targets.1);
        let group = self.group(is_root, self.configured(looked.as_ref()));
        let owners = Owners { is_root, group: self.find_group(is_root, group)? };
        let mut plan = plan::plan(self.options, owners, targets)?;
        self.outcome.bcrypt_cost = plan.bcrypt_cost;
        self.outcome.warnings.append(&mut plan.warnings);
        self.look_at_folders(&plan, own)?;
        self.refuse_outside_of_locations(&plan)?;
        self.spare_what_others_use(&mut plan, looked.as_ref())?;
        if self.options.check_mode {
            self.preview(&plan, looked.as_ref())?;
            return refuse_exchanged_folders(&plan);
        }
        clear_what_was_left(&plan)?;
        match self.options.presence {
            Presence::Absent => self.remove_both(&plan, owners)?,
            Presence::Present if self.options.asks_for_login() => self.let_logins_in(&plan, owners)?,
            Presence::Present => self.drop_logins(&plan, owners)?,
        }
        refuse_exchanged_folders(&plan)
    }

    /// Asks nginx before anything is touched: the group of its workers decides
    /// who reads a file. Check mode only looks, and so does all else where nginx
    /// rejects what it reads, or where there is nothing to remove.
    fn read_configuration(&mut self, htpasswd: &Target, include: &Target) -> Option<Configured> {
        let is_present = self.options.presence == Presence::Present;
        if is_present && !self.options.check_mode {
            self.tested = self.nginx.test();
        }
        let is_needed = is_present || !htpasswd.is_absent();
        let needs_a_look = is_needed && !matches!(self.tested, Tested::Passed(_));
        let path = &self.options.include_path;
        // As if it were there: a vhost may include it before it is.
        let with_include = |server: &Server| {
            if include.is_absent() { server.look_with(path, b"") } else { server.look() }
        };
        self.nginx.server().filter(|_| needs_a_look).and_then(with_include)
    }

    /// What was read last: by nginx, or by a look.
    fn configured<'c>(&'c self, looked: Option<&'c Configured>) -> Option<&'c Configured> {
        match &self.tested {
            Tested::Passed(configured) => Some(configured),
            Tested::Unasked | Tested::Failed(_) => looked,
        }
    }

    fn warn_unless_nginx_is_asked(&mut self, is_root: bool) -> Result<(), Refusal> {
        if self.options.nginx.is_some() && !is_root {
            let statement = "this does not run as root, so nginx was neither tested nor reloaded, and the files stay with who \
                             runs this; run the task with become, or see to all of it yourself";
            self.outcome.warnings.push(Notice::new(WarningCode::NginxNotAsked, statement, At::Nowhere));
            return Ok(());
        }
        if self.nginx.is_missing() {
            self.refuse_unless_checking(nginx::messages::missing(self.options))?;
        }
        Ok(())
    }

    /// Only basic has a file that a worker must read; only root can give it away.
    fn find_group(&mut self, is_root: bool, number: Option<u32>) -> Result<Option<u32>, Refusal> {
        if number.is_none() && self.options.asks_for_login() && is_root {
            self.refuse_unless_checking(group::not_found())?;
        }
        Ok(number)
    }

    fn group(&self, is_root: bool, configured: Option<&Configured>) -> Option<u32> {
        let is_needed = self.options.asks_for_login() && is_root;
        let named = self.options.group.as_deref();
        if is_needed { group::number(named, self.nginx.server(), configured) } else { None }
    }

    /// In check mode the play may still bring what is missing.
    fn refuse_unless_checking(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        if self.options.check_mode {
            self.outcome.warnings.push(refusal.into());
            return Ok(());
        }
        Err(refusal)
    }

    fn look_at_folders(&mut self, plan: &Plan, own: u32) -> Result<(), Refusal> {
        for change in [&plan.htpasswd, &plan.include] {
            match change.folder_state(own) {
                FolderState::Fine => {}
                FolderState::Missing(refusal) => self.refuse_unless_checking(refusal)?,
                FolderState::WritableByOthers(warning) => self.outcome.warnings.push(warning),
            }
        }
        Ok(())
    }

    /// Check mode: what would be done, in that order.
    fn preview(&mut self, plan: &Plan, looked: Option<&Configured>) -> Result<(), Refusal> {
        let is_present = self.options.presence == Presence::Present;
        let (first, second) = if is_present && !self.options.asks_for_login() {
            (&plan.include, &plan.htpasswd)
        } else {
            (&plan.htpasswd, &plan.include)
        };
        self.outcome.diff.extend(first.diff());
        self.outcome.diff.extend(second.diff());
        self.outcome.changed = !self.outcome.diff.is_empty();
        if plan.include.step == Step::Keep && is_present {
            // What is not whole may be repaired by the play.
            if let Some(configured) = looked.filter(|found| found.understood().is_some()) {
                self.report_on(configured);
            }
        }
        let is_owed = is_present && self.would_owe_reload(&plan.include, looked)?;
        self.outcome.changed |= is_owed;
        self.outcome.reload_owed = is_owed && !self.options.reload;
        Ok(())
    }

    fn would_owe_reload(&self, include: &Change, looked: Option<&Configured>) -> Result<bool, Refusal> {
        let change = match (include.step, include.target.content()) {
            (Step::Keep, Some(old)) => Moment::from_ctime(old.changed.0, old.changed.1),
            _ => Moment::now(),
        };
        let change = self.nginx.last_change(change, looked);
        Ok(self.nginx.owed(include, change)? == Owed::Reload)
    }

    fn let_logins_in(&mut self, plan: &Plan, owners: Owners) -> Result<(), Refusal> {
        let before = self.nginx.before(&self.tested, &plan.include)?;
        self.keep_backup(plan, owners)?;
        self.carry_out(&plan.htpasswd)?;
        let change = self.change_include(&plan.include, before)?;
        self.settle(&plan.include, change)
    }

    fn drop_logins(&mut self, plan: &Plan, owners: Owners) -> Result<(), Refusal> {
        let before = self.nginx.before(&self.tested, &plan.include)?;
        self.keep_backup(plan, owners)?;
        let change = self.change_include(&plan.include, before)?;
        self.settle(&plan.include, change)?;
        if plan.htpasswd.step == Step::Keep {
            return Ok(());
        }
        if self.outcome.reload_owed || !self.nginx.are_old_workers_gone(change)? {
            let file = &plan.htpasswd.target.file;
            let statement = format!(
                "{file} stays for now, since nginx workers from before the change still read it; \
                 run it again once nginx has been reloaded and they have ended"
            );
            let notice = Notice::new(WarningCode::OldWorkersRemain, statement, file.path.as_path());
            self.outcome.warnings.push(notice);
            return Ok(());
        }
        self.carry_out(&plan.htpasswd)?;
        Ok(())
    }

    /// The include goes last: as long as it is there, both are known to be ours.
    fn remove_both(&mut self, plan: &Plan, owners: Owners) -> Result<(), Refusal> {
        if plan.htpasswd.step == Step::Keep && plan.include.step == Step::Keep {
            return Ok(());
        }
        self.nginx.refuse_while_included()?;
        self.keep_backup(plan, owners)?;
        self.carry_out(&plan.htpasswd)?;
        self.carry_out(&plan.include)?;
        Ok(())
    }

    fn keep_backup(&mut self, plan: &Plan, owners: Owners) -> Result<(), Refusal> {
        if let Some(backup) = backup::keep(plan, owners.private())? {
            self.outcome.changed |= backup.made.is_some();
            self.outcome.backup_file = backup.made;
            self.outcome.warnings.push(backup.warning);
        }
        Ok(())
    }

    /// Brings one file to what it should be; answers when it changed.
    fn carry_out(&mut self, change: &Change) -> Result<Option<(i64, i64)>, Refusal> {
        let done = change.carry_out();
        let has_changed = match &done {
            Ok(_) => change.step != Step::Keep,
            Err(WriteError::Unchanged(_)) => false,
            Err(WriteError::ModeNotSet(_) | WriteError::NotFlushed(_)) => true,
        };
        let target = &change.target;
        if has_changed {
            self.outcome.changed = true;
            self.outcome.diff.extend(change.diff());
            self.has_new_logins |= target.file.role == Role::Htpasswd && change.step == Step::Replace;
        }
        let so_far = self.so_far();
        done.map_err(|error| {
            messages::not_written(&target.file, target.is_absent(), change.step, &error, so_far)
        })
    }

    /// Brings the include to what it should be and asks nginx of it. Answers
    /// when it changed.
    fn change_include(&mut self, include: &Change, before: Before) -> Result<Moment, Refusal> {
        let (had_changed, shown) = (self.outcome.changed, self.outcome.diff.len());
        let (seconds, nanoseconds) = self.carry_out(include)?.unwrap_or_default();
        let moment = Moment::from_ctime(seconds, nanoseconds);
        match self.nginx.test_include(include, before, self.so_far())? {
            IncludeTest::Untested => {}
            IncludeTest::Passed(configured) => self.tested = Tested::Passed(configured),
            IncludeTest::Failed { is_put_back, severity, refusal } => {
                self.tested = Tested::Unasked;
                if is_put_back {
                    self.outcome.changed = had_changed;
                    self.outcome.diff.truncate(shown);
                }
                match severity {
                    Severity::Warning => self.outcome.warnings.push(refusal.into()),
                    Severity::ReloadOwed => {
                        self.outcome.reload_owed = true;
                        return Err(refusal);
                    }
                    Severity::Refusal => return Err(refusal),
                }
            }
        }
        Ok(moment)
    }

    /// Does a reload that is owed, or reports it.
    fn settle(&mut self, include: &Change, change: Moment) -> Result<(), Refusal> {
        let tested = self.test_once();
        let change = self.nginx.last_change(change, self.configured(None));
        match self.nginx.owed(include, change)? {
            Owed::Nothing => self.warn_of_old_workers(include, self.nginx.has_leaving(change)?),
            Owed::Unseen => self.warn_unseen(false),
            Owed::AnotherMainFile(main) => {
                let is_new = include.step == Step::Replace;
                (self.outcome.changed, self.outcome.reload_owed) = (self.outcome.changed || is_new, is_new);
                self.outcome.warnings.push(nginx::messages::another_main_file(self.options, &main).into());
            }
            Owed::UnseenChange => self.settle_unseen(change),
            Owed::Reload => {
                self.outcome.changed = true;
                self.outcome.reload_owed = true;
                if self.options.reload {
                    tested?;
                    self.nginx.reload(change)?;
                    (self.outcome.reload_owed, self.outcome.reloaded) = (false, true);
                    let is_waited_for = nginx::may_tighten(include);
                    let remain = is_waited_for && !self.nginx.have_open_workers_gone(change)?;
                    self.warn_of_old_workers(include, remain);
                }
            }
        }
        self.report();
        Ok(())
    }

    /// The command goes through the same program. Where it is refused, none runs
    /// that it could have reached; where it is left to a handler, nobody knows.
    fn settle_unseen(&mut self, change: Moment) {
        let is_hidden = self.nginx.server().is_some_and(Server::is_hidden);
        let is_reached = self.options.reload && self.nginx.reload_unseen(change);
        if is_reached || is_hidden || !self.options.reload {
            (self.outcome.changed, self.outcome.reload_owed) = (true, true);
            self.warn_unseen(is_reached);
        }
    }

    /// Asks nginx unless it was asked since the last write to what it reads.
    /// nginx itself refuses in silence to reload a configuration that does not pass.
    fn test_once(&mut self) -> Result<(), Refusal> {
        if matches!(self.tested, Tested::Unasked) {
            self.tested = self.nginx.test();
        }
        match &self.tested {
            Tested::Unasked | Tested::Passed(_) => Ok(()),
            Tested::Failed(error) => {
                let stays = "both files are as they should be, and its workers do not know of it yet";
                Err(self.nginx.refusal(error, stays))
            }
        }
    }

    /// What a message adds to the state of the include.
    fn so_far(&self) -> &'static str {
        if self.has_new_logins { ", and the htpasswd file is already the new one" } else { "" }
    }
}

/// All was done by the folders' descriptors; nginx goes by their paths, which may lead elsewhere by now.
fn refuse_exchanged_folders(plan: &Plan) -> Result<(), Refusal> {
    let targets = [&plan.htpasswd.target, &plan.include.target];
    let is_elsewhere =
        |target: &&&Target| target.place.as_ref().is_some_and(|place| !place.is_where_it_was());
    match targets.iter().find(is_elsewhere) {
        Some(target) => Err(messages::folder_exchanged(&target.file)),
        None => Ok(()),
    }
}

/// Clears the temporary files of a killed run.
fn clear_what_was_left(plan: &Plan) -> Result<(), Refusal> {
    for Change { target, .. } in [&plan.htpasswd, &plan.include] {
        let Some(place) = &target.place else { continue };
        replace::clear(place).map_err(|error| {
            let error = WriteError::Unchanged(error);
            messages::not_written(&target.file, target.is_absent(), Step::Replace, &error, "")
        })?;
    }
    Ok(())
}
