//! Flux' `HelmRelease`.

use crate::{are, verdicts, why};
use test_support::folder::Folder;

const HEAD: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: trento, namespace: ns}
spec:
  chart: {spec: {chart: trento-server}}
";

fn release(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

#[test]
fn inline_values_are_judged_with_their_places() {
    let auth = "  values:\n    prometheus:\n      server:\n        auth:\n          type: ";
    are(&release(&format!("{auth}oauth\n")), &["HelmRelease ns/trento: refused auth-type-unknown 10:11"]);
    are(&release(&format!("{auth}none\n")), &["HelmRelease ns/trento: accepted none"]);
    are(&release(""), &["HelmRelease ns/trento: refused auth-not-chosen null:null"]);
    are(&release("  values:\n    prometheus: {enabled: false}\n"), &["HelmRelease ns/trento: accepted -"]);
}

#[test]
fn the_text_shows_the_place_and_no_value() {
    let values = "  values:\n    prometheus:\n      server:\n        auth:\n          basic:\n            username: me\n            password: 0123\n";
    let folder = Folder::with(&[("f.yaml", &release(values))]);
    let answer = folder.run(&["check", "-q", "f.yaml"]);
    assert_eq!(answer.exit_code, 1);
    let begin = "f.yaml:12:13: refused: the password is not text";
    assert!(answer.stdout.starts_with(begin), "{}", answer.stdout);
    assert!(
        answer.stdout.ends_with("  12 |             password: …\n     |             ^^^^^^^^\n"),
        "{}",
        answer.stdout
    );
    assert!(!answer.stdout.contains(": 0123\n"));
}

#[test]
fn each_release_of_a_file_is_judged_by_itself() {
    let other = HEAD.replace("name: trento", "name: other");
    let source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r}\n";
    let text = format!(
        "{source}---\n{HEAD}  values: {{prometheus: {{enabled: false}}}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: ns}}\n---\n{other}"
    );
    are(
        &text,
        &["HelmRelease ns/trento: accepted -", "HelmRelease ns/other: refused auth-not-chosen null:null"],
    );
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: helm.toolkit.fluxcd.io/v2\n  kind: HelmRelease\n  metadata: {name: a}\n  spec:\n    chart: {spec: {chart: trento-server}}\n    values: {prometheus: {server: {auth: {type: none}}}}\n";
    are(list, &["HelmRelease a: accepted none"]);
}

#[test]
fn an_object_of_the_same_file_is_read_with_its_places() {
    let from = "  valuesFrom:\n  - {kind: ConfigMap, name: v}\n";
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: ns}\ndata:\n  values.yaml: |\n    # a comment\n\n    prometheus:\n      server:\n        auth:\n          type: oauth\n";
    are(&format!("{HEAD}{from}{map}"), &["HelmRelease ns/trento: refused auth-type-unknown 19:11"]);
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: v, namespace: ns}\ndata:\n  values.yaml: cHJvbWV0aGV1czoge3NlcnZlcjoge2F1dGg6IHt0eXBlOiBub25lfX19Cg==\n";
    let from_secret = from.replace("ConfigMap", "Secret");
    are(&format!("{HEAD}{from_secret}{secret}"), &["HelmRelease ns/trento: accepted none"]);
    // What is written plainly wins.
    let plain = secret.replace("  values.yaml: cHJv", "  values.yaml: e30=\nstringData:\n  values.yaml: 'prometheus: {server: {auth: {type: oauth}}}'\n  other: cHJv");
    are(&format!("{HEAD}{from_secret}{plain}"), &["HelmRelease ns/trento: refused auth-type-unknown 15:3"]);
}

#[test]
fn what_is_not_in_the_file_is_not_known_where_it_can_matter() {
    let from = "  valuesFrom:\n  - {kind: Secret, name: login}\n";
    let folder = Folder::with(&[("f.yaml", &release(from))]);
    let message = why(&folder, &["f.yaml"]);
    assert_eq!(
        message,
        "f.yaml:7:5: could not tell: values come from the Secret login, which is not in this file, and the verdict depends on them; give them by --values-from login=FILE\n"
    );
    // A deployed Prometheus with a type that is none is open whatever else is said.
    let decided = format!("{from}  values: {{prometheus: {{server: {{auth: {{type: none}}}}}}}}\n");
    are(&release(&decided), &["HelmRelease ns/trento: accepted none"]);
    let off = format!("{from}  values: {{prometheus: {{enabled: false}}}}\n");
    are(&release(&off), &["HelmRelease ns/trento: accepted -"]);
    let wrong =
        format!("{from}  values: {{prometheus: {{enabled: true, server: {{auth: {{type: oauth}}}}}}}}\n");
    are(&release(&wrong), &["HelmRelease ns/trento: refused auth-type-unknown 8:56"]);
    // The other half could be anything.
    let half = format!(
        "{from}  values: {{prometheus: {{server: {{auth: {{type: basic, basic: {{username: me}}}}}}}}}}\n"
    );
    are(&release(&half), &["HelmRelease ns/trento: unknown 7:5"]);
    let optional = from.replace("name: login", "name: login, optional: true");
    are(&release(&optional), &["HelmRelease ns/trento: unknown 7:5"]);
}

#[test]
fn what_an_object_holds_can_be_given() {
    let from = "  valuesFrom:\n  - {kind: Secret, name: login}\n";
    let folder = Folder::with(&[
        ("f.yaml", &release(from)),
        ("given.yaml", "prometheus:\n  server:\n    auth:\n      type: oauth\n"),
        (
            "secret.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  values.yaml: 'prometheus: {server: {auth: {type: none}}}'\n",
        ),
    ]);
    let given = |what: &str| verdicts(&folder, &["--values-from", what, "f.yaml"]);
    assert_eq!(given("login=given.yaml"), ["HelmRelease ns/trento: refused auth-type-unknown 4:7"]);
    assert_eq!(given("Secret/login=secret.yaml"), ["HelmRelease ns/trento: accepted none"]);
    assert_eq!(given("ConfigMap/login=given.yaml"), ["HelmRelease ns/trento: unknown 7:5"]);
    assert_eq!(given("login=not-there.yaml"), ["HelmRelease ns/trento: unknown 7:5"]);
}

#[test]
fn a_target_path_is_set_as_by_set() {
    let from = "  valuesFrom:\n  - {kind: ConfigMap, name: v, valuesKey: k, targetPath: prometheus.server.auth.type}\n";
    let map = |text: &str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: v, namespace: ns}}\ndata:\n  k: {text}\n"
        )
    };
    are(&format!("{HEAD}{from}{}", map("none")), &["HelmRelease ns/trento: accepted none"]);
    are(
        &format!("{HEAD}{from}{}", map("'true'")),
        &["HelmRelease ns/trento: refused value-has-wrong-type 13:3"],
    );
    let password = from.replace("auth.type", "auth.basic.password");
    let inline = "  values: {prometheus: {server: {auth: {type: basic, basic: {username: me}}}}}\n";
    are(
        &format!("{HEAD}{password}{inline}{}", map("a-password")),
        &["HelmRelease ns/trento: accepted basic"],
    );
    are(&format!("{HEAD}{password}{inline}"), &["HelmRelease ns/trento: unknown 7:5"]);
}

#[test]
fn what_is_encrypted_or_replaced_is_not_judged_by_its_letters() {
    let values = |password: &str| {
        release(&format!(
            "  values:\n    prometheus:\n      server:\n        auth:\n          basic:\n            username: me\n            password: {password}\n"
        ))
    };
    for password in ["ENC[AES256_GCM,data:aa==,iv:bb==,tag:cc==,type:str]", "${PASSWORD}", "a${B:-c}d"] {
        are(&values(password), &["HelmRelease ns/trento: unknown 12:13"]);
    }
    are(&values("a$B(c)"), &["HelmRelease ns/trento: accepted basic"]);
    let off = values("${PASSWORD}").replace(
        "namespace: ns}",
        "namespace: ns, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}",
    );
    are(&off, &["HelmRelease ns/trento: accepted basic"]);
    let elsewhere = values("plain").replace("  values:\n", "  values:\n    web: {host: '${DOMAIN}'}\n");
    are(&elsewhere, &["HelmRelease ns/trento: accepted basic"]);
    let ignored = values("${PASSWORD}").replace("          basic:", "          type: none\n          basic:");
    are(&ignored, &["HelmRelease ns/trento: accepted none"]);
}

#[test]
fn a_release_of_another_chart_is_not_judged_by_trentos_defaults() {
    for chart in ["cert-manager", "prometheus", "./charts/other"] {
        let text = HEAD.replace("trento-server", chart);
        are(&text, &["HelmRelease ns/trento: unknown 1:1"]);
    }
    let text =
        HEAD.replace("  chart: {spec: {chart: trento-server}}", "  chartRef: {kind: OCIRepository, name: c}");
    let source = |url: &str| {
        format!(
            "{text}---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: c, namespace: ns}}\nspec: {{url: 'oci://host/{url}'}}\n"
        )
    };
    are(&source("charts/trento-server"), &["HelmRelease ns/trento: refused auth-not-chosen null:null"]);
    are(&source("charts/grafana"), &["HelmRelease ns/trento: unknown 1:1"]);
    are(&text, &["HelmRelease ns/trento: unknown 1:1"]);
}

#[test]
fn a_chart_is_found_in_the_repository_or_given() {
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    let (own, sub) = (chart("own"), chart("prometheus"));
    let text = HEAD.replace("trento-server", "./charts/own");
    let folder = Folder::with(&[
        (".git/HEAD", "x"),
        ("charts/own/Chart.yaml", &own),
        (
            "charts/own/values.yaml",
            "prometheus: {server: {extraFlags: [web.enable-remote-write-receiver]}}\n",
        ),
        ("charts/own/charts/prometheus/Chart.yaml", &sub),
        ("clusters/a/f.yaml", &text),
        ("clusters/a/g.yaml", &HEAD.replace("trento-server", "own")),
        ("none.yaml", &chart("other")),
    ]);
    assert_eq!(
        verdicts(&folder, &["clusters/a/f.yaml"]),
        ["HelmRelease ns/trento: refused auth-not-chosen 1:14"]
    );
    let message = folder.run(&["check", "clusters/a/f.yaml"]).stdout;
    assert!(message.contains("default of the chart"), "{message}");
    assert_eq!(
        verdicts(&folder, &["--chart", "charts/own", "clusters/a/g.yaml"]),
        ["HelmRelease ns/trento: refused auth-not-chosen 1:14"]
    );
    // A chart that is given is no answer about another one's release.
    folder.write("clusters/a/h.yaml", HEAD.replace("trento-server", "another"));
    assert_eq!(
        verdicts(&folder, &["--chart", "charts/own", "clusters/a/h.yaml"]),
        ["HelmRelease ns/trento: unknown 1:1"]
    );
}

#[test]
fn files_in_the_place_of_the_charts_own_are_not_known() {
    let text = HEAD.replace("{chart: trento-server}", "{chart: trento-server, valuesFiles: [a.yaml]}");
    are(&text, &["HelmRelease ns/trento: unknown 5:40"]);
    are(
        &format!("{text}  values: {{prometheus: {{server: {{auth: {{type: none}}}}}}}}\n"),
        &["HelmRelease ns/trento: accepted none"],
    );
}
