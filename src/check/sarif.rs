//! Reports → one SARIF 2.1.0 log, which code scanning of GitHub and others reads.
//!
//! A refusal and a warning are results. What could not be looked at is no
//! result: it is a notification of the one invocation, which then did not
//! succeed. The rules are the codes, with the pages that `explain` prints.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>

use super::exit_code;
use super::release::STDIN;
use super::report::{Finding, Judgement, Report, Spot};
use crate::policy::codes::{self, CodeEntry, Kind, Part};
use crate::sanitize;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(reports: &[Report]) -> String {
    let rules: Vec<&CodeEntry> = codes::all().filter(|entry| is_ours(entry)).collect();
    let unread: Vec<Value> = reports.iter().filter_map(notification).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|entry| rule(entry)).collect::<Value>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": unread.is_empty(),
                "exitCode": exit_code(reports),
                "toolExecutionNotifications": unread,
            }],
            "results": reports.iter().flat_map(|report| results(report, &rules)).collect::<Value>(),
        }],
    });
    sanitize::for_json(&format!("{log}\n"))
}

fn is_ours(entry: &CodeEntry) -> bool {
    match entry.part {
        Part::Policy | Part::Check => true,
        Part::Module | Part::Hook | Part::Probe | Part::ActionPlugin => false,
    }
}

fn rule(entry: &CodeEntry) -> Value {
    let CodeEntry { code, summary, page, kind, .. } = entry;
    json!({
        "id": code,
        "shortDescription": { "text": summary },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(*kind) },
    })
}

fn level(kind: Kind) -> &'static str {
    match kind {
        Kind::Refusal => "error",
        Kind::Warning => "warning",
    }
}

fn results(report: &Report, rules: &[&CodeEntry]) -> Vec<Value> {
    let refusals = match &report.outcome {
        Judgement::Refused { refusals, .. } => refusals.as_slice(),
        Judgement::Accepted { .. } | Judgement::Unknown(_) => &[],
    };
    let refusals = refusals.iter().map(|refusal| (Kind::Refusal, refusal));
    let warnings = report.warnings.iter().map(|warning| (Kind::Warning, warning));
    refusals.chain(warnings).map(|(kind, finding)| result(report, kind, finding, rules)).collect()
}

fn result(report: &Report, kind: Kind, finding: &Finding, rules: &[&CodeEntry]) -> Value {
    let mut result = described(report, finding);
    result["level"] = json!(level(kind));
    result["ruleId"] = json!(finding.code);
    if let Some(because) = finding.because().as_ref().and_then(turned_on) {
        result["relatedLocations"] = json!([because]);
    }
    // What has no rule here has no index; the schema takes no null.
    if let Some(index) = rules.iter().position(|rule| Some(rule.code) == finding.code) {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn notification(report: &Report) -> Option<Value> {
    let Judgement::Unknown(why) = &report.outcome else { return None };
    let mut notification = described(report, why);
    notification["level"] = json!("error");
    Some(notification)
}

/// What a result and a notification share: message, locations, properties.
fn described(report: &Report, finding: &Finding) -> Value {
    let Spot { file, line, column, note } = finding.spot(report);
    let mut described = json!({ "message": { "text": finding.message } });
    let mut location = physical(file.or(report.file.as_deref()), line, column).unwrap_or_else(|| json!({}));
    if !finding.path.keys().is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": finding.path.to_string() }]);
    }
    if location.as_object().is_some_and(|location| !location.is_empty()) {
        described["locations"] = json!([location]);
    }
    let mut properties = json!({ "release": report.name });
    if let Some(note) = note {
        properties["source"] = json!(note);
    }
    described["properties"] = properties;
    described
}

/// The flag that turns the receiver on, where it stands in a file.
fn turned_on(spot: &Spot) -> Option<Value> {
    let mut location = physical(spot.file, spot.line, spot.column)?;
    location["message"] = json!({ "text": "this turns the receiver on" });
    Some(location)
}

/// A location in a file that can be opened; line 0 is the whole of it.
fn physical(file: Option<&str>, line: u32, column: u32) -> Option<Value> {
    let file = file.filter(|file| *file != STDIN)?;
    let mut place = json!({ "artifactLocation": { "uri": uri(file) } });
    if line > 0 {
        place["region"] = json!({ "startLine": line, "startColumn": column });
    }
    Some(json!({ "physicalLocation": place }))
}

/// A path as a URI: relative ones stay relative, to where the program was called.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    // A colon in the first part of a relative one would end a scheme.
    let mut uri = if Path::new(path).is_absolute() { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => write!(uri, "%{byte:02X}").expect("a String takes everything"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_is_a_uri_that_means_the_same_file() {
        for (path, uri) in [
            ("a/b.yaml", "a/b.yaml"),
            ("./a b.yaml", "a%20b.yaml"),
            ("c:d#e?.yaml", "c%3Ad%23e%3F.yaml"),
            ("../ü.yaml", "../%C3%BC.yaml"),
            ("/srv/%41.yaml", "file:///srv/%2541.yaml"),
        ] {
            assert_eq!(super::uri(path), uri);
        }
    }
}
