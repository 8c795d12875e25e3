//! Our reader and Helm's agree on every document: accepted or refused, and
//! what it says.
//!
//! The judge is Helm itself (`tests/helm`), 4.2 for all documents of a file and
//! 3.21 for the first. `CASES` says how many documents of each sort are made
//! up (2,500 by default), `SEED` where to begin. A document that Helm reads
//! differently from run to run is refused by ours, and counted apart.
//!
//! needs: go

#[path = "yaml_as_helm/asked.rs"]
mod asked;
#[path = "yaml_as_helm/chance.rs"]
mod chance;
#[path = "yaml_as_helm/compare.rs"]
mod compare;
#[path = "yaml_as_helm/grammar.rs"]
mod grammar;
#[path = "helm/judge.rs"]
mod judge;
#[path = "yaml_as_helm/real.rs"]
mod real;
#[path = "yaml_as_helm/scalars.rs"]
mod scalars;
#[path = "yaml_as_helm/spellings.rs"]
mod spellings;
#[path = "yaml_as_helm/tokens.rs"]
mod tokens;

use chance::{Chance, number};
use remote_write_auth::values::stack::on_deep_stack;

fn agrees_on(sort: &str, make: fn(&mut Chance) -> Vec<u8>) {
    let (cases, seed) = (number("CASES", 2500), number("SEED", 1));
    let documents: Vec<_> = (0..cases).map(|case| make(&mut Chance::of(seed, case))).collect();
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
