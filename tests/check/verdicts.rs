//! Refused, accepted, unknown: the exit code, the message, the marked line.

use test_support::folder::Folder;

/// Judges one file called `values.yaml`.
#[track_caller]
fn judged(values: &str, exit_code: i32, stdout: &str) {
    Folder::with(&[("values.yaml", values)]).run(&["check", "values.yaml"]).is(exit_code, stdout, "");
}

#[test]
fn an_empty_file_is_refused() {
    judged(
        "",
        1,
        "\
values.yaml: refused: the Prometheus remote write receiver is on, but nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]
  = prometheus.server.auth, by the defaults of Trento
",
    );
}

#[test]
fn the_setting_that_won_is_marked() {
    judged(
        "prometheus:\n  server:\n    auth:\n      type: oauth # and a comment\n",
        1,
        "\
values.yaml:4:7: refused: the auth type is neither basic nor none; choose basic to ask for a username and a password here, or none if anyone may write or an edge of your own checks bearer tokens or client certificates [auth-type-unknown]
  4 |       type: …
    |       ^^^^
",
    );
}

#[test]
fn an_absent_setting_points_at_the_nearest_parent_that_is_there() {
    judged(
        "other: 1\nprometheus:\n  server:\n    auth:\n      type: basic\n      basic: {username: me}\n",
        1,
        "\
values.yaml:6:7: refused: basic auth has no password; give one, or set the auth type to none to leave the receiver open to anyone [password-missing]
  6 |       basic: …
    |       ^^^^^
",
    );
}

#[test]
fn a_setting_without_a_value_is_where_it_is_missing() {
    judged(
        "prometheus:\n  server:\n    auth:\n      basic:\n        username: me\n        password:\n",
        1,
        "\
values.yaml:6:9: refused: basic auth has no password; give one, or set the auth type to none to leave the receiver open to anyone [password-missing]
  6 |         password: …
    |         ^^^^^^^^
",
    );
}

#[test]
fn every_reason_is_told_in_the_policys_order() {
    judged(
        "prometheus:\n  server:\n    auth:\n      type: [basic]\n      basic:\n        username: 'a:b'\n        password: pässword\n",
        1,
        "\
values.yaml:4:7: refused: the auth type is not text (YAML reads a bare 0123 as the number 83 and a bare no as false); quote it in YAML, on the command line use --set-string [value-has-wrong-type]
  4 |       type: …
    |       ^^^^
values.yaml:6:9: refused: the username would not reach every program unchanged; use printable ASCII without colon, double quote and backslash, with no blank at either end and no hash sign in front [username-not-portable]
  6 |         username: …
    |         ^^^^^^^^
values.yaml:7:9: refused: the password would not reach every program unchanged; use printable ASCII without double quote and backslash, with no blank at either end and no line break, which echo and --set-file leave at the end [password-not-portable]
  7 |         password: …
    |         ^^^^^^^^
",
    );
}

#[test]
fn what_is_accepted_says_who_may_write() {
    for (values, reported) in [
        ("prometheus: {server: {auth: {type: none}}}", "the receiver is open to anyone"),
        (
            "prometheus: {server: {auth: {basic: {username: me, password: a-password}}}}",
            "basic auth guards the receiver",
        ),
        ("prometheus: {server: {auth: {basic: {existingSecret: login}}}}", "basic auth guards the receiver"),
        ("prometheus: {server: {extraFlags: []}}", "the receiver is off"),
        ("prometheus: {enabled: false}", "the receiver is off"),
        // Nothing is deployed that would ask for this login.
        (
            "prometheus: {enabled: false, server: {auth: {basic: {username: me, password: a-password}}}}",
            "the receiver is off",
        ),
        (
            "prometheus: {enabled: false, server: {auth: {basic: {existingSecret: login}}}}",
            "the receiver is off",
        ),
        ("prometheus: {enabled: false, server: {auth: {type: none}}}", "the receiver is off"),
    ] {
        judged(values, 0, &format!("values.yaml: accepted; {reported}\n"));
    }
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let folder = Folder::with(&[]);
    folder.run_with_input(&["check", "-"], "prometheus: {server: {auth: {type: no}}}\n").is(
        1,
        "\
standard input:1:30: refused: the auth type is not text (YAML reads a bare 0123 as the number 83 and a bare no as false); quote it in YAML, on the command line use --set-string [value-has-wrong-type]
  1 |                              type: …
    |                              ^^^^
",
        "",
    );
}

#[test]
fn columns_are_counted_in_characters() {
    judged(
        "{ä: 1, prometheus: {server: {auth: {type: oauth}}}}\n",
        1,
        "\
values.yaml:1:37: refused: the auth type is neither basic nor none; choose basic to ask for a username and a password here, or none if anyone may write or an edge of your own checks bearer tokens or client certificates [auth-type-unknown]
  1 |                                     type: …
    |                                     ^^^^
",
    );
}

#[test]
fn many_files_are_judged_each_by_itself_and_summed_up() {
    let open = "prometheus: {server: {auth: {type: none}}}";
    let folder = Folder::with(&[
        ("b.yaml", open),
        ("a.yaml", "prometheus:\n  server:\n    auth: none\n"),
        ("c.yaml", "a: [\n"),
        ("d.yaml", open),
    ]);
    folder.run(&["check", "b.yaml", "a.yaml", "d.yaml"]).is(
        1,
        "\
a.yaml:3:5: refused: auth is not a table; write type: none on a line of its own below it, or basic with username and password [auth-has-wrong-shape]
  3 |     auth: …
    |     ^^^^
3 judged: 2 accepted, 1 refused, 0 could not be judged
",
        "",
    );
    let answer = folder.run(&["check", "c.yaml", "b.yaml", "a.yaml", "missing.yaml"]);
    assert_eq!(answer.exit_code, 2, "not to know is worse than to refuse");
    assert!(
        answer.stdout.ends_with("4 judged: 1 accepted, 1 refused, 2 could not be judged\n"),
        "{answer:?}"
    );
}

#[test]
fn the_order_of_many_files_is_theirs() {
    let names: Vec<String> = (0..200).map(|number| format!("{number}.yaml")).collect();
    let folder = Folder::with(&[]);
    for name in &names {
        folder.write(name, "prometheus: {server: {auth: 5}}");
    }
    let arguments: Vec<&str> = ["check"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let answer = folder.run(&arguments);
    let reported: Vec<&str> = answer
        .stdout
        .lines()
        .filter(|line| line.contains(": refused: "))
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(reported, names);
}

#[test]
fn a_file_that_cannot_be_read_is_not_told() {
    let folder = Folder::with(&[]);
    let answer = folder.run(&["check", "missing.yaml"]);
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (2, ""));
    assert!(answer.stdout.starts_with("missing.yaml: could not tell: "), "{}", answer.stdout);
    assert!(answer.stdout.contains("No such file or directory"), "{}", answer.stdout);
}

#[test]
fn a_file_that_is_not_yaml_is_not_told() {
    judged(
        "a: *no\n",
        2,
        "values.yaml:1:4: could not tell: an alias names an anchor that is not set before it; set the anchor, or quote a text that begins with an asterisk\n",
    );
}
