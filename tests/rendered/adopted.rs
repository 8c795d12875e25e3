//! This project's own chart, as its example adopts it, rendered by Helm.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use test_support::folder::Folder;
use test_support::helm;

fn rendered(values: &str) -> String {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("helm-schema");
    let folder = Folder::new();
    let copy = |from: &Path, to: &Path| {
        assert!(Command::new("cp").arg("-r").arg(from).arg(to).status().expect("cp runs").success());
    };
    let chart = folder.path().join("umbrella");
    copy(&schema.join("examples/umbrella"), &chart);
    let library = chart.join("charts/remote-write-auth");
    std::fs::create_dir_all(&library).expect("a folder");
    for part in ["Chart.yaml", "values.yaml", "values.schema.json", "templates"] {
        copy(&schema.join(part), &library.join(part));
    }
    let mut command = Command::new(&helm::newest_3().program);
    command.args(["template", "rel", "--namespace", "mon"]).arg(&chart).arg("-f").arg(chart.join(values));
    let output = command.output().expect("Helm starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn judged(text: &str) -> Value {
    let folder = Folder::with(&[("a.yaml", text)]);
    let answer = folder.run(&["check", "--rendered", "a.yaml", "-o", "json"]);
    assert!(!answer.stdout.contains("only-for-lint"), "a password: {}", answer.stdout);
    let mut list: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    list[0].take()
}

#[test]
fn traefik_with_logins_is_accepted() {
    let answer = judged(&rendered("ci/basic-values.yaml"));
    assert_eq!((&answer["verdict"], &answer["receiver"]), (&"accepted".into(), &"on".into()), "{answer:#}");
}

#[test]
fn a_secret_of_elsewhere_is_not_taken_for_a_login() {
    assert_eq!(judged(&rendered("ci/existing-secret-values.yaml"))["verdict"], "unknown");
}

#[test]
fn the_sidecar_is_a_login_and_its_configuration_is_read() {
    let text = rendered("ci/nginx-values.yaml");
    let accesses = |text: &str| -> Vec<String> {
        let answer = judged(text);
        let ways = answer["ways"].as_array().expect("a list").clone();
        ways.iter()
            // As with the real chart, port 80 leads other pods past the sidecar to Prometheus itself.
            .filter(|way| way["object"].as_str().is_some_and(|name| name.starts_with("Service")))
            .filter(|way| way["port"] == "8081")
            .map(|way| format!("{} {}", way["access"], way["reason"]))
            .collect()
    };
    assert_eq!(accesses(&text), ["\"guarded\" \"basic auth of nginx beside Prometheus\""]);
    let open = text.replace("auth_basic ", "# auth_basic ");
    assert_ne!(open, text);
    assert!(accesses(&open)[0].starts_with("\"open\""), "{:?}", accesses(&open));
    let strange = text.replace("proxy_http_version 1.1;", "rewrite ^ /prometheus/api/v1/write;");
    assert!(accesses(&strange)[0].starts_with("\"not judged\""), "{:?}", accesses(&strange));
}

#[test]
fn none_has_to_be_said_on_the_workload() {
    let text = rendered("ci/none-values.yaml");
    assert_eq!(judged(&text)["verdict"], "refused");
}
