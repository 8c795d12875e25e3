//! `check` and Helm itself give the same verdict, with the law as the chart's
//! schema, and values about which Helm's versions disagree are named.
//!
//! The judge is Helm itself (`tests/helm`), in four versions. `CASES` says how
//! many cases of each sort are made up (200 by default), `SEED` where to begin.
//! A case that Helm answers differently from run to run is counted apart.
//!
//! needs: go

#[path = "values_as_helm/case.rs"]
#[allow(dead_code)]
mod case;
#[path = "yaml_as_helm/chance.rs"]
mod chance;
#[path = "check_as_helm/compare.rs"]
mod compare;
#[path = "helm/judge.rs"]
mod judge;
#[path = "check_as_helm/made_up.rs"]
mod made_up;

use chance::{Chance, number};
use made_up::Made;

fn agrees_on(sort: &str, make: fn(&mut Chance) -> Made) {
    let (cases, seed) = (number("CASES", 200), number("SEED", 1));
    let cases: Vec<Made> = (0..cases).map(|case| make(&mut Chance::of(seed, case))).collect();
    compare::all(sort, &cases);
}

#[test]
fn values_without_a_chart_are_judged_as_helm_judges_them_on_trentos() {
    agrees_on("plain", made_up::plain);
}

#[test]
fn charts_are_judged_as_helm_judges_them() {
    agrees_on("charts", made_up::chart);
}

#[test]
fn upgrades_are_judged_as_helm_judges_them() {
    agrees_on("upgrades", made_up::upgrade);
}

#[test]
fn what_helm_was_found_to_judge_otherwise_is_judged_like_it() {
    compare::all("stored", &made_up::stored());
}
