//! Reports → one `JUnit` XML document, as CI servers show test results.
//!
//! Each release is a test case. A refusal is its failure, what could not be
//! looked at its error; warnings are what it printed. Jenkins reads one failure
//! of a test case, so all refusals of a release are in one.

use super::release::STDIN;
use super::report::{Finding, Judgement, Report, Spot};
use crate::sanitize::for_line;
use std::fmt::Write;

pub(super) fn write(reports: &[Report]) -> String {
    let count = |wanted: fn(&Judgement) -> bool| reports.iter().filter(|one| wanted(&one.outcome)).count();
    let failures = count(|outcome| matches!(outcome, Judgement::Refused { .. }));
    let errors = count(|outcome| matches!(outcome, Judgement::Unknown(_)));
    let counts = format!(r#"tests="{}" failures="{failures}" errors="{errors}""#, reports.len());
    let name = env!("CARGO_PKG_NAME");
    let cases: String = reports.iter().map(test_case).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {counts}>\n  <testsuite name=\"check\" {counts} skipped=\"0\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn test_case(report: &Report) -> String {
    let name = escaped(&report.name);
    let file = report.file.as_deref().filter(|file| *file != STDIN);
    let file = file.map_or_else(String::new, |file| format!(" file=\"{}\"", escaped(file)));
    let mut case = format!("    <testcase classname=\"{}\" name=\"{name}\"{file}", env!("CARGO_PKG_NAME"));
    let mut inside = match &report.outcome {
        Judgement::Accepted { .. } => String::new(),
        Judgement::Refused { refusals, .. } => outcome("failure", report, refusals),
        Judgement::Unknown(why) => outcome("error", report, std::slice::from_ref(why)),
    };
    if !report.warnings.is_empty() {
        let lines = lines(report, &report.warnings, "warning: ");
        writeln!(inside, "      <system-out>{lines}</system-out>").expect("a String takes everything");
    }
    if inside.is_empty() {
        case.push_str("/>\n");
    } else {
        write!(case, ">\n{inside}    </testcase>\n").expect("a String takes everything");
    }
    case
}

fn outcome(element: &str, report: &Report, findings: &[Finding]) -> String {
    let first = findings.first();
    let kind = first.and_then(|first| first.code).unwrap_or("could not tell");
    let message = first.map_or_else(String::new, |first| escaped(&first.message));
    let lines = lines(report, findings, "");
    format!("      <{element} message=\"{message}\" type=\"{kind}\">{lines}</{element}>\n")
}

/// A line for each finding: its place and its message; below it, the flag that made it so.
fn lines(report: &Report, findings: &[Finding], word: &str) -> String {
    let line = |finding: &Finding| {
        let Spot { file, line, column, note } = finding.spot(report);
        let file = file.filter(|file| *file != STDIN).unwrap_or(&report.name);
        let place = if line > 0 { format!("{file}:{line}:{column}") } else { file.to_owned() };
        let note = note.map_or_else(String::new, |note| format!(" ({note})"));
        let because = finding.turned_on().map(|because| format!("\n  = {}", escaped(&because)));
        escaped(&format!("{place}: {word}{}{note}", finding.message)) + &because.unwrap_or_default()
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A text in XML, in letters that XML 1.0 has.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in for_line(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('?'),
            _ => safe.push(letter),
        }
    }
    safe
}
