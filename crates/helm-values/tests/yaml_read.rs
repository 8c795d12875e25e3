//! Values files as Helm reads them: a first look.
//!
//! needs: nothing

use std::sync::Arc;

use helm_values::internals::{ValuesFile, read_values};
use helm_values::{Error, Source, SourceKind, Table, Value};

fn source() -> Arc<Source> {
    Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() })
}

fn read(yaml: &str, every_document: bool) -> Result<ValuesFile, Error> {
    read_values(yaml.as_bytes(), &source(), every_document)
}

fn table(yaml: &str) -> Table {
    read(yaml, true).expect("Helm reads it").table
}

fn place(error: &Error) -> (u32, u32) {
    error.origin.as_ref().map(|origin| (origin.line, origin.column)).expect("a place")
}

#[test]
fn a_setting_stands_where_its_key_is_written() {
    let table = table("# words\nprometheus:\n  server:\n    auth: {type: none}\n");
    let Value::Table(prometheus) = &table["prometheus"].value else { panic!("a table") };
    let Value::Table(server) = &prometheus["server"].value else { panic!("a table") };
    let Value::Table(auth) = &server["auth"].value else { panic!("a table") };
    let places: Vec<_> = [&table["prometheus"], &prometheus["server"], &server["auth"], &auth["type"]]
        .iter()
        .map(|node| (node.origin.line, node.origin.column))
        .collect();
    assert_eq!(places, [(2, 1), (3, 3), (4, 5), (4, 12)]);
    assert_eq!(auth["type"].value, Value::Text("none".into()));
}

#[test]
fn helm_3_reads_one_document_and_helm_4_all() {
    let yaml = "a: 1\nb: {c: 1}\n---\na: 2\nb: {d: 2}\n";
    let first = read(yaml, false).expect("Helm reads it");
    assert_eq!(first.table["a"].value, Value::Float(1.0));
    let ignored: Vec<_> =
        first.warnings.iter().filter_map(|warning| Some(warning.origin.as_ref()?.line)).collect();
    assert_eq!(ignored, [4]);
    let all = read(yaml, true).expect("Helm reads it");
    assert_eq!(all.table["a"].value, Value::Float(2.0));
    let Value::Table(b) = &all.table["b"].value else { panic!("a table") };
    assert_eq!(b.keys().map(|key| &**key).collect::<Vec<_>>(), ["c", "d"]);
    assert!(all.warnings.is_empty());
    assert_eq!(all.table["a"].origin.line, 4);
}

#[test]
fn a_broken_file_is_reported_by_its_place_alone() {
    let error = read("a: 1\n  b: hunter2: x\n", true).expect_err("not YAML");
    assert_eq!(place(&error), (2, 4));
    assert!(!error.message.contains("hunter2"), "{}", error.message);
    let error = read("password: *hunter2\n", true).expect_err("no such anchor");
    assert_eq!(place(&error), (1, 11));
    assert!(!error.message.contains("hunter2"), "{}", error.message);
}
