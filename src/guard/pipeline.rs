//! The order of all that is done, and what is told of it.
//!
//! Basic: htpasswd, include, test, reload. Open and shut: include, test, reload,
//! the old workers' end, htpasswd away: earlier, valid logins would get 403, and
//! an agent drops its samples on 403. Interrupted anywhere, the door is no more
//! open than before, and the next run finishes it.

use super::plan::{self, Owners, Plan};
use super::target::{self, Change, Which};
use super::{Outcome, Request, State, group, sentences};
use crate::files::folder::Found;
use crate::files::plan::Step;
use crate::files::replace::{self, Unwritten};
use crate::law::Access;
use crate::refusal::{Code, Refusal};
use std::ffi::OsString;

/// One run, as far as it has come.
pub(super) struct Pipeline<'a> {
    request: &'a Request,
    owners: Owners,
    outcome: Outcome,
}

impl<'a> Pipeline<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        let is_root = rustix::process::geteuid().is_root();
        Self { request, owners: Owners { is_root, group: None }, outcome: Outcome::default() }
    }

    /// Runs it to its end, or to what stops it.
    pub(super) fn run(mut self) -> Outcome {
        self.outcome.refusal = self.steps().err();
        self.outcome
    }

    fn steps(&mut self) -> Result<(), Refusal> {
        self.find_group()?;
        let own = rustix::process::geteuid().as_raw();
        let targets = target::open_both(self.request, own)?;
        let mut plan = plan::plan(self.request, self.owners, targets)?;
        self.outcome.bcrypt_cost = plan.bcrypt_cost;
        self.outcome.warnings.append(&mut plan.warnings);
        self.see_to_folders(&plan, own)?;
        if self.request.check_mode {
            self.tell(&plan);
            return Ok(());
        }
        clear_what_was_left(&plan)?;
        match (self.request.state, &self.request.access) {
            (State::Absent, _) => self.remove_both(&plan),
            (State::Present, Access::Basic(_) | Access::BasicInSecret(_)) => self.let_logins_in(&plan),
            (State::Present, Access::Open | Access::ReceiverOff) => self.drop_logins(&plan),
        }
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
    fn refuse_unless_checking(&mut self, code: Code, sentence: &str, place: &str) -> Result<(), Refusal> {
        let refusal = Refusal::new(code, sentence, place);
        if self.request.check_mode {
            self.outcome.warnings.push(refusal.msg);
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
                    let refusal = sentences::unread(change.target.which, &change.target.path, &missing);
                    if !self.request.check_mode {
                        return Err(refusal);
                    }
                    self.outcome.warnings.push(refusal.msg);
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

    /// Check mode: what would be done.
    fn tell(&mut self, plan: &Plan) {
        self.outcome.diff.extend(plan.htpasswd.diff());
        self.outcome.diff.extend(plan.include.diff());
        self.outcome.changed = !self.outcome.diff.is_empty();
    }

    fn let_logins_in(&mut self, plan: &Plan) -> Result<(), Refusal> {
        self.keep_aside(plan)?;
        self.carry_out(&plan.htpasswd)?;
        self.carry_out(&plan.include)?;
        Ok(())
    }

    fn drop_logins(&mut self, plan: &Plan) -> Result<(), Refusal> {
        self.carry_out(&plan.include)?;
        self.keep_aside(plan)?;
        self.carry_out(&plan.htpasswd)?;
        Ok(())
    }

    /// The include goes last: as long as it is there, both are known to be ours.
    fn remove_both(&mut self, plan: &Plan) -> Result<(), Refusal> {
        self.keep_aside(plan)?;
        self.carry_out(&plan.htpasswd)?;
        self.carry_out(&plan.include)?;
        Ok(())
    }

    /// Brings one file to what it should be; answers when it changed.
    fn carry_out(&mut self, change: &Change) -> Result<Option<(i64, i64)>, Refusal> {
        let done = change.carry_out();
        let has_changed = match &done {
            Ok(_) => change.step != Step::Keep,
            Err(Unwritten::Unchanged(_)) => false,
            Err(Unwritten::HalfMended(_) | Unwritten::NotFlushed(_)) => true,
        };
        if has_changed {
            self.outcome.changed = true;
            self.outcome.diff.extend(change.diff());
        }
        done.map_err(|unwritten| sentences::unwritten(&change.target, change.step, &unwritten))
    }

    /// Keeps a copy of an htpasswd file that this tool has not written. An
    /// earlier copy is never replaced: after a killed run, what stands in the
    /// file's place is ours already.
    fn keep_aside(&mut self, plan: &Plan) -> Result<(), Refusal> {
        let target = &plan.htpasswd.target;
        let (true, Some(place), Found::File(old)) = (plan.is_take_over, &target.place, &target.found) else {
            return Ok(());
        };
        let mut name = OsString::from(target.path.file_name().unwrap_or_default());
        name.push(".before");
        let copy = target.path.with_file_name(&name);
        let unread = |unread| sentences::unread(Which::Htpasswd, &copy, &unread);
        let beside = place.beside(&name).map_err(unread)?;
        let found = beside.read().map_err(unread)?;
        let shown = copy.display();
        if let Found::File(earlier) = found {
            if earlier.bytes != old.bytes {
                self.outcome.warnings.push(format!(
                    "the htpasswd file {} was not written by this tool and is not kept, since {shown} is there from \
                     an earlier time; move that away once nobody needs it",
                    target.path.display()
                ));
            }
            return Ok(());
        }
        let clear = replace::clear(&beside).map_err(Unwritten::Unchanged);
        let kept = clear.and_then(|()| {
            replace::replace(&beside, &old.bytes, self.owners.private(), old.label.as_deref())
        });
        match kept {
            Ok(_) => {
                self.outcome.changed = true;
                self.outcome.warnings.push(format!(
                    "the htpasswd file was not written by this tool, and a copy is kept in {shown}; remove it once \
                     nobody needs it"
                ));
                Ok(())
            }
            Err(
                Unwritten::Unchanged(error) | Unwritten::HalfMended(error) | Unwritten::NotFlushed(error),
            ) => {
                let sentence = format!(
                    "cannot keep a copy of the htpasswd file in {shown}: {error}, the old one is unchanged; {}",
                    sentences::advice(&error)
                );
                Err(Refusal::new(Code::ReplaceFailed, sentence, shown.to_string()))
            }
        }
    }
}

/// Clears the temporary files of a killed run.
fn clear_what_was_left(plan: &Plan) -> Result<(), Refusal> {
    for Change { target, .. } in [&plan.htpasswd, &plan.include] {
        let Some(place) = &target.place else { continue };
        replace::clear(place)
            .map_err(|error| sentences::unwritten(target, Step::Replace, &Unwritten::Unchanged(error)))?;
    }
    Ok(())
}
