//! Reports → one JSON document.

use super::report::{Finding, Judgement, Report, Spot};
use crate::sanitize;
use serde_json::{Value, json};

/// An object for one release, a list for several.
pub(super) fn write(reports: &[Report]) -> String {
    let mut documents: Vec<Value> =
        reports.iter().map(|report| document(report, reports.len() > 1)).collect();
    let whole = match documents.len() {
        1 => documents.remove(0),
        _ => Value::Array(documents),
    };
    sanitize::for_json(&format!("{whole}\n"))
}

fn document(report: &Report, named: bool) -> Value {
    let (verdict, receiver, auth) = match &report.outcome {
        Judgement::Accepted { receiver_on, auth } => ("accepted", Some(*receiver_on), auth.as_str()),
        Judgement::Refused { receiver_on, .. } => ("refused", Some(*receiver_on), None),
        Judgement::Unknown(_) => ("unknown", None, None),
    };
    let mut document = json!({
        "verdict": verdict,
        "receiver": receiver.map(|on| if on { "on" } else { "off" }),
        "auth": auth,
        "refusals": [],
        "warnings": report.warnings.iter().map(|warning| finding(report, warning)).collect::<Value>(),
    });
    match &report.outcome {
        Judgement::Accepted { .. } => {}
        Judgement::Refused { refusals, .. } => {
            document["refusals"] = refusals.iter().map(|refusal| finding(report, refusal)).collect();
        }
        Judgement::Unknown(why) => document["error"] = finding(report, why),
    }
    match &report.document {
        Some(release) => {
            document["file"] = json!(report.file);
            document["release"] = json!(release);
        }
        None if named => document["file"] = json!(report.name),
        None => {}
    }
    document
}

fn finding(report: &Report, finding: &Finding) -> Value {
    let Spot { file, line, column, note } = finding.spot(report);
    let number = |number: u32| (number > 0).then_some(number);
    let mut entry = json!({
        "code": finding.code,
        "msg": finding.message,
        "where": finding.path.to_string(),
        "file": file,
        "line": number(line),
        "column": number(column),
    });
    if let Some(note) = note {
        entry["source"] = json!(note);
    }
    entry
}
