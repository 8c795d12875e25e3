//! What does not change the verdict: each with its code and its place.

use crate::charts::{below, folder, trento};
use serde_json::{Value, json};
use test_support::folder::Folder;

/// Code, place, line and column of each warning.
fn warnings(values: &str) -> Vec<(String, String, Value, Value)> {
    let folder = Folder::with(&[("v.yaml", values)]);
    let answer = folder.run(&["check", "-o", "json", "v.yaml"]);
    let list: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
    let reported = &list[0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let warnings = reported["warnings"].as_array().expect("a list").iter();
    warnings
        .map(|one| {
            let msg = text(&one["msg"]);
            let (statement, code) = msg.rsplit_once(" [").expect("a code at the end");
            assert!(statement.contains("; "), "{msg}");
            assert_eq!(text(&one["code"]), code.trim_end_matches(']'), "{msg}");
            (text(&one["code"]), text(&one["where"]), one["line"].clone(), one["column"].clone())
        })
        .collect()
}

#[track_caller]
fn warned(values: &str, expected: &[(&str, &str, u32, u32)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(code, path, line, column)| {
            ((*code).to_owned(), (*path).to_owned(), json!(line), json!(column))
        })
        .collect();
    assert_eq!(warnings(values), expected);
}

const BASIC: &str = "auth: {basic: {username: me, password: a-password}}";

#[test]
fn credentials_beside_none_are_ignored() {
    warned(
        "prometheus:\n server:\n  auth:\n   type: none\n   basic:\n    password: a-password\n",
        &[("credentials-ignored", "prometheus.server.auth.basic.password", 6, 5)],
    );
    warned("prometheus: {server: {auth: {type: none, basic: {password: ''}}}}", &[]);
}

#[test]
fn a_way_past_the_edge_is_reported_where_there_is_an_edge() {
    for (setting, path, column) in [
        ("service: {type: NodePort}", "service.type", 13),
        ("service: {type: LoadBalancer}", "service.type", 13),
        ("service: {externalIPs: [192.0.2.1]}", "service.externalIPs", 13),
        ("hostNetwork: true", "hostNetwork", 3),
        ("hostPort: 9090", "hostPort", 3),
        ("ingress: {servicePort: 9090, enabled: true}", "ingress.servicePort", 13),
    ] {
        let path = format!("prometheus.server.{path}");
        let expected = [("auth-bypassed", path.as_str(), 4, column)];
        warned(&format!("prometheus:\n server:\n  {BASIC}\n  {setting}\n"), &expected);
        warned(&format!("prometheus:\n server:\n  auth: {{type: none}}\n  {setting}\n"), &[]);
    }
    for setting in [
        "service: {type: ClusterIP}",
        "hostNetwork: false",
        "ingress: {servicePort: 8081}",
        "service: {externalIPs: []}",
    ] {
        warned(&format!("prometheus:\n server:\n  {BASIC}\n  {setting}\n"), &[]);
    }
}

#[test]
fn text_that_the_policy_does_not_read_is_pointed_at() {
    warned(
        &format!("prometheus:\n server:\n  {BASIC}\n  command: [sh]\n"),
        &[("not-judged", "prometheus.server.command", 4, 3)],
    );
    warned(&format!("prometheus:\n server:\n  {BASIC}\n  sidecarContainers: {{auth-proxy: nginx}}\n"), &[]);
}

#[test]
fn a_flag_that_crashes_prometheus_is_told() {
    warned(
        "prometheus:\n server:\n  auth: {type: none}\n  extraFlags: [--web.enable-remote-write-receiver]\n",
        &[("receiver-flag-crashes", "prometheus.server.extraFlags", 4, 3)],
    );
    warned(
        "prometheus:\n server:\n  auth: {type: none}\n  extraFlags: [web.enable-remote-write-receiver]\n",
        &[],
    );
}

#[test]
fn what_is_refused_is_warned_of_too() {
    warned(
        "prometheus:\n server:\n  extraFlags: [--web.enable-remote-write-receiver]\n",
        &[("receiver-flag-crashes", "prometheus.server.extraFlags", 3, 3)],
    );
    warned(
        "prometheus:\n server:\n  auth: {basic: {username: me}}\n  service: {type: NodePort}\n  command: [sh]\n",
        &[
            ("auth-bypassed", "prometheus.server.service.type", 4, 13),
            ("not-judged", "prometheus.server.command", 5, 3),
        ],
    );
    warned(
        "prometheus:\n server:\n  auth: {basic: {password: changeme}}\n",
        &[("password-is-a-placeholder", "prometheus.server.auth.basic.password", 3, 18)],
    );
    warned("prometheus:\n server:\n  service: {type: NodePort}\n", &[]);
}

#[test]
fn a_credential_that_became_a_number_is_told() {
    warned(
        "prometheus:\n server:\n  auth:\n   type: none\n   basic: {password: 0123, username: on}\n",
        &[
            ("credentials-ignored", "prometheus.server.auth.basic.username", 5, 28),
            ("value-read-as-number", "prometheus.server.auth.basic.username", 5, 28),
            ("value-read-as-number", "prometheus.server.auth.basic.password", 5, 12),
        ],
    );
}

#[test]
fn a_slip_in_a_key_is_told_with_what_was_meant() {
    let folder = Folder::with(&[(
        "v.yaml",
        "prometheus:\n  server:\n    auth:\n      type: none\n      basic:\n        usernme: x\n        unheard-of: y\n",
    )]);
    folder.run(&["check", "v.yaml"]).is(
        0,
        "\
v.yaml: accepted; the receiver is open to anyone
v.yaml:7:9: warning: a setting in basic is read by nobody; those that are read are username, password, existingSecret [key-unknown]
v.yaml:6:9: warning: basic has no setting usernme, so nobody reads it; did you mean username [key-unknown]
  6 |         usernme: …
    |         ^^^^^^^
",
        "",
    );
}

#[test]
fn a_key_that_comes_twice_is_told() {
    warned(
        "prometheus:\n server:\n  auth: {type: basic}\n  auth: {type: none}\n",
        &[("helm-is-silent", "", 3, 3)],
    );
}

#[test]
fn a_document_that_helm_3_ignores_is_told() {
    let folder = Folder::with(&[("v.yaml", "prometheus: {server: {auth: {type: none}}}\n---\na: 1\n")]);
    let answer = folder.run(&["check", "--helm-version", "3.21", "-o", "json", "v.yaml"]);
    let list: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
    let reported = &list[0];
    assert_eq!(reported["warnings"][0]["code"], json!("helm-is-silent"));
    assert_eq!(
        (&reported["warnings"][0]["line"], &reported["warnings"][0]["column"]),
        (&json!(3), &json!(1))
    );
}

/// Such a file is written by whoever prints JSON without a line break at its end.
#[test]
fn a_last_line_that_helm_4_loses_is_told() {
    let begin = r#"{"prometheus": {"server": {"auth": {"type": "none"}}}, "x": ""#;
    let line = |length: usize| format!("{begin:x<width$}\"}}", width = length - 2);
    let lost_line = |values: &str, version: &str| {
        let folder = Folder::with(&[("v.json", values)]);
        let answer = folder.run(&["check", "--helm-version", version, "v.json"]);
        let place = answer.stdout.lines().find_map(|line| {
            line.strip_suffix(": warning: Helm 4 does not read this line, since its length is a multiple of 4096 bytes and nothing ends it; end it with a line break [helm-is-silent]")
        });
        (answer.exit_code, place.map(str::to_owned))
    };
    for (values, code, place) in [
        (line(4095), 0, None),
        (line(4096), 1, Some("v.json:1:1")),
        (line(4097), 0, None),
        (line(8192), 1, Some("v.json:1:1")),
        (format!("# JSON\n\n{}", line(4096)), 1, Some("v.json:3:1")),
        (line(4095) + "\n", 0, None),
        (line(4096) + "\n", 0, None),
        (line(4096) + "\r\n", 0, None),
        (line(4096) + "\n" + &format!("{:-<4096}", "--- #"), 0, None),
    ] {
        let length = values.len();
        assert_eq!(lost_line(&values, "4.2"), (code, place.map(str::to_owned)), "{length} bytes");
        assert_eq!(lost_line(&values, "3.21"), (0, None), "{length} bytes");
    }
}

#[test]
fn a_document_that_helm_versions_read_differently_is_named() {
    let values = "prometheus: {server: {auth: {type: none}}}\n---\nprometheus: {server: {auth: {type: }}}\n";
    let folder = Folder::with(&[("v.yaml", values)]);
    let warning = "v.yaml: warning: versions of Helm disagree about these values, accepted by up to 3.12, 3.13.0, 3.13.1 to 3.17.0, 3.17.1 to 3.18.4, 3.18.5 and 3.18.6, 3.19.0 to 3.19.4, 3.19.5 and 3.20.0, 3.20.1 to 3.21, but refused by 4.0 to 4.1.2, 4.1.3 and 4.1.4, 4.2; write them without nulls and as one document, or choose your Helm by --helm-version [helm-versions-disagree]\n";
    let answer = folder.run(&["check", "v.yaml"]);
    assert_eq!(answer.exit_code, 1);
    assert!(answer.stdout.ends_with(warning), "{}", answer.stdout);
    let answer = folder.run(&["check", "--helm-version", "3.21", "v.yaml"]);
    assert_eq!(answer.exit_code, 0);
    assert!(answer.stdout.ends_with(warning), "{}", answer.stdout);
}

/// Helm says nothing of it either, at whatever depth.
#[test]
fn a_default_that_another_kind_of_value_drops_is_reported_at_any_depth() {
    let mut files = trento();
    let at = files.iter().position(|(name, _)| name == "values.yaml").expect("it has values");
    files[at].1 +=
        "    ingress: {annotations: {a: {b: 1}}, enabled: false}\n    service: {type: ClusterIP}\n";
    let folder = folder(&below("chart", files));
    folder.write(
        "a.yaml",
        "\
prometheus:
  server:
    auth: {type: none}
    ingress:
      annotations:
        a: text
      enabled: {a: 1}
    service: text
",
    );
    let answer = folder.run(&["check", "--chart", "chart", "a.yaml"]);
    assert_eq!(answer.exit_code, 0, "{answer:?}");
    let places: Vec<&str> = answer
        .stdout
        .lines()
        .filter_map(|line| line.strip_suffix(" [helm-is-silent]")?.split_once(": warning: "))
        .map(|(place, message)| {
            assert!(message.contains(" is dropped") || message.contains("whole table"), "{message}");
            place
        })
        .collect();
    assert_eq!(places, ["a.yaml:6:9", "a.yaml:7:7", "a.yaml:8:5"], "{answer:?}");
}

/// Nobody reads thousands of lines; but none about Prometheus is lost among them.
#[test]
fn of_many_keys_that_come_twice_the_first_are_named_and_the_rest_counted() {
    let many = |count: usize| "web: {replicas: 1}\n".repeat(count);
    let prometheus = "prometheus: {server: {auth: {type: none}}}\n".repeat(2);
    for (count, last) in [
        (
            101,
            "100:1: warning: this key stands once more in its table, in line 101, and Helm takes the last; delete one",
        ),
        (102, "101:1: warning: this key stands once more in its table, and Helm takes the last; delete one"),
        (
            30_001,
            "101:1: warning: from here on 29900 more keys stand once more in their tables, and Helm takes the last of each; delete the others",
        ),
    ] {
        let folder = Folder::with(&[("v.yaml", &(many(count) + &prometheus))]);
        let answer = folder.run(&["check", "v.yaml"]);
        assert_eq!(answer.exit_code, 0, "{answer:?}");
        let named: Vec<&str> =
            answer.stdout.lines().filter(|line| line.ends_with("[helm-is-silent]")).collect();
        let own = format!("v.yaml:{}:1: warning: this key stands once more", count + 1);
        assert_eq!(named.iter().filter(|line| line.starts_with(&own)).count(), 1, "{count}: {named:?}");
        assert!(
            named.iter().any(|line| *line == format!("v.yaml:{last} [helm-is-silent]")),
            "{count}: {named:?}"
        );
        assert_eq!(named.len(), count.min(102), "{count}");
    }
}
