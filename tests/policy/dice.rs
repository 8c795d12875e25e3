//! Documents by chance, the same ones in every run.

use serde_json::{Map, Value, json};

/// A source of chance: xorshift with a fixed beginning.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % sides as u64).expect("below a usize")
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }
}

/// What a flag is made of.
const PIECES: [&str; 30] = [
    "web.enable-remote-write-receiver",
    "web.enable-otlp-receiver",
    "enable-feature",
    "enable-feature=",
    "remote-write-receiver",
    "otlp-write-receiver",
    "exemplar-storage",
    "web.enable-lifecycle",
    "web.enable-remote-write",
    "-receiver",
    "no-",
    "--",
    "-",
    "=",
    "=true",
    ",",
    " ",
    "\t",
    " # a comment",
    "#",
    ": ",
    "\n",
    "\r",
    "\r\n",
    "\n            - --",
    "\u{85}",
    "\u{2028}",
    "@file",
    "ä",
    "'",
];

/// Forms that turn a receiver on in one list or another.
const FORMS: [&str; 8] = [
    "web.enable-remote-write-receiver",
    "web.enable-otlp-receiver",
    "enable-feature=remote-write-receiver",
    "enable-feature=exemplar-storage,otlp-write-receiver",
    "--web.enable-remote-write-receiver",
    "--web.enable-otlp-receiver",
    "--enable-feature=exemplar-storage,remote-write-receiver",
    "remote-write-receiver",
];

/// A text that is a flag, or nearly one.
pub(crate) fn flag(dice: &mut Dice) -> String {
    let mut text = if dice.once_in(3) { dice.pick(&FORMS).to_owned() } else { String::new() };
    let pieces = if text.is_empty() { 1 + dice.roll(3) } else { dice.roll(2) };
    text.extend((0..pieces).map(|_| dice.pick(&PIECES)));
    if dice.once_in(8) {
        sprinkle(dice, &mut text);
    }
    if dice.once_in(40) {
        text.make_ascii_uppercase();
    }
    text
}

/// One character somewhere in the text: a blank or a tab, any of ASCII, or one of those
/// that readers of YAML and Go's programs take for something else than a letter.
pub(crate) fn sprinkle(dice: &mut Dice, text: &mut String) {
    const OTHERS: [char; 12] = [
        '\u{a0}', '\u{85}', '\u{ad}', '\u{2003}', '\u{2028}', '\u{2029}', '\u{200b}', '\u{feff}', '\u{7f}',
        '\u{b}', 'ä', '😀',
    ];
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let c = match dice.roll(4) {
        0 => dice.pick(&[' ', '\t']),
        1 => dice.pick(&OTHERS),
        _ => char::from(u8::try_from(1 + dice.roll(127)).expect("ASCII")),
    };
    text.insert(dice.pick(&places), c);
}

/// Anything that stands where a flag's text, or the value of one, belongs.
pub(crate) fn leaf(dice: &mut Dice) -> Value {
    match dice.roll(20) {
        0 => Value::Null,
        1 => json!(""),
        2 => json!(dice.once_in(2)),
        3 => json!(dice.roll(3)),
        4 => dice.pick(&[json!([]), json!({})]),
        5 => json!([flag(dice)]),
        6 => json!({flag(dice): flag(dice)}),
        _ => json!(flag(dice)),
    }
}

/// What stands under one of the keys that hold flags.
pub(crate) fn flags(dice: &mut Dice) -> Value {
    match dice.roll(20) {
        0 => leaf(dice),
        1..=11 => (0..dice.roll(4)).map(|_| leaf(dice)).collect(),
        _ => {
            let entry = |dice: &mut Dice| (flag(dice), leaf(dice));
            let entries: Map<String, Value> = (0..dice.roll(4)).map(|_| entry(dice)).collect();
            Value::Object(entries)
        }
    }
}

/// A server that has flags and says nothing about who may write.
pub(crate) fn server_with_flags(dice: &mut Dice) -> Value {
    let mut server = Map::new();
    for (key, times) in [("extraFlags", 2), ("extraArgs", 2), ("defaultFlagsOverride", 5)] {
        if dice.once_in(times) {
            server.insert(key.to_owned(), flags(dice));
        }
    }
    Value::Object(server)
}

/// Anything in place of a credential or a type.
fn credential(dice: &mut Dice) -> Value {
    let long = "p".repeat(71 + dice.roll(4));
    let texts = [
        "a", "none", "basic", "None", " a", "a ", "#a", "a#", "a:b", "a\"", "a\\", "ä", "a\n", "\0",
        "$2y$05$a",
    ];
    match dice.roll(10) {
        0 => Value::Null,
        1 => json!(""),
        2 => dice.pick(&[json!(0), json!(83.0), json!(false), json!([]), json!({}), json!(["a"])]),
        3 => json!(long),
        _ => json!(dice.pick(&texts)),
    }
}

fn auth(dice: &mut Dice) -> Value {
    let mut basic = Map::new();
    for key in ["username", "password", "existingSecret"] {
        if !dice.once_in(3) {
            basic.insert(key.to_owned(), credential(dice));
        }
    }
    let mut auth = Map::new();
    if dice.once_in(2) {
        let kind = if dice.once_in(2) { json!("basic") } else { credential(dice) };
        auth.insert("type".to_owned(), kind);
    }
    if !dice.once_in(4) {
        let basic = if dice.once_in(8) { credential(dice) } else { Value::Object(basic) };
        auth.insert("basic".to_owned(), basic);
    }
    if dice.once_in(12) { credential(dice) } else { Value::Object(auth) }
}

fn enabled(dice: &mut Dice) -> Value {
    dice.pick(&[json!(true), json!(false), json!(null), json!(0), json!(""), json!("false"), json!({})])
}

fn edge(dice: &mut Dice) -> Value {
    match dice.roll(10) {
        0 => leaf(dice),
        1 => json!({}),
        2 => json!({"edge": leaf(dice)}),
        4 => {
            json!({"edge": "external", "realm": dice.pick(&[json!("off"), json!("a$"), json!(null), json!("a")])})
        }
        3 => json!({"edge": "nginx"}),
        _ => json!({"edge": "traefik"}),
    }
}

/// A whole document, with every kind of mistake at every place.
pub(crate) fn document(dice: &mut Dice) -> Value {
    let mut server = server_with_flags(dice);
    if dice.once_in(2) {
        server["extraFlags"] = json!(["web.enable-remote-write-receiver"]);
    }
    if !dice.once_in(6) {
        server["auth"] = auth(dice);
    }
    if dice.once_in(3) {
        server["ingress"] = if dice.once_in(8) { leaf(dice) } else { json!({"enabled": enabled(dice)}) };
    }
    if dice.once_in(3) {
        // Beside an existing Secret the two names are compared outside the schema.
        let alone = server["auth"]["basic"]["existingSecret"].is_null();
        let name =
            dice.pick(if alone { &["remote-write-auth", "a", ""][..] } else { &["remote-write-auth", ""] });
        let volume = json!({"name": "remote-write-auth-secret", "secret": {"secretName": name}});
        server["extraVolumes"] = if dice.once_in(6) { leaf(dice) } else { json!([leaf(dice), volume]) };
    }
    let mut prometheus = Map::new();
    if !dice.once_in(20) {
        let server = if dice.once_in(40) { leaf(dice) } else { server };
        prometheus.insert("server".to_owned(), server);
    }
    if dice.once_in(3) {
        prometheus.insert("enabled".to_owned(), enabled(dice));
    }
    match dice.roll(60) {
        0 => json!({"prometheus": leaf(dice)}),
        1 => json!({}),
        2 => leaf(dice),
        3..=30 => json!({"prometheus": prometheus, "remote-write-auth": edge(dice)}),
        _ => json!({"prometheus": prometheus}),
    }
}
