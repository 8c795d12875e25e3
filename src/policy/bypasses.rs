//! The ways to Prometheus that do not ask for the login → warnings.
//!
//! The edge stands beside Prometheus or at the edge; the chart's service leads
//! to Prometheus itself (facts of chart 25.21 and 29.27: its `servicePort` goes
//! to 9090). Whoever gets there from outside is never asked.

use super::reading::{in_server, is_true, table};
use super::refusal::{Warning, WarningCode};
use serde_json::Value;

/// Where Prometheus listens, past every edge.
const PROMETHEUS_PORT: f64 = 9090.0;

/// The service's port for Prometheus, where the chart's default holds.
const DEFAULT_SERVICE_PORT: f64 = 80.0;

/// Warns of each setting of `server` that opens such a way.
pub(super) fn warn(server: &Value, warnings: &mut Vec<Warning>) {
    let mut warn = |keys: &[&str], statement: &str| {
        warnings.push(Warning::new(WarningCode::AuthBypassed, statement, in_server(keys)));
    };
    let service = &server["service"];
    if service["enabled"] != Value::Bool(false) {
        if service["type"] == "LoadBalancer" || service["type"] == "NodePort" {
            warn(
                &["service", "type"],
                "a service of this type leads from outside to Prometheus itself, past the login; use ClusterIP and let clients in by the ingress",
            );
        }
        if is_true(&service["externalIPs"]) {
            warn(
                &["service", "externalIPs"],
                "external addresses of the service lead to Prometheus itself, past the login; leave them out and let clients in by the ingress",
            );
        }
    }
    if is_true(&server["hostNetwork"]) {
        warn(
            &["hostNetwork"],
            "on the network of its node, port 9090 of Prometheus can be reached past the login; turn hostNetwork off",
        );
    }
    if is_true(&server["hostPort"]) {
        warn(
            &["hostPort"],
            "a port of the node leads to Prometheus itself, past the login; leave hostPort out",
        );
    }
    for [outer, inner] in ways_in(server) {
        warn(
            &[outer, inner],
            "this way in leads to Prometheus itself, past the login; let it lead to the port of the program that asks for the login",
        );
    }
}

/// The settings of an ingress or route that lead to Prometheus itself. An
/// ingress whose annotations ask for a login is an edge of its own.
fn ways_in(server: &Value) -> Vec<[&str; 2]> {
    let service_port = &server["service"]["servicePort"];
    let is_prometheus = |port: &Value| {
        let to = |wanted: f64| port.as_f64() == Some(wanted) || port.as_str() == Some(&wanted.to_string());
        let default_holds = service_port.is_null() && to(DEFAULT_SERVICE_PORT);
        !port.is_null() && (port == "http" || to(PROMETHEUS_PORT) || default_holds || port == service_port)
    };
    let mut found = Vec::new();
    let ingress = &server["ingress"];
    if is_true(&ingress["enabled"]) && !asks_at_the_edge(&ingress["annotations"]) {
        if is_prometheus(&ingress["servicePort"]) {
            found.push(["ingress", "servicePort"]);
        }
        let paths = ingress["extraPaths"].as_array().map_or(&[][..], Vec::as_slice);
        let leads = |path: &Value| {
            let backend = &path["backend"];
            let port = &backend["service"]["port"];
            [&port["number"], &port["name"], &backend["servicePort"]].into_iter().any(is_prometheus)
        };
        if paths.iter().any(leads) {
            found.push(["ingress", "extraPaths"]);
        }
    }
    let open = |(_, route): &(&String, &Value)| is_true(&route["enabled"]) && !is_true(&route["filters"]);
    let routes = table(&server["route"]).filter(open);
    found.extend(routes.map(|(name, _)| ["route", name.as_str()]));
    found
}

fn asks_at_the_edge(annotations: &Value) -> bool {
    table(annotations).any(|(key, _)| key.contains("auth") || key.contains("middlewares"))
}
