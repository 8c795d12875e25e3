//! What the reading says beside what a running nginx does.

use crate::world::{Ask, Files, Seen, World, request};
use nginx_configuration::{Access, Configuration, Outcome};

/// How the requests of some configurations went.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub configurations: usize,
    pub refused: usize,
    pub refusals: Vec<String>,
    pub passed: usize,
    pub asked: usize,
    pub shut: usize,
    pub not_judged: usize,
    pub statuses: usize,
    pub differences: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.configurations += other.configurations;
        self.refused += other.refused;
        self.refusals.extend(other.refusals);
        self.passed += other.passed;
        self.asked += other.asked;
        self.shut += other.shut;
        self.not_judged += other.not_judged;
        self.statuses += other.statuses;
        self.differences.extend(other.differences);
    }

    pub(crate) fn requests(&self) -> usize {
        self.passed + self.asked + self.shut + self.not_judged
    }

    /// Serves one configuration and asks each of these.
    pub(crate) fn serve(&mut self, world: &World, files: &Files, asks: &[Ask], title: &str) {
        world.write(files);
        self.configurations += 1;
        let Some(served) = world.start() else {
            self.refused += 1;
            self.refusals.push(world.last_error());
            return;
        };
        let configuration = world.read();
        for ask in asks {
            let outcome = configuration.outcome(&request(world, ask));
            let seen = served.ask(ask);
            self.count(&outcome);
            if let Some(why) = difference(world, &configuration, ask, &outcome, seen) {
                self.differences
                    .push(format!("{title}: {why}\n  {ask:?}\n  said {outcome:?}\n  seen {seen:?}"));
            }
        }
    }

    fn count(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Passes { .. } => &mut self.passed,
            Outcome::AsksLogin { .. } => &mut self.asked,
            Outcome::Shut { .. } => &mut self.shut,
            Outcome::NotJudged(_) => &mut self.not_judged,
        } += 1;
        let known = matches!(
            outcome,
            Outcome::AsksLogin { status: Some(_), .. } | Outcome::Shut { status: Some(_), .. }
        );
        self.statuses += usize::from(known);
    }
}

fn difference(
    world: &World,
    configuration: &Configuration,
    ask: &Ask,
    outcome: &Outcome,
    seen: Seen,
) -> Option<&'static str> {
    let right = match outcome {
        Outcome::Passes { .. } => seen == Seen::Reached,
        Outcome::AsksLogin { status: Some(_), .. } => seen == Seen::Asked,
        Outcome::AsksLogin { status: None, .. } | Outcome::Shut { status: None, .. } => seen != Seen::Reached,
        Outcome::Shut { status: Some(status), .. } => seen == Seen::Answered(*status),
        Outcome::NotJudged(_) => true,
    };
    if !right {
        return Some("the request went another way");
    }
    // Locations are listed for a write.
    if seen != Seen::Reached || ask.method != "POST" || became_get(outcome) {
        return None;
    }
    let open = |access: &Access| matches!(access, Access::Open { .. } | Access::NotJudged { .. });
    let endpoints = configuration.endpoints(&[world.receiver()]);
    let listed = endpoints.iter().any(|endpoint| {
        let is_it = !matches!(outcome, Outcome::Passes { location, .. } if *location != endpoint.place);
        is_it && open(&endpoint.access)
    });
    (!listed).then_some("the location that it reached is not listed as open")
}

/// Which is not a write any more.
fn became_get(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Passes { method, .. } if method != "POST")
}
