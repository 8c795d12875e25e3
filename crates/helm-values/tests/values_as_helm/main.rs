//! Our value chain and Helm's agree: accepted or refused, and what the schema
//! of a chart sees.
//!
//! The judge is Helm itself (`crates/helm-values/tests/judge`), in four versions. `CASES` says how
//! many cases of each sort are made up (1,250 by default), `ARCHIVES` how many
//! archives (5,000), `SEED` where to begin, `KEEP` a folder for those that disagree. A case that Helm answers
//! differently from run to run is refused by ours, and counted apart.
//! needs: helm-judges

mod compare;

use test_support::chance::{Chance, number};
use test_support::values::archives;
use test_support::values::case::Case;
use test_support::values::made_up;
use test_support::values::set_strings;

fn agrees_on(sort: &str, make: fn(&mut Chance) -> Case) {
    let (cases, seed) = (number("CASES", 1250), number("SEED", 1));
    let cases: Vec<Case> = (0..cases).map(|case| make(&mut Chance::new(seed, case))).collect();
    compare::all(sort, &cases);
}

#[test]
fn set_strings_change_values_as_helm_changes_them() {
    agrees_on("set", set_strings::case);
}

#[test]
fn layers_of_files_and_flags_are_merged_as_helm_merges_them() {
    agrees_on("layers", made_up::layers);
}

#[test]
fn charts_are_coalesced_as_helm_coalesces_them() {
    agrees_on("charts", made_up::chart);
}

/// Charts as no `helm package` writes them, and as some other program might.
#[test]
fn archives_hold_what_helm_finds_in_them() {
    let (cases, seed) = (number("ARCHIVES", 5000), number("SEED", 1));
    let cases: Vec<Case> = (0..cases).map(|case| archives::case(&mut Chance::new(seed, case))).collect();
    compare::all("archives", &cases);
}

#[test]
fn upgrades_reuse_values_as_helm_reuses_them() {
    agrees_on("upgrades", made_up::upgrade);
}

/// Every disagreement that was ever found, Helm's own test tables in our
/// words, and the facts: a list of cases a file.
#[test]
fn stored_cases_come_out_as_helm_lets_them_come_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/values");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a list of cases");
        let cases: Vec<Case> = serde_yaml::from_str::<Vec<serde_json::Value>>(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .into_iter()
            .map(Case)
            .collect();
        compare::all(&path.file_stem().expect("a name").to_string_lossy(), &cases);
    }
}
