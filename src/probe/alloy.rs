//! Grafana Alloy's configuration → the endpoints that it writes to.
//!
//! No library for Rust reads this syntax (HCL's take `${` in a text for a
//! template), so this reads as much as the block needs: blocks, attributes, and
//! texts as Go unquotes them. Any other value is an expression that is skipped
//! and said to be one. Its witness is Grafana's own parser (tests/alloy).
//! Nothing here knows the agent.

mod scan;

use scan::{AlloyToken, Scanner};
use std::fmt;
use zeroize::Zeroizing;

/// Deeper nested than any configuration.
const DEEPEST: usize = 64;
const WRITER: &str = "prometheus.remote_write";

/// What an attribute is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, unquoted.
    Text(Zeroizing<String>),
    /// Anything else: a number, a list, a call.
    Expression,
}

/// One `endpoint` of a `prometheus.remote_write`.
#[derive(Debug)]
pub struct Endpoint {
    /// The label of the component.
    pub label: String,
    /// 1-based, of the block.
    pub line: u32,
    /// Name with the blocks around it below the endpoint, `basic_auth.password`; value; line.
    pub attributes: Vec<(String, Value, u32)>,
}

/// Why a text is not Alloy's syntax; it never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlloyError {
    /// 1-based.
    pub line: u32,
    /// What is wrong.
    pub kind: AlloyErrorKind,
}

/// See [`AlloyError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlloyErrorKind {
    /// It is not UTF-8, or has a character that no token begins with.
    IllegalCharacter,
    /// A text has no end on its line.
    TextNotEnded,
    /// A backslash and what Go does not know.
    UnknownEscape,
    /// A comment has no end.
    CommentNotEnded,
    /// Something else should stand here.
    Unexpected,
    /// Blocks in blocks in blocks.
    TooDeep,
}

impl fmt::Display for AlloyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            AlloyErrorKind::IllegalCharacter => "a character stands here that Alloy does not take",
            AlloyErrorKind::TextNotEnded => "a text does not end on its line",
            AlloyErrorKind::UnknownEscape => "a text has a backslash with a letter that Alloy does not know",
            AlloyErrorKind::CommentNotEnded => "a comment does not end",
            AlloyErrorKind::Unexpected => "Alloy expects something else here",
            AlloyErrorKind::TooDeep => "blocks are nested too deep",
        })
    }
}

impl std::error::Error for AlloyError {}

/// Every endpoint, in the order of the text.
pub fn endpoints(text: &[u8]) -> Result<Vec<Endpoint>, AlloyError> {
    let mut reader = Reader::new(text)?;
    reader.body(&AlloyToken::End, &mut Vec::new())?;
    Ok(reader.endpoints)
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    token: AlloyToken,
    line: u32,
    endpoints: Vec<Endpoint>,
    /// Expressions that are open within each other.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a [u8]) -> Result<Self, AlloyError> {
        let mut scanner = Scanner::new(text)?;
        let (token, line) = scanner.next_token()?;
        Ok(Self { scanner, token, line, endpoints: Vec::new(), depth: 0 })
    }

    fn advance(&mut self) -> Result<AlloyToken, AlloyError> {
        let (token, line) = self.scanner.next_token()?;
        self.line = line;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn unexpected<T>(&self) -> Result<T, AlloyError> {
        Err(AlloyError { line: self.line, kind: AlloyErrorKind::Unexpected })
    }

    fn expect(&mut self, token: &AlloyToken) -> Result<(), AlloyError> {
        if self.token == *token { self.advance().map(drop) } else { self.unexpected() }
    }

    /// Statements up to `until`, below the blocks `around`.
    fn body(&mut self, until: &AlloyToken, around: &mut Vec<String>) -> Result<(), AlloyError> {
        if around.len() > DEEPEST {
            return Err(AlloyError { line: self.line, kind: AlloyErrorKind::TooDeep });
        }
        while self.token != *until {
            self.statement(around)?;
            if self.token != *until {
                self.expect(&AlloyToken::Terminator)?;
            }
        }
        Ok(())
    }

    fn statement(&mut self, around: &mut Vec<String>) -> Result<(), AlloyError> {
        let line = self.line;
        let mut name = self.identifier()?;
        while self.token == AlloyToken::Sign('.') {
            self.advance()?;
            name = name + "." + &self.identifier()?;
        }
        let mut label = None;
        if let AlloyToken::Text { raw: false, text, .. } = &self.token {
            label = Some(text.to_string());
            self.advance()?;
        }
        match self.token {
            AlloyToken::Sign('=') if label.is_none() && !name.contains('.') => {
                self.advance()?;
                let value = self.expression()?;
                self.keep(around, &name, value, line);
            }
            AlloyToken::Sign('{') => {
                self.advance()?;
                self.open(around, &name, label, line);
                self.body(&AlloyToken::Sign('}'), around)?;
                around.pop();
                self.expect(&AlloyToken::Sign('}'))?;
            }
            _ => return self.unexpected(),
        }
        Ok(())
    }

    fn identifier(&mut self) -> Result<String, AlloyError> {
        if !matches!(self.token, AlloyToken::Identifier(_)) {
            return self.unexpected();
        }
        match self.advance()? {
            AlloyToken::Identifier(name) => Ok(name),
            _ => self.unexpected(),
        }
    }

    fn open(&mut self, around: &mut Vec<String>, name: &str, label: Option<String>, line: u32) {
        match around.as_slice() {
            [] if name == WRITER => around.push(format!("{WRITER} {}", label.unwrap_or_default())),
            [writer] if name == "endpoint" => {
                if let Some(label) = writer.strip_prefix(WRITER) {
                    let label = label.trim_start().to_owned();
                    self.endpoints.push(Endpoint { label, line, attributes: Vec::new() });
                }
                around.push(name.to_owned());
            }
            _ => around.push(name.to_owned()),
        }
    }

    fn keep(&mut self, around: &[String], name: &str, value: Value, line: u32) {
        if let [writer, endpoint, inner @ ..] = around
            && writer.starts_with(WRITER)
            && endpoint == "endpoint"
            && let Some(last) = self.endpoints.last_mut()
        {
            let path = inner.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(".");
            last.attributes.push((path, value, line));
        }
    }

    /// A value: a text alone, or an expression that is only checked.
    fn expression(&mut self) -> Result<Value, AlloyError> {
        if around_too_deep(&mut self.depth) {
            return Err(AlloyError { line: self.line, kind: AlloyErrorKind::TooDeep });
        }
        let mut value = self.operand()?;
        while self.is_operator() {
            self.advance()?;
            self.operand()?;
            value = Value::Expression;
        }
        self.depth -= 1;
        Ok(value)
    }

    fn is_operator(&self) -> bool {
        match self.token {
            AlloyToken::Operator => true,
            AlloyToken::Sign(sign) => matches!(sign, '+' | '-' | '*' | '/' | '%' | '^' | '<' | '>'),
            _ => false,
        }
    }

    fn operand(&mut self) -> Result<Value, AlloyError> {
        let mut plain = true;
        while matches!(self.token, AlloyToken::Sign('-' | '!')) {
            self.advance()?;
            plain = false;
        }
        let value = match self.advance()? {
            AlloyToken::Text { text, .. } if plain => Value::Text(text),
            AlloyToken::Text { .. } | AlloyToken::Identifier(_) | AlloyToken::Number => Value::Expression,
            AlloyToken::Sign('(') => {
                self.expression()?;
                self.expect(&AlloyToken::Sign(')'))?;
                Value::Expression
            }
            AlloyToken::Sign('[') => self.list(']', Self::item)?,
            AlloyToken::Sign('{') => self.list('}', Self::field)?,
            _ => return self.unexpected(),
        };
        self.parts_of(value)
    }

    /// What may follow an operand: a field, an index, the arguments of a call.
    fn parts_of(&mut self, mut value: Value) -> Result<Value, AlloyError> {
        while let AlloyToken::Sign(sign @ ('.' | '[' | '(')) = self.token {
            self.advance()?;
            value = Value::Expression;
            match sign {
                '.' => drop(self.identifier()?),
                '(' => drop(self.list(')', Self::item)?),
                _ => {
                    self.expression()?;
                    self.expect(&AlloyToken::Sign(']'))?;
                }
            }
        }
        Ok(value)
    }

    /// Entries with commas between them, and perhaps one after the last.
    fn list(
        &mut self,
        end: char,
        entry: fn(&mut Self) -> Result<(), AlloyError>,
    ) -> Result<Value, AlloyError> {
        let end = AlloyToken::Sign(end);
        while self.token != end {
            entry(self)?;
            if self.token != end {
                self.expect(&AlloyToken::Sign(','))?;
            }
        }
        self.expect(&end)?;
        Ok(Value::Expression)
    }

    fn item(&mut self) -> Result<(), AlloyError> {
        self.expression().map(drop)
    }

    fn field(&mut self) -> Result<(), AlloyError> {
        match self.advance()? {
            AlloyToken::Identifier(_) | AlloyToken::Text { raw: false, .. } => (),
            _ => return self.unexpected(),
        }
        self.expect(&AlloyToken::Sign('='))?;
        self.item()
    }
}

fn around_too_deep(depth: &mut usize) -> bool {
    *depth += 1;
    *depth > DEEPEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> AlloyErrorKind {
        endpoints(text.as_bytes()).expect_err("not Alloy's syntax").kind
    }

    /// What the attribute `a` of an endpoint is set to, where its value is this.
    fn value(text: &str) -> Option<Value> {
        let text = format!("prometheus.remote_write \"t\" {{\nendpoint {{\na = {text}\n}}\n}}\n");
        let found = endpoints(text.as_bytes()).ok()?;
        Some(found[0].attributes[0].1.clone())
    }

    #[test]
    fn a_value_is_a_text_alone_or_an_expression() {
        assert_eq!(value("\"x\""), Some(Value::Text("x".to_owned().into())));
        for text in [
            "-\"x\"",
            "!true",
            "1 == 2",
            "\"x\" + \"y\"",
            "a.b[0](c)",
            "[1, \"x\",]",
            "{a = 1}",
            ".5",
            "1e+5",
            "1+ 2",
            "1 /* x */ + 2",
        ] {
            assert_eq!(value(text), Some(Value::Expression), "{text}");
        }
        for text in ["", "1 ==", "(1", "[1 2]", "{1 = 2}"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn an_endpoint_stands_in_a_writer_alone() {
        let found = endpoints(
            b"other \"o\" {\nendpoint { url = \"1\" }\n}\n\
              prometheus.remote_write \"t\" {\nwal { url = \"2\" }\nendpoint { url = \"3\" }\n}\n",
        );
        let found = found.expect("its syntax");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].label.as_str(), found[0].line, found[0].attributes.len()), ("t", 6, 1));
    }

    #[test]
    fn what_is_nested_has_64_levels_and_what_stands_beside_each_other_has_no_limit() {
        let blocks = |count: usize| format!("{}{}", "a {\n".repeat(count), "}\n".repeat(count));
        assert!(endpoints(blocks(DEEPEST).as_bytes()).is_ok());
        assert_eq!(error(&blocks(DEEPEST + 1)), AlloyErrorKind::TooDeep);
        let brackets = |count: usize| format!("a = {}1{}\n", "(".repeat(count), ")".repeat(count));
        assert!(endpoints(brackets(DEEPEST - 1).as_bytes()).is_ok());
        assert_eq!(error(&brackets(DEEPEST)), AlloyErrorKind::TooDeep);
        assert!(endpoints("a = 1\n".repeat(200).as_bytes()).is_ok());
        // A line's end in a comment ends a statement, too.
        assert!(endpoints(b"a = 1 /* \n */ b = 2\n").is_ok());
    }

    #[test]
    fn an_error_has_its_line_and_its_words() {
        for (text, line, words) in [
            ("\na = $", 2, "a character stands here that Alloy does not take"),
            ("a = \"x\n", 1, "a text does not end on its line"),
            ("a = `x\n", 1, "a text does not end on its line"),
            ("a = \"\\q\"", 1, "a text has a backslash with a letter that Alloy does not know"),
            ("\n\n/* x", 3, "a comment does not end"),
            ("a = 1\nb b\n", 2, "Alloy expects something else here"),
            ("a\nb = 1\n", 1, "Alloy expects something else here"),
            ("/* \n */ $", 2, "a character stands here that Alloy does not take"),
            ("a = `x\ny`\n$", 3, "a character stands here that Alloy does not take"),
        ] {
            let error = endpoints(text.as_bytes()).expect_err("not Alloy's syntax");
            assert_eq!((error.line, error.to_string().as_str()), (line, words), "{text:?}");
        }
    }
}
