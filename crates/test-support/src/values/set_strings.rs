//! Arguments of the `--set` family that nobody wrote: by the grammar, with slips.

use super::case::Case;
use crate::chance::Chance;
use serde_json::{Value, json};

const TOKENS: &[&str] = &[
    "a", "b", "c", "", " ", ".", ".", "[", "]", "[0]", "[1]", "[2]", "[-1]", "[65537]", "[x]", "[+1]", "=",
    "=", ",", ",", "{", "}", "\\", "\\,", "\\.", "\\=", "null", "true", "1", "\"", "é", "\u{a0}", "\t", "\n",
    "0",
];

const VALUES: &[&str] = &[
    "1",
    "0",
    "00",
    "012",
    "-5",
    "+5",
    "-0",
    "1.0",
    "1e3",
    "0x1F",
    "true",
    "TRUE",
    "False",
    "fal\u{17f}e",
    "null",
    "NULL",
    "~",
    "yes",
    "",
    " ",
    " 1",
    "\"1\"",
    "9223372036854775807",
    "9223372036854775808",
    "{}",
    "{a,b}",
    "{1,null,true}",
    "{a",
    "{x}y",
    "{\\,,\\}}",
    "a\\,b",
    "a\\nb",
    "x\\",
    "{{a}}",
    "a=b",
    "[1]",
    "1_0",
];

const JSON: &[&str] = &[
    "1",
    "\"x\"",
    "null",
    "true",
    "{}",
    "[]",
    "{\"a\":1}",
    "{\"a\":{\"b\":null}}",
    "[1,2,[3]]",
    " 1 ",
    "1.5e3",
    "-0",
    "1e400",
    "01",
    "1x",
    "truex",
    "tru",
    "\"a",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\/\\u00e9\"",
    "{\"a\":1,\"a\":2}",
    "[1,]",
    "{a:1}",
    "",
    " ",
    "12345678901234567890",
    "9007199254740993",
    "1.",
    "-",
    "\"\t\"",
    "{\"a\":1}x",
    "[1] ]",
    "\u{a0}1",
    "0.1e-7",
];

pub fn case(chance: &mut Chance) -> Case {
    let mut case = json!({});
    if chance.percent(60) {
        let file = chance.one_of(&[
            "{a: {b: 1, c: [1, {a: 2}, [3]]}, b: [1, null, {a: {}}], c: text}",
            "{a: null, b: {}, c: []}",
            "{a: [[1, 2], [3]], '': {a: 1}, b: {'': [1, {a: 1}]}}",
            "{'': [1, 2], a: {a: {a: {a: 1}}}}",
        ]);
        case["files"] = json!([file]);
    }
    for key in ["set", "set_string", "set_json", "set_literal", "set_file"] {
        if !chance.percent(if key == "set" { 60 } else { 12 }) {
            continue;
        }
        let count = 1 + chance.below(2);
        case[key] = (0..count).map(|_| Value::String(argument(chance, key))).collect();
    }
    case["more"] = json!({"one": "1\n", "two": "text"});
    Case(case)
}

fn argument(chance: &mut Chance, family: &str) -> String {
    if chance.percent(8) {
        return (0..=chance.below(8)).map(|_| chance.one_of(TOKENS)).collect();
    }
    if family == "set_json" && chance.percent(25) {
        let blank = chance.one_of(&["", " ", "\n"]);
        return format!(
            "{blank}{}",
            chance.one_of(&["{\"a\":{\"b\":2}}", "{\"a\":null,\"n\":[1]}", "{\"a\":1} x", "{", "{}"])
        );
    }
    let pairs: Vec<String> = (0..=chance.below(3))
        .map(|_| {
            let value = match family {
                "set_json" => chance.one_of(JSON),
                "set_file" => {
                    chance.one_of(&["FOLDER/one", "FOLDER/two", "FOLDER/none", "", "{FOLDER/one,FOLDER/two}"])
                }
                _ => chance.one_of(VALUES),
            };
            format!("{}={value}", key(chance))
        })
        .collect();
    let mut argument = pairs.join(if chance.percent(90) { "," } else { ", " });
    if chance.percent(12) {
        let at = chance.below(argument.len() + 1);
        if argument.is_char_boundary(at) {
            argument.insert_str(at, chance.one_of(TOKENS));
        }
    }
    if chance.percent(8) {
        let end = chance.below(argument.len() + 1);
        if argument.is_char_boundary(end) {
            argument.truncate(end);
        }
    }
    argument
}

fn key(chance: &mut Chance) -> String {
    let mut key = chance.one_of(&["a", "b", "c", "d", ""]).to_owned();
    for _ in 0..chance.below(4) {
        match chance.below(5) {
            0 | 1 => {
                key.push('.');
                key.push_str(chance.one_of(&["a", "b", "c", ""]));
            }
            2 => key.push_str(chance.one_of(&["[0]", "[1]", "[3]"])),
            3 => key.push_str("[0].a"),
            _ => key.push_str("\\.x"),
        }
    }
    if chance.percent(1) {
        key = vec!["a"; 30 + chance.below(3)].join(".");
    }
    key
}
