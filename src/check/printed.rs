//! Coalesced values → JSON for people to look at, without credentials.
//!
//! Numbers are printed as Go prints them, since it is Helm's view that is
//! shown. Keys, numbers, booleans and null are printed; of texts those that are
//! known to be harmless, or all but what looks like a credential. What stands under a name
//! like password, or equals or contains such a text, is replaced either way.

mod credential;

use super::trento;
use credential::{is_harmless, is_secret_name, looks_like_one};
use helm_values::{Error, Inputs, Node, Table, Value, coalesce, json_number};
use std::fmt::Write;

/// What stands in the place of a credential.
const REDACTED: &str = "\"<redacted>\"";

/// Shorter ones are looked for as the whole of a text alone.
const LONG_ENOUGH: usize = 6;

/// Deeper lines are not indented further: 10,000 levels are possible.
const DEEPEST_INDENT: usize = 40;

/// Which texts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownTexts {
    /// Those that are surely no credentials.
    Harmless,
    /// All but what looks like one.
    All,
}

/// The values as Helm would see them, or why not.
pub(super) fn values(inputs: &Result<Inputs, Error>, shown: ShownTexts) -> Result<String, String> {
    let layered = inputs
        .clone()
        .and_then(|inputs| coalesce(&trento::underneath(inputs)))
        .map_err(|error| error.to_string())?;
    let mut known = Vec::new();
    collect(&layered.values, false, &mut known);
    let mut printer = Printer { text: String::new(), known, shown };
    printer.table(&layered.values, false, 0);
    Ok(printer.text)
}

/// Every text that is a credential somewhere. A username is none by itself.
fn collect<'a>(table: &'a Table, inside: bool, known: &mut Vec<&'a str>) {
    let pair = names_a_secret(table);
    for (key, node) in table {
        let is_named = is_secret_name(key) && !key.to_lowercase().contains("username");
        let secret = inside || is_named || (pair && &**key != "name");
        collect_from(node, secret, known);
    }
}

/// A pair of a name and a value, such as a variable or a header, of a secret.
fn names_a_secret(table: &Table) -> bool {
    matches!(table.get("name").map(|node| &node.value), Some(Value::Text(name)) if is_secret_name(name))
}

fn collect_from<'a>(node: &'a Node, secret: bool, known: &mut Vec<&'a str>) {
    match &node.value {
        Value::Text(text) if secret && !text.is_empty() => known.push(text),
        Value::List(items) => items.iter().for_each(|item| collect_from(item, secret, known)),
        Value::Table(table) => collect(table, secret, known),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => {}
    }
}

struct Printer<'a> {
    text: String,
    known: Vec<&'a str>,
    shown: ShownTexts,
}

impl Printer<'_> {
    fn value(&mut self, node: &Node, secret: bool, depth: usize) {
        match &node.value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(bool) => self.text.push_str(if *bool { "true" } else { "false" }),
            Value::Int(_) | Value::Float(_) if secret => self.text.push_str(REDACTED),
            Value::Int(number) => write!(self.text, "{number}").expect("a String takes everything"),
            Value::Float(number) => self.text.push_str(&json_number(*number)),
            Value::Text(text) if text.is_empty() => self.text.push_str("\"\""),
            Value::Text(_) if secret => self.text.push_str(REDACTED),
            Value::Text(text) => self.string(text),
            Value::List(items) => self.list(items, secret, depth),
            Value::Table(table) => self.table(table, secret, depth),
        }
    }

    fn list(&mut self, items: &[Node], secret: bool, depth: usize) {
        self.text.push('[');
        for (index, item) in items.iter().enumerate() {
            self.next(index, depth);
            self.value(item, secret, depth + 1);
        }
        self.close(items.is_empty(), ']', depth);
    }

    fn table(&mut self, table: &Table, secret: bool, depth: usize) {
        self.text.push('{');
        let pair = names_a_secret(table);
        for (index, (key, node)) in table.iter().enumerate() {
            self.next(index, depth);
            self.key(key);
            match &node.value {
                Value::Table(auth) if &**key == "auth" => self.auth(auth, depth + 1),
                _ => self.value(node, secret || is_secret_name(key) || (pair && &**key != "name"), depth + 1),
            }
        }
        self.close(table.is_empty(), '}', depth);
    }

    /// A slip in a key leaves a credential under a name that nobody knows, so
    /// of `auth` only a type that there is is shown.
    fn auth(&mut self, auth: &Table, depth: usize) {
        self.text.push('{');
        for (index, (key, node)) in auth.iter().enumerate() {
            self.next(index, depth);
            self.key(key);
            let harmless = matches!(&node.value, Value::Text(text) if matches!(&**text, "basic" | "none"));
            self.value(node, !harmless, depth + 1);
        }
        self.close(auth.is_empty(), '}', depth);
    }

    /// A key is a name, unless it is a credential of another place.
    fn key(&mut self, key: &str) {
        self.text_or_not(key, !self.is_known(key) && !looks_like_one(key));
        self.text.push_str(": ");
    }

    fn string(&mut self, text: &str) {
        let shown = is_harmless(text) || self.shown == ShownTexts::All && !looks_like_one(text);
        self.text_or_not(text, shown && !self.is_known(text));
    }

    fn text_or_not(&mut self, text: &str, shown: bool) {
        if shown {
            self.text.push_str(&serde_json::to_string(text).expect("a text is written without fault"));
        } else {
            self.text.push_str(REDACTED);
        }
    }

    fn is_known(&self, text: &str) -> bool {
        self.known.iter().any(|known| text == *known || (known.len() >= LONG_ENOUGH && text.contains(known)))
    }

    fn next(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.text.push(',');
        }
        self.line(depth + 1);
    }

    fn close(&mut self, empty: bool, bracket: char, depth: usize) {
        if !empty {
            self.line(depth);
        }
        self.text.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", depth.min(DEEPEST_INDENT)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_go_prints_them() {
        for (number, text) in [
            (1.0, "1"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (9_007_199_254_740_993.0, "9007199254740992"),
        ] {
            assert_eq!(json_number(number), text);
        }
    }
}
