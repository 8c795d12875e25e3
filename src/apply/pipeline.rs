//! The order of all that is done; nothing else writes the outcome.
//!
//! Basic: htpasswd, include, test, reload. Open and shut: include, test, reload,
//! the old workers' end, htpasswd away: earlier, valid logins would get 403, and
//! an agent drops its samples on 403. Interrupted anywhere, the endpoint is not
//! more open than before, and the next run finishes it.

use super::change::{Change, FolderState};
use super::named_file::Role;
use super::nginx::{self, Before, IncludeTest, Nginx, Severity};
use super::options::{Options, Presence};
use super::outcome::ApplyOutcome;
use super::plan::{self, Owners, Plan};
use super::{backup, group, messages, target};
use crate::files::error::WriteError;
use crate::files::plan::Step;
use crate::files::replace;
use crate::nginx::server::Moment;
use crate::policy::refusal::Refusal;

/// Brings the host to what `options` say, or as far as it goes.
pub(crate) fn run(options: &Options) -> ApplyOutcome {
    let is_root = rustix::process::geteuid().is_root();
    let mut pipeline = Pipeline {
        options,
        nginx: Nginx::find(options, is_root),
        outcome: ApplyOutcome::default(),
        is_tested: false,
        has_new_logins: false,
    };
    pipeline.outcome.refusal = pipeline.steps(is_root).err();
    pipeline.outcome
}

/// One run, as far as it has come.
struct Pipeline<'a> {
    options: &'a Options,
    nginx: Nginx<'a>,
    outcome: ApplyOutcome,
    /// nginx takes its configuration as it is on disk now.
    is_tested: bool,
    /// The htpasswd file says something else than before.
    has_new_logins: bool,
}

impl Pipeline<'_> {
    fn steps(&mut self, is_root: bool) -> Result<(), Refusal> {
        self.warn_unless_nginx_is_asked(is_root)?;
        let owners = Owners { is_root, group: self.find_group(is_root)? };
        let own = rustix::process::geteuid().as_raw();
        let targets = target::open_both(self.options, own)?;
        let mut plan = plan::plan(self.options, owners, targets)?;
        self.outcome.bcrypt_cost = plan.bcrypt_cost;
        self.outcome.warnings.append(&mut plan.warnings);
        self.look_at_folders(&plan, own)?;
        if self.options.check_mode {
            return self.preview(&plan);
        }
        clear_what_was_left(&plan)?;
        match self.options.presence {
            Presence::Absent => self.remove_both(&plan, owners),
            Presence::Present if self.options.asks_for_login() => self.let_logins_in(&plan, owners),
            Presence::Present => self.drop_logins(&plan, owners),
        }
    }

    fn warn_unless_nginx_is_asked(&mut self, is_root: bool) -> Result<(), Refusal> {
        if self.options.nginx.is_some() && !is_root {
            let warning = "this does not run as root, so nginx was neither tested nor reloaded, and the files stay with who \
                           runs this; run the task with become, or see to all of it yourself";
            self.outcome.warnings.push(warning.to_owned());
            return Ok(());
        }
        if self.nginx.is_missing() {
            self.refuse_unless_checking(nginx::messages::missing(self.options))?;
        }
        Ok(())
    }

    /// Only basic has a file that a worker must read; only root can give it away.
    fn find_group(&mut self, is_root: bool) -> Result<Option<u32>, Refusal> {
        if !self.options.asks_for_login() || !is_root {
            return Ok(None);
        }
        let number = group::number_of(&self.options.group);
        if number.is_none() {
            self.refuse_unless_checking(group::not_found())?;
        }
        Ok(number)
    }

    /// In check mode the play may still bring what is missing.
    fn refuse_unless_checking(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        if self.options.check_mode {
            self.outcome.warnings.push(refusal.message);
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
    fn preview(&mut self, plan: &Plan) -> Result<(), Refusal> {
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
            let is_included = self.nginx.looks_included();
            self.warn_unless_included(is_included.unwrap_or(true));
        }
        let is_owed = is_present && self.would_owe_reload(&plan.include)?;
        self.outcome.changed |= is_owed;
        self.outcome.reload_owed = is_owed && !self.options.reload;
        Ok(())
    }

    fn would_owe_reload(&self, include: &Change) -> Result<bool, Refusal> {
        let change = match (include.step, include.target.content()) {
            (Step::Keep, Some(old)) => Moment::from_ctime(old.changed.0, old.changed.1),
            _ => Moment::now(),
        };
        self.nginx.owes_reload(include, change)
    }

    fn let_logins_in(&mut self, plan: &Plan, owners: Owners) -> Result<(), Refusal> {
        let before = self.nginx.test_before(&plan.include)?;
        self.keep_backup(plan, owners)?;
        self.carry_out(&plan.htpasswd)?;
        let change = self.change_include(&plan.include, before)?;
        self.settle(&plan.include, change)
    }

    fn drop_logins(&mut self, plan: &Plan, owners: Owners) -> Result<(), Refusal> {
        let before = self.nginx.test_before(&plan.include)?;
        self.keep_backup(plan, owners)?;
        let change = self.change_include(&plan.include, before)?;
        self.settle(&plan.include, change)?;
        if plan.htpasswd.step == Step::Keep {
            return Ok(());
        }
        if self.outcome.reload_owed || !self.nginx.are_old_workers_gone(change)? {
            self.outcome.warnings.push(format!(
                "{} stays for now, since nginx workers from before the change still read it; \
                 run it again once nginx has been reloaded and they have ended",
                plan.htpasswd.target.file
            ));
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
            self.outcome.changed |= backup.is_new;
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
            IncludeTest::Passed { is_included } => {
                self.is_tested = true;
                self.warn_unless_included(is_included);
            }
            IncludeTest::Failed { is_put_back, severity, refusal } => {
                if is_put_back {
                    self.outcome.changed = had_changed;
                    self.outcome.diff.truncate(shown);
                }
                match severity {
                    Severity::Warning => self.outcome.warnings.push(refusal.message),
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
        if !self.nginx.owes_reload(include, change)? {
            return Ok(());
        }
        self.outcome.changed = true;
        self.outcome.reload_owed = true;
        if self.options.reload {
            tested?;
            self.nginx.reload(change)?;
            self.outcome.reload_owed = false;
        }
        Ok(())
    }

    /// Asks nginx unless it was asked since the last write: each run reports
    /// whether anything includes the file.
    fn test_once(&mut self) -> Result<(), Refusal> {
        if self.is_tested {
            return Ok(());
        }
        if let Some(is_included) = self.nginx.test()? {
            self.is_tested = true;
            self.warn_unless_included(is_included);
        }
        Ok(())
    }

    fn warn_unless_included(&mut self, is_included: bool) {
        if !is_included {
            self.outcome.warnings.push(format!(
                "nginx includes {} nowhere, so it guards nothing yet; include it in the guarded location \
                 [include-not-used]",
                self.options.include_path.display()
            ));
        }
    }

    /// What a message adds to the state of the include.
    fn so_far(&self) -> &'static str {
        if self.has_new_logins { ", and the htpasswd file is already the new one" } else { "" }
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
