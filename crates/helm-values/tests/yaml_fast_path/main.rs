//! What the fast path takes, libyaml reads in the same way: the same nodes
//! at the same places.
//!
//! Whether that is what Helm reads, `yaml_as_helm` asks. `CASES` says how many
//! documents of each sort are made up (20,000 by default), `SEED` where to begin.
//!
//! needs: nothing

mod lines;

use helm_values::internals::{parse_by_fast_path, parse_by_libyaml};
use test_support::chance::{Chance, number};
use test_support::yaml::grammar;
use test_support::yaml::scalars;
use test_support::yaml::tokens;

/// At least so many of a hundred are taken, else little was compared.
fn agrees_on(sort: &str, least: usize, make: impl Fn(&mut Chance) -> Vec<u8>) {
    let (cases, seed) = (number("CASES", 20_000), number("SEED", 1));
    let mut taken = 0;
    for case in 0..cases {
        let text = make(&mut Chance::new(seed, case));
        let Some(document) = parse_by_fast_path(&text) else { continue };
        taken += 1;
        let text = String::from_utf8_lossy(&text);
        assert_eq!(Some(document), parse_by_libyaml(text.as_bytes()), "{sort} {case}: {text:?}\n{text}");
    }
    let share = taken * 100 / usize::try_from(cases).expect("small").max(1);
    assert!(share >= least, "{sort}: only {share} of a hundred are plain documents");
}

#[test]
fn plain_documents_are_read_the_same() {
    agrees_on("plain", 60, lines::document);
}

#[test]
fn damaged_plain_documents_are_read_the_same() {
    agrees_on("damaged", 15, |chance| lines::damaged(lines::document, chance));
}

#[test]
fn heaps_of_lines_are_read_the_same() {
    agrees_on("heaps", 5, lines::heap);
}

#[test]
fn documents_of_the_grammar_are_read_the_same() {
    agrees_on("grammar", 1, grammar::document);
    agrees_on("scalars", 1, scalars::document);
    agrees_on("tokens", 1, tokens::heap);
}
