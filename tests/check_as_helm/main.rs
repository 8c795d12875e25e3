//! `check` and Helm itself give the same verdict, with the policy as the chart's
//! schema, and values about which Helm's versions disagree are named.
//!
//! The judge is Helm itself (`crates/helm-values/tests/judge`), in four versions. `CASES` says how
//! many cases of each sort are made up (200 by default), `SEED` where to begin.
//! A case that Helm answers differently from run to run is counted apart.
//!
//! needs: helm-judges

mod compare;
mod made_up;

use made_up::Made;
use test_support::chance::{Chance, number};

fn agrees_on(sort: &str, make: fn(&mut Chance) -> Made) {
    let (cases, seed) = (number("CASES", 200), number("SEED", 1));
    let cases: Vec<Made> = (0..cases).map(|case| make(&mut Chance::new(seed, case))).collect();
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
