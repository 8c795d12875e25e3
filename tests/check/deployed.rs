//! What is judged, and what is not: Prometheus where Helm deploys it, values that
//! are no values of it, settings beside their places.

use crate::charts::{NOT_CHOSEN, below, depending, folder, trento};
use test_support::folder::Folder;

/// Helm decides whether Prometheus is deployed: by what Chart.yaml names, and by
/// nothing else.
#[test]
fn prometheus_is_deployed_where_helm_deploys_it() {
    let off = "accepted; the receiver is off\n";
    let unread = |state: &str| {
        format!(
            "--set: warning: no condition in Chart.yaml reads this enabled, so Prometheus is {state} whatever it says; leave it out, or name it in the condition of the dependency [key-unknown]\n  = prometheus.enabled, by --set\n"
        )
    };
    for (dependency, set, is_off) in [
        ("condition: 'a.b, prometheus.enabled'", "prometheus.enabled=false", false),
        ("condition: 'a.b,prometheus.enabled'", "prometheus.enabled=false", true),
        ("condition: 'a.b,prometheus.enabled'", "a.b=true,prometheus.enabled=false", false),
        ("condition: monitoring.enabled", "monitoring.enabled=false", true),
        ("condition: monitoring.enabled", "monitoring.enabled=no", false),
        ("tags: [one, two]", "tags.one=false", true),
        ("tags: [one, two]", "tags.one=false,tags.two=true", false),
        ("tags: [one]", "tags.one=false,prometheus.enabled=true", true),
        ("tags: [one], condition: prometheus.enabled", "tags.one=false,prometheus.enabled=true", false),
        ("alias: prometheus", "prometheus.enabled=false", false),
    ] {
        let folder =
            folder(&depending(trento(), &format!("{{name: prometheus, version: '*', {dependency}}}")));
        let answer = folder.run(&["check", "--chart", "chart", "--set", set]);
        let is_read = !set.contains("prometheus.enabled") || dependency.contains("prometheus.enabled");
        let is_read = is_read && !dependency.contains(", prom");
        let warned =
            if is_read { String::new() } else { unread(if is_off { "not deployed" } else { "deployed" }) };
        // Trento's own default says enabled, which tags overrule where no condition reads it.
        if is_off {
            assert_eq!(
                (answer.exit_code, answer.stdout),
                (0, format!("--set: {off}{warned}")),
                "{dependency}"
            );
        } else {
            assert_eq!(answer.exit_code, 1, "{dependency} {set}: {answer:?}");
            assert!(answer.stdout.contains(NOT_CHOSEN) && answer.stdout.ends_with(&warned), "{answer:?}");
        }
    }
}

/// A sub-chart that only lies in charts is always deployed.
#[test]
fn a_sub_chart_that_nobody_names_is_deployed() {
    let folder = folder(&depending(trento(), ""));
    let answer = folder.run(&["check", "--chart", "chart", "--set", "prometheus.enabled=false"]);
    assert_eq!(answer.exit_code, 1, "{answer:?}");
    assert!(answer.stdout.contains("[key-unknown]"), "{answer:?}");
}

/// Helm deploys every sub-chart that lies in charts, of one name, too: each is judged
/// by what its version reads, and what is said of both is said once.
#[test]
fn sub_charts_of_one_name_that_nobody_names_are_each_judged() {
    let mut files = depending(trento(), "");
    files.retain(|(name, _)| !name.ends_with("charts/prometheus/values.yaml"));
    let about = |version: &str| format!("{{apiVersion: v2, name: prometheus, version: {version}}}");
    for (name, version) in [("one", "15.0.1"), ("two", "29.27.0")] {
        files.push((format!("chart/charts/{name}/Chart.yaml"), about(version)));
    }
    files.retain(|(name, _)| !name.contains("charts/prometheus/"));
    let folder = folder(&files);
    let answer = folder.run(&["check", "--chart", "chart"]);
    assert_eq!(answer.exit_code, 1, "{answer:?}");
    assert_eq!(answer.stdout.matches(NOT_CHOSEN).count(), 1, "{answer:?}");
    assert!(answer.stdout.contains("sub-charts of one name share their values"), "{answer:?}");
    // The older one does not read the override that turns the receiver of the newer off.
    let off = "prometheus.server.defaultFlagsOverride={--config.file=/a}";
    let answer = folder.run(&["check", "--chart", "chart", "--set", off]);
    assert_eq!(answer.exit_code, 1, "{answer:?}");
    std::fs::remove_dir_all(folder.path().join("chart/charts/one")).expect("our own folder");
    let answer = folder.run(&["check", "--chart", "chart", "--set", off]);
    assert_eq!(answer.exit_code, 0, "{answer:?}");
}

/// Another chart under an alias is found beside a sub-chart of that name.
#[test]
fn another_chart_under_the_name_is_found_beside_prometheus() {
    let about = "{apiVersion: v2, name: ours, version: 1.0.0, dependencies: [{name: kube-prometheus-stack, alias: prometheus, version: '*', repository: ''}]}";
    let files = [
        ("chart/Chart.yaml", about),
        ("chart/charts/a/Chart.yaml", "{apiVersion: v2, name: prometheus, version: 25.21.0}"),
        ("chart/charts/b/Chart.yaml", "{apiVersion: v2, name: kube-prometheus-stack, version: 80.0.0}"),
    ];
    let folder = folder(&files.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let answer = folder.run(&["check", "--chart", "chart"]);
    assert_eq!(answer.exit_code, 2, "{answer:?}");
    assert!(answer.stdout.contains("is the chart kube-prometheus-stack"), "{answer:?}");
}

/// What is plainly something else gets no advice that would lead to a false verdict.
#[test]
fn values_that_are_plainly_anothers_are_not_judged() {
    let folder = Folder::with(&[
        ("object.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"),
        ("top.yaml", "server: {extraFlags: [web.enable-remote-write-receiver], auth: {type: none}}\n"),
        ("none.yaml", "server: {port: 80}\nprometheus: {server: {auth: {type: none}}}\n"),
    ]);
    folder.run(&["check", "-f", "object.yaml"]).is(
        2,
        "object.yaml: could not tell: the values are an object of Kubernetes, with kind and apiVersion, so nothing is known about a release; judge objects by --rendered\n",
        "",
    );
    folder.run(&["check", "top.yaml"]).is(
        2,
        "top.yaml: could not tell: the settings of server stand at the top, as in the chart prometheus itself, where Trento reads none; name that chart by --chart, or write them below prometheus\n",
        "",
    );
    folder.run(&["check", "none.yaml"]).is(0, "none.yaml: accepted; the receiver is open to anyone\n", "");
}

/// Settings that nobody reads where they stand are named, with those that were meant.
#[test]
fn a_setting_in_the_wrong_place_is_told_where_it_belongs() {
    let mut files = below("chart", trento());
    files[3].1.push_str("  configPath: /etc/config/prometheus.yml\n");
    let folder = folder(&files);
    for (values, key, meant) in [
        ("prometheus: {enable: false, server: {auth: {type: none}}}", "prometheus.enable", "enabled"),
        ("prometheus: {auth: {type: none}, server: {auth: {type: none}}}", "prometheus.auth", "server.auth"),
        (
            "prometheus: {extraFlags: [], server: {auth: {type: none}}}",
            "prometheus.extraFlags",
            "server.extraFlags",
        ),
        (
            "prometheus: {server: {extraflags: [], auth: {type: none}}}",
            "prometheus.server.extraflags",
            "extraFlags",
        ),
        ("prometheus: {server: {Auth: {}, auth: {type: none}}}", "prometheus.server.Auth", "auth"),
        (
            "prometheus: {server: {enableRemoteWriteReceiver: false, auth: {type: none}}}",
            "prometheus.server.enableRemoteWriteReceiver",
            "extraFlags with web.enable-remote-write-receiver",
        ),
    ] {
        folder.write("v.yaml", values);
        let answer = folder.run(&["check", "--chart", "chart", "-f", "v.yaml", "-o", "json"]);
        let reported: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
        let (table, name) = key.rsplit_once('.').expect("a path");
        let table = table.rsplit('.').next().expect("a key");
        let wanted =
            format!("{table} has no setting {name}, so nobody reads it; did you mean {meant} [key-unknown]");
        let warnings = &reported[0]["warnings"];
        assert_eq!(warnings.as_array().map(Vec::len), Some(1), "{values}: {answer:?}");
        assert_eq!((&warnings[0]["msg"], &warnings[0]["where"]), (&wanted.into(), &key.into()), "{answer:?}");
    }
}

/// What is called prometheus is judged by what it is: another chart's receiver is
/// switched by other settings, so off would be a guess.
#[test]
fn another_chart_under_the_name_is_never_off() {
    let dependency =
        "dependencies: [{name: NAME, version: '*', alias: prometheus, condition: prometheus.enabled}]";
    let chart = |name: &str, defaults: &str| {
        let alias = if name == "prometheus" { "" } else { dependency };
        let chart =
            format!("apiVersion: v2\nname: umbrella\nversion: 1.0.0\n{}\n", alias.replace("NAME", name));
        folder(&[
            ("chart/Chart.yaml".to_owned(), chart),
            (
                "chart/charts/one/Chart.yaml".to_owned(),
                format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n"),
            ),
            ("chart/charts/one/values.yaml".to_owned(), defaults.to_owned()),
        ])
    };
    let rest = ", whose flags are not those of the community chart prometheus, so nothing is known about the receiver; judge what helm template prints, by --rendered\n";
    for (name, defaults, what) in [
        (
            "kube-prometheus-stack",
            "prometheus: {prometheusSpec: {enableRemoteWriteReceiver: true}}\n",
            "is the chart kube-prometheus-stack",
        ),
        ("victoria-metrics-single", "server: {extraArgs: {}}\n", "is the chart victoria-metrics-single"),
        (
            "prometheus",
            "server: {enableRemoteWriteReceiver: true}\n",
            "has settings of the chart prometheus of Bitnami",
        ),
    ] {
        let folder = chart(name, defaults);
        let wanted = format!("chart chart: could not tell: what is called prometheus {what}{rest}");
        folder.run(&["check", "--chart", "chart"]).is(2, &wanted, "");
    }
    // A condition removes it whatever it is.
    chart("kube-prometheus-stack", "a: 1\n")
        .run(&["check", "--chart", "chart", "--set", "prometheus.enabled=false"])
        .is(0, "--set: accepted; the receiver is off\n", "");
    // Also without a chart the settings of another one are seen.
    let folder = Folder::with(&[(
        "v.yaml",
        "prometheus: {prometheusSpec: {enableRemoteWriteReceiver: true}, server: {auth: {type: none}}}\n",
    )]);
    let wanted = format!(
        "v.yaml: could not tell: what is called prometheus has settings of kube-prometheus-stack{rest}"
    );
    folder.run(&["check", "v.yaml"]).is(2, &wanted, "");
}
