//! What `check --chart` says of values, beside what the witness finds in the objects
//! that Helm makes of them: is the receiver on, and which settings lead past the login.

use crate::agreement::{chart, render_all, witness};
use crate::chart_values;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::chance::Chance;
use test_support::folder::Folder;
use test_support::program::BINARY;

const SERVER: &str = "rel-prometheus-server";

/// A login, and whatever may lead past it.
fn values(chance: &mut Chance) -> Value {
    let mut values = chart_values::prometheus(chance);
    // The container that stands for an edge: one of which the witness knows that it is not Prometheus.
    values["configmapReload"]["prometheus"] = json!({"enabled": true, "containerPort": 8080});
    let server = &mut values["server"];
    server["auth"] = json!({"basic": {"username": "a", "password": "Kq7-canary-hunter2"}});
    one_form_of_each(&mut server["extraFlags"]);
    server["hostPort"] = if chance.percent(10) { json!(30090) } else { Value::Null };
    if chance.percent(15) {
        server["service"]["enabled"] = json!(false);
    }
    if chance.percent(20) {
        server["service"]["servicePort"] = json!(90);
    }
    server["service"]["additionalPorts"] = match chance.below(4) {
        0 => json!([{"name": "edge", "port": 8081, "targetPort": 8080}]),
        1 => {
            json!([{"name": "edge", "port": 8081, "targetPort": 8080}, {"name": "more", "port": 8082, "targetPort": 9090}])
        }
        2 => json!([{"name": "more", "port": 8082, "targetPort": 9090}]),
        _ => json!([]),
    };
    let ingress = &mut server["ingress"];
    (ingress["path"], ingress["pathType"]) = (json!("/"), json!("Prefix"));
    if ingress["ingressClassName"].is_null() {
        ingress["ingressClassName"] = json!("nginx");
    }
    match chance.below(7) {
        0 => ingress["servicePort"] = json!(80),
        1 => ingress["servicePort"] = json!(90),
        2 => ingress["servicePort"] = json!(8081),
        3 => ingress["servicePort"] = json!(8082),
        4 => ingress["servicePort"] = json!("http"),
        5 => ingress["hosts"] = json!([]),
        _ => {}
    }
    if chance.percent(25) {
        let service = chance.one_of(&[SERVER, "rel-prometheus-server-headless"]);
        let port = match chance.below(3) {
            0 => json!({"number": 80}),
            1 => json!({"number": 8082}),
            _ => json!({"name": "http"}),
        };
        let backend = json!({"service": {"name": service, "port": port}});
        ingress["extraPaths"] = json!([{"path": "/", "pathType": "Prefix", "backend": backend}]);
    }
    if !server["route"].is_null() {
        server["route"]["main"]["httpsRedirect"] = json!(chance.percent(30));
        if chance.percent(40) {
            let kind = chance.one_of(&["URLRewrite", "RequestHeaderModifier", "ExtensionRef"]);
            let extension = json!({"group": "a.example.org", "kind": "Filter", "name": "a"});
            server["route"]["main"]["filters"] = json!([{"type": kind, "extensionRef": extension}]);
        }
        if chance.percent(30) {
            let port = 8080 + chance.below(3);
            server["route"]["main"]["additionalRules"] =
                json!([{"backendRefs": [{"name": SERVER, "port": port}]}]);
        }
    }
    values
}

/// A flag twice, or with its opposite, stops Prometheus: what it then is, is no question here.
fn one_form_of_each(flags: &mut Value) {
    let mut seen = BTreeSet::new();
    let list = flags.as_array_mut().expect("a list");
    list.retain(|flag| {
        let flag = flag.as_str().unwrap_or_default();
        seen.insert(flag.strip_prefix("no-").unwrap_or(flag).to_owned())
    });
}

/// The kinds of settings that lead past the login, and those whose login is not seen.
type Ways = [BTreeSet<&'static str>; 2];

fn ours(report: &Value) -> Ways {
    let of = |code: &str| {
        let warnings = report["warnings"].as_array().into_iter().flatten();
        let paths = warnings.filter(|warning| warning["code"] == code);
        paths.filter_map(|warning| kind_of_setting(warning["where"].as_str()?)).collect()
    };
    [of("auth-bypassed"), of("not-judged")]
}

fn kind_of_setting(path: &str) -> Option<&'static str> {
    let setting = path.strip_prefix("server.")?;
    let kinds = [("service", "service"), ("host", "node"), ("ingress", "ingress"), ("route", "route")];
    kinds.into_iter().find(|(start, _)| setting.starts_with(start)).map(|(_, kind)| kind)
}

fn theirs(found: &Value) -> Ways {
    let of = |access: &str| {
        let ways = found["ways"].as_array().into_iter().flatten();
        let outside = ways.filter(|way| way[3] == true && way[4] == access);
        outside.filter_map(|way| kind_of_object(way[1].as_str()?)).collect::<BTreeSet<_>>()
    };
    let (open, mut unseen) = (of("open"), of("not judged"));
    // A setting is named once, for the worst that it does.
    unseen.retain(|kind| !open.contains(kind));
    [open, unseen]
}

fn kind_of_object(label: &str) -> Option<&'static str> {
    match label.split(' ').next()? {
        "Service" => Some("service"),
        "Deployment" | "StatefulSet" | "DaemonSet" => Some("node"),
        "Ingress" => Some("ingress"),
        "HTTPRoute" => Some("route"),
        _ => None,
    }
}

fn agree(chart: &Path) {
    let folder = Folder::new();
    let files = render_all(chart, values, &folder);
    let found = witness(&files);
    let mut command = Command::new(*BINARY);
    command.args(["check", "-o", "json", "--chart"]).arg(chart);
    command.args(files.iter().map(|file| file.with_extension("json")));
    let output = command.output().expect("the binary starts");
    let reports: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    assert_eq!((reports.len(), found.len()), (files.len(), files.len()));
    let mut seen = [0; 4];
    for ((file, report), found) in files.iter().zip(&reports).zip(&found) {
        let text = || fs::read_to_string(file.with_extension("json")).unwrap_or_default();
        let is_on = found["receivers"].as_array().into_iter().flatten().any(|one| one[1] == true);
        assert_eq!(report["receiver"] == "on", is_on, "{}\n{report:#}\n{found}", text());
        seen[usize::from(is_on)] += 1;
        if is_on {
            assert_eq!(ours(report), theirs(found), "{}\n{report:#}\n{found:#}", text());
            seen[2] += usize::from(ours(report)[0].is_empty());
            seen[3] += usize::from(!ours(report)[0].is_empty());
        }
    }
    assert!(seen.iter().all(|count| count * 50 > files.len()), "off, on, shut, open: {seen:?}");
}

/// The real ones are on no registry that the suite may ask, so here is one that reads the same keys.
#[test]
fn settings_lead_where_a_chart_that_reads_these_keys_takes_them() {
    agree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered/prometheus"));
}

mod real {
    use super::{agree, chart};

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn prometheus() {
        agree(&chart("prometheus"));
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn prometheus_15() {
        agree(&chart("prometheus-15"));
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn prometheus_25() {
        agree(&chart("prometheus-25"));
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn prometheus_27() {
        agree(&chart("prometheus-27"));
    }
}
