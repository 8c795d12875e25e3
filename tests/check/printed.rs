//! `--print-values`: what Helm would see, without credentials.

use test_support::folder::Folder;

#[test]
fn the_values_are_printed_as_helm_sees_them() {
    let folder = Folder::with(&[(
        "v.yaml",
        "a: 0123\nb: 1e21\nc: [yes, ~, \"<ü>\"]\nd: {}\nprometheus: {enabled: false, server: {extraFlags: []}}\n",
    )]);
    folder.run(&["check", "--print-values", "--show-values", "v.yaml"]).is(
        0,
        "\
{
  \"a\": 83,
  \"b\": 1e+21,
  \"c\": [
    true,
    null,
    \"<ü>\"
  ],
  \"d\": {},
  \"prometheus\": {
    \"enabled\": false,
    \"server\": {
      \"extraFlags\": [],
      \"ingress\": {
        \"servicePort\": 8081
      },
      \"service\": {
        \"additionalPorts\": [
          {
            \"name\": \"auth-proxy\",
            \"port\": 8081,
            \"targetPort\": 8081
          }
        ]
      }
    }
  }
}
",
        "",
    );
}

#[test]
fn credentials_are_replaced_wherever_they_stand() {
    let folder = Folder::with(&[(
        "v.yaml",
        "\
copy: hunter2-canary
inside: http://me:hunter2-canary@host/
among: it was hunter2-canary once
hunter2-canary: a key
apiToken: hunter2-token
again: [hunter2-token]
address: https://me:hunter2-other@host/
dbPassword: 4711
createSecret: true
emptySecret: ''
nested: {mySecrets: {one: [hunter2-third]}}
prometheus:
  server:
    auth:
      type: basic
      passwrod: hunter2-slip
      basic: {username: hunter2-name, password: hunter2-canary, passwrd: hunter2-slip}
",
    )]);
    for show in [&[][..], &["--show-values"]] {
        let answer = folder.run(&[&["check", "--print-values", "v.yaml"], show].concat());
        assert_eq!((answer.exit_code, answer.stderr.as_str()), (0, ""));
        assert!(!answer.stdout.contains("hunter2") && !answer.stdout.contains("4711"), "{}", answer.stdout);
        for kept in [
            "\"createSecret\": true",
            "\"emptySecret\": \"\"",
            "\"type\": \"basic\"",
            "\"username\": \"<redacted>\"",
        ] {
            assert!(answer.stdout.contains(kept), "{kept}: {}", answer.stdout);
        }
    }
}

#[test]
fn a_text_is_shown_where_it_is_surely_no_credential() {
    let folder = Folder::with(&[(
        "v.yaml",
        "\
bindpw: hunter2
dsn: hunter2
env: [{name: API_TOKEN, value: hunter2}, {name: HTTP_AUTHORIZATION, valueFrom: {key: hunter2}}]
hash: $2y$05$hunter2
pass: hunter2
pem: '-----BEGIN PRIVATE KEY----- hunter2'
probeHeaders: [{name: Authorization, value: Bearer hunter2}]
pwd: hunter2
text: 'a: {password: hunter2}'
image: plain-text
service: {type: ClusterIP}
prometheus: {server: {extraFlags: [web.enable-remote-write-receiver], extraArgs: {enable-feature: plain-text}}}
",
    )]);
    let printed = |show: &[&str]| {
        let answer = folder.run(&[&["check", "--print-values", "v.yaml"], show].concat());
        assert!(answer.exit_code == 0 && !answer.stdout.contains("hunter2"), "{}", answer.stdout);
        for kept in ["\"ClusterIP\"", "\"web.enable-remote-write-receiver\"", "\"API_TOKEN\"", "\"bindpw\""] {
            assert!(
                answer.stdout.contains(kept) || show.is_empty() && kept.contains("API"),
                "{}",
                answer.stdout
            );
        }
        answer.stdout.matches("plain-text").count()
    };
    assert_eq!((printed(&[]), printed(&["--show-values"])), (0, 2));
}

#[test]
fn it_judges_nothing() {
    let folder = Folder::with(&[("refused.yaml", ""), ("not.yaml", "- 1\n")]);
    assert_eq!(folder.run(&["check", "--print-values", "refused.yaml"]).exit_code, 0);
    let answer = folder.run(&["check", "--print-values", "not.yaml"]);
    assert_eq!((answer.exit_code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.starts_with("remote-write-auth: not.yaml:1:1: "), "{}", answer.stderr);
}

#[test]
fn several_releases_are_a_list() {
    let folder = Folder::with(&[("a.yaml", "a: 1"), ("b.yaml", "b: 2")]);
    let answer = folder.run(&["check", "--print-values", "a.yaml", "b.yaml"]);
    let list: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!((&list[0]["a"], &list[1]["b"]), (&serde_json::json!(1), &serde_json::json!(2)));
}
