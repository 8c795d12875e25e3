//! Reports → one JSON document.

use super::report::{Finding, Judgement, Report, Spot};
use crate::sanitize;
use serde_json::{Value, json};

/// A list with an object for each release.
pub(super) fn write(reports: &[Report]) -> String {
    let whole: Value = reports.iter().map(document).collect();
    sanitize::for_json(&format!("{whole}\n"))
}

fn document(report: &Report) -> Value {
    let (verdict, receiver, auth) = match &report.outcome {
        Judgement::Accepted { receiver_on, auth } => ("accepted", Some(*receiver_on), auth.as_str()),
        Judgement::Refused { receiver_on, .. } => ("refused", Some(*receiver_on), None),
        Judgement::Unknown(_) => ("unknown", None, None),
    };
    let mut document = json!({
        "file": report.name,
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
    if let Some(release) = &report.document {
        document["file"] = json!(report.file);
        document["release"] = json!(release);
    }
    document
}

fn finding(report: &Report, finding: &Finding) -> Value {
    let mut entry = place(&finding.spot(report));
    entry["code"] = json!(finding.code);
    entry["msg"] = json!(finding.message);
    entry["where"] = json!(finding.path.to_string());
    if let Some(because) = finding.because() {
        entry["because"] = place(&because);
    }
    entry
}

fn place(spot: &Spot) -> Value {
    let Spot { file, line, column, note } = spot;
    let number = |number: &u32| (*number > 0).then_some(*number);
    let mut entry = json!({ "file": file, "line": number(line), "column": number(column) });
    if let Some(note) = note {
        entry["source"] = json!(note);
    }
    entry
}
