//! Reports → annotations that GitHub Actions shows beside the lines.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::report::{Finding, Outcome, Place, Report};
use crate::values::tree::SourceKind;
use std::fmt::Write;

pub(super) fn write(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        match &report.outcome {
            Outcome::Accepted { .. } => {}
            Outcome::Refused { refusals, .. } => {
                for refusal in refusals {
                    annotate(&mut text, "error", report, refusal);
                }
            }
            Outcome::Unknown(why) => annotate(&mut text, "error", report, why),
        }
        for warning in &report.warnings {
            annotate(&mut text, "warning", report, warning);
        }
    }
    text
}

fn annotate(text: &mut String, kind: &str, report: &Report, finding: &Finding) {
    let mut file = report.name.as_str();
    let mut at = String::new();
    if let Some(Place { origin, .. }) = &finding.place
        && origin.source.kind == SourceKind::File
    {
        file = &origin.source.name;
        if origin.line > 0 {
            at = format!(",line={},col={}", origin.line, origin.column);
        }
    }
    let title = finding.code.unwrap_or("could not tell");
    let line = format!("::{kind} file={}{at},title={title}::{}", property(file), data(&finding.msg));
    writeln!(text, "{line}").expect("a String takes everything");
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
