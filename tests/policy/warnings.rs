//! What is said about a document that the policy accepts.

use crate::messages::assert_in_form;
use remote_write_auth::policy;
use remote_write_auth::policy::refusal::Warning;
use serde_json::{Value, json};

/// Code and place of each warning about a server with these settings.
fn warned(server: impl Into<Value>) -> Vec<String> {
    let server: Value = server.into();
    warned_about(&json!({"server": server}))
}

/// The warnings about what the policy accepts.
fn found(prometheus: &Value) -> Vec<Warning> {
    let document = json!({"prometheus": prometheus});
    let verdict = policy::judge(&document).unwrap_or_else(|why| panic!("{document}: {why:?}"));
    policy::warnings::find(&document, &verdict)
}

fn warned_about(prometheus: &Value) -> Vec<String> {
    let warnings = found(prometheus);
    for warning in &warnings {
        assert_in_form(&warning.message, warning.code.as_str());
        assert!(!warning.message.contains("hunter2"));
    }
    let shown = |warning: Warning| {
        format!(
            "{} {}",
            warning.code,
            warning.at.to_string().strip_prefix("prometheus.").expect("a values path")
        )
    };
    warnings.into_iter().map(shown).collect()
}

/// A guarded server with one more setting.
fn guarded(path: &str, value: Value) -> Value {
    let basic = json!({"username": "a", "password": "hunter2"});
    let mut server = json!({"extraFlags": ["web.enable-remote-write-receiver"], "auth": {"basic": basic}});
    *path.split('.').fold(&mut server, |node, key| &mut node[key]) = value;
    server
}

#[test]
fn a_plain_choice_needs_no_warning() {
    for auth in [
        json!({"type": "none"}),
        json!({"type": "none", "basic": null}),
        json!({"type": "none", "basic": {"username": "", "password": null}}),
        json!({"basic": {"username": "a", "password": "hunter2"}}),
        json!({"basic": {"existingSecret": "login"}}),
    ] {
        assert!(
            warned(json!({"extraFlags": ["web.enable-remote-write-receiver"], "auth": auth})).is_empty(),
            "{auth}"
        );
    }
    assert!(warned(json!({})).is_empty());
}

#[test]
fn credentials_beside_none_are_ignored_out_loud() {
    for (basic, place) in [
        (json!({"username": "a", "password": "hunter2"}), "server.auth.basic.username"),
        (json!({"password": "hunter2"}), "server.auth.basic.password"),
        (json!({"existingSecret": "login"}), "server.auth.basic.existingSecret"),
        (json!({"password": 7}), "server.auth.basic.password"),
        (json!("hunter2"), "server.auth.basic"),
    ] {
        let found = warned(json!({"auth": {"type": "none", "basic": basic}}));
        assert_eq!(found, [format!("credentials-ignored {place}")], "{basic}");
    }
}

#[test]
fn a_way_past_the_login_is_named() {
    let to = |port: Value| json!([{"path": "/w", "backend": {"service": {"name": "p", "port": port}}}]);
    for (path, value) in [
        ("service.type", json!("LoadBalancer")),
        ("service.type", json!("NodePort")),
        ("service.externalIPs", json!(["192.0.2.1"])),
        ("hostNetwork", json!(true)),
        ("hostPort", json!(9090)),
    ] {
        assert_eq!(warned(guarded(path, value)), [format!("auth-bypassed server.{path}")]);
    }
    for (ingress, key) in [
        (json!({"servicePort": 9090}), "servicePort"),
        (json!({"servicePort": 9090.0}), "servicePort"),
        (json!({"servicePort": "9090"}), "servicePort"),
        (json!({"servicePort": 80}), "servicePort"),
        (json!({"servicePort": null}), "enabled"),
        (json!({"hosts": ["a"]}), "enabled"),
        (json!({"servicePort": "http"}), "servicePort"),
        (json!({"servicePort": 80.0}), "servicePort"),
        (json!({"servicePort": "80"}), "servicePort"),
        (json!({"servicePort": 8081, "extraPaths": to(json!({"number": 9090}))}), "extraPaths"),
        (json!({"servicePort": 8081, "extraPaths": to(json!({"name": "http"}))}), "extraPaths"),
        (
            json!({"servicePort": 8081, "extraPaths": [{"path": "/w", "backend": {"servicePort": 80}}]}),
            "extraPaths",
        ),
    ] {
        let mut ingress = ingress;
        assert!(warned(guarded("ingress", ingress.clone())).is_empty(), "not enabled: {ingress}");
        ingress["enabled"] = json!(true);
        assert_eq!(
            warned(guarded("ingress", ingress.clone())),
            [format!("auth-bypassed server.ingress.{key}")],
            "{ingress}"
        );
    }
    let route = json!({"main": {"enabled": true}, "other": {"enabled": false}});
    assert_eq!(warned(guarded("route", route)), ["auth-bypassed server.route.main"]);
}

#[test]
fn an_edge_of_the_users_own_is_no_bypass() {
    for (path, value) in [
        ("service", json!({"type": "ClusterIP", "externalIPs": []})),
        ("service", json!({"type": "NodePort", "enabled": false})),
        ("hostNetwork", json!(false)),
        ("ingress", json!({"enabled": true, "servicePort": 8081, "extraPaths": []})),
        ("ingress", json!({"enabled": true, "hosts": []})),
        ("ingress", json!({"enabled": true, "servicePort": 8081, "hosts": ["a"]})),
        ("route", json!({"main": {"enabled": true, "httpsRedirect": true}})),
        ("route", json!({"main": {"enabled": false}})),
    ] {
        let server = guarded(path, value);
        assert!(warned(server.clone()).is_empty(), "{server}");
    }
    assert!(warned(json!({"service": {"type": "NodePort"}, "auth": {"type": "none"}})).is_empty());
    assert!(warned(json!({"service": {"type": "NodePort"}})).is_empty(), "nothing is written there");
}

/// A port of the service leads where its target does, whatever kind of value it is.
#[test]
fn a_way_in_is_followed_to_where_the_port_of_the_service_leads() {
    let additional =
        |port: Value, target: Value| json!([{"name": "more", "port": port, "targetPort": target}]);
    let backend = |name: &str, port: Value| json!([{"path": "/w", "backend": {"service": {"name": name, "port": port}}}]);
    for (server, wanted) in [
        (
            json!({"service": {"servicePort": 90}, "ingress": {"servicePort": 90}}),
            &["ingress.servicePort"][..],
        ),
        (json!({"service": {"servicePort": 90}, "ingress": {"servicePort": 80}}), &[]),
        (
            json!({"service": {"additionalPorts": additional(json!(8082), json!(9090))}, "ingress": {"servicePort": 8082.0}}),
            &["ingress.servicePort"],
        ),
        (
            json!({"service": {"additionalPorts": additional(json!(8082), json!("9090"))}, "ingress": {"servicePort": "more"}}),
            &["ingress.servicePort"],
        ),
        (
            json!({"service": {"additionalPorts": additional(json!(8082), json!(8081))}, "ingress": {"servicePort": 8082}}),
            &[],
        ),
        // The first of the service's ports of that number: not Prometheus'.
        (
            json!({"service": {"additionalPorts": additional(json!(9090), json!(8081))}, "ingress": {"servicePort": 9090}}),
            &[],
        ),
        (
            json!({"service": {"additionalPorts": additional(json!(9090), json!(null))}, "ingress": {"servicePort": 9090}}),
            &["ingress.servicePort"],
        ),
        (
            json!({"portName": "web", "service": {"additionalPorts": additional(json!(8082), json!("web"))}, "ingress": {"servicePort": 8082}}),
            &["ingress.servicePort"],
        ),
        (json!({"service": {"enabled": false}, "ingress": {}}), &[]),
        (
            json!({"ingress": {"servicePort": 8081, "extraPaths": backend("release-server-headless", json!({"number": 80}))}}),
            &[],
        ),
        (
            json!({"statefulSet": {"enabled": true}, "ingress": {"servicePort": 8081, "extraPaths": backend("release-server-headless", json!({"number": 80}))}}),
            &["ingress.extraPaths"],
        ),
        (
            json!({"statefulSet": {"enabled": true, "headless": {"servicePort": 91}}, "service": {"enabled": false}, "ingress": {"extraPaths": backend("a-headless", json!({"number": 91}))}}),
            &["ingress.extraPaths"],
        ),
        (
            json!({"route": {"main": {"enabled": true, "filters": [{"type": "URLRewrite"}, {"type": "CORS"}]}}}),
            &["route.main"],
        ),
        (
            json!({"route": {"main": {"enabled": true, "httpsRedirect": true, "additionalRules": [{"backendRefs": [{"name": "x", "port": 80}]}]}}}),
            &["route.main"],
        ),
        (
            json!({"route": {"main": {"enabled": true, "httpsRedirect": true, "additionalRules": [{"backendRefs": [{"name": "x", "port": 8081}]}]}}}),
            &[],
        ),
    ] {
        let mut all = guarded("service", server["service"].clone());
        for key in ["ingress", "route", "statefulSet", "portName"] {
            all[key] = server[key].clone();
        }
        if all["ingress"].is_object() {
            all["ingress"]["enabled"] = json!(true);
        }
        let wanted: Vec<_> = wanted.iter().map(|way| format!("auth-bypassed server.{way}")).collect();
        assert_eq!(warned(all), wanted, "{server}");
    }
}

/// Only what is a login counts as one; what cannot be seen is said to be so.
#[test]
fn only_annotations_that_ask_for_a_login_count_as_one() {
    const NGINX: &str = "nginx.ingress.kubernetes.io";
    let way = &["auth-bypassed server.ingress.servicePort"][..];
    let unseen = &["not-judged server.ingress.annotations"][..];
    let with = |pairs: &[(&str, &str)]| -> Value {
        pairs
            .iter()
            .map(|(key, value)| (format!("{NGINX}/{key}"), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    for (annotations, wanted) in [
        (json!({}), way),
        (with(&[("auth-type", "basic"), ("auth-secret", "s")]), &[]),
        (with(&[("auth-type", "digest"), ("auth-secret", "s")]), &[]),
        (with(&[("auth-type", "basic")]), way),
        (with(&[("auth-secret", "s")]), way),
        (with(&[("auth-type", "basic"), ("auth-secret", "s"), ("auth-realm", "off")]), way),
        (
            with(&[
                ("auth-type", "basic"),
                ("auth-secret", "s"),
                ("satisfy", "any"),
                ("whitelist-source-range", "0.0.0.0/0"),
            ]),
            way,
        ),
        (with(&[("auth-url", "https://login.example.com")]), &[]),
        (with(&[("auth-url", "")]), way),
        (with(&[("enable-global-auth", "false")]), way),
        (with(&[("auth-tls-secret", "ns/s")]), &[]),
        (with(&[("auth-tls-secret", "ns/s"), ("auth-tls-verify-client", "optional")]), way),
        (with(&[("configuration-snippet", "auth_basic off;")]), unseen),
        (json!({"traefik.ingress.kubernetes.io/router.middlewares": "ns-login@kubernetescrd"}), unseen),
        (json!({"haproxy.org/auth-type": "basic-auth"}), unseen),
        (json!({"cert-manager.io/cluster-issuer": "letsencrypt"}), way),
    ] {
        let ingress = json!({"enabled": true, "servicePort": 80, "tls": [{"hosts": ["a"]}], "annotations": annotations});
        assert_eq!(warned(guarded("ingress", ingress)), wanted, "{annotations}");
    }
    // Annotations of a controller count where its class is asked for, or none is.
    for (class, annotations, wanted) in [
        ("nginx", with(&[("auth-url", "https://login.example.com")]), &[][..]),
        ("traefik", with(&[("auth-url", "https://login.example.com")]), way),
        ("haproxy", with(&[("auth-url", "https://login.example.com")]), unseen),
        ("nginx", json!({"traefik.ingress.kubernetes.io/router.middlewares": "a@file"}), way),
        ("internal", json!({"traefik.ingress.kubernetes.io/router.middlewares": "a@file"}), unseen),
    ] {
        let ingress = json!({"enabled": true, "servicePort": 80, "ingressClassName": class, "annotations": annotations});
        assert_eq!(warned(guarded("ingress", ingress)), wanted, "{class} {annotations}");
    }
    // Certificates are asked for on TLS alone.
    let ingress =
        json!({"enabled": true, "servicePort": 80, "annotations": with(&[("auth-tls-secret", "ns/s")])});
    assert_eq!(warned(guarded("ingress", ingress)), way);
    let route = json!({"main": {"enabled": true, "filters": [{"type": "ExtensionRef"}]}});
    assert_eq!(warned(guarded("route", route)), ["not-judged server.route.main"]);
}

#[test]
fn a_flag_that_prometheus_does_not_start_with_is_named() {
    const WRITE: &str = "web.enable-remote-write-receiver";
    for (list, flags) in [
        ("extraFlags", json!([format!("--{WRITE}")])),
        ("extraFlags", json!([format!("{WRITE}=true")])),
        ("extraFlags", json!([format!("{WRITE}=")])),
        ("extraFlags", json!([WRITE, WRITE])),
        ("extraFlags", json!([WRITE, format!("no-{WRITE}")])),
        ("extraFlags", json!(["web.enable-otlp-receiver=false"])),
        ("extraArgs", json!({WRITE: true})),
        ("extraArgs", json!({WRITE: "true"})),
        ("defaultFlagsOverride", json!([WRITE])),
        ("defaultFlagsOverride", json!([format!("-{WRITE}")])),
        ("defaultFlagsOverride", json!([format!("--{WRITE}=true")])),
    ] {
        let found = warned(json!({list: flags, "auth": {"type": "none"}}));
        assert_eq!(found, [format!("receiver-flag-crashes server.{list}")], "{flags}");
    }
    for (list, flags) in [
        ("defaultFlagsOverride", json!([format!("--{WRITE}"), "false"])),
        ("defaultFlagsOverride", json!(["--", format!("--{WRITE}")])),
        ("defaultFlagsOverride", json!([format!("--{WRITE} ")])),
        ("defaultFlagsOverride", json!([format!(" --{WRITE}")])),
        ("extraFlags", json!([format!("{WRITE} false")])),
        ("extraFlags", json!([format!("web.enable-lifecycle --{WRITE}")])),
        ("extraFlags", json!(["", WRITE])),
    ] {
        let found = warned(json!({list: flags, "auth": {"type": "none"}}));
        assert_eq!(found, [format!("receiver-flag-crashes server.{list}")], "{flags}");
    }
    let twice = json!({"extraFlags": [WRITE], "extraArgs": {WRITE: null}, "auth": {"type": "none"}});
    assert_eq!(warned(twice), ["receiver-flag-crashes server.extraArgs"]);
    for (list, flags) in [
        ("extraFlags", json!([WRITE])),
        ("extraFlags", json!([format!("{WRITE} ")])),
        ("extraFlags", json!([format!("{WRITE} # on")])),
        ("extraFlags", json!([format!("no-{WRITE}")])),
        ("extraFlags", json!([WRITE, "web.enable-otlp-receiver", "enable-feature=remote-write-receiver"])),
        ("extraFlags", json!([WRITE, format!("web.page-title=to turn on {WRITE}")])),
        ("extraArgs", json!({WRITE: false})),
        ("extraArgs", json!({WRITE: ""})),
        ("defaultFlagsOverride", json!([format!("--{WRITE}")])),
    ] {
        assert!(warned(json!({list: flags, "auth": {"type": "none"}})).is_empty(), "{flags}");
    }
}

#[test]
fn how_to_write_a_flag_depends_on_the_list_that_it_stands_in() {
    for (list, flags, how) in [
        ("extraFlags", json!(["--web.enable-otlp-receiver"]), "write it without dashes and without a value"),
        ("extraArgs", json!({"web.enable-otlp-receiver": true}), "write it in extraFlags, without a value"),
        (
            "defaultFlagsOverride",
            json!(["web.enable-otlp-receiver"]),
            "write it with two dashes and without a value",
        ),
    ] {
        let found = found(&json!({"server": {list: flags, "auth": {"type": "none"}}}));
        let [Warning { message, .. }] = found.as_slice() else { panic!("{list}: {found:?}") };
        assert!(message.contains(how), "{list}: {message}");
    }
}

#[test]
fn what_can_do_anything_is_not_judged() {
    for (path, value) in [
        ("command", json!(["sh"])),
        ("sidecarContainers", json!({"mine": {}})),
        ("sidecarContainers", json!([{"name": "mine"}])),
        ("sidecarContainers", json!({"a": "{{ include \"remote-write-auth.loginsContainer\" . }}{{ . }}"})),
        (
            "sidecarContainers",
            json!({"a": "{{ include \"remote-write-auth.loginsContainer\" . }}\nargs: []"}),
        ),
        ("sidecarContainers", json!({"a": "{{ include \"remote-write-auth.edge\" . }}"})),
        ("sidecarContainers", json!({"remote-write-auth-logins": {"image": "mine"}})),
        ("extraInitContainers", json!([{"name": "mine"}])),
        ("retention", json!("15d\n- --web.enable-remote-write-receiver")),
    ] {
        assert_eq!(warned(json!({path: value})), [format!("not-judged server.{path}")]);
    }
    assert_eq!(warned_about(&json!({"extraManifests": ["kind: Pod"]})), ["not-judged extraManifests"]);
    for server in [
        json!({"command": [], "sidecarContainers": {}, "extraInitContainers": null, "retention": "15d"}),
        json!({"sidecarContainers": {"auth-proxy": {"image": "nginx"}}}),
        json!({"sidecarContainers": {
            "remote-write-auth-nginx": "{{ include \"remote-write-auth.nginxContainer\" . }}",
            "remote-write-auth-logins": " {{- include \"remote-write-auth.loginsContainer\" $ -}}\n",
        }}),
        json!({"command": ["sh"], "auth": {"type": "none"}}),
    ] {
        assert!(warned(server.clone()).is_empty(), "{server}");
    }
}

#[test]
fn nothing_is_said_where_prometheus_is_not_deployed() {
    let server = guarded("service.type", json!("NodePort"));
    assert!(warned_about(&json!({"enabled": false, "server": server})).is_empty());
}
