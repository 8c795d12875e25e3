//! Objects → pods: what a workload runs, and what can be reached in it.
//!
//! Deployments, `StatefulSets` and the like hold a template; the operator's
//! resources are turned into one in `operator`. An object that another one of
//! the stream made is judged there.

use super::arguments::{self, ContainerCommand};
use super::landing::Landing;
use super::look::{PortName, at, entries_at, is_true, list_at, number_at, port_at, text, text_at, texts_at};
use super::objects::{Object, Objects};
use super::operator;
use super::receiver::{self, Listening};
use helm_values::Node;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// A pod, as far as a receiver is concerned.
pub(super) struct Pod<'t> {
    pub object: &'t Object,
    pub labels: BTreeMap<String, String>,
    /// What the names of its pods begin with, where each has a number.
    pub numbered: Option<String>,
    pub containers: Vec<Container<'t>>,
    pub volumes: Vec<&'t Node>,
    pub host_network: bool,
    /// Somebody says explicitly that anyone may write.
    pub access_none: bool,
    /// What the Prometheus in it listens to.
    pub prometheus: Listening,
    /// A login that Prometheus itself asks for, by a field of the operator's.
    pub tls: Option<&'t Node>,
    /// What its ports were found to lead to.
    pub landings: RefCell<HashMap<u16, Landing>>,
}

/// A container.
pub(super) struct Container<'t> {
    pub name: String,
    pub image: &'t str,
    pub line: ContainerCommand,
    pub ports: Vec<Port>,
    pub mounts: Vec<&'t Node>,
}

/// A port that a container declares.
pub(super) struct Port {
    pub name: Option<String>,
    pub number: u16,
    pub protocol: String,
    pub host_port: Option<u16>,
}

/// Receivers of other programs.
pub(super) struct OtherReceiver<'t> {
    pub object: &'t Object,
    pub what: &'static str,
}

/// Whether it is explicitly open to anyone.
const ACCESS: &str = "remote-write-auth/access";

/// Every Prometheus of the stream, and what else receives.
pub(super) fn read(objects: &Objects) -> (Vec<Pod<'_>>, Vec<OtherReceiver<'_>>) {
    let (mut pods, mut others) = (Vec::new(), Vec::new());
    for object in objects.iter().filter(|object| !object.is_owned(objects)) {
        match object.kind.as_str() {
            "Prometheus" | "PrometheusAgent" if object.group.starts_with("monitoring.") => {
                pods.push(operator::pod(object));
            }
            "VMAgent" | "VMCluster" | "VMSingle" => {
                others.push(OtherReceiver { object, what: "VictoriaMetrics" });
            }
            _ => {
                let Some(template) = template(object) else { continue };
                match pod(object, template) {
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

fn pod<'t>(object: &'t Object, template: &'t Node) -> Option<Pod<'t>> {
    let containers: Vec<Container> = list_at(template, &["spec", "containers"])
        .iter()
        .chain(list_at(template, &["spec", "initContainers"]).iter().filter(|one| stays(one)))
        .map(container)
        .collect();
    let prometheus = containers.iter().find(|one| receiver::is_prometheus(one.image, &one.line))?;
    let says = |node| text_at(node, &["metadata", "annotations", ACCESS]) == Some("none");
    let numbered = (object.kind == "StatefulSet").then(|| format!("{}-", object.name));
    Some(Pod {
        object,
        labels: texts_at(template, &["metadata", "labels"]).map(owned).collect(),
        numbered,
        prometheus: receiver::read(&prometheus.line),
        volumes: list_at(template, &["spec", "volumes"]).iter().collect(),
        host_network: is_true(template, &["spec", "hostNetwork"]),
        access_none: says(&object.node) || says(template),
        containers,
        tls: None,
        landings: RefCell::default(),
    })
}

pub(super) fn says_none(object: &Object) -> bool {
    let pods = ["spec", "podMetadata", "annotations", ACCESS];
    object.annotation(ACCESS) == Some("none") || text_at(&object.node, &pods) == Some("none")
}

pub(super) fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

/// An init container that runs beside the others.
fn stays(container: &Node) -> bool {
    text_at(container, &["restartPolicy"]) == Some("Always")
}

pub(super) fn container(node: &Node) -> Container<'_> {
    Container {
        name: text_at(node, &["name"]).unwrap_or_default().to_owned(),
        image: text_at(node, &["image"]).unwrap_or_default(),
        line: arguments::read(node),
        ports: list_at(node, &["ports"]).iter().filter_map(port).collect(),
        mounts: list_at(node, &["volumeMounts"]).iter().collect(),
    }
}

fn port(node: &Node) -> Option<Port> {
    Some(Port {
        name: text_at(node, &["name"]).map(str::to_owned),
        number: number_at(node, &["containerPort"])?,
        protocol: text_at(node, &["protocol"]).unwrap_or("TCP").to_owned(),
        host_port: number_at(node, &["hostPort"]).filter(|port| *port > 0),
    })
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

impl Pod<'_> {
    /// The number of a port of the pod; a name is looked up in all containers.
    pub(super) fn number(&self, port: &PortName, protocol: &str) -> Option<u16> {
        match port {
            PortName::Number(number) => Some(*number),
            PortName::Name(name) => self
                .containers
                .iter()
                .flat_map(|container| &container.ports)
                .find(|port| port.name.as_deref() == Some(name) && port.protocol == protocol)
                .map(|port| port.number),
        }
    }

    /// Whether a Service with this selector finds it.
    pub(super) fn is_selected(&self, service: &Node) -> bool {
        let mut some = false;
        let all = entries_at(service, &["spec", "selector"]).all(|(key, value)| {
            some = true;
            let Some(wanted) = text(value) else { return false };
            match key {
                "statefulset.kubernetes.io/pod-name" => self.is_numbered(wanted),
                "apps.kubernetes.io/pod-index" => self.numbered.is_some(),
                "pod-template-hash" | "controller-revision-hash" | operator::SHARD => true,
                _ => self.labels.get(key).is_some_and(|label| label == wanted || label == operator::ANY),
            }
        });
        some && all
    }

    fn is_numbered(&self, name: &str) -> bool {
        let number = self.numbered.as_deref().and_then(|prefix| name.strip_prefix(prefix));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        number.is_some_and(|rest| rest.split('-').all(|part| digits(part) || part == "shard"))
    }
}

/// Where a Service's port leads to: its `targetPort`, else the same number.
pub(super) fn target(port: &Node) -> Option<PortName> {
    port_at(port, &["targetPort"]).or_else(|| port_at(port, &["port"]))
}
