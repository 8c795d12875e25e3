//! The Prometheus Operator's resources → the pod that the operator makes of one.
//!
//! As prometheus-operator 0.93 makes it, with its traps: an argument below its
//! version is dropped in silence, an `otlp` table turns the receiver on, an
//! argument in `additionalArgs` asks for no version, and `args` of a container
//! named `prometheus` replace all of it.

use super::arguments::{ContainerArgument, ContainerCommand, Expansions};
use super::look::{at, is_true, list_at, text, text_at};
use super::objects::Object;
use super::pod::{self, ANY, Container, Pod, Port};
use super::receiver::{self, Listening};
use helm_values::{Node, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The pod of a `Prometheus` or `PrometheusAgent`.
pub(super) fn pod<'t>(object: &'t Object, expansions: &Expansions) -> Pod<'t> {
    let spec = at(&object.node, &["spec"]).unwrap_or(&object.node);
    let agent = object.kind == "PrometheusAgent";
    let own = list_at(spec, &["containers"]).iter().find(|one| text_at(one, &["name"]) == Some("prometheus"));
    let mut line = ContainerCommand { program: None, arguments: arguments(spec) };
    if let Some(own) = own {
        let read = Container::read(own, expansions).line;
        if at(own, &["command"]).is_some() {
            line.program = read.program;
        }
        if at(own, &["args"]).is_some() {
            line.arguments = read.arguments;
        }
    }
    let listening = listening(spec, &line, own);
    let mut containers = vec![prometheus(spec, line, own.map(|own| Container::read(own, expansions)))];
    containers.extend(
        list_at(spec, &["containers"])
            .iter()
            .filter(|one| own.is_none_or(|own| !std::ptr::eq(*one, own)))
            .map(|one| Container::read(one, expansions)),
    );
    containers.extend(beside(spec, &containers));
    Pod {
        object,
        labels: labels(object, spec, agent),
        numbered: Some(format!("{}-{}-", if agent { "prom-agent" } else { "prometheus" }, object.name)),
        containers,
        volumes: list_at(spec, &["volumes"]).iter().collect(),
        host_network: is_true(spec, &["hostNetwork"]),
        access_none: says_none(object),
        prometheus: listening,
        landings: RefCell::default(),
        tls: at(spec, &["web", "tlsConfig"]),
    }
}

fn says_none(object: &Object) -> bool {
    let at = |path: &[&str]| pod::says_none(&object.node, path);
    at(&["metadata", "annotations"]) || at(&["spec", "podMetadata", "annotations"])
}

/// The name of the Service that the operator makes, which nobody renders.
pub(super) fn own_service(object: &Object) -> Option<&'static str> {
    let own = at(&object.node, &["spec", "serviceName"]).is_none();
    match object.kind.as_str() {
        "Prometheus" if own => Some("prometheus-operated"),
        "PrometheusAgent" if own => Some("prometheus-agent-operated"),
        _ => None,
    }
}

fn listening(spec: &Node, line: &ContainerCommand, own: Option<&Node>) -> Listening {
    let mut listening = receiver::read(line);
    if own.is_none_or(|own| at(own, &["args"]).is_none()) {
        let prefix = text_at(spec, &["routePrefix"])
            .or_else(|| text_at(spec, &["externalUrl"]).map(receiver::path_of))
            .unwrap_or_default();
        listening.prefix = Some(prefix.to_owned());
        if is_true(spec, &["listenLocal"]) {
            listening.loopback = true;
            listening.ports.clear();
        }
    }
    listening
}

fn prometheus<'t>(spec: &'t Node, line: ContainerCommand, patch: Option<Container<'t>>) -> Container<'t> {
    let mut ports: Vec<Port> = Vec::new();
    if !is_true(spec, &["listenLocal"]) {
        let name = text_at(spec, &["portName"]).unwrap_or("web").to_owned();
        let host_port = None;
        ports.push(Port { name: Some(name), number: 9090, protocol: "TCP".to_owned(), host_port });
    }
    for port in patch.into_iter().flat_map(|own| own.ports) {
        ports.retain(|one| one.number != port.number);
        ports.push(port);
    }
    let image = text_at(spec, &["image"]).unwrap_or("prometheus/prometheus");
    Container { name: "prometheus".to_owned(), image, line, ports, mounts: Vec::new() }
}

/// What the operator puts beside Prometheus.
fn beside<'t>(spec: &Node, there: &[Container]) -> Vec<Container<'t>> {
    let named = |name: &str| there.iter().any(|one| one.name == name);
    let port = |name: &str, number| Port {
        name: Some(name.to_owned()),
        number,
        protocol: "TCP".to_owned(),
        host_port: None,
    };
    let mut all = Vec::new();
    if !named("config-reloader") {
        all.push(("config-reloader", "prometheus-config-reloader", vec![port("reloader-web", 8080)]));
    }
    if at(spec, &["thanos"]).is_some() && !named("thanos-sidecar") {
        all.push(("thanos-sidecar", "thanos/thanos", vec![port("grpc", 10901), port("http", 10902)]));
    }
    let container = |(name, image, ports): (&str, &'static str, Vec<Port>)| Container {
        name: name.to_owned(),
        image,
        line: ContainerCommand::default(),
        ports,
        mounts: Vec::new(),
    };
    all.into_iter().map(container).collect()
}

fn labels(object: &Object, spec: &Node, agent: bool) -> BTreeMap<String, String> {
    let mut labels = pod::labels_at(spec, &["podMetadata", "labels"]);
    let name = object.name.as_str();
    for (key, value) in [
        ("app.kubernetes.io/name", if agent { "prometheus-agent" } else { "prometheus" }),
        ("app.kubernetes.io/managed-by", "prometheus-operator"),
        ("app.kubernetes.io/instance", name),
        ("app.kubernetes.io/version", ANY),
        ("operator.prometheus.io/name", name),
    ] {
        labels.insert(key.to_owned(), value.to_owned());
    }
    if !agent {
        labels.insert("prometheus".to_owned(), name.to_owned());
    }
    labels
}

fn arguments(spec: &Node) -> Vec<ContainerArgument> {
    let version = Version::parse(text_at(spec, &["version"]).unwrap_or("3.13.2"));
    let mut arguments = Vec::new();
    let mut add = |words: String| arguments.push(ContainerArgument::new(words));
    if is_true(spec, &["enableRemoteWriteReceiver"]) && version.is_at_least(33) {
        add("--web.enable-remote-write-receiver".to_owned());
    }
    let otlp = match at(spec, &["enableOTLPReceiver"]).map(|node| &node.value) {
        Some(value) => *value == Value::Bool(true) && version.is_at_least(47),
        None => at(spec, &["otlp"]).is_some(),
    };
    if otlp {
        add("--web.enable-otlp-receiver".to_owned());
    }
    let features: Vec<&str> = list_at(spec, &["enableFeatures"]).iter().filter_map(text).collect();
    if !features.is_empty() && version.is_at_least(25) {
        add(format!("--enable-feature={}", features.join(",")));
    }
    for argument in list_at(spec, &["additionalArgs"]) {
        let Some(name) = text_at(argument, &["name"]) else { continue };
        match text_at(argument, &["value"]) {
            Some("") | None => add(format!("--{name}")),
            Some(value) => add(format!("--{name}={value}")),
        }
    }
    arguments
}

/// A version of Prometheus, as far as its arguments depend on it.
enum Version {
    /// 2, its minor version, and whether it is a version before the release.
    Two { minor: u32, before: bool },
    /// Newer; also what the operator refuses, of which nothing is dropped.
    Other,
}

impl Version {
    fn parse(text: &str) -> Version {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (numbers, before) = match text.split_once('-') {
            Some((numbers, _)) => (numbers, true),
            None => (text.split('+').next().unwrap_or(text), false),
        };
        let mut parts = numbers.split('.');
        match (parts.next(), parts.next().and_then(|minor| minor.parse().ok()), parts.next()) {
            (Some("2"), Some(minor), patch) => {
                Version::Two { minor, before: before && matches!(patch, Some("0") | None) }
            }
            _ => Version::Other,
        }
    }

    /// Whether it is 2.`minor` or newer.
    fn is_at_least(&self, wanted: u32) -> bool {
        match self {
            Version::Two { minor, before } => *minor > wanted || *minor == wanted && !before,
            Version::Other => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_compared_as_the_operator_does() {
        for (version, is) in [
            ("v2.33.0", true),
            ("2.33.5", true),
            ("v2.33.0-distroless", false),
            ("v2.33.1-rc.0", true),
            ("v2.32.9", false),
            ("v3.14.0-distroless", true),
            ("main", true),
        ] {
            assert_eq!(Version::parse(version).is_at_least(33), is, "{version}");
        }
    }
}
