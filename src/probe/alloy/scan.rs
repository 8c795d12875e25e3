//! Alloy's text → tokens, with the terminators that a line's end stands for.

use super::{AlloyError, AlloyErrorKind};
use zeroize::Zeroizing;

/// A word of the syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AlloyToken {
    Identifier(String),
    Number,
    /// Unquoted; `raw` was between backticks.
    Text {
        text: Zeroizing<String>,
        raw: bool,
    },
    /// One character.
    Sign(char),
    /// A comparison or a logical operator of two characters.
    Operator,
    Terminator,
    End,
}

const OPERATORS: [&str; 6] = ["==", "!=", "<=", ">=", "&&", "||"];

pub(super) struct Scanner<'a> {
    rest: &'a str,
    line: u32,
    /// The end of this line ends a statement.
    ends: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8]) -> Result<Self, AlloyError> {
        let text = std::str::from_utf8(text).map_err(|error| {
            let before = &text[..error.valid_up_to()];
            let breaks = before.split(|byte| *byte == b'\n').skip(1).count();
            AlloyError {
                line: u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1),
                kind: AlloyErrorKind::IllegalCharacter,
            }
        })?;
        // Go's scanners take a byte order mark at the beginning and nowhere else.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let Some((before, _)) = text.split_once(['\0', '\u{feff}']) {
            let line = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX).saturating_add(1);
            return Err(AlloyError { line, kind: AlloyErrorKind::IllegalCharacter });
        }
        Ok(Self { rest: text, line: 1, ends: false })
    }

    fn error<T>(&self, kind: AlloyErrorKind) -> Result<T, AlloyError> {
        Err(AlloyError { line: self.line, kind })
    }

    /// The next token, and its line.
    pub(super) fn next_token(&mut self) -> Result<(AlloyToken, u32), AlloyError> {
        if let Some(token) = self.blanks()? {
            return Ok(token);
        }
        let line = self.line;
        let Some(first) = self.rest.chars().next() else {
            // The end of the text ends a statement, too.
            return Ok((
                if std::mem::take(&mut self.ends) { AlloyToken::Terminator } else { AlloyToken::End },
                line,
            ));
        };
        let token = match first {
            _ if first.is_alphabetic() || first == '_' => AlloyToken::Identifier(self.word()),
            '0'..='9' => self.number(),
            '.' if self.rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            '"' => self.text()?,
            '`' => self.raw_text()?,
            _ if OPERATORS.iter().any(|operator| self.rest.starts_with(operator)) => {
                self.rest = &self.rest[2..];
                AlloyToken::Operator
            }
            '!' | '=' | '<' | '>' | '+' | '-' | '*' | '/' | '%' | '^' | '{' | '}' | '(' | ')' | '[' | ']'
            | ',' | '.' => {
                self.rest = &self.rest[1..];
                AlloyToken::Sign(first)
            }
            _ => return self.error(AlloyErrorKind::IllegalCharacter),
        };
        self.ends = matches!(
            token,
            AlloyToken::Identifier(_)
                | AlloyToken::Number
                | AlloyToken::Text { .. }
                | AlloyToken::Sign('}' | ')' | ']')
        );
        Ok((token, line))
    }

    /// Skips blanks and comments; a terminator where a statement ends.
    fn blanks(&mut self) -> Result<Option<(AlloyToken, u32)>, AlloyError> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
            if let Some(rest) = self.rest.strip_prefix('\n') {
                self.rest = rest;
                self.line += 1;
                if std::mem::take(&mut self.ends) {
                    return Ok(Some((AlloyToken::Terminator, self.line - 1)));
                }
            } else if self.rest.starts_with("//") {
                self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..];
            } else if let Some(inner) = self.rest.strip_prefix("/*") {
                let Some(end) = inner.find("*/") else { return self.error(AlloyErrorKind::CommentNotEnded) };
                let breaks = inner[..end].matches('\n').count();
                let line = self.line;
                self.line += u32::try_from(breaks).unwrap_or(u32::MAX);
                self.rest = &inner[end + 2..];
                if breaks > 0 && std::mem::take(&mut self.ends) {
                    return Ok(Some((AlloyToken::Terminator, line)));
                }
            } else {
                return Ok(None);
            }
        }
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    /// What it comes to matters to nobody.
    fn number(&mut self) -> AlloyToken {
        let mut previous = ' ';
        let end = self.rest.find(|c: char| {
            let is_part = c.is_ascii_alphanumeric()
                || matches!(c, '.' | '_')
                || (matches!(c, '+' | '-') && matches!(previous, 'e' | 'E'));
            previous = c;
            !is_part
        });
        self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
        AlloyToken::Number
    }

    fn raw_text(&mut self) -> Result<AlloyToken, AlloyError> {
        let inner = &self.rest[1..];
        let Some(end) = inner.find('`') else { return self.error(AlloyErrorKind::TextNotEnded) };
        // Go drops these, since an editor may have brought them.
        let text = Zeroizing::new(inner[..end].replace('\r', ""));
        self.line += u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        self.rest = &inner[end + 1..];
        Ok(AlloyToken::Text { text, raw: true })
    }

    fn text(&mut self) -> Result<AlloyToken, AlloyError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.rest.len().min(256)));
        let mut letters = self.rest[1..].chars();
        loop {
            match letters.next() {
                None | Some('\n') => return self.error(AlloyErrorKind::TextNotEnded),
                Some('"') => break,
                Some('\\') => match unescape(&mut letters) {
                    Some(Escaped::Byte(byte)) => bytes.push(byte),
                    Some(Escaped::Letter(letter)) => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
                    None => return self.error(AlloyErrorKind::UnknownEscape),
                },
                Some(letter) => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        self.rest = letters.as_str();
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(AlloyToken::Text { text: Zeroizing::new(text.to_owned()), raw: false }),
            Err(_) => self.error(AlloyErrorKind::IllegalCharacter),
        }
    }
}

enum Escaped {
    Byte(u8),
    Letter(char),
}

/// What follows a backslash, as Go's strconv.Unquote reads it.
fn unescape(letters: &mut std::str::Chars) -> Option<Escaped> {
    let byte = |byte| Some(Escaped::Byte(byte));
    match letters.next()? {
        'a' => byte(7),
        'b' => byte(8),
        'f' => byte(12),
        'n' => byte(b'\n'),
        'r' => byte(b'\r'),
        't' => byte(b'\t'),
        'v' => byte(11),
        '\\' => byte(b'\\'),
        '"' => byte(b'"'),
        'x' => number(letters, "", 2, 16).and_then(|number| byte(u8::try_from(number).ok()?)),
        'u' => number(letters, "", 4, 16).and_then(char::from_u32).map(Escaped::Letter),
        'U' => number(letters, "", 8, 16).and_then(char::from_u32).map(Escaped::Letter),
        first @ '0'..='7' => number(letters, first.encode_utf8(&mut [0; 4]), 2, 8)
            .and_then(|number| byte(u8::try_from(number).ok()?)),
        _ => None,
    }
}

/// `count` more digits after those of `first`.
fn number(letters: &mut std::str::Chars, first: &str, count: usize, radix: u32) -> Option<u32> {
    let mut number = u32::from_str_radix(first, radix).unwrap_or(0);
    for _ in 0..count {
        number = number.checked_mul(radix)?.checked_add(letters.next()?.to_digit(radix)?)?;
    }
    Some(number)
}
