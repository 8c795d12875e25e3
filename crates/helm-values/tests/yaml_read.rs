//! Values files as Helm reads them: a first look.
//!
//! needs: nothing

use std::sync::Arc;

use helm_values::documents::{self, CannotRead, Documents, Read};
use helm_values::tree::{Source, SourceKind, Table, Value};

fn source() -> Arc<Source> {
    Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() })
}

fn read(yaml: &str, documents: Documents) -> Result<Read, CannotRead> {
    documents::read(yaml.as_bytes(), &source(), documents)
}

fn table(yaml: &str) -> Table {
    read(yaml, Documents::All).expect("Helm reads it").table
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
    let first = read(yaml, Documents::First).expect("Helm reads it");
    assert_eq!(first.table["a"].value, Value::Float(1.0));
    let ignored: Vec<_> =
        first.warnings.iter().filter_map(|warning| Some(warning.origin.as_ref()?.line)).collect();
    assert_eq!(ignored, [4]);
    let all = read(yaml, Documents::All).expect("Helm reads it");
    assert_eq!(all.table["a"].value, Value::Float(2.0));
    let Value::Table(b) = &all.table["b"].value else { panic!("a table") };
    assert_eq!(b.keys().collect::<Vec<_>>(), ["c", "d"]);
    assert!(all.warnings.is_empty());
    assert_eq!(all.table["a"].origin.line, 4);
}

#[test]
fn a_broken_file_is_told_by_its_place_alone() {
    let error = read("a: 1\n  b: hunter2: x\n", Documents::All).expect_err("not YAML");
    assert_eq!((error.line, error.column), (2, 4));
    assert!(!error.sentence.contains("hunter2"), "{}", error.sentence);
    let error = read("password: *hunter2\n", Documents::All).expect_err("no such anchor");
    assert_eq!((error.line, error.column), (1, 11));
    assert!(!error.sentence.contains("hunter2"), "{}", error.sentence);
}
