//! Documents of the lines that people write, and damage.

use test_support::chance::Chance;

const KEYS: &[&str] = &[
    "a",
    "b",
    "name",
    "app.kubernetes.io/name",
    "\"quoted\"",
    "'single'",
    "x:y",
    "http://h/p",
    "1",
    "y",
    "~",
    "_x",
    "a-b",
    "(x)",
    "$v",
    "a=b",
    "a@b",
    "50%",
    ".x",
    "/p",
    "+1",
];
const TEXTS: &[&str] = &[
    "x",
    "1",
    "0123",
    "true",
    "no",
    "~",
    "some words",
    "a:b",
    "a#b",
    "http://h:80/p?q=1",
    "a, b",
    "it's",
    "say \"x\"",
    "\"a\\\\b\\n\\t\\\"\"",
    "60°C",
    "\"a “b” : c\"",
    "'ü #'",
    "--x",
    "x é # ü",
    "[é]",
    "-1",
    "-x",
    "1e3",
    "{{",
    "a{b}",
    "x - y",
    "[x",
    "x]",
    "a ? b",
    "100%",
    "a\\b",
    "\"q\"",
    "\"q: # {\"",
    "\"\"",
    "''",
    "'s, [x'",
    "\"it's\"",
    "'a\"b'",
    "[]",
    "{}",
    "[ ]",
    "[a]",
    "[a, b c, \"d\", 1]",
    "{a: 1}",
    "{a: b, \"c\": [d, {}]}",
    "[[a], [], [b, [c]]]",
    "[{a: b}, {c: d}]",
    "{ a: 1 , b: 2 }",
    "[-1, -x, a.b/c]",
    "(x)",
    "$x",
    "/p",
    "+x",
    ".5",
];
const BEHIND: &[&str] = &["", "", "", "", " ", "  ", " # words", "   #x", " # a: b", " # über – “x”"];
const BETWEEN: &[&str] =
    &["\n", "# words\n", "  # - a: b\n", "   \n", "#\n", "        # deep\n", "# ünïcode\t…\n"];
const MARKS: &[&str] = &[
    ":", ": ", " #", "#", "-", "- ", "?", "? ", " ", "  ", "\n", "\n\n", "\t", "\r\n", "[", "]", "{", "}",
    ",", "\"", "'", "|", ">", "&a ", "*a", "!t ", "%", "@", "`", "\\", "---", "\n---\n", "\n...\n", "~",
    "<<: ", "é", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{7F}", "\0", "=", "|-", ".", "x", "0",
];

pub(crate) fn document(chance: &mut Chance) -> Vec<u8> {
    let mut text = String::new();
    if chance.percent(10) {
        text.push_str(chance.one_of(&["---\n", "# x\n---\n", "--- # x\n", "---  \n"]));
    }
    let column = if chance.percent(5) { 2 } else { 0 };
    if chance.percent(85) {
        table(chance, &mut text, column, 0);
    } else {
        list(chance, &mut text, column, 0);
    }
    if chance.percent(10) {
        text.pop();
    }
    text.into_bytes()
}

fn indent(text: &mut String, column: usize) {
    text.extend(std::iter::repeat_n(' ', column));
}

fn between(chance: &mut Chance, text: &mut String) {
    while chance.percent(8) {
        text.push_str(chance.one_of(BETWEEN));
    }
}

fn table(chance: &mut Chance, text: &mut String, column: usize, depth: usize) {
    for at in 0..=chance.below(4) {
        if at > 0 || depth == 0 || text.ends_with('\n') {
            between(chance, text);
            indent(text, column);
        }
        text.push_str(chance.one_of(KEYS));
        text.push(':');
        value(chance, text, column, depth, true);
    }
}

fn list(chance: &mut Chance, text: &mut String, column: usize, depth: usize) {
    for at in 0..=chance.below(3) {
        if at > 0 || depth == 0 || text.ends_with('\n') {
            between(chance, text);
            indent(text, column);
        }
        text.push('-');
        let inner = column + 2 + chance.below(2);
        match chance.below(6) {
            0 if depth < 4 => {
                indent(text, inner - column - 1);
                table(chance, text, inner, depth + 1);
            }
            1 if depth < 4 => {
                indent(text, inner - column - 1);
                list(chance, text, inner, depth + 1);
            }
            _ => value(chance, text, column, depth, false),
        }
    }
}

fn value(chance: &mut Chance, text: &mut String, column: usize, depth: usize, in_table: bool) {
    match chance.below(10) {
        0 => end(chance, text),
        1 => literal(chance, text, column),
        5 if chance.percent(50) => {
            end(chance, text);
            between(chance, text);
            indent(text, column + 1 + chance.below(3));
            text.push_str(chance.one_of(TEXTS));
            end(chance, text);
        }
        2 | 3 if depth < 4 => {
            end(chance, text);
            let column = column + 1 + chance.below(4);
            table(chance, text, column, depth + 1);
        }
        4 if depth < 4 => {
            end(chance, text);
            let column = if in_table { column + chance.below(3) } else { column + 1 + chance.below(3) };
            list(chance, text, column, depth + 1);
        }
        _ => {
            indent(text, 1 + usize::from(chance.percent(5)));
            text.push_str(chance.one_of(TEXTS));
            end(chance, text);
        }
    }
}

fn end(chance: &mut Chance, text: &mut String) {
    text.push_str(chance.one_of(BEHIND));
    text.push('\n');
}

fn literal(chance: &mut Chance, text: &mut String, column: usize) {
    text.push_str(chance.one_of(&[" |", " |-", " |+"]));
    text.push_str(chance.one_of(&["", " ", " # x"]));
    text.push('\n');
    let column = column + 1 + chance.below(3);
    text.push_str(chance.one_of(&["", "", "\n", "\n\n"]));
    for _ in 0..chance.below(4) {
        indent(text, column);
        text.push_str(chance.one_of(&["x", "é", "# x", "a: b", "- x", "\"", "x  ", "|", "%"]));
        text.push('\n');
        text.push_str(chance.one_of(&["", "", "", "\n", "  \n", "            \n", "                 x\n"]));
    }
}

/// With up to three pieces put in, taken out or moved.
pub(crate) fn damaged(make: fn(&mut Chance) -> Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let mut text = make(chance);
    for _ in 0..=chance.below(3) {
        let at = chance.below(text.len() + 1);
        let to = text.len().min(at + chance.below(4));
        match chance.below(3) {
            0 => drop(text.splice(at..at, chance.one_of(MARKS).bytes())),
            1 => drop(text.splice(at..to, [])),
            _ => drop(text.splice(at..to, chance.one_of(MARKS).bytes())),
        }
    }
    text
}

/// Lines that have nothing to do with each other.
pub(crate) fn heap(chance: &mut Chance) -> Vec<u8> {
    let mut text = String::new();
    for _ in 0..=chance.below(5) {
        indent(&mut text, chance.below(4));
        while chance.percent(25) {
            text.push_str(chance.one_of(&["- ", "-  ", "-"]));
        }
        if chance.percent(75) {
            text.push_str(chance.one_of(KEYS));
            text.push_str(chance.one_of(&[":", ":", ":", ": ", " :", ""]));
        }
        if chance.percent(50) {
            text.push_str(chance.one_of(&[" ", " ", "  ", ""]));
            text.push_str(chance.one_of(TEXTS));
        }
        end(chance, &mut text);
    }
    text.into_bytes()
}
