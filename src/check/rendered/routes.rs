//! Objects that lead requests into the cluster → routes to Services.
//!
//! `ingress`, `traefik` and `gateway` read what is understood. Of other kinds
//! only the Services that they name are found, and their ways are not judged.

use super::access::WayAccess;
use super::look::{at, text_at};
use super::nginx_annotations::Global;
use super::objects::{Object, Objects};
use super::paths::PathRule;
use super::route::Route;
use super::{gateway, ingress, traefik};
use helm_values::{Node, Value};
use std::collections::HashMap;

/// All routes, by the name of their Service.
pub(super) struct Routes<'t>(HashMap<&'t str, Vec<Route<'t>>>);

/// Kinds that lead requests on and are not read.
const UNREAD: &[&str] =
    &["GRPCRoute", "HTTPProxy", "Mapping", "TraefikService", "VirtualServer", "VirtualService"];

impl<'t> Routes<'t> {
    pub(super) fn read(objects: &'t Objects) -> Self {
        let global = Global::read(objects);
        let mut routes = Vec::new();
        for object in objects.iter() {
            match (object.kind.as_str(), object.group.as_str()) {
                ("Ingress", "networking.k8s.io" | "extensions") => {
                    ingress::read(objects, &global, object, &mut routes);
                }
                ("IngressRoute" | "IngressRouteTCP", _) => traefik::read(objects, object, &mut routes),
                ("HTTPRoute" | "TCPRoute" | "TLSRoute", _) => gateway::read(objects, object, &mut routes),
                ("Route", "route.openshift.io") => routes.extend(openshift(object)),
                (kind, _) if UNREAD.contains(&kind) => mentioned(object, &object.node, &mut routes),
                _ => {}
            }
        }
        let mut by_name: HashMap<&str, Vec<Route>> = HashMap::new();
        for route in routes {
            by_name.entry(route.service).or_default().push(route);
        }
        Routes(by_name)
    }

    /// Those that lead to a Service of this name.
    pub(super) fn to(&self, service: &str) -> &[Route<'t>] {
        self.0.get(service).map_or(&[], Vec::as_slice)
    }
}

/// `OpenShift` asks for no login at its routes, whatever they say.
fn openshift(object: &Object) -> Option<Route<'_>> {
    let node = at(&object.node, &["spec", "to"])?;
    Some(Route {
        object,
        node,
        namespace: &object.namespace,
        service: text_at(node, &["name"])?,
        // It names the port of the pod, as a Service's targetPort does.
        port: None,
        paths: text_at(&object.node, &["spec", "path"])
            .filter(|_| object.annotation("haproxy.router.openshift.io/rewrite-target").is_none())
            .map_or(PathRule::All, |path| PathRule::Prefix(path.to_owned())),
        access: WayAccess::Open,
    })
}

/// Every text in an object that could name a Service.
fn mentioned<'t>(object: &'t Object, node: &'t Node, routes: &mut Vec<Route<'t>>) {
    match &node.value {
        Value::Text(text) => {
            let host = text.split_once("://").map_or(&**text, |(_, after)| after);
            let service = host.split(['.', ':', '/']).next().unwrap_or_default();
            let why = format!("a {} is not read here", object.kind);
            routes.push(Route {
                object,
                node,
                namespace: "",
                service,
                port: None,
                paths: PathRule::All,
                access: WayAccess::Unjudged(why),
            });
        }
        Value::List(items) => items.iter().for_each(|item| mentioned(object, item, routes)),
        Value::Table(table) => {
            let values = table.iter().filter(|(key, _)| &***key != "metadata");
            values.for_each(|(_, value)| mentioned(object, value, routes));
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {}
    }
}
