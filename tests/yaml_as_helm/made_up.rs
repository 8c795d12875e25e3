//! Documents that nobody wrote: by YAML's grammar, by scalars, by tokens.

use crate::chance::Chance;

/// Spellings that YAML 1.1, go-yaml or other readers treat in a way of their own.
pub const SPELLINGS: &[&str] = &[
    "y",
    "Y",
    "yes",
    "Yes",
    "YES",
    "yEs",
    "on",
    "On",
    "ON",
    "true",
    "True",
    "TRUE",
    "tRue",
    "n",
    "N",
    "no",
    "No",
    "NO",
    "off",
    "Off",
    "OFF",
    "false",
    "False",
    "FALSE",
    "~",
    "null",
    "Null",
    "NULL",
    "nUll",
    "",
    "0",
    "-0",
    "+0",
    "00",
    "0123",
    "08",
    "019",
    "0o17",
    "0O17",
    "0o8",
    "0x1F",
    "0X1f",
    "-0x1F",
    "+0x10",
    "0x",
    "0b",
    "0b101",
    "0B11",
    "-0b11",
    "0b12",
    "+0b1",
    "0b+1",
    "0b-1",
    "-0b-1",
    "1_000",
    "1_",
    "_1",
    "0x_1F",
    "0_7",
    "1__0",
    "-_1",
    "+_1",
    "1:30",
    "190:20:30",
    "1.",
    ".5",
    "+.5",
    "-.5",
    "1e3",
    "1E+3",
    "1.0",
    "1e-3",
    "1e400",
    ".1e400",
    "-1e400",
    "1e-400",
    "0x1p4",
    "1e",
    ".e1",
    "1.2.3",
    ".",
    "..",
    "-",
    "--",
    "+",
    "+.",
    ".5_0",
    "._5",
    ".5_",
    ".1e1_0",
    ".1e+_1",
    ".inf",
    "-.inf",
    "+.inf",
    ".Inf",
    ".INF",
    ".iNf",
    ".nan",
    ".NaN",
    ".NAN",
    ".nAn",
    "-.nan",
    "2001-01-01",
    "2001-1-1",
    "2001-02-30",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-14T21:59:43Z",
    "2001-12-14T1:2:3,4Z",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "9007199254740993",
    "0x7fffffffffffffff",
    "0xffffffffffffffff",
    "0777777777777777777777",
    "123456789012345678901234567890",
    "-0.0",
    "=",
    "<<",
    "0.1",
    "1.23456789012",
    "1e21",
    "1e20",
    "123456789.5",
    "1e5",
    "1e6",
    "100000.0",
    "1000000.0",
    "12345678.0",
    "0.0001",
    "0.00001",
    "1e-5",
    "3.4028235e38",
    "1e39",
    "-1e39",
    "1e-46",
    "16777217.0",
    "hunter2",
    "a b",
    "a#b",
    "a: b",
    "a,b",
    "x]y",
    "ünïcödé",
    "日本",
    "\u{1F600}",
    "a\u{A0}b",
    "\u{FEFF}",
    "-a",
    "?a",
    ":a",
    "a:",
    "a-",
    "@a",
    "`a",
    "%a",
    "!a",
    "*a",
    "&a",
    "'a",
    "\"a",
    "|",
    ">",
    "#",
    " a",
    "a ",
    "\ta",
    "a\tb",
];

const TAGS: &[&str] = &[
    "!!str",
    "!!int",
    "!!float",
    "!!bool",
    "!!null",
    "!!timestamp",
    "!!binary",
    "!!merge",
    "!!set",
    "!!map",
    "!!seq",
    "!",
    "!foo",
    "!!foo",
    "!<tag:yaml.org,2002:int>",
    "!<tag:yaml.org,2002:str>",
    "!<!>",
    "!e!x",
    "!a%20b",
    "!<x",
    "!!int%00",
    "!a!b",
    "!!",
    "!<>",
];

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
    for entry in 0..1 + chance.below(4) {
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

/// What stands behind a `:` or `-`, its line ends included.
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
    for _ in 0..1 + chance.below(3) {
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

fn scalar(chance: &mut Chance, text: &mut String) {
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

fn quoted(chance: &mut Chance, text: &mut String) {
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
    for _ in 0..1 + chance.below(9) {
        text.push_str(chance.one_of(&[
            "0", "0", "1", "2", "7", "8", "9", "12", ".", "_", "-", "+", "e", "E", "x", "X", "b", "o", "f",
            ":", "-01", "T",
        ]));
    }
}

/// Many scalars and keys in a document that is otherwise sound.
pub fn scalars(chance: &mut Chance) -> Vec<u8> {
    let mut text = String::new();
    for number in 0..1 + chance.below(3) {
        if chance.percent(40) {
            if chance.percent(20) {
                text.push_str(chance.one_of(TAGS));
                text.push(' ');
            }
            let before = text.len();
            if chance.percent(30) {
                numeric(chance, &mut text)
            } else {
                text.push_str(chance.one_of(SPELLINGS))
            }
            if text.len() == before || chance.percent(5) {
                text.push_str("''");
            }
        } else {
            text.push_str(&format!("key{number}"));
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

/// Tokens in any order, as fuzzers find the odd ends of a parser.
pub fn tokens(chance: &mut Chance) -> Vec<u8> {
    let tokens: &[&str] = &[
        "a",
        "b",
        "1",
        "é",
        " ",
        " ",
        "  ",
        "\n",
        "\n",
        "\n ",
        "\n  ",
        ": ",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "?",
        "{",
        "}",
        "[",
        "]",
        ",",
        ", ",
        "&a ",
        "&b",
        "*a",
        "*b ",
        "!",
        "! ",
        "!!str ",
        "!!int ",
        "!a!b ",
        "!<x> ",
        "\"",
        "'",
        "\"a\"",
        "'b'",
        "|",
        ">",
        "|\n ",
        "#",
        " #",
        "\t",
        "---",
        "\n---\n",
        "...",
        "\n...\n",
        "%",
        "%YAML 1.1\n",
        "%TAG !a! b\n",
        "@",
        "`",
        "\\",
        "<<",
        "<<: ",
        "~",
        "\r",
        "\r\n",
        "\u{85}",
        "\u{2028}",
        "\u{FEFF}",
        "=",
        "a: ",
        "b: ",
        "\na: ",
        "\nb: ",
        "\n- ",
        "\n ? ",
        "\n : ",
        "\u{7}",
        "\u{A0}",
    ];
    let mut text = String::from(if chance.percent(50) { "a: " } else { "" });
    for _ in 0..1 + chance.below(14) {
        text.push_str(chance.one_of(tokens));
    }
    text.into_bytes()
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
