//! `--chart`: a folder, an archive, a wrapper, and charts that say nothing.

use test_support::archive;
use test_support::folder::Folder;

pub(crate) const NOT_CHOSEN: &str = "the Prometheus remote write receiver is on, but nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]";
const UNKNOWN_TYPE: &str = "the auth type is neither basic nor none; choose basic to ask for a username and a password here, or none if anyone may write or an edge of your own checks bearer tokens or client certificates [auth-type-unknown]";
const WITHOUT_PROMETHEUS: &str = "the chart has no sub-chart called prometheus, so nothing is known about the receiver; name the chart that holds it by --chart, or the flags under the name prometheus";

/// The files of a chart with a sub-chart called prometheus and its receiver on.
pub(crate) fn trento() -> Vec<(String, String)> {
    let with = "{apiVersion: v2, name: trento-server, version: 3.1.0, dependencies: [{name: prometheus, version: 25.x, repository: '', condition: prometheus.enabled, tags: [monitoring]}]}";
    let files = [
        ("Chart.yaml", with),
        (
            "values.yaml",
            "prometheus:\n  enabled: true\n  server:\n    extraFlags:\n      - web.enable-remote-write-receiver\n",
        ),
        ("charts/prometheus/Chart.yaml", "{apiVersion: v2, name: prometheus, version: 25.21.0}"),
        ("charts/prometheus/values.yaml", "server:\n  extraFlags:\n    - web.enable-lifecycle\n"),
    ];
    files.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec()
}

/// The same files in another folder.
pub(crate) fn below(folder: &str, files: Vec<(String, String)>) -> Vec<(String, String)> {
    files.into_iter().map(|(name, text)| (format!("{folder}/{name}"), text)).collect()
}

fn wrapper() -> Vec<(String, String)> {
    let about = "{apiVersion: v2, name: ours, version: 1.0.0, dependencies: [{name: trento-server, version: '*', repository: '', condition: trento.enabled}]}";
    let mut files = below("charts/trento-server", trento());
    files.push(("Chart.yaml".to_owned(), about.to_owned()));
    files
}

pub(crate) fn folder(files: &[(String, String)]) -> Folder {
    let folder = Folder::with(&[]);
    for (name, text) in files {
        folder.write(name, text);
    }
    folder
}

fn packed(name: &str, files: &[(String, String)]) -> Vec<u8> {
    archive::packed(name, files.iter().map(|(path, text)| (path, text)))
}

#[test]
fn a_chart_in_a_folder_is_judged_by_its_own_defaults() {
    let folder = folder(&below("chart", trento()));
    folder.run(&["check", "--chart", "chart"]).is(
        1,
        &format!(
            "\
chart/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/values.yaml:5:9
"
        ),
        "",
    );
}

#[test]
fn a_packed_chart_is_judged_like_its_folder() {
    let folder = Folder::with(&[("none.yaml", "prometheus: {server: {auth: {type: none}}}")]);
    folder.write("chart.tgz", packed("trento-server", &trento()));
    folder.run(&["check", "--chart", "chart.tgz"]).is(
        1,
        &format!(
            "\
chart chart.tgz: refused: {NOT_CHOSEN}
  = prometheus.server.auth, default in chart trento-server, line 3
  = the receiver is turned on by the default in chart trento-server, line 5
"
        ),
        "",
    );
    let accepted = "none.yaml: accepted; the receiver is open to anyone\n";
    folder.run(&["check", "--chart", "chart.tgz", "none.yaml"]).is(0, accepted, "");
    folder.run(&["check", "--chart", "chart.tgz", "-f", "none.yaml"]).is(0, accepted, "");
}

#[test]
fn a_packed_sub_chart_is_one_like_any_other() {
    let prometheus: Vec<_> = trento()
        .into_iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("charts/prometheus/")?.to_owned(), text)))
        .collect();
    let folder = folder(&below("chart", trento().into_iter().take(2).collect()));
    folder.write("chart/charts/prometheus-25.21.0.tgz", packed("prometheus", &prometheus));
    let answer = folder.run(&["check", "--chart", "chart"]);
    assert_eq!(answer.exit_code, 1, "{answer:?}");
}

#[test]
fn the_chart_of_a_default_and_the_flag_of_a_setting_are_told() {
    let mut files = below("chart", trento());
    files[1].1.push_str("    auth:\n      type: oauth\n");
    let folder = folder(&files);
    folder.run(&["check", "--chart", "chart"]).is(
        1,
        &format!(
            "\
chart/values.yaml:7:7: refused: {UNKNOWN_TYPE}
  7 |       type: …
    |       ^^^^
  = prometheus.server.auth.type, default of the chart
"
        ),
        "",
    );
    for (flag, argument) in [
        ("--set", "prometheus.server.auth.type=ldap"),
        ("--set-string", "prometheus.server.auth.type=ldap"),
        ("--set-literal", "prometheus.server.auth.type=ldap"),
        ("--set-json", "prometheus.server.auth={\"type\": \"ldap\"}"),
    ] {
        folder.run(&["check", "--chart", "chart", flag, argument]).is(
            1,
            &format!(
                "\
{flag}: refused: {UNKNOWN_TYPE}
  = prometheus.server.auth.type, by {flag}
"
            ),
            "",
        );
    }
    folder.write("type", "ldap");
    folder.run(&["check", "--chart", "chart", "--set-file", "prometheus.server.auth.type=type"]).is(
        1,
        &format!("--set-file: refused: {UNKNOWN_TYPE}\n  = prometheus.server.auth.type, by --set-file\n"),
        "",
    );
}

#[test]
fn a_set_number_is_told_to_be_set_as_a_string() {
    let folder = folder(&below("chart", trento()));
    let sets = ["prometheus.server.auth.basic.username=me", "prometheus.server.auth.basic.password=12345"];
    folder.run(&["check", "--chart", "chart", "--set", sets[0], "--set", sets[1]]).is(
        1,
        "\
--set: refused: the password is not text (YAML reads a bare 0123 as the number 83 and a bare no as false); quote it in YAML, on the command line use --set-string [value-has-wrong-type]
  = prometheus.server.auth.basic.password, by --set
--set: warning: Helm reads this password as a number, and what was written is lost; use --set-string [value-read-as-number]
  = prometheus.server.auth.basic.password, by --set
",
        "",
    );
    folder.run(&["check", "--chart", "chart", "--set-string", &sets.join(",")]).is(
        0,
        "--set-string: accepted; basic auth guards the receiver\n",
        "",
    );
}

#[test]
fn in_a_wrapper_the_policy_is_asked_where_helm_asks_it() {
    let folder = folder(&below("chart", wrapper()));
    folder.write("v.yaml", "trento-server:\n  prometheus:\n    server:\n      auth:\n        type: ldap\n");
    folder.run(&["check", "--chart", "chart", "-f", "v.yaml"]).is(
        1,
        &format!(
            "\
v.yaml:5:9: refused: {UNKNOWN_TYPE}
  5 |         type: …
    |         ^^^^
"
        ),
        "",
    );
    let answer = folder.run(&["check", "--chart", "chart", "-f", "v.yaml", "-o", "json"]);
    let reported: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(reported[0]["refusals"][0]["where"], "trento-server.prometheus.server.auth.type");
    folder.run(&["check", "--chart", "chart"]).is(
        1,
        &format!(
            "\
chart/charts/trento-server/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = trento-server.prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/charts/trento-server/values.yaml:5:9
"
        ),
        "",
    );
    // Beside the wrapper's own prometheus nobody looks.
    folder.run(&["check", "--chart", "chart", "--set", "prometheus.server.auth.type=none"]).is(
        1,
        &format!(
            "\
chart/charts/trento-server/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = trento-server.prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/charts/trento-server/values.yaml:5:9
"
        ),
        "",
    );
    folder.run(&["check", "--chart", "chart", "--set", "trento.enabled=false"]).is(
        0,
        "--set: accepted; the receiver is off\n",
        "",
    );
}

#[test]
fn where_a_condition_disables_prometheus_the_receiver_is_off() {
    let folder = folder(&below("chart", trento()));
    let accepted = "--set: accepted; the receiver is off\n";
    folder.run(&["check", "--chart", "chart", "--set", "prometheus.enabled=false"]).is(0, accepted, "");
    // Only a boolean disables it.
    let refused = folder.run(&["check", "--chart", "chart", "--set-string", "prometheus.enabled=false"]);
    assert_eq!(refused.exit_code, 1, "{refused:?}");
    assert!(
        refused.stdout.starts_with(&format!("chart/values.yaml:3:3: refused: {NOT_CHOSEN}\n")),
        "{refused:?}"
    );
}

#[test]
fn a_chart_without_prometheus_is_not_told() {
    let mut files = below("chart", trento());
    files[0].1 = files[0].1.replace("name: prometheus,", "name: metrics,");
    files[2].1 = files[2].1.replace("name: prometheus", "name: metrics");
    let folder = folder(&files);
    let reported = format!("chart chart: could not tell: {WITHOUT_PROMETHEUS}\n");
    folder.run(&["check", "--chart", "chart"]).is(2, &reported, "");
}

#[test]
fn any_helm_of_version_3_and_4_can_be_named() {
    let folder = folder(&below("chart", trento()));
    for version in ["3", "4", "3.0", "3.12.3", "v3.21.4", "3.21.4+g1234567", "3.99", "4.2", "v4.2.4", "4.17"]
    {
        let answer = folder.run(&["check", "--chart", "chart", "--helm-version", version]);
        assert_eq!(answer.exit_code, 1, "{version}: {answer:?}");
    }
    for version in ["2.17", "5.0", "", "3.x", "latest", "3.21.4.5", "-3"] {
        let version = format!("--helm-version={version}");
        let answer = folder.run(&["check", "--chart", "chart", &version]);
        assert_eq!((answer.exit_code, answer.stdout.as_str()), (2, ""), "{version}");
        assert!(answer.stderr.starts_with("remote-write-auth: --helm-version <VERSION> has "), "{answer:?}");
        assert!(
            answer.stderr.ends_with("; write a version of Helm 3 or 4, such as 3.21 or 4.2.4\n"),
            "{answer:?}"
        );
    }
}

#[test]
fn the_printed_values_are_the_charts_without_credentials() {
    let folder = folder(&below("chart", trento()));
    folder
        .write("v.yaml", "prometheus: {server: {auth: {basic: {username: me, password: hunter2-canary}}}}\n");
    let sets = ["--set-json", "a=1.0", "--set", "b=010,password=hunter2-canary,c=hunter2-canary"];
    let asked = ["check", "--print-values", "--show-values", "--chart", "chart", "-f", "v.yaml"];
    let answer = folder.run(&asked.iter().chain(&sets).copied().collect::<Vec<_>>());
    answer.is(
        0,
        "\
{
  \"a\": 1,
  \"b\": \"010\",
  \"c\": \"<redacted>\",
  \"password\": \"<redacted>\",
  \"prometheus\": {
    \"enabled\": true,
    \"global\": {},
    \"server\": {
      \"auth\": {
        \"basic\": {
          \"password\": \"<redacted>\",
          \"username\": \"<redacted>\"
        }
      },
      \"extraFlags\": [
        \"web.enable-remote-write-receiver\"
      ]
    }
  }
}
",
        "",
    );
}

/// The files with these dependencies in place of theirs.
pub(crate) fn depending(files: Vec<(String, String)>, dependencies: &str) -> Vec<(String, String)> {
    let mut files = below("chart", files);
    files[0].1 = format!("{{apiVersion: v2, name: ours, version: 1.0.0, dependencies: [{dependencies}]}}");
    files
}

#[test]
fn each_prometheus_is_judged_under_its_alias() {
    let two = "{name: prometheus, version: '*', condition: prometheus.enabled}, {name: prometheus, version: '*', alias: metrics, condition: metrics.enabled}";
    let mut files = depending(trento(), two);
    files[1].1.push_str("metrics:\n  server:\n    extraFlags: [web.enable-remote-write-receiver]\n");
    let folder = folder(&files);
    let set = ["--set", "prometheus.server.auth.type=none"];
    let run = |more: &[&str]| folder.run(&[&["check", "--chart", "chart"], &set[..], more].concat());
    run(&[]).is(
        1,
        &format!(
            "\
chart/values.yaml:7:3: refused: {NOT_CHOSEN}
  7 |   server: …
    |   ^^^^^^
  = metrics.server.auth, default of the chart
  = the receiver is turned on at chart/values.yaml:8:18
"
        ),
        "",
    );
    let accepted = "--set: accepted; the receiver is open to anyone\n";
    run(&["--set", "metrics.enabled=false"]).is(0, accepted, "");
    run(&["--set", "metrics.server.auth.type=none"]).is(0, accepted, "");
    run(&["--set", "metrics.server.auth.type=oauth"]).is(
        1,
        &format!("--set: refused: {UNKNOWN_TYPE}\n  = metrics.server.auth.type, by --set\n"),
        "",
    );
}

/// The community's chart by itself has its settings at the top.
#[test]
fn the_chart_prometheus_itself_is_judged() {
    let files = [
        ("Chart.yaml", "{apiVersion: v2, name: prometheus, version: 29.27.0}"),
        ("values.yaml", "server:\n  extraFlags:\n    - web.enable-lifecycle\n"),
    ];
    let files: Vec<_> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let on = "server:\n  extraFlags: [web.enable-remote-write-receiver]\n";
    let folder = folder(&below("chart", files.clone()));
    folder.write("chart.tgz", packed("prometheus", &files));
    folder.write("on.yaml", on);
    folder.write("bitnami.yaml", "server: {enableRemoteWriteReceiver: true}\n");
    for chart in ["chart", "chart.tgz"] {
        folder.run(&["check", "--chart", chart, "-f", "on.yaml"]).is(
            1,
            &format!(
                "\
on.yaml:1:1: refused: {NOT_CHOSEN}
  1 | server: …
    | ^^^^^^
  = the receiver is turned on at on.yaml:2:16
"
            ),
            "",
        );
        let set = ["check", "--chart", chart, "-f", "on.yaml", "--set", "server.auth.type=none"];
        folder.run(&set).is(0, "on.yaml, --set: accepted; the receiver is open to anyone\n", "");
    }
    folder.run(&["check", "--chart", "chart"]).is(0, "chart chart: accepted; the receiver is off\n", "");
}
