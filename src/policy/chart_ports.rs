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
