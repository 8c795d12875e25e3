//! `helm upgrade`: what becomes of the values of the release before.

use crate::charts::{below, folder, trento};
use test_support::folder::Folder;

const NOT_CHOSEN: &str = "the Prometheus remote write receiver is on, but nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]";
const OFF: &str = "accepted; the receiver is off\n";

/// The chart, the one from before the receiver (`before`) and the one from
/// before auth (`receiver`).
fn charts() -> Folder {
    let mut before = below("before", trento());
    "prometheus:\n  enabled: true\n".clone_into(&mut before[1].1);
    let files = [below("chart", trento()), before, below("receiver", trento())].concat();
    let folder = folder(&files);
    folder.write("null.yaml", "null\n");
    folder.write("web.yaml", "web:\n  replicas: 2\n");
    folder.write(
        "on.yaml",
        "prometheus:\n  server:\n    extraFlags:\n      - web.enable-remote-write-receiver\n",
    );
    folder.write(
        "basic.yaml",
        "prometheus:\n  server:\n    auth:\n      basic: {username: me, password: a-password}\n",
    );
    folder
}

#[track_caller]
fn upgraded(arguments: &[&str], exit_code: i32, answer: &str) {
    let arguments: Vec<&str> = ["check", "--chart", "chart"].iter().chain(arguments).copied().collect();
    charts().run(&arguments).is(exit_code, answer, "");
}

#[test]
fn reused_values_that_leave_the_receiver_off_are_accepted() {
    let reuse = ["--reuse-values", "--old-chart", "before", "--release-values"];
    for values in ["null.yaml", "web.yaml"] {
        let arguments: Vec<&str> = reuse.iter().copied().chain([values]).collect();
        upgraded(&arguments, 0, &format!("{values}, chart chart: {OFF}"));
    }
}

#[test]
fn reused_values_that_turn_the_receiver_on_are_refused() {
    upgraded(
        &["--reuse-values", "--old-chart", "before", "--release-values", "on.yaml"],
        1,
        &format!(
            "\
on.yaml:2:3: refused: {NOT_CHOSEN}
  2 |   server: …
    |   ^^^^^^
  = prometheus.server.auth, in the values of the release
  = the receiver is turned on at on.yaml:4:9
"
        ),
    );
    upgraded(
        &["--reuse-values", "--old-chart", "receiver", "--release-values", "null.yaml"],
        1,
        &format!(
            "\
receiver/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = prometheus.server.auth, default of the chart
  = the receiver is turned on at receiver/values.yaml:5:9
"
        ),
    );
    upgraded(
        &["--reuse-values", "--old-chart", "receiver", "--release-values", "basic.yaml"],
        0,
        "basic.yaml, chart chart: accepted; basic auth guards the receiver\n",
    );
}

#[test]
fn a_choice_beside_the_reused_values_is_enough() {
    upgraded(
        &[
            "--reuse-values",
            "--old-chart",
            "before",
            "--release-values",
            "on.yaml",
            "--set",
            "prometheus.server.auth.type=none",
        ],
        0,
        "--set: accepted; the receiver is open to anyone\n",
    );
}

#[test]
fn reset_then_reuse_brings_the_new_defaults() {
    for values in ["null.yaml", "web.yaml"] {
        upgraded(
            &["--reset-then-reuse-values", "--release-values", values],
            1,
            &format!(
                "\
chart/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/values.yaml:5:9
"
            ),
        );
    }
    upgraded(
        &["--reset-then-reuse-values", "--release-values", "basic.yaml"],
        0,
        "basic.yaml, chart chart: accepted; basic auth guards the receiver\n",
    );
}

#[test]
fn reset_forgets_what_the_release_had() {
    upgraded(
        &["--reset-values", "--release-values", "basic.yaml"],
        1,
        &format!(
            "\
chart/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/values.yaml:5:9
"
        ),
    );
}

#[test]
fn without_a_flag_the_old_values_stay_where_none_are_given() {
    upgraded(
        &["--release-values", "basic.yaml"],
        0,
        "basic.yaml, chart chart: accepted; basic auth guards the receiver\n",
    );
    upgraded(
        &["--release-values", "basic.yaml", "-f", "web.yaml"],
        1,
        &format!(
            "\
chart/values.yaml:3:3: refused: {NOT_CHOSEN}
  3 |   server: …
    |   ^^^^^^
  = prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/values.yaml:5:9
"
        ),
    );
}

#[test]
fn the_strictest_of_several_flags_wins() {
    let reset = ["--reset-values", "--reuse-values", "--reset-then-reuse-values", "--old-chart", "before"];
    let arguments: Vec<&str> = reset.iter().copied().chain(["--release-values", "on.yaml"]).collect();
    let answer = charts().run(&[&["check", "--chart", "chart"], &arguments[..]].concat());
    assert!(answer.stdout.contains("default of the chart"), "{answer:?}");
}

#[test]
fn a_reuse_that_lacks_something_is_not_told() {
    upgraded(
        &["--reuse-values", "--release-values", "null.yaml"],
        2,
        "null.yaml, chart chart: could not tell: with --reuse-values the defaults of the chart that was installed count; give that chart with --old-chart\n",
    );
    for flag in ["--reuse-values", "--reset-then-reuse-values", "--old-chart=before"] {
        let answer = charts().run(&["check", "--chart", "chart", flag]);
        assert_eq!(answer.exit_code, 2, "{answer:?}");
        assert_eq!(answer.stderr, "remote-write-auth: --release-values <FILE> is missing; see --help\n");
    }
}

#[test]
fn standard_input_can_be_the_release() {
    let answer = charts().run_with_input(
        &["check", "--chart", "chart", "--reuse-values", "--old-chart", "before", "--release-values", "-"],
        "null\n",
    );
    answer.is(0, &format!("standard input, chart chart: {OFF}"), "");
}
