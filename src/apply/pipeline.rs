//! The order of all that is done, and what is told of it.
//!
//! Basic: htpasswd, include, test, reload. Open and shut: include, test, reload,
//! the old workers' end, htpasswd away: earlier, valid logins would get 403, and
//! an agent drops its samples on 403. Interrupted anywhere, the endpoint is no more
//! open than before, and the next run finishes it.

use super::plan::{self, Owners, Plan};
use super::target::{self, Change, Which};
use super::{Outcome, Request, State, group, messages};
use crate::files::plan::Step;
use crate::files::replace::{self, Unwritten};
use crate::nginx::server::{Moment, Server};
use crate::policy::Access;
use crate::refusal::{Code, OptionPath, Refusal};

/// One run, as far as it has come.
pub(super) struct Pipeline<'a> {
    pub(super) request: &'a Request,
    pub(super) owners: Owners,
    pub(super) outcome: Outcome,
    /// The nginx to ask; `None`: nobody is asked.
    pub(super) server: Option<Server>,
    /// nginx takes its configuration as it is on disk now.
    pub(super) is_tested: bool,
    /// The htpasswd file says something else than before.
    has_new_logins: bool,
}

impl<'a> Pipeline<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        let is_root = rustix::process::geteuid().is_root();
        Self {
            request,
            owners: Owners { is_root, group: None },
            outcome: Outcome::default(),
            server: None,
            is_tested: false,
            has_new_logins: false,
        }
    }

    /// Runs it to its end, or to what stops it.
    pub(super) fn run(mut self) -> Outcome {
        self.outcome.refusal = self.steps().err();
        self.outcome
    }

    fn steps(&mut self) -> Result<(), Refusal> {
        self.find_server()?;
        self.find_group()?;
        let own = rustix::process::geteuid().as_raw();
        let targets = target::open_both(self.request, own)?;
        let mut plan = plan::plan(self.request, self.owners, targets)?;
        self.outcome.bcrypt_cost = plan.bcrypt_cost;
        self.outcome.warnings.append(&mut plan.warnings);
        self.see_to_folders(&plan, own)?;
        if self.request.check_mode {
            return self.tell(&plan);
        }
        clear_what_was_left(&plan)?;
        match (self.request.state, &self.request.access) {
            (State::Absent, _) => self.remove_both(&plan),
            (State::Present, Access::Basic(_) | Access::BasicInSecret(_)) => self.let_logins_in(&plan),
            (State::Present, Access::Open | Access::ReceiverOff) => self.drop_logins(&plan),
        }
    }

    /// nginx tests as root alone: as anybody else it cannot open its logs and
    /// keys, and says that it rejects them.
    fn find_server(&mut self) -> Result<(), Refusal> {
        let Some(name) = &self.request.nginx else {
            return Ok(());
        };
        if !self.owners.is_root {
            let warning = "this does not run as root, so nginx was neither tested nor reloaded, and the files stay with who \
                           runs this; run the task with become, or see to all of it yourself";
            self.outcome.warnings.push(warning.to_owned());
            return Ok(());
        }
        self.server = Server::find(name);
        // What is to be removed is in nobody's way where there is no nginx.
        if self.server.is_some() || self.request.state == State::Absent {
            return Ok(());
        }
        self.refuse_unless_checking(
            Code::NginxNotFound,
            "the nginx program is not there, so nobody can test its configuration, and nothing was touched; install it \
             first, write its path, or an empty text for neither test nor reload",
            "nginx",
        )
    }

    /// Only basic has a file that a worker must read; only root can give it away.
    fn find_group(&mut self) -> Result<(), Refusal> {
        let is_basic = matches!(self.request.access, Access::Basic(_) | Access::BasicInSecret(_));
        if !is_basic || self.request.state == State::Absent || !self.owners.is_root {
            return Ok(());
        }
        self.owners.group = group::number_of(&self.request.group);
        if self.owners.group.is_some() {
            return Ok(());
        }
        self.refuse_unless_checking(
            Code::GroupNotFound,
            "the group whose member reads the htpasswd file is known neither to /etc/group nor to getent; \
             install what makes it first, or write the group that nginx workers run as",
            "group",
        )
    }

    /// In check mode the play may still bring what is missing.
    fn refuse_unless_checking(&mut self, code: Code, sentence: &str, option: &str) -> Result<(), Refusal> {
        let refusal = Refusal::new(code, sentence, OptionPath::new(option));
        if self.request.check_mode {
            self.outcome.warnings.push(refusal.message);
            return Ok(());
        }
        Err(refusal)
    }

    fn see_to_folders(&mut self, plan: &Plan, own: u32) -> Result<(), Refusal> {
        for change in [&plan.htpasswd, &plan.include] {
            match &change.target.place {
                None if change.step == Step::Keep => {}
                None => {
                    let missing = crate::files::Unread::FolderNotFound;
                    let refusal = messages::unread(change.target.which, &change.target.path, &missing);
                    if !self.request.check_mode {
                        return Err(refusal);
                    }
                    self.outcome.warnings.push(refusal.message);
                }
                Some(place) if place.is_writable_by_others(own) => {
                    let file = change.target.path.display();
                    let which = change.target.which;
                    self.outcome.warnings.push(format!(
                        "others than root may exchange files in the folder of {which} {file}, and so let anybody in; \
                         take their write permission away"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Check mode: what would be done, in that order.
    fn tell(&mut self, plan: &Plan) -> Result<(), Refusal> {
        let (first, second) = match (self.request.state, &self.request.access) {
            (State::Present, Access::Open | Access::ReceiverOff) => (&plan.include, &plan.htpasswd),
            (State::Absent, _) | (State::Present, Access::Basic(_) | Access::BasicInSecret(_)) => {
                (&plan.htpasswd, &plan.include)
            }
        };
        self.outcome.diff.extend(first.diff());
        self.outcome.diff.extend(second.diff());
        self.outcome.changed = !self.outcome.diff.is_empty();
        if plan.include.step == Step::Keep && self.request.state == State::Present {
            self.warn_unless_seen();
        }
        let is_owed = self.request.state == State::Present && self.would_owe_reload(&plan.include)?;
        self.outcome.changed |= is_owed;
        self.outcome.reload_owed = is_owed && !self.request.reload;
        Ok(())
    }

    fn would_owe_reload(&self, include: &Change) -> Result<bool, Refusal> {
        match (include.step, include.target.content()) {
            (Step::Keep, Some(old)) => {
                self.owes_reload(include, Moment::of_change(old.changed.0, old.changed.1))
            }
            _ => self.owes_reload(include, Moment::now()),
        }
    }

    fn let_logins_in(&mut self, plan: &Plan) -> Result<(), Refusal> {
        let before = self.test_before(&plan.include)?;
        self.keep_aside(plan)?;
        self.carry_out(&plan.htpasswd)?;
        let change = self.change_include(&plan.include, before)?;
        self.settle(&plan.include, change)
    }

    fn drop_logins(&mut self, plan: &Plan) -> Result<(), Refusal> {
        let before = self.test_before(&plan.include)?;
        self.keep_aside(plan)?;
        let change = self.change_include(&plan.include, before)?;
        self.settle(&plan.include, change)?;
        if plan.htpasswd.step == Step::Keep {
            return Ok(());
        }
        if self.outcome.reload_owed || !self.are_old_workers_gone(change)? {
            self.outcome.warnings.push(format!(
                "the htpasswd file {} stays for now, since nginx workers from before the change still read it; \
                 run it again once nginx has been reloaded and they have ended",
                plan.htpasswd.target.path.display()
            ));
            return Ok(());
        }
        self.carry_out(&plan.htpasswd)?;
        Ok(())
    }

    /// The include goes last: as long as it is there, both are known to be ours.
    fn remove_both(&mut self, plan: &Plan) -> Result<(), Refusal> {
        if plan.htpasswd.step == Step::Keep && plan.include.step == Step::Keep {
            return Ok(());
        }
        self.refuse_while_included()?;
        self.keep_aside(plan)?;
        self.carry_out(&plan.htpasswd)?;
        self.carry_out(&plan.include)?;
        Ok(())
    }

    /// Brings one file to what it should be; answers when it changed.
    pub(super) fn carry_out(&mut self, change: &Change) -> Result<Option<(i64, i64)>, Refusal> {
        let done = change.carry_out();
        let has_changed = match &done {
            Ok(_) => change.step != Step::Keep,
            Err(Unwritten::Unchanged(_)) => false,
            Err(Unwritten::HalfMended(_) | Unwritten::NotFlushed(_)) => true,
        };
        if has_changed {
            self.outcome.changed = true;
            self.outcome.diff.extend(change.diff());
            self.has_new_logins |= change.target.which == Which::Htpasswd && change.step == Step::Replace;
        }
        let so_far = self.so_far();
        done.map_err(|unwritten| messages::unwritten(&change.target, change.step, &unwritten, so_far))
    }

    /// What a sentence adds to the state of the include.
    pub(super) fn so_far(&self) -> &'static str {
        if self.has_new_logins { ", and the htpasswd file is already the new one" } else { "" }
    }
}

/// Clears the temporary files of a killed run.
fn clear_what_was_left(plan: &Plan) -> Result<(), Refusal> {
    for Change { target, .. } in [&plan.htpasswd, &plan.include] {
        let Some(place) = &target.place else { continue };
        replace::clear(place)
            .map_err(|error| messages::unwritten(target, Step::Replace, &Unwritten::Unchanged(error), ""))?;
    }
    Ok(())
}
