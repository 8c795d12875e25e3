//! Pods and their ways → a report.
//!
//! Refused where a receiver is on and a way from outside is open, unless the
//! workload says explicitly that anyone may write. Ways that begin in the cluster
//! are warnings, or with `--strict` refused, too. What is not known is never
//! taken for a login: it ends in "could not tell".

use super::access::WayAccess;
use super::objects::Objects;
use super::pod::Pod;
use super::pods::{self, OtherReceiver};
use super::receiver::Receiver;
use super::routes::Routes;
use super::services::Services;
use super::ways::{self, Way};
use crate::check::report::{Auth, Finding, Judgement, SettingPlace};
use crate::policy::refusal::{ValuesPath, WarningCode};
use helm_values::Origin;
use std::fmt::Display;

/// One workload's receiver and its ways.
pub(super) struct JudgedWorkload {
    pub workload: String,
    pub line: u32,
    pub receiver: Receiver,
    pub access_none: bool,
    pub ways: Vec<Way>,
}

/// All that was found, before it is said.
#[derive(Default)]
pub(super) struct WayFindings {
    refused: Vec<Finding>,
    unknown: Vec<Finding>,
    warnings: Vec<Finding>,
}

/// How many pods and Services may be held against each other.
const MOST_PAIRS: usize = 5_000_000;

const ANNOTATE: &str = "or annotate the workload with remote-write-auth/access: none";

/// Judges the objects of a file.
pub(super) fn judge(objects: &Objects, strict: bool) -> (Judgement, Vec<Finding>, Vec<JudgedWorkload>) {
    let (pods, others) = pods::read(objects);
    if pods.is_empty() {
        return (Judgement::Unknown(no_prometheus(&others)), Vec::new(), Vec::new());
    }
    if pods.len().saturating_mul(objects.of_kind("Service").count()) > MOST_PAIRS {
        return too_many();
    }
    let (services, routes) = (Services::read(objects), Routes::read(objects));
    let mut findings = WayFindings::default();
    let (mut judged, mut all) = (Vec::new(), 0);
    for pod in &pods {
        let ways = ways::to(objects, &services, &routes, pod);
        all += ways.len();
        if all > ways::MOST {
            return too_many();
        }
        findings.of_pod(pod, &ways, strict);
        judged.push(JudgedWorkload {
            workload: pod.object.to_string(),
            line: pod.object.origin().line,
            receiver: pod.prometheus.receiver.clone(),
            access_none: pod.access_none,
            ways,
        });
    }
    findings.warnings.extend(others.iter().map(other));
    findings.warnings.extend(without_services(objects, &pods));
    let receiver_on = judged.iter().any(|one| one.receiver == Receiver::On);
    let auth = auth(&judged);
    let (outcome, warnings) = findings.outcome(receiver_on, auth);
    (outcome, warnings, judged)
}

fn too_many() -> (Judgement, Vec<Finding>, Vec<JudgedWorkload>) {
    let state = "there are too many workloads, Services and routes to hold against each other";
    (Judgement::Unknown(unknown(state, "judge fewer namespaces", None)), Vec::new(), Vec::new())
}

impl WayFindings {
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
                WayAccess::Guarded(_) | WayAccess::LeftOut => {}
                WayAccess::Open if counts && is_on => self.refused.push(finding(WayKind::Open)),
                WayAccess::Open if counts => self.unknown.push(finding(WayKind::Open)),
                WayAccess::Unjudged(_) if counts => self.unknown.push(finding(WayKind::Unknown)),
                WayAccess::Open => self.warnings.push(finding(WayKind::OpenInside)),
                WayAccess::Unjudged(_) => self.warnings.push(finding(WayKind::UnknownInside)),
            }
        }
    }

    /// What is refused is known, whatever else is not.
    fn outcome(mut self, receiver_on: bool, auth: Auth) -> (Judgement, Vec<Finding>) {
        if !self.refused.is_empty() {
            self.unknown.append(&mut self.warnings);
            let refusals =
                self.refused.into_iter().map(|one| coded(one, WarningCode::AuthBypassed)).collect();
            let warnings = self.unknown.into_iter().map(|one| coded(one, WarningCode::NotJudged)).collect();
            return (Judgement::Refused { receiver_on, refusals }, warnings);
        }
        if self.unknown.is_empty() {
            let warnings = self.warnings.into_iter().map(|one| coded(one, WarningCode::NotJudged)).collect();
            return (Judgement::Accepted { receiver_on, auth }, warnings);
        }
        let first = self.unknown.remove(0);
        let rest = self.unknown.into_iter().chain(self.warnings);
        (Judgement::Unknown(first), rest.map(|one| coded(one, WarningCode::NotJudged)).collect())
    }
}

#[derive(Clone, Copy)]
enum WayKind {
    Open,
    OpenInside,
    Unknown,
    UnknownInside,
}

/// The message about a way; its code comes where the verdict is known.
fn finding(kind: WayKind, state: &str, way: &Way) -> Finding {
    let Way { object, port, .. } = way;
    let place = Some(SettingPlace { origin: way.origin.clone(), key: None });
    let (code, message) = match kind {
        WayKind::Open => (
            None,
            format!(
                "{state}, and {object} leads to it at port {port} without a login; put a login there, {ANNOTATE}"
            ),
        ),
        WayKind::OpenInside => (
            Some(WarningCode::AuthBypassed),
            format!(
                "{state}, and {object} leads each pod of the cluster to it at port {port} without a login; let Prometheus listen on the loopback behind a login, or refuse this with --strict"
            ),
        ),
        WayKind::Unknown | WayKind::UnknownInside => (
            None,
            format!(
                "{state}, and whether {object} asks for a login at port {port} is not known: {}; look there, {ANNOTATE}",
                way.access.reason()
            ),
        ),
    };
    let path = ValuesPath::new([object.as_str()]);
    let finding = Finding { code: None, message, path, place, because: None };
    match code {
        Some(code) => coded(finding, code),
        None => finding,
    }
}

fn coded(finding: Finding, code: WarningCode) -> Finding {
    if finding.code.is_some() {
        return finding;
    }
    let message = format!("{} [{code}]", finding.message);
    Finding { code: Some(code.as_str()), message, ..finding }
}

fn unknown(state: impl Display, remedy: &str, origin: Option<&Origin>) -> Finding {
    let place = origin.map(|origin| SettingPlace { origin: origin.clone(), key: None });
    Finding {
        code: None,
        message: format!("{state}; {remedy}"),
        path: ValuesPath::default(),
        place,
        because: None,
    }
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

/// Half of a release has no ways in it, which is not the same as none.
fn without_services(objects: &Objects, pods: &[Pod]) -> Option<Finding> {
    let pod = pods.iter().find(|pod| pod.prometheus.receiver != Receiver::Off && !pod.access_none)?;
    if objects.of_kind("Service").next().is_some() {
        return None;
    }
    let state =
        format!("no Service is among the objects, so what leads to {} from outside was not seen", pod.object);
    let remedy = "give its Services, Ingresses and routes, too, if there are any";
    Some(coded(unknown(state, remedy, Some(pod.object.origin())), WarningCode::NotJudged))
}

fn other(other: &OtherReceiver) -> Finding {
    let OtherReceiver { object, what } = other;
    let state = format!("{object} is {what}, which receives always and is not judged here");
    coded(unknown(state, "look yourself who can reach it", Some(object.origin())), WarningCode::NotJudged)
}

fn auth(judged: &[JudgedWorkload]) -> Auth {
    let on = || judged.iter().filter(|one| one.receiver != Receiver::Off);
    if on().next().is_none() {
        Auth::NotChosen
    } else if on().any(|one| one.access_none) {
        Auth::Anyone
    } else {
        Auth::AtEachWay
    }
}
