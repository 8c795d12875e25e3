//! What programs and people read, word for word: help texts, JSON, merged schemas.
//! Each stands in a file beside this one, for review; `UPDATE_EXPECT=1 cargo test
//! --test expected` writes them anew.
//!
//! needs: nothing

use expect_test::expect_file;
use std::path::{Path, PathBuf};
use test_support::folder::Folder;

/// The text equals the file `tests/expected/NAME`.
#[track_caller]
fn is_in_file(name: &str, text: &str) {
    assert!(!text.is_empty(), "nothing was printed for {name}");
    expect_file![file(name)].assert_eq(text);
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name)
}

fn stdout(arguments: &[&str]) -> String {
    let answer = Folder::with(&[]).run(arguments);
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""), "{arguments:?}");
    answer.stdout
}

/// The entries that the program's own help lists.
fn entries() -> Vec<String> {
    let help = stdout(&["--help"]);
    let (_, listed) = help.split_once("Commands:\n").expect("a list of commands");
    let (listed, _) = listed.split_once("\n\n").expect("an end of the list");
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let is_entry = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    listed.lines().filter(is_entry).filter_map(first).filter(|entry| entry != "help").collect()
}

#[test]
fn help_is_as_reviewed() {
    is_in_file("help.txt", &stdout(&["--help"]));
    let entries = entries();
    assert!(entries.len() > 5, "{entries:?}");
    for entry in entries {
        is_in_file(&format!("help-{entry}.txt"), &stdout(&[&entry, "--help"]));
    }
}

#[test]
fn json_is_as_reviewed() {
    let files = [
        ("refused.yaml", "prometheus:\n  server:\n    auth:\n      type: oauth\n"),
        ("basic.yaml", "prometheus: {server: {auth: {basic: {username: me, password: a-password}}}}\n"),
        ("ignored.yaml", "prometheus: {server: {auth: {type: none, basic: {username: me}}}}\n"),
        ("off.yaml", "prometheus: {enabled: false}\n"),
        ("not-chosen.yaml", "{}\n"),
        ("not-yaml.yaml", "a: 1\nb: *no\n"),
    ];
    let folder = Folder::with(&files);
    let mut all = vec!["check", "-o", "json"];
    all.extend(files.map(|(name, _)| name));
    for (name, arguments, exit_code) in
        [("check-one.json", &["check", "-o", "json", "refused.yaml"][..], 1), ("check-several.json", &all, 2)]
    {
        let answer = folder.run(arguments);
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (exit_code, ""), "{name}");
        is_in_file(name, &answer.stdout);
    }
}

#[test]
fn merged_schemas_are_as_reviewed() {
    for (name, host) in [
        ("schema-empty.json", "{}"),
        (
            "schema-draft-07.json",
            "{\n    \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n    \"properties\": {\"n\": {\"maximum\": 1e3,  \"title\": \"\\u00fc\"}},\n    \"allOf\": [ {\"type\": \"object\"} ],\n    \"definitions\": {\n        \"own\": {}\n    }\n}\n",
        ),
        (
            "schema-2020-12.json",
            "{\n\t\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n\t\"$ref\": \"#/$defs/own\",\n\t\"$defs\": {\"own\": {}}\n}\n",
        ),
    ] {
        let folder = Folder::with(&[("values.schema.json", host)]);
        let answer = folder.run(&["schema", "--into", "values.schema.json"]);
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""), "{name}");
        is_in_file(name, &folder.read("values.schema.json"));
    }
}

/// A file that no test compares any more goes.
#[test]
fn every_file_is_compared() {
    let entries = entries();
    let compared = |name: &str| {
        let entry = name.strip_prefix("help-").and_then(|rest| rest.strip_suffix(".txt"));
        entry.map_or(include_str!("main.rs").contains(&format!("\"{name}\"")), |entry| {
            entries.iter().any(|known| known == entry)
        })
    };
    let folder = std::fs::read_dir(file("")).expect("the folder of expectations");
    for name in folder.map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
    {
        assert!(name == "main.rs" || compared(&name), "{name} belongs to no test");
    }
}
