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

/// How one document of a sort is made up.
type Make = fn(&mut Chance) -> Vec<u8>;

fn agrees_on(sort: &str, make: Make) {
    agrees_on_cases(sort, number("CASES", 2500), make);
}

fn agrees_on_cases(sort: &str, cases: u64, make: impl Fn(&mut Chance) -> Vec<u8>) {
    let seed = number("SEED", 1);
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

#[test]
fn documents_behind_much_text_are_read_as_helm_reads_them() {
    let sorts: [(&str, Make); 4] = [
        ("grammar", grammar::document),
        ("scalars", scalars::document),
        ("tokens", tokens::heap),
        ("damaged", real::damaged),
    ];
    for (sort, make) in sorts {
        let sort = format!("{sort} behind much text");
        agrees_on_cases(&sort, number("CASES", 2500) / 5, |chance| behind_much_text(make(chance), chance));
    }
}

/// What is read at once, by go-yaml, Go and libyaml, ends somewhere in the document.
fn behind_much_text(document: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    const AT_ONCE: &[usize] = &[512, 1536, 4096, 16_384, 65_536];
    let size = AT_ONCE[chance.below(AT_ONCE.len())];
    let before = size - 1 - chance.below(document.len().clamp(1, size - 2));
    let mut text = "# xxxxxx\n".repeat(before / 9 + 1).into_bytes();
    text.drain(..text.len() - before);
    text[0] = b'#';
    [text, document].concat()
}

/// Helm 4 reads a file by lines, through a buffer of 4,096 bytes, and loses a last line without an
/// end that fills it.
#[test]
fn lines_around_the_size_of_a_buffer_are_read_as_helm_reads_them() {
    let mut documents = Vec::new();
    for before in ["", "a: 1\n", "---\n", "a: 1\n---\n"] {
        for begin in ["b: ", "--- # ", "c: 3 #"] {
            for length in (4094..=4098).chain(8190..=8194) {
                for end in ["", "\n", "\r", "\r\n", "\n\n", "\nd: 4", "\r\nd: 4\n", "\n---\nd: 4\n"] {
                    // With the first character of its end.
                    let line = format!("{begin:x<width$}", width = length - end.len().min(1));
                    documents.push(format!("{before}{line}{end}").into_bytes());
                }
            }
        }
    }
    on_deep_stack(|| compare::all("long lines", &documents));
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
