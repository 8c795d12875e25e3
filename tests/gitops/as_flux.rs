//! Values of a `HelmRelease`: what Flux' own package makes of the same references.

use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io::Write;
use std::process::{Command, Stdio};
use test_support::cache;
use test_support::chance::{Chance, number};
use test_support::folder::Folder;

const CASES: u64 = 300;

/// What an entry, an object or a path of a case is made of.
const KEYS: &[&str] = &["a", "b", "c"];

#[test]
fn references_and_values_are_laid_as_flux_lays_them() {
    let cases: Vec<Value> =
        (0..number("CASES", CASES)).map(|number| case(&mut Chance::new(22, number))).collect();
    let theirs = flux(&cases);
    let folder = Folder::with(&[("any/Chart.yaml", "apiVersion: v2\nname: any\nversion: 1.0.0\n")]);
    for (number, case) in cases.iter().enumerate() {
        folder.write(&format!("in/{number:05}.yaml"), document(case));
    }
    let mut agreed = [0; 2];
    for (number, (case, theirs)) in cases.iter().zip(&theirs).enumerate() {
        let file = format!("in/{number:05}.yaml");
        let answer = folder.run(&["check", "--print-values", "--show-values", "--chart", "any", &file]);
        let ours = (answer.exit_code == 0).then(|| serde_json::from_str(&answer.stdout).expect("JSON"));
        let wanted = theirs.get("error").is_none().then(|| theirs["values"].clone());
        assert_eq!(ours, wanted, "{case:#}\n{theirs:#}\n{}", answer.stderr);
        agreed[usize::from(wanted.is_some())] += 1;
    }
    assert!(agreed.iter().all(|count| *count > 50), "{agreed:?}");
}

fn flux(cases: &[Value]) -> Vec<Value> {
    let mut command = Command::new(cache::file("flux-values-1.27.2/flux-values"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the witness starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(json!(cases).to_string().as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("its answers");
    assert!(output.status.success(), "the witness failed, see above");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn case(chance: &mut Chance) -> Value {
    let mut objects = Map::new();
    let mut refs = Vec::new();
    for number in 0..chance.below(4) {
        let kind = chance.one_of(&["ConfigMap", "Secret"]);
        let name = format!("o{number}");
        let mut one = json!({"kind": kind, "name": name});
        let text = if chance.below(2) == 0 {
            one["targetPath"] = json!(path(chance));
            one["literal"] = json!(chance.below(5) == 0);
            chance.one_of(TEXTS).to_owned()
        } else {
            table(chance, 0).to_string()
        };
        objects.insert(format!("{kind}/{name}"), json!({"values.yaml": text}));
        refs.push(one);
    }
    json!({"values": table(chance, 0), "refs": refs, "objects": objects})
}

const TEXTS: &[&str] = &[
    "x", "true", "42", "007", "1.5", "null", "", "{x,y}", "p,b=2", "'7'", "\"true\"", "true\n", "a\\,b",
    "p,w", "[1]", "x=y",
];

fn path(chance: &mut Chance) -> String {
    let keys: Vec<&str> = (0..=chance.below(3)).map(|_| chance.one_of(KEYS)).collect();
    let index = if chance.below(8) == 0 { "[1]" } else { "" };
    keys.join(".") + index
}

fn table(chance: &mut Chance, depth: usize) -> Value {
    let mut table = Map::new();
    for key in KEYS {
        if chance.below(5) > 1 {
            table.insert((*key).to_owned(), value(chance, depth));
        }
    }
    table.into()
}

fn value(chance: &mut Chance, depth: usize) -> Value {
    match chance.below(if depth < 2 { 9 } else { 4 }) {
        0 => json!(chance.below(9)),
        1 => json!(true),
        2 => json!("text"),
        3 => json!([1, "x"]),
        _ => table(chance, depth + 1),
    }
}

/// As JSON, which is YAML; the objects stand in the same file.
fn document(case: &Value) -> String {
    let release = json!({
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "r", "namespace": "ns"},
        "spec": {"chart": {"spec": {"chart": "any"}}, "valuesFrom": case["refs"], "values": case["values"]},
    });
    let mut text = format!("{release}\n");
    for (name, data) in case["objects"].as_object().into_iter().flatten() {
        let (kind, name) = name.split_once('/').expect("a kind and a name");
        let part = if kind == "Secret" { "stringData" } else { "data" };
        let object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "ns"}, part: data});
        writeln!(text, "---\n{object}").expect("a String takes everything");
    }
    text
}
