//! The ways to Prometheus that do not ask for the login → warnings.
//!
//! The edge stands beside Prometheus or before the cluster; the chart's service leads
//! to Prometheus itself. Whoever gets there from outside is never asked. Where a
//! port leads is `chart_ports`' to say, what asks for a login `ingress_logins`', and
//! what is data of it the library chart's table, which its notes read, too.

use super::bypass_table::{BypassSetting, OPEN_WAY, SETTINGS, STANDARD_FILTERS, UNSEEN_FILTER};
use super::chart_ports::ChartPorts;
use super::ingress_logins::{IngressLogin, of_annotations};
use super::reading::{in_server, is_true, table};
use super::refusal::{Warning, WarningCode};
use serde_json::Value;

/// Warns of each setting of `server` that opens such a way, those `ways_in` among them.
pub(super) fn warn(server: &Value, ways_in: &[OpenWay], warnings: &mut Vec<Warning>) {
    let mut warn = |keys: &[&str], statement: &str| {
        warnings.push(Warning::new(WarningCode::AuthBypassed, statement, in_server(keys)));
    };
    for BypassSetting { keys, values, of_service, statement } in SETTINGS {
        let value = keys.iter().fold(server, |node, key| &node[*key]);
        let is_set = if values.is_empty() { is_true(value) } else { values.iter().any(|one| value == one) };
        if is_set && (!of_service || ChartPorts::has_service(server)) {
            warn(keys, statement);
        }
    }
    for OpenWay { keys, login } in ways_in {
        if *login == IngressLogin::NotAsked {
            warn(keys, OPEN_WAY);
        }
    }
}

/// Warns of each way in whose login cannot be seen from the values.
pub(super) fn warn_of_unseen(ways_in: &[OpenWay], warnings: &mut Vec<Warning>) {
    for OpenWay { keys, login } in ways_in {
        let statement = match login {
            IngressLogin::Asked | IngressLogin::NotAsked => continue,
            IngressLogin::NotSeen(statement) => *statement,
        };
        let setting: &[&str] = match keys.as_slice() {
            ["ingress", ..] => &["ingress", "annotations"],
            keys => keys,
        };
        let warning = Warning::new(WarningCode::NotJudged, statement, in_server(setting));
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
}

/// A setting of an ingress or a route that leads to Prometheus itself.
pub(super) struct OpenWay<'a> {
    keys: Vec<&'a str>,
    login: IngressLogin,
}

/// Each ingress and route of `server` that leads there.
pub(super) fn ways_in(server: &Value) -> Vec<OpenWay<'_>> {
    let ports = ChartPorts::new(server);
    let mut found = Vec::new();
    let ingress = &server["ingress"];
    if is_true(&ingress["enabled"]) && has_a_rule(ingress) {
        let login = of_annotations(ingress);
        let own = &ingress["servicePort"];
        if ports.lead_to_prometheus(own) {
            let setting = if own.is_null() { "enabled" } else { "servicePort" };
            found.push(OpenWay { keys: vec!["ingress", setting], login });
        }
        let paths = ingress["extraPaths"].as_array().map_or(&[][..], Vec::as_slice);
        if paths.iter().any(|path| ports.backend_leads_to_prometheus(&path["backend"])) {
            found.push(OpenWay { keys: vec!["ingress", "extraPaths"], login });
        }
    }
    for (name, route) in table(&server["route"]).filter(|(_, route)| is_true(&route["enabled"])) {
        found.extend(route_login(route, &ports).map(|login| OpenWay { keys: vec!["route", name], login }));
    }
    found
}

/// The chart writes a rule for each host, so none for an empty list.
fn has_a_rule(ingress: &Value) -> bool {
    ingress["hosts"].is_null() || is_true(&ingress["hosts"])
}

/// What the worst rule of a route asks for; `None` where none leads to Prometheus.
fn route_login(route: &Value, ports: &ChartPorts) -> Option<IngressLogin> {
    let login = |rule: &Value| {
        let filters = rule["filters"].as_array().map_or(&[][..], Vec::as_slice);
        // None of the Gateway API's own filters is a login.
        let is_an_extension = |filter: &Value| !STANDARD_FILTERS.iter().any(|known| filter["type"] == *known);
        if filters.iter().any(is_an_extension) {
            IngressLogin::NotSeen(UNSEEN_FILTER)
        } else {
            IngressLogin::NotAsked
        }
    };
    let leads = |rule: &&Value| {
        let backends = rule["backendRefs"].as_array().map_or(&[][..], Vec::as_slice);
        backends.iter().any(|backend| ports.route_leads_to_prometheus(backend))
    };
    let others = route["additionalRules"].as_array().map_or(&[][..], Vec::as_slice);
    let own = (!is_true(&route["httpsRedirect"]) && ports.own_leads_to_prometheus()).then(|| login(route));
    own.into_iter().chain(others.iter().filter(leads).map(login)).max()
}
