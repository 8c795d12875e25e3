//! Reports → annotations that GitHub Actions shows beside the lines.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::report::{Finding, Judgement, Report, Spot};
use crate::sanitize;
use std::fmt::Write;

pub(super) fn write(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        match &report.outcome {
            Judgement::Accepted { .. } => {}
            Judgement::Refused { refusals, .. } => {
                for refusal in refusals {
                    annotate(&mut text, "error", report, refusal);
                }
            }
            Judgement::Unknown(why) => annotate(&mut text, "error", report, why),
        }
        for warning in &report.warnings {
            annotate(&mut text, "warning", report, warning);
        }
    }
    text
}

fn annotate(text: &mut String, kind: &str, report: &Report, finding: &Finding) {
    let Spot { file, line, column, .. } = finding.spot(report);
    let file = file.map_or_else(String::new, |file| format!("file={},", property(file)));
    let at = if line > 0 { format!("line={line},col={column},") } else { String::new() };
    let title = finding.code.unwrap_or("could not tell");
    let line = format!("::{kind} {file}{at}title={title}::{}", data(&finding.message));
    writeln!(text, "{line}").expect("a String takes everything");
    if let Some(Spot { file: Some(file), line: line @ 1.., column, .. }) = finding.because() {
        let file = property(file);
        let notice = format!(
            "::notice file={file},line={line},col={column},title={title}::this turns the receiver on"
        );
        writeln!(text, "{notice}").expect("a String takes everything");
    }
}

/// The runner turns the escapes back; what else steers a terminal stays away.
fn data(text: &str) -> String {
    sanitize::for_command(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
