//! Streams that nobody writes by accident: bounded in time and memory, an answer
//! with a place, and no value of theirs in it.

use crate::answers::{PROMETHEUS, SERVICE, ingress};
use std::fmt::Write;
use std::time::{Duration, Instant};
use test_support::folder::Folder;
use test_support::program::Answer;

const CANARY: &str = "canary-canary-canary";

fn judge(text: &str) -> Answer {
    let folder = Folder::with(&[("a.yaml", text)]);
    let begin = Instant::now();
    let answer = folder.run(&["check", "--rendered", "a.yaml"]);
    assert!(begin.elapsed() < Duration::from_secs(100), "it took {:?}", begin.elapsed());
    assert!(!answer.stdout.contains(CANARY) && !answer.stderr.contains(CANARY), "{}", answer.stdout);
    assert_eq!(answer.stderr, "");
    answer
}

#[track_caller]
fn cannot_tell(text: &str, place: &str) {
    let answer = judge(text);
    assert_eq!(answer.exit_code, 2, "{}", answer.stdout);
    assert!(answer.stdout.starts_with(&format!("{place}: could not tell: ")), "{}", answer.stdout);
}

#[test]
fn a_million_documents_are_read() {
    let role = "apiVersion: v1\nkind: Role\n---\n";
    let text = role.repeat(1_000_000) + PROMETHEUS;
    assert_eq!(judge(&text).exit_code, 0);
}

#[test]
fn too_many_objects_are_not() {
    cannot_tell(&"kind: Service\nmetadata: {name: a}\n---\n".repeat(200_000), "a.yaml:300001:1");
}

#[test]
fn too_much_is_not_read() {
    cannot_tell(&"# 0123456\n".repeat(10_000_000), "a.yaml");
    cannot_tell(&format!("kind: List\nitems:\n{}", "- kind: Pod\n".repeat(2_000_000)), "a.yaml:1:1");
}

#[test]
fn bombs_are_refused() {
    let mut bomb = format!("kind: Secret\na0: &a0 [{CANARY}, {CANARY}]\n");
    for level in 1..40 {
        writeln!(bomb, "a{level}: &a{level} [*a{0}, *a{0}, *a{0}, *a{0}]", level - 1).expect("text");
    }
    let answer = judge(&bomb);
    assert_eq!(answer.exit_code, 2, "{}", answer.stdout);
    cannot_tell(&format!("kind: Pod\na: {}", "[".repeat(20_000)), "a.yaml:2:10003");
    let deep = (0..2_000).fold(String::from("kind: Pod\n"), |mut text, level| {
        writeln!(text, "{}a:", " ".repeat(level)).expect("text");
        text
    });
    assert_eq!(judge(&deep).exit_code, 2);
}

#[test]
fn an_environment_that_doubles_is_not_built() {
    let mut environment = format!("{{name: E0, value: {CANARY}}}");
    for level in 1..60 {
        write!(environment, ", {{name: E{level}, value: '$(E{0})$(E{0})'}}", level - 1).expect("text");
    }
    let container = PROMETHEUS.replace("ports: [", &format!("env: [{environment}]\n        ports: ["));
    let answer = judge(&container.replace("--config.file=", "$(E59)="));
    assert_eq!(answer.exit_code, 0, "what is known is told: {}", answer.stdout);
    let hidden = container.replace("--web.enable-remote-write-receiver", "$(E59)");
    cannot_tell(&[&hidden, SERVICE, &ingress("")].concat(), "a.yaml:33:37");
}

#[test]
fn many_routes_to_many_services_end() {
    let mut text = PROMETHEUS.to_owned();
    for number in 0..3_000 {
        text += &SERVICE.replace("name: prometheus,", &format!("name: s{number},"));
        text += &ingress("").replace("service: {name: prometheus", &format!("service: {{name: s{number}"));
    }
    assert_eq!(judge(&text).exit_code, 1);
}

#[test]
fn many_services_of_one_name_and_many_routes_end() {
    let mut text = PROMETHEUS.to_owned();
    for _ in 0..2_000 {
        text += SERVICE;
        text += &ingress("");
    }
    cannot_tell(&text, "a.yaml");
}

#[test]
fn chains_without_end_are_not_followed() {
    let route = "---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: r, namespace: mon}\nspec: {routes: [{match: PathPrefix(`/`), middlewares: [{name: m}], services: [{name: prometheus, port: 80}]}]}\n---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: m, namespace: mon}\nspec: {chain: {middlewares: [{name: m}, {name: m}, {name: m}, {name: m}]}}\n";
    assert_eq!(judge(&[PROMETHEUS, SERVICE, route].concat()).exit_code, 2);
}

#[test]
fn what_is_not_yaml_or_no_object_has_a_place() {
    cannot_tell(&format!("{PROMETHEUS}---\nkind: Secret\ndata: {{a: {CANARY}\n"), "a.yaml:17:1");
    cannot_tell(&format!("{PROMETHEUS}---\n- {CANARY}\n"), "a.yaml:15:1");
    cannot_tell(&format!("{PROMETHEUS}--- {CANARY}\n"), "a.yaml:14:1");
    cannot_tell(&format!("{PROMETHEUS}...\n{CANARY}: 1\n"), "a.yaml:15:1");
    let folder = Folder::new();
    folder.write("a.yaml", b"kind: Pod\na: \xff\n");
    let answer = folder.run(&["check", "--rendered", "a.yaml"]);
    assert_eq!(answer.exit_code, 2);
    assert!(answer.stdout.contains("line 2 is not UTF-8"), "{}", answer.stdout);
    assert_eq!(folder.run(&["check", "--rendered", "gone.yaml"]).exit_code, 2);
}

/// kubectl drops it in silence, so what would be judged is not what is applied.
#[test]
fn a_last_line_that_kubectl_loses_is_not_judged() {
    let comment = |length: usize| format!("{PROMETHEUS}{}", "#".repeat(length));
    for (text, code) in
        [(comment(4095), 0), (comment(4096), 2), (comment(4096) + "\n", 0), (comment(8192), 2)]
    {
        let answer = judge(&text);
        assert_eq!(answer.exit_code, code, "{}", answer.stdout);
        if code == 2 {
            assert_eq!(
                answer.stdout,
                "a.yaml:14:1: could not tell: kubectl and Helm 4 do not read this line, since its length is a multiple of 4096 bytes and nothing ends it; end it with a line break\n"
            );
        }
    }
    // Of JSON it reads all.
    let json = format!("{:<4096}", r#"{"kind": "List", "items": []}"#);
    assert!(judge(&json).stdout.contains("there is no Prometheus among the objects"));
}

#[test]
fn a_kind_cannot_be_hidden() {
    // Each line makes a Service of what begins as a Role.
    let rest = &SERVICE.replace("kind: Service\n", "")[4..];
    for line in ["kind: Service\n", "\"kind\": Service\n", "? kind\n: Service\n", "\"\\x6bind\": Service\n"] {
        let text = format!("{PROMETHEUS}---\nkind: Role\n{rest}{line}")
            .replace("spec:\n  selector", "spec:\n  type: NodePort\n  selector");
        assert_eq!(judge(&text).exit_code, 1, "{line}");
    }
}

#[test]
fn no_credential_is_ever_printed() {
    let prometheus = PROMETHEUS.replace(
        "--web.enable",
        &format!("--web.external-url=http://a:{CANARY}@h, --web.config.file=/{CANARY}, --web.enable"),
    );
    let secret = format!(
        "---\nkind: Secret\nmetadata: {{name: s, namespace: mon}}\nstringData: {{web.yml: {CANARY}}}\n"
    );
    let env = "        env: [{name: A, value: canary-canary-canary}]\n";
    let notes = format!("nginx.ingress.kubernetes.io/auth-url: http://a:{CANARY}@h");
    let text = [&prometheus, env, SERVICE, &ingress(&notes), &secret].concat();
    for format in ["text", "json", "github"] {
        let folder = Folder::with(&[("a.yaml", text.as_str())]);
        let answer = folder.run(&["check", "--rendered", "a.yaml", "--strict", "-o", format]);
        assert!(!answer.stdout.contains(CANARY) && !answer.stderr.contains(CANARY), "{}", answer.stdout);
    }
}

#[test]
fn names_steer_no_terminal() {
    let text = [PROMETHEUS, SERVICE, &ingress("")]
        .concat()
        .replace("name: prometheus, namespace", "name: \"a\\e[31m\\n::error::b\", namespace");
    let answer = judge(&text);
    assert!(!answer.stdout.contains('\u{1b}') && !answer.stdout.contains("\n::"), "{}", answer.stdout);
}
