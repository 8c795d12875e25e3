//! Values, charts and upgrades that nobody wrote, about what the policy reads.
//! Values are JSON, which is YAML.

use helm_values::{Chart, Source, SourceKind};
use remote_write_auth::schema;
use serde_json::{Map, Value, json};
use test_support::chance::Chance;
use test_support::values::case::Case;

const RECEIVER: &str = "web.enable-remote-write-receiver";

/// A case for the judge; ours is asked without the chart where that is Trento's.
pub(crate) struct Made {
    pub case: Case,
    pub without_chart: bool,
}

/// Values as people write them for Trento's chart, and worse.
pub(crate) fn plain(chance: &mut Chance) -> Made {
    let defaults = json!({"prometheus": {"enabled": true, "server": {"extraFlags": ["web.enable-lifecycle", RECEIVER]}}});
    let about =
        json!({"name": "prometheus", "version": "*", "repository": "", "condition": "prometheus.enabled"});
    let mut case = json!({"chart": trento("trento-server", &[about], &defaults, &json!(null))});
    given(chance, &mut case, "");
    if case["files"].as_array().is_some_and(Vec::is_empty) {
        case["files"] = json!([""]);
    }
    Made { case: Case(case), without_chart: true }
}

/// Charts with all that can stand between the values and the policy.
pub(crate) fn chart(chance: &mut Chance) -> Made {
    let (chart, above) = any_chart(chance);
    let mut case = json!({"chart": chart});
    given(chance, &mut case, above);
    Made { case: Case(case), without_chart: false }
}

pub(crate) fn upgrade(chance: &mut Chance) -> Made {
    let (chart, above) = any_chart(chance);
    let mut case = json!({"chart": chart, "old_chart": any_chart(chance).0});
    given(chance, &mut case, above);
    if chance.percent(40) {
        (case["files"], case["set"]) = (json!([]), json!([]));
    }
    // What `helm get values` prints is one document.
    case["release_values"] =
        if chance.percent(25) { json!("null\n") } else { json!(one_document(chance, above)) };
    case["reuse"] = json!(chance.one_of(&["", "reuse", "reuse", "reset-then-reuse", "reset"]));
    Made { case: Case(case), without_chart: false }
}

/// Each once was judged otherwise.
pub(crate) fn stored() -> Vec<Made> {
    let on = json!({"prometheus": {"server": {"extraFlags": [RECEIVER]}}});
    let about = |more: Value| {
        let mut about = json!({"name": "prometheus", "version": "*", "repository": ""});
        about.as_object_mut().expect("a table").extend(more.as_object().expect("a table").clone());
        about
    };
    let tagged = about(json!({"tags": ["monitoring"]}));
    let elsewhere = about(json!({"condition": "monitoring.enabled"}));
    let cases = [
        // A tag or a condition of another name disables the sub-chart: the chart's policy
        // reads it, so Helm accepts, and so does check.
        json!({"chart": trento("trento-server", std::slice::from_ref(&tagged), &on, &json!(null)), "set": ["tags.monitoring=false"]}),
        json!({"chart": trento("trento-server", std::slice::from_ref(&elsewhere), &on, &json!(null)), "set": ["monitoring.enabled=false"]}),
        // What the sub-chart itself says goes with it.
        json!({"chart": trento("trento-server", &[tagged], &json!({}), &json!({"server": {"extraFlags": [RECEIVER]}})), "set": ["tags.monitoring=false"]}),
        json!({"chart": trento("trento-server", &[elsewhere], &json!({}), &json!({"server": {"extraFlags": [RECEIVER]}})), "set": ["monitoring.enabled=false"]}),
    ];
    cases.into_iter().map(|case| Made { case: Case(case), without_chart: false }).collect()
}

/// The files of a chart with the policy and a sub-chart called prometheus.
fn trento(name: &str, declared: &[Value], defaults: &Value, below: &Value) -> Value {
    let mut about = json!({"apiVersion": "v2", "name": name, "version": "3.1.0"});
    if !declared.is_empty() {
        about["dependencies"] = json!(declared);
    }
    let about = about.to_string();
    let below_about = "{apiVersion: v2, name: prometheus, version: 25.21.0}";
    let source = Source { kind: SourceKind::BuiltIn, name: "made up".to_owned() };
    let files = [("Chart.yaml", about.as_str()), ("charts/prometheus/Chart.yaml", below_about)];
    let policy = Chart::from_files(&source, &files).and_then(|chart| schema::policy_of(&chart));
    let mut files = json!({
        "Chart.yaml": about,
        "values.yaml": defaults.to_string(),
        "values.schema.json": policy.expect("a sound chart"),
        "charts/prometheus/Chart.yaml": below_about,
    });
    if !below.is_null() {
        files["charts/prometheus/values.yaml"] = json!(below.to_string());
    }
    files
}

/// A chart and the keys above its prometheus.
fn any_chart(chance: &mut Chance) -> (Value, &'static str) {
    let mut about =
        json!({"name": "prometheus", "version": chance.one_of(&["*", "25.x", ">=25-0"]), "repository": ""});
    if chance.percent(60) {
        about["condition"] =
            json!(chance.one_of(&["prometheus.enabled", "monitoring.enabled", "a,prometheus.enabled"]));
    }
    // A chart's schema does not see the tags of the chart above it.
    let wrapped = chance.percent(25);
    if !wrapped && chance.percent(30) {
        about["tags"] = json!(["monitoring"]);
    }
    let declared = if chance.percent(90) { vec![about] } else { Vec::new() };
    let defaults = if chance.percent(40) {
        json!({"prometheus": {"enabled": true, "server": {"extraFlags": [RECEIVER]}}})
    } else {
        values(chance)
    };
    let below = if chance.percent(60) {
        json!({"enabled": true, "server": server(chance)})
    } else {
        json!({"server": {"extraFlags": ["web.enable-lifecycle"], "extraArgs": {}, "auth": {}}})
    };
    let inner = trento("trento-server", &declared, &defaults, &below);
    if !wrapped {
        return (inner, "");
    }
    let mut files = Map::new();
    for (path, content) in inner.as_object().expect("files") {
        files.insert(format!("charts/trento-server/{path}"), content.clone());
    }
    let about = json!({"apiVersion": "v2", "name": "ours", "version": "1.0.0", "dependencies": [
        {"name": "trento-server", "version": "*", "repository": "", "condition": "trento.enabled"}
    ]});
    files.insert("Chart.yaml".to_owned(), json!(about.to_string()));
    if chance.percent(50) {
        files.insert("values.yaml".to_owned(), json!(json!({"trento-server": values(chance)}).to_string()));
    }
    (Value::Object(files), "trento-server")
}

/// `-f` and `--set`.
fn given(chance: &mut Chance, case: &mut Value, above: &str) {
    let count = chance.below(3);
    case["files"] = (0..count).map(|_| json!(document(chance, above))).collect();
    if chance.percent(35) {
        let dot = if above.is_empty() { "" } else { "." };
        let arguments = [
            "prometheus.server.auth.type=none",
            "prometheus.server.auth.type=null",
            "prometheus.server.auth=null",
            "prometheus.server.auth.basic.password=123",
            "prometheus.server.auth.basic.password=a-password,prometheus.server.auth.basic.username=me",
            "prometheus.server.extraFlags=null",
            "prometheus.server.extraFlags={web.enable-lifecycle}",
            "prometheus.server.extraFlags[1]=web.enable-remote-write-receiver",
            "prometheus.server.extraFlags[0",
            "prometheus.server.extraArgs.web\\.enable-remote-write-receiver=null",
            "prometheus.server=null",
            "prometheus=null",
            "prometheus.enabled=false",
            "prometheus.enabled=null",
            "prometheus.enabled=no",
            "tags.monitoring=false",
            "monitoring.enabled=false",
            "a=false",
            "trento.enabled=false",
        ];
        let root = ["tags", "monitoring", "a=", "trento."];
        let argument = |chance: &mut Chance| {
            let argument = chance.one_of(&arguments);
            if root.iter().any(|root| argument.starts_with(root)) && chance.percent(80) {
                return json!(argument);
            }
            json!(format!("{above}{dot}{}", argument.replace(",prom", &format!(",{above}{dot}prom"))))
        };
        let count = 1 + chance.below(2);
        case["set"] = (0..count).map(|_| argument(chance)).collect();
    }
    if chance.percent(5) {
        case["set_json"] = json!(["{\"prometheus\": {\"server\": {\"auth\": {\"type\": \"none\"}}}}"]);
    }
}

fn one_document(chance: &mut Chance, above: &str) -> String {
    let values = values(chance);
    if above.is_empty() { values.to_string() } else { json!({above: values}).to_string() }
}

/// A file, at times of several documents.
fn document(chance: &mut Chance, above: &str) -> String {
    let first = one_document(chance, above);
    match chance.below(20) {
        0 => format!("{first}\n---\n{}\n", one_document(chance, above)),
        1 => format!("--- {first}\n"),
        2 => format!("%YAML 1.1\n---\n{first}\n"),
        3 => format!("---\n# nothing\n---\n{first}\n"),
        _ => first,
    }
}

fn values(chance: &mut Chance) -> Value {
    if chance.percent(4) {
        return json!({"prometheus": odd(chance)});
    }
    let mut prometheus = Map::new();
    if chance.percent(30) {
        let enabled = match chance.below(8) {
            0..=3 => json!(true),
            4 | 5 => json!(false),
            6 => Value::Null,
            _ => odd(chance),
        };
        prometheus.insert("enabled".to_owned(), enabled);
    }
    if chance.percent(90) {
        prometheus.insert("server".to_owned(), server(chance));
    }
    json!({"prometheus": prometheus})
}

fn server(chance: &mut Chance) -> Value {
    if chance.percent(5) {
        return odd(chance);
    }
    let mut server = Map::new();
    if chance.percent(50) {
        server.insert("extraFlags".to_owned(), flags(chance));
    }
    if chance.percent(25) {
        server.insert("extraArgs".to_owned(), arguments(chance));
    }
    if chance.percent(12) {
        let list = match chance.below(4) {
            0 => json!([]),
            1 => json!(["--config.file=/x", format!("--{RECEIVER}")]),
            2 => json!(["--config.file=/x"]),
            _ => odd(chance),
        };
        server.insert("defaultFlagsOverride".to_owned(), list);
    }
    if chance.percent(65) {
        server.insert("auth".to_owned(), auth(chance));
    }
    Value::Object(server)
}

fn flags(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0..=2 => json!([RECEIVER]),
        3 => json!([]),
        4 => json!(["web.enable-lifecycle", null]),
        5 => Value::Null,
        6 => json!(["enable-feature=remote-write-receiver"]),
        _ => odd(chance),
    }
}

fn arguments(chance: &mut Chance) -> Value {
    match chance.below(7) {
        0 => json!({RECEIVER: null}),
        1 => json!({RECEIVER: ""}),
        2 => json!({"enable-feature": "remote-write-receiver", "other": null}),
        3 => json!({"enable-feature": null}),
        4 => json!({}),
        5 => Value::Null,
        _ => odd(chance),
    }
}

fn auth(chance: &mut Chance) -> Value {
    if chance.percent(8) {
        return odd(chance);
    }
    let mut auth = Map::new();
    if chance.percent(60) {
        let kind = match chance.below(6) {
            0 | 1 => json!("none"),
            2 => json!("basic"),
            3 => json!("ldap"),
            4 => Value::Null,
            _ => odd(chance),
        };
        auth.insert("type".to_owned(), kind);
    }
    if chance.percent(60) {
        auth.insert("basic".to_owned(), basic(chance));
    }
    Value::Object(auth)
}

fn basic(chance: &mut Chance) -> Value {
    if chance.percent(8) {
        return odd(chance);
    }
    let mut basic = Map::new();
    let mut half = |chance: &mut Chance, key: &str, percent: usize| {
        if chance.percent(percent) {
            let text = match chance.below(7) {
                0..=4 => json!(format!("a-{key}")),
                5 => Value::Null,
                _ => odd(chance),
            };
            basic.insert(key.to_owned(), text);
        }
    };
    half(chance, "username", 75);
    half(chance, "password", 75);
    half(chance, "existingSecret", 15);
    Value::Object(basic)
}

fn odd(chance: &mut Chance) -> Value {
    match chance.below(9) {
        0 | 1 => Value::Null,
        2 => json!(true),
        3 => json!(0),
        4 => json!(83),
        5 => json!([]),
        6 => json!({}),
        7 => json!(""),
        _ => json!("a: b"),
    }
}
