//! Names that would steer a terminal, or be a command to GitHub's runner: of
//! files, charts, keys and releases, in each form.

use serde_json::Value;
use std::process::Command;
use test_support::folder::Folder;
use test_support::program::{Answer, BINARY};

/// Each with what it looks like in a text.
const STRANGE: &[(&str, &str)] = &[
    ("::error::x", "?:error::x"),
    (" ::stop-commands::x", "?:stop-commands::x"),
    ("a\n::error::x", "a?::error::x"),
    ("a\r::error::x", "a?::error::x"),
    ("a\r\n::error::x", "a??::error::x"),
    ("##[add-mask]x", "##?add-mask]x"),
    ("a\x1b[2Jx", "a?[2Jx"),
    ("a\x1b]0;title\x07x", "a?]0;title?x"),
    ("a\u{9b}2Jx", "a?2Jx"),
    ("a\u{85}x", "a?x"),
    ("a\u{202e}x", "a?x"),
    ("a\u{2066}x", "a?x"),
    ("a\u{2028}::error::x", "a?::error::x"),
    ("a\tb\u{8}\u{7f}x", "a?b??x"),
    ("a%0A::error::x,y:z", "a%0A::error::x,y:z"),
    ("ä-ß-漢", "ä-ß-漢"),
];

/// Accepted, refused, not to be read, with a warning, and not there.
const VALUES: &[&str] = &[
    "prometheus: {server: {auth: {type: none}}}\n",
    "prometheus: {server: {auth: {type: oauth}}}\n",
    "a: *b\n",
    "prometheus: {server: {auth: {type: none, basic: {username: me}}}}\n",
];

/// No stream has a line that is a command, nor a letter that steers, but for
/// the commands that `github` is asked for.
#[track_caller]
fn steers_nothing(answer: &Answer, commands: bool) {
    for stream in [&answer.stdout, &answer.stderr] {
        let letters = stream.chars().filter(|letter| *letter != '\n');
        let steers = |letter: char| letter.is_control() || "\u{202e}\u{2066}\u{2028}".contains(letter);
        assert_eq!(letters.filter(|letter| steers(*letter)).collect::<String>(), "", "{stream:?}");
        assert!(commands || !stream.contains("##["), "{stream}");
        for line in stream.lines() {
            let command = line.trim_start().strip_prefix("::");
            let asked = |rest: &str| ["error ", "warning ", "notice "].iter().any(|it| rest.starts_with(it));
            assert!(command.is_none_or(|rest| commands && asked(rest)), "{stream}");
        }
    }
}

/// Each form of an answer about what `arguments` name; it is the text.
#[track_caller]
fn in_each_form(folder: &Folder, arguments: &[&str]) -> String {
    let run = |form| folder.run(&[&["check", "-o", form][..], arguments].concat());
    let (text, json, github) = (run("text"), run("json"), run("github"));
    steers_nothing(&text, false);
    steers_nothing(&json, false);
    steers_nothing(&github, true);
    for form in ["sarif", "junit"] {
        steers_nothing(&run(form), false);
    }
    let _: Value = serde_json::from_str(&json.stdout).expect("one JSON document");
    steers_nothing(&folder.run(&[&["check", "--print-values"][..], arguments].concat()), false);
    text.stdout
}

#[test]
fn a_file_of_a_strange_name_is_only_named() {
    for (name, shown) in STRANGE {
        for values in VALUES {
            let folder = Folder::with(&[(name, values), ("plain.yaml", values)]);
            let text = in_each_form(&folder, &[name]);
            assert!(text.starts_with(shown), "{text}");
            in_each_form(&folder, &[name, "plain.yaml"]);
            in_each_form(&folder, &["-f", "plain.yaml", "--set-file", &format!("a={name}/not-there")]);
            in_each_form(&folder, &["--release-values", name]);
        }
        let text = in_each_form(&Folder::with(&[]), &[name]);
        assert!(text.starts_with(shown), "{text}");
    }
}

#[test]
fn json_says_a_strange_name_as_it_is() {
    for (name, _) in STRANGE {
        let answer = Folder::with(&[(name, VALUES[1])]).run(&["check", "-o", "json", name]);
        let reported: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
        assert_eq!(reported[0]["refusals"][0]["file"], **name);
    }
}

#[test]
fn githubs_runner_gets_a_strange_name_back() {
    for (name, reported) in [
        ("::error::x", "file=%3A%3Aerror%3A%3Ax,"),
        ("a\n::error::x", "file=a%0A%3A%3Aerror%3A%3Ax,"),
        ("a\r%0A,x", "file=a%0D%250A%2Cx,"),
        ("a\x1b[2Jx", "file=a?[2Jx,"),
    ] {
        let answer = Folder::with(&[(name, VALUES[1])]).run(&["check", "-o", "github", name]);
        assert!(answer.stdout.starts_with(&format!("::error {reported}line=1,")), "{}", answer.stdout);
        assert_eq!(answer.stdout.lines().count(), 1);
    }
}

#[test]
fn a_chart_of_a_strange_name_is_only_named() {
    for (name, _) in STRANGE {
        let quoted = serde_json::to_string(name).expect("a text");
        for (chart, values) in [
            (format!("apiVersion: v2\nname: {quoted}\nversion: 1.0.0\n"), "prometheus: {}\n"),
            (format!("apiVersion: v2\nname: {quoted}\nversion: 1.0.0\n"), "a: *b\n"),
            (format!("apiVersion: v2\nname: {quoted}\nversion: [1]\n"), ""),
            (format!("apiVersion: v2\nname: {quoted}\nversion: 1.0.0\ntype: library\n"), ""),
            (
                format!(
                    "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{{name: {quoted}, version: '1'}}]\n"
                ),
                "",
            ),
        ] {
            let folder = Folder::with(&[]);
            folder.write(&format!("{name}/Chart.yaml"), chart);
            folder.write(&format!("{name}/values.yaml"), values);
            folder.write(
                &format!("{name}/charts/prometheus/Chart.yaml"),
                "apiVersion: v2\nname: prometheus\nversion: 1.0.0\n",
            );
            folder.write(&format!("{name}/charts/prometheus/values.yaml"), "server: {auth: {type: oauth}}\n");
            folder.write("v.yaml", "a: 1\n");
            in_each_form(&folder, &["--chart", name]);
            in_each_form(&folder, &["-f", "v.yaml", "--chart", name]);
            in_each_form(
                &folder,
                &["-f", "v.yaml", "--chart", name, "--old-chart", name, "--release-values", "v.yaml"],
            );
        }
    }
}

#[test]
fn a_key_of_a_strange_name_is_only_named() {
    for (name, _) in STRANGE {
        let key = serde_json::to_string(name).expect("a text");
        for values in [
            format!("{key}: {{a: 1}}\n"),
            format!("prometheus: {{server: {{{key}: 1, auth: {{{key}: 1}}}}}}\n"),
            format!("prometheus: {{server: {{auth: {{basic: {{{key}: 1}}}}}}}}\n"),
            "prometheus: {server: {auth: {basic: {\"usern\\x1bme\": 1, \"passw\\u202erd\": a}}}}\n"
                .to_owned(),
            format!("prometheus: {{server: {{extraArgs: {{{key}: 1}}, extraFlags: [{key}]}}}}\n"),
        ] {
            let folder = Folder::with(&[("v.yaml", &values)]);
            in_each_form(&folder, &["v.yaml"]);
        }
    }
}

#[test]
fn a_schema_of_a_strange_name_is_only_named() {
    for (name, _) in STRANGE {
        for content in [Some("{}\n"), Some("["), None] {
            let folder = Folder::with(&[]);
            if let Some(content) = content {
                folder.write(name, content);
            }
            for _ in 0..2 {
                let mut command = Command::new(*BINARY);
                let answer = command.args(["schema", "--into", name]).current_dir(folder.path()).output();
                steers_nothing(&answer.expect("the binary starts").into(), false);
            }
        }
    }
}
