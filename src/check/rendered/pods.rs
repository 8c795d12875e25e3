//! Objects → pods: what a workload runs, and what can be reached in it.
//!
//! Deployments, `StatefulSets` and the like hold a template; the operator's
//! resources are turned into one in `operator`. An object that another one of
//! the stream made is judged there.

use super::arguments::Expansions;
use super::look::{PortName, at, is_true, list_at, port_at, text, text_at};
use super::objects::{Object, Objects};
use super::operator;
use super::pod::{self, Container, Pod};
use super::receiver;
use helm_values::Node;
use std::cell::RefCell;

/// Receivers of other programs.
pub(super) struct OtherReceiver<'t> {
    pub object: &'t Object,
    pub what: &'static str,
}

/// Every Prometheus of the stream, and what else receives.
pub(super) fn read(objects: &Objects) -> (Vec<Pod<'_>>, Vec<OtherReceiver<'_>>) {
    let expansions = Expansions::default();
    let (mut pods, mut others) = (Vec::new(), Vec::new());
    for object in objects.iter().filter(|object| !object.is_owned(objects)) {
        match object.kind.as_str() {
            "Prometheus" | "PrometheusAgent" if object.group.starts_with("monitoring.") => {
                pods.push(operator::pod(object, &expansions));
            }
            "VMAgent" | "VMCluster" | "VMSingle" => {
                others.push(OtherReceiver { object, what: "VictoriaMetrics" });
            }
            _ => {
                let Some(template) = template(object) else { continue };
                match in_template(object, template, &expansions) {
                    Some(pod) => pods.push(pod),
                    None => others.extend(other(template).map(|what| OtherReceiver { object, what })),
                }
            }
        }
    }
    (pods, others)
}

/// The node that holds `metadata` and `spec` of the pods.
fn template(object: &Object) -> Option<&Node> {
    match object.kind.as_str() {
        "Pod" => Some(&object.node),
        "CronJob" => at(&object.node, &["spec", "jobTemplate", "spec", "template"]),
        "DaemonSet"
        | "Deployment"
        | "DeploymentConfig"
        | "Job"
        | "ReplicaSet"
        | "ReplicationController"
        | "Rollout"
        | "StatefulSet" => at(&object.node, &["spec", "template"]),
        _ => None,
    }
}

fn in_template<'t>(object: &'t Object, template: &'t Node, expansions: &Expansions) -> Option<Pod<'t>> {
    let containers: Vec<Container> = list_at(template, &["spec", "containers"])
        .iter()
        .chain(list_at(template, &["spec", "initContainers"]).iter().filter(|one| stays(one)))
        .map(|one| Container::read(one, expansions))
        .collect();
    let prometheus = containers.iter().find(|one| receiver::is_prometheus(one.image, &one.line))?;
    let says_none = |node| pod::says_none(node, &["metadata", "annotations"]);
    let numbered = (object.kind == "StatefulSet").then(|| format!("{}-", object.name));
    Some(Pod {
        object,
        labels: pod::labels_at(template, &["metadata", "labels"]),
        numbered,
        prometheus: receiver::read(&prometheus.line),
        volumes: list_at(template, &["spec", "volumes"]).iter().collect(),
        host_network: is_true(template, &["spec", "hostNetwork"]),
        access_none: says_none(&object.node) || says_none(template),
        containers,
        tls: None,
        landings: RefCell::default(),
    })
}

/// An init container that runs beside the others.
fn stays(container: &Node) -> bool {
    text_at(container, &["restartPolicy"]) == Some("Always")
}

/// A program that always receives, if one is in the template.
fn other(template: &Node) -> Option<&'static str> {
    list_at(template, &["spec", "containers"]).iter().find_map(|node| {
        let repository = receiver::repository(text_at(node, &["image"]).unwrap_or_default());
        let first = list_at(node, &["args"]).first().and_then(text);
        if repository.contains("victoriametrics/") || repository.contains("victoria-metrics") {
            Some("VictoriaMetrics")
        } else if repository.ends_with("grafana/mimir") || repository.ends_with("cortexproject/cortex") {
            Some("Mimir or Cortex")
        } else if repository.ends_with("/thanos") && first == Some("receive") {
            Some("Thanos")
        } else {
            None
        }
    })
}

/// Where a Service's port leads to: its `targetPort`, else the same number.
pub(super) fn target(port: &Node) -> Option<PortName> {
    port_at(port, &["targetPort"]).or_else(|| port_at(port, &["port"]))
}
