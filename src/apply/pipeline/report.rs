//! What a run refuses or warns of after a look at nginx' configuration.

use super::Pipeline;
use crate::apply::change::Change;
use crate::apply::endpoints::Endpoints;
use crate::apply::nginx::{self, Tested};
use crate::apply::options::Presence;
use crate::apply::outcome::Notice;
use crate::apply::plan::Plan;
use crate::apply::{endpoints, group, shared};
use crate::files::plan::Step;
use crate::nginx::server::{Configured, is_file};
use crate::policy::refusal::{Code, Refusal};

impl Pipeline<'_> {
    /// Where a pattern of nginx' takes the include in outside of a location, it
    /// would guard nothing for certain, or be rejected.
    pub(super) fn refuse_outside_of_locations(&self, plan: &Plan) -> Result<(), Refusal> {
        let (Step::Replace, Some(desired)) = (plan.include.step, &plan.include.desired) else {
            return Ok(());
        };
        let path = &self.options.include_path;
        let with = self.nginx.server().and_then(|server| server.look_with(path, &desired.bytes));
        let includes = with.as_ref().and_then(Configured::understood);
        let includes = includes.map(|found| found.includes(&is_file(path)));
        let includes = includes.unwrap_or_default();
        let by_pattern = endpoints::outside(&includes).find(|include| include.by_pattern);
        by_pattern.map_or(Ok(()), |include| Err(endpoints::outside_location(include, path)))
    }

    /// An htpasswd file that nginx uses elsewhere stays.
    pub(super) fn spare_what_others_use(
        &mut self,
        plan: &mut Plan,
        looked: Option<&Configured>,
    ) -> Result<(), Refusal> {
        if plan.htpasswd.step != Step::Remove {
            return Ok(());
        }
        let configured = self.configured(looked);
        let Some(user) = shared::user(configured, self.options, &plan.htpasswd.target) else { return Ok(()) };
        let is_refused = self.options.presence == Presence::Absent;
        let refusal = shared::in_use(&self.options.htpasswd_path, user, is_refused);
        if is_refused {
            return Err(refusal);
        }
        plan.htpasswd.step = Step::Keep;
        plan.needs_backup = false;
        self.outcome.warnings.push(refusal.into());
        Ok(())
    }

    pub(super) fn warn_unseen(&mut self, is_reached: bool) {
        self.outcome.warnings.push(nginx::messages::not_seen(self.options, is_reached).into());
    }

    pub(super) fn warn_of_old_workers(&mut self, include: &Change, remain: bool) {
        if remain && nginx::may_tighten(include) {
            self.outcome.warnings.push(nginx::messages::old_workers_remain());
        }
    }

    /// Each run warns of what would make a verification fail.
    pub(super) fn report(&mut self) {
        let tested = std::mem::replace(&mut self.tested, Tested::Unasked);
        if let Tested::Passed(configured) = &tested {
            self.report_on(configured);
        }
        self.tested = tested;
    }

    pub(super) fn report_on(&mut self, configured: &Configured) {
        let Endpoints { seen, include_used, mut findings } = endpoints::look(configured, self.options);
        (self.outcome.endpoints, self.outcome.include_used) = (seen, include_used);
        let asks = self.options.asks_for_login();
        // Who is to be let in without a login needs no guard, and a receiver that is off none yet.
        findings.retain(|finding| asks || finding.code == Code::IncludeNotUsed);
        if asks {
            let file = &self.options.htpasswd_path;
            let unreadable = |server| group::unreadable(server, configured, file);
            findings.extend(self.nginx.server().and_then(unreadable));
        }
        self.outcome.warnings.extend(findings.into_iter().map(Notice::from));
    }
}
