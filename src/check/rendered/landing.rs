//! A port of a pod → what listens there.
//!
//! Prometheus, a sidecar that is understood, a helper that receives nothing, or
//! something that could be anything.

use super::access::WayAccess;
use super::objects::{Objects, plain_name};
use super::pod::{Landing, Pod};
use super::{receiver, sidecar, web_config};

/// Programs beside Prometheus that take no samples and pass nothing on.
const HELPERS: &[&str] =
    &["prometheus-config-reloader", "configmap-reload", "thanos", "configmap-reloader", "k8s-sidecar"];

/// What listens on port `number` of `pod`. A configuration that has to be read
/// for it is read once.
pub(super) fn at(objects: &Objects, pod: &Pod, number: u16) -> Landing {
    let known = pod.landings.borrow().get(&number).cloned();
    known.unwrap_or_else(|| {
        let landing = find(objects, pod, number);
        pod.landings.borrow_mut().insert(number, landing.clone());
        landing
    })
}

fn find(objects: &Objects, pod: &Pod, number: u16) -> Landing {
    if pod.prometheus.ports.contains(&number) {
        return Landing::Receiver(web_config::access(objects, pod));
    }
    if let Some(access) = sidecar::access(objects, pod, number) {
        return Landing::Receiver(access);
    }
    let declares = pod.containers.iter().find(|one| one.ports.iter().any(|port| port.number == number));
    match declares {
        Some(one) if is_helper(one.image) => Landing::Elsewhere,
        // It declares what it does not listen on.
        Some(one) if receiver::is_prometheus(one.image, &one.line) => Landing::Elsewhere,
        Some(one) => {
            let name = plain_name(&one.name);
            Landing::Receiver(WayAccess::unjudged(format!(
                "what the container {name} passes on is not read here"
            )))
        }
        None if pod.prometheus.loopback || pod.containers.len() > 1 => {
            Landing::Receiver(WayAccess::unjudged(format!("no container declares the port {number}")))
        }
        None => Landing::Elsewhere,
    }
}

fn is_helper(image: &str) -> bool {
    let repository = receiver::repository(image);
    HELPERS.iter().any(|helper| repository.rsplit('/').next() == Some(helper))
}
