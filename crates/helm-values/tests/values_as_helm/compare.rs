//! Ours beside Helm's.

use helm_values::{Error, ErrorKind, Node, Table, Value, coalesce};
use serde_json::Value as Json;
use test_support::folder::Folder;
use test_support::helm_versions::{self, TestedHelm};
use test_support::judge;
use test_support::values::case::{Case, Placed};

/// From 3.17.3 on Helm bounds what an archive holds, and so refuses a link with a size.
/// It is refused here whatever the version is.
const BEFORE_BOUNDS: [&str; 3] = ["3.14.4", "3.13.0", "3.12.3"];

/// Fails where ours and Helm's differ, with the cases.
#[expect(clippy::print_stdout, reason = "how many were accepted and how many are random, for who looks")]
pub(crate) fn all(sort: &str, cases: &[Case]) {
    let folder = Folder::new();
    let placed: Vec<Placed> =
        cases.iter().enumerate().map(|(at, case)| case.place(&folder.0.join(at.to_string()))).collect();
    for (TestedHelm { version: exact, .. }, version) in helm_versions::judged() {
        let asked = placed.iter().map(|placed| &placed.asked);
        let answers: Vec<_> = judge::ask(version, asked).into_iter().map(judge::values).collect();
        let (mut accepted, mut random, mut unread, mut wrong) = (0, 0, 0, Vec::new());
        for (at, (placed, helm)) in placed.iter().zip(&answers).enumerate() {
            accepted += usize::from(helm.is_ok());
            let ours = coalesce(&placed.inputs(exact)).map(|coalesced| coalesced.values);
            if ours.as_ref().is_err_and(helm_values::Error::is_random) {
                random += 1;
            } else if helm.is_ok()
                && BEFORE_BOUNDS.contains(&exact)
                && ours.as_ref().is_err_and(|error| error.kind == ErrorKind::TooLarge)
            {
                unread += 1;
            } else if let Some(difference) = difference(&ours, helm) {
                keep(sort, version, at, &cases[at]);
                wrong.push(format!("#{at} {}\n    {difference}", cases[at].0));
            }
        }
        let all = cases.len();
        println!(
            "{sort}, Helm {exact}: {all} cases, {accepted} accepted, {random} random, {unread} not read"
        );
        assert!(
            wrong.is_empty(),
            "{} of {all} cases ({sort}) do not come out as from Helm {exact}:\n{}",
            wrong.len(),
            wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n"),
        );
        // Both sides must be met, else nothing was compared.
        assert!(all < 200 || accepted * 10 > all, "{sort}: Helm {exact} accepts only {accepted} of {all}");
        assert!(all < 200 || unread * 100 < all, "{sort}: {unread} of {all} are not read here");
        assert!(all < 200 || random * 10 < all, "{sort}: {random} of {all} are random in Helm");
    }
}

fn difference(ours: &Result<Table, Error>, helm: &Result<Json, String>) -> Option<String> {
    match (ours, helm) {
        // The judge leaves out an empty table.
        (Ok(ours), Ok(Json::Null)) if ours.is_empty() => None,
        (Ok(ours), Ok(helm)) => {
            (!same_table(ours, helm)).then(|| format!("ours: {}\n    Helm: {helm}", shown(ours)))
        }
        (Err(_), Err(_)) => None,
        (Ok(ours), Err(helm)) => Some(format!("ours: {}\n    Helm refuses: {helm}", shown(ours))),
        (Err(ours), Ok(helm)) => Some(format!("ours refuses: {} \n    Helm: {helm}", ours.message)),
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
        (Value::Int(ours), Json::Number(helm)) => helm.as_i64() == Some(*ours),
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

fn keep(sort: &str, version: &str, at: usize, case: &Case) {
    if let Ok(folder) = std::env::var("KEEP") {
        let path = format!("{folder}/{sort}-{version}-{at}.json");
        std::fs::write(&path, case.0.to_string()).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
