//! The policy's patterns, answered by the regex-lite that stands in for regex
//! (crates/regex) and by the engine of regex itself: the same, and in linear time.
//!
//! needs: nothing

use regex_automata::meta::Regex as Witness;
use serde_json::Value;
use std::time::{Duration, Instant};

const SCHEMA: &str = include_str!("../helm-schema/values.schema.json");
/// What the patterns are about, their edges, and what a receiver's flag is made of.
const PIECES: &[&str] = &[
    "",
    "-",
    "--",
    "web.",
    "enable-",
    "remote-write",
    "otlp",
    "-receiver",
    "remote-write-receiver",
    "otlp-write-receiver",
    "enable-feature",
    "=",
    ",",
    " ",
    "\t",
    "\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "#",
    ":",
    "\"",
    "\\",
    "@",
    "a",
    "Z",
    "0",
    "~",
    "\u{7f}",
    "é",
    "😀",
    "\0",
    "webXenable",
    "!",
    "$",
    "%",
    "&",
];

/// Every pattern of the schema, once.
fn patterns() -> Vec<String> {
    fn collect(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(table) => {
                for (key, value) in table {
                    match (key.as_str(), value) {
                        ("pattern", Value::String(pattern)) => into.push(pattern.clone()),
                        ("patternProperties", Value::Object(table)) => into.extend(table.keys().cloned()),
                        _ => (),
                    }
                    collect(value, into);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| collect(value, into)),
            _ => (),
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::from_str(SCHEMA).expect("the policy is JSON"), &mut found);
    found.sort();
    found.dedup();
    assert!(found.len() >= 10, "{found:?}");
    found
}

/// A text of up to nine pieces, made of `number`.
fn text(mut number: u64) -> String {
    let mut text = String::new();
    for _ in 0..number % 10 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(PIECES[(number >> 33) as usize % PIECES.len()]);
    }
    text
}

#[test]
fn every_pattern_of_the_policy_is_answered_as_regex_answers_it() {
    let (mut matched, mut not) = (0, 0);
    for pattern in patterns() {
        let ours = regex::Regex::new(&pattern).expect("it compiles");
        let witness = Witness::new(&pattern).expect("it compiles");
        for number in 0..20_000 {
            let text = text(number);
            let answer = ours.is_match(&text);
            assert_eq!(answer, witness.is_match(&text), "{pattern:?} {text:?}");
            *if answer { &mut matched } else { &mut not } += 1;
        }
    }
    assert!(matched > 10_000 && not > 10_000, "{matched} {not}");
}

#[test]
fn a_class_of_unicode_is_refused_not_misread() {
    let refused = regex::Regex::new(r"^\p{L}$").expect_err("regex-lite knows none");
    assert!(refused.to_string().contains("Unicode"), "{refused}");
}

#[test]
fn a_hostile_text_costs_its_length_and_no_more() {
    let cost = |pattern: &regex::Regex, text: &str| {
        let start = Instant::now();
        let _ = pattern.is_match(text);
        start.elapsed()
    };
    for pattern in patterns() {
        let compiled = regex::Regex::new(&pattern).expect("it compiles");
        for piece in ["--", "enable-feature=", "remote-write-receiver,x", " \n"] {
            let once = piece.repeat(200_000 / piece.len());
            let fast = (0..3).map(|_| cost(&compiled, &once)).min().expect("three runs");
            let four_times = (0..3).map(|_| cost(&compiled, &once.repeat(4))).min().expect("three runs");
            // Quadratic would be sixteen times; a busy machine is allowed for.
            assert!(
                four_times < fast * 9 + Duration::from_millis(200),
                "{pattern:?} {piece:?} {fast:?} {four_times:?}"
            );
            assert!(four_times < Duration::from_secs(8), "{pattern:?} {piece:?} {four_times:?}");
        }
    }
}
