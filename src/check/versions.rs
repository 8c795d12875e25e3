//! The same values, asked of every kind of Helm there is.

use super::report::{Finding, Outcome};
use super::{document, judging};
use crate::refusal::{Warning, WarningCode};
use crate::values::{self, CouldNotTell, Inputs, Layered, Profile};

/// One Helm of each behaviour, and which versions share it.
const KINDS: &[(&str, &str)] = &[
    ("3.14", "3.14 to 3.17.0"),
    ("3.18", "3.17.1 to 3.19.4"),
    ("3.20.0", "3.19.5 and 3.20.0"),
    ("3.21", "3.20.1 to 3.21"),
    ("4.1.2", "4.0 to 4.1.2"),
    ("4.1.4", "4.1.3 and 4.1.4"),
    ("4.2", "4.2"),
];

/// A warning where Helm versions disagree about the verdict.
pub(super) fn disagreement(inputs: &Inputs, layered: &Result<Layered, CouldNotTell>) -> Option<Finding> {
    if is_the_same_to_all(inputs, layered) {
        return None;
    }
    let mut verdicts: Vec<(&str, Vec<&str>)> = Vec::new();
    for (version, shared_by) in KINDS {
        let verdict = verdict(&layered_by(inputs, version));
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, versions)) => versions.push(shared_by),
            None => verdicts.push((verdict, vec![shared_by])),
        }
    }
    (verdicts.len() > 1).then(|| warning(&verdicts))
}

/// Without a chart, the first and the last of all Helms differ if any two do:
/// what differs is which documents count and which nulls stay, and between
/// the two all of them were changed.
fn is_the_same_to_all(inputs: &Inputs, layered: &Result<Layered, CouldNotTell>) -> bool {
    let Ok(one) = layered else { return false };
    if inputs.chart.is_some() || inputs.release_values.is_some() {
        return false;
    }
    let same = |version| {
        let other = layered_by(inputs, version);
        other.is_ok_and(|other| document::of(&one.values, &[]) == document::of(&other.values, &[]))
    };
    same("3.14") && (inputs.profile == Profile::NEWEST || same("4.2"))
}

fn layered_by(inputs: &Inputs, version: &str) -> Result<Layered, CouldNotTell> {
    let profile = Profile::from_version(version).expect("a version of Helm");
    values::layer(&Inputs { profile, ..inputs.clone() })
}

fn verdict(layered: &Result<Layered, CouldNotTell>) -> &'static str {
    match judging::judged(layered).0 {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused { .. } => "refused",
        Outcome::Unknown(_) => "not read",
    }
}

fn warning(verdicts: &[(&str, Vec<&str>)]) -> Finding {
    let told: Vec<String> =
        verdicts.iter().map(|(verdict, versions)| format!("{verdict} by {}", versions.join(", "))).collect();
    let sentence = format!(
        "versions of Helm disagree about these values, {}; write them without nulls and as one document, or choose your Helm by --helm-version",
        told.join(", but ")
    );
    let Warning { code, msg, place: path } = Warning::new(WarningCode::HelmVersionsDisagree, sentence, "");
    Finding { code: Some(code.as_str()), msg, path, place: None }
}
