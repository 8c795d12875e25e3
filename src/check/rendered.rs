//! `check --rendered`: what `helm template`, `kustomize build` or `kubectl get`
//! prints → is a receiver on, and is a way to it open?
//!
//! ```text
//! bytes ─▶ cut (what cannot matter is left out) ─▶ stream ─▶ objects ─▶ pods (receiver) ─▶ ways ─▶ verdict
//!                                                             └──────▶ routes ──────────────┘
//! ```
//!
//! Values say what is meant, rendered objects what runs. Nothing that is read
//! here is printed but kinds, names and ports; what was not seen is "could not
//! tell", never a login.

#![allow(clippy::option_option, reason = "not there and not known are two answers")]
#![allow(clippy::struct_field_names, reason = "the names are those of the objects' own fields")]

mod access;
mod arguments;
mod cut;
mod gateway;
mod ingress;
mod kinds;
mod landing;
mod look;
mod nginx_annotations;
mod objects;
mod operator;
mod paths;
mod pod;
mod pods;
mod receiver;
mod route;
mod routes;
mod secrets;
mod services;
mod sidecar;
mod stream;
mod traefik;
mod verdict;
mod ways;
mod web_config;

use super::release::STDIN;
use super::report::{Finding, Judgement, Report, SettingPlace};
use super::{AnswerForm, Format, Progress, exit_code, forms, parallel};
use crate::policy::refusal::ValuesPath;
use crate::{sanitize, stdout};
use helm_values::{Origin, Source, SourceKind};
use receiver::Receiver;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use verdict::JudgedWorkload;

/// No more is read of a stream.
const LARGEST: u64 = 64 << 20;

/// Judges each of `files` by itself and prints the answer. Returns the exit
/// code: 0 accepted, 1 refused, 2 could not tell.
pub fn run(files: &[String], strict: bool, form: AnswerForm) -> u8 {
    if files.iter().filter(|file| *file == STDIN).count() > 1 {
        return stdout::report_error(
            "standard input is named more than once; it can be read once, so name files in the other places",
        );
    }
    let progress = Progress::on_a_terminal(files.len(), form);
    let judge = |file: &String| judge(file, strict);
    let all = parallel::map(files, parallel::Workers::EachProcessor, judge, || progress.one_is_done());
    let (mut reports, judged): (Vec<Report>, Vec<Vec<JudgedWorkload>>) = all.into_iter().unzip();
    drop(progress);
    let answer = forms::write(&mut reports, form);
    let answer = match form.format {
        Format::Json => with_ways(&answer, &judged),
        Format::Text | Format::Github | Format::Sarif | Format::Junit => answer,
    };
    stdout::print(&answer, exit_code(&reports))
}

fn judge(file: &str, strict: bool) -> (Report, Vec<JudgedWorkload>) {
    let name = if file == STDIN { "standard input" } else { file }.to_owned();
    let source = Arc::new(Source { kind: SourceKind::File, name: file.to_owned() });
    let origin = |line, column| Origin { source: Arc::clone(&source), line, column };
    let unread = |message: String, origin| {
        let place = Some(SettingPlace { origin, key: None });
        let finding = Finding { code: None, message, path: ValuesPath::default(), place, because: None };
        (Judgement::Unknown(finding), Vec::new(), Vec::new())
    };
    let (outcome, warnings, judged) = match read(file) {
        Err(message) => unread(message, origin(0, 0)),
        Ok(text) => match objects::read(&text, &source) {
            Err(error) => unread(error.message, error.origin),
            Ok(objects) => verdict::judge(&objects, strict),
        },
    };
    let file = Some(file.to_owned());
    (Report { name, file, document: None, outcome, warnings }, judged)
}

fn read(file: &str) -> Result<String, String> {
    let cannot = |error: io::Error| format!("the file cannot be read: {error}; check the path");
    let mut bytes = Vec::new();
    let limit = LARGEST + 1;
    if file == STDIN {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        File::open(file).map_err(cannot)?.take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err("the stream is larger than 64 MiB; ask kubectl for fewer kinds or namespaces, or give each chart its own file".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = read.split(|byte| *byte == b'\n').count() - 1;
        format!("line {} is not UTF-8; objects are written in it", line + 1)
    })
}

/// The answer of all entries, with the ways of each release.
fn with_ways(answer: &str, judged: &[Vec<JudgedWorkload>]) -> String {
    let mut answer: Value = serde_json::from_str(answer).expect("JSON that was written just now");
    match &mut answer {
        Value::Array(releases) => {
            releases.iter_mut().zip(judged).for_each(|(one, judged)| add_ways(one, judged));
        }
        one => judged.iter().for_each(|judged| add_ways(one, judged)),
    }
    sanitize::for_json(&format!("{answer}\n"))
}

fn add_ways(release: &mut Value, judged: &[JudgedWorkload]) {
    let workload = |one: &JudgedWorkload| {
        let receiver = match one.receiver {
            Receiver::On => Some("on"),
            Receiver::Off => Some("off"),
            Receiver::Unknown(_) => None,
        };
        json!({"object": one.workload, "line": one.line, "receiver": receiver, "accessNone": one.access_none})
    };
    let way = |one: &JudgedWorkload, way: &ways::Way| {
        json!({
            "to": one.workload,
            "object": way.object,
            "line": way.line,
            "port": way.port,
            "from": if way.outside { "outside" } else { "cluster" },
            "access": way.access.as_str(),
            "reason": way.access.reason(),
        })
    };
    release["workloads"] = judged.iter().map(workload).collect();
    release["ways"] = judged.iter().flat_map(|one| one.ways.iter().map(move |each| way(one, each))).collect();
}
