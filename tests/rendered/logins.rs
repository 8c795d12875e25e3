//! What is a login and what only looks like one: the traps, one by one.

use crate::answers::{PROMETHEUS, SERVICE, ingress};
use serde_json::Value;
use test_support::folder::Folder;

/// What the way of an object asks for.
fn access(text: &str, object: &str) -> String {
    let folder = Folder::with(&[("a.yaml", text)]);
    let answer: Value =
        serde_json::from_str(&folder.run(&["check", "--rendered", "a.yaml", "-o", "json"]).stdout)
            .expect("JSON");
    let answer = &answer[0];
    let ways = answer["ways"].as_array().expect("a list");
    let way = ways.iter().find(|way| way["object"] == object).unwrap_or_else(|| panic!("no way: {answer:#}"));
    way["access"].as_str().expect("a text").to_owned()
}

#[test]
fn annotations_of_ingress_nginx() {
    let is = |notes: &[(&str, &str)]| {
        let notes: Vec<String> =
            notes.iter().map(|(key, value)| format!("nginx.ingress.kubernetes.io/{key}: {value}")).collect();
        access(&[PROMETHEUS, SERVICE, &ingress(&notes.join(", "))].concat(), "Ingress mon/prometheus")
    };
    let login = [("auth-type", "basic"), ("auth-secret", "logins")];
    assert_eq!(is(&login), "guarded");
    assert_eq!(is(&[("auth-secret", "logins")]), "open");
    assert_eq!(is(&[("auth-type", "basic")]), "open");
    assert_eq!(is(&[login[0], login[1], ("auth-realm", "\"off\"")]), "open");
    assert_eq!(
        is(&[login[0], login[1], ("satisfy", "any"), ("whitelist-source-range", "10.0.0.0/8")]),
        "open"
    );
    assert_eq!(is(&[login[0], login[1], ("server-snippet", "a")]), "not judged");
    assert_eq!(is(&[("whitelist-source-range", "10.0.0.0/8")]), "open");
    assert_eq!(is(&[("auth-url", "http://a")]), "guarded");
    assert_eq!(is(&[("auth-tls-secret", "mon/ca")]), "open");
}

/// The server asks for a certificate, the location for the rest.
#[test]
fn client_certificates_are_not_lifted_by_a_location() {
    let is = |notes: &[(&str, &str)]| {
        let notes: Vec<String> =
            notes.iter().map(|(key, value)| format!("nginx.ingress.kubernetes.io/{key}: {value}")).collect();
        let ingress = ingress(&notes.join(", "));
        let ingress = ingress.replace("  rules:\n", "  tls: [{hosts: [p.example.org]}]\n  rules:\n");
        access(&[PROMETHEUS, SERVICE, &ingress].concat(), "Ingress mon/prometheus")
    };
    let certificate = ("auth-tls-secret", "mon/ca");
    let login = [("auth-type", "basic"), ("auth-secret", "logins")];
    assert_eq!(is(&[certificate]), "guarded");
    assert_eq!(is(&[certificate, ("auth-tls-verify-client", "optional")]), "open");
    assert_eq!(is(&[certificate, ("ssl-redirect", "\"false\"")]), "open");
    assert_eq!(is(&[certificate, login[0], login[1], ("auth-realm", "\"off\"")]), "guarded");
    assert_eq!(is(&[certificate, ("satisfy", "any"), ("whitelist-source-range", "10.0.0.0/8")]), "guarded");
}

#[test]
fn annotations_count_for_their_controller_alone() {
    let notes =
        "nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: logins";
    let by = |class: &str| {
        let ingress = ingress(notes).replace("  ingressClassName: nginx\n", class);
        access(&[PROMETHEUS, SERVICE, &ingress].concat(), "Ingress mon/prometheus")
    };
    assert_eq!(by("  ingressClassName: nginx\n"), "guarded");
    assert_eq!(by("  ingressClassName: traefik\n"), "open");
    assert_eq!(by("  ingressClassName: internal\n"), "not judged");
    assert_eq!(by(""), "not judged");
}

const ROUTE: &str = "\
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: r, namespace: mon}
spec:
  routes:
  - match: PathPrefix(`/`)
    middlewares: [{name: login}]
    services: [{name: prometheus, port: 80}]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: login, namespace: mon}
spec: {basicAuth: {secret: logins}}
---
apiVersion: v1
kind: Secret
metadata: {name: logins, namespace: mon}
type: kubernetes.io/basic-auth
stringData: {username: agents, password: canary-canary-canary}
";

#[test]
fn middlewares_of_traefik() {
    let is = |route: &str| access(&[PROMETHEUS, SERVICE, route].concat(), "IngressRoute mon/r");
    assert_eq!(is(ROUTE), "guarded");
    assert_eq!(
        is(&ROUTE.replace("name: logins, namespace: mon", "name: logins, namespace: other")),
        "not judged"
    );
    assert_eq!(is(&ROUTE.replace("username: agents, ", "")), "not judged");
    assert_eq!(is(&ROUTE.replace("[{name: login}]", "[]")), "open");
    assert_eq!(
        is(&ROUTE.replace("basicAuth: {secret: logins}", "ipAllowList: {sourceRange: [10.0.0.0/8]}")),
        "open"
    );
    assert_eq!(
        is(&ROUTE.replace("basicAuth: {secret: logins}", "ipAllowList: {sourceRange: [192.0.2.1/32]}")),
        "guarded"
    );
    assert_eq!(is(&ROUTE.replace("basicAuth: {secret: logins}", "plugin: {a: {}}")), "not judged");
    assert_eq!(
        is(&ROUTE.replace("basicAuth: {secret: logins}", "chain: {middlewares: [{name: login}]}")),
        "not judged"
    );
    assert_eq!(is(&ROUTE.replace("PathPrefix(`/`)", "PathPrefix(`/graph`)")), "left out");
    assert_eq!(
        is(&ROUTE
            .replace("[{name: login}]", "[]")
            .replace("PathPrefix(`/`)", "\"!PathPrefix(`/api/v1/write`)\"")),
        "open"
    );
}

#[test]
fn certificates_of_traefik() {
    let route = ROUTE.replace("[{name: login}]", "[]");
    let is = |option: &str| {
        let tls =
            "  tls: {options: {name: strict}}\n---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\n";
        let route = route.replacen("---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\n", tls, 1);
        let option = format!(
            "---\napiVersion: traefik.io/v1alpha1\nkind: TLSOption\nmetadata: {{name: strict, namespace: mon}}\nspec: {option}\n"
        );
        access(&[PROMETHEUS, SERVICE, &route, &option].concat(), "IngressRoute mon/r")
    };
    assert_eq!(is("{clientAuth: {secretNames: [logins]}}"), "guarded");
    assert_eq!(is("{clientAuth: {secretNames: [gone]}}"), "not judged");
    assert_eq!(is("{clientAuth: {secretNames: [logins], clientAuthType: RequestClientCert}}"), "open");
    assert_eq!(is("{minVersion: VersionTLS13}"), "open");
}

#[test]
fn other_ways() {
    let with = |from: &str, to: &str, object: &str| {
        access(&[PROMETHEUS, SERVICE].concat().replace(from, to), object)
    };
    assert_eq!(
        with("spec:\n  selector: ", "spec:\n  type: NodePort\n  selector: ", "Service mon/prometheus"),
        "open"
    );
    assert_eq!(
        with("containerPort: 9090", "containerPort: 9090, hostPort: 80", "Deployment mon/prometheus"),
        "open"
    );
    let http = "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: h, namespace: mon}\nspec: {rules: [{backendRefs: [{name: prometheus, port: 80}]}]}\n";
    let policy = "---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: p, namespace: mon}\nspec: {cors: {}}\n";
    assert_eq!(access(&[PROMETHEUS, SERVICE, http].concat(), "HTTPRoute mon/h"), "open");
    assert_eq!(access(&[PROMETHEUS, SERVICE, http, policy].concat(), "HTTPRoute mon/h"), "not judged");
    let istio = "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v, namespace: mon}\nspec: {http: [{route: [{destination: {host: prometheus.mon.svc.cluster.local}}]}]}\n";
    assert_eq!(access(&[PROMETHEUS, SERVICE, istio].concat(), "VirtualService mon/v"), "not judged");
}

#[test]
fn prometheus_itself_can_ask() {
    let web = "        volumeMounts: [{name: web, mountPath: /etc/web}]\n      volumes: [{name: web, secret: {secretName: web}}]\n";
    let prometheus =
        PROMETHEUS.replace("--web.enable", "--web.config.file=/etc/web/web.yml, --web.enable") + web;
    // basic_auth_users: {a: b}
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: mon}\ndata: {web.yml: YmFzaWNfYXV0aF91c2Vyczoge2E6IGJ9Cg==}\n";
    assert_eq!(access(&[&prometheus, secret].concat(), "Deployment mon/prometheus"), "guarded");
    assert_eq!(
        access(
            &(prometheus.clone() + &secret.replace("web.yml:", "other.yml:")),
            "Deployment mon/prometheus"
        ),
        "not judged"
    );
    assert_eq!(access(&prometheus, "Deployment mon/prometheus"), "not judged");
}
