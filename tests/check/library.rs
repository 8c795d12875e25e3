//! A chart that has adopted the library chart: what must hold together in its values.

use crate::charts::{below, folder};
use serde_json::Value;
use test_support::folder::Folder;

const EDGE: &str = "the chart depends on remote-write-auth, but no edge is chosen that asks for the login; set remote-write-auth.edge to traefik, nginx, or external if an edge of your own asks for it, and upgrade with --reset-then-reuse-values where --reuse-values keeps an older empty one [edge-not-chosen]";
const MOUNTED: &str = "the volume remote-write-auth-secret mounts another Secret than the one with the login, so the edge nginx lets nobody in; in prometheus.server.extraVolumes mount the existing Secret, or remote-write-auth where the login is written in the values [secret-not-mounted]";

const LOGIN: &str = "basic: {username: alloy, password: a-password}";

/// A chart before and after it adopted the library.
fn charts() -> Folder {
    let about = |library: &str| {
        format!(
            "apiVersion: v2\nname: ours\nversion: 1.0.0\ndependencies:\n- {{name: prometheus, version: '*', condition: prometheus.enabled}}\n{library}"
        )
    };
    let files = |library: &str, values: &str| {
        let mut files = vec![
            ("Chart.yaml".to_owned(), about(library)),
            ("values.yaml".to_owned(), values.to_owned()),
            (
                "charts/prometheus/Chart.yaml".to_owned(),
                "{apiVersion: v2, name: prometheus, version: 25.21.0}".to_owned(),
            ),
            (
                "charts/prometheus/values.yaml".to_owned(),
                "server: {extraFlags: [web.enable-remote-write-receiver]}\n".to_owned(),
            ),
        ];
        if !library.is_empty() {
            let own = [
                ("Chart.yaml", include_str!("../../helm-schema/Chart.yaml")),
                ("values.yaml", include_str!("../../helm-schema/values.yaml")),
                ("values.schema.json", include_str!("../../helm-schema/values.schema.json")),
            ];
            let path = |name: &str| format!("charts/remote-write-auth/{name}");
            files.extend(own.map(|(name, text)| (path(name), text.to_owned())));
        }
        files
    };
    let before = files("", "{}\n");
    let after = files("- {name: remote-write-auth, version: '*'}\n", "remote-write-auth:\n  edge: traefik\n");
    folder(&[below("before", before), below("after", after)].concat())
}

fn refusals(answer: &str) -> Vec<String> {
    let list: Value = serde_json::from_str(answer).expect("JSON");
    let refusals = list[0]["refusals"].as_array().expect("a list");
    refusals
        .iter()
        .map(|one| format!("{} {}", one["where"].as_str().unwrap_or_default(), one["msg"]))
        .collect()
}

/// With --reuse-values Helm takes the old chart's defaults for the new one's, and of a
/// sub-chart that is new the sub-chart's own: an edge that is empty.
#[test]
fn values_that_were_reused_from_before_the_adoption_have_no_edge() {
    let folder = charts();
    folder.write("release.yaml", format!("prometheus: {{server: {{auth: {{{LOGIN}}}}}}}\n"));
    for (how, said) in [
        (vec!["--reuse-values", "--old-chart", "before"], vec![EDGE]),
        (vec!["--reset-then-reuse-values"], vec![]),
    ] {
        let ask = ["check", "-o", "json", "--chart", "after", "--release-values", "release.yaml"];
        let answer = folder.run(&[&ask[..], &how].concat());
        assert_eq!(answer.exit_code, i32::from(!said.is_empty()), "{answer:?}");
        let said: Vec<String> =
            said.iter().map(|message| format!("remote-write-auth.edge {message:?}")).collect();
        assert_eq!(refusals(&answer.stdout), said);
    }
}

#[test]
fn the_volume_has_to_mount_the_existing_secret_whatever_both_are_called() {
    let folder = charts();
    for (existing, mounted, is_refused) in [
        ("agents", "agents", false),
        ("agents", "agentz", true),
        ("agents", "remote-write-auth", true),
        ("remote-write-auth", "remote-write-auth", false),
    ] {
        folder.write(
            "values.yaml",
            format!(
                "remote-write-auth: {{edge: nginx}}\nprometheus:\n  server:\n    auth: {{basic: {{existingSecret: {existing}}}}}\n    extraVolumes:\n    - name: remote-write-auth-secret\n      secret: {{secretName: {mounted}}}\n"
            ),
        );
        let answer = folder.run(&["check", "-o", "json", "--chart", "after", "-f", "values.yaml"]);
        let said = format!("prometheus.server.extraVolumes {MOUNTED:?}");
        assert_eq!(refusals(&answer.stdout), vec![said; usize::from(is_refused)], "{existing} {mounted}");
        assert!(!answer.stdout.contains("agentz"), "{}", answer.stdout);
    }
}
