//! `schema` and `schema --into`: the text of a chart's own schema before and after.
//!
//! needs: strace

use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use test_support::folder::Folder;
use test_support::program;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The schema after one run; a second one changes nothing.
fn merged(host: &str) -> String {
    let folder = Folder::with(&[("values.schema.json", host)]);
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        0,
        "values.schema.json has the policy now\n",
        "",
    );
    let text = folder.read("values.schema.json");
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        0,
        "values.schema.json has the policy already, nothing was changed\n",
        "",
    );
    assert_eq!(folder.read("values.schema.json"), text);
    text
}

/// A refused host is left as it was.
#[track_caller]
fn refused(host: &str, why: &str) {
    let folder = Folder::with(&[("values.schema.json", host)]);
    let answer = folder.run(&["schema", "--into", "values.schema.json"]);
    answer.is(2, "", &format!("remote-write-auth: values.schema.json is left as it was: {why}\n"));
    assert_eq!(folder.read("values.schema.json"), host);
}

#[test]
fn the_law_is_printed_byte_for_byte() {
    let folder = Folder::with(&[]);
    folder.run(&["schema"]).is(0, include_str!("../helm-schema/values.schema.json"), "");
}

#[test]
fn a_host_keeps_every_byte_that_is_not_the_policys() {
    let host = "{\n    \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n    \"properties\": {\"n\": {\"maximum\": 1e3,  \"title\": \"\\u00fc\"}},\n    \"allOf\": [ {\"type\": \"object\"} ],\n    \"definitions\": {\n        \"own\": {}\n    }\n}\n\n";
    let text = merged(host);
    let (before, after) = host.split_once(" ],\n").expect("the end of allOf");
    assert!(text.starts_with(&format!("{before},\n        {{\n            \"title\": ")), "{text}");
    let (between, end) = after.split_once("\n    }\n").expect("the end of definitions");
    assert!(text.contains(&format!(" ],\n{between},\n        \"remoteWriteAuth")), "{text}");
    assert!(text.ends_with(&format!("\n    }}\n{end}")), "{text}");
}

#[test]
fn the_layout_is_the_hosts() {
    assert!(merged("{\r\n\t\"type\": \"object\"\r\n}\r\n").lines().all(|line| !line.starts_with(' ')));
    assert!(!merged("{\"type\":\"object\"}").contains('\n'));
    assert!(merged("{}").starts_with("{\n  \"allOf\": [\n    {\n      \"title\""));
}

#[test]
fn definitions_stand_where_the_draft_has_them() {
    for (host, container) in [
        ("{\"$schema\": \"http://json-schema.org/draft-04/schema#\"}", "definitions"),
        ("{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}", "definitions"),
        ("{\"$schema\": \"https://json-schema.org/draft/2019-09/schema\"}", "$defs"),
        ("{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}", "$defs"),
        ("{}", "definitions"),
        ("{\"$defs\": {\"own\": {}}}", "$defs"),
    ] {
        let text = merged(host);
        let names = json(&text)[container].as_object().expect("definitions").len();
        assert!(names > 5, "{host}");
        assert!(!text.contains("\"#/definitions/flag\""), "{text}");
    }
}

#[test]
fn an_older_law_is_replaced_and_its_definitions_go() {
    let host = merged("{\"definitions\": {\"own\": {}}, \"allOf\": [{\"type\": \"object\"}]}");
    let older = host.replace("\"remoteWriteAuthText\"", "\"remoteWriteAuthOld\"").replacen(
        "[auth-not-chosen]",
        "[x]",
        1,
    );
    assert_ne!(host, older);
    let folder = Folder::with(&[("values.schema.json", &older)]);
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        0,
        "values.schema.json has the policy now\n",
        "",
    );
    assert_eq!(json(&folder.read("values.schema.json")), json(&host));
}

#[test]
fn definitions_move_when_the_host_changes_its_draft() {
    let host = merged("{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"definitions\": {}}");
    let newer = host
        .replace("http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema");
    let text = merged(&newer);
    assert_eq!(json(&text)["definitions"], json("{}"));
    assert!(json(&text)["$defs"].is_object());
}

#[test]
fn a_reference_at_the_root_moves_where_it_silences_nothing() {
    let text = merged(
        "{\"$ref\": \"#/$defs/own\", \"required\": [\"x\"], \"title\": \"t\", \"$defs\": {\"own\": {}}}",
    );
    let schema = json(&text);
    assert_eq!(schema["allOf"][0], json("{\"$ref\": \"#/$defs/own\", \"required\": [\"x\"]}"));
    assert_eq!((&schema["title"], schema.get("$ref"), schema.get("required")), (&json("\"t\""), None, None));
    assert_eq!(schema["allOf"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_schema_that_is_the_policy_stays_the_policy() {
    let policy = include_str!("../helm-schema/values.schema.json");
    let folder = Folder::with(&[("values.schema.json", policy)]);
    let already = "values.schema.json has the policy already, nothing was changed\n";
    folder.run(&["schema", "--into", "values.schema.json"]).is(0, already, "");
    folder.write("values.schema.json", policy.replacen("[auth-not-chosen]", "[x]", 1));
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        0,
        "values.schema.json has the policy now\n",
        "",
    );
    assert_eq!(folder.read("values.schema.json"), policy);
}

#[test]
fn what_cannot_be_merged_is_left_as_it_was() {
    refused("{\"a\": 1,}", "its schema is not JSON from line 1, column 9 on");
    refused("[]", "its schema is not a table");
    refused("{\"allOf\": {}}", "the allOf of its schema is not a list");
    refused("{\"$defs\": 1}", "$defs in its schema is not a table");
    refused(
        "{\"$schema\": \"http://json-schema.org/draft-03/schema#\"}",
        "its $schema names draft 3, which Helm does not read; name draft 7, then run this again",
    );
    refused(
        "{\"$ref\": \"#/properties/a\", \"properties\": {\"a\": {}}}",
        "beside the $ref at the root of its schema stands properties, which other references point into; move the $ref into an allOf yourself, then run this again",
    );
}

#[test]
fn a_schema_that_is_not_there_is_not_made() {
    let folder = Folder::with(&[]);
    folder.run(&["schema", "--into", "no.json"]).is(
        2,
        "",
        "remote-write-auth: no.json is not there; where a chart has no schema yet, schema > no.json makes the policy its schema\n",
    );
}

#[test]
fn the_files_mode_is_kept_and_nothing_is_left_beside_it() {
    let folder = Folder::with(&[("values.schema.json", "{}")]);
    let path = folder.path().join("values.schema.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("our own file");
    folder.run(&["schema", "--into", "values.schema.json"]);
    assert_eq!(fs::metadata(&path).expect("our own file").permissions().mode() & 0o7777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).expect("our own folder").count(), 1);
}

#[test]
fn a_symbolic_link_is_left_alone() {
    let folder = Folder::with(&[("real/values.schema.json", "{}")]);
    symlink("real/values.schema.json", folder.path().join("values.schema.json")).expect("our own folder");
    symlink("real", folder.path().join("linked")).expect("our own folder");
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        2,
        "",
        "remote-write-auth: values.schema.json is a symbolic link, it is left as it was; write the path that it leads to\n",
    );
    folder.run(&["schema", "--into", "linked/values.schema.json"]).is(
        2,
        "",
        "remote-write-auth: the folder of linked/values.schema.json is a symbolic link; write the path that it leads to\n",
    );
    assert_eq!(folder.read("real/values.schema.json"), "{}");
}

#[test]
fn what_is_no_file_is_left_alone() {
    let folder = Folder::with(&[("chart/values.yaml", "")]);
    folder.run(&["schema", "--into", "chart"]).is(
        2,
        "",
        "remote-write-auth: chart is not a regular file; name a values.schema.json\n",
    );
    folder.run(&["schema", "--into", "no/values.schema.json"]).is(
        2,
        "",
        "remote-write-auth: no/values.schema.json is not there; where a chart has no schema yet, schema > no/values.schema.json makes the policy its schema\n",
    );
}

#[test]
fn what_a_killed_run_left_is_cleared() {
    let folder =
        Folder::with(&[("values.schema.json", "{}"), (".values.schema.json.remote-write-auth", "half")]);
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        0,
        "values.schema.json has the policy now\n",
        "",
    );
    assert_eq!(fs::read_dir(folder.path()).expect("our own folder").count(), 1);
}

#[test]
fn where_the_folder_takes_no_new_file_the_old_one_stays() {
    let folder = Folder::with(&[("values.schema.json", "{}")]);
    // A folder in the place of the new file: root, too, cannot make that.
    fs::create_dir(folder.path().join(".values.schema.json.remote-write-auth")).expect("our own folder");
    folder.run(&["schema", "--into", "values.schema.json"]).is(
        2,
        "",
        "remote-write-auth: cannot replace values.schema.json, it is left as it was: Is a directory (os error 21)\n",
    );
    assert_eq!(folder.read("values.schema.json"), "{}");
}

#[test]
fn the_new_text_is_on_the_disk_before_it_takes_the_old_ones_place() {
    let folder = Folder::with(&[("values.schema.json", "{}")]);
    let mut strace = std::process::Command::new("strace");
    let traced = strace.args(["-f", "-o", "trace", "-e", "trace=write,fsync,renameat,flock"]);
    let traced = traced.args([*program::BINARY, "schema", "--into", "values.schema.json"]);
    assert!(traced.current_dir(folder.path()).output().expect("strace starts").status.success());
    let trace = folder.read("trace");
    let calls: Vec<&str> =
        trace.lines().filter_map(|line| line.split_whitespace().nth(1)?.split('(').next()).collect();
    let order = ["flock", "write", "fsync", "renameat", "fsync", "write"];
    assert_eq!(
        calls.iter().filter(|call| order.contains(call)).copied().collect::<Vec<_>>(),
        order,
        "{trace}"
    );
}

const DEPENDENCIES: &str = "apiVersion: v2
name: ours
version: 1.0.0
dependencies:
  - {name: prometheus, version: '*', condition: 'a.on,prometheus.enabled', tags: [one, two]}
  - {name: prometheus, version: '*', alias: metrics}
";

/// The policy is that of the chart that it is written for, by --chart or beside the file.
#[test]
fn the_policy_of_a_chart_names_prometheus_as_the_chart_does() {
    let host = "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}";
    let folder = Folder::with(&[("chart/Chart.yaml", DEPENDENCIES), ("chart/values.schema.json", host)]);
    let printed = folder.run(&["schema", "--chart", "chart"]);
    let policy = json(&printed.stdout);
    assert_eq!(printed.exit_code, 0);
    assert_eq!(policy["allOf"][0]["then"]["properties"].as_object().map(serde_json::Map::len), Some(1));
    assert!(policy["allOf"][1]["properties"]["metrics"].is_object(), "{policy}");
    let at = |key: &str, below: &str| {
        format!("{{\"type\": \"object\", \"required\": [\"{key}\"], \"properties\": {{\"{key}\": {below}}}}}")
    };
    let path = |keys: [&str; 2], form: &str| at(keys[0], &at(keys[1], form));
    let (off, on, decides) = ("{\"const\": false}", "{\"const\": true}", "{\"type\": \"boolean\"}");
    let tags = format!(
        "{{\"anyOf\": [{}, {}], \"not\": {{\"anyOf\": [{}, {}]}}}}",
        path(["tags", "one"], off),
        path(["tags", "two"], off),
        path(["tags", "one"], on),
        path(["tags", "two"], on)
    );
    let or = |keys: [&str; 2], otherwise: &str| {
        let (off, decides) = (path(keys, off), path(keys, decides));
        format!("{{\"anyOf\": [{off}, {{\"allOf\": [{{\"not\": {decides}}}, {otherwise}]}}]}}")
    };
    let wanted = or(["a", "on"], &or(["prometheus", "enabled"], &tags));
    assert_eq!(policy["allOf"][0]["if"]["not"], json(&wanted));
    for arguments in [
        &["schema", "--into", "chart/values.schema.json"][..],
        &["schema", "--into", "chart/values.schema.json", "--chart", "chart"],
    ] {
        folder.write("chart/values.schema.json", host);
        assert_eq!(folder.run(arguments).exit_code, 0);
        let member = &json(&folder.read("chart/values.schema.json"))["allOf"][0];
        assert_eq!(member["allOf"][0]["if"], policy["allOf"][0]["if"]);
        folder.run(arguments).is(
            0,
            "chart/values.schema.json has the policy already, nothing was changed\n",
            "",
        );
    }
}

#[test]
fn a_chart_that_deploys_prometheus_as_the_policy_asks_has_the_policy_as_it_is() {
    let policy = include_str!("../helm-schema/values.schema.json");
    let chart = |dependencies: &str| {
        let about = format!("{{apiVersion: v2, name: ours, version: 1.0.0, dependencies: [{dependencies}]}}");
        Folder::with(&[("chart/Chart.yaml", &about)]).run(&["schema", "--chart", "chart"])
    };
    chart("{name: prometheus, version: '*', condition: prometheus.enabled}").is(0, policy, "");
    chart("{name: another, version: '*'}").is(0, policy, "");
    assert_ne!(chart("{name: prometheus, version: '*'}").stdout, policy);
    let folder = Folder::with(&[("chart/Chart.yaml", "name: [1]\n"), ("chart/values.schema.json", "{}")]);
    let answer = folder.run(&["schema", "--into", "chart/values.schema.json"]);
    assert_eq!((answer.exit_code, answer.stdout.as_str()), (2, ""), "{answer:?}");
    assert!(answer.stderr.contains("chart/values.schema.json is left as it was"), "{answer:?}");
    assert_eq!(folder.read("chart/values.schema.json"), "{}");
}
