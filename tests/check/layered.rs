//! Several sources that make one release.

use test_support::folder::Folder;

#[test]
fn files_are_layered_and_judged_once() {
    let folder = Folder::with(&[
        ("a.yaml", "prometheus:\n  server:\n    auth:\n      type: oauth\n"),
        ("b.yaml", "prometheus:\n  server:\n    auth:\n      type: none\n"),
    ]);
    for arguments in [&["check", "-f", "a.yaml", "-f", "b.yaml"][..], &["check", "-f", "a.yaml,b.yaml"]] {
        folder.run(arguments).is(0, "a.yaml, b.yaml: accepted; the receiver is open to anyone\n", "");
    }
    folder.run(&["check", "-f", "b.yaml", "-f", "a.yaml"]).is(
        1,
        "\
a.yaml:4:7: refused: the auth type is neither basic nor none; choose basic to ask for a username and a password here, or none if anyone may write or an edge of your own checks bearer tokens or client certificates [auth-type-unknown]
  4 |       type: …
    |       ^^^^
",
        "",
    );
}

/// What is missing in a table that two files have is missing where it was written last.
#[test]
fn a_table_of_two_files_stands_in_the_last() {
    let folder = Folder::with(&[
        ("a.yaml", "prometheus:\n  server:\n    auth:\n      type: basic\n      basic: {username: me}\n"),
        ("b.yaml", "prometheus: {server: {auth: {basic: {}}}}\n"),
    ]);
    let place = |first, last| {
        let answer = folder.run(&["check", "-f", first, "-f", last]);
        assert_eq!(answer.exit_code, 1, "{answer:?}");
        answer.stdout.split_once(": refused: ").expect("a refusal").0.to_owned()
    };
    assert_eq!(place("a.yaml", "b.yaml"), "b.yaml:1:30");
    assert_eq!(place("b.yaml", "a.yaml"), "a.yaml:5:7");
}
