//! The policy's patterns → an automaton each, made when the program is built.
//!
//! They are the only patterns that a run asks for, and they are known before: so a
//! run neither compiles one nor steps through it state by state.

use regex_automata::MatchKind;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson::{Config, WhichCaptures};
use serde_json::Value;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const POLICY: &str = "../../helm-schema/values.schema.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={POLICY}");
    let mut patterns = BTreeSet::new();
    collect(&serde_json::from_str(&fs::read_to_string(POLICY)?)?, &mut patterns);
    let folder = env::var("OUT_DIR")?;
    let mut table = String::from("&[\n");
    for (number, pattern) in patterns.iter().enumerate() {
        let file = Path::new(&folder).join(format!("{number}.automaton"));
        fs::write(&file, automaton(pattern)?)?;
        writeln!(table, "({pattern:?}, include_bytes!({:?})),", file.display().to_string())?;
    }
    table.push(']');
    fs::write(Path::new(&folder).join("automata.rs"), table)?;
    Ok(())
}

/// Each `pattern` of the schema, and each key of `patternProperties`.
fn collect(schema: &Value, patterns: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("pattern", Value::String(pattern)) => {
                        patterns.insert(pattern.clone());
                    }
                    ("patternProperties", Value::Object(by_pattern)) => {
                        patterns.extend(by_pattern.keys().cloned());
                    }
                    _ => (),
                }
                collect(value, patterns);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, patterns)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

/// The smallest automaton of `pattern`, in the byte order of the machine that it is for. None of
/// its states is left by a search of the crate memchr: that asks the processor what it can do,
/// which on a virtual machine takes longer than everything a run looks at.
fn automaton(pattern: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let whether_it_matches = dense::Config::new()
        .minimize(true)
        .accelerate(false)
        .match_kind(MatchKind::LeftmostFirst)
        .start_kind(StartKind::Unanchored);
    let automaton = dense::Builder::new()
        .configure(whether_it_matches)
        .thompson(Config::new().which_captures(WhichCaptures::None))
        .build(pattern)?
        .to_sparse()?;
    let is_little = env::var("CARGO_CFG_TARGET_ENDIAN")? == "little";
    Ok(if is_little { automaton.to_bytes_little_endian() } else { automaton.to_bytes_big_endian() })
}
