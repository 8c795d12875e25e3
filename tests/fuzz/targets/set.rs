//! Any text as arguments of the `--set` family: an answer, and where a text
//! or JSON is set whole, that text, and what a reader of JSON makes of it.
//!
//! The first line chooses: the flag by its name without dashes, then a version
//! of Helm. Each other line is an argument.

#![no_main]

use std::sync::Arc;

use helm_values::internals::{self, SET_FLAGS, read_values};
use helm_values::{HelmVersion, Source, SourceKind, Table, Value};
use libfuzzer_sys::fuzz_target;

const BELOW: &[u8] = b"{a: {b: 1, c: [1, {a: 2}, [3]]}, b: [1, null, {a: {}}], c: text, d: null, '': [[1]]}";

fuzz_target!(init: fuzz::stack::deepen(), |bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Some((choice, arguments)) = text.split_once('\n') else { return };
    let (flag, version) = choice.split_once(' ').unwrap_or((choice, ""));
    let version = HelmVersion::parse(version).unwrap_or(HelmVersion::NEWEST);
    if let Some(flag) = flag_of(flag) {
        let mut table = below();
        for argument in arguments.split('\n') {
            if !set(&mut table, flag, argument, &version) {
                break;
            }
        }
    }
    whole(arguments, &version);
});

fn flag_of(name: &str) -> Option<&'static str> {
    SET_FLAGS.into_iter().find(|flag| flag.trim_start_matches('-') == name)
}

fn below() -> Table {
    let source = Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() });
    read_values(BELOW, &source, true).expect("it is sound").table
}

fn set(table: &mut Table, flag: &str, argument: &str, version: &HelmVersion) -> bool {
    let mut file = |path: &str| match path {
        "a" => Ok(b"content\n".to_vec()),
        "b" => Ok(b"\xFF\0".to_vec()),
        _ => Err("the file is not there; check the path".into()),
    };
    let applied = internals::set(table, flag, argument, version, &mut file);
    applied.inspect_err(fuzz::error_fits).is_ok()
}

fn whole(text: &str, version: &HelmVersion) {
    let escaped: String = text.chars().flat_map(|letter| ['\\', letter]).collect();
    for (flag, argument) in [("--set-literal", text), ("--set-string", &escaped)] {
        let mut table = Table::new();
        assert!(set(&mut table, flag, &format!("k={argument}"), version));
        assert!(table["k"].value == Value::Text(text.into()), "{} {text:?}: {table:?}", flag);
    }
    if let Some(json) = fuzz::json(text) {
        let mut table = Table::new();
        if set(&mut table, "--set-json", &format!("k={text}"), version) {
            assert!(fuzz::same_as_json(&table["k"].value, &json), "{text:?}: {table:?}");
        }
    }
}
