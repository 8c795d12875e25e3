//! One release → its report.

use super::releases::Release;
use super::report::{Auth, Finding, Outcome, Place, Report};
use super::{document, places, versions, warnings};
use crate::law::{self, Access, Verdict};
use crate::refusal::Refusal;
use crate::values::tree::Table;
use crate::values::{CouldNotTell, Layered, Scope};

/// Judges a release.
pub(super) fn report(release: &Release) -> Report {
    let Release { name, file, inputs } = release;
    let layered = inputs.clone().and_then(|inputs| crate::values::layer(&inputs));
    let outcome = outcome(&layered);
    let mut warnings = layered.as_ref().map(warnings::of).unwrap_or_default();
    if let Ok(inputs) = inputs {
        warnings.extend(versions::disagreement(inputs, &layered));
    }
    Report { name: name.clone(), file: file.clone(), outcome, warnings }
}

/// The verdict about values that were layered, or not.
pub(super) fn outcome(layered: &Result<Layered, CouldNotTell>) -> Outcome {
    match layered {
        Ok(Layered { scopes, .. }) if scopes.is_empty() => Outcome::Unknown(without_prometheus()),
        Ok(Layered { values, scopes, .. }) => all_of(scopes.iter().map(|scope| judge(values, scope))),
        Err(error) => Outcome::Unknown(unread(error)),
    }
}

fn judge(values: &Table, scope: &Scope) -> Outcome {
    if !scope.deployed {
        return Outcome::Accepted { receiver_on: false, auth: Auth::NotChosen };
    }
    let document = document::of(values, &scope.path);
    match law::judge(&document) {
        Ok(Verdict { receiver_on, access }) => Outcome::Accepted { receiver_on, auth: auth(&access) },
        Err(refusals) => {
            let refusals = refusals.into_iter().map(|refusal| refused(values, scope, refusal)).collect();
            Outcome::Refused { receiver_on: law::receiver_is_on(&document), refusals }
        }
    }
}

/// The verdict about a release with several scopes: each has to be accepted.
fn all_of(mut outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let first = outcomes.next().expect("a release without a scope is judged before");
    outcomes.fold(first, |one, other| match (one, other) {
        (
            Outcome::Accepted { receiver_on: one, auth },
            Outcome::Accepted { receiver_on: other, auth: others },
        ) => Outcome::Accepted { receiver_on: one || other, auth: auth.max(others) },
        (
            Outcome::Refused { receiver_on: one, refusals },
            Outcome::Refused { receiver_on: other, refusals: others },
        ) => {
            let refusals = refusals.into_iter().chain(others).collect();
            Outcome::Refused { receiver_on: one || other, refusals }
        }
        (Outcome::Refused { receiver_on, refusals }, Outcome::Accepted { receiver_on: other, .. })
        | (Outcome::Accepted { receiver_on: other, .. }, Outcome::Refused { receiver_on, refusals }) => {
            Outcome::Refused { receiver_on: receiver_on || other, refusals }
        }
        (unknown @ Outcome::Unknown(_), _) | (_, unknown @ Outcome::Unknown(_)) => unknown,
    })
}

fn auth(access: &Access) -> Auth {
    match access {
        Access::ReceiverOff => Auth::NotChosen,
        Access::Open => Auth::Anyone,
        Access::Basic(_) | Access::BasicInSecret(_) => Auth::Basic,
    }
}

fn refused(values: &Table, scope: &Scope, refusal: Refusal) -> Finding {
    let Refusal { code, msg, place } = refusal;
    let path = warnings::path(scope, &place);
    Finding { code: Some(code.as_str()), msg, place: places::nearest(values, &path), path }
}

fn unread(error: &CouldNotTell) -> Finding {
    let CouldNotTell { sentence, origin, random: _ } = error;
    let place = origin.clone().map(|origin| Place { origin, key: None });
    Finding { code: None, msg: sentence.clone(), path: String::new(), place }
}

fn without_prometheus() -> Finding {
    let msg = "the chart has no sub-chart called prometheus, so nothing is known about the receiver; name the chart that holds it by --chart, or the flags under the name prometheus";
    Finding { code: None, msg: msg.to_owned(), path: String::new(), place: None }
}
