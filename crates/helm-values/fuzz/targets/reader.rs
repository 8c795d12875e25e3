//! Any bytes as a file of values: an answer, in the file, that reads the same
//! when it is written out; of JSON the answer that a reader of JSON gives; of
//! what the quick reader takes libyaml's answer.

#![no_main]

use std::sync::Arc;

use helm_values::compose::{self, fast_path};
use helm_values::differences::{Reader, Text};
use helm_values::documents::{Documents, Read, read};
use helm_values::events::What;
use helm_values::stack::on_deep_stack;
use helm_values::tree::{Source, SourceKind, Value};
use helm_values_fuzz as fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| on_deep_stack(|| {
    quickly(bytes);
    for documents in [Documents::First, Documents::All] {
        if let Some(read) = asked(bytes, documents) {
            fuzz::stand_in_the_file(&read.table, fuzz::lines(bytes));
            let spelled = fuzz::spelled(&read.table);
            let again = asked(spelled.as_bytes(), documents).expect("it is sound");
            assert!(fuzz::same_tables(&read.table, &again.table), "{spelled}");
            if documents == Documents::First {
                as_json(bytes, &Value::Table(read.table));
            }
        }
    }
}));

/// The same nodes at the same places, and nothing behind them.
fn quickly(bytes: &[u8]) {
    let Some(quick) = fast_path::read(bytes) else { return };
    let text = Text::of(bytes);
    let mut events = Reader::of(&text).ok().expect("it has no byte order mark");
    let begins = events.next_event().ok().map(|event| event.what);
    assert!(matches!(begins, Some(What::DocumentStart { .. })));
    let document = compose::parse(|| events.next_event()).ok().expect("libyaml takes it");
    assert_eq!(document, quick);
    assert_eq!(events.next_event().ok().map(|event| event.what), Some(What::StreamEnd));
}

fn asked(bytes: &[u8], documents: Documents) -> Option<Read> {
    let source = Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() });
    let read = read(bytes, &source, documents);
    match &read {
        Ok(read) => read.warnings.iter().for_each(|warning| warning_fits(&warning.sentence)),
        Err(error) => fuzz::fits(&error.sentence),
    }
    read.ok()
}

/// A warning may name the table's own `<<`.
fn warning_fits(sentence: &str) {
    fuzz::fits(&sentence.replace("table's", "table"));
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
