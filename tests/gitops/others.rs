//! Objects with a values file, helmfile, kustomize, Fleet, and what is none of them.

use crate::{are, verdicts, why};
use serde_json::json;
use test_support::folder::Folder;

#[track_caller]
fn named(file: &str, text: &str, wanted: &[&str]) {
    let folder = Folder::with(&[(file, text), ("open.yaml", OPEN), ("wrong.yaml", WRONG)]);
    assert_eq!(verdicts(&folder, &[file]), wanted, "{text}");
}

const OPEN: &str = "prometheus: {server: {auth: {type: none}}}\n";
const WRONG: &str = "prometheus: {server: {auth: {type: oauth}}}\n";

#[test]
fn an_object_with_a_values_file_is_a_release() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata:\n  values.yaml: |\n    prometheus:\n      server: {auth: {type: oauth}}\n";
    are(map, &["ConfigMap v: refused auth-type-unknown 7:23"]);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: v, namespace: ns}\ndata: {values.yaml: cHJvbWV0aGV1czoge3NlcnZlcjoge2F1dGg6IHt0eXBlOiBub25lfX19Cg==}\n";
    are(secret, &["Secret ns/v: accepted none"]);
    are(&secret.replace("cHJv", "c***"), &["Secret ns/v: unknown 4:8"]);
    are("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {a: b}\n", &["-: unknown 1:1"]);
}

#[test]
fn a_document_of_another_kind_is_named() {
    for kind in ["Deployment", "Namespace", "HelmRepository", "HelmChart"] {
        let text = format!("apiVersion: a/v1\nkind: {kind}\nmetadata: {{name: x, namespace: ns}}\n");
        let folder = Folder::with(&[("f.yaml", &text)]);
        let wanted = format!(
            "f.yaml:1:1: could not tell: {kind} ns/x is not a document with the values of a release; judge objects by --rendered\n"
        );
        assert_eq!(why(&folder, &["f.yaml"]), wanted);
    }
    // Beside a release, what runs by itself is not passed over.
    let release = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {values.yaml: 'prometheus: {enabled: false}'}\n";
    let text = format!("{release}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x}}\n");
    are(&text, &["ConfigMap v: accepted -", "-: unknown 6:1"]);
    are(&text.replace("Deployment", "Namespace"), &["ConfigMap v: accepted -"]);
}

#[test]
fn values_files_stay_values_files() {
    for text in [
        "apiVersion: v1\nprometheus: {enabled: false}\n",
        "extraManifests: [{apiVersion: v1, kind: Pod}]\nprometheus: {enabled: false}\n",
        "releases: [a]\nprometheus: {enabled: false}\n",
    ] {
        are(text, &["-: accepted -"]);
    }
}

#[test]
fn releases_of_a_helmfile_are_judged_each() {
    let text = "\
releases:
- name: a
  chart: suse/trento-server
  values:
  - open.yaml
  - prometheus:
      server:
        auth: {type: oauth}
- name: b
  chart: suse/trento-server
  values: [wrong.yaml, open.yaml]
- name: c
  chart: suse/trento-server
  installed: false
- name: d
  chart: suse/trento-server
  values: [open.yaml, not-there.yaml]
- name: e
  chart: suse/trento-server
  values: [wrong.yaml]
  set: [{name: prometheus.server.auth.type, value: ''}]
- name: f
  chart: suse/trento-server
  values: [wrong.yaml]
  set: [{name: prometheus.server.auth.type, value: none}]
- name: g
  chart: suse/trento-server
  values: [{prometheus: {server: {auth: {type: '{{ .Values.auth }}'}}}}]
- name: h
  chart: grafana/grafana
- name: i
  chart: suse/trento-server
  values: [open.yaml]
  secrets: [s.yaml]
";
    let wanted = [
        "release a: refused auth-type-unknown 8:16",
        "release b: accepted none",
        "release d: unknown 17:23",
        "release e: refused auth-type-unknown 1:30",
        "release f: accepted none",
        "release g: unknown 28:42",
        "release h: unknown 1:1",
        "release i: unknown 34:3",
    ];
    named("helmfile.yaml", text, &wanted);
    named("other.yaml", text, &wanted);
}

#[test]
fn charts_of_a_kustomization_are_judged_each() {
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n- name: trento-server\n";
    let inline = "  valuesInline: {prometheus: {server: {auth: {type: none}}}}\n";
    let file = "  valuesFile: wrong.yaml\n";
    named(
        "kustomization.yaml",
        &format!("{head}{file}"),
        &["chart trento-server: refused auth-type-unknown 1:30"],
    );
    named("kustomization.yaml", &format!("{head}{file}{inline}"), &["chart trento-server: accepted none"]);
    named(
        "kustomization.yaml",
        &format!("{head}{file}{inline}  valuesMerge: merge\n"),
        &["chart trento-server: refused auth-type-unknown 1:30"],
    );
    named(
        "kustomization.yaml",
        &format!("{head}{file}{inline}  valuesMerge: replace\n"),
        &["chart trento-server: accepted none"],
    );
    named(
        "kustomization.yaml",
        &format!("{head}{inline}  additionalValuesFiles: [wrong.yaml]\n"),
        &["chart trento-server: unknown 4:3"],
    );
    // The chart's own file is merged first, and is not here.
    named(
        "kustomization.yaml",
        &format!(
            "{head}  valuesInline: {{prometheus: {{server: {{auth: {{basic: {{username: me, password: pw}}}}}}}}}}\n"
        ),
        &["chart trento-server: unknown 4:3"],
    );
    named("kustomization.yaml", "resources: [a.yaml]\n", &["-: unknown 1:1"]);
    named("k.yaml", &format!("{head}{inline}"), &["chart trento-server: accepted none"]);
}

#[test]
fn a_fleet_is_judged_for_all_and_for_each_customization() {
    let text = "\
helm:
  chart: oci://host/trento-server
  values: {prometheus: {server: {auth: {type: none}}}}
targetCustomizations:
- name: wrong
  helm: {valuesFiles: [wrong.yaml]}
- name: labelled
  helm: {values: {prometheus: {server: {auth: {type: 'global.fleet.clusterLabels.auth'}}}}}
- name: object
  helm: {valuesFrom: [{secretKeyRef: {name: s, key: values.yaml}}]}
";
    named(
        "fleet.yaml",
        text,
        &[
            "all clusters: accepted none",
            "customization wrong: refused auth-type-unknown 1:30",
            "customization labelled: unknown 8:48",
            "customization object: unknown 10:24",
        ],
    );
    // Here a file beats what is written inline.
    named(
        "fleet.yaml",
        "helm:\n  chart: trento-server\n  values: {prometheus: {server: {auth: {type: oauth}}}}\n  valuesFiles: [open.yaml]\n",
        &["all clusters: accepted none"],
    );
}

#[test]
fn a_folder_of_a_repository_is_judged_as_a_whole() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: t}\nspec: {chart: {spec: {chart: trento-server}}}\n";
    let folder = Folder::with(&[
        ("r/a/release.yaml", release),
        ("r/b/values.yaml", OPEN),
        (
            "r/c/helmfile.yaml",
            "releases: [{name: x, chart: y/trento-server, values: [{prometheus: {enabled: false}}]}]\n",
        ),
    ]);
    assert_eq!(
        verdicts(&folder, &["r"]),
        ["HelmRelease t: refused auth-not-chosen null:null", "-: accepted none", "release x: accepted -"]
    );
    let answer = folder.run(&["check", "r"]);
    assert_eq!(answer.exit_code, 1);
    assert!(
        answer.stdout.ends_with("3 judged: 2 accepted, 1 refused, 0 could not be judged\n"),
        "{}",
        answer.stdout
    );
    let alone = folder.run(&["check", "r/c/helmfile.yaml"]);
    alone.is(0, "r/c/helmfile.yaml, release x: accepted; the receiver is off\n", "");
}

#[test]
fn standard_input_and_a_pipe_are_read_once() {
    let release = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {values.yaml: 'prometheus: {enabled: false}'}\n";
    let folder = Folder::with(&[]);
    folder.run_with_input(&["check", "-"], release).is(
        0,
        "standard input, ConfigMap v: accepted; the receiver is off\n",
        "",
    );
    folder.run_with_input(&["check", "/dev/stdin"], OPEN).is(
        0,
        "/dev/stdin: accepted; the receiver is open to anyone\n",
        "",
    );
}

#[test]
fn no_value_of_a_document_is_repeated() {
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "v"}, "stringData": {"values.yaml": "prometheus: {server: {auth: {basic: {username: hunter2-user, password: 'hunter2 \"'}}}}"}});
    let broken = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "v"}, "stringData": {"values.yaml": "hunter2: [hunter2"}, "data": {"x": "hunter2"}});
    for document in [secret, broken] {
        let folder = Folder::with(&[("f.yaml", &document.to_string())]);
        for form in ["text", "json", "github", "sarif", "junit"] {
            let answer = folder.run(&["check", "-o", form, "f.yaml"]);
            assert!(answer.exit_code > 0);
            assert!(
                !answer.stdout.contains("hunter2") && !answer.stderr.contains("hunter2"),
                "{}",
                answer.stdout
            );
        }
    }
}

#[test]
fn a_document_from_hell_ends_in_an_answer() {
    let head = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: t}\nspec:\n  chart: {spec: {chart: trento-server}}\n";
    let deep = format!("{head}  values: {}{}\n", "{a: ".repeat(9000), "}".repeat(9000));
    are(&deep, &["HelmRelease t: refused auth-not-chosen null:null"]);
    let many = "---\napiVersion: v1\nkind: Namespace\n".repeat(30_000);
    are(&many, &["-: unknown 60002:1"]);
    let text = format!("{head}  values:\n    a: |\n{}", "      x\n".repeat(100_000));
    are(&text, &["HelmRelease t: refused auth-not-chosen null:null"]);
    for odd in [
        "spec: 1",
        "spec: {values: 1}",
        "spec: {values: [], valuesFrom: {}}",
        "spec: {valuesFrom: [1, {kind: X}]}",
        "spec: {chart: [], chartRef: 1}",
    ] {
        let text = format!("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n{odd}\n");
        let folder = Folder::with(&[("f.yaml", &text)]);
        assert!(
            verdicts(&folder, &["f.yaml"])[0].contains(": unknown ") || odd.contains("chartRef"),
            "{odd}"
        );
    }
}
