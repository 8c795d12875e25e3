//! The library chart as Helm renders it: what its hook is given, and the example.
//!
//! The hook's document is masked; the policy must say of it what it says of the
//! values themselves, over every case of `tests/cases`, and no character of a
//! credential may be in it.
//!
//! needs: helm-3.21.4 helm-4.2.4

mod made_up;
mod notes;
mod settings;
mod ways;

use remote_write_auth::policy::{self, Access};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::folder::Folder;
use test_support::helm;
use test_support::helm::Helm;
use test_support::policy_case;
use test_support::policy_case::{Expected, PolicyCase};
use test_support::program::BINARY;

const CHART: &str = "apiVersion: v2\nname: asks\nversion: 0.1.0\ndependencies:\n- {name: remote-write-auth, version: 0.1.0}\n";

/// Every case's document, and the rest of the library called on it: nothing may break, whatever the shape.
const TEMPLATE: &str = r#"
{{- range $at, $values := .Values.cases }}
{{- $settings := ternary (get $values "prometheus") dict (kindIs "map" (get $values "prometheus")) }}
{{- $isOff := and (kindIs "bool" (get $settings "enabled")) (not (get $settings "enabled")) }}
{{- $context := dict "Values" (mergeOverwrite (dict "remote-write-auth" (deepCopy (index $.Values "remote-write-auth"))) $values) "Release" $.Release "Chart" $.Chart "Subcharts" (ternary dict (dict "prometheus" dict) $isOff) }}
{{- $rest := list (include "remote-write-auth.hook" $context) (include "remote-write-auth.edge" $context) (include "remote-write-auth.notes" $context) (include "remote-write-auth.test" $context) }}
---
{{ include "remote-write-auth.document" $context }}
{{- end }}
"#;

fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("helm-schema")
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-r").arg(from).arg(to).status();
    assert!(status.expect("cp runs").success());
}

/// The library's folder without its examples.
fn copy_library(to: &Path) {
    fs::create_dir_all(to).expect("a folder in our own");
    for part in ["Chart.yaml", "values.yaml", "values.schema.json", "templates"] {
        copy(&library().join(part), to);
    }
}

fn documents(helm: &Helm, cases: &[PolicyCase], edge: &str) -> Vec<Value> {
    let chart = Folder::with(&[("Chart.yaml", CHART), ("templates/asks.yaml", TEMPLATE)]);
    copy_library(&chart.0.join("charts/remote-write-auth"));
    let values: Vec<Value> = cases.iter().map(PolicyCase::values).collect();
    let output = helm.template(&chart.0, &json!({ "cases": values, "remote-write-auth": { "edge": edge } }));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text.split("---\n").filter_map(document_in).collect()
}

/// A part of Helm's output as JSON; nothing where it is blank but for comments.
fn document_in(part: &str) -> Option<Value> {
    let lines: Vec<&str> = part.lines().filter(|line| !line.starts_with('#')).collect();
    let text = lines.join("\n");
    let read = || serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (!text.trim().is_empty()).then(read)
}

/// What the policy says, without the credentials themselves.
fn verdict(document: &Value) -> Value {
    match policy::judge(document) {
        Ok(verdict) => {
            let access = match verdict.access {
                Access::ReceiverOff => "receiver-off",
                Access::Open => "open",
                Access::Basic(_) => "basic",
                Access::BasicInSecret(_) => "basic in a Secret",
            };
            json!([verdict.receiver_on, access])
        }
        Err(refusals) => {
            refusals.iter().map(|refusal| json!([refusal.at.to_string(), refusal.message])).collect()
        }
    }
}

#[test]
fn the_masked_document_gets_the_same_verdict_in_every_case() {
    let cases = policy_case::all();
    for (helm, edge) in [(helm::newest_3(), "traefik"), (helm::newest_4(), "nginx")] {
        let documents = documents(&helm, &cases, edge);
        assert_eq!(documents.len(), cases.len());
        let mut accepted = 0;
        for (case, document) in cases.iter().zip(&documents) {
            let mut values = case.values();
            if values["remote-write-auth"].is_null() {
                values["remote-write-auth"] = json!({ "edge": edge });
            }
            assert_eq!(verdict(document), verdict(&values), "{}: {document}", case.name);
            assert!(!document.to_string().contains("canary"), "{}: {document}", case.name);
            assert_eq!(document["remote-write-auth"]["edge"], values["remote-write-auth"]["edge"]);
            accepted += usize::from(matches!(case.expected, Expected::Accepted(_)));
        }
        assert!(accepted > 0 && accepted < cases.len());
    }
}

/// The example with its dependency, as `helm dependency update` brings it.
fn example() -> Folder {
    let chart = Folder::new();
    let from = library().join("examples/umbrella");
    for part in ["Chart.yaml", "values.yaml", "values.schema.json", "templates", "ci"] {
        copy(&from.join(part), &chart.0);
    }
    copy_library(&chart.0.join("charts/remote-write-auth"));
    copy(&from.join("charts/prometheus"), &chart.0.join("charts"));
    chart
}

fn program(helm: &Helm) -> PathBuf {
    let cache = std::env::var_os("REMOTE_WRITE_AUTH_CACHE").map_or_else(
        || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache/remote-write-auth"),
        PathBuf::from,
    );
    cache.join(format!("helm-{}/bin/helm", helm.version))
}

#[test]
fn the_example_is_linted_strictly_with_each_of_its_values_and_refused_without() {
    let chart = example();
    for helm in [helm::newest_3(), helm::newest_4()] {
        let lint = |arguments: &[&Path]| {
            let mut command = Command::new(program(&helm));
            command.args(["lint", "--strict"]).arg(&chart.0);
            for file in arguments {
                command.arg("--values").arg(file);
            }
            let output = command.output().expect("Helm runs");
            (
                output.status.success(),
                String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
            )
        };
        let mut count = 0;
        for file in fs::read_dir(chart.0.join("ci")).expect("values for lint") {
            let file = file.expect("a file").path();
            let (passed, text) = lint(&[&file]);
            assert!(passed, "{}: {text}", file.display());
            count += 1;
        }
        assert!(count >= 4);
        let (passed, text) = lint(&[]);
        assert!(!passed && text.contains("but nothing says who may write to it; give a username"), "{text}");
    }
}

#[test]
fn the_examples_schema_is_what_schema_into_makes_of_it() {
    let chart = example();
    let schema = chart.0.join("values.schema.json");
    let before = fs::read_to_string(&schema).expect("it has one");
    let status = Command::new(*BINARY).args(["schema", "--into"]).arg(&schema).output();
    assert!(status.expect("it runs").status.success());
    assert_eq!(
        fs::read_to_string(&schema).expect("it is still there"),
        before,
        "run schema --into once more"
    );
}

/// Objects of a rendered example, hooks included.
fn rendered(values: &str) -> String {
    let chart = example();
    let file = fs::read(chart.0.join("ci").join(format!("{values}-values.yaml"))).expect("values for lint");
    let output = helm::newest_3().template_text(&chart.0, &file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_second_rendering_is_the_same_byte_for_byte() {
    for values in ["basic", "nginx", "none", "existing-secret"] {
        assert_eq!(rendered(values), rendered(values), "{values}");
    }
}

/// The check must come before all else for Argo CD too, which takes its own
/// annotation of an object before Helm's, and mixes no two objects.
#[test]
fn argo_cd_orders_the_check_as_helm_does() {
    let text = rendered("basic");
    let mut hooks = 0;
    for object in
        text.split("\n---\n").filter(|object| object.contains("helm.sh/hook: pre-install,pre-upgrade"))
    {
        let weight = |key: &str| {
            let line = object.lines().find_map(|line| line.trim().strip_prefix(key)).map(str::to_owned);
            line.unwrap_or_else(|| panic!("no {key} in {object}"))
        };
        assert_eq!(weight("helm.sh/hook-weight: "), weight("argocd.argoproj.io/sync-wave: "));
        assert_eq!(weight("argocd.argoproj.io/hook: "), "PreSync");
        assert_eq!(weight("helm.sh/hook-delete-policy: "), "before-hook-creation,hook-succeeded");
        assert_eq!(weight("argocd.argoproj.io/hook-delete-policy: "), "BeforeHookCreation,HookSucceeded");
        hooks += 1;
    }
    assert_eq!(hooks, 1);
}

/// The check's object in a rendered example; nothing where there is none.
fn check_in(text: &str) -> Option<Value> {
    let object = text.split("\n---\n").find(|object| object.contains("\nkind: Job\n"))?;
    Some(serde_yaml::from_str(object).expect("Helm renders YAML"))
}

#[test]
fn the_check_asks_for_nothing_that_a_strict_cluster_refuses() {
    let job = check_in(&rendered("existing-secret")).expect("a check");
    let spec = &job["spec"];
    assert_eq!((&spec["backoffLimit"], &spec["ttlSecondsAfterFinished"]), (&json!(0), &json!(600)));
    let pod = &spec["template"];
    assert_eq!(pod["metadata"]["annotations"]["sidecar.istio.io/inject"], "false");
    let pod = &pod["spec"];
    assert_eq!(pod["activeDeadlineSeconds"], 60);
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(
        pod["securityContext"],
        json!({ "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } })
    );
    let container = &pod["containers"][0];
    assert_eq!(
        container["securityContext"],
        json!({ "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] }, "readOnlyRootFilesystem": true })
    );
    assert_eq!(container["terminationMessagePolicy"], "FallbackToLogsOnError");
    assert!(container["env"].is_null(), "{container}");
    let secret = pod["volumes"]
        .as_array()
        .and_then(|volumes| volumes.iter().find(|volume| volume["name"] == "secret"));
    assert_eq!(
        secret.expect("the existing Secret")["secret"],
        json!({ "secretName": "prometheus-agents", "optional": true })
    );
}

/// Helm takes nothing but the boolean false for a Prometheus that is not there.
#[test]
fn the_check_is_left_out_only_where_prometheus_is() {
    let chart = example();
    for (enabled, is_there) in
        [("false", false), ("true", true), ("null", true), ("0", true), ("\"false\"", true)]
    {
        let values = format!("prometheus: {{enabled: {enabled}, server: {{auth: {{type: none}}}}}}\n");
        let output = helm::newest_4().template_text(&chart.0, values.as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        assert_eq!(check_in(&text).is_some(), is_there, "{enabled}");
    }
}

/// Whether Prometheus is there Helm says: whatever Chart.yaml has it ask.
#[test]
fn the_check_is_there_where_helm_deploys_prometheus() {
    let chart = example();
    let about = fs::read_to_string(chart.0.join("Chart.yaml")).expect("the example's");
    for (asks, values, is_there) in [
        ("condition: monitoring.enabled", "monitoring: {enabled: false}", false),
        ("condition: monitoring.enabled", "monitoring: {enabled: true}", true),
        ("condition: monitoring.enabled", "{}", true),
        ("tags: [monitoring]", "tags: {monitoring: false}", false),
        ("tags: [monitoring]", "tags: {monitoring: true}", true),
        ("alias: \"\"", "prometheus: {enabled: false}", true),
    ] {
        let asking = about.replace("condition: prometheus.enabled", asks);
        assert_ne!(asking, about);
        fs::write(chart.0.join("Chart.yaml"), asking).expect("our own");
        let into = chart.0.join("values.schema.json");
        let schema = Command::new(*BINARY).args(["schema", "--into"]).arg(&into).output();
        assert!(schema.expect("it starts").status.success());
        let values = format!("{values}\n");
        let chosen = "prometheus: {server: {auth: {type: none}}}\n";
        let values = if values.contains("prometheus") {
            values.replace("false}", "false, server: {auth: {type: none}}}")
        } else {
            values.replace("{}\n", "") + chosen
        };
        let output = helm::newest_4().template_text(&chart.0, values.as_bytes());
        assert!(output.status.success(), "{asks}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        assert_eq!(check_in(&text).is_some(), is_there, "{asks} {values}");
        assert_eq!(text.contains("image: \"quay.io/prometheus/prometheus"), is_there, "{asks} {values}");
        let without = values.replace("type: none", "type: null");
        let output = helm::newest_3().template_text(&chart.0, without.as_bytes());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said.contains("[auth-not-chosen]"), is_there, "{asks} {without}: {said}");
    }
}

/// Helm uninstalls and rolls back by what the last revision names, one that the
/// check refused, too: where nobody is named, nothing that a login needs is missing.
#[test]
fn a_refused_revision_names_all_that_a_login_brought() {
    let chart = example();
    let objects = |auth: &str, edge: &str| -> std::collections::BTreeSet<String> {
        let values = format!(
            "{{remote-write-auth: {{edge: {edge}}}, prometheus: {{server: {{extraFlags: [], auth: {auth}}}}}}}"
        );
        let output = helm::newest_4().template_text(&chart.0, values.as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        let name = |object: &str| -> Option<String> {
            let object: Value = serde_yaml::from_str(object).expect("Helm renders YAML");
            Some(format!("{} {}", object["kind"].as_str()?, object["metadata"]["name"].as_str()?))
        };
        text.split("\n---\n").filter_map(name).collect()
    };
    for edge in ["traefik", "nginx"] {
        let nobody = objects("{}", edge);
        assert!(nobody.iter().any(|object| object.starts_with("Secret ")), "{nobody:?}");
        for auth in ["{type: none}", "{basic: {username: a, password: b}}", "{basic: {existingSecret: a}}"] {
            let named = objects(auth, edge);
            assert!(nobody.is_superset(&named), "{edge} {auth}: {nobody:?} {named:?}");
        }
    }
}

/// Nothing is called guarded where no edge is rendered; an edge of one's own is one
/// that somebody named.
#[test]
fn an_edge_that_is_not_chosen_is_refused_and_the_notes_say_so() {
    let chart = example();
    let note = r#"# {{ include "remote-write-auth.notes" . | replace "\n" " " }}"#;
    fs::write(chart.0.join("templates/note.yaml"), format!("{note}\nkind: Note\n")).expect("written");
    let values = |edge: &str| {
        format!(
            "{{remote-write-auth: {{edge: {edge}}}, prometheus: {{server: {{auth: {{basic: {{username: a, password: b}}}}}}}}}}"
        )
    };
    for helm in [helm::newest_3(), helm::newest_4()] {
        for edge in ["''", "treafik", "null"] {
            let output = helm.template_text(&chart.0, values(edge).as_bytes());
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && text.contains("[edge-not-chosen]"), "{edge}: {text}");
        }
    }
    fs::remove_file(chart.0.join("values.schema.json")).expect("the policy was there");
    for (edge, says) in [
        ("''", "WARNING: no edge is rendered, so nothing asks for the login"),
        ("treafik", "WARNING: no edge is rendered, so nothing asks for the login"),
        ("external", "Your own edge has to ask for the login"),
        ("traefik", "Prometheus takes samples from those who have the login"),
    ] {
        let output = helm::newest_4().template_text(&chart.0, values(edge).as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains(&format!("# {says}")), "{edge}: {text}");
        let has_secret = text.contains("type: kubernetes.io/basic-auth");
        assert_eq!(has_secret, edge == "external" || edge == "traefik", "{edge}");
    }
}
