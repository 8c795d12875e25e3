//! Ours beside Helm's.

use std::sync::Arc;

use helm_values::internals::read_values;
use helm_values::{Error, Source, SourceKind, Table, Value};

use crate::asked;
use test_support::beside_helm::{difference, keep};
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
                keep(&format!("{sort}-{version}-{number}.yaml"), document);
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
    let table = read_values(document, &source, every_document)?.table;
    assert!(!table.iter().any(|(_, node)| has_integer(&node.value)), "each number of a file is a float");
    Ok(table)
}

fn has_integer(value: &Value) -> bool {
    match value {
        Value::Int(_) => true,
        Value::List(items) => items.iter().any(|item| has_integer(&item.value)),
        Value::Table(table) => table.iter().any(|(_, node)| has_integer(&node.value)),
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Text(_) => false,
    }
}
