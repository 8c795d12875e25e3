//! The forms for programs: JSON and GitHub's annotations.

use serde_json::{Value, json};
use test_support::folder::Folder;

const REFUSED: &str = "prometheus:\n  server:\n    auth:\n      type: oauth\n";
const UNKNOWN_TYPE: &str = "the auth type is neither basic nor none; choose basic to ask for a username and a password here, or none if anyone may write or an edge of your own checks bearer tokens or client certificates [auth-type-unknown]";

fn document(folder: &Folder, arguments: &[&str], exit_code: i32) -> Value {
    let arguments: Vec<&str> = ["check", "-o", "json"].iter().chain(arguments).copied().collect();
    let answer = folder.run(&arguments);
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (exit_code, ""), "{}", answer.stdout);
    serde_json::from_str(&answer.stdout).expect("one JSON document")
}

#[test]
fn one_release_is_one_object() {
    let folder = Folder::with(&[("v.yaml", REFUSED)]);
    assert_eq!(
        document(&folder, &["v.yaml"], 1),
        json!({
            "verdict": "refused",
            "receiver": "on",
            "auth": null,
            "refusals": [{
                "code": "auth-type-unknown",
                "msg": UNKNOWN_TYPE,
                "where": "prometheus.server.auth.type",
                "file": "v.yaml",
                "line": 4,
                "column": 7,
            }],
            "warnings": [],
        })
    );
}

#[test]
fn several_releases_are_a_list_with_their_names() {
    let folder = Folder::with(&[
        ("v.yaml", REFUSED),
        ("basic.yaml", "prometheus: {server: {auth: {basic: {username: me, password: a-password}}}}"),
        ("none.yaml", "prometheus: {server: {auth: {type: none}}}"),
        ("off.yaml", "prometheus: {enabled: false}"),
        ("not.yaml", "- 1"),
    ]);
    let list = document(&folder, &["v.yaml", "basic.yaml", "none.yaml", "off.yaml", "not.yaml"], 2);
    let reported: Vec<Value> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| json!([one["file"], one["verdict"], one["receiver"], one["auth"]]))
        .collect();
    assert_eq!(
        json!(reported),
        json!([
            ["v.yaml", "refused", "on", null],
            ["basic.yaml", "accepted", "on", "basic"],
            ["none.yaml", "accepted", "on", "none"],
            ["off.yaml", "accepted", "off", null],
            ["not.yaml", "unknown", null, null],
        ])
    );
}

#[test]
fn what_could_not_be_told_says_why() {
    let folder = Folder::with(&[("v.yaml", "a: 1\nb: *no\n")]);
    let reported = document(&folder, &["v.yaml"], 2);
    assert_eq!(reported["error"]["line"], json!(2));
    assert_eq!(reported["error"]["file"], json!("v.yaml"));
    assert_eq!((&reported["verdict"], &reported["refusals"]), (&json!("unknown"), &json!([])));
}

#[test]
fn a_default_is_told_by_its_source() {
    let folder = Folder::with(&[("v.yaml", "")]);
    let reported = document(&folder, &["v.yaml"], 1);
    assert_eq!(
        reported["refusals"][0],
        json!({
            "code": "auth-not-chosen",
            "msg": reported["refusals"][0]["msg"],
            "where": "prometheus.server.auth",
            "file": "v.yaml",
            "line": null,
            "column": null,
            "source": "by the defaults of Trento",
        })
    );
}

#[test]
fn github_gets_annotations_beside_the_lines() {
    let folder = Folder::with(&[
        ("a,b%c:d.yaml", REFUSED),
        ("n.yaml", "prometheus: {server: {auth: {type: none, basic: {username: me}}}}"),
        ("not.yaml", "b: *no\n"),
    ]);
    folder.run(&["check", "-o", "github", "a,b%c:d.yaml", "n.yaml", "not.yaml"]).is(
        2,
        &format!(
            "\
::error file=a%2Cb%25c%3Ad.yaml,line=4,col=7,title=auth-type-unknown::{UNKNOWN_TYPE}
::warning file=n.yaml,line=1,col=50,title=credentials-ignored::credentials stand beside the auth type none and are not used; leave them out, or set the auth type to basic [credentials-ignored]
::error file=not.yaml,line=1,col=4,title=could not tell::an alias names an anchor that is not set before it; set the anchor, or quote a text that begins with an asterisk
"
        ),
        "",
    );
}

#[test]
fn github_gets_nothing_where_all_is_well() {
    let folder = Folder::with(&[("n.yaml", "prometheus: {server: {auth: {type: none}}}")]);
    folder.run(&["check", "-o", "github", "n.yaml"]).is(0, "", "");
}
