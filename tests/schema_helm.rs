//! A chart's own schema with the policy in it, asked by Helm itself.
//!
//! Each host is of another draft or shape, and each keeps judging what it
//! judged before. The Helms are those that `tests/run` installs.
//!
//! needs: helm-3.12.3 helm-3.14.4 helm-3.21.4 helm-4.2.4

use std::path::PathBuf;
use std::process::Command;
use test_support::folder::Folder;
use test_support::helm_versions::{self, TestedHelm};

/// Both schema libraries, and the oldest and the newest that has each.
fn helms() -> impl Iterator<Item = TestedHelm> {
    const VERSIONS: [&str; 4] = ["3.12.3", "3.14.4", "3.21.4", "4.2.4"];
    helm_versions::programs().filter(|helm| VERSIONS.contains(&helm.version))
}

const RECEIVER_ON: &str = "prometheus: {server: {extraFlags: [web.enable-remote-write-receiver]}}\n";
const ACCEPTED: &str =
    "prometheus: {server: {extraFlags: [web.enable-remote-write-receiver], auth: {type: none}}}\n";
const NEEDS_TEXT: &str = "prometheus: {server: {auth: {type: none}}}\nown: 5\n";

/// What a host says of its own: `own` is a text.
const OWN: &str = "\"properties\": {\"own\": {\"type\": \"string\"}}";

const DRAFT_4: &str = "\"$schema\": \"http://json-schema.org/draft-04/schema#\"";
const DRAFT_6: &str = "\"$schema\": \"http://json-schema.org/draft-06/schema#\"";
const DRAFT_7: &str = "\"$schema\": \"http://json-schema.org/draft-07/schema#\"";
const DRAFT_2019: &str = "\"$schema\": \"https://json-schema.org/draft/2019-09/schema\"";
const DRAFT_2020: &str = "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"";

fn helm(version: &str) -> PathBuf {
    let home = || {
        PathBuf::from(std::env::var_os("HOME").expect("a home for caches")).join(".cache/remote-write-auth")
    };
    let cache = std::env::var_os("REMOTE_WRITE_AUTH_CACHE").map_or_else(home, PathBuf::from);
    let helm = cache.join(format!("helm-{version}/bin/helm"));
    assert!(helm.exists(), "{} is not there, tests/run installs it", helm.display());
    helm
}

fn hosts() -> Vec<(String, String)> {
    let mut hosts = Vec::new();
    for (name, draft) in [
        ("draft 4", DRAFT_4),
        ("draft 6", DRAFT_6),
        ("draft 7", DRAFT_7),
        ("2019-09", DRAFT_2019),
        ("2020-12", DRAFT_2020),
        ("no draft", "\"title\": \"a chart\""),
    ] {
        hosts.push((name.to_owned(), format!("{{{draft}, {OWN}}}")));
        for container in ["definitions", "$defs"] {
            hosts.push((
                format!("{name}, $ref at the root into {container}"),
                format!(
                    "{{{draft}, \"$ref\": \"#/{container}/all\", \"{container}\": {{\"all\": {{{OWN}}}}}}}"
                ),
            ));
            hosts.push((
                format!("{name}, {container} and an allOf of its own"),
                format!(
                    "{{{draft}, \"allOf\": [{{\"$ref\": \"#/{container}/all\"}}], \"{container}\": {{\"all\": {{{OWN}}}}}}}"
                ),
            ));
        }
    }
    hosts
}

/// The lines of `helm template`, or of its refusal.
fn template(version: &str, folder: &Folder, values: &str) -> (bool, String) {
    folder.write("values-of-case.yaml", values);
    let mut command = Command::new(helm(version));
    let arguments = ["template", "chart", "-f", "values-of-case.yaml"];
    let output = command.args(arguments).current_dir(folder.path()).output().expect("helm starts");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn chart(schema: &str) -> Folder {
    Folder::with(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n"),
        ("chart/values.yaml", "{}\n"),
        ("chart/templates/one.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"),
        ("chart/values.schema.json", schema),
    ])
}

#[test]
fn every_helm_asks_the_policy_in_a_host_of_any_draft() {
    let mut asked = 0;
    for (name, schema) in hosts() {
        let folder = chart(&schema);
        let answer = folder.run(&["schema", "--into", "chart/values.schema.json"]);
        assert_eq!(answer.exit_code, 0, "{name}: {answer:?}");
        for TestedHelm { version, .. } in helms() {
            let (accepted, said) = template(version, &folder, RECEIVER_ON);
            assert!(!accepted && said.contains("[auth-not-chosen]"), "{name}, Helm {version}: {said}");
            let (accepted, said) = template(version, &folder, ACCEPTED);
            assert!(accepted, "{name}, Helm {version}: {said}");
            let (accepted, said) = template(version, &folder, NEEDS_TEXT);
            assert!(!accepted && said.contains("own"), "{name}, Helm {version}: {said}");
            asked += 3;
        }
    }
    assert_eq!(asked, 360);
}

/// Two of Prometheus, one by conditions and a tag, one by its alias and always.
const DEPENDENCIES: &str = "apiVersion: v2
name: chart
version: 0.1.0
dependencies:
  - {name: prometheus, version: '*', condition: 'all.lit,prometheus.enabled', tags: [monitoring]}
  - {name: prometheus, version: '*', alias: metrics}
";

/// The policy of a chart is asked where Helm deploys Prometheus, under each of its
/// names, and check says the same.
#[test]
fn the_policy_of_a_chart_is_asked_where_helm_deploys_prometheus() {
    let on = "server: {extraFlags: [web.enable-remote-write-receiver]}";
    let mut asked = 0;
    for schema in [DRAFT_4, DRAFT_7, DRAFT_2020].map(|draft| format!("{{{draft}}}")) {
        let folder = chart(&schema);
        folder.write("chart/Chart.yaml", DEPENDENCIES);
        folder.write(
            "chart/charts/prometheus/Chart.yaml",
            "apiVersion: v2\nname: prometheus\nversion: 25.21.0\n",
        );
        assert_eq!(folder.run(&["schema", "--into", "chart/values.schema.json"]).exit_code, 0);
        for (values, is_refused) in [
            (format!("prometheus: {{{on}}}"), true),
            (format!("prometheus: {{enabled: false, {on}}}"), false),
            (format!("all: {{lit: true}}\nprometheus: {{enabled: false, {on}}}"), true),
            (format!("all: {{lit: false}}\nprometheus: {{enabled: true, {on}}}"), false),
            (format!("all: {{lit: 0}}\nprometheus: {{enabled: false, {on}}}"), false),
            (format!("tags: {{monitoring: false}}\nprometheus: {{{on}}}"), false),
            (format!("tags: {{monitoring: false}}\nprometheus: {{enabled: true, {on}}}"), true),
            (format!("tags: {{monitoring: no, other: true}}\nprometheus: {{{on}}}"), false),
            (format!("metrics: {{{on}}}"), true),
            (format!("metrics: {{enabled: false, {on}}}"), true),
            ("metrics: {server: {extraFlags: []}}".to_owned(), false),
        ] {
            for TestedHelm { version, .. } in helms() {
                let (accepted, said) = template(version, &folder, &values);
                assert_eq!(!accepted, is_refused, "{schema}, Helm {version}, {values}: {said}");
                assert_eq!(
                    said.contains("[auth-not-chosen]"),
                    is_refused,
                    "{schema}, Helm {version}: {said}"
                );
                asked += 1;
            }
            let answer = folder.run(&["check", "--chart", "chart", "-f", "values-of-case.yaml"]);
            assert_eq!(answer.exit_code, i32::from(is_refused), "{values}: {answer:?}");
        }
    }
    assert_eq!((asked, helms().count()), (3 * 11 * 4, 4));
}
