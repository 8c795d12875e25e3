//! Pods and their ways → a report.
//!
//! Refused where a receiver is on and a way from outside is open, unless the
//! workload says explicitly that anyone may write. Ways that begin in the cluster
//! are warnings, or with `--strict` refused, too. What is not known is never
//! taken for a login: it ends in "could not tell".

use super::access::Access;
use super::objects::Objects;
use super::pods::{self, OtherReceiver, Pod};
use super::receiver::Receiver;
use super::routes::Routes;
use super::ways::{self, Way};
use crate::check::report::{Auth, Finding, Outcome, Place};
use crate::refusal::WarningCode;
use helm_values::tree::Origin;
use std::fmt::Display;

/// One workload's receiver and its ways.
pub(super) struct Judged {
    pub workload: String,
    pub line: u32,
    pub receiver: Receiver,
    pub access_none: bool,
    pub ways: Vec<Way>,
}

/// All that was found, before it is said.
#[derive(Default)]
pub(super) struct Findings {
    refused: Vec<Finding>,
    unknown: Vec<Finding>,
    warnings: Vec<Finding>,
}

/// How many pods and Services may be held against each other.
const MOST_PAIRS: usize = 5_000_000;

const ANNOTATE: &str = "or annotate the workload with remote-write-auth/access: none";

/// Judges the objects of a file.
pub(super) fn judge(objects: &Objects, strict: bool) -> (Outcome, Vec<Finding>, Vec<Judged>) {
    let (pods, others) = pods::read(objects);
    if pods.is_empty() {
        return (Outcome::Unknown(no_prometheus(&others)), Vec::new(), Vec::new());
    }
    if pods.len().saturating_mul(objects.of_kind("Service").count()) > MOST_PAIRS {
        return too_many();
    }
    let routes = Routes::read(objects);
    let mut findings = Findings::default();
    let (mut judged, mut all) = (Vec::new(), 0);
    for pod in &pods {
        let ways = ways::to(objects, &routes, pod);
        all += ways.len();
        if all > ways::MOST {
            return too_many();
        }
        findings.of_pod(pod, &ways, strict);
        judged.push(Judged {
            workload: pod.object.to_string(),
            line: pod.object.origin().line,
            receiver: pod.prometheus.receiver.clone(),
            access_none: pod.access_none,
            ways,
        });
    }
    findings.warnings.extend(others.iter().map(other));
    let receiver_on = judged.iter().any(|one| one.receiver == Receiver::On);
    let auth = auth(&judged);
    let (outcome, warnings) = findings.outcome(receiver_on, auth);
    (outcome, warnings, judged)
}

fn too_many() -> (Outcome, Vec<Finding>, Vec<Judged>) {
    let state = "there are too many workloads, Services and routes to hold against each other";
    (Outcome::Unknown(unknown(state, "judge fewer namespaces", None)), Vec::new(), Vec::new())
}

impl Findings {
    fn of_pod(&mut self, pod: &Pod, ways: &[Way], strict: bool) {
        let state = match &pod.prometheus.receiver {
            Receiver::Off => return,
            Receiver::On => format!("the receiver of {} is on", pod.object),
            Receiver::Unknown(why) => {
                format!("whether the receiver of {} is on is not known, since {why}", pod.object)
            }
        };
        if pod.access_none {
            return;
        }
        let is_on = pod.prometheus.receiver == Receiver::On;
        for way in ways {
            let counts = way.outside || strict;
            let finding = |kind| finding(kind, &state, way);
            match &way.access {
                Access::Guarded(_) | Access::LeftOut => {}
                Access::Open if counts && is_on => self.refused.push(finding(Kind::Open)),
                Access::Open if counts => self.unknown.push(finding(Kind::Open)),
                Access::Unjudged(_) if counts => self.unknown.push(finding(Kind::Unknown)),
                Access::Open => self.warnings.push(finding(Kind::OpenInside)),
                Access::Unjudged(_) => self.warnings.push(finding(Kind::UnknownInside)),
            }
        }
    }

    /// What is refused is known, whatever else is not.
    fn outcome(mut self, receiver_on: bool, auth: Auth) -> (Outcome, Vec<Finding>) {
        if !self.refused.is_empty() {
            self.unknown.append(&mut self.warnings);
            let refusals =
                self.refused.into_iter().map(|one| coded(one, WarningCode::AuthBypassed)).collect();
            let warnings = self.unknown.into_iter().map(|one| coded(one, WarningCode::NotJudged)).collect();
            return (Outcome::Refused { receiver_on, refusals }, warnings);
        }
        if self.unknown.is_empty() {
            let warnings = self.warnings.into_iter().map(|one| coded(one, WarningCode::NotJudged)).collect();
            return (Outcome::Accepted { receiver_on, auth }, warnings);
        }
        let first = self.unknown.remove(0);
        let rest = self.unknown.into_iter().chain(self.warnings);
        (Outcome::Unknown(first), rest.map(|one| coded(one, WarningCode::NotJudged)).collect())
    }
}

enum Kind {
    Open,
    OpenInside,
    Unknown,
    UnknownInside,
}

/// The sentence about a way; its code comes where the verdict is known.
fn finding(kind: Kind, state: &str, way: &Way) -> Finding {
    let Way { object, port, .. } = way;
    let place = Some(Place { origin: way.origin.clone(), key: None });
    let (code, msg) = match kind {
        Kind::Open => (
            None,
            format!(
                "{state}, and {object} leads to it at port {port} without a login; put a login there, {ANNOTATE}"
            ),
        ),
        Kind::OpenInside => (
            Some(WarningCode::AuthBypassed),
            format!(
                "{state}, and {object} leads each pod of the cluster to it at port {port} without a login; let Prometheus listen on the loopback behind a login, or refuse this with --strict"
            ),
        ),
        Kind::Unknown | Kind::UnknownInside => (
            None,
            format!(
                "{state}, and whether {object} asks for a login at port {port} is not known: {}; look there, {ANNOTATE}",
                way.access.reason()
            ),
        ),
    };
    let finding = Finding { code: None, msg, path: object.clone(), place };
    match code {
        Some(code) => coded(finding, code),
        None => finding,
    }
}

fn coded(finding: Finding, code: WarningCode) -> Finding {
    match finding.code {
        Some(_) => finding,
        None => Finding { code: Some(code.as_str()), msg: format!("{} [{code}]", finding.msg), ..finding },
    }
}

fn unknown(state: impl Display, remedy: &str, origin: Option<&Origin>) -> Finding {
    let place = origin.map(|origin| Place { origin: origin.clone(), key: None });
    Finding { code: None, msg: format!("{state}; {remedy}"), path: String::new(), place }
}

fn no_prometheus(others: &[OtherReceiver]) -> Finding {
    match others.first() {
        Some(OtherReceiver { object, what }) => {
            let state = format!("{object} is {what}, which receives always and is not judged here");
            unknown(state, "look yourself who can reach it", Some(object.origin()))
        }
        None => unknown(
            "there is no Prometheus among the objects",
            "give all that helm template or kustomize build prints, with the workload or the resource of the operator in it",
            None,
        ),
    }
}

fn other(other: &OtherReceiver) -> Finding {
    let OtherReceiver { object, what } = other;
    let state = format!("{object} is {what}, which receives always and is not judged here");
    coded(unknown(state, "look yourself who can reach it", Some(object.origin())), WarningCode::NotJudged)
}

fn auth(judged: &[Judged]) -> Auth {
    let on = || judged.iter().filter(|one| one.receiver != Receiver::Off);
    if on().next().is_none() {
        Auth::NotChosen
    } else if on().any(|one| one.access_none) {
        Auth::Anyone
    } else {
        Auth::AtEachWay
    }
}
