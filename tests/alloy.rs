//! The reader of Alloy's syntax against Grafana's own parser.
//!
//! needs: alloy-syntax-0.1.0

use remote_write_auth::probe::alloy::{Value, endpoints};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use test_support::chance::Chance;

type Endpoint = (String, BTreeMap<String, Option<String>>);

fn ours(text: &str) -> Option<Vec<Endpoint>> {
    let found = endpoints(text.as_bytes()).ok()?;
    let one = |endpoint: remote_write_auth::probe::alloy::Endpoint| {
        let attributes = endpoint.attributes.into_iter().map(|(path, value, _)| match value {
            Value::Text(text) => (path, Some(text.to_string())),
            Value::Expression => (path, None),
        });
        (endpoint.label, attributes.collect())
    };
    Some(found.into_iter().map(one).collect())
}

fn theirs(texts: &[String]) -> Vec<Option<Vec<Endpoint>>> {
    let install = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/install");
    let cache = Command::new(install).arg("--cache").output().expect("it runs").stdout;
    let program = PathBuf::from(String::from_utf8(cache).expect("a path").trim())
        .join("alloy-syntax-0.1.0/alloy-syntax");
    let mut child =
        Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it is built");
    let input = serde_json::to_vec(texts).expect("texts");
    child.stdin.take().expect("a pipe").write_all(&input).expect("it reads");
    let output = child.wait_with_output().expect("its output");
    assert!(output.status.success());
    let answers: Vec<Option<Vec<serde_json::Value>>> = serde_json::from_slice(&output.stdout).expect("JSON");
    let one = |value: serde_json::Value| {
        let label = value["label"].as_str().expect("a label").to_owned();
        let attributes = value["attributes"].as_object().expect("a table").iter();
        (label, attributes.map(|(path, text)| (path.clone(), text.as_str().map(str::to_owned))).collect())
    };
    answers.into_iter().map(|answer| answer.map(|list| list.into_iter().map(one).collect())).collect()
}

#[track_caller]
fn agree(texts: &[String]) -> (usize, usize) {
    let (mut taken, mut refused) = (0, 0);
    for (text, theirs) in texts.iter().zip(theirs(texts)) {
        let theirs = theirs.filter(|endpoints| text.contains('\u{fffd}') || are_utf_8(endpoints));
        assert_eq!(ours(text), theirs, "{text:?}");
        *if theirs.is_some() { &mut taken } else { &mut refused } += 1;
    }
    (taken, refused)
}

/// An escape can make a text that is not UTF-8. Alloy takes it, no agent writes
/// it, and ours refuses it, since no login has one.
fn are_utf_8(endpoints: &[Endpoint]) -> bool {
    let texts = endpoints.iter().flat_map(|(_, attributes)| attributes.values().flatten());
    texts.into_iter().all(|text| !text.contains('\u{fffd}'))
}

fn around(password: &str) -> String {
    format!(
        "prometheus.remote_write \"trento\" {{\n  endpoint {{\n    url = \"https://h/w\"\n    basic_auth {{\n      password = {password}\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn every_way_to_write_a_text_is_read_as_grafana_reads_it() {
    let mut texts = Vec::new();
    for byte in 0..=255_u8 {
        let letter = char::from(byte);
        texts.push(around(&format!("\"a{letter}b\"")));
        texts.push(around(&format!("\"a\\{letter}b\"")));
        texts.push(around(&format!("\"a\\{letter}01234567b\"")));
        texts.push(around(&format!("`a{letter}b`")));
        texts.push(around(&format!("'a{letter}b'")));
    }
    for escape in [
        "\\xe9",
        "\\u00e9",
        "\\ud800",
        "\\U0010ffff",
        "\\U00110000",
        "\\377",
        "\\400",
        "\\u12",
        "\\",
        "\\xg0",
        "€😀",
        "\u{feff}",
    ] {
        texts.push(around(&format!("\"{escape}\"")));
    }
    for value in [
        "sys.env(\"X\")",
        "\"a\" + \"b\"",
        "[\"a\"]",
        "1",
        "1.5e-3",
        "true",
        "null",
        "{a = \"b\"}",
        "(\"a\")",
        "-1",
        "!true",
        "a.b[0].c",
        ".5",
        "1e+5",
        "1+ 2",
        "1 == 2",
        "1 /* x */ + 2",
        "1 /* \n */ c = 2",
        "-\"x\"",
        "",
    ] {
        texts.push(around(value));
    }
    let (taken, refused) = agree(&texts);
    assert!(taken > 500 && refused > 100, "{taken} {refused}");
}

#[test]
fn pieces_in_any_order_are_read_as_grafana_reads_them() {
    const PIECES: [&str; 22] = [
        "prometheus.remote_write",
        "\"trento\"",
        "\"\"",
        "`raw`",
        "endpoint",
        "{",
        "}",
        "\n",
        "\n",
        "url",
        "=",
        "\"x\"",
        "// c\n",
        "/* c */",
        "/* c\n */",
        "[",
        "]",
        ",",
        "1",
        ".",
        "a",
        "basic_auth {\n",
    ];
    let mut chance = Chance::new(7, 0);
    let texts: Vec<String> = (0..20_000)
        .map(|_| {
            let count = 1 + chance.below(12);
            let pieces = (0..count).map(|_| PIECES[chance.below(PIECES.len())]).collect::<Vec<_>>().join(" ");
            match chance.below(3) {
                0 => pieces,
                1 => format!("prometheus.remote_write \"trento\" {{ endpoint {{ {pieces} }} }}"),
                _ => format!("prometheus.remote_write \"trento\" {{\n endpoint {{\n {pieces} \n}}\n }}"),
            }
        })
        .collect();
    let (taken, refused) = agree(&texts);
    assert!(taken > 500 && refused > 5000, "{taken} {refused}");
}
