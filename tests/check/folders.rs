//! Folders as arguments, `--quiet`, and progress on a terminal.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use test_support::folder::Folder;
use test_support::program::{Answer, BINARY};

const OFF: &str = "prometheus: {enabled: false}\n";
const SILENT: &str = "{}\n";
const WARNED: &str = "prometheus: {server: {auth: {type: none, basic: {username: me}}}}\n";

/// The files that were judged, in the order of the answer.
fn judged(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let answer = folder.run(&[&["check", "-o", "json"][..], arguments].concat());
    assert_eq!(answer.stderr, "");
    let whole: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
    let all = whole.as_array().expect("a list");
    all.iter().map(|one| one["file"].as_str().expect("a name").to_owned()).collect()
}

/// The others are judged, named in the folder or by themselves.
#[test]
fn one_name_that_is_not_utf8_is_not_the_end() {
    let folder = Folder::new();
    folder.write("in/a.yaml", OFF);
    folder.write("in/c.yaml", SILENT);
    let odd = OsStr::from_bytes(b"in/b\xff.yaml");
    fs::write(folder.path().join(odd), OFF).expect("a file");
    let in_a_folder = [OsStr::new("in")];
    let by_themselves = [OsStr::new("in/a.yaml"), odd, OsStr::new("in/c.yaml")];
    for arguments in [&in_a_folder[..], &by_themselves] {
        let mut command = Command::new(*BINARY);
        command.current_dir(folder.path()).args(["check", "-o", "json"]).args(arguments);
        let answer = Answer::from(command.output().expect("starts"));
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (2, ""));
        let whole: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
        let verdicts: Vec<&str> = whole
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["verdict"].as_str().expect("one"))
            .collect();
        assert_eq!(verdicts, ["accepted", "unknown", "refused"], "{}", answer.stdout);
        assert!(
            whole[1].to_string().contains("the name of the file is not UTF-8, so it was not read; rename it"),
            "{}",
            answer.stdout
        );
    }
}

#[test]
fn a_folder_is_its_yaml_files_in_one_order() {
    let names = [
        "b.yaml",
        "a/z.yml",
        "a/b/c.yaml",
        "a.yaml",
        "a/B.yaml",
        "notes.txt",
        "x.yaml.gz",
        "YAML.YAML",
        ".hidden.yaml",
        ".git/config.yaml",
        "a/.github/w.yaml",
        "yaml",
    ];
    let folder = Folder::new();
    for name in names {
        folder.write(&format!("in/{name}"), OFF);
    }
    let found = ["in/a/B.yaml", "in/a/b/c.yaml", "in/a/z.yml", "in/a.yaml", "in/b.yaml"];
    assert_eq!(judged(&folder, &["in"]), found);
    assert_eq!(judged(&folder, &["in/"]), found);
    assert_eq!(judged(&folder, &["."]), found);
    assert_eq!(
        judged(&folder, &["in/yaml", "in/a"]),
        ["in/yaml", "in/a/B.yaml", "in/a/b/c.yaml", "in/a/z.yml"]
    );
    // One that is named is wanted.
    folder.write("in/.git/more.yaml", OFF);
    assert_eq!(judged(&folder, &["in/.git"]), ["in/.git/config.yaml", "in/.git/more.yaml"]);
}

#[test]
fn links_are_followed_to_files_alone() {
    let folder = Folder::with(&[("real.yaml", OFF), ("in/a.yaml", OFF), ("other/b.yaml", OFF)]);
    let link = |target: &str, name: &str| symlink(target, folder.path().join(name)).expect("a link");
    link("../real.yaml", "in/link.yaml");
    link("..", "in/round");
    link("../other", "in/folder.yaml");
    assert_eq!(judged(&folder, &["in"]), ["in/a.yaml", "in/link.yaml"]);
    // One that leads nowhere is a file that nobody could look at.
    link("nowhere", "in/z.yaml");
    let answer = folder.run(&["check", "in"]);
    assert_eq!(answer.exit_code, 2);
    assert!(answer.stdout.contains("in/z.yaml: could not tell: "), "{}", answer.stdout);
}

#[test]
fn a_pipe_in_a_folder_holds_nothing_up() {
    let folder = Folder::with(&[("in/a.yaml", OFF), ("in/c.yaml", OFF)]);
    pipe(&folder, "in/b.yaml");
    assert_eq!(judged(&folder, &["in"]), ["in/a.yaml", "in/c.yaml"]);
}

#[test]
fn the_worst_of_a_folder_is_its_exit_code() {
    let folder = Folder::with(&[("in/a.yaml", OFF), ("in/b.yaml", SILENT)]);
    assert_eq!(folder.run(&["check", "in"]).exit_code, 1);
    folder.write("in/c.yaml", "- 1\n");
    assert_eq!(folder.run(&["check", "in"]).exit_code, 2);
}

#[test]
fn a_folder_without_yaml_is_a_mistake() {
    let folder = Folder::with(&[("in/.a.yaml", OFF), ("in/b.txt", OFF)]);
    folder.run(&["check", "in"]).is(
        2,
        "",
        "remote-write-auth: the folder in has no YAML file in it; name a folder with files ending in .yaml or .yml\n",
    );
}

#[test]
fn a_folder_that_cannot_be_read_is_no_silence() {
    // Root may read everything: a link that leads round is a folder that nobody reads.
    let folder = Folder::new();
    symlink("round", folder.path().join("round")).expect("a link");
    let answer = folder.run(&["check", "round"]);
    assert_eq!(answer.exit_code, 2);
    assert!(answer.stdout.starts_with("round: could not tell: "), "{}", answer.stdout);
}

#[test]
fn quiet_says_what_is_refused_and_what_is_not_known() {
    let folder =
        Folder::with(&[("a.yaml", OFF), ("b.yaml", WARNED), ("c.yaml", SILENT), ("d.yaml", "- 1\n")]);
    folder.run(&["check", "--quiet", "a.yaml"]).is(0, "", "");
    folder.run(&["check", "-q", "a.yaml", "b.yaml"]).is(0, "", "");
    let answer = folder.run(&["check", "-q", "."]);
    let kinds: Vec<&str> = answer.stdout.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!((answer.exit_code, kinds), (2, vec!["refused", "could not tell"]));
    folder.run(&["check", "-q", "-o", "github", "b.yaml"]).is(0, "", "");
    let json = folder.run(&["check", "-q", "-o", "json", "b.yaml"]).stdout;
    assert!(json.contains("\"verdict\":\"accepted\"") && json.contains("\"warnings\":[]"), "{json}");
}

#[test]
fn quiet_rendered_objects_are_judged_all_the_same() {
    let pod = "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: prom/prometheus, args: [--web.enable-remote-write-receiver]}]}\n";
    let folder = Folder::with(&[("o.yaml", pod)]);
    let loud = folder.run(&["check", "--rendered", "o.yaml"]);
    assert_eq!(loud.exit_code, 0);
    assert!(loud.stdout.contains("accepted"), "{}", loud.stdout);
    folder.run(&["check", "-q", "--rendered", "o.yaml"]).is(0, "", "");
    let strict = folder.run(&["check", "-q", "--strict", "--rendered", "o.yaml"]);
    assert_eq!(strict.exit_code, 1, "{}", strict.stdout);
}

fn pipe(folder: &Folder, name: &str) {
    let made = Command::new("mkfifo").arg(folder.path().join(name)).status().expect("mkfifo starts");
    assert!(made.success());
}

/// What a terminal shows while a file comes after `delay`, by a pipe.
fn on_a_terminal(arguments: &str, delay: Duration) -> String {
    let folder = Folder::with(&[("a.yaml", OFF)]);
    pipe(&folder, "slow");
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{} check {arguments} a.yaml slow", *BINARY), "/dev/null"]);
    command.current_dir(folder.path()).env("TERM", "xterm").env("NO_COLOR", "1");
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("script starts");
    std::thread::sleep(delay);
    fs::write(folder.path().join("slow"), OFF).expect("somebody reads");
    Answer::from(child.wait_with_output().expect("its output")).stdout
}

#[test]
fn progress_is_shown_after_a_second_and_goes() {
    let begin = Instant::now();
    let shown = on_a_terminal("", Duration::from_millis(1800));
    assert!(begin.elapsed() > Duration::from_secs(1));
    assert!(shown.contains("\r1 of 2 judged"), "{shown:?}");
    assert!(shown.contains("\r\x1b[K2 judged: 2 accepted"), "{shown:?}");
    let quick = on_a_terminal("", Duration::ZERO);
    assert_eq!(quick, "2 judged: 2 accepted, 0 refused, 0 could not be judged\r\n");
}

#[test]
fn progress_is_not_shown_quietly_or_to_a_file() {
    let delay = Duration::from_millis(1500);
    assert_eq!(on_a_terminal("--quiet", delay), "");
    assert_eq!(
        on_a_terminal("2>errors", delay),
        "2 judged: 2 accepted, 0 refused, 0 could not be judged\r\n"
    );
}
