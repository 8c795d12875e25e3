//! Our reader and Helm's agree on every document: accepted or refused, and
//! what it says.
//!
//! The judge is Helm itself (`crates/helm-values/tests/judge`), 4.2 for all documents of a file and
//! 3.21 for the first. `CASES` says how many documents of each sort are made
//! up (2,500 by default), `SEED` where to begin. A document that Helm reads
//! differently from run to run is refused by ours, and counted apart.
//!
//! needs: helm-judges

mod asked;
mod compare;

use helm_values::on_deep_stack;
use test_support::chance::{Chance, number};
use test_support::yaml::grammar;
use test_support::yaml::real;
use test_support::yaml::scalars;
use test_support::yaml::tokens;

fn agrees_on(sort: &str, make: fn(&mut Chance) -> Vec<u8>) {
    let (cases, seed) = (number("CASES", 2500), number("SEED", 1));
    let documents: Vec<_> = (0..cases).map(|case| make(&mut Chance::new(seed, case))).collect();
    on_deep_stack(|| compare::all(sort, &documents));
}

#[test]
fn documents_of_the_grammar_are_read_as_helm_reads_them() {
    agrees_on("grammar", grammar::document);
}

#[test]
fn scalars_and_keys_are_read_as_helm_reads_them() {
    agrees_on("scalars", scalars::document);
}

#[test]
fn heaps_of_tokens_are_read_as_helm_reads_them() {
    agrees_on("tokens", tokens::heap);
}

#[test]
fn damaged_values_files_are_read_as_helm_reads_them() {
    agrees_on("damaged", real::damaged);
}

/// Every disagreement that was ever found, and the table of facts: a file each.
#[test]
fn stored_cases_are_read_as_helm_reads_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/yaml");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let documents: Vec<_> = paths.iter().map(|path| std::fs::read(path).expect("a case")).collect();
    on_deep_stack(|| compare::all("stored", &documents));
}
