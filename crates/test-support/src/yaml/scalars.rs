//! Scalars of all kinds, and documents full of them.

use super::spellings::{SPELLINGS, TAGS};
use crate::chance::Chance;

/// Many scalars and keys in a document that is otherwise sound.
pub fn document(chance: &mut Chance) -> Vec<u8> {
    let mut text = String::new();
    for number in 0..=chance.below(3) {
        if chance.percent(40) {
            if chance.percent(20) {
                text.push_str(chance.one_of(TAGS));
                text.push(' ');
            }
            let before = text.len();
            if chance.percent(30) {
                numeric(chance, &mut text);
            } else {
                text.push_str(chance.one_of(SPELLINGS));
            }
            if text.len() == before || chance.percent(5) {
                text.push_str("''");
            }
        } else {
            text.push_str("key");
            text.push_str(&number.to_string());
        }
        text.push_str(": ");
        if chance.percent(30) {
            text.push_str(chance.one_of(TAGS));
            text.push(' ');
        }
        match chance.below(8) {
            0 => quoted(chance, &mut text),
            1 => text.push_str(chance.one_of(&[
                "\"aGk=\"",
                "aGk=",
                "aG k=",
                "\"aGk\\n=\"",
                "/w==",
                "aGk",
                "====",
                "aGk=aGk=",
                "\"\"",
            ])),
            2 => date(chance, &mut text),
            3 | 4 => numeric(chance, &mut text),
            _ => text.push_str(chance.one_of(SPELLINGS)),
        }
        text.push('\n');
    }
    text.into_bytes()
}

pub fn scalar(chance: &mut Chance, text: &mut String) {
    match chance.below(10) {
        0 | 1 => quoted(chance, text),
        2 => numeric(chance, text),
        3 => {
            text.push_str(chance.one_of(&[
                "two\n  lines",
                "a\n\n  b",
                "a\n # c\n b",
                "a \t b",
                "a\u{2028}b",
                "a\u{85} b",
            ]));
        }
        _ => text.push_str(chance.one_of(SPELLINGS)),
    }
}

pub fn quoted(chance: &mut Chance, text: &mut String) {
    let inner: &[&str] = &[
        "a",
        " ",
        "<<",
        "1",
        "yes",
        "\n",
        "\n  ",
        "\n\n ",
        "\\n",
        "\\x41",
        "\\u00e9",
        "\\U0001F600",
        "\\ud83d",
        "\\/",
        "\\\\",
        "\\\"",
        "''",
        "\\\n ",
        "\\q",
        "\\x4",
        "\\N",
        "\\_",
        "\\L",
        "\\P",
        "\\0",
        "\\e",
        "\\t",
        "\t",
        "#",
        ": ",
        "---",
        "\n---\n",
        "\n... ",
        "é",
        "\u{FEFF}",
        "\u{2029}",
        "\\U00110000",
        "\\uFFFE",
        "\\x80",
    ];
    let quote = if chance.percent(60) { '"' } else { '\'' };
    text.push(quote);
    for _ in 0..chance.below(4) {
        text.push_str(chance.one_of(inner));
    }
    if !chance.percent(2) {
        text.push(quote);
    }
}

/// Something that could be a number.
fn numeric(chance: &mut Chance, text: &mut String) {
    for _ in 0..=chance.below(9) {
        text.push_str(chance.one_of(&[
            "0", "0", "1", "2", "7", "8", "9", "12", ".", "_", "-", "+", "e", "E", "x", "X", "b", "o", "f",
            ":", "-01", "T",
        ]));
    }
}

fn date(chance: &mut Chance, text: &mut String) {
    if chance.percent(70) {
        text.push_str("!!timestamp ");
    }
    text.push_str(chance.one_of(&["2001", "2000", "1900", "0000", "201"]));
    for _ in 0..2 {
        text.push('-');
        text.push_str(chance.one_of(&["1", "02", "2", "12", "29", "30", "31", "0", "13", "001"]));
    }
    if chance.percent(70) {
        text.push_str(chance.one_of(&["T", "t", " ", "   ", "\t", "x"]));
        for part in 0..3 {
            text.push_str(if part > 0 { ":" } else { "" });
            text.push_str(chance.one_of(&["0", "1", "01", "23", "24", "59", "60", "001"]));
        }
        text.push_str(chance.one_of(&["", "", ".5", ",5", ".", ".1234567890123"]));
        text.push_str(
            chance.one_of(&["", "Z", "z", "+01:00", "-24:60", "+25:00", "+00:61", "+0100", " -5", "Zx"]),
        );
    }
}
