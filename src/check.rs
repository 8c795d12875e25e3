//! The check entry: Helm values in, a verdict with its places out.
//!
//! ```text
//! request ─▶ releases ─▶ judging (law, places, warnings) ─▶ reports ─▶ text, json or github
//! ```
//!
//! A release is what one `helm install` would be: each positional file is one,
//! all `-f` and `--set` together are another. What is right and wrong is the
//! law's to say; how a file is read is `values`'.

mod github;
mod json;
mod judging;
mod parallel;
mod places;
mod reading;
mod report;
mod text;

use crate::stdout::{self, COULD_NOT_TELL};
use report::{Outcome, Report};
use std::path::PathBuf;

/// What is to be judged, and how it is said.
pub struct Request {
    /// Files of values, each a release of its own.
    pub files: Vec<PathBuf>,
    /// The form of the answer.
    pub output: Format,
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A block for each refusal
    #[default]
    Text,
    /// One JSON document, a list where there are several releases
    Json,
    /// Annotations for GitHub Actions
    Github,
}

/// Judges everything and prints the answer. Returns the exit code: 0 accepted,
/// 1 refused, 2 could not tell.
pub fn run(request: &Request) -> u8 {
    if request.files.is_empty() {
        return stdout::complain(
            "nothing is there to be judged; name a values file, or - for standard input",
        );
    }
    let reports = parallel::map(&request.files, |file| judging::file(file));
    let answer = match request.output {
        Format::Text => text::write(&reports),
        Format::Json => json::write(&reports),
        Format::Github => github::write(&reports),
    };
    stdout::print(&answer, exit_code(&reports))
}

/// The worst of all: not to know is worse than to refuse.
fn exit_code(reports: &[Report]) -> u8 {
    let code = |report: &Report| match report.outcome {
        Outcome::Accepted { .. } => 0,
        Outcome::Refused { .. } => 1,
        Outcome::Unknown(_) => COULD_NOT_TELL,
    };
    reports.iter().map(code).max().unwrap_or(COULD_NOT_TELL)
}
