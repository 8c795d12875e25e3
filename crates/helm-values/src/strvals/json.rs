//! JSON as Go's decoder reads it, up to the end of one value.
//!
//! A value ends where the next byte cannot go on with it, so `true1` is `true`
//! with a rest. Numbers are floating point, a key that comes twice counts as
//! the last, half a surrogate pair is U+FFFD.

use crate::value::{Node, Origin, Table, Value};

/// How deep Go goes.
const DEEPEST: usize = 10_000;

/// The value that begins at `at`, and where it ends; nothing if it is not JSON.
pub(super) fn value(text: &str, at: usize, origin: &Origin) -> Option<(Node, usize)> {
    let mut reader = JsonReader { text, at, origin };
    let node = reader.value(0)?;
    Some((node, reader.at))
}

/// JSON's blanks, which are fewer than Unicode's.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    origin: &'a Origin,
}

impl JsonReader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// The next byte that is not blank, not yet taken.
    fn solid(&mut self) -> Option<u8> {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.peek()
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let value = match self.solid()? {
            b'{' => self.table(depth + 1)?,
            b'[' => self.list(depth + 1)?,
            b'"' => Value::Text(self.text()?.into()),
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            b'n' => self.word("null", Value::Null)?,
            _ => self.number()?,
        };
        Some(Node { value, origin: self.origin.clone() })
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let found = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(value)
    }

    fn table(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut table = Table::new();
        if depth > DEEPEST {
            return None;
        }
        if self.solid()? == b'}' {
            self.at += 1;
            return Some(Value::Table(table));
        }
        loop {
            if self.solid()? != b'"' {
                return None;
            }
            let key = self.text()?;
            if self.solid()? != b':' {
                return None;
            }
            self.at += 1;
            let node = self.value(depth)?;
            table.insert(key, node);
            self.solid()?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(Value::Table(table)),
                _ => return None,
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut list = Vec::new();
        if depth > DEEPEST {
            return None;
        }
        if self.solid()? == b']' {
            self.at += 1;
            return Some(Value::List(list));
        }
        loop {
            list.push(self.value(depth)?);
            self.solid()?;
            match self.next()? {
                b',' => {}
                b']' => return Some(Value::List(list)),
                _ => return None,
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.next()? {
                b'"' => return Some(text),
                b'\\' => text.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        match self.next()? {
            b'"' => Some('"'),
            b'\\' => Some('\\'),
            b'/' => Some('/'),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => self.code_point(),
            _ => None,
        }
    }

    fn code_point(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let after = self.at;
        if self.next() == Some(b'\\') && self.next() == Some(b'u') {
            let low = self.unit()?;
            if (0xDC00..0xE000).contains(&low) {
                return char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            }
        }
        self.at = after;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.next()? {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digit()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digit()?;
        }
        let number: f64 = self.text[start..self.at].parse().ok()?;
        number.is_finite().then_some(Value::Float(number))
    }

    fn digit(&mut self) -> Option<()> {
        self.next()?.is_ascii_digit().then(|| self.digits())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
    }
}
