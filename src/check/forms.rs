//! Reports → the form that was asked for.

use super::report::Report;
use super::{colours, github, json, junit, sarif, text};

/// The form of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[allow(clippy::doc_markdown)] // the help says JUnit
pub enum Format {
    /// A block for each refusal
    #[default]
    Text,
    /// One JSON document, a list where there are several releases
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
    /// A JUnit XML document, for the test reports of a CI server
    Junit,
}

/// How an answer is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerForm {
    /// The form of the answer.
    pub format: Format,
    /// Nothing of what is accepted, no warnings, no progress.
    pub quiet: bool,
}

/// The answer as a text.
pub(super) fn write(reports: &mut [Report], form: AnswerForm) -> String {
    if form.quiet {
        for report in reports.iter_mut() {
            report.warnings.clear();
        }
    }
    match form.format {
        Format::Text => text::write(reports, form.quiet, colours()),
        Format::Json => json::write(reports),
        Format::Github => github::write(reports),
        Format::Sarif => sarif::write(reports),
        Format::Junit => junit::write(reports),
    }
}
