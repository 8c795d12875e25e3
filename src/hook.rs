//! A chart's values inside the cluster → the policy's verdict, and exit code.
//!
//! The values come masked from the chart's own template: the policy reads their
//! characters and length alone. What no schema can see is judged here: what an
//! existing Secret holds. `secret` reads a mounted Secret, `htpasswd` keeps a file like it.

pub mod htpasswd;
mod secret;

use crate::policy::refusal::{self, At, Code, Node, Refusal, Warning, WarningCode};
use crate::policy::{self, Access, placeholder};
use crate::stdout;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// An annotation has 256 KiB at most.
const LARGEST: u64 = 16 << 20;

const BASIC_AUTH: &str = "kubernetes.io/basic-auth";

/// Judges the document in the file `values`, and the Secret that is mounted at
/// `secret` where the document names one. Messages go to standard output.
pub fn run(values: &Path, secret: Option<&Path>) -> u8 {
    let document = match read(values) {
        Ok(document) => document,
        Err(message) => return stdout::report_error(&message),
    };
    match judge(&document, secret) {
        Ok(refusals) if refusals.is_empty() => stdout::print(&remarks(&document, secret), 0),
        Ok(refusals) => stdout::print(&refusal::lines(&refusals), 1),
        Err(message) => stdout::report_error(&message),
    }
}

fn read(path: &Path) -> Result<Value, String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot read {shown}: {error}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("{shown} is larger than 16 MiB, and no pod has such an annotation"));
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        format!("{shown} is not JSON, from line {} column {} on", error.line(), error.column())
    })
}

fn judge(document: &Value, secret: Option<&Path>) -> Result<Vec<Refusal>, String> {
    let access = match policy::judge(document) {
        Ok(verdict) => verdict.access,
        Err(refusals) => return Ok(refusals),
    };
    match access {
        Access::ReceiverOff | Access::Open | Access::Basic(_) => Ok(Vec::new()),
        Access::BasicInSecret(_) => existing(document, secret),
    }
}

/// What is wrong with the existing Secret.
fn existing(document: &Value, secret: Option<&Path>) -> Result<Vec<Refusal>, String> {
    let Some(folder) = secret else {
        return Err(
            "the values name an existing Secret; name the folder where it is mounted by --secret".into()
        );
    };
    if !["", BASIC_AUTH].contains(&kind(document)) {
        let statement = "the existing Secret is not of the type kubernetes.io/basic-auth; create it anew with that type and the keys username and password, since a Secret cannot change its type";
        return Ok(vec![Refusal::new(Code::SecretWrongType, statement, Node::ExistingSecret)]);
    }
    secret::read(folder).map(|login| login.err().unwrap_or_default())
}

/// The existing Secret's type; empty where nobody could be asked: only what is
/// known to be wrong is refused.
fn kind(document: &Value) -> &str {
    document["existingSecretType"].as_str().unwrap_or_default()
}

/// What an accepted document leaves open, a line each.
fn remarks(document: &Value, secret: Option<&Path>) -> String {
    let name = &document["prometheus"]["server"]["auth"]["basic"]["existingSecret"];
    let asked = name.as_str().is_some_and(|name| !name.is_empty());
    let unseen = "accepted; the type of the existing Secret could not be seen from here, and one that is not kubernetes.io/basic-auth leaves the edge shut\n";
    let unseen = (asked && kind(document).is_empty()).then(|| unseen.to_owned());
    let is_placeholder = asked && secret.is_some_and(secret::holds_placeholder);
    unseen.into_iter().chain(is_placeholder.then(not_filled_in)).collect()
}

fn not_filled_in() -> String {
    let code = WarningCode::PasswordIsAPlaceholder;
    let Warning { at, message, .. } =
        Warning::new(code, placeholder::STATEMENT, At::SecretKey(Node::Password));
    format!("warning: {at}: {message}\n")
}
