//! What is asked first for speed changes no answer.
//!
//! A pattern costs at its first use, a slow one most of it. So the policy asks
//! quick questions in front of slow ones: an alternative that holds for what is
//! written as usual, and conditions that whatever a slow pattern matches meets.
//! Here the slow patterns alone come to the same end.

use crate::dice::Dice;
use jsonschema::{Draft, PatternOptions, Validator};
use remote_write_auth::policy::POLICY;
use serde_json::{Value, json};

const PIECES: [&str; 46] = [
    "web.enable-remote-write-receiver",
    "web.enable-otlp-receiver",
    "web.enable-",
    "webXenable-otlp-receiver",
    "enable-feature",
    "enable-feature=",
    "enable-feature ",
    "remote-write-receiver",
    "otlp-write-receiver",
    "-receiver",
    "exemplar-storage,",
    "no-",
    "--",
    "-",
    "=",
    "=true",
    ",",
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\u{b}",
    "\u{c}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\0",
    "\u{7f}",
    "\u{80}",
    "\u{10ffff}",
    "😀",
    "ä",
    "# a comment",
    "#",
    ":",
    ": ",
    "\"",
    "'",
    "\\",
    "~",
    "!",
    "@",
];

fn text(dice: &mut Dice) -> String {
    (0..dice.roll(6)).map(|_| dice.pick(&PIECES)).collect()
}

/// The definition without what is asked first: of its alternatives the first
/// is for speed alone, of each list of conditions all but the last.
fn slow_alone(definition: &Value) -> Value {
    let alternatives = definition["anyOf"].as_array().expect("alternatives");
    json!({"type": "string", "anyOf": alternatives[1..].iter().map(last_conditions).collect::<Value>()})
}

fn last_conditions(schema: &Value) -> Value {
    if let Some(conditions) = schema["allOf"].as_array() {
        return last_conditions(conditions.last().expect("a condition"));
    }
    match schema["anyOf"].as_array() {
        Some(alternatives) => json!({"anyOf": alternatives.iter().map(last_conditions).collect::<Value>()}),
        None => schema.clone(),
    }
}

fn validator(definition: &Value, policy: &Value) -> Validator {
    let schema = json!({"definitions": policy["definitions"], "allOf": [definition]});
    let options = jsonschema::options().with_draft(Draft::Draft7);
    options.with_pattern_options(PatternOptions::regex()).build(&schema).expect("a schema")
}

#[test]
fn what_is_asked_first_for_speed_changes_no_answer() {
    let policy: Value = serde_json::from_str(POLICY).expect("the policy is JSON");
    let mut dice = Dice::new(7);
    for name in ["flag", "portableUsername", "portablePassword"] {
        let whole = validator(&json!({"$ref": format!("#/definitions/{name}")}), &policy);
        let slow = validator(&slow_alone(&policy["definitions"][name]), &policy);
        let (mut met, mut unmet) = (0, 0);
        for _ in 0..60_000 {
            let text = Value::String(text(&mut dice));
            let answer = slow.is_valid(&text);
            assert_eq!(whole.is_valid(&text), answer, "{name}: {text}");
            *(if answer { &mut met } else { &mut unmet }) += 1;
        }
        assert!(met > 3000 && unmet > 3000, "the dice are loaded: {met} {name}, {unmet} not");
    }
}
