//! The check entry: Helm values in, a verdict with its places out.
//!
//! ```text
//! request ─▶ releases (gitops) ─▶ judging (policy, places, warnings) ─▶ reports ─▶ a form of the answer
//! ```
//!
//! A release is what one `helm install` or `upgrade` would be: each positional
//! file is one, all `-f` and `--set` together are another. What is right and
//! wrong is the policy's to say; how values are read and layered is `values`'.

mod chart_versions;
mod document;
mod encrypted;
mod folders;
pub mod forms;
mod github;
mod gitops;
mod json;
mod judging;
mod junit;
mod parallel;
mod places;
mod printed;
mod progress;
mod release;
mod releases;
pub mod rendered;
mod report;
mod sarif;
mod scope;
mod set_flags;
mod slips;
mod text;
mod trento;
mod versions;
mod warnings;

use crate::sanitize;
use crate::stdout::{self, COULD_NOT_TELL};
pub use forms::{AnswerForm, Format};
use helm_values::Inputs;
use parallel::Workers;
pub use printed::ShownTexts;
use progress::Progress;
use release::Release;
use releases::Job;
use report::{Judgement, Report};
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::sync::Arc;

/// What is to be judged, and how it is said.
pub struct CheckRequest {
    /// Files of values, each a release of its own, or documents with releases in
    /// them; `-` is standard input, and a folder stands for all YAML files in it.
    pub files: Vec<OsString>,
    /// What all `-f` hold, one flag each.
    pub layered: Vec<String>,
    /// The rest of the layered release; its chart, its release and its version
    /// are those of each file, too. `files` is empty.
    pub inputs: Inputs,
    /// What objects of the cluster hold that documents take values from: a name, or
    /// a kind and a name, and a file.
    pub values_from: Vec<(String, String)>,
    /// How the answer is said.
    pub form: AnswerForm,
    /// Print the values that Helm would see in place of a verdict, with these texts.
    pub print_values: Option<ShownTexts>,
}

/// Judges everything and prints the answer. Returns the exit code: 0 accepted,
/// 1 refused, 2 could not tell.
pub fn run(request: CheckRequest) -> u8 {
    let jobs = match releases::jobs(&request) {
        Ok(jobs) => jobs,
        Err(message) => return stdout::report_error(&message),
    };
    let request = Arc::new(request);
    if let Some(shown) = request.print_values {
        return print_values(&jobs, &request, shown);
    }
    let progress = Progress::on_a_terminal(jobs.len(), request.form);
    let (answer, exit_code) = judged(&jobs, &request, &progress);
    drop(progress);
    stdout::print(&answer, exit_code)
}

/// What `run` prints, and its exit code. An error is a message: nothing was
/// judged.
pub fn answer(request: CheckRequest) -> Result<(String, u8), String> {
    let jobs = releases::jobs(&request)?;
    Ok(judged(&jobs, &Arc::new(request), &Progress::hidden()))
}

fn judged(jobs: &[Job], request: &Arc<CheckRequest>, progress: &Progress) -> (String, u8) {
    let judge = |job: &Job| job.releases(request).into_iter().map(report_on).collect::<Vec<Report>>();
    let reports = parallel::map(jobs, workers(jobs), judge, || progress.one_is_done());
    let mut reports = reports.into_iter().flatten().collect::<Vec<_>>();
    (forms::write(&mut reports, request.form), exit_code(&reports))
}

fn workers(jobs: &[Job]) -> Workers {
    Workers::for_files(jobs, Job::bytes)
}

fn report_on(release: Release) -> Report {
    let Release { name, file, document, inputs, unknown } = release;
    let (layered, disagreement) = match inputs {
        Ok(inputs) => versions::layered(inputs),
        Err(error) => (Err(error), None),
    };
    let (mut outcome, mut warnings) = judging::judged(layered.as_deref());
    warnings.extend(disagreement);
    warnings.extend(layered.iter().flat_map(|layered| set_flags::changed_credentials(&layered.changed)));
    if let Some((why, sketch)) = unknown
        && judging::depends_on_what_is_unknown(&outcome, layered.as_deref(), &sketch)
    {
        outcome = Judgement::Unknown(judging::unread(&why));
        warnings.clear();
    }
    Report { name, file, document, outcome, warnings }
}

/// The worst of all: not to know is worse than to refuse.
fn exit_code(reports: &[Report]) -> u8 {
    let code = |report: &Report| match report.outcome {
        Judgement::Accepted { .. } => 0,
        Judgement::Refused { .. } => 1,
        Judgement::Unknown(_) => COULD_NOT_TELL,
    };
    reports.iter().map(code).max().unwrap_or(COULD_NOT_TELL)
}

fn print_values(jobs: &[Job], request: &Arc<CheckRequest>, shown: ShownTexts) -> u8 {
    let mut exit_code = 0;
    let mut texts = Vec::new();
    let print = |job: &Job| {
        let releases = job.releases(request);
        releases.iter().map(|release| printed::values(&release.inputs, shown)).collect::<Vec<_>>()
    };
    let printed = parallel::map(jobs, workers(jobs), print, || ());
    let printed: Vec<Result<String, String>> = printed.into_iter().flatten().collect();
    let count = printed.len();
    for printed in printed {
        match printed {
            Ok(text) => texts.push(text),
            Err(message) => exit_code = stdout::report_error(&message),
        }
    }
    let whole = if count == 1 { texts.concat() } else { format!("[\n{}\n]", texts.join(",\n")) };
    if texts.is_empty() {
        exit_code
    } else {
        stdout::print(&sanitize::for_json(&format!("{whole}\n")), exit_code)
    }
}

/// <https://no-color.org>: not even on a terminal, where the variable is set.
fn colours() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !set("NO_COLOR") && !is_dumb()
}

/// Whether the terminal takes nothing but letters.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
