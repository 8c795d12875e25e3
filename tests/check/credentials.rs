//! Credentials that Helm or people changed before the policy sees them.

use serde_json::Value;
use test_support::folder::Folder;

const TYPE: (&str, &str) = ("v.yaml", "prometheus: {server: {auth: {basic: {username: alloy}}}}\n");
const PASSWORD: &str = "prometheus.server.auth.basic.password";

/// The warnings with this code that `check` has about one flag, beside a file.
fn warned(flag: &str, argument: &str, code: &str) -> Vec<String> {
    let folder = Folder::with(&[TYPE]);
    let answer = folder.run(&["check", "-f", "v.yaml", flag, argument, "-o", "github"]);
    let lines = answer.stdout.lines().filter(|line| line.ends_with(&format!("[{code}]")));
    lines.map(|line| line.rsplit_once("::").expect("a message").1.to_owned()).collect()
}

#[test]
fn a_credential_that_a_flag_changes_is_reported() {
    let literal = "give it by --set-literal, which takes every character as it stands [helm-is-silent]";
    for flag in ["--set", "--set-string"] {
        for (value, change) in [
            (r"Kq7\canary", "takes a backslash out of this password"),
            (r"Kq7-canary\", "takes a backslash out of this password"),
            ("{Kq7-canary}", "makes a list of this password for its curly brackets"),
            ("Kq7,canary=", "ends this password at a comma and reads another setting after it"),
        ] {
            let found = warned(flag, &format!("{PASSWORD}={value}"), "helm-is-silent");
            assert_eq!(found, [format!("{flag} {change}; {literal}")], "{value}");
        }
    }
    for (key, name) in [("username", "username"), ("existingSecret", "existingSecret")] {
        let found = warned("--set", &format!(r"prometheus.server.auth.basic.{key}=a\b"), "helm-is-silent");
        assert_eq!(found, [format!("--set takes a backslash out of this {name}; {literal}")]);
    }
}

#[test]
fn a_value_that_arrives_as_it_was_meant_is_not_reported() {
    for (flag, argument) in [
        ("--set", "prometheus.server.auth.basic.password=Kq7-canary"),
        ("--set", r"prometheus.server.auth.basic.password=Kq7\,canary"),
        ("--set", "prometheus.server.auth.basic.password=Kq7,prometheus.server.auth.type=basic"),
        ("--set", r"other.password=Kq7\canary"),
        ("--set-literal", r"prometheus.server.auth.basic.password=Kq7\canary,a={b}"),
        ("--set-literal", "prometheus.server.auth.basic.password={Kq7}"),
    ] {
        assert_eq!(warned(flag, argument, "helm-is-silent"), Vec::<String>::new(), "{argument}");
    }
}

/// Helm has the value of each argument as the test above says.
#[test]
fn the_way_that_is_named_takes_every_character() {
    let folder = Folder::with(&[TYPE]);
    let argument = format!("{PASSWORD}=Kq7,ca{{n}}ary=");
    folder.run(&["check", "-f", "v.yaml", "--set-literal", &argument]).is(
        0,
        "v.yaml, --set-literal: accepted; basic auth guards the receiver\n",
        "",
    );
}

#[test]
fn a_placeholder_is_warned_of_at_its_line() {
    let values = "prometheus:\n  server:\n    auth:\n      basic:\n        username: alloy\n        password: ${hunter2}\n";
    Folder::with(&[("v.yaml", values)]).run(&["check", "v.yaml"]).is(
        0,
        "\
v.yaml: accepted; basic auth guards the receiver
v.yaml:6:9: warning: the password looks like a placeholder that was never filled in, and is the password as it stands; judge the values that come after the step which fills it in, or give the password itself [password-is-a-placeholder]
  6 |         password: …
    |         ^^^^^^^^
",
        "",
    );
}

#[test]
fn a_placeholder_beside_none_is_not_read() {
    let values = "prometheus: {server: {auth: {type: none, basic: {password: changeme}}}}\n";
    let answer = Folder::with(&[("v.yaml", values)]).run(&["check", "v.yaml"]);
    assert_eq!(answer.exit_code, 0);
    assert!(!answer.stdout.contains("password-is-a-placeholder"), "{}", answer.stdout);
}

const SOPS: &str = "\
prometheus:
    server:
        auth:
            basic:
                username: alloy
                password: ENC[AES256_GCM,data:hunter2=,iv:a=,tag:b=,type:str]
sops:
    lastmodified: \"2026-11-28T00:00:00Z\"
    mac: ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]
    version: 3.9.0
";

#[test]
fn a_file_that_is_encrypted_is_not_judged() {
    let folder = Folder::with(&[
        ("sops.yaml", SOPS),
        ("vault.yaml", "$ANSIBLE_VAULT;1.1;AES256\n6838\n"),
        ("sops-chart.yaml", "prometheus: {server: {auth: {type: none}}}\nsops: {enabled: true}\n"),
    ]);
    folder.run(&["check", "sops.yaml"]).is(
        2,
        "\
sops.yaml:7:1: could not tell: the values are encrypted by SOPS, so what they will say is not known; judge what sops --decrypt prints: sops --decrypt FILE | remote-write-auth check -
  7 | sops: …
    | ^^^^
",
        "",
    );
    folder.run(&["check", "vault.yaml"]).is(
        2,
        "vault.yaml:1:1: could not tell: the file is encrypted by Ansible Vault, so what it says is not known; read what ansible-vault prints: ansible-vault view FILE | remote-write-auth check -\n",
        "",
    );
    assert_eq!(folder.run(&["check", "sops-chart.yaml"]).exit_code, 0, "a program's own settings");
}

#[test]
fn an_encrypted_file_among_others_is_not_judged() {
    let folder = Folder::with(&[("sops.yaml", SOPS), TYPE]);
    for arguments in [
        &["check", "-f", "sops.yaml", "-f", "v.yaml", "-o", "json"][..],
        &["check", "-f", "v.yaml", "-f", "sops.yaml", "--set", "a.b=1", "-o", "json"],
    ] {
        let answer = folder.run(arguments);
        assert_eq!(answer.exit_code, 2);
        let answer: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
        let answer = &answer[0];
        assert_eq!(answer["verdict"], "unknown");
        assert_eq!(answer["error"]["file"], "sops.yaml");
    }
}
