//! The one list of codes: what is printed, documented and explained is what it has.
//!
//! needs: nothing

use remote_write_auth::policy::codes::{self, ActionPluginCode, CodeEntry, Kind, Part};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use test_support::folder::Folder;
use test_support::program::Answer;

const README: &str = include_str!("../README.md");
const ANSIBLE_DOC: &str = include_str!("../ansible/plugins/modules/remote_write_auth.py");
const ACTION_PLUGIN: &str = include_str!("../ansible/plugins/action/remote_write_auth.py");
const POLICY: &str = include_str!("../helm-schema/values.schema.json");

fn explain(arguments: &[&str]) -> Answer {
    let arguments: Vec<&str> = ["explain"].iter().chain(arguments).copied().collect();
    Folder::with(&[]).run(&arguments)
}

fn as_json(arguments: &[&str]) -> Value {
    let answer = explain(&[arguments, &["-o", "json"]].concat());
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""));
    serde_json::from_str(&answer.stdout).expect("one JSON document")
}

/// The codes of the list that `wanted` wants.
fn listed(wanted: impl Fn(&CodeEntry) -> bool) -> BTreeSet<String> {
    codes::all().filter(|entry| wanted(entry)).map(|entry| entry.code.to_owned()).collect()
}

/// Each text that stands between `before` and `after` and looks like a code.
fn between(text: &str, before: &str, after: char) -> Vec<String> {
    let letter = |c: char| c.is_ascii_lowercase() || c == '-';
    text.match_indices(before)
        .filter_map(|(at, _)| Some(text[at + before.len()..].split_once(after)?.0))
        .filter(|found| !found.is_empty() && found.chars().all(letter))
        .map(str::to_owned)
        .collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the tree") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn each_code_stands_in_the_readme_once() {
    let cells =
        README.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    let found: Vec<String> = cells.flat_map(|cell| between(cell, "`", '`')).collect();
    let codes: Vec<&String> = found.iter().filter(|code| code.contains('-') || *code == "locked").collect();
    let once: BTreeSet<String> = codes.iter().map(|code| (*code).clone()).collect();
    assert_eq!(once, listed(|_| true));
    assert_eq!(codes.len(), once.len(), "a code stands twice: {codes:?}");
}

#[test]
fn ansible_doc_names_the_codes_that_a_task_can_see() {
    let of_a_task = |part| matches!(part, Part::Policy | Part::Module | Part::ActionPlugin);
    let mut wanted = listed(|entry| of_a_task(entry.part) && entry.kind == Kind::Refusal);
    assert!(wanted.remove("ingress-not-guarded"), "the module has no option for an Ingress");
    assert!(wanted.remove("edge-not-chosen"), "nor for the edge of a chart");
    assert!(wanted.remove("secret-not-mounted"), "nor for a volume");
    // Of values a warning, of nginx a refusal; they have one page.
    assert!(wanted.insert("auth-bypassed".to_owned()), "it is listed among the warnings");
    let (_, rest) = ANSIBLE_DOC.split_once("\ncode:\n").expect("the code that is returned");
    let (description, _) = rest.split_once("returned:").expect("when it is");
    assert_eq!(BTreeSet::from_iter(between(description, "V(", ')')), wanted);
}

#[test]
fn ansible_doc_names_the_warnings_that_a_task_can_see() {
    let mut wanted = listed(|entry| entry.part == Part::Module && entry.kind == Kind::Warning);
    wanted.insert("credentials-ignored".to_owned());
    let (_, rest) = ANSIBLE_DOC.split_once("\nfindings:\n").expect("the warnings that are returned");
    let (description, _) = rest.split_once("sample:").expect("an example");
    let (_, description) = description.split_once("or one of").expect("the codes of refusals and these");
    assert_eq!(BTreeSet::from_iter(between(description, "V(", ')')), wanted);
}

#[test]
fn the_action_plugin_has_its_codes_and_no_other() {
    let own: BTreeSet<String> = ActionPluginCode::ALL.iter().map(ToString::to_string).collect();
    let in_quotes = between(ACTION_PLUGIN, "\"", '"').into_iter();
    let mut found: BTreeSet<String> =
        in_quotes.filter(|text| text.contains('-') && !text.ends_with('-')).collect();
    assert!(found.remove("version-differs"), "the plugin asks for the module's answer to another version");
    found.remove("remote-write-auth");
    assert_eq!(found, own);
}

/// A message that was written by hand with its code.
#[test]
fn no_source_prints_a_code_that_is_not_listed() {
    let mut sources = Vec::new();
    for folder in ["src", "ansible/plugins", "helm-schema/templates"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    let mut texts: Vec<String> = sources.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    texts.push(POLICY.to_owned());
    let found: BTreeSet<String> = texts.iter().flat_map(|text| between(text, " [", ']')).collect();
    let all = listed(|_| true);
    let unknown: Vec<&String> =
        found.iter().filter(|code| code.contains('-') && code.len() > 5 && !all.contains(*code)).collect();
    assert!(unknown.is_empty() && found.len() > 10, "{unknown:?}");
}

#[test]
fn without_a_code_all_are_listed_with_a_line_each() {
    let text = explain(&[]);
    assert_eq!((text.exit_code, text.stderr.as_str()), (0, ""));
    for CodeEntry { code, summary, .. } in codes::all() {
        let lines = text.stdout.lines().filter(|line| line.split_whitespace().next() == Some(code));
        assert!(lines.clone().all(|line| line.ends_with(summary)), "{code}");
        assert_eq!(lines.count(), 1, "{code}");
    }
    let list = as_json(&[]);
    let codes: BTreeSet<String> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["code"].as_str().expect("a code").to_owned())
        .collect();
    assert_eq!(codes, listed(|_| true));
    assert_eq!(
        list[0],
        json!({"code": "auth-not-chosen", "part": "policy", "kind": "refusal", "summary": "the receiver is on and nothing says who may write"})
    );
}

#[test]
fn a_code_is_explained_in_full() {
    explain(&["locked"]).is(
        0,
        "locked: another run holds the locks of the folders\nA refusal of the module.\n\nAnother run held the lock of a folder for 30 seconds. Nothing was touched. Root's locks are in /run/remote-write-auth,\nwhere only root can hold one.\n\nWith Ansible:\n\nRun the task again once the other run has ended.\n",
        "",
    );
    assert_eq!(
        as_json(&["auth-has-wrong-shape"]),
        json!({
            "code": "auth-has-wrong-shape",
            "part": "policy",
            "kind": "refusal",
            "summary": "auth or basic is not a table",
            "explanation": "auth and auth.basic are tables. A text in their place says nothing that Helm's templates could read.",
            "example": "prometheus:\n  server:\n    auth: none\n",
            "better": "prometheus:\n  server:\n    auth:\n      type: none\n",
            "ansible": "Does not come up: the options are flat.",
            "helm": "Write the type one level further in.",
        })
    );
}

/// The codes that the entry the example is for answers it with.
fn answered(example: &str) -> BTreeSet<String> {
    let codes = |entries: &Value| -> BTreeSet<String> {
        let entries = entries.as_array().into_iter().flatten();
        entries.filter_map(|entry| entry["code"].as_str().map(str::to_owned)).collect()
    };
    let folder = Folder::with(&[]);
    if example.starts_with("remote_write_auth:\n") {
        let mut task: Value = serde_yaml::from_str(example).expect("a task's options");
        let options = task["remote_write_auth"].take();
        let mut asked = options.as_object().expect("a table").clone();
        asked.insert("state".into(), json!("validated"));
        let answer = folder.run_with_input(&["-"], &Value::Object(asked).to_string());
        let answer: Value = serde_json::from_str(&answer.stdout).expect("one JSON object");
        let mut found = codes(&answer["refusals"]);
        for warning in answer["warnings"].as_array().into_iter().flatten() {
            found.extend(between(warning.as_str().expect("a text"), " [", ']'));
        }
        return found;
    }
    let answer = folder.run_with_input(&["check", "-o", "json", "-"], example);
    let list: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
    codes(&list[0]["refusals"]).union(&codes(&list[0]["warnings"])).cloned().collect()
}

#[test]
fn each_example_is_answered_with_its_code_and_the_better_one_is_not() {
    let mut without = Vec::new();
    for CodeEntry { code, .. } in codes::all() {
        let page = as_json(&[code]);
        let (Some(example), Some(better)) = (page["example"].as_str(), page["better"].as_str()) else {
            without.push(*code);
            continue;
        };
        assert!(answered(example).contains(*code), "{code}: {:?}", answered(example));
        assert_eq!(answered(better), BTreeSet::new(), "{code}");
    }
    // What depends on a host, a cluster or another program has no example in a few lines.
    assert!(
        without.iter().all(|code| !code.starts_with("auth-") && !code.starts_with("option-")),
        "{without:?}"
    );
    assert_eq!(codes::all().count() - without.len(), 29, "{without:?}");
}

#[test]
fn an_unknown_code_is_answered_with_the_nearest() {
    let answer = explain(&["pasword-missing"]);
    assert_eq!((answer.exit_code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("the nearest is password-missing,"), "{}", answer.stderr);
}

#[test]
fn completions_know_the_codes() {
    let script = Folder::with(&[]).run(&["completions", "bash"]).stdout;
    for CodeEntry { code, .. } in codes::all() {
        assert!(script.contains(code), "{code}");
    }
}
