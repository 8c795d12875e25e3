//! Each way to fail, with a canary where a credential would be: it comes back
//! in no form.

use test_support::folder::Folder;

pub(crate) const CANARY: &str = "hunter2-canary";

/// Values with the canary in them that do not go through.
pub(crate) const FAILING: &[&str] = &[
    "prometheus: {server: {auth: hunter2-canary}}",
    "prometheus: {server: {auth: {type: hunter2-canary}}}",
    "prometheus: {server: {auth: {basic: hunter2-canary}}}",
    "prometheus: {server: {auth: {basic: {password: hunter2-canary}}}}",
    "prometheus: {server: {auth: {basic: {username: 'hunter2-canary:'}}}}",
    "prometheus: {server: {auth: {basic: {username: a, password: \"hunter2-canary\\n\"}}}}",
    "prometheus: {server: {auth: {basic: {username: a, password: [hunter2-canary]}}}}",
    "prometheus: {server: {auth: {basic: {username: a, password: {hunter2-canary: 1}}}}}",
    "prometheus: {server: {auth: {basic: {username: a, password: b, existingSecret: hunter2-canary}}}}",
    "prometheus: {server: {auth: {type: none, basic: {password: hunter2-canary}}}}",
    "prometheus: {server: {auth: {hunter2-canary: 1}}}",
    "prometheus: {server: {auth: {basic: {passwordhunter2-canary: 1}}}}",
    "prometheus: {server: {auth: {basic: {hunter2-canary: 1, hunter2-canary: 2}}}}",
    "prometheus: {server: {auth: {type: basic}}} # hunter2-canary",
    "prometheus:\n  server:\n    auth:\n      type: x # hunter2-canary\n      password: hunter2-canary\n",
    "password: *hunter2-canary",
    "password: &hunter2-canary *hunter2-canary",
    "password: !!int hunter2-canary",
    "password: !!binary hunter2-canary",
    "password: \"hunter2-canary\\q\"",
    "password: 'hunter2-canary",
    "hunter2-canary",
    "- hunter2-canary",
    "? {hunter2-canary: 1}\n: 1",
    "%hunter2-canary\n---\na: 1",
    "--- hunter2-canary\n",
    "a: 1\n--- {password: hunter2-canary}\n",
    "<<: hunter2-canary",
    "prometheus: hunter2-canary",
    "prometheus: {server: hunter2-canary}",
    "prometheus: {server: {extraFlags: [hunter2-canary, --web.enable-remote-write-receiver=hunter2-canary]}}",
    "prometheus: {server: {extraArgs: {web.enable-remote-write-receiver: hunter2-canary}}}",
    "password: hunter2-canary\n\tx",
    "password: hunter2-canary: x",
    "password: [hunter2-canary",
    "password: {hunter2-canary: [}",
    "password: hunter2-canary]\n- x",
    "password: \"hunter2-canary\u{7}\"",
    "password: \"hunter2-canary\\/\"",
    "password: \"hunter2-canary",
    "password: |\n    hunter2-canary\n  x\n\ty: [",
    "password: >hunter2-canary\n  x",
    "password: @hunter2-canary",
    "password: `hunter2-canary`",
    "password: %hunter2-canary",
    "password: !hunter2-canary!x y",
    "password: !<hunter2-canary y",
    "password: !!float hunter2-canary",
    "password: !!bool hunter2-canary",
    "password: !!timestamp hunter2-canary",
    "password: !!map hunter2-canary",
    "password: !!set {hunter2-canary: [1]}",
    "password: &a [hunter2-canary, *a]",
    "password: {<<: [hunter2-canary]}",
    "password: {[hunter2-canary]: 1}",
    "password: hunter2-canary\n hunter2-canary: x\n",
    "password: hunter2-canary\nhunter2-canary",
    "password: hunter2-canary # hunter2-canary\n  x: [hunter2-canary\n",
    "%TAG !hunter2-canary!\n---\na: 1\n",
    "%YAML 1.3 hunter2-canary\n---\na: 1\n",
    "hunter2-canary: .nan\n",
    "hunter2-canary: {password: .inf}\n",
    "'hunter2-canary': 1\n? 'hunter2-canary'\n: *x\n",
    "url: http://me:hunter2-canary@host\n\tx: 1\n",
];

#[test]
fn no_failing_values_come_back() {
    for values in FAILING {
        let folder = Folder::with(&[("v.yaml", values)]);
        for arguments in [
            &["check", "v.yaml"][..],
            &["check", "-o", "json", "v.yaml"],
            &["check", "-o", "github", "v.yaml"],
            &["check", "--helm-version", "3.21", "v.yaml"],
            &["check", "-f", "v.yaml"],
            &["check", "v.yaml", "v.yaml"],
        ] {
            let answer = folder.run(arguments);
            assert!(!answer.stdout.contains("hunter2"), "{values}: {}", answer.stdout);
            assert!(!answer.stderr.contains("hunter2"), "{values}: {}", answer.stderr);
        }
    }
}

#[test]
fn no_argument_of_the_set_family_comes_back() {
    let folder = Folder::with(&[("v.yaml", "prometheus: {server: {auth: {type: basic}}}\n")]);
    for (flag, argument) in [
        ("--set", "prometheus.server.auth.basic.password=a,hunter2-canary"),
        ("--set", "hunter2-canary"),
        ("--set", "a[hunter2-canary]=1"),
        ("--set", "a[-1]=hunter2-canary"),
        ("--set", "prometheus.server.auth=hunter2-canary"),
        ("--set", "prometheus.server.auth.type.x=hunter2-canary"),
        ("--set-string", "prometheus.server.auth.type=hunter2-canary"),
        ("--set-json", "prometheus.server.auth.basic.password={hunter2-canary"),
        ("--set-json", "{\"a\": hunter2-canary}"),
        ("--set-json", "hunter2-canary"),
        ("--set-literal", "prometheus.server.auth.type=hunter2-canary"),
        ("--set-literal", "hunter2-canary"),
        ("--set-file", "hunter2-canary"),
    ] {
        for form in ["text", "json", "github"] {
            let answer = folder.run(&["check", "-f", "v.yaml", flag, argument, "-o", form]);
            assert_ne!(answer.exit_code, 0, "{argument}");
            assert!(!answer.stdout.contains("hunter2"), "{argument}: {}", answer.stdout);
            assert!(!answer.stderr.contains("hunter2"), "{argument}: {}", answer.stderr);
        }
        let printed = folder.run(&["check", "-f", "v.yaml", flag, argument, "--print-values"]);
        assert!(!printed.stderr.contains("hunter2"), "{argument}: {}", printed.stderr);
    }
}

#[test]
fn the_way_out_of_a_clash_of_types_works() {
    let folder = Folder::with(&[("v.yaml", "prometheus: {server: {auth: hunter2}}\n")]);
    let none = "prometheus.server.auth.type=none";
    let clashed = folder.run(&["check", "-f", "v.yaml", "--set", none]);
    assert_eq!(clashed.exit_code, 2);
    let way = "set before; set the two apart, or make the first an empty table by --set-json KEY={}\n";
    assert!(clashed.stdout.contains(way), "{}", clashed.stdout);
    let emptied = ["check", "-f", "v.yaml", "--set-json", "prometheus.server.auth={}", "--set", none];
    assert_eq!(folder.run(&emptied).exit_code, 0);
}

#[test]
fn the_canary_is_found_where_it_is_shown() {
    // The check above is worth something: a file's name is reported.
    let answer = Folder::with(&[]).run(&["check", CANARY]);
    assert!(answer.stdout.contains(CANARY));
}
