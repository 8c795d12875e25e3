//! What the command line names → the releases that are judged.

use super::{CheckRequest, folders};
use helm_values::{Chart, Error, Inputs, Upgrade, file_list, shown_path};

/// One release that `helm install` or `upgrade` would make.
pub(super) struct Release {
    /// What it is called in the answer.
    pub name: String,
    /// The one file that it is made of, where there is one.
    pub file: Option<String>,
    /// Where its values come from, or why that is unknown.
    pub inputs: Result<Inputs, Error>,
}

const STDIN: &str = "-";

/// Each positional file by itself, then the layered one; a message where
/// there is none or standard input is named twice.
pub(super) fn of(request: &CheckRequest) -> Result<Vec<Release>, String> {
    let files = folders::unfolded(&request.files)?;
    let mut releases: Vec<Release> = files.iter().map(|file| alone(file, request)).collect();
    if is_layered(request) {
        releases.push(layered(request));
    }
    if releases.is_empty() {
        return Err("nothing is there to be judged; name a values file, or - for standard input, or --chart"
            .to_owned());
    }
    let inputs = releases.iter().filter_map(|release| release.inputs.as_ref().ok());
    if inputs.flat_map(|inputs| &inputs.files).filter(|file| file.trim() == STDIN).count() > 1 {
        return Err(
            "standard input is named more than once; it can be read once, so name files in the other places"
                .to_owned(),
        );
    }
    Ok(releases)
}

fn is_layered(request: &CheckRequest) -> bool {
    let CheckRequest { inputs, .. } = request;
    let set = [&inputs.set, &inputs.set_string, &inputs.set_file, &inputs.set_json, &inputs.set_literal];
    let by_themselves = inputs.chart.is_some() || inputs.upgrade.release_values.is_some();
    !request.layered.is_empty()
        || set.into_iter().any(|flags| !flags.is_empty())
        || (request.files.is_empty() && by_themselves)
}

fn alone(file: &str, request: &CheckRequest) -> Release {
    let Inputs { chart, upgrade, version, .. } = request.inputs.clone();
    let files = vec![file.to_owned()];
    let inputs = Inputs { files, chart, upgrade, version, ..Inputs::default() };
    Release { name: name_of(file), file: Some(shown_path(file)), inputs: Ok(inputs) }
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
    Release { name, file, inputs }
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

fn name_of(file: &str) -> String {
    if file.trim() == STDIN { "standard input".to_owned() } else { shown_path(file) }
}
