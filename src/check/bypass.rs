//! Settings of the server that lead past the guarded door, or hide flags from
//! the law.

use super::report::Finding;
use super::warnings::{Server, table_of};
use crate::values::tree::{Node, Value};

/// Prometheus' own port, behind which no guard stands.
const OWN_PORT: f64 = 9090.0;

/// Fields that hold text of any kind: a flag in there is not judged.
const FREE_TEXT: &[&str] = &["command", "sidecarContainers", "extraInitContainers"];

pub(super) fn of(server: &Server) -> Vec<Finding> {
    let mut warnings = if is_basic(server) { bypasses(server) } else { Vec::new() };
    warnings.extend(FREE_TEXT.iter().filter_map(|key| not_judged(server, key)));
    warnings
}

fn is_basic(server: &Server) -> bool {
    match server.get(&["auth", "type"]).map(|node| &node.value) {
        Some(Value::Text(text)) if !text.is_empty() => text == "basic",
        _ => server.get(&["auth", "basic"]).and_then(table_of).is_some_and(|basic| !basic.is_empty()),
    }
}

/// A setting, whether what it says leads past the door, and how.
type Way = (&'static [&'static str], fn(&Node) -> bool, &'static str);

fn bypasses(server: &Server) -> Vec<Finding> {
    let ways: [Way; 6] = [
        (&["service", "type"], opens_a_port, "the service is reachable from outside the cluster"),
        (&["service", "externalIPs"], is_given, "the service listens on addresses outside the cluster"),
        (&["hostNetwork"], is_given, "the pod has the network of its host"),
        (&["hostPort"], is_given, "the pod has a port of its host"),
        (&["ingress", "servicePort"], is_own_port, "the ingress points at the port of Prometheus itself"),
        (
            &["ingress", "extraPaths"],
            names_own_port,
            "a path of the ingress points at the port of Prometheus itself",
        ),
    ];
    let found = ways.into_iter().filter_map(|(keys, leads_past, what)| {
        let node = server.get(keys).filter(|node| leads_past(node))?;
        let sentence =
            format!("{what}, past the door that asks for credentials; leave it out, or guard it yourself");
        Some(server.warning("door-bypassed", &sentence, &keys.join("."), node, keys.last().copied()))
    });
    found.collect()
}

fn opens_a_port(node: &Node) -> bool {
    matches!(&node.value, Value::Text(text) if text == "LoadBalancer" || text == "NodePort")
}

/// True as a template's `if` has it.
pub(super) fn is_given(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Int(number) => *number != 0,
        Value::Float(number) => *number != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Table(table) => !table.is_empty(),
    }
}

#[allow(clippy::float_cmp, clippy::cast_precision_loss)] // ports are small whole numbers
fn is_own_port(node: &Node) -> bool {
    match &node.value {
        Value::Int(number) => *number as f64 == OWN_PORT,
        Value::Float(number) => *number == OWN_PORT,
        Value::Text(text) => text == "9090",
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Table(_) => false,
    }
}

fn names_own_port(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(names_own_port),
        Value::Table(table) => table.values().any(names_own_port),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => is_own_port(node),
    }
}

/// A command replaces the flags altogether; other text matters where it has
/// the name of a receiver in it.
fn not_judged(server: &Server, key: &str) -> Option<Finding> {
    let node = server.get(&[key])?;
    if !(key == "command" && is_given(node) || names_a_receiver(node)) {
        return None;
    }
    let sentence = format!(
        "{key} can turn a write receiver on, and it is not judged; look there yourself, or use extraFlags in its place"
    );
    Some(server.warning("not-judged", &sentence, key, node, Some(key)))
}

fn names_a_receiver(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => ["remote-write-receiver", "otlp-write-receiver", "enable-otlp-receiver"]
            .iter()
            .any(|name| text.contains(name)),
        Value::List(items) => items.iter().any(names_a_receiver),
        Value::Table(table) => table.values().any(names_a_receiver),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
    }
}
