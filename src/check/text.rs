//! Reports → text for people: a block for each refusal.

use super::report::{Auth, Finding, Outcome, Place, Report};
use crate::values::tree::SourceKind;
use std::fmt::Write;

pub(super) fn write(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        release(&mut text, report, reports.len() == 1);
    }
    if reports.len() > 1 {
        summary(&mut text, reports);
    }
    text
}

fn release(text: &mut String, report: &Report, alone: bool) {
    match &report.outcome {
        Outcome::Accepted { receiver_on, auth } if alone => {
            line(text, &format!("{}: accepted; {}", printable(&report.name), accepted(*receiver_on, *auth)));
        }
        Outcome::Accepted { .. } => {}
        Outcome::Refused { refusals, .. } => {
            for refusal in refusals {
                block(text, report, "", refusal);
            }
        }
        Outcome::Unknown(finding) => block(text, report, "", finding),
    }
    for warning in &report.warnings {
        block(text, report, "warning: ", warning);
    }
}

fn accepted(receiver_on: bool, auth: Auth) -> &'static str {
    match (auth, receiver_on) {
        (Auth::Basic, _) => "basic auth guards the receiver",
        (Auth::Anyone, _) => "the receiver is open to anyone",
        (Auth::NotChosen, _) => "the receiver is off",
    }
}

fn block(text: &mut String, report: &Report, kind: &str, finding: &Finding) {
    let (head, note) = head(report, finding.place.as_ref());
    line(text, &format!("{head}: {kind}{}", finding.msg));
    if let Some(place) = &finding.place {
        mark(text, place);
    }
    if let Some(note) = note {
        line(text, &format!("  = {note}"));
    }
}

/// Where a finding points, and what is to be said about it below.
fn head(report: &Report, place: Option<&Place>) -> (String, Option<String>) {
    let name = printable(&report.name);
    let Some(Place { origin, .. }) = place else { return (name, None) };
    let source = printable(&origin.source.name);
    let at = if origin.line == 0 { String::new() } else { format!(":{}:{}", origin.line, origin.column) };
    match origin.source.kind {
        SourceKind::File => (format!("{source}{at}"), None),
        SourceKind::Flag => (source, None),
        SourceKind::Release => (format!("{source}{at}"), Some("in the values of the release".to_owned())),
        SourceKind::Chart => (name, Some(format!("default in chart {source}{at}"))),
        SourceKind::BuiltIn => (name, Some(format!("default in chart {source}"))),
    }
}

/// The line of YAML as far as its key. Drawn from the place alone: the line
/// itself can hold credentials, neighbours and comments.
fn mark(text: &mut String, place: &Place) {
    let (origin, Some(key)) = (&place.origin, &place.key) else { return };
    if origin.line == 0 || origin.column == 0 {
        return;
    }
    let number = origin.line.to_string();
    let gutter = " ".repeat(number.len());
    let indent = " ".repeat(indentation(origin.column));
    let under = "^".repeat(key.chars().count());
    line(text, &format!("  {number} | {indent}{key}: …"));
    line(text, &format!("  {gutter} | {indent}{under}"));
}

/// A key far to the right, as in one long line of JSON, is not drawn there.
fn indentation(column: u32) -> usize {
    let blanks = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    if blanks > 60 { 4 } else { blanks }
}

fn summary(text: &mut String, reports: &[Report]) {
    let count =
        |wanted: fn(&Outcome) -> bool| reports.iter().filter(|report| wanted(&report.outcome)).count();
    let accepted = count(|outcome| matches!(outcome, Outcome::Accepted { .. }));
    let refused = count(|outcome| matches!(outcome, Outcome::Refused { .. }));
    let unknown = count(|outcome| matches!(outcome, Outcome::Unknown(_)));
    let all = reports.len();
    line(text, &format!("{all} judged: {accepted} accepted, {refused} refused, {unknown} could not be told"));
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a String takes everything");
}

/// A name as it was given, but for what would steer a terminal.
fn printable(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
