//! One pod → every way to its receiver, each with what it asks for.
//!
//! From the pod outwards: its own ports, the node's, Services, and the routes to
//! those. A way counts as one from outside where it begins outside of the
//! cluster; all others begin in any pod.

use super::access::WayAccess;
use super::landing;
use super::look::{PortName, list_at, number_at, text_at};
use super::objects::{Object, Objects, can_be_one, plain_name};
use super::operator;
use super::pod::{Landing, Pod};
use super::pods;
use super::route::Route;
use super::routes::Routes;
use super::services::Services;
use helm_values::{Node, Origin};

/// A way to a receiver.
pub(super) struct Way {
    /// The object that makes it.
    pub object: String,
    /// Where it stands; the place of the setting in it.
    pub line: u32,
    pub origin: Origin,
    /// The port that is asked.
    pub port: String,
    /// From outside of the cluster.
    pub outside: bool,
    pub access: WayAccess,
}

/// More ways to one receiver are nobody's.
pub(super) const MOST: usize = 100_000;

/// All ways to the receiver of `pod`; where there are more than [`MOST`], some.
pub(super) fn to(objects: &Objects, services: &Services, routes: &Routes, pod: &Pod) -> Vec<Way> {
    let mut ways = own(objects, pod);
    let namespace = pod.object.namespace.as_str();
    for service in services.selecting(pod) {
        if !can_be_one(&service.namespace, namespace) {
            continue;
        }
        if ways.len() > MOST {
            return ways;
        }
        let ports = ports(objects, pod, service);
        ways.extend(ports.iter().flat_map(|port| of_service(service, port)));
        for route in
            routes.to(&service.name).iter().filter(|one| can_be_one(one.namespace, &service.namespace))
        {
            ways.extend(
                ports.iter().filter(|port| leads_to(route, port)).map(|port| of_route(pod, route, port)),
            );
        }
    }
    ways.extend(operators(objects, routes, pod));
    ways
}

/// A port of a Service that leads to the receiver.
struct ServicePort<'t> {
    node: &'t Node,
    number: u16,
    name: Option<&'t str>,
    node_port: bool,
    access: WayAccess,
}

fn way(object: &Object, origin: &Origin, port: &dyn ToString, outside: bool, access: WayAccess) -> Way {
    let (line, origin) = (object.origin().line, origin.clone());
    Way { object: object.to_string(), line, origin, port: port.to_string(), outside, access }
}

/// The pod's own ports, and those that it has on its node.
fn own(objects: &Objects, pod: &Pod) -> Vec<Way> {
    let declared = pod.containers.iter().flat_map(|one| &one.ports).filter(|port| port.protocol == "TCP");
    let mut numbers: Vec<(u16, Option<u16>)> =
        pod.prometheus.ports.iter().map(|port| (*port, None)).collect();
    numbers.extend(declared.map(|port| (port.number, port.host_port)));
    numbers.sort_unstable();
    numbers.dedup();
    let mut ways: Vec<Way> = Vec::new();
    for (number, host_port) in numbers {
        let Landing::Receiver(access) = landing::at(objects, pod, number) else { continue };
        let origin = pod.object.origin();
        if let Some(port) = host_port {
            ways.push(way(pod.object, origin, &port, true, access.clone()));
        }
        let number = number.to_string();
        if !ways.iter().any(|way| way.port == number && way.outside == pod.host_network) {
            ways.push(way(pod.object, origin, &number, pod.host_network, access));
        }
    }
    ways
}

fn ports<'t>(objects: &Objects, pod: &Pod, service: &'t Object) -> Vec<ServicePort<'t>> {
    let port = |node: &'t Node| {
        let protocol = text_at(node, &["protocol"]).unwrap_or("TCP");
        let target = pods::target(node)?;
        let Landing::Receiver(access) = landing::at(objects, pod, pod.number(&target, protocol)?) else {
            return None;
        };
        let number = number_at(node, &["port"])?;
        let node_port = number_at(node, &["nodePort"]).is_some_and(|port| port > 0);
        (protocol == "TCP").then_some(ServicePort {
            node,
            number,
            name: text_at(node, &["name"]),
            node_port,
            access,
        })
    };
    list_at(&service.node, &["spec", "ports"]).iter().filter_map(port).collect()
}

fn of_service(service: &Object, port: &ServicePort) -> Vec<Way> {
    let kind = text_at(&service.node, &["spec", "type"]).unwrap_or("ClusterIP");
    let outside = matches!(kind, "NodePort" | "LoadBalancer")
        || port.node_port
        || !list_at(&service.node, &["spec", "externalIPs"]).is_empty();
    vec![way(service, &port.node.origin, &port.number, outside, port.access.clone())]
}

/// Whether a route asks for this port; one that names none can ask for each.
fn leads_to(route: &Route, port: &ServicePort) -> bool {
    match &route.port {
        None => true,
        Some(PortName::Number(number)) => *number == port.number,
        Some(PortName::Name(name)) => port.name == Some(name),
    }
}

fn of_route(pod: &Pod, route: &Route, port: &ServicePort) -> Way {
    let left_out = pod.prometheus.paths().is_some_and(|paths| route.paths.leaves_out(&paths));
    let access = if left_out { WayAccess::LeftOut } else { route.access.clone().then(&port.access) };
    way(route.object, &route.node.origin, &port.number, true, access)
}

/// The Service that the operator makes beside those that are rendered.
fn operators(objects: &Objects, routes: &Routes, pod: &Pod) -> Vec<Way> {
    let Some(name) = operator::own_service(pod.object) else { return Vec::new() };
    let namespace = pod.object.namespace.as_str();
    // The rendered one of that name was read.
    if objects.find("Service", namespace, name).is_some() {
        return Vec::new();
    }
    let Landing::Receiver(access) = landing::at(objects, pod, 9090) else { return Vec::new() };
    let spec = &pod.object.node;
    let name_of_port = text_at(spec, &["spec", "portName"]).unwrap_or("web");
    let port = ServicePort { node: spec, number: 9090, name: Some(name_of_port), node_port: false, access };
    let made = way(pod.object, pod.object.origin(), &port.number, false, port.access.clone());
    let made = Way { object: format!("Service {}{name}, made by the operator", prefix(namespace)), ..made };
    let routes = routes.to(name).iter();
    let routes = routes.filter(|one| can_be_one(one.namespace, namespace) && leads_to(one, &port));
    std::iter::once(made).chain(routes.map(|route| of_route(pod, route, &port))).collect()
}

fn prefix(namespace: &str) -> String {
    if namespace.is_empty() { String::new() } else { format!("{}/", plain_name(namespace)) }
}
