//! What each kind of object that leads requests on is read into.

use super::access::WayAccess;
use super::look::{PortName, port_at};
use super::objects::Object;
use super::paths::PathRule;
use helm_values::Node;

/// One way from outside of the cluster to a Service.
pub(super) struct Route<'t> {
    pub object: &'t Object,
    /// The rule within it.
    pub node: &'t Node,
    /// The Service's namespace and name.
    pub namespace: &'t str,
    pub service: &'t str,
    /// Its port; none: it is not known which.
    pub port: Option<PortName>,
    pub paths: PathRule,
    pub access: WayAccess,
}

/// The port of a backend: a number or the name of a Service's port.
pub(super) fn port(node: &Node, paths: &[&[&str]]) -> Option<PortName> {
    paths.iter().find_map(|path| port_at(node, path))
}

/// A text of an annotation, cut at commas.
pub(super) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}
