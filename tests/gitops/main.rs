//! Documents of Flux, Argo CD and others as input of `check`: what is judged, where it points, and
//! what is not known.
//!
//! `flux`, `argo` and `others` hold documents and verdicts; `as_flux` compares
//! values with what Flux' own package makes of the same documents, `as_kustomize`
//! with what kustomize and Helm render.
//!
//! needs: flux-values-1.27.2 kustomize-5.8.1 helm-4.2.4

mod argo;
mod as_flux;
mod as_kustomize;
mod flux;
mod others;

use serde_json::Value;
use test_support::folder::Folder;

/// Each release and its verdict: `release: verdict code line:column`, where there
/// are several with the file in front.
fn verdicts(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let answer = folder.run(&[&["check", "-o", "json"][..], arguments].concat());
    assert_eq!(answer.stderr, "");
    let whole: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
    match whole {
        Value::Array(all) => all.iter().map(verdict).collect(),
        one => vec![verdict(&one)],
    }
}

fn verdict(one: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let found = if one["verdict"] == "unknown" { &one["error"] } else { &one["refusals"][0] };
    let mut words = vec![format!("{}:", text(&one["release"])), text(&one["verdict"])];
    if one["verdict"] == "accepted" {
        words.push(text(&one["auth"]));
    } else {
        if let Some(code) = found["code"].as_str() {
            words.push(code.to_owned());
        }
        words.push(format!("{}:{}", found["line"], found["column"]));
    }
    words.join(" ")
}

/// One file's verdicts.
#[track_caller]
fn are(text: &str, wanted: &[&str]) {
    let folder = Folder::with(&[("f.yaml", text)]);
    assert_eq!(verdicts(&folder, &["f.yaml"]), wanted, "{text}");
}

/// The message about what could not be told.
fn why(folder: &Folder, arguments: &[&str]) -> String {
    let answer = folder.run(&[&["check"][..], arguments].concat());
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (2, ""), "{}", answer.stdout);
    answer.stdout
}
