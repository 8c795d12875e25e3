//! Ours beside Helm's.

use std::sync::Arc;

use helm_values::internals::read_values;
use helm_values::{Error, Node, Source, SourceKind, Table, Value};
use serde_json::Value as Json;

use crate::asked;
use test_support::helm_versions::{NEWEST_3, NEWEST_4};
use test_support::judge;

/// Fails where ours and Helm's differ, with the documents; `KEEP=folder` writes
/// them there, to become stored cases.
pub(crate) fn all(sort: &str, documents: &[Vec<u8>]) {
    for (helm, every_document) in [(NEWEST_4, true), (NEWEST_3, false)] {
        let version = helm.judge.expect("it has one");
        let cases = documents.iter().map(|document| asked::case(document));
        let answers: Vec<_> = judge::ask(version, cases).into_iter().map(judge::values).collect();
        let (mut accepted, mut random, mut wrong) = (0, 0, Vec::new());
        for (number, (document, helm)) in documents.iter().zip(&answers).enumerate() {
            accepted += usize::from(helm.is_ok());
            let ours = read(document, every_document);
            if ours.as_ref().is_err_and(helm_values::Error::is_random) {
                random += 1;
                continue;
            }
            if let Some(difference) = difference(&ours, helm) {
                keep(sort, version, number, document);
                wrong.push(format!("#{number} {:?}\n    {difference}", String::from_utf8_lossy(document)));
            }
        }
        let all = documents.len();
        assert!(
            wrong.is_empty(),
            "{} of {all} documents ({sort}) are not read as Helm {version} reads them:\n{}",
            wrong.len(),
            wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n"),
        );
        // Both sides must be met, else nothing was compared.
        assert!(all < 100 || accepted * 20 > all, "{sort}: Helm {version} accepts only {accepted} of {all}");
        assert!(all < 1000 || random * 20 <= all, "{sort}: {random} of {all} are random in Helm");
    }
}

fn read(document: &[u8], every_document: bool) -> Result<Table, Error> {
    let source = Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() });
    read_values(document, &source, every_document).map(|read| read.table)
}

fn difference(ours: &Result<Table, Error>, helm: &Result<Json, String>) -> Option<String> {
    match (ours, helm) {
        (Ok(ours), Ok(helm)) => {
            (!same_table(ours, helm)).then(|| format!("ours: {}\n    Helm: {helm}", shown(ours)))
        }
        (Err(_), Err(_)) => None,
        (Ok(ours), Err(helm)) => Some(format!("ours: {}\n    Helm refuses: {helm}", shown(ours))),
        (Err(ours), Ok(helm)) => Some(format!("ours refuses: {ours}\n    Helm: {helm}")),
    }
}

fn same_table(ours: &Table, helm: &Json) -> bool {
    let Json::Object(helm) = helm else { return false };
    ours.len() == helm.len()
        && ours.iter().all(|(key, node)| helm.get(&**key).is_some_and(|helm| same(node, helm)))
}

fn same(ours: &Node, helm: &Json) -> bool {
    match (&ours.value, helm) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(ours), Json::Bool(helm)) => ours == helm,
        (Value::Float(ours), Json::Number(helm)) => {
            helm.as_f64().is_some_and(|helm| helm.to_bits() == ours.to_bits())
        }
        (Value::Text(ours), Json::String(helm)) => **ours == **helm,
        (Value::List(ours), Json::Array(helm)) => {
            ours.len() == helm.len() && ours.iter().zip(helm).all(|(ours, helm)| same(ours, helm))
        }
        (Value::Table(ours), helm) => same_table(ours, helm),
        _ => false,
    }
}

fn shown(table: &Table) -> Json {
    Json::Object(table.iter().map(|(key, node)| (key.to_string(), shown_value(&node.value))).collect())
}

fn shown_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => (**text).into(),
        Value::List(items) => items.iter().map(|item| shown_value(&item.value)).collect(),
        Value::Table(table) => shown(table),
    }
}

fn keep(sort: &str, version: &str, number: usize, document: &[u8]) {
    if let Ok(folder) = std::env::var("KEEP") {
        let path = format!("{folder}/{sort}-{version}-{number}.yaml");
        std::fs::write(&path, document).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
