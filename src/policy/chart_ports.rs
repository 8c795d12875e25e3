//! Ports that an Ingress or a route names → whether they lead to Prometheus itself.
//!
//! As the chart's service has them (the chart prometheus 15 to 29): its own port, by
//! the name http, which leads to 9090 whatever else is said, and the additional
//! ones. A number of `--set` is an integer and one of YAML a float, and both may be
//! text: they are one number.

use super::bypass_table::{HEADLESS_SUFFIX, PORT_NAME, PROMETHEUS_PORT, SERVICE_PORT};
use super::reading::is_true;
use serde_json::Value;
use std::borrow::Cow;

/// A number or a name, as the chart writes it: blanks around it are none of YAML's. Empty where it
/// is neither.
type PortText<'a> = Cow<'a, str>;

/// A port of a service.
struct ChartPort<'a> {
    name: PortText<'a>,
    number: PortText<'a>,
    target: PortText<'a>,
}

/// The ports of the services that the chart makes for the server.
pub(super) struct ChartPorts<'a> {
    ports: Vec<ChartPort<'a>>,
    headless: Vec<ChartPort<'a>>,
    /// The number of the port that a way in has by default.
    own: PortText<'a>,
    /// The name of Prometheus' port in its container.
    port_name: PortText<'a>,
}

impl<'a> ChartPorts<'a> {
    /// Those of the settings `server`.
    pub(super) fn new(server: &'a Value) -> Self {
        let service = &server["service"];
        let or_default =
            |port: &'a Value| if is_true(port) { text(port) } else { SERVICE_PORT.to_string().into() };
        let main = |number: PortText<'a>| ChartPort {
            name: PORT_NAME.into(),
            number,
            target: PROMETHEUS_PORT.to_string().into(),
        };
        let own = or_default(&service["servicePort"]);
        let mut ports = Vec::new();
        if Self::has_service(server) {
            ports.push(main(own.clone()));
            ports.extend(service["additionalPorts"].as_array().into_iter().flatten().map(|port| {
                let target = [&port["targetPort"], &port["port"]].into_iter().find(|it| is_true(it));
                ChartPort {
                    name: text(&port["name"]),
                    number: text(&port["port"]),
                    target: target.map(text).unwrap_or_default(),
                }
            }));
        }
        let set = &server["statefulSet"];
        let headless = is_true(&set["enabled"]).then(|| main(or_default(&set["headless"]["servicePort"])));
        Self { ports, headless: headless.into_iter().collect(), own, port_name: text(&server["portName"]) }
    }

    /// Whether the chart makes a service that is reached by an address of its own.
    pub(super) fn has_service(server: &Value) -> bool {
        let enabled = &server["service"]["enabled"];
        enabled.is_null() || is_true(enabled)
    }

    /// Whether the service's own port leads to Prometheus.
    pub(super) fn own_leads_to_prometheus(&self) -> bool {
        self.lead_there(&self.ports, &self.own)
    }

    /// Whether this port of the service does; its own, where none is named.
    pub(super) fn lead_to_prometheus(&self, port: &Value) -> bool {
        if is_true(port) { self.lead_there(&self.ports, &text(port)) } else { self.own_leads_to_prometheus() }
    }

    /// Whether a path of an Ingress does, in the form of either API.
    pub(super) fn backend_leads_to_prometheus(&self, backend: &Value) -> bool {
        let port = &backend["service"]["port"];
        let named = [&port["number"], &port["name"], &backend["servicePort"]];
        let service = [&backend["service"]["name"], &backend["serviceName"]];
        let ports = self.of_service(service.into_iter().find(|name| is_true(name)));
        named.into_iter().any(|port| self.lead_there(ports, &text(port)))
    }

    /// Whether a backend of a route does.
    pub(super) fn route_leads_to_prometheus(&self, backend: &Value) -> bool {
        self.lead_there(self.of_service(Some(&backend["name"])), &text(&backend["port"]))
    }

    /// The chart calls the service of a stateful set's pods so.
    fn of_service(&self, name: Option<&Value>) -> &[ChartPort<'a>] {
        let is_headless = |name: &str| name.trim().ends_with(HEADLESS_SUFFIX);
        if name.and_then(Value::as_str).is_some_and(is_headless) { &self.headless } else { &self.ports }
    }

    /// By number or name; where the service has neither, by the target: ingress-nginx
    /// takes that, too.
    fn lead_there(&self, ports: &[ChartPort], port: &str) -> bool {
        if port.is_empty() {
            return false;
        }
        let mut named = ports.iter().filter(|it| it.number == port || it.name == port).peekable();
        if named.peek().is_some() {
            named.any(|it| self.is_prometheus(&it.target))
        } else {
            ports.iter().any(|it| it.target == port && self.is_prometheus(port))
        }
    }

    fn is_prometheus(&self, target: &str) -> bool {
        target == PROMETHEUS_PORT.to_string() || (!target.is_empty() && target == self.port_name)
    }
}

fn text(port: &Value) -> PortText<'_> {
    match port {
        Value::String(text) => text.trim().into(),
        Value::Number(number) if is_true(port) => number.as_f64().unwrap_or_default().to_string().into(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => "".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn server() -> Value {
        let additional = json!([
            {"name": "web", "port": 8443, "targetPort": 9090}, {"name": "other", "port": 9090, "targetPort": 10901},
            {"name": "named", "port": 81, "targetPort": "prometheus"}, {"name": "same", "port": 10902},
        ]);
        let set = json!({"enabled": true, "headless": {"servicePort": 9091}});
        let service = json!({"servicePort": "8080", "additionalPorts": additional});
        json!({"service": service, "statefulSet": set, "portName": "prometheus"})
    }

    #[test]
    fn a_port_leads_where_its_number_its_name_or_else_its_target_says() {
        let server = server();
        let ports = ChartPorts::new(&server);
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
            // None is named: the own one.
            (json!(null), true),
            (json!(0), true),
        ] {
            assert_eq!(ports.lead_to_prometheus(&port), expected, "{port}");
        }
    }

    #[test]
    fn a_backend_names_the_service_and_the_port_in_either_form() {
        let server = server();
        let ports = ChartPorts::new(&server);
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
            assert_eq!(ports.backend_leads_to_prometheus(&backend), expected, "{backend}");
        }
        for (backend, expected) in [
            (json!({"name": "a-server", "port": 8080}), true),
            (json!({"name": "a-server", "port": 9091}), false),
            (json!({"name": "a-server-headless", "port": 9091}), true),
            (json!({"port": 8080}), true),
        ] {
            assert_eq!(ports.route_leads_to_prometheus(&backend), expected, "{backend}");
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
