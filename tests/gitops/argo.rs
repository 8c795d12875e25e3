//! Argo CD's `Application` and `ApplicationSet`.

use crate::{are, verdicts, why};
use test_support::folder::Folder;

fn application(helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: trento, namespace: argocd}}\nspec:\n  source:\n    chart: trento-server\n    helm:\n{helm}"
    )
}

fn set(helm: &str) -> String {
    let inner = application(helm).split_once("spec:\n").expect("a spec").1.replace('\n', "\n      ");
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: trento}}\nspec:\n  generators: [{{list: {{elements: [{{cluster: a}}]}}}}]\n  template:\n    spec:\n      {}\n",
        inner.trim_end()
    )
}

const OBJECT: &str =
    "      valuesObject:\n        prometheus:\n          server:\n            auth:\n              type: ";
const TEXT: &str =
    "      values: |\n        prometheus:\n          server:\n            auth:\n              type: ";

#[test]
fn objects_and_texts_are_judged_with_their_places() {
    let refused = "Application argocd/trento: refused auth-type-unknown 12:15";
    are(&application(&format!("{OBJECT}oauth\n")), &[refused]);
    are(&application(&format!("{TEXT}oauth\n")), &[refused]);
    are(&application(&format!("{TEXT}none\n")), &["Application argocd/trento: accepted none"]);
    are(&application("      {}\n"), &["Application argocd/trento: refused auth-not-chosen null:null"]);
    let folded = application(&format!("{TEXT}oauth\n")).replace("values: |", "values: |2-");
    are(&folded, &["Application argocd/trento: refused auth-type-unknown 12:15"]);
    let quoted = application("      values: 'prometheus: {server: {auth: {type: oauth}}}'\n");
    are(&quoted, &["Application argocd/trento: refused auth-type-unknown 8:7"]);
}

#[test]
fn a_text_that_is_no_yaml_has_the_place_of_its_fault() {
    are(
        &application("      values: |\n        a: 1\n        b: *no\n"),
        &["Application argocd/trento: unknown 10:12"],
    );
}

/// Argo CD gives the text to Helm, which reads all of it since Helm 4.
#[test]
fn a_text_of_several_documents_is_not_judged_by_one() {
    let several = "another document begins here, which some versions of Helm read and others do not; write the values as one document";
    let unread = "another document begins here after the end of one, and Helm does not read it; begin it with a line of three dashes";
    for (between, message, place) in
        [("---\n", several, "11:9"), ("--- # b\n\n# c\n", several, "13:9"), ("...\n", unread, "11:9")]
    {
        let text = format!("a: 1\n{between}prometheus: {{server: {{auth: {{type: none}}}}}}\n");
        let helm = format!("      values: |\n{text}").replace('\n', "\n        ");
        let folder = Folder::with(&[("f.yaml", &application(&helm))]);
        let wanted =
            format!("f.yaml:{place}: could not tell: the values in this text cannot be read: {message}\n");
        assert_eq!(why(&folder, &["f.yaml"]), wanted, "{between:?}");
    }
}

#[test]
fn a_last_line_that_kubectl_loses_is_not_judged() {
    let text = application(&format!("{TEXT}none\n"));
    let folder = Folder::with(&[("f.yaml", &format!("{text}{}", "#".repeat(4096)))]);
    assert_eq!(
        why(&folder, &["f.yaml"]),
        "f.yaml:13:1: could not tell: kubectl and Helm 4 do not read this line, since its length is a multiple of 4096 bytes and nothing ends it; end it with a line break\n"
    );
    are(&format!("{text}{}", "#".repeat(4095)), &["Application argocd/trento: accepted none"]);
    are(&format!("{text}{}\n", "#".repeat(4096)), &["Application argocd/trento: accepted none"]);
}

#[test]
fn an_object_hides_a_text_even_an_empty_one() {
    let text = format!("{TEXT}none\n");
    are(
        &application(&format!("      valuesObject: {{}}\n{text}")),
        &["Application argocd/trento: refused auth-not-chosen null:null"],
    );
    are(
        &application(&format!("      valuesObject: null\n{text}")),
        &["Application argocd/trento: accepted none"],
    );
}

#[test]
fn parameters_beat_values_and_forced_ones_beat_them() {
    let parameter = |value: &str, rest: &str| {
        format!("      - {{name: prometheus.server.auth.type, value: {value}{rest}}}\n")
    };
    let all = |parameters: &[String]| {
        application(&format!("{OBJECT}oauth\n      parameters:\n{}", parameters.concat()))
    };
    are(&all(&[parameter("none", "")]), &["Application argocd/trento: accepted none"]);
    are(
        &all(&[parameter("oauth", ", forceString: true"), parameter("none", "")]),
        &["Application argocd/trento: refused auth-type-unknown 14:9"],
    );
    are(&all(&[parameter("'true'", "")]), &["Application argocd/trento: refused value-has-wrong-type 14:9"]);
    are(
        &all(&[parameter("'true'", ", forceString: true")]),
        &["Application argocd/trento: refused auth-type-unknown 14:9"],
    );
    // Nobody of that name is known to Argo CD, so the text is empty: no type.
    are(&all(&[parameter("none$nothing", "")]), &["Application argocd/trento: accepted none"]);
    are(&all(&[parameter("$ARGOCD_APP_NAME", "")]), &["Application argocd/trento: unknown 14:9"]);
    // A comma sets no other key.
    are(
        &all(&[parameter("'none,prometheus.enabled=false'", "")]),
        &["Application argocd/trento: refused auth-type-unknown 14:9"],
    );
}

#[test]
fn values_files_are_read_in_the_repository() {
    let chart =
        "apiVersion: v2\nname: own\nversion: 1.0.0\ndependencies: [{name: prometheus, version: '*'}]\n";
    let app = |files: &str, rest: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec:\n  source:\n    path: charts/own\n    helm: {{valueFiles: [{files}]{rest}}}\n"
        )
    };
    let folder = Folder::with(&[
        (".git/HEAD", "x"),
        ("charts/own/Chart.yaml", chart),
        ("charts/own/charts/prometheus/Chart.yaml", "apiVersion: v2\nname: prometheus\nversion: 1.0.0\n"),
        ("charts/own/open.yaml", "prometheus: {server: {auth: {type: none}}}\n"),
        ("env/wrong.yaml", "prometheus:\n  server: {auth: {type: oauth}}\n"),
    ]);
    let judged = |files: &str, rest: &str| {
        folder.write("apps/a.yaml", app(files, rest));
        verdicts(&folder, &["apps/a.yaml"])
    };
    assert_eq!(judged("open.yaml", ""), ["Application a: accepted none"]);
    assert_eq!(judged("open.yaml, /env/wrong.yaml", ""), ["Application a: refused auth-type-unknown 2:19"]);
    assert_eq!(judged("/env/wrong.yaml, open.yaml", ""), ["Application a: accepted none"]);
    assert_eq!(judged("not.yaml", ""), ["Application a: unknown 7:25"]);
    assert_eq!(
        judged("open.yaml, not.yaml", ", ignoreMissingValueFiles: true"),
        ["Application a: accepted none"]
    );
    assert_eq!(judged("'*.yaml'", ""), ["Application a: unknown 7:25"]);
    folder.write("charts/own/.argocd-source-a.yaml", "helm: {}\n");
    assert_eq!(judged("/env/wrong.yaml", ""), ["Application a: unknown 5:3"]);
}

#[test]
fn each_source_is_judged_by_itself_and_a_lending_one_is_not() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source: {chart: ignored}\n  sources:\n  - {ref: values, repoURL: x}\n  - {chart: trento-server, helm: {values: 'prometheus: {enabled: false}'}}\n  - {chart: grafana}\n";
    are(text, &["Application a source 0: accepted -", "Application a source 1: unknown 1:1"]);
}

#[test]
fn what_is_no_chart_is_said_so() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: manifests}}\n";
    let folder = Folder::with(&[("f.yaml", text)]);
    let message = why(&folder, &["f.yaml"]);
    assert!(
        message.starts_with("f.yaml:4:8: could not tell: this source of the Application is not a chart; "),
        "{message}"
    );
}

#[test]
fn placeholders_are_not_judged_by_their_letters() {
    let basic = "      valuesObject:\n        prometheus:\n          server:\n            auth:\n              basic: {username: me, password: '<path:secret/data#p>'}\n";
    are(&application(basic), &["Application argocd/trento: unknown 12:37"]);
}

#[test]
fn a_set_is_judged_by_its_template() {
    are(&set(&format!("{OBJECT}none\n")), &["ApplicationSet trento: accepted none"]);
    are(&set(&format!("{OBJECT}oauth\n")), &["ApplicationSet trento: refused auth-type-unknown 15:21"]);
    are(&set(&format!("{OBJECT}'{{{{auth}}}}'\n")), &["ApplicationSet trento: unknown 15:21"]);
    let patched = set(&format!("{OBJECT}none\n")) + "  templatePatch: ''\n";
    are(&patched, &["ApplicationSet trento: accepted none"]);
    let patched = set(&format!("{OBJECT}none\n")) + "  templatePatch: 'spec: {}'\n";
    are(&patched, &["ApplicationSet trento: unknown 16:3"]);
}
