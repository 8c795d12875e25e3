//! Layers, charts and upgrades that nobody wrote. Values are JSON, which is YAML.

use super::case::Case;
use crate::chance::Chance;
use serde_json::{Map, Value, json};

const KEYS: &[&str] =
    &["a", "b", "c", "global", "enabled", "tags", "alpha", "beta", "other", "prometheus", "data"];
const CHARTS: &[&str] = &["alpha", "beta", "gamma", "prometheus"];

fn scalar(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 | 1 => Value::Null,
        2 => json!(true),
        3 => json!(false),
        4 => json!(chance.below(3)),
        5 => json!([]),
        6 => json!([1, null, {"a": null}]),
        _ => json!(chance.one_of(&["x", "", "false"])),
    }
}

fn table(chance: &mut Chance, depth: usize) -> Value {
    let mut table = Map::new();
    for _ in 0..chance.below(5) {
        let key = chance.one_of(KEYS);
        table.insert(key.to_owned(), any(chance, depth, key));
    }
    Value::Object(table)
}

fn any(chance: &mut Chance, depth: usize, key: &str) -> Value {
    // Where Helm wants a table it mostly gets one.
    let wants_table = CHARTS.contains(&key) || matches!(key, "global" | "tags" | "data" | "other");
    if depth > 0 && chance.percent(if wants_table { 93 } else { 45 }) {
        if key == "tags" {
            return json!({"front": truth(chance), "back": truth(chance)});
        }
        return table(chance, depth - 1);
    }
    if wants_table && chance.percent(70) {
        return if chance.percent(50) { json!({}) } else { Value::Null };
    }
    if key == "enabled" { truth(chance) } else { scalar(chance) }
}

fn truth(chance: &mut Chance) -> Value {
    match chance.below(6) {
        0..=2 => json!(true),
        3 | 4 => json!(false),
        _ => scalar(chance),
    }
}

fn text(chance: &mut Chance, depth: usize) -> Value {
    Value::String(table(chance, depth).to_string())
}

fn sets(chance: &mut Chance, case: &mut Value) {
    let arguments = [
        "a=null",
        "global.a=null",
        "alpha.a=null",
        "alpha.enabled=false",
        "beta.enabled=true",
        "prometheus=null",
        "a.b=null",
        "other.a.b=null",
        "tags.front=false",
        "tags.back=true",
        "global.a.b=1",
        "data.a=null",
        "alpha.global.a=2",
        "alpha.beta.a=null",
        "prometheus.enabled=false",
        "alpha=null",
        "alpha=1",
    ];
    if chance.percent(60) {
        let count = 1 + chance.below(2);
        case["set"] = (0..count).map(|_| json!(chance.one_of(&arguments))).collect();
    }
}

pub fn layers(chance: &mut Chance) -> Case {
    let mut case = json!({"chart": {"Chart.yaml": "{apiVersion: v2, name: plain, version: 1.0.0}"}});
    if chance.percent(70) {
        case["chart"]["values.yaml"] = text(chance, 3);
    }
    let count = chance.below(4);
    case["files"] = (0..count).map(|_| text(chance, 3)).collect();
    sets(chance, &mut case);
    Case(case)
}

pub fn chart(chance: &mut Chance) -> Case {
    let mut case = json!({"chart": charts(chance, "root", 2)});
    let count = chance.below(3);
    case["files"] = (0..count).map(|_| text(chance, 4)).collect();
    sets(chance, &mut case);
    Case(case)
}

pub fn upgrade(chance: &mut Chance) -> Case {
    let Case(mut case) = chart(chance);
    case["old_chart"] = charts(chance, "root", 1);
    case["release_values"] = if chance.percent(20) { json!("null\n") } else { text(chance, 3) };
    if chance.percent(30) {
        case["files"] = json!([]);
        case["set"] = json!([]);
    }
    case["reuse"] = json!(chance.one_of(&["", "reuse", "reuse", "reset-then-reuse", "reset"]));
    Case(case)
}

/// The files of a chart with its sub-charts.
fn charts(chance: &mut Chance, name: &str, depth: usize) -> Value {
    let version = chance.one_of(&["1.0.0", "1.2.3", "2.0.0-rc.1", "v0.1"]);
    let mut about = json!({"apiVersion": "v2", "name": name, "version": version});
    let mut files = Map::new();
    if chance.percent(85) {
        files.insert("values.yaml".to_owned(), text(chance, 4));
    }
    let mut declared: Vec<Value> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let count = if depth == 0 { 0 } else { chance.below(4) };
    for _ in 0..count {
        let sub_chart = chance.one_of(CHARTS);
        if names.contains(&sub_chart) {
            continue;
        }
        names.push(sub_chart);
        let below = charts(chance, sub_chart, depth - 1);
        if chance.percent(80) {
            declared.push(dependency(chance, sub_chart, ""));
            if chance.percent(12) {
                declared.push(dependency(chance, sub_chart, "other"));
            }
        }
        if chance.percent(25) {
            files.insert(format!("charts/{sub_chart}-1.tgz"), below);
            continue;
        }
        for (path, content) in below.as_object().expect("files") {
            files.insert(format!("charts/{sub_chart}/{path}"), content.clone());
        }
    }
    if chance.percent(3) {
        declared.push(dependency(chance, "missing", ""));
    }
    // Two of one name or alias are refused at once, which would be all there is.
    let mut keys = Vec::new();
    declared.retain(|dependency| {
        let key = dependency["alias"].as_str().or(dependency["name"].as_str()).expect("a name").to_owned();
        let fresh = !keys.contains(&key);
        keys.push(key);
        fresh
    });
    if !declared.is_empty() || chance.percent(10) {
        about["dependencies"] = declared.into();
    }
    files.insert("Chart.yaml".to_owned(), json!(about.to_string()));
    Value::Object(files)
}

fn dependency(chance: &mut Chance, name: &str, alias: &str) -> Value {
    let range = chance.one_of(&[
        "*",
        "*",
        ">=0",
        ">=0-0",
        "1.x",
        "^1",
        "~1.2",
        "1.0 - 2.0",
        ">=1, <3",
        "0.1 || >=1",
        "!=1.0.0",
        "",
    ]);
    let mut dependency = json!({"name": name, "version": range, "repository": ""});
    if !alias.is_empty() {
        dependency["alias"] = json!(alias);
    } else if chance.percent(12) {
        dependency["alias"] = json!(chance.one_of(&["other", "prometheus", "a"]));
    }
    if chance.percent(50) {
        let own = format!("{name}.enabled");
        dependency["condition"] = json!(chance.one_of(&[
            own.as_str(),
            "other.enabled",
            "a,alpha.enabled",
            "global.enabled",
            "enabled",
            " enabled",
            "a.b",
            "beta.enabled, enabled"
        ]));
    }
    if chance.percent(30) {
        dependency["tags"] = json!([chance.one_of(&["front", "back"]), "rare"]);
    }
    if chance.percent(30) {
        // A table that is imported into itself would never end in Helm.
        let deep = chance.percent(50);
        let count = 1 + chance.below(2);
        dependency["import-values"] = (0..count).map(|_| import(chance, deep)).collect();
    }
    dependency
}

fn import(chance: &mut Chance, deep: bool) -> Value {
    if chance.percent(25) {
        return json!(chance.one_of(&["a", "data"]));
    }
    let parents: &[&str] = if deep { &["b.deep.er"] } else { &[".", "b", "data"] };
    let child = chance.one_of(&["data", "other", "global", "a", "data.a"]);
    match chance.below(30) {
        0 => json!({"child": child}),
        1 => json!({"child": 5, "parent": true}),
        _ => json!({"child": child, "parent": chance.one_of(parents)}),
    }
}
