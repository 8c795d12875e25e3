//! Values by chance: what people set of what has to do with receivers and ways.

use serde_json::{Value, json};
use test_support::chance::Chance;

/// Makes one value set.
pub(crate) type Generate = fn(&mut Chance) -> Value;

pub(crate) const FLAGS: &[&str] = &[
    "web.enable-remote-write-receiver",
    "web.enable-remote-write-receiver",
    "web.enable-otlp-receiver",
    "no-web.enable-remote-write-receiver",
    "web.enable-lifecycle",
    "enable-feature=agent,remote-write-receiver",
    "enable-feature=exemplar-storage",
    "web.route-prefix=/prom",
];

pub(crate) fn list(chance: &mut Chance, from: &[&str], most: usize) -> Vec<String> {
    (0..chance.below(most + 1)).map(|_| chance.one_of(from).to_owned()).collect()
}

pub(crate) fn some<T>(chance: &mut Chance, percent: usize, make: impl FnOnce(&mut Chance) -> T) -> Option<T> {
    chance.percent(percent).then(|| make(chance))
}

/// The suite's own chart: workloads, and objects as they stand. Each set has a
/// namespace of its own, so that one call of Helm renders many.
pub(crate) fn ways_in(namespace: &str, chance: &mut Chance) -> Value {
    let text = ways(chance).to_string().replace("\"mon-", &format!("\"{namespace}-"));
    let text = text.replace(",mon-", &format!(",{namespace}-"));
    let mut set: Value = serde_json::from_str(&text).expect("our own JSON");
    set["namespace"] = json!(namespace);
    set
}

fn ways(chance: &mut Chance) -> Value {
    let mut servers = serde_json::Map::new();
    for name in ["one", "two"].iter().take(1 + chance.below(2)) {
        if chance.percent(70) {
            servers.insert((*name).to_owned(), server(chance));
        }
    }
    let prometheuses = some(chance, 40, |chance| json!({"k8s": operator(chance)})).unwrap_or(json!({}));
    let mut objects: Vec<Value> = Vec::new();
    for number in 0..=chance.below(3) {
        objects.push(service(chance, number));
    }
    for number in 0..chance.below(3) {
        objects.push(ingress(chance, number));
    }
    for number in 0..chance.below(2) {
        objects.push(ingress_route(chance, number));
        objects.push(http_route(chance, number));
    }
    objects.extend(logins(chance));
    let listed = objects.split_off(objects.len() - chance.below(objects.len()));
    json!({"servers": servers, "prometheuses": prometheuses, "objects": objects, "listed": listed})
}

fn server(chance: &mut Chance) -> Value {
    let image = chance.one_of(&[
        "quay.io/prometheus/prometheus:v3.1.0",
        "prom/prometheus",
        "mirror:5000/x/prom@sha256:aa",
    ]);
    let mut flags = list(chance, FLAGS, 3);
    if image.contains("mirror") {
        flags.push("storage.tsdb.path=/data".to_owned());
    }
    let mut sidecars = Vec::new();
    if chance.percent(30) {
        sidecars.push(json!({"name": "reload", "image": "x/configmap-reload:v1", "ports": [{"containerPort": 8080, "name": "reload"}]}));
    }
    if chance.percent(25) {
        sidecars.push(json!({"name": "proxy", "image": "quay.io/oauth2-proxy/oauth2-proxy:v7", "ports": [{"containerPort": 8081, "name": "proxy"}]}));
    }
    if chance.percent(15) {
        flags.push(format!(
            "web.listen-address={}",
            chance.one_of(&["127.0.0.1:9090", ":9091", "0.0.0.0:9090"])
        ));
    }
    let web = some(chance, 20, |chance| {
        flags.push("web.config.file=/etc/web/web.yml".to_owned());
        chance.one_of(&[
            r#"{"secret":{"secretName":"web"}}"#,
            r#"{"configMap":{"name":"web"}}"#,
            r#"{"secret":{"secretName":"gone"}}"#,
        ])
    });
    json!({
        "kind": chance.one_of(&["Deployment", "StatefulSet"]),
        "image": image,
        "port": if chance.percent(90) { 9090 } else { 9091 },
        "portName": some(chance, 50, |chance| chance.one_of(&["http", "web"]).to_owned()),
        "hostPort": some(chance, 8, |_| 9090),
        "hostNetwork": chance.percent(5),
        "extraFlags": flags,
        "extraArgs": some(chance, 20, |chance| json!({chance.one_of(&["enable-feature", "log.level"]): chance.one_of(&["otlp-write-receiver", "$(FEATURES)", "$$(FEATURES)", "$(NONE)"])})),
        "env": [{"name": "BASE", "value": "remote-write"}, {"name": "FEATURES", "value": "a,$(BASE)-receiver"}],
        "sidecars": sidecars,
        "webConfig": web.map(|text| serde_json::from_str::<Value>(text).expect("our own JSON")),
    })
}

pub(crate) fn operator(chance: &mut Chance) -> Value {
    let kind = chance.one_of(&["Prometheus", "Prometheus", "PrometheusAgent"]);
    let mut spec = json!({"replicas": 1});
    let mut set = |key: &str, value: Value| spec[key] = value;
    if chance.percent(60) {
        set("enableRemoteWriteReceiver", json!(chance.percent(80)));
    }
    if chance.percent(20) {
        set("enableOTLPReceiver", json!(chance.percent(50)));
    }
    if chance.percent(15) {
        set("otlp", json!({"promoteResourceAttributes": []}));
    }
    if chance.percent(30) {
        set(
            "version",
            json!(chance.one_of(&[
                "v2.32.1",
                "v2.33.0",
                "v2.33.0-x",
                "v2.46.0",
                "v2.48.0",
                "v3.5.0",
                "v3.14.0-distroless"
            ])),
        );
    }
    if chance.percent(20) {
        set(
            "enableFeatures",
            json!(list(chance, &["remote-write-receiver", "otlp-write-receiver", "agent"], 2)),
        );
    }
    if chance.percent(20) {
        let name = chance.one_of(&["web.enable-remote-write-receiver", "enable-feature", "log.level"]);
        set(
            "additionalArgs",
            json!([{"name": name, "value": if name == "enable-feature" { "remote-write-receiver" } else { "" }}]),
        );
    }
    if chance.percent(10) {
        set(
            "containers",
            json!([{"name": "prometheus", "args": ["--config.file=/x", "--web.enable-otlp-receiver"]}]),
        );
    } else if chance.percent(15) {
        set(
            "containers",
            json!([{"name": "proxy", "image": "x/oauth2-proxy", "ports": [{"name": "proxy", "containerPort": 8081}]}]),
        );
    }
    for (key, value, percent) in [
        ("listenLocal", json!(true), 10),
        ("hostNetwork", json!(true), 5),
        ("portName", json!("http-web"), 50),
        ("routePrefix", json!("/prom"), 20),
        ("externalUrl", json!("https://h.example.org/ext"), 20),
        ("serviceName", json!("own"), 10),
        ("thanos", json!({"version": "v0.39.0"}), 10),
    ] {
        if chance.percent(percent) {
            set(key, value);
        }
    }
    if chance.percent(15) {
        let kind =
            chance.one_of(&["RequireAndVerifyClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven"]);
        let name = chance.one_of(&["web", "gone"]);
        set(
            "web",
            json!({"tlsConfig": {"clientAuthType": kind, "client_ca": {"secret": {"name": name, "key": "ca"}}}}),
        );
    }
    json!({"kind": kind, "spec": spec})
}

fn service(chance: &mut Chance, number: usize) -> Value {
    let selector = chance.one_of(&[
        r#"{"app":"one"}"#,
        r#"{"app":"one","release":"rel"}"#,
        r#"{"app":"two"}"#,
        r#"{"app":"none"}"#,
        r#"{"app.kubernetes.io/name":"prometheus","operator.prometheus.io/name":"k8s"}"#,
        r#"{"prometheus":"k8s"}"#,
        r#"{"statefulset.kubernetes.io/pod-name":"prometheus-k8s-0"}"#,
    ]);
    let mut ports = Vec::new();
    for at in 0..=chance.below(2) {
        let target = chance.one_of(&[
            "9090",
            "9090",
            "\"http\"",
            "\"web\"",
            "\"http-web\"",
            "\"proxy\"",
            "\"reload\"",
            "8081",
            "8080",
            "9091",
            "10902",
        ]);
        let target: Value = serde_json::from_str(target).expect("our own JSON");
        ports.push(
            json!({"name": format!("p{at}"), "port": if at == 0 { 80 } else { 9090 }, "targetPort": target}),
        );
    }
    let kind =
        chance.one_of(&["ClusterIP", "ClusterIP", "ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"]);
    let mut spec = json!({"type": kind, "ports": ports, "selector": serde_json::from_str::<Value>(selector).expect("our own JSON")});
    if chance.percent(6) {
        spec["externalIPs"] = json!(["192.0.2.9"]);
    }
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": format!("s{number}")}, "spec": spec})
}

fn port(chance: &mut Chance) -> Value {
    match chance.below(4) {
        0 => json!({"name": "p0"}),
        1 => json!({"name": "p1"}),
        2 => json!({"number": 80}),
        _ => json!({"number": 9090}),
    }
}

fn service_name(chance: &mut Chance) -> &'static str {
    chance.one_of(&["s0", "s0", "s1", "s2", "prometheus-operated"])
}

const PATHS: &[&str] = &[
    "/",
    "/",
    "/",
    "/prom",
    "/graph",
    "/api/v1/query",
    "/API",
    "/api/v1/wr",
    "/prom/api/v1/write",
    "/q(.*)",
];

pub(crate) fn ingress(chance: &mut Chance, number: usize) -> Value {
    let mut notes = serde_json::Map::new();
    let mut note = |key: &str, value: &str| notes.insert(key.to_owned(), json!(value));
    let nginx = |key: &str| format!("nginx.ingress.kubernetes.io/{key}");
    if chance.percent(40) {
        note(&nginx("auth-secret"), "logins");
        if chance.percent(80) {
            note(&nginx("auth-type"), chance.one_of(&["basic", "digest", "none"]));
        }
        if chance.percent(15) {
            note(&nginx("auth-realm"), chance.one_of(&["off", "Prometheus"]));
        }
        if chance.percent(15) {
            note(&nginx("satisfy"), "any");
            note(&nginx("whitelist-source-range"), "10.0.0.0/8");
        }
    }
    for (key, value, percent) in [
        ("auth-url", "https://sso.example.org/auth", 8),
        ("configuration-snippet", "allow all;", 4),
        ("rewrite-target", "/$1", 6),
        ("auth-tls-secret", "mon/ca", 10),
        ("auth-tls-verify-client", "optional", 4),
        ("ssl-redirect", "false", 5),
    ] {
        if chance.percent(percent) {
            note(&nginx(key), value);
        }
    }
    if chance.percent(30) {
        let middleware = chance.one_of(&[
            "mon-login@kubernetescrd",
            "mon-chain@kubernetescrd",
            "mon-headers@kubernetescrd,mon-forward@kubernetescrd",
            "mon-gone@kubernetescrd",
            "x@file",
        ]);
        note("traefik.ingress.kubernetes.io/router.middlewares", middleware);
    }
    let backend =
        |chance: &mut Chance| json!({"service": {"name": service_name(chance), "port": port(chance)}});
    let mut spec = json!({"rules": [{
        "host": "p.example.org",
        "http": {"paths": [{"path": chance.one_of(PATHS), "pathType": chance.one_of(&["Prefix", "Exact", "ImplementationSpecific"]), "backend": backend(chance)}]},
    }]});
    if let Some(class) =
        some(chance, 85, |chance| chance.one_of(&["nginx", "nginx", "traefik", "internal"]).to_owned())
    {
        spec["ingressClassName"] = json!(class);
    }
    if chance.percent(10) {
        spec["defaultBackend"] = backend(chance);
    }
    if chance.percent(40) {
        spec["tls"] = json!([{"hosts": ["p.example.org"], "secretName": "cert"}]);
    }
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": format!("i{number}"), "annotations": notes}, "spec": spec})
}

fn ingress_route(chance: &mut Chance, number: usize) -> Value {
    let mut middlewares = Vec::new();
    for name in list(chance, &["login", "chain", "forward", "headers", "strip", "broken", "gone", "allow"], 2)
    {
        middlewares.push(json!({"name": name}));
    }
    let path = chance.one_of(PATHS);
    let rule = match chance.below(5) {
        0 => "Host(`p.example.org`)".to_owned(),
        1 => format!("Host(`p.example.org`) && Path(`{path}`)"),
        2 => format!("!PathPrefix(`{path}`)"),
        _ => format!("Host(`p.example.org`) && PathPrefix(`{path}`)"),
    };
    let mut spec = json!({"routes": [{
        "kind": "Rule",
        "match": rule,
        "middlewares": middlewares,
        "services": [{"name": service_name(chance), "port": if chance.percent(50) { json!("p0") } else { json!(9090) }}],
    }]});
    if chance.percent(25) {
        spec["tls"] = json!({"options": {"name": chance.one_of(&["certified", "weak", "gone"])}});
    }
    json!({"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute", "metadata": {"name": format!("r{number}")}, "spec": spec})
}

fn http_route(chance: &mut Chance, number: usize) -> Value {
    let mut rule = json!({"backendRefs": [{"name": service_name(chance), "port": if chance.percent(50) { 80 } else { 9090 }}]});
    if chance.percent(80) {
        rule["matches"] = json!([{"path": {"type": chance.one_of(&["PathPrefix", "Exact", "RegularExpression"]), "value": chance.one_of(PATHS)}}]);
    }
    if chance.percent(30) {
        let (kind, group) = *[("Middleware", "traefik.io"), ("SnippetsFilter", "gateway.nginx.org")]
            .get(chance.below(2))
            .expect("two");
        rule["filters"] = json!([{"type": "ExtensionRef", "extensionRef": {"group": group, "kind": kind, "name": "login"}}]);
    } else if chance.percent(15) {
        rule["filters"] = json!([{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}}}]);
    }
    json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": format!("h{number}")}, "spec": {"rules": [rule]}})
}

/// What routes and workloads name; some of it is missing by chance.
fn logins(chance: &mut Chance) -> Vec<Value> {
    let traefik = |kind: &str, name: &str, spec: Value| json!({"apiVersion": "traefik.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec});
    let secret = |name: &str, kind: &str, data: Value| json!({"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": {"name": name}, "stringData": data});
    let web = chance.one_of(&["basic_auth_users: {agents: $2y$05$x}", "basic_auth_users: {}", "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAndVerifyClientCert, client_ca_file: c}", "http_server_config: {http2: true}"]);
    let mut all = vec![
        traefik("Middleware", "login", json!({"basicAuth": {"secret": "traefik-login"}})),
        traefik(
            "Middleware",
            "chain",
            json!({"chain": {"middlewares": [{"name": "headers"}, {"name": "login"}]}}),
        ),
        traefik("Middleware", "forward", json!({"forwardAuth": {"address": "http://sso"}})),
        traefik("Middleware", "headers", json!({"headers": {"frameDeny": true}})),
        traefik("Middleware", "strip", json!({"stripPrefix": {"prefixes": ["/x"]}})),
        traefik("Middleware", "allow", json!({"ipAllowList": {"sourceRange": ["10.0.0.0/8"]}})),
        traefik("Middleware", "broken", json!({"basicAuth": {"secret": "two-keys"}})),
        traefik("TLSOption", "certified", json!({"clientAuth": {"secretNames": ["web"]}})),
        traefik(
            "TLSOption",
            "weak",
            json!({"clientAuth": {"secretNames": ["web"], "clientAuthType": "RequestClientCert"}}),
        ),
        secret(
            "traefik-login",
            "kubernetes.io/basic-auth",
            json!({"username": "agents", "password": "canary-canary"}),
        ),
        secret("two-keys", "Opaque", json!({"a": "x", "b": "y"})),
        secret("web", "Opaque", json!({"web.yml": web})),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"web.yml": web}}),
    ];
    all.retain(|_| !chance.percent(6));
    all
}
