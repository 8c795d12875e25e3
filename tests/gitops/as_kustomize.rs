//! Values of a kustomization's charts: what kustomize and Helm render of them.

use serde_json::{Map, Value, json};
use std::process::Command;
use test_support::cache;
use test_support::chance::{Chance, number};
use test_support::folder::Folder;

const CASES: u64 = 60;

const CHART: &[(&str, &str)] = &[
    ("charts/any/Chart.yaml", "apiVersion: v2\nname: any\nversion: 1.0.0\n"),
    (
        "charts/any/templates/all.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata: {values: {{ .Values | toJson | quote }}}\n",
    ),
];

#[test]
fn files_and_inline_values_are_merged_as_kustomize_merges_them() {
    for number in 0..number("CASES", CASES) {
        let chance = &mut Chance::new(23, number);
        let folder = Folder::with(CHART);
        folder.write("charts/any/values.yaml", table(chance, 0, false).to_string());
        let mut chart = json!({"name": "any"});
        for (key, one_of) in [("valuesFile", 2), ("additionalValuesFiles", 3)] {
            if chance.below(one_of) == 0 {
                folder.write(&format!("{key}.yaml"), table(chance, 0, false).to_string());
                let name = format!("{key}.yaml");
                chart[key] = if key == "valuesFile" { json!(name) } else { json!([name]) };
            }
        }
        if chance.below(4) > 0 {
            chart["valuesInline"] = table(chance, 0, true);
            if chance.below(4) > 0 {
                chart["valuesMerge"] = json!(chance.one_of(&["merge", "override", "replace"]));
            }
        }
        let file = json!({"helmCharts": [chart]}).to_string();
        folder.write("kustomization.yaml", &file);
        let ours = folder.run(&["check", "--print-values", "--show-values", "kustomization.yaml"]);
        assert_eq!((ours.exit_code, ours.stderr.as_str()), (0, ""), "{file}");
        let ours: Value = serde_json::from_str(&ours.stdout).expect("JSON");
        assert_eq!(ours, rendered(&folder), "{number}: {file}");
    }
}

fn rendered(folder: &Folder) -> Value {
    let mut command = Command::new(cache::file("kustomize-5.8.1/kustomize"));
    command.args(["build", "--enable-helm", "--helm-command"]).arg(cache::file("helm-4.2.4/bin/helm"));
    let output = command.arg(folder.path()).output().expect("kustomize starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let object: Value = serde_yaml::from_slice(&output.stdout).expect("YAML");
    serde_json::from_str(object["data"]["values"].as_str().expect("a text")).expect("JSON")
}

/// Nulls inline alone: what one in a file does is Helm's own matter. A key has one
/// shape everywhere, since kustomize refuses to merge two.
fn table(chance: &mut Chance, depth: usize, nulls: bool) -> Value {
    let mut table = Map::new();
    for key in ["list", "map", "text", "word"] {
        if chance.below(4) > 0 && (key != "map" || depth < 3) {
            let value = match key {
                _ if nulls && chance.below(6) == 0 => Value::Null,
                "list" => json!([chance.below(9), "x"]),
                "map" => table_below(chance, depth, nulls),
                _ => json!(chance.one_of(&["x", "y", "true", "1"])),
            };
            table.insert(key.to_owned(), value);
        }
    }
    table.into()
}

fn table_below(chance: &mut Chance, depth: usize, nulls: bool) -> Value {
    table(chance, depth + 1, nulls)
}
