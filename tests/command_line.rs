//! The command line itself: help, completions, and mistakes that repeat nothing.
//!
//! needs: nothing

use std::process::{Command, Stdio};
use test_support::folder::Folder;
use test_support::program::{Answer, BINARY};

const CANARY: &str = "hunter2-canary";

fn run(arguments: &[&str]) -> Answer {
    Folder::with(&[]).run(arguments)
}

#[test]
fn every_entry_has_help_with_examples() {
    for entry in
        ["check", "schema", "explain", "hook", "htpasswd", "guard", "verify", "probe", "completions", "man"]
    {
        let answer = run(&[entry, "--help"]);
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""), "{entry}");
        let usage = format!("Usage: remote-write-auth {entry} ");
        assert!(answer.stdout.contains(&usage), "{}", answer.stdout);
        let example = format!("Examples:\n  remote-write-auth {entry} ");
        assert!(answer.stdout.contains(&example), "{}", answer.stdout);
        assert!(!answer.stdout.contains('\x1b'), "{}", answer.stdout);
    }
    assert!(run(&["--help"]).stdout.contains("Examples:\n  remote-write-auth check values.yaml\n"));
}

#[test]
fn the_version_is_the_packages() {
    run(&["--version"]).is(0, &format!("remote-write-auth {}\n", env!("CARGO_PKG_VERSION")), "");
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let answer = run(&["completions", shell]);
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""), "{shell}");
        assert!(answer.stdout.contains("helm-version"), "{shell}");
    }
}

#[test]
fn the_completions_for_bash_are_a_script() {
    let script = run(&["completions", "bash"]).stdout;
    let status = Command::new("bash").args(["-n", "-c", &script]).status().expect("bash starts");
    assert!(status.success());
}

#[test]
fn bash_completes_what_follows_an_entry() {
    let script = run(&["completions", "bash"]).stdout;
    for (words, last, wanted) in [
        ("remote-write-auth che", 1, "check"),
        ("remote-write-auth check --helm", 2, "--helm-version"),
        ("remote-write-auth explain auth-not", 2, "auth-not-chosen"),
        ("remote-write-auth check -o sar", 3, "sarif"),
    ] {
        let asked = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD={last}; COMPREPLY=()\n\
             $(complete -p remote-write-auth | grep -oE '_remote[a-z_]*') remote-write-auth \
             \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{last} - 1]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        let answer = Command::new("bash").args(["--norc", "-c", &asked]).output().expect("bash starts");
        assert_eq!(String::from_utf8_lossy(&answer.stdout), format!("{wanted}\n"), "{words}");
    }
}

/// Debian's man is not everywhere; what each page must have is looked for in its text.
#[test]
fn a_man_page_is_written_for_the_program_and_each_entry() {
    let folder = Folder::with(&[("man1/other.1", "kept")]);
    folder.run(&["man", "man1"]).is(0, "man1 has 11 man pages now\n", "");
    let page = folder.read("man1/remote-write-auth-check.1");
    for wanted in [".TH remote-write-auth-check 1", "\\-\\-helm\\-version", "Exit code: 0 accepted"] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }
    assert!(folder.read("man1/remote-write-auth.1").contains("remote\\-write\\-auth\\-htpasswd(1)"));
    assert_eq!(folder.read("man1/other.1"), "kept");
    folder.run(&["man", "man1"]).is(0, "man1 has 11 man pages now\n", "");
    assert_eq!(folder.read("man1/remote-write-auth-check.1"), page);
}

#[test]
fn man_pages_go_only_into_a_folder_that_is_there() {
    let folder = Folder::with(&[("file", "")]);
    let message = "there is no folder nowhere; make it, then run this again";
    folder.run(&["man", "nowhere"]).is(2, "", &format!("remote-write-auth: {message}\n"));
    folder.run(&["man", "file"]).is(
        2,
        "",
        "remote-write-auth: there is no folder file; make it, then run this again\n",
    );
}

#[test]
fn a_mistake_is_one_message_and_exit_code_2() {
    for (arguments, message) in [
        (
            &[][..],
            "nothing was asked for; write one of check, schema, explain, hook, htpasswd, guard, verify, probe, completions, man, or --help",
        ),
        (
            &["values.yaml"],
            "the first word is not an entry of this program; write one of check, schema, explain, hook, htpasswd, guard, verify, probe, completions, man",
        ),
        (
            &["check"],
            "nothing is there to be judged; name a values file, or - for standard input, or --chart",
        ),
        (&["check", "--ouput", "json"], "there is no option --ouput; write --output"),
        (&["check", "--into", "x"], "--into is an option of another entry; see --help"),
        (&["schema", "x"], "an argument is neither an option that exists here nor a file; see --help"),
        (
            &["check", "-o", "yaml"],
            "--output <FORMAT> has a value that it does not take; write one of text, json, github, sarif, junit",
        ),
        (&["check", "-o"], "--output <FORMAT> has no value; write one of text, json, github, sarif, junit"),
        (
            &["check", "--helm-version", "2.17", "x"],
            "--helm-version <VERSION> has a value that it does not take; write a version of Helm 3 or 4, such as 3.21 or 4.2.4",
        ),
        (&["check", "--reuse-values", "x"], "--release-values <FILE> is missing; see --help"),
        (
            &["check", "--print-values", "-o", "json", "x"],
            "--print-values cannot stand beside --output <FORMAT>; leave one of them out",
        ),
        (
            &["explain", "auth-not-choosen"],
            "[CODE] has a value that it does not take; the nearest is auth-not-chosen, and without a value all are listed",
        ),
        (
            &["completions", "tcsh"],
            "<SHELL> has a value that it does not take; write one of bash, elvish, fish, powershell, zsh",
        ),
        (
            &["check", "-", "-f", "-"],
            "standard input is named more than once; it can be read once, so name files in the other places",
        ),
    ] {
        run(arguments).is(2, "", &format!("remote-write-auth: {message}\n"));
    }
}

#[test]
fn what_was_typed_is_never_repeated() {
    let with_dashes = format!("--{CANARY}");
    let as_value = format!("--outptu={CANARY}");
    let of_format = format!("--output={CANARY}");
    let short = format!("-x{CANARY}");
    for arguments in [
        &[CANARY][..],
        &["check", &with_dashes],
        &["check", &as_value],
        &["check", &of_format],
        &["check", &short],
        &["check", "--helm-version", CANARY, "x"],
        &["check", "--reset-values", &with_dashes, CANARY],
        &["check", "x", "--print-values=hunter2-canary"],
        &["schema", CANARY],
        &["schema", "--into", "a", CANARY],
        &["completions", CANARY],
        &["explain", CANARY],
    ] {
        let answer = run(arguments);
        assert_eq!((answer.exit_code, answer.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!answer.stderr.contains("hunter2"), "{}", answer.stderr);
        assert_eq!(answer.stderr.lines().count(), 1, "{}", answer.stderr);
    }
}

#[test]
fn an_argument_that_is_not_unicode_is_a_mistake_and_no_panic() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let output =
        Command::new(*BINARY).args(["check", "-f"]).arg(OsStr::from_bytes(b"\xff")).output().expect("starts");
    Answer::from(output).is(2, "", "remote-write-auth: an argument is not UTF-8; see --help\n");
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut child = Command::new(*BINARY)
        .arg("schema")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("its output");
    Answer::from(output).is(0, "", "");
}

#[test]
fn an_answer_that_cannot_be_written_whole_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = Command::new(*BINARY).arg("schema").stdout(full).output().expect("the binary starts");
    let answer = Answer::from(output);
    assert_eq!(answer.exit_code, 2);
    assert!(
        answer.stderr.starts_with("remote-write-auth: the answer could not be written to standard output: ")
    );
}

/// On a terminal that `script` makes.
fn on_a_terminal(no_color: Option<&str>, term: &str) -> String {
    let folder = Folder::with(&[("v.yaml", "prometheus: {enabled: false}\n")]);
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{} check v.yaml", *BINARY), "/dev/null"]).current_dir(folder.path());
    command.env("TERM", term).env_remove("NO_COLOR").stdin(Stdio::null());
    if let Some(value) = no_color {
        command.env("NO_COLOR", value);
    }
    Answer::from(command.output().expect("script starts")).stdout
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let plain = "v.yaml: accepted; the receiver is off\r\n";
    let coloured = "\x1b[1mv.yaml\x1b[0m: \x1b[1;32maccepted\x1b[0m; the receiver is off\r\n";
    assert_eq!(on_a_terminal(None, "xterm"), coloured);
    assert_eq!(on_a_terminal(Some(""), "xterm"), coloured);
    assert_eq!(on_a_terminal(Some("1"), "xterm"), plain);
    assert_eq!(on_a_terminal(None, "dumb"), plain);
}
