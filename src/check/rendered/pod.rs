//! A pod as far as a receiver is concerned: what runs in it, and what was found to
//! be reached there.

use super::access::WayAccess;
use super::arguments::{self, ContainerCommand, Expansions};
use super::look::{PortName, entries_at, list_at, number_at, text, text_at, texts_at};
use super::objects::Object;
use super::receiver::Listening;
use helm_values::Node;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// A label whose value is the operator's to choose.
pub(super) const ANY: &str = "*";
/// The label that the number of a shard is in.
pub(super) const SHARD: &str = "operator.prometheus.io/shard";

const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";
const TEMPLATE_HASH: &str = "pod-template-hash";
const REVISION_HASH: &str = "controller-revision-hash";

/// The annotation that says who may write.
const ACCESS: &str = "remote-write-auth/access";

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

/// Where a port leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    /// To the receiver, with what is met on the way.
    Receiver(WayAccess),
    /// To something that does not lead to it, or to nothing.
    Elsewhere,
}

/// Whether the annotations at `path` say explicitly that anyone may write.
pub(super) fn says_none(node: &Node, path: &[&str]) -> bool {
    texts_at(node, path).any(|annotation| annotation == (ACCESS, "none"))
}

/// The labels at `path`.
pub(super) fn labels_at(node: &Node, path: &[&str]) -> BTreeMap<String, String> {
    texts_at(node, path).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

impl<'t> Container<'t> {
    pub(super) fn read(node: &'t Node, expansions: &Expansions) -> Self {
        Self {
            name: text_at(node, &["name"]).unwrap_or_default().to_owned(),
            image: text_at(node, &["image"]).unwrap_or_default(),
            line: arguments::read(node, expansions),
            ports: list_at(node, &["ports"]).iter().filter_map(Port::read).collect(),
            mounts: list_at(node, &["volumeMounts"]).iter().collect(),
        }
    }
}

impl Port {
    fn read(node: &Node) -> Option<Self> {
        Some(Self {
            name: text_at(node, &["name"]).map(str::to_owned),
            number: number_at(node, &["containerPort"])?,
            protocol: text_at(node, &["protocol"]).unwrap_or("TCP").to_owned(),
            host_port: number_at(node, &["hostPort"]).filter(|port| *port > 0),
        })
    }
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
                POD_NAME => self.is_numbered(wanted),
                POD_INDEX => self.numbered.is_some(),
                TEMPLATE_HASH | REVISION_HASH | SHARD => true,
                _ => self.labels.get(key).is_some_and(|label| label == wanted || label == ANY),
            }
        });
        some && all
    }

    /// Whether this key is a label of the template: the others are Kubernetes' to give.
    pub(super) fn has_label(key: &str) -> bool {
        ![POD_NAME, POD_INDEX, TEMPLATE_HASH, REVISION_HASH, SHARD].contains(&key)
    }

    fn is_numbered(&self, name: &str) -> bool {
        let number = self.numbered.as_deref().and_then(|prefix| name.strip_prefix(prefix));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        number.is_some_and(|rest| rest.split('-').all(|part| digits(part) || part == "shard"))
    }
}
