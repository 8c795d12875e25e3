//! Made-up settings of a Prometheus over a login: whatever the policy follows to where it leads,
//! in every shape that Helm passes on.

use serde_json::{Value, json};
use test_support::chance::Chance;

/// Settings of the sub-chart.
pub(crate) fn prometheus(chance: &mut Chance) -> Value {
    let mut server = json!({
        "extraFlags": ["web.enable-remote-write-receiver"],
        "auth": {"basic": {"username": "a", "password": "Kq7-canary-hunter2"}},
    });
    set(chance, &mut server, "hostNetwork", 90, is_on);
    set(chance, &mut server, "hostPort", 90, |chance| port(chance, &[]));
    set(chance, &mut server, "portName", 60, |chance| port(chance, &["web", "more"]));
    set(chance, &mut server, "service", 30, service);
    set(chance, &mut server, "statefulSet", 50, stateful_set);
    set(chance, &mut server, "ingress", 30, ingress);
    set(chance, &mut server, "route", 50, routes);
    json!({ "server": server })
}

/// Sets `key`, or leaves it out in so many of a hundred; rarely in a shape that is none of its own.
fn set(chance: &mut Chance, table: &mut Value, key: &str, out: usize, value: impl Fn(&mut Chance) -> Value) {
    if chance.percent(out) {
        return;
    }
    table[key] = if chance.percent(6) { odd(chance) } else { value(chance) };
}

/// Of any shape.
fn odd(chance: &mut Chance) -> Value {
    let all = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(""),
        json!(" "),
        json!("a"),
        json!([]),
        json!(["a"]),
        json!([{}]),
        json!({}),
        json!({"a": "b"}),
        json!({"a": {"enabled": true}}),
    ];
    all[chance.below(all.len())].clone()
}

fn is_on(chance: &mut Chance) -> Value {
    if chance.percent(75) {
        json!(true)
    } else {
        [json!(false), json!(null), json!("false")][chance.below(3)].clone()
    }
}

/// A number, the same as text, or one of these names.
fn port(chance: &mut Chance, names: &[&str]) -> Value {
    const NUMBERS: [u16; 6] = [80, 90, 8081, 8082, 9090, 9090];
    let number = NUMBERS[chance.below(NUMBERS.len())];
    match chance.below(20) {
        0 | 1 => json!(number.to_string()),
        2 => json!(format!(" {number} ")),
        3 => [json!(0), json!("")][chance.below(2)].clone(),
        4..=12 if !names.is_empty() => json!(chance.one_of(names)),
        _ => json!(number),
    }
}

fn service(chance: &mut Chance) -> Value {
    let mut service = json!({});
    let types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "loadbalancer"];
    set(chance, &mut service, "type", 70, |chance| json!(chance.one_of(&types)));
    set(chance, &mut service, "enabled", 70, is_on);
    set(chance, &mut service, "externalIPs", 85, |chance| {
        [json!(["192.0.2.1"]), json!([])][chance.below(2)].clone()
    });
    set(chance, &mut service, "servicePort", 60, |chance| port(chance, &[]));
    set(chance, &mut service, "additionalPorts", 30, |chance| list(chance, 3, additional_port));
    service
}

fn list(chance: &mut Chance, most: usize, item: impl Fn(&mut Chance) -> Value) -> Value {
    let count = chance.below(most + 1);
    (0..count).map(|_| if chance.percent(4) { odd(chance) } else { item(chance) }).collect()
}

fn additional_port(chance: &mut Chance) -> Value {
    let mut one = json!({});
    set(chance, &mut one, "name", 10, |chance| json!(chance.one_of(&["edge", "more", "http", "web"])));
    set(chance, &mut one, "port", 5, |chance| port(chance, &[]));
    set(chance, &mut one, "targetPort", 20, |chance| port(chance, &["web", "more", "http"]));
    one
}

fn stateful_set(chance: &mut Chance) -> Value {
    let mut stateful_set = json!({});
    set(chance, &mut stateful_set, "enabled", 10, is_on);
    set(chance, &mut stateful_set, "headless", 50, |chance| {
        let mut headless = json!({});
        set(chance, &mut headless, "servicePort", 20, |chance| port(chance, &[]));
        headless
    });
    stateful_set
}

/// As whoever names a port may call it.
fn asked(chance: &mut Chance) -> Value {
    port(chance, &["http", "more", "more", "edge", "web", "none"])
}

fn name_of_service(chance: &mut Chance) -> Value {
    json!(chance.one_of(&[
        "release-prometheus-server",
        "release-prometheus-server-headless",
        "a-headless ",
        "a-headless-b",
        "a"
    ]))
}

fn ingress(chance: &mut Chance) -> Value {
    let mut ingress = json!({});
    set(chance, &mut ingress, "enabled", 3, is_on);
    set(chance, &mut ingress, "hosts", 30, |chance| list(chance, 2, |_| json!("a")));
    set(chance, &mut ingress, "servicePort", 40, asked);
    set(chance, &mut ingress, "extraPaths", 60, |chance| list(chance, 2, extra_path));
    set(chance, &mut ingress, "tls", 40, |_| json!([{"hosts": ["a"]}]));
    let classes = ["nginx", "nginx-internal", "traefik", "haproxy", "kong"];
    set(chance, &mut ingress, "ingressClassName", 60, |chance| json!(chance.one_of(&classes)));
    set(chance, &mut ingress, "annotations", 25, annotations);
    ingress
}

fn extra_path(chance: &mut Chance) -> Value {
    let mut path = json!({"path": "/"});
    set(chance, &mut path, "backend", 3, |chance| {
        let mut backend = json!({});
        if chance.percent(40) {
            set(chance, &mut backend, "serviceName", 10, name_of_service);
            set(chance, &mut backend, "servicePort", 10, asked);
        }
        if chance.percent(70) {
            set(chance, &mut backend, "service", 3, |chance| {
                let mut service = json!({});
                set(chance, &mut service, "name", 10, name_of_service);
                set(chance, &mut service, "port", 3, |chance| {
                    let mut named = json!({});
                    set(chance, &mut named, "number", 30, |chance| port(chance, &[]));
                    set(chance, &mut named, "name", 70, asked);
                    named
                });
                service
            });
        }
        backend
    });
    path
}

/// Those that are read, and some that are not, with values that count and such that do not.
fn annotations(chance: &mut Chance) -> Value {
    const KNOWN: &[(&str, &[&str])] = &[
        ("auth-type", &["basic", " digest ", "none", "basic"]),
        ("auth-secret", &["s", "s", "s", " "]),
        ("auth-realm", &["off", " off", "Prometheus"]),
        ("auth-url", &["https://a"]),
        ("satisfy", &["any", "any", "all"]),
        ("whitelist-source-range", &["10.0.0.0/8"]),
        ("allowlist-source-range", &["10.0.0.0/8"]),
        ("auth-tls-secret", &["ns/ca"]),
        ("auth-tls-verify-client", &["on", "off", "optional", " "]),
        ("ssl-redirect", &["false", "true"]),
        ("enable-global-auth", &["false"]),
        ("configuration-snippet", &["deny all;", " "]),
        ("rewrite-target", &["/"]),
    ];
    const OTHERS: &[(&str, &[&str])] = &[
        ("traefik.ingress.kubernetes.io/router.middlewares", &["ns-a@kubernetescrd", ""]),
        ("traefik.ingress.kubernetes.io/router.entrypoints", &["web"]),
        ("konghq.com/plugins", &["key"]),
        ("haproxy.org/auth-type", &["basic-auth"]),
        ("example.org/snippet", &["a"]),
    ];
    let mut annotations = json!({});
    let rare = if chance.percent(40) { 92 } else { 70 };
    for (name, values) in KNOWN {
        let key = format!("nginx.ingress.kubernetes.io/{name}");
        let out = if name.ends_with("snippet") { 95 } else { rare };
        set(chance, &mut annotations, &key, out, |chance| said(chance, values));
    }
    for (key, values) in OTHERS {
        set(chance, &mut annotations, key, 88, |chance| said(chance, values));
    }
    let classes = ["nginx", "traefik", "haproxy", ""];
    set(chance, &mut annotations, "kubernetes.io/ingress.class", 70, |chance| json!(chance.one_of(&classes)));
    annotations
}

/// One of these, with blanks around it at times.
fn said(chance: &mut Chance, values: &[&str]) -> Value {
    let value = chance.one_of(values);
    if chance.percent(15) { json!(format!(" {value} ")) } else { json!(value) }
}

fn routes(chance: &mut Chance) -> Value {
    let mut routes = json!({});
    set(chance, &mut routes, "main", 20, route);
    set(chance, &mut routes, "other", 70, route);
    routes
}

fn route(chance: &mut Chance) -> Value {
    let mut route = json!({});
    set(chance, &mut route, "enabled", 3, is_on);
    set(chance, &mut route, "httpsRedirect", 60, is_on);
    set(chance, &mut route, "filters", 50, |chance| list(chance, 2, filter));
    set(chance, &mut route, "additionalRules", 50, |chance| {
        list(chance, 2, |chance| {
            let mut rule = json!({});
            set(chance, &mut rule, "backendRefs", 5, |chance| {
                list(chance, 2, |chance| {
                    let mut backend = json!({});
                    set(chance, &mut backend, "name", 10, name_of_service);
                    set(chance, &mut backend, "port", 5, |chance| port(chance, &[]));
                    backend
                })
            });
            set(chance, &mut rule, "filters", 50, |chance| list(chance, 2, filter));
            rule
        })
    });
    route
}

fn filter(chance: &mut Chance) -> Value {
    let types = ["URLRewrite", "RequestHeaderModifier", "CORS", "ExtensionRef", "ExternalAuth"];
    let mut filter = json!({});
    set(chance, &mut filter, "type", 5, |chance| json!(chance.one_of(&types)));
    filter
}
