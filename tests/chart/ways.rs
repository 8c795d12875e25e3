//! Generated settings, each over a login: the notes and check name the same ways past it.
//!
//! How ports and annotations are followed stands in a template and in Rust. So that no branch
//! of either is without a case, settings of every shape are made up, wrong ones too, and both
//! are asked of all of them.

use crate::{Folder, copy_library, document_in, made_up};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::thread;
use test_support::chance::{Chance, number};
use test_support::helm::{self, Helm};
use test_support::program::BINARY;

/// Those between which the chart prometheus began to read a setting; the last is of another chart's.
const VERSIONS: [&str; 6] = ["15.0.1", "15.5.9", "v24.2.0", "24.5.0", "29.27.0", "0.1.0"];
const EDGES: [&str; 3] = ["nginx", "traefik", "external"];
const SETS: u64 = 200;

const CHART: &str = "apiVersion: v2\nname: asks\nversion: 0.1.0\ndependencies:\n- {name: remote-write-auth, version: 0.1.0}\n- {name: prometheus, version: '*'}\n";

/// The notes of each case, as Helm would have them of that case alone.
const TEMPLATE: &str = r#"
{{- range $case := .Values.cases }}
{{- $values := dict "prometheus" $case "remote-write-auth" (deepCopy (index $.Values "remote-write-auth")) }}
{{- $context := dict "Values" $values "Release" $.Release "Chart" $.Chart "Subcharts" $.Subcharts }}
---
{{ dict "lines" (include "remote-write-auth.notes" $context | splitList "\n") | toJson }}
{{- end }}
"#;

#[test]
fn notes_and_check_follow_generated_settings_alike() {
    let combinations: Vec<_> =
        VERSIONS.iter().flat_map(|version| EDGES.map(|edge| (*version, edge))).collect();
    let ask = |at: usize| {
        let (version, edge) = combinations[at];
        let helm = if at.is_multiple_of(2) { helm::newest_3() } else { helm::newest_4() };
        compared(version, edge, &helm, u64::try_from(at).expect("small"))
    };
    let half = &|odd: usize| (odd..combinations.len()).step_by(2).map(ask).collect::<Vec<_>>();
    let seen: Vec<Seen> = thread::scope(|scope| {
        let halves = [0, 1].map(|odd| scope.spawn(move || half(odd)));
        halves.into_iter().flat_map(|half| half.join().expect("compared")).collect()
    });
    let settings: BTreeSet<&str> = seen.iter().flat_map(|seen| &seen.settings).map(String::as_str).collect();
    assert_eq!(settings.into_iter().collect::<Vec<_>>(), SETTINGS, "named");
    let statements: BTreeSet<&str> =
        seen.iter().flat_map(|seen| &seen.statements).map(String::as_str).collect();
    assert_eq!(statements.len(), 9, "{statements:#?}");
    let silent: usize = seen.iter().map(|seen| seen.silent).sum();
    assert!(silent * 20 > seen.len() * usize::try_from(SETS).expect("small"), "{silent} without a way");
}

/// Every setting that one of them can name; routes by the names that are made up here.
const SETTINGS: [&str; 11] = [
    "hostNetwork",
    "hostPort",
    "ingress.annotations",
    "ingress.enabled",
    "ingress.extraPaths",
    "ingress.servicePort",
    "route.a",
    "route.main",
    "route.other",
    "service.externalIPs",
    "service.type",
];

/// What was named in a row of cases, and in how many nothing was.
#[derive(Default)]
struct Seen {
    settings: BTreeSet<String>,
    statements: BTreeSet<String>,
    silent: usize,
}

fn compared(version: &str, edge: &str, helm: &Helm, row: u64) -> Seen {
    let chart = Folder::with(&[("Chart.yaml", CHART), ("templates/asks.yaml", TEMPLATE)]);
    copy_library(&chart.0.join("charts/remote-write-auth"));
    let about = format!("apiVersion: v2\nname: prometheus\nversion: {version}\n");
    chart.write("charts/prometheus/Chart.yaml", about);
    let (first, sets) = (number("FIRST", 0), number("SETS", SETS));
    let cases: Vec<Value> = (first..first + sets)
        .map(|number| made_up::prometheus(&mut Chance::new(1500 + row, number)))
        .collect();
    let mut seen = Seen::default();
    let noted = noted(&chart, edge, helm, &cases);
    let warned = warned(&chart, edge, &cases);
    assert_eq!((noted.len(), warned.len()), (cases.len(), cases.len()));
    for ((case, noted), warned) in cases.iter().zip(noted).zip(warned) {
        let warned: Vec<String> =
            warned.iter().map(|[path, message]| format!("WARNING: {path}: {message}")).collect();
        assert_eq!(noted, warned, "notes, check; {version} {edge} {}: {case}", helm.version);
        seen.silent += usize::from(warned.is_empty());
        for line in warned {
            let (path, message) =
                line["WARNING: prometheus.server.".len()..].split_once(": ").expect("a message");
            seen.settings.insert(path.to_owned());
            seen.statements.insert(message.to_owned());
        }
    }
    seen
}

/// The lines of the notes about ways past the login.
fn noted(chart: &Folder, edge: &str, helm: &Helm, cases: &[Value]) -> Vec<Vec<String>> {
    let output = helm.template(&chart.0, &json!({ "cases": cases, "remote-write-auth": { "edge": edge } }));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = |note: Value| -> Vec<String> {
        let lines: Vec<String> = serde_json::from_value(note["lines"].clone()).expect("a list of lines");
        // The notes say first who is let in, so what follows was asked.
        assert!(!lines[0].contains("WARNING") && !lines[0].contains("nobody"), "{lines:?}");
        lines
            .into_iter()
            .filter(|line| CODES.iter().any(|code| line.ends_with(&format!("[{code}]"))))
            .collect()
    };
    text.split("---\n").filter_map(document_in).map(lines).collect()
}

const CODES: [&str; 2] = ["auth-bypassed", "not-judged"];

/// The settings of which check warns, in its order, each with its message.
pub(crate) fn warned(chart: &Folder, edge: &str, cases: &[Value]) -> Vec<Vec<[String; 2]>> {
    let mut command = Command::new(*BINARY);
    command.args(["check", "-o", "json", "--chart"]).arg(&chart.0);
    for (at, case) in cases.iter().enumerate() {
        let file = chart.0.join(format!("{at}.json"));
        let values = json!({ "prometheus": case, "remote-write-auth": { "edge": edge } });
        fs::write(&file, values.to_string()).expect("written");
        command.arg(file);
    }
    let output = command.output().expect("it starts");
    let reports: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let of_report = |report: &Value| {
        assert_ne!(report["verdict"], "unknown", "{report}");
        let warnings = report["warnings"].as_array().into_iter().flatten();
        let ours = warnings.filter(|it| CODES.iter().any(|code| it["code"] == *code));
        ours.map(|it| ["where", "msg"].map(|key| it[key].as_str().expect("a text").to_owned())).collect()
    };
    reports.iter().map(of_report).collect()
}
