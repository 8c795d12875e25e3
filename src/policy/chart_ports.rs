//! Ports that an Ingress or a route names → whether they lead to Prometheus itself.
//!
//! As the chart's service has them (the chart prometheus 15 to 29): its own port, by
//! the name http, which leads to 9090 whatever else is said, and the additional
//! ones. A number of `--set` is an integer and one of YAML a float, and both may be
//! text: they are one number.

use super::bypass_table::{HEADLESS_SUFFIX, PORT_NAME, PROMETHEUS_PORT, SERVICE_PORT};
use super::reading::is_true;
use serde_json::{Value, json};

/// A port of a service.
struct ChartPort {
    name: Value,
    number: Value,
    target: Value,
}

/// The ports of the services that the chart makes for the server.
pub(super) struct ChartPorts {
    /// The number of the port that a way in has by default.
    pub own: Value,
    ports: Vec<ChartPort>,
    headless: Vec<ChartPort>,
    /// The name of Prometheus' port in its container.
    port_name: Value,
}

impl ChartPorts {
    /// Those of the settings `server`.
    pub(super) fn new(server: &Value) -> Self {
        let service = &server["service"];
        let or_default = |port: &Value| if port.is_null() { json!(SERVICE_PORT) } else { port.clone() };
        let main =
            |number: Value| ChartPort { name: json!(PORT_NAME), number, target: json!(PROMETHEUS_PORT) };
        let own = or_default(&service["servicePort"]);
        let mut ports = Vec::new();
        if Self::has_service(server) {
            ports.push(main(own.clone()));
            ports.extend(service["additionalPorts"].as_array().into_iter().flatten().map(|port| {
                let target = [&port["targetPort"], &port["port"]].into_iter().find(|it| is_true(it));
                ChartPort {
                    name: port["name"].clone(),
                    number: port["port"].clone(),
                    target: target.cloned().unwrap_or_default(),
                }
            }));
        }
        let set = &server["statefulSet"];
        let headless = is_true(&set["enabled"]).then(|| main(or_default(&set["headless"]["servicePort"])));
        let port_name = server["portName"].clone();
        Self { own, ports, headless: headless.into_iter().collect(), port_name }
    }

    /// Whether the chart makes a service that is reached by an address of its own.
    pub(super) fn has_service(server: &Value) -> bool {
        let enabled = &server["service"]["enabled"];
        enabled.is_null() || is_true(enabled)
    }

    /// Whether the service's port leads to Prometheus.
    pub(super) fn lead_to_prometheus(&self, port: &Value) -> bool {
        self.lead_there(&self.ports, port)
    }

    /// Whether a path of an Ingress does, in the form of either API.
    pub(super) fn backend_leads_to_prometheus(&self, backend: &Value) -> bool {
        let port = &backend["service"]["port"];
        let named = [&port["number"], &port["name"], &backend["servicePort"]];
        let service = [&backend["service"]["name"], &backend["serviceName"]];
        let ports = self.of_service(service.into_iter().find_map(Value::as_str));
        named.into_iter().any(|port| self.lead_there(ports, port))
    }

    /// Whether a backend of a route does.
    pub(super) fn route_leads_to_prometheus(&self, backend: &Value) -> bool {
        self.lead_there(self.of_service(backend["name"].as_str()), &backend["port"])
    }

    /// The chart calls the service of a stateful set's pods so.
    fn of_service(&self, name: Option<&str>) -> &[ChartPort] {
        let is_headless = name.is_some_and(|name| name.trim().ends_with(HEADLESS_SUFFIX));
        if is_headless { &self.headless } else { &self.ports }
    }

    /// By number or name; where the service has neither, by the target: ingress-nginx
    /// takes that, too.
    fn lead_there(&self, ports: &[ChartPort], port: &Value) -> bool {
        if !is_true(port) {
            return false;
        }
        let is_named = |it: &&ChartPort| is_same(&it.number, port) || is_same(&it.name, port);
        let mut named = ports.iter().filter(is_named).peekable();
        if named.peek().is_some() {
            named.any(|it| self.is_prometheus(&it.target))
        } else {
            ports.iter().any(|it| is_same(&it.target, port) && self.is_prometheus(&it.target))
        }
    }

    fn is_prometheus(&self, target: &Value) -> bool {
        is_same(target, &json!(PROMETHEUS_PORT)) || (is_true(target) && is_same(target, &self.port_name))
    }
}

/// Whether both are one port, whatever kind of value they are.
fn is_same(one: &Value, other: &Value) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => (one - other).abs() < 0.5,
        _ => one.is_string() && one == other,
    }
}

fn number(port: &Value) -> Option<f64> {
    port.as_f64().or_else(|| port.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports() -> ChartPorts {
        let additional = json!([
            {"name": "web", "port": 8443, "targetPort": 9090}, {"name": "other", "port": 9090, "targetPort": 10901},
            {"name": "named", "port": 81, "targetPort": "prometheus"}, {"name": "same", "port": 10902},
        ]);
        let set = json!({"enabled": true, "headless": {"servicePort": 9091}});
        let service = json!({"servicePort": "8080", "additionalPorts": additional});
        ChartPorts::new(&json!({"service": service, "statefulSet": set, "portName": "prometheus"}))
    }

    #[test]
    fn a_port_leads_where_its_number_its_name_or_else_its_target_says() {
        for (port, expected) in [
            (json!(8080), true),
            (json!(8080.0), true),
            (json!(" 8080 "), true),
            (json!("http"), true),
            (json!(8443), true),
            (json!("web"), true),
            (json!(81), true),
            (json!("prometheus"), true),
            // Named by a number that is also a target: the number counts.
            (json!(9090), false),
            (json!("other"), false),
            (json!(10901), false),
            (json!(10902), false),
            (json!(8081), false),
            (json!("HTTP"), false),
            (json!(true), false),
            (json!(null), false),
            (json!(0), false),
        ] {
            assert_eq!(ports().lead_to_prometheus(&port), expected, "{port}");
        }
    }

    #[test]
    fn a_backend_names_the_service_and_the_port_in_either_form() {
        for (backend, expected) in [
            (json!({"service": {"name": "a-server", "port": {"number": 8080}}}), true),
            (json!({"service": {"name": "a-server", "port": {"name": "web"}}}), true),
            (json!({"service": {"name": "a-server", "port": {"number": 9091}}}), false),
            (json!({"service": {"name": "a-server-headless", "port": {"number": 9091}}}), true),
            (json!({"service": {"name": "a-server-headless", "port": {"number": 8080}}}), false),
            (json!({"serviceName": "a-server", "servicePort": "http"}), true),
            (json!({"serviceName": "a-server-headless", "servicePort": 8080}), false),
            (json!({"serviceName": "a-server"}), false),
        ] {
            assert_eq!(ports().backend_leads_to_prometheus(&backend), expected, "{backend}");
        }
        for (backend, expected) in [
            (json!({"name": "a-server", "port": 8080}), true),
            (json!({"name": "a-server", "port": 9091}), false),
            (json!({"name": "a-server-headless", "port": 9091}), true),
            (json!({"port": 8080}), true),
        ] {
            assert_eq!(ports().route_leads_to_prometheus(&backend), expected, "{backend}");
        }
    }

    #[test]
    fn a_service_is_there_unless_it_is_switched_off() {
        for (service, expected) in
            [(json!({}), true), (json!({"enabled": true}), true), (json!({"enabled": false}), false)]
        {
            let server = json!({"service": service, "portName": ""});
            assert_eq!(ChartPorts::has_service(&server), expected, "{server}");
            assert_eq!(ChartPorts::new(&server).lead_to_prometheus(&json!("http")), expected, "{server}");
        }
    }
}
