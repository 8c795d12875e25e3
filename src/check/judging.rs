//! One release → its report.

use super::places;
use super::reading::read;
use super::report::{Auth, Finding, Outcome, Report};
use crate::law::{self, Access, Verdict};
use crate::refusal::Refusal;
use crate::values::tree::Node;
use serde_json::Value;
use std::path::Path;

/// Judges the release that the values in `file` would be.
pub(super) fn file(file: &Path) -> Report {
    let name = file.display().to_string();
    let outcome = match read(file) {
        Ok((tree, document)) => judge(&tree, &document),
        Err(msg) => Outcome::Unknown(Finding { code: None, msg, path: String::new(), place: None }),
    };
    Report { name, outcome, warnings: Vec::new() }
}

fn judge(tree: &Node, document: &Value) -> Outcome {
    match law::judge(document) {
        Ok(Verdict { receiver_on, access }) => Outcome::Accepted { receiver_on, auth: auth(&access) },
        Err(refusals) => {
            let refusals = refusals.into_iter().map(|refusal| found(tree, refusal)).collect();
            Outcome::Refused { receiver_on: true, refusals }
        }
    }
}

fn auth(access: &Access) -> Auth {
    match access {
        Access::ReceiverOff => Auth::NotChosen,
        Access::Open => Auth::Anyone,
        Access::Basic(_) | Access::BasicInSecret(_) => Auth::Basic,
    }
}

fn found(tree: &Node, refusal: Refusal) -> Finding {
    let place = places::nearest(tree, refusal.place.split('.'));
    Finding { code: Some(refusal.code.as_str()), msg: refusal.msg, path: refusal.place, place: Some(place) }
}
