//! Which cost passwords get that real programs have just made.

use crate::host::Host;
use serde_json::json;
use std::fs;
use std::process::Command;

/// Of each kind. Those of 24 characters may be taken for a person's twice in a
/// hundred, the others three times in a thousand (`src/nginx/generated.rs`): ten
/// of a hundred come once in a million runs at most.
const EACH: usize = 100;
const MOST_MISJUDGED: usize = 10;

fn openssl(format: &str, bytes: &str) -> String {
    let output =
        Command::new("openssl").args(["rand", format, bytes]).output().expect("openssl is installed");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("ASCII").trim().to_owned()
}

fn uuid() -> String {
    fs::read_to_string("/proc/sys/kernel/random/uuid").expect("of every Linux").trim().to_owned()
}

#[test]
fn what_other_programs_generate_gets_the_low_cost() {
    let host = Host::new();
    let makers: [(&str, &dyn Fn() -> String); 6] = [
        ("openssl rand -hex 12", &|| openssl("-hex", "12")),
        ("openssl rand -hex 24", &|| openssl("-hex", "24")),
        ("openssl rand -base64 18", &|| openssl("-base64", "18")),
        ("openssl rand -base64 32", &|| openssl("-base64", "32")),
        ("a UUID", &uuid),
        ("a UUID without hyphens", &|| uuid().replace('-', "")),
    ];
    for (name, make) in makers {
        let passwords: Vec<String> = (0..EACH).map(|_| make()).collect();
        let is_slow = |password: &&String| {
            let answer = host.check(json!({"username": "alloy", "password": password}));
            assert!(answer.is_accepted(), "{answer:?}");
            answer.keys["bcrypt_cost"] != 4
        };
        let slow: Vec<&String> = passwords.iter().filter(is_slow).collect();
        assert!(slow.len() <= MOST_MISJUDGED, "{name}: {slow:?}");
    }
}

#[test]
fn a_line_at_the_cost_of_another_version_is_rewritten_once() {
    let host = Host::new();
    let password = openssl("-base64", "36");
    let with = |cost| json!({"username": "alloy", "password": password, "bcrypt_cost": cost});
    host.accepts(with(json!(5)));
    let answer = host.accepts(with(json!(null)));
    assert_eq!(answer.keys["changed"], true);
    let owner = host.owner_line();
    assert_eq!(answer.keys["diff"][0]["before"], format!("{owner}alloy:<bcrypt 5>\n"));
    assert_eq!(answer.keys["diff"][0]["after"], format!("{owner}alloy:<bcrypt 4, new>\n"));
    assert!(host.logins().starts_with("alloy:$2y$04$") && host.proves("alloy", &password));
    let before = host.all_touched();
    assert_eq!(host.accepts(with(json!(null))).keys["changed"], false);
    assert_eq!(host.all_touched(), before);
}
