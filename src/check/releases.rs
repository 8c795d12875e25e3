//! What the command line names → the releases that are judged.
//!
//! A file is looked at when its turn comes: it may be a values file, or a document
//! with releases in it.

use super::gitops;
use super::release::{Release, STDIN, name_of};
use super::{CheckRequest, folders};
use helm_values::{Chart, Error, ErrorKind, Inputs, Upgrade, file_list, read_input, shown_path};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::sync::Arc;

/// What one argument or all layered ones name.
pub(super) enum Job {
    /// A file.
    File(String),
    /// A file whose name is not UTF-8, as it is shown.
    Unnameable(String),
    /// All `-f` and `--set`.
    Layered,
}

impl Job {
    /// How long its file is; nothing where that is not known before it is read.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Job::File(file) => fs::metadata(file).map_or(0, |found| found.len()),
            Job::Unnameable(_) | Job::Layered => 0,
        }
    }

    /// The releases that it holds, at least one.
    pub(super) fn releases(&self, request: &Arc<CheckRequest>) -> Vec<Release> {
        match self {
            Job::Layered => vec![layered(request)],
            Job::File(file) => in_file(file, request),
            Job::Unnameable(shown) => {
                let message = "the name of the file is not UTF-8, so it was not read; rename it".to_owned();
                let error = Error { kind: ErrorKind::Unreadable, message, origin: None };
                vec![Release::unread(shown, error)]
            }
        }
    }
}

fn in_file(file: &str, request: &Arc<CheckRequest>) -> Vec<Release> {
    // What cannot be read is said in the words of the one who reads values.
    let Ok(bytes) = read_input(file) else { return vec![alone(file, None, request)] };
    gitops::releases(file, &bytes, request).unwrap_or_else(|| vec![alone(file, Some(bytes.into()), request)])
}

/// Each positional file by itself, then the layered one; a message where there
/// is none or standard input is named twice.
pub(super) fn jobs(request: &CheckRequest) -> Result<Vec<Job>, String> {
    let mut jobs: Vec<Job> = folders::unfolded(&request.files)?.into_iter().map(job).collect();
    let mut named = request.files.clone();
    if is_layered(request) {
        jobs.push(Job::Layered);
        named.extend(layered(request).inputs.into_iter().flat_map(|inputs| inputs.files).map(OsString::from));
    }
    if jobs.is_empty() {
        return Err("nothing is there to be judged; name a values file, or - for standard input, or --chart"
            .to_owned());
    }
    let is_stdin = |file: &&OsString| file.to_str().map(str::trim) == Some(STDIN);
    if named.iter().filter(is_stdin).count() > 1 {
        return Err(
            "standard input is named more than once; it can be read once, so name files in the other places"
                .to_owned(),
        );
    }
    Ok(jobs)
}

fn job(file: OsString) -> Job {
    let shown = |file: &OsStr| shown_path(&file.to_string_lossy());
    file.into_string().map_or_else(|file| Job::Unnameable(shown(&file)), Job::File)
}

fn is_layered(request: &CheckRequest) -> bool {
    let CheckRequest { inputs, .. } = request;
    let set = [&inputs.set, &inputs.set_string, &inputs.set_file, &inputs.set_json, &inputs.set_literal];
    let by_themselves = inputs.chart.is_some() || inputs.upgrade.release_values.is_some();
    !request.layered.is_empty()
        || set.into_iter().any(|flags| !flags.is_empty())
        || (request.files.is_empty() && by_themselves)
}

fn alone(file: &str, bytes: Option<Arc<[u8]>>, request: &CheckRequest) -> Release {
    let Inputs { chart, upgrade, version, .. } = &request.inputs;
    let (chart, upgrade, version) = (chart.clone(), upgrade.clone(), *version);
    let files = vec![file.to_owned()];
    let contents = bytes.map(|bytes| (file.to_owned(), bytes)).into_iter().collect();
    let inputs = Inputs { files, contents, chart, upgrade, version, ..Inputs::default() };
    let file_shown = Some(shown_path(file));
    Release { name: name_of(file), file: file_shown, document: None, inputs: Ok(inputs), unknown: None }
}

fn layered(request: &CheckRequest) -> Release {
    let lists: Result<Vec<Vec<String>>, Error> = request.layered.iter().map(|flag| file_list(flag)).collect();
    let files = lists.map(|lists| lists.concat());
    let inputs = files.map(|files| Inputs { files, ..request.inputs.clone() });
    let file = inputs.as_ref().ok().and_then(|inputs| match inputs.files.as_slice() {
        [only] => Some(shown_path(only)),
        _ => None,
    });
    let name = inputs.as_ref().map_or_else(|_| "-f".to_owned(), layered_name);
    Release { name, file, document: None, inputs, unknown: None }
}

/// All that goes in, but no argument of the `--set` family: it holds values.
fn layered_name(inputs: &Inputs) -> String {
    let mut parts: Vec<String> = inputs.files.iter().map(|file| name_of(file)).collect();
    for (flag, arguments) in [
        ("--set-json", &inputs.set_json),
        ("--set", &inputs.set),
        ("--set-string", &inputs.set_string),
        ("--set-file", &inputs.set_file),
        ("--set-literal", &inputs.set_literal),
    ] {
        if !arguments.is_empty() {
            parts.push(flag.to_owned());
        }
    }
    if parts.is_empty() {
        let Upgrade { release_values, .. } = &inputs.upgrade;
        parts.extend(release_values.as_deref().map(name_of));
        let chart = inputs.chart.as_ref().and_then(Chart::path);
        parts.extend(chart.map(|path| format!("chart {}", shown_path(&path.display().to_string()))));
    }
    parts.join(", ")
}
