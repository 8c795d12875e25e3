//! Input that nobody writes by accident ends in an answer, never in a panic.

use std::process::Command;
use test_support::folder::Folder;
use test_support::program::BINARY;

fn exit_code(values: &str) -> i32 {
    let folder = Folder::with(&[("v.yaml", values)]);
    let answer = folder.run(&["check", "v.yaml"]);
    assert_eq!(answer.stderr, "");
    assert!(answer.stdout.lines().count() > 0);
    answer.exit_code
}

#[test]
fn deep_values_are_read_as_deep_as_helm_reads_them() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let below = |depth: usize| format!("a: {}\nprometheus: {{enabled: false}}\n", nested(depth));
    assert_eq!(exit_code(&below(9_000)), 0);
    assert_eq!(exit_code(&below(20_000)), 2);
    let judged = format!("prometheus: {{server: {{auth: {{type: {}}}}}}}\n", nested(9_000));
    assert_eq!(exit_code(&judged), 1);
    let flags = format!("prometheus: {{server: {{extraFlags: {}}}}}\n", nested(9_000));
    assert_eq!(exit_code(&flags), 1);
}

#[test]
fn deep_values_are_read_whatever_the_limit_of_the_stack() {
    let nested = |depth: usize| {
        format!("a: {}{}\nprometheus: {{enabled: false}}\n", "[".repeat(depth), "]".repeat(depth))
    };
    // What is just not deep stays on the first thread, whose stack has the limit.
    let folder =
        Folder::with(&[("v.yaml", &nested(9_000)), ("w.yaml", &nested(60)), ("x.yaml", &nested(70))]);
    for limit in ["-s 512", "-S -s 4096", "-S -s unlimited", "-s 100000"] {
        let run = Command::new("sh")
            .args(["-c", &format!("ulimit {limit} && exec \"$0\" check w.yaml v.yaml x.yaml"), *BINARY])
            .current_dir(folder.path())
            .output()
            .expect("a shell");
        let ended = (run.status.code(), run.stderr.is_empty());
        assert_eq!(ended, (Some(0), true), "{limit}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn brackets_without_end_are_not_read_to_the_end() {
    // Helm's own reader gives up at the same level.
    for (open, column) in
        [("[", 10_001), ("- ", 20_001), ("{a: ", 40_001), ("[a: ", 20_001), ("? ", 20_001), ("[\n", 1)]
    {
        let folder = Folder::with(&[("v.yaml", &(open.repeat((10 << 20) / open.len()) + "\n"))]);
        let line = if open.contains('\n') { 10_001 } else { 1 };
        let reported = format!(
            "v.yaml:{line}:{column}: could not tell: lists and tables are more than 10000 deep in each other; flatten them\n"
        );
        folder.run(&["check", "v.yaml"]).is(2, &reported, "");
        folder.run(&["check", "--helm-version", "3.21", "v.yaml"]).is(2, &reported, "");
    }
}

#[test]
fn deep_values_are_printed() {
    let depth = 5_000;
    let values = format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    let answer = Folder::with(&[("v.yaml", &values)]).run(&["check", "--print-values", "v.yaml"]);
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""));
    assert_eq!(answer.stdout.matches('[').count(), depth + 2, "and the lists of flags and of ports");
}

#[test]
fn what_is_no_file_in_a_chart_is_not_waited_for() {
    let folder = crate::charts::folder(&crate::charts::below("chart", crate::charts::trento()));
    let pipe = folder.path().join("chart/.helmignore");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    folder.write("v.yaml", "");
    let message =
        "chart/.helmignore: could not tell: chart/.helmignore is not a file; take it out of the chart\n";
    folder.run(&["check", "--chart", "chart", "v.yaml"]).is(2, message, "");
}

#[test]
fn aliases_of_aliases_are_not_expanded_without_end() {
    let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    let level = |level: usize| format!("a{level}: &a{level} [{}]\n", format!("*a{}, ", level - 1).repeat(10));
    let bomb: String = std::iter::once(first).chain((1..12).map(level)).collect();
    assert_eq!(exit_code(&bomb), 2);
}

#[test]
fn bytes_that_are_no_text_are_not_told() {
    let folder = Folder::with(&[]);
    for bytes in [&b"\xff\xfe\x00"[..], b"\x00", b"a: \x07", b"a: \xc3\x28", b"\x7fELF\x02\x01\x01\x00"] {
        folder.write("v.yaml", bytes);
        let answer = folder.run(&["check", "v.yaml"]);
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (2, ""), "{bytes:?}: {}", answer.stdout);
    }
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let folder = Folder::with(&[("a\x1b[2J\n.yaml", "")]);
    let answer = folder.run(&["check", "a\x1b[2J\n.yaml"]);
    assert!(answer.stdout.starts_with("a?[2J?.yaml: refused: "), "{}", answer.stdout);
}

/// Helm 3 knows one version of YAML, Helm 4 takes no such line at all.
#[test]
fn a_directive_gets_a_sentence_that_is_true_of_each_helm() {
    let unknown = "the %YAML line asks for a version that Helm does not know; delete it";
    let alone = "a line that begins with % has no document below it, and Helm 4 finds none after three dashes, since it reads what follows them by itself; delete it";
    for (line, helm_3, helm_4) in [
        ("%YAML 1.1", None, alone),
        ("%YAML 1.2", Some(unknown), alone),
        ("%YAML 1.0", Some(unknown), unknown),
        ("%YAML 2.0", Some(unknown), unknown),
        ("%TAG ! tag:example.org,2000:", None, alone),
    ] {
        let text = format!("# note\n{line}\n---\nprometheus: {{server: {{auth: {{type: none}}}}}}\n");
        let folder = Folder::with(&[("v.yaml", &text), ("bare.yaml", &text.replace("---", "# none"))]);
        let first = |version, file| {
            let answer = folder.run(&["check", "--helm-version", version, file]);
            answer.stdout.lines().next().expect("an answer").to_owned()
        };
        for version in ["3.12", "3.21"] {
            let expected = helm_3.map_or_else(
                || "v.yaml: accepted; the receiver is open to anyone".to_owned(),
                |message| format!("v.yaml:2:1: could not tell: {message}"),
            );
            assert_eq!(first(version, "v.yaml"), expected, "{line}, Helm {version}");
        }
        assert_eq!(first("4.2", "v.yaml"), format!("v.yaml:2:1: could not tell: {helm_4}"), "{line}");
        for version in ["3.12", "4.2"] {
            assert_eq!(
                first(version, "bare.yaml"),
                format!("bare.yaml:2:1: could not tell: {}", if helm_4 == alone { alone } else { unknown }),
                "{line}"
            );
        }
        // Without the line all take it.
        let folder = Folder::with(&[("v.yaml", &text.replace(line, ""))]);
        for version in ["3.12", "3.21", "4.2"] {
            assert_eq!(folder.run(&["check", "--helm-version", version, "v.yaml"]).exit_code, 0, "{line}");
        }
    }
}
