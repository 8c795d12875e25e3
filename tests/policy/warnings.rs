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

fn warned_about(prometheus: &Value) -> Vec<String> {
    let document = json!({"prometheus": prometheus});
    let verdict = policy::judge(&document).unwrap_or_else(|why| panic!("{document}: {why:?}"));
    let warnings = policy::warnings::find(&document, &verdict);
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
        (json!({"servicePort": 8081, "extraPaths": to(json!({"number": 9090}))}), "extraPaths"),
        (json!({"servicePort": 8081, "extraPaths": to(json!({"name": "http"}))}), "extraPaths"),
        (json!({"extraPaths": [{"path": "/w", "backend": {"servicePort": 80}}]}), "extraPaths"),
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
        ("ingress", json!({"enabled": true, "hosts": ["a"]})),
        (
            "ingress",
            json!({"enabled": true, "servicePort": 80,
            "annotations": {"traefik.ingress.kubernetes.io/router.middlewares": "x"}}),
        ),
        (
            "ingress",
            json!({"enabled": true, "servicePort": 80,
            "annotations": {"nginx.ingress.kubernetes.io/auth-type": "basic"}}),
        ),
        ("route", json!({"main": {"enabled": true, "filters": [{"type": "ExtensionRef"}]}})),
    ] {
        let server = guarded(path, value);
        assert!(warned(server.clone()).is_empty(), "{server}");
    }
    assert!(warned(json!({"service": {"type": "NodePort"}, "auth": {"type": "none"}})).is_empty());
    assert!(warned(json!({"service": {"type": "NodePort"}})).is_empty(), "nothing is written there");
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
        ("extraArgs", json!({WRITE: false})),
        ("extraArgs", json!({WRITE: ""})),
        ("defaultFlagsOverride", json!([format!("--{WRITE}")])),
    ] {
        assert!(warned(json!({list: flags, "auth": {"type": "none"}})).is_empty(), "{flags}");
    }
}

#[test]
fn what_can_do_anything_is_not_judged() {
    for (path, value) in [
        ("command", json!(["sh"])),
        ("sidecarContainers", json!({"mine": {}})),
        ("sidecarContainers", json!([{"name": "mine"}])),
        ("extraInitContainers", json!([{"name": "mine"}])),
        ("retention", json!("15d\n- --web.enable-remote-write-receiver")),
    ] {
        assert_eq!(warned(json!({path: value})), [format!("not-judged server.{path}")]);
    }
    assert_eq!(warned_about(&json!({"extraManifests": ["kind: Pod"]})), ["not-judged extraManifests"]);
    for server in [
        json!({"command": [], "sidecarContainers": {}, "extraInitContainers": null, "retention": "15d"}),
        json!({"sidecarContainers": {"auth-proxy": {"image": "nginx"}}}),
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
