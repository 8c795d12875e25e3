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
fn one_release_is_a_list_with_one_object() {
    let folder = Folder::with(&[("v.yaml", REFUSED)]);
    assert_eq!(
        document(&folder, &["v.yaml"], 1),
        json!([{
            "file": "v.yaml",
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
        }])
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
    let reported = &document(&folder, &["v.yaml"], 2)[0];
    assert_eq!(reported["error"]["line"], json!(2));
    assert_eq!(reported["error"]["file"], json!("v.yaml"));
    assert_eq!((&reported["verdict"], &reported["refusals"]), (&json!("unknown"), &json!([])));
}

#[test]
fn a_default_is_told_by_its_source() {
    let folder = Folder::with(&[("v.yaml", "")]);
    let reported = &document(&folder, &["v.yaml"], 1)[0];
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

const CHART: &[(&str, &str)] = &[
    ("chart/Chart.yaml", "{apiVersion: v2, name: umbrella, version: 1.0.0}"),
    (
        "chart/values.yaml",
        "a: 1\nprometheus:\n  server:\n    extraFlags:\n      - web.enable-lifecycle\n      - web.enable-remote-write-receiver\n",
    ),
    ("chart/charts/prometheus/Chart.yaml", "{apiVersion: v2, name: prometheus, version: 1.0.0}"),
    ("chart/charts/prometheus/values.yaml", "server:\n  auth: {}\n"),
    ("v.yaml", "prometheus:\n  server:\n    extraArgs:\n      enable-feature: a,remote-write-receiver\n"),
];
const NOT_CHOSEN: &str = "the Prometheus remote write receiver is on, but nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]";

#[test]
fn the_flag_that_turned_the_receiver_on_stands_beside_the_refusal() {
    let folder = Folder::with(CHART);
    folder.run(&["check", "--chart", "chart"]).is(
        1,
        &format!(
            "\
chart/charts/prometheus/values.yaml:2:3: refused: {NOT_CHOSEN}
  2 |   auth: …
    |   ^^^^
  = prometheus.server.auth, default of the chart
  = the receiver is turned on at chart/values.yaml:6:9
"
        ),
        "",
    );
    folder.run(&["check", "v.yaml"]).is(
        1,
        &format!(
            "\
v.yaml:2:3: refused: {NOT_CHOSEN}
  2 |   server: …
    |   ^^^^^^
"
        ),
        "",
    );
    let off = "prometheus.server.defaultFlagsOverride={--web.enable-remote-write-receiver}";
    let answer = folder.run(&["check", "--chart", "chart", "--set", off]);
    assert!(answer.stdout.ends_with("  = the receiver is turned on by --set\n"), "{}", answer.stdout);
    folder.run(&["check", "--chart", "chart", "-o", "github"]).is(
        1,
        &format!(
            "\
::error file=chart/charts/prometheus/values.yaml,line=2,col=3,title=auth-not-chosen::{NOT_CHOSEN}
::notice file=chart/values.yaml,line=6,col=9,title=auth-not-chosen::this turns the receiver on
"
        ),
        "",
    );
    let refusal = &document(&folder, &["--chart", "chart"], 1)[0]["refusals"][0];
    assert_eq!(
        refusal["because"],
        json!({"file": "chart/values.yaml", "line": 6, "column": 9, "source": "default of the chart"})
    );
    assert_eq!(
        (&refusal["file"], &refusal["line"], &refusal["column"]),
        (&json!("chart/charts/prometheus/values.yaml"), &json!(2), &json!(3))
    );
}

#[test]
fn a_flag_of_a_table_is_shown_at_its_key() {
    let mut files = CHART.to_vec();
    files[1].1 = "prometheus: {}\n";
    let refusal =
        &document(&Folder::with(&files), &["--chart", "chart", "-f", "v.yaml"], 1)[0]["refusals"][0];
    assert_eq!(refusal["because"], json!({"file": "v.yaml", "line": 4, "column": 7}));
}
