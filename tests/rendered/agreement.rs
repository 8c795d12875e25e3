//! Receivers and ways: the same as the witness finds in the same objects.
//!
//! Ansible's environment is taken for its Python, which has a YAML reader.

use crate::values::{self, Generate};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use test_support::cache;
use test_support::chance::{Chance, number};
use test_support::folder::Folder;
use test_support::helm::{self, Helm};
use test_support::program::BINARY;

const SETS: u64 = 500;
const WITNESS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rendered/witness.py");

#[test]
fn ways_are_those_that_the_witness_finds() {
    let folder = Folder::new();
    let seen = compare(&render_in_batches(&folder));
    // Values that lead to one verdict alone, or never to some access, show nothing.
    for name in ["accepted", "refused", "unknown", "guarded", "open", "not judged", "left out", "on", "off"] {
        assert!(seen.contains(name), "never seen: {name}");
    }
}

/// The charts that others publish, in the folder that a variable names.
mod real {
    use super::{agree, chart};
    use crate::chart_values;

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn prometheus() {
        agree(&chart("prometheus"), chart_values::prometheus);
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn kube_prometheus_stack() {
        agree(&chart("kube-prometheus-stack"), chart_values::stack);
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn bitnami_prometheus() {
        agree(&chart("bitnami-prometheus"), chart_values::bitnami);
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn bitnami_kube_prometheus() {
        agree(&chart("bitnami-kube-prometheus"), chart_values::bitnami_operator);
    }

    #[test]
    #[ignore = "asked for by tests/rendered/run, where the chart is there"]
    fn umbrella() {
        agree(&chart("umbrella"), chart_values::umbrella);
    }
}

/// A chart that others publish, in the folder that a variable names.
pub(crate) fn chart(name: &str) -> PathBuf {
    let folder =
        std::env::var_os("REMOTE_WRITE_AUTH_CHARTS").expect("REMOTE_WRITE_AUTH_CHARTS names no folder");
    PathBuf::from(folder).join(name)
}

/// Renders value sets and compares; what was seen.
fn agree(chart: &Path, generate: Generate) -> BTreeSet<String> {
    let folder = Folder::new();
    compare(&render_all(chart, generate, &folder))
}

fn compare(files: &[PathBuf]) -> BTreeSet<String> {
    let ours = binary(files);
    let theirs = witness(files);
    let mut seen = BTreeSet::new();
    assert_eq!((ours.len(), theirs.len()), (files.len(), files.len()));
    for ((file, ours), theirs) in files.iter().zip(&ours).zip(&theirs) {
        let text = || fs::read_to_string(file).unwrap_or_default();
        assert_eq!(receivers(ours), rows(&theirs["receivers"]), "{}\n{ours:#}", text());
        assert_eq!(ways(ours), rows(&theirs["ways"]), "{}\n{ours:#}", text());
        assert_eq!(ours["verdict"], verdict(theirs), "{}\n{ours:#}", text());
        seen.insert(word(&ours["verdict"]));
        seen.extend(ours["workloads"].as_array().into_iter().flatten().map(|one| word(&one["receiver"])));
        seen.extend(ours["ways"].as_array().into_iter().flatten().map(|one| word(&one["access"])));
    }
    seen
}

pub(crate) fn render_all(chart: &Path, generate: Generate, folder: &Folder) -> Vec<PathBuf> {
    assert!(chart.join("Chart.yaml").is_file(), "no chart in {}", chart.display());
    let (first, sets) = (number("FIRST", 0), number("SETS", SETS));
    let helms = [helm::newest_3(), helm::newest_4()];
    let render = |number: u64| {
        let values = generate(&mut Chance::new(14, number));
        let input = folder.file(&format!("{number}.json"), values.to_string());
        let helm = &helms[usize::try_from(number % 2).expect("0 or 1")];
        let text = rendered(helm, chart, &input);
        folder.file(&format!("{number}.yaml"), text)
    };
    let half = |odd: u64| {
        (first..first + sets).filter(move |number| number % 2 == odd).map(render).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let halves = [scope.spawn(|| half(0)), scope.spawn(|| half(1))];
        halves.into_iter().flat_map(|half| half.join().expect("rendered")).collect()
    })
}

/// Many sets by one call of Helm, and then each by itself.
fn render_in_batches(folder: &Folder) -> Vec<PathBuf> {
    const BATCH: u64 = 50;
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered/chart");
    let (first, sets) = (number("FIRST", 0), number("SETS", SETS));
    let mut files = Vec::new();
    for begin in (first..first + sets).step_by(usize::try_from(BATCH).expect("small")) {
        let numbers = begin..(begin + BATCH).min(first + sets);
        let set = |number: u64| values::ways_in(&format!("mon{number}"), &mut Chance::new(14, number));
        let all: Vec<Value> = numbers.clone().map(set).collect();
        let input = folder.file(&format!("{begin}.json"), serde_json::json!({"sets": all}).to_string());
        let helm = if (begin / BATCH).is_multiple_of(2) { helm::newest_3() } else { helm::newest_4() };
        let text = String::from_utf8(rendered(&helm, &chart, &input)).expect("UTF-8");
        for number in numbers {
            let of_it = |document: &&str| document.contains(&format!("namespace: mon{number}\n"));
            let documents: Vec<&str> = text.split("---\n").filter(of_it).collect();
            assert!(!documents.is_empty(), "no object of {number}");
            files.push(folder.file(&format!("{number}.yaml"), documents.join("---\n")));
        }
    }
    files
}

fn rendered(helm: &Helm, chart: &Path, values: &Path) -> Vec<u8> {
    let mut command = Command::new(&helm.program);
    command.args(["template", "rel", "--namespace", "mon", "--kube-version", "1.34.0"]);
    let output = command.arg(chart).arg("--values").arg(values).output().expect("Helm starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", fs::read_to_string(values).unwrap_or_default());
    output.stdout
}

fn binary(files: &[PathBuf]) -> Vec<Value> {
    let mut command = Command::new(*BINARY);
    command.args(["check", "-o", "json"]);
    for file in files {
        command.arg("--rendered").arg(file);
    }
    let output = command.output().expect("the binary starts");
    serde_json::from_slice(&output.stdout).expect("a list")
}

pub(crate) fn witness(files: &[PathBuf]) -> Vec<Value> {
    let mut command = Command::new(cache::file("ansible-core-2.16.19/bin/python"));
    let piped = command.arg(WITNESS).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.spawn().expect("Python starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let names: Vec<String> = files.iter().map(|file| file.display().to_string() + "\n").collect();
    let names = names.concat();
    let writer = thread::spawn(move || stdin.write_all(names.as_bytes()).expect("the witness reads"));
    let output = child.wait_with_output().expect("its answers");
    writer.join().expect("written");
    assert!(output.status.success(), "the witness failed, see above");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or("nothing").to_owned()
}

fn rows(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().map(Value::to_string).collect()
}

fn receivers(ours: &Value) -> BTreeSet<String> {
    let one = |one: &Value| serde_json::json!([one["object"], one["receiver"] == "on"]).to_string();
    ours["workloads"].as_array().into_iter().flatten().map(one).collect()
}

fn ways(ours: &Value) -> BTreeSet<String> {
    let one = |way: &Value| {
        serde_json::json!([way["to"], way["object"], way["port"], way["from"] == "outside", way["access"]])
            .to_string()
    };
    ours["ways"].as_array().into_iter().flatten().map(one).collect()
}

/// What the program has to say of what the witness found.
fn verdict(theirs: &Value) -> &'static str {
    let list = |key: &str| theirs[key].as_array().cloned().unwrap_or_default();
    let receivers = list("receivers");
    if receivers.is_empty() {
        return "unknown";
    }
    let on = |name: &Value| receivers.iter().any(|one| one[0] == *name && one[1] == true);
    let meets =
        |access: &str| list("ways").iter().any(|way| on(&way[0]) && way[3] == true && way[4] == access);
    if meets("open") {
        "refused"
    } else if meets("not judged") {
        "unknown"
    } else {
        "accepted"
    }
}
