//! Any bytes as a file of values: an answer, in the file, that reads the same
//! when it is written out; of JSON the answer that a reader of JSON gives; of
//! what the fast path takes libyaml's answer.

#![no_main]

use std::sync::Arc;

use helm_values::internals::{ValuesFile, parse_by_fast_path, parse_by_libyaml, read_values};
use helm_values::{Source, SourceKind, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::stack::deepen(), |bytes: &[u8]| {
    by_fast_path(bytes);
    for every_document in [false, true] {
        if let Some(read) = asked(bytes, every_document) {
            fuzz::stand_in_the_file(&read.table, fuzz::lines(bytes));
            let spelled = fuzz::spelled(&read.table);
            let again = asked(spelled.as_bytes(), every_document).expect("it is sound");
            assert!(fuzz::same_tables(&read.table, &again.table), "{spelled}");
            if !every_document {
                as_json(bytes, &Value::Table(read.table));
            }
        }
    }
});

/// The same nodes at the same places, and nothing after them.
fn by_fast_path(bytes: &[u8]) {
    let fast = parse_by_fast_path(bytes);
    assert!(fast.is_none() || fast == parse_by_libyaml(bytes));
}

fn asked(bytes: &[u8], every_document: bool) -> Option<ValuesFile> {
    let source = Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() });
    let read = read_values(bytes, &source, every_document);
    match &read {
        Ok(read) => read.warnings.iter().for_each(|warning| warning_fits(&warning.message)),
        Err(error) => fuzz::fits(&error.message),
    }
    read.ok()
}

/// A warning may name the table's own `<<`.
fn warning_fits(message: &str) {
    fuzz::fits(&message.replace("table's", "table"));
}

/// Line ends that YAML alone knows are folded in its quotes.
fn as_json(bytes: &[u8], ours: &Value) {
    let text = str::from_utf8(bytes).unwrap_or_default();
    if text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{FEFF}']) {
        return;
    }
    // A null is a file without settings.
    if let Some(json) = fuzz::json(text).filter(serde_json::Value::is_object) {
        assert!(fuzz::same_as_json(ours, &json), "{ours:?}\n{json}");
    }
}
