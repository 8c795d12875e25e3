//! Each setting of the library's values.yaml changes what is rendered, and its own
//! schema refuses a slip in any of them.

use crate::{Folder, example, library};
use serde_json::{Map, Value, json};
use std::fs;
use test_support::helm::{self, Helm};

/// Tables that are free in form: one setting each.
const FREE: [&str; 4] = ["resources", "tls", "nodeSelector", "image"];

/// Each setting, as keys, and its default.
fn settings() -> Vec<(Vec<String>, Value)> {
    let text = fs::read_to_string(library().join("values.yaml")).expect("the library's");
    let mut found = Vec::new();
    leaves(&serde_yaml::from_str(&text).expect("YAML"), &[], &mut found);
    assert!(found.len() > 25, "{found:?}");
    found
}

fn leaves(node: &Value, above: &[String], found: &mut Vec<(Vec<String>, Value)>) {
    let is_free = above.last().is_some_and(|key| FREE.contains(&key.as_str()));
    let is_the_whole_image = is_free && above.len() == 1 && above[0] == "image";
    match node {
        Value::Object(table) if !is_free || is_the_whole_image => {
            for (key, value) in table {
                leaves(value, &[above, std::slice::from_ref(key)].concat(), found);
            }
        }
        _ => found.push((above.to_vec(), node.clone())),
    }
}

/// Another value of the same kind, one that a template can write.
fn another(keys: &[String], value: &Value) -> Value {
    match value {
        Value::Bool(truth) => json!(!truth),
        Value::Number(number) => json!(number.as_i64().expect("a whole number") + 7),
        Value::Array(_) if keys.last().is_some_and(|key| key == "imagePullSecrets") => {
            json!([{"name": "changed"}])
        }
        Value::Array(_) if keys.last().is_some_and(|key| key == "tolerations") => json!([{"key": "changed"}]),
        Value::Array(_) => json!(["changed"]),
        Value::Object(_) if keys.last().is_some_and(|key| key == "image") => json!({"registry": "changed"}),
        Value::Object(_) => json!({"changed": "changed"}),
        Value::String(_) | Value::Null => json!(if keys == ["edge"] { "external" } else { "changed" }),
    }
}

/// Values with `value` for a setting of the library, where its parent writes it.
fn with(keys: &[String], value: Value) -> Value {
    let path: Vec<&str> = match keys.first().map(String::as_str) {
        Some("global") => keys.iter().map(String::as_str).collect(),
        _ => ["remote-write-auth"].into_iter().chain(keys.iter().map(String::as_str)).collect(),
    };
    path.iter().rev().fold(value, |inside, key| json!({ *key: inside }))
}

fn merged(one: Value, other: &Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (key, value) in other {
                let before = one.remove(key).unwrap_or(Value::Null);
                one.insert(key.clone(), merged(before, value));
            }
            Value::Object(one)
        }
        (_, other) => other.clone(),
    }
}

/// The example with a login, an edge, and a URL for its test.
fn base(chart: &Folder, edge: &str) -> Value {
    let file = if edge == "nginx" { "ci/nginx-values.yaml" } else { "ci/basic-values.yaml" };
    let text = fs::read_to_string(chart.0.join(file)).expect("values for lint");
    let values: Value = serde_yaml::from_str(&text).expect("YAML");
    merged(values, &json!({"remote-write-auth": {"edge": edge, "test": {"url": "http://a/"}}}))
}

fn rendered(helm: &Helm, chart: &Folder, values: &Value) -> String {
    let output = helm.template(&chart.0, values);
    assert!(output.status.success(), "{values}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn each_setting_is_read_by_a_template() {
    let chart = example();
    let bases = ["traefik", "nginx"].map(|edge| base(&chart, edge));
    let helms = [helm::newest_3(), helm::newest_4()];
    let plain = helms.each_ref().map(|helm| bases.each_ref().map(|values| rendered(helm, &chart, values)));
    let mut unread = Vec::new();
    for (at, (keys, value)) in settings().into_iter().enumerate() {
        // Each is asked about every other setting.
        let (helm, plain) = (&helms[at % 2], &plain[at % 2]);
        let set = with(&keys, another(&keys, &value));
        let is_read = |(values, plain): (&Value, &String)| {
            rendered(helm, &chart, &merged(values.clone(), &set)) != *plain
        };
        if !bases.iter().zip(plain).any(is_read) {
            unread.push(keys.join("."));
        }
    }
    assert_eq!(unread, Vec::<String>::new());
}

/// What values.yaml says is what the containers beside Prometheus have without any.
#[test]
fn the_defaults_below_global_are_those_of_the_templates() {
    let chart = example();
    let values = base(&chart, "nginx");
    let plain = rendered(&helm::newest_4(), &chart, &values);
    for (keys, value) in settings().into_iter().filter(|(keys, _)| keys[0] == "global") {
        let set = merged(values.clone(), &with(&keys, value));
        assert_eq!(rendered(&helm::newest_4(), &chart, &set), plain, "{}", keys.join("."));
    }
}

#[test]
fn one_mirror_is_named_once() {
    let chart = example();
    let set = json!({"global": {"remote-write-auth": {"image": {"registry": "mirror.test"}}}});
    let text = rendered(&helm::newest_4(), &chart, &merged(base(&chart, "nginx"), &set));
    let images = text.lines().filter(|line| line.contains("trento-project/remote-write-auth:"));
    assert_eq!(images.clone().count(), 3);
    assert!(images.clone().all(|line| line.contains("\"mirror.test/trento-project/")), "{text}");
}

/// A setting that nobody reads, or of another kind, is refused by the library's own schema.
#[test]
fn the_librarys_own_schema_refuses_slips() {
    let chart = example();
    let edge = base(&chart, "nginx");
    let helms = [helm::newest_3(), helm::newest_4()];
    let mut refused = 0;
    for (at, (keys, value)) in settings().into_iter().enumerate() {
        // Each is asked about every other setting.
        let helm = &helms[at % 2];
        let is_judged_by_the_parent = keys == ["edge"] || keys == ["realm"];
        let wrong = if value.is_array() { json!({"a": 1}) } else { json!(["a"]) };
        let (last, above) = keys.split_last().expect("a key");
        let misspelled = [above, &[format!("{last}X")]].concat();
        for set in [(!is_judged_by_the_parent).then(|| with(&keys, wrong)), Some(with(&misspelled, value))] {
            let Some(set) = set else { continue };
            let output = helm.template(&chart.0, &merged(edge.clone(), &set));
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && said.contains("remote-write-auth:"), "{set}: {said}");
            refused += 1;
        }
    }
    assert!(refused > 50, "{refused}");
}

/// Settings of the chart of Prometheus by which the edge traefik finds it.
const NAMES: &[&str] = &[
    "{}",
    "{nameOverride: metrics}",
    "{nameOverride: rel}",
    "{server: {name: main}}",
    "{nameOverride: metrics, server: {name: main}}",
    "{server: {fullnameOverride: whole}}",
    "{server: {fullnameOverride: a-name-of-sixty-three-letters-and-more-so-that-it-is-cut-off-by-it}}",
    "{forceNamespace: elsewhere}",
    "{server: {service: {servicePort: 8090}}}",
    "{forceNamespace: elsewhere, nameOverride: metrics, server: {name: main, service: {servicePort: 81}}}",
];

/// The objects of a rendering.
fn objects(text: &str) -> Vec<Value> {
    let object = |part: &str| serde_yaml::from_str::<Value>(part).expect("Helm renders YAML");
    text.split("\n---\n").map(object).filter(Value::is_object).collect()
}

#[test]
fn the_edge_traefik_finds_prometheus_where_its_chart_puts_it() {
    let chart = example();
    for helm in [helm::newest_3(), helm::newest_4()] {
        for settings in NAMES {
            let settings: Value = serde_yaml::from_str(settings).expect("YAML");
            let values = merged(base(&chart, "traefik"), &json!({ "prometheus": settings }));
            let objects = objects(&rendered(&helm, &chart, &values));
            let of_kind = |kind: &str| objects.iter().filter(|it| it["kind"] == kind).collect::<Vec<_>>();
            let [service] = of_kind("Service")[..] else { panic!("one Service: {settings}") };
            let routes = of_kind("IngressRoute");
            assert_eq!(routes.len(), 2, "{settings}");
            for route in routes {
                let to = &route["spec"]["routes"][0]["services"][0];
                assert_eq!(to["name"], service["metadata"]["name"], "{settings}");
                assert_eq!(to["port"], service["spec"]["ports"][0]["port"], "{settings}");
            }
            for object in
                of_kind("IngressRoute").into_iter().chain(of_kind("Middleware")).chain(of_kind("Secret"))
            {
                assert_eq!(object["metadata"]["namespace"], service["metadata"]["namespace"], "{settings}");
            }
        }
    }
}

/// The guarded prefix is the one at which Prometheus answers.
#[test]
fn the_edge_traefik_guards_the_prefix_of_prometheus() {
    let chart = example();
    let note = r#"# {{ include "remote-write-auth.notes" . | replace "\n" " " }}"#;
    fs::write(chart.0.join("templates/note.yaml"), format!("{note}\nkind: Note\n")).expect("written");
    for (server, prefix, takes_all) in [
        ("{prefixURL: /metrics}", "/metrics", false),
        ("{prefixURL: metrics/}", "/metrics", false),
        ("{prefixURL: '', baseURL: 'https://a.test/x/'}", "/x", false),
        ("{prefixURL: /metrics, baseURL: 'https://a.test/x'}", "/metrics", false),
        ("{prefixURL: '', baseURL: 'https://a.test'}", "/", true),
        ("{prefixURL: ''}", "/", true),
    ] {
        let server: Map<String, Value> = serde_yaml::from_str(server).expect("YAML");
        let values = merged(base(&chart, "traefik"), &json!({ "prometheus": { "server": server } }));
        let text = rendered(&helm::newest_4(), &chart, &values);
        assert_eq!(text.matches(&format!("match: PathPrefix(`{prefix}`)")).count(), 2, "{server:?}: {text}");
        assert_eq!(text.contains("takes every request that Traefik gets"), takes_all, "{server:?}");
        let hosted = merged(values, &json!({"remote-write-auth": {"route": {"host": "a.test"}}}));
        let text = rendered(&helm::newest_4(), &chart, &hosted);
        assert!(!text.contains("takes every request that Traefik gets"), "{server:?}");
    }
}
