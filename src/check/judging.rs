//! Values that were layered → their verdict, and what is to be known beside it.

use super::gitops::sketch::Sketch;
use super::report::{Auth, Finding, Judgement, SettingPlace};
use super::scope::{self, Scope};
use super::{document, encrypted, places, slips, trento, warnings};
use crate::policy::refusal::{Code, Refusal, ValuesPath, Warning};
use crate::policy::{self, Access, Verdict};
use helm_values::{Coalesced, Error, Table, coalesce};
use serde_json::Value;

/// A verdict and what is to be known beside it.
type Judged = (Judgement, Vec<Finding>);

/// The verdict about values that were layered, or not.
pub(super) fn judged(layered: Result<&Coalesced, &Error>) -> Judged {
    let layered = match layered {
        Ok(layered) => layered,
        Err(error) => return (Judgement::Unknown(unread(error)), Vec::new()),
    };
    let Coalesced { values, warnings: silent, .. } = layered;
    let scopes = scope::all(layered);
    if let Some(why) = encrypted::by_sops(values) {
        return (Judgement::Unknown(why), Vec::new());
    }
    let mut warnings: Vec<Finding> = silent.iter().map(warnings::silent).collect();
    if let Some(why) = scope::not_such_values(layered) {
        return (Judgement::Unknown(not_known(why)), warnings);
    }
    if scopes.is_empty() {
        return (Judgement::Unknown(without_prometheus()), warnings);
    }
    if let Some(message) = scope::not_what_it_is_called(layered, &scopes) {
        return (Judgement::Unknown(not_known(&message)), warnings);
    }
    let mut outcomes = Vec::new();
    for scope in scopes.iter().filter(|scope| scope.asked) {
        let (outcome, found) = judge(values, scope);
        outcomes.push(outcome);
        warnings.extend(found);
    }
    (all_of(outcomes), warnings)
}

/// Whether the verdict is another one with something else in the place of what
/// is unknown.
pub(super) fn depends_on_what_is_unknown(
    outcome: &Judgement,
    layered: Result<&Coalesced, &Error>,
    sketch: &Sketch,
) -> bool {
    let Ok(layered) = layered else { return false };
    let scopes = scope::all(layered);
    sketch.variants(&scopes).any(|inputs| {
        let other = inputs.and_then(|inputs| coalesce(&trento::for_verdicts(inputs)));
        !is_as_good(outcome, &judged(other.as_ref()).0)
    })
}

/// Whether `other` makes no other verdict of `outcome`. With the receiver off
/// nobody needs to say who may write.
fn is_as_good(outcome: &Judgement, other: &Judgement) -> bool {
    match (outcome, other) {
        (Judgement::Accepted { auth, .. }, Judgement::Accepted { auth: other, .. }) => {
            auth == other || *other == Auth::NotChosen
        }
        (Judgement::Refused { refusals, .. }, Judgement::Refused { refusals: other, .. }) => {
            refusals.iter().any(|one| other.iter().any(|other| other.code == one.code))
        }
        (Judgement::Unknown(_), Judgement::Unknown(_)) => true,
        (Judgement::Accepted { .. } | Judgement::Refused { .. } | Judgement::Unknown(_), _) => false,
    }
}

/// The verdict about one Prometheus; of several charts under one name each has to be accepted.
fn judge(values: &Table, scope: &Scope) -> Judged {
    let mut outcomes = Vec::with_capacity(1);
    let mut warnings = Vec::new();
    for document in document::all(values, scope) {
        let (outcome, found) = judge_document(values, scope, &document);
        outcomes.push(outcome);
        add_new(&mut warnings, found);
    }
    let mut outcome = all_of(outcomes);
    if let Judgement::Refused { refusals, .. } = &mut outcome {
        for refusal in std::mem::take(refusals) {
            add_new(refusals, vec![refusal]);
        }
    }
    (outcome, warnings)
}

/// Adds what does not say the same about the same place as one that is there.
fn add_new(known: &mut Vec<Finding>, found: Vec<Finding>) {
    let before = known.len();
    for finding in found {
        if !known[..before].contains(&finding) {
            known.push(finding);
        }
    }
}

fn judge_document(values: &Table, scope: &Scope, document: &Value) -> Judged {
    match policy::judge(document) {
        Ok(verdict) => {
            let found = policy::warnings::find(document, &verdict);
            let Verdict { receiver_on, access } = verdict;
            let outcome = Judgement::Accepted { receiver_on, auth: auth(&access) };
            (outcome, warned(values, scope, found))
        }
        Err(refusals) => {
            let refusals =
                refusals.into_iter().map(|refusal| refused(values, scope, document, refusal)).collect();
            let receiver_on = policy::receiver_is_on(document);
            let found = policy::warnings::find_in_refused(document);
            (Judgement::Refused { receiver_on, refusals }, warned(values, scope, found))
        }
    }
}

/// The policy's warnings, then those that need what was read.
fn warned(values: &Table, scope: &Scope, found: Vec<Warning>) -> Vec<Finding> {
    let found = found.into_iter().map(|warning| warnings::of_the_policy(values, scope, warning));
    let found = found.chain(warnings::of_switch(values, scope));
    found.chain(slips::all(values, scope)).chain(warnings::of_auth(values, scope)).collect()
}

/// The verdict about a release with several scopes: each has to be accepted.
/// Where Helm asks none, nothing is deployed.
fn all_of(outcomes: Vec<Judgement>) -> Judgement {
    let nothing = Judgement::Accepted { receiver_on: false, auth: Auth::NotChosen };
    outcomes.into_iter().fold(nothing, |one, other| match (one, other) {
        (
            Judgement::Accepted { receiver_on: one, auth },
            Judgement::Accepted { receiver_on: other, auth: others },
        ) => Judgement::Accepted { receiver_on: one || other, auth: auth.max(others) },
        (
            Judgement::Refused { receiver_on: one, refusals },
            Judgement::Refused { receiver_on: other, refusals: others },
        ) => {
            let refusals = refusals.into_iter().chain(others).collect();
            Judgement::Refused { receiver_on: one || other, refusals }
        }
        (Judgement::Refused { receiver_on, refusals }, Judgement::Accepted { receiver_on: other, .. })
        | (Judgement::Accepted { receiver_on: other, .. }, Judgement::Refused { receiver_on, refusals }) => {
            Judgement::Refused { receiver_on: receiver_on || other, refusals }
        }
        (unknown @ Judgement::Unknown(_), _) | (_, unknown @ Judgement::Unknown(_)) => unknown,
    })
}

fn auth(access: &Access) -> Auth {
    match access {
        Access::ReceiverOff => Auth::NotChosen,
        Access::Open => Auth::Anyone,
        Access::Basic(_) | Access::BasicInSecret(_) => Auth::Basic,
    }
}

/// The refusal with its places; whether somebody has to choose depends on a flag.
fn refused(values: &Table, scope: &Scope, document: &Value, refusal: Refusal) -> Finding {
    let Refusal { code, message, at } = refusal;
    let path = scope.place(&at.values_path().unwrap_or_default());
    let place = places::nearest(values, path.keys());
    let because = (code == Code::AuthNotChosen)
        .then(|| policy::receiver_cause(document))
        .flatten()
        .and_then(|cause| places::of_cause(values, scope, &cause));
    Finding { code: Some(code.as_str()), message, place, path, because }
}

pub(super) fn unread(error: &Error) -> Finding {
    let Error { message, origin, .. } = error;
    let place = origin.clone().map(|origin| SettingPlace { origin, key: None });
    Finding { code: None, message: message.clone(), path: ValuesPath::default(), place, because: None }
}

fn without_prometheus() -> Finding {
    not_known(
        "the chart has no sub-chart called prometheus, so nothing is known about the receiver; name the chart that holds it by --chart, or the flags under the name prometheus",
    )
}

fn not_known(message: &str) -> Finding {
    Finding {
        code: None,
        message: message.to_owned(),
        path: ValuesPath::default(),
        place: None,
        because: None,
    }
}
