//! Nothing that turns a write receiver on is accepted without a choice.

use crate::dice::{self, Dice};
use crate::parser::{self, Start};
use crate::rendering;
use remote_write_auth::policy;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use test_support::helm::{self, Helm};

const SWITCHES: [&str; 2] = ["--web.enable-remote-write-receiver", "--web.enable-otlp-receiver"];
const FEATURES: [&str; 2] = ["remote-write-receiver", "otlp-write-receiver"];

/// Whether Prometheus of any version might come up with a write receiver on:
/// unknown flags and repetitions, at which it stops, are waved through, and a
/// file of further arguments may say anything.
fn may_turn_it_on(arguments: &[String]) -> bool {
    let names_one = |list: &str| list.split(',').any(|feature| FEATURES.contains(&feature));
    let by_feature = |at: usize, argument: &str| match argument.strip_prefix("--enable-feature") {
        Some("") => arguments.get(at + 1).is_some_and(|next| names_one(next)),
        Some(rest) => rest.strip_prefix('=').is_some_and(names_one),
        None => false,
    };
    arguments.iter().enumerate().any(|(at, argument)| {
        SWITCHES.contains(&argument.as_str()) || argument.starts_with('@') || by_feature(at, argument)
    })
}

fn policy_says_on(server: &Value) -> bool {
    policy::receiver_is_on(&json!({"prometheus": {"server": server}}))
}

/// A bound on the policy's caution: without one of these it may not say on.
fn has_a_reason(server: &Value) -> bool {
    let text = server.to_string();
    let marks = ["-receiver", "\\n", "\\r", "\u{85}", "\u{2028}", "\"@", "[[", "[{", ",[", ",{", ":[", ":{"];
    let odd = |key: &str| !(server[key].is_null() || server[key].is_array() || server[key].is_object());
    marks.iter().any(|mark| text.contains(mark))
        || ["extraFlags", "extraArgs", "defaultFlagsOverride"].into_iter().any(odd)
}

#[test]
fn whatever_turns_the_receiver_on_needs_a_choice() {
    let mut dice = Dice::new(2);
    let (mut on, mut off, mut cautious) = (0, 0, 0);
    for _ in 0..40_000 {
        let server = dice::server_with_flags(&mut dice);
        let arguments = rendering::text(&server).and_then(|text| rendering::arguments(&text));
        let is_on = arguments.as_ref().is_some_and(|arguments| may_turn_it_on(arguments));
        let says_on = policy_says_on(&server);
        let runs_on = arguments.as_ref().is_some_and(|it| parser::start(it) == Start::On);
        assert!(is_on || !runs_on, "the parser of one version says more than any may: {server}");
        assert!(says_on || !is_on, "turns the receiver on and is accepted: {server}");
        assert!(!says_on || has_a_reason(&server), "no reason to say on: {server}");
        on += usize::from(is_on);
        off += usize::from(!says_on);
        cautious += usize::from(says_on && !is_on);
    }
    let counts = format!(
        "40000 documents: {on} turn the receiver on, {cautious} more count as on, {off} are off
"
    );
    // Not by `println`, which is kept back where a test passes.
    let _ = std::io::stdout().write_all(counts.as_bytes());
    assert!(on > 1500 && off > 10_000, "the dice are loaded: {on} on, {off} off");
}

#[test]
fn each_known_form_is_told() {
    for (says_on, server) in [
        (true, json!({"extraFlags": ["web.enable-remote-write-receiver"]})),
        (true, json!({"extraFlags": ["web.enable-lifecycle", "web.enable-remote-write-receiver "]})),
        (true, json!({"extraFlags": ["web.enable-remote-write-receiver # on"]})),
        (true, json!({"extraFlags": ["enable-feature=otlp-write-receiver\u{85}"]})),
        (true, json!({"extraArgs": {"enable-feature": "remote-write-receiver\u{2028}"}})),
        (true, json!({"extraFlags": ["web.enable-lifecycle\n            - --web.enable-otlp-receiver"]})),
        (true, json!({"extraFlags": {"any": "web.enable-otlp-receiver"}})),
        (true, json!({"extraFlags": "web.enable-remote-write-receiver"})),
        (true, json!({"extraFlags": ["enable-feature=exemplar-storage,remote-write-receiver"]})),
        (true, json!({"extraFlags": ["--web.enable-remote-write-receiver=true"]})),
        (true, json!({"extraFlags": true})),
        (true, json!({"extraFlags": 5})),
        (true, json!({"extraFlags": [["web.enable-lifecycle"]]})),
        (true, json!({"extraArgs": {"web.enable-remote-write-receiver": null}})),
        (true, json!({"extraArgs": {"web.enable-remote-write-receiver": false}})),
        (true, json!({"extraArgs": {"web.enable-remote-write-receiver ": ""}})),
        (true, json!({"extraArgs": {"enable-feature=remote-write-receiver": ""}})),
        (true, json!({"extraArgs": {"enable-feature": "otlp-write-receiver,x"}})),
        (true, json!({"extraArgs": {"enable-feature": "x,remote-write-receiver # old"}})),
        (true, json!({"extraArgs": ["web.enable-remote-write-receiver"]})),
        (true, json!({"extraArgs": {"a": {"b": "c"}}})),
        (true, json!({"defaultFlagsOverride": ["--web.enable-remote-write-receiver"]})),
        (true, json!({"defaultFlagsOverride": ["--enable-feature", "remote-write-receiver"]})),
        (true, json!({"defaultFlagsOverride": ["@/etc/arguments"]})),
        (true, json!({"defaultFlagsOverride": true, "extraFlags": []})),
        (true, json!({"defaultFlagsOverride": [], "extraFlags": ["web.enable-otlp-receiver"]})),
        (true, json!({"defaultFlagsOverride": "", "extraArgs": {"web.enable-otlp-receiver": ""}})),
        (true, json!("web.enable-lifecycle")),
        (true, json!([])),
        (true, json!("")),
        (true, json!(false)),
        (false, json!(null)),
        (false, json!({})),
        (false, json!({"extraFlags": null, "extraArgs": null, "defaultFlagsOverride": null})),
        (false, json!({"extraFlags": [], "extraArgs": {}, "defaultFlagsOverride": []})),
        (false, json!({"extraFlags": ["web.enable-lifecycle", null, true, 5, "", [], {}]})),
        (false, json!({"extraFlags": ["no-web.enable-remote-write-receiver"]})),
        (false, json!({"extraFlags": ["Web.Enable-Remote-Write-Receiver"]})),
        (false, json!({"extraFlags": ["enable-feature=exemplar-storage"]})),
        (false, json!({"extraFlags": ["@/etc/arguments"]})),
        (false, json!({"extraArgs": {"web.max-connections": 5, "web.enable-lifecycle": true}})),
        (false, json!({"defaultFlagsOverride": ["--a"], "extraFlags": ["web.enable-remote-write-receiver"]})),
    ] {
        assert_eq!(policy_says_on(&server), says_on, "{server}");
    }
}

#[test]
fn only_the_boolean_false_undeploys_prometheus() {
    let server = json!({"extraFlags": ["web.enable-remote-write-receiver"]});
    for (says_on, enabled) in [
        (false, json!(false)),
        (true, json!(true)),
        (true, json!(null)),
        (true, json!(0)),
        (true, json!("")),
        (true, json!("false")),
        (true, json!({})),
    ] {
        let document = json!({"prometheus": {"enabled": enabled, "server": server}});
        assert_eq!(policy::receiver_is_on(&document), says_on, "{document}");
        assert_eq!(policy::judge(&document).is_err(), says_on, "{document}");
    }
    for (says_on, document) in [
        (true, json!({"prometheus": "x"})),
        (true, json!({"prometheus": []})),
        (false, json!({"prometheus": null})),
        (false, json!({})),
        (false, json!({"prometheus": {"enabled": false, "server": "x"}})),
    ] {
        assert_eq!(policy::receiver_is_on(&document), says_on, "{document}");
        assert_eq!(policy::judge(&document).is_err(), says_on, "{document}");
    }
}

#[test]
fn the_receiver_is_told_in_refused_documents_too() {
    let refused = json!({"type": "digest"});
    for (says_on, flags) in [(true, json!(["web.enable-remote-write-receiver"])), (false, json!([]))] {
        let document = json!({"prometheus": {"server": {"extraFlags": flags, "auth": refused}}});
        assert!(policy::judge(&document).is_err());
        assert_eq!(policy::receiver_is_on(&document), says_on);
    }
}

fn template(helm: &Helm, values: &Value) -> std::process::Output {
    helm.template(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy/chart")), values)
}

/// What Helm makes of each server's flags, as text.
fn rendered_texts(helm: &Helm, values: &Value) -> Vec<String> {
    let output = template(helm, values);
    assert!(output.status.success(), "{}: {output:?}", helm.version);
    let manifests = String::from_utf8(output.stdout).expect("manifests in UTF-8");
    let texts = manifests.lines().filter_map(|line| line.trim_start().strip_prefix("text: "));
    let text = |quoted: &str| String::from_utf8(from_hex(quoted.trim_matches('"'))).expect("a text");
    texts.map(text).collect()
}

fn from_hex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("two hexadecimal digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// Helm writes these line breaks as they are, and a reader folds them into
/// blanks: of such an override only the verdict is compared.
fn breaks_an_override(server: &Value) -> bool {
    server["defaultFlagsOverride"].to_string().contains(['\u{85}', '\u{2028}', '\u{2029}'])
}

#[test]
fn the_rendering_rule_is_what_helm_renders() {
    let mut dice = Dice::new(3);
    let mut servers = Vec::new();
    while servers.len() < 400 {
        let server = dice::server_with_flags(&mut dice);
        if let Some(text) = rendering::text(&server) {
            servers.push((server, text));
        }
    }
    let values = json!({"servers": servers.iter().map(|(server, _)| server.clone()).collect::<Value>()});
    for helm in [helm::newest_3(), helm::newest_4()] {
        let rendered = rendered_texts(&helm, &values);
        assert_eq!(rendered.len(), servers.len());
        for ((server, ours), theirs) in servers.iter().zip(rendered) {
            let arguments = rendering::arguments(&theirs);
            let is_on = arguments.as_ref().is_some_and(|arguments| may_turn_it_on(arguments));
            assert!(policy_says_on(server) || !is_on, "{}: {server}", helm.version);
            if !breaks_an_override(server) {
                assert_eq!(rendering::arguments(ours), arguments, "{}: {server}", helm.version);
            }
        }
        for (key, value) in [("extraFlags", json!("text")), ("extraArgs", json!(true))] {
            let server = json!({key: value});
            assert!(
                rendering::text(&server).is_none()
                    && !template(&helm, &json!({"servers": [server]})).status.success()
            );
        }
    }
}
