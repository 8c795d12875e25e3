//! Documents by YAML's grammar, with an error here and there.

use super::scalars::{quoted, scalar};
use super::spellings::{SPELLINGS, TAGS};
use crate::chance::Chance;

const KEYS: &[&str] = &["a", "b", "c", "prometheus", "server", "auth", "1", "<<", "key with blanks", "é"];

const NAMES: &[&str] = &["a", "b", "x1", "A-b_c"];

/// A document by the grammar, with an error here and there.
pub fn document(chance: &mut Chance) -> Vec<u8> {
    let mut text = String::new();
    prologue(chance, &mut text);
    body(chance, &mut text);
    while chance.percent(15) {
        let between: &[&str] = &[
            "---\n",
            "...\n",
            "--- # next\n",
            "...\n---\n",
            "---\n---\n",
            "--- {a: 1}\n",
            "... #\n",
            "%YAML 1.1\n---\n",
        ];
        text.push_str(chance.one_of(between));
        body(chance, &mut text);
    }
    finish(chance, text)
}

fn prologue(chance: &mut Chance, text: &mut String) {
    let starts: &[&str] = &[
        "---\n",
        "--- \n",
        "---\t\n",
        "--- # start\n",
        "# words\n",
        "\n",
        " \n",
        "%YAML 1.1\n---\n",
        "%YAML 1.2\n---\n",
        "%TAG !e! tag:e.org,2000:\n---\n",
        "%TAG ! tag:yaml.org,2002:\n---\n",
        "%FOO\n---\n",
        "---\n---\n",
        "--- ",
        "\t\n",
        "...\n",
    ];
    if chance.percent(3) {
        text.push('\u{FEFF}');
    }
    while chance.percent(25) {
        text.push_str(chance.one_of(starts));
    }
}

fn body(chance: &mut Chance, text: &mut String) {
    match chance.below(20) {
        0 => flow(chance, text, 0),
        1 => list(chance, text, 0, 0),
        2 => scalar(chance, text),
        _ => table(chance, text, 0, 0),
    }
    if !text.ends_with('\n') && chance.percent(90) {
        text.push('\n');
    }
}

fn table(chance: &mut Chance, text: &mut String, indent: usize, depth: usize) {
    for entry in 0..=chance.below(4) {
        if entry > 0 || depth > 0 {
            text.extend(std::iter::repeat_n(' ', indent));
        }
        if chance.percent(4) {
            text.push_str("? ");
            node(chance, text, indent, depth);
            text.extend(std::iter::repeat_n(' ', indent));
        } else {
            key(chance, text);
        }
        text.push(':');
        node(chance, text, indent, depth);
    }
}

fn key(chance: &mut Chance, text: &mut String) {
    match chance.below(40) {
        0..4 => text.push_str(chance.one_of(SPELLINGS)),
        4 => quoted(chance, text),
        5 => {
            text.push_str(chance.one_of(TAGS));
            text.push(' ');
            text.push_str(chance.one_of(SPELLINGS));
        }
        6 => text.push_str("*a "),
        7 => text.push_str("&b k"),
        8..11 => text.push_str("<<"),
        _ => text.push_str(chance.one_of(KEYS)),
    }
}

/// What stands after a `:` or `-`, its line ends included.
fn node(chance: &mut Chance, text: &mut String, indent: usize, depth: usize) {
    if chance.percent(15) {
        text.push_str(" &");
        text.push_str(chance.one_of(NAMES));
    }
    if chance.percent(8) {
        text.push(' ');
        text.push_str(chance.one_of(TAGS));
    }
    let deeper = indent + chance.below(4);
    match if depth > 5 { 8 } else { chance.below(20) } {
        0..5 => {
            comment(chance, text);
            text.push('\n');
            let deeper = deeper + usize::from(chance.percent(90));
            table(chance, text, deeper, depth + 1);
            return;
        }
        5 | 6 => {
            text.push('\n');
            list(chance, text, deeper, depth + 1);
            return;
        }
        7 => block_scalar(chance, text, deeper + 1),
        8 => {
            text.push_str(" *");
            text.push_str(chance.one_of(NAMES));
        }
        9 | 10 => {
            text.push(' ');
            flow(chance, text, depth);
        }
        _ => {
            text.push_str(chance.one_of(&[" ", " ", " ", "  ", "\t"]));
            scalar(chance, text);
        }
    }
    comment(chance, text);
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

fn comment(chance: &mut Chance, text: &mut String) {
    if chance.percent(8) {
        text.push_str(chance.one_of(&[
            " # words",
            "#no",
            "\t# words",
            " #",
            " # ä: [",
            "\n# words",
            "\n\n",
            "\n\t\n",
            "\n   # in",
        ]));
    }
}

fn list(chance: &mut Chance, text: &mut String, indent: usize, depth: usize) {
    for _ in 0..=chance.below(3) {
        text.extend(std::iter::repeat_n(' ', indent));
        text.push('-');
        if chance.percent(20) && depth < 5 {
            text.push(' ');
            key(chance, text);
            text.push(':');
        }
        node(chance, text, indent + 1, depth + 1);
    }
}

fn block_scalar(chance: &mut Chance, text: &mut String, indent: usize) {
    text.push(' ');
    text.push_str(
        chance.one_of(&["|", ">", "|-", ">-", "|+", ">+", "|1", "|2-", ">+1", "|0", "|12", "| # c", "|x"]),
    );
    text.push('\n');
    for _ in 0..chance.below(4) {
        let blanks = indent + chance.below(3) - usize::from(chance.percent(10));
        text.extend(std::iter::repeat_n(' ', blanks));
        text.push_str(chance.one_of(&["text", "a: b", "- x", "# no", "", "\ttab", "é", "--- x", "{"]));
        text.push('\n');
    }
}

fn flow(chance: &mut Chance, text: &mut String, depth: usize) {
    let table = chance.percent(60);
    text.push(if table { '{' } else { '[' });
    for entry in 0..chance.below(4) {
        if entry > 0 {
            text.push_str(chance.one_of(&[", ", ",", " , ", ",\n  ", ",,", ", # c\n "]));
        }
        if table || chance.percent(15) {
            key(chance, text);
            text.push_str(chance.one_of(&[": ", ": ", ": ", ":", " : ", "", " ?", "? ", ":\n "]));
        }
        match if depth > 5 { 9 } else { chance.below(10) } {
            0 | 1 => flow(chance, text, depth + 1),
            2 => {
                text.push('*');
                text.push_str(chance.one_of(NAMES));
            }
            3 => {
                text.push_str(chance.one_of(&["&a ", "&b ", "!!str ", "!,", "!", "&a", "! "]));
                scalar(chance, text);
            }
            _ => scalar(chance, text),
        }
    }
    if !chance.percent(2) {
        text.push(if table { '}' } else { ']' });
    }
}

/// Line ends and encodings of all kinds.
fn finish(chance: &mut Chance, text: String) -> Vec<u8> {
    match chance.below(40) {
        0 => text.replace('\n', "\r\n").into_bytes(),
        1 => text.replace('\n', "\r").into_bytes(),
        2 => text.replace('\n', "\u{2028}").into_bytes(),
        3 => text.replace('\n', "\u{85}").into_bytes(),
        4 => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        5 => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        6 => text.replacen('\n', "\r\n", 1 + chance.below(3)).into_bytes(),
        7 => text.trim_end_matches('\n').into(),
        _ => text.into_bytes(),
    }
}
