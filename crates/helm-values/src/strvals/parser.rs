//! The grammar: keys with dots and indexes, values, lists.
//!
//! A place is found or made, then the value is put there; places that exist
//! are changed where they stand, as Go changes its maps and slices.

use super::changed::{Change, ChangedValue, Changes};
use super::flag::{ReadFile, SetFlag};
use super::json;
use super::typed::typed;
use crate::HelmVersion;
use crate::value::{Node, Origin, Table, Value};
use crate::yaml::lossy;

/// The greatest index that Helm takes.
const GREATEST_INDEX: i64 = 65_536;
/// How many dots one key may have.
const MOST_DOTS: usize = 30;
/// How deep lists in lists go; Helm has no bound, the stack has.
const MOST_INDEXES: usize = 500;
/// How many places one argument may open by its indexes; Helm has no bound.
const MOST_PLACES: usize = 1_000_000;

/// Why reading stopped.
enum StrvalsError {
    /// The argument is over, which Helm takes for success wherever it is.
    End,
    /// A message.
    Refused(String),
}

fn refused<T>(message: &str) -> Result<T, StrvalsError> {
    Err(StrvalsError::Refused(message.to_owned()))
}

fn clash<T>() -> Result<T, StrvalsError> {
    refused(
        "a key goes through a value of another type, set before; set the two apart, or make the first an empty table by --set-json KEY={}",
    )
}

fn no_value<T>() -> Result<T, StrvalsError> {
    refused(
        "a key has no value; a comma inside a value is written with a backslash before it, or the whole value given by --set-literal",
    )
}

pub(super) struct Parser<'a, 'r> {
    flag: SetFlag,
    text: &'a str,
    at: usize,
    end_in_index_is_success: bool,
    origin: &'a Origin,
    read_file: &'a mut ReadFile<'r>,
    places: usize,
    /// Where the keys begin that are read.
    keys_begin: usize,
    /// Whether a backslash that escapes nothing was taken out of the text that was read last.
    lost_backslash: bool,
    changes: Changes<'a>,
}

impl<'a, 'r> Parser<'a, 'r> {
    pub(super) fn new(
        flag: SetFlag,
        text: &'a str,
        version: &HelmVersion,
        origin: &'a Origin,
        read_file: &'a mut ReadFile<'r>,
    ) -> Self {
        let end_in_index_is_success = version.end_in_index_is_success;
        Parser {
            flag,
            text,
            at: 0,
            end_in_index_is_success,
            origin,
            read_file,
            places: 0,
            keys_begin: 0,
            lost_backslash: false,
            changes: Changes::new(flag),
        }
    }

    /// Changes the table; what the grammar changed of the values.
    pub(super) fn run(mut self, table: &mut Table) -> Result<Vec<ChangedValue>, String> {
        loop {
            self.keys_begin = self.at;
            match self.key(table, 0) {
                Ok(()) => {}
                Err(StrvalsError::End) => return Ok(self.changes.into_found()),
                Err(StrvalsError::Refused(message)) => return Err(message),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The text up to one of `stops`, and which; none at the end.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        self.lost_backslash = false;
        while let Some(c) = self.next() {
            if stops.contains(&c) {
                return (text, Some(c));
            }
            if c != '\\' || self.flag == SetFlag::Literal {
                text.push(c);
            } else {
                let escaped = self.next();
                self.lost_backslash |= !matches!(escaped, Some(',' | '{' | '}' | '\\'));
                text.extend(escaped);
            }
        }
        (text, None)
    }

    fn node(&self, value: Value) -> Node {
        Node { value, origin: self.origin.clone() }
    }

    fn key(&mut self, table: &mut Table, dots: usize) -> Result<(), StrvalsError> {
        let stops: &[char] =
            if self.flag == SetFlag::Literal { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let (key, stop) = self.until(stops);
        match stop {
            None if key.is_empty() => Err(StrvalsError::End),
            None | Some(',') => no_value(),
            Some('[') => self.list_at(table, &key, dots),
            Some('.') => self.table_at(table, &key, dots + 1),
            Some(_) => {
                let (node, end) = self.value()?;
                set(table, key, node);
                if end { Err(StrvalsError::End) } else { Ok(()) }
            }
        }
    }

    fn table_at(&mut self, table: &mut Table, key: &str, dots: usize) -> Result<(), StrvalsError> {
        if dots > MOST_DOTS {
            return refused("a key has more than 30 dots; Helm takes no more");
        }
        if let Some(existing) = table.get_mut(key) {
            let Value::Table(inner) = &mut existing.value else { return clash() };
            let result = self.key(inner, dots);
            return if result.is_ok() && inner.is_empty() { no_value() } else { result };
        }
        let mut inner = Table::new();
        let result = self.key(&mut inner, dots);
        if inner.is_empty() {
            return if result.is_ok() { no_value() } else { result };
        }
        set(table, key.to_owned(), self.node(Value::Table(inner)));
        result
    }

    fn list_at(&mut self, table: &mut Table, key: &str, dots: usize) -> Result<(), StrvalsError> {
        let index = self.index()?;
        if let Some(existing) = table.get_mut(key) {
            let Value::List(list) = &mut existing.value else { return clash() };
            // Without a key a list that grows is not put back.
            if key.is_empty() && usize::try_from(index).is_ok_and(|index| index >= list.len()) {
                return self.item(&mut list.clone(), index, dots, 0);
            }
            return self.item(list, index, dots, 0);
        }
        let mut list = Vec::new();
        let result = self.item(&mut list, index, dots, 0);
        set(table, key.to_owned(), self.node(Value::List(list)));
        result
    }

    fn index(&mut self) -> Result<i64, StrvalsError> {
        let (digits, stop) = self.until(&[']']);
        if stop.is_none() {
            // Helm 3 wraps the end of the argument in an error of its own.
            return if self.end_in_index_is_success { Err(StrvalsError::End) } else { refused(NO_INDEX) };
        }
        digits.parse().or_else(|_| refused(NO_INDEX))
    }

    fn item(
        &mut self,
        list: &mut Vec<Node>,
        index: i64,
        dots: usize,
        depth: usize,
    ) -> Result<(), StrvalsError> {
        let Ok(at) = usize::try_from(index) else { return refused("an index is negative; count from 0") };
        if depth > MOST_INDEXES {
            return refused("lists are nested more than 500 deep; that is more than is read here");
        }
        let (text, stop) = self.until(&['[', '.', '=']);
        if !text.is_empty() {
            return refused("something stands after an index; close it with a bracket and go on with a dot");
        }
        match stop {
            None => Err(StrvalsError::End),
            Some('=') => {
                let (node, _) = self.value()?;
                self.put(list, at, node)
            }
            Some('[') => {
                let next = self.index()?;
                let mut inner = match list.get_mut(at) {
                    None => Vec::new(),
                    Some(existing) => match &mut existing.value {
                        Value::Null => Vec::new(),
                        Value::List(inner) => return self.item(inner, next, dots, depth + 1),
                        Value::Bool(_)
                        | Value::Int(_)
                        | Value::Float(_)
                        | Value::Text(_)
                        | Value::Table(_) => return clash(),
                    },
                };
                self.item(&mut inner, next, dots, depth + 1)?;
                let node = self.node(Value::List(inner));
                self.put(list, at, node)
            }
            Some(_) => {
                let origin = self.origin;
                let Some(existing) = list.get_mut(at) else {
                    let mut inner = Table::new();
                    self.key(&mut inner, dots)?;
                    let node = self.node(Value::Table(inner));
                    return self.put(list, at, node);
                };
                if !matches!(existing.value, Value::Table(_)) {
                    *existing = Node { value: Value::Table(Table::new()), origin: origin.clone() };
                }
                let Value::Table(inner) = &mut existing.value else { return clash() };
                self.key(inner, dots)
            }
        }
    }

    fn put(&mut self, list: &mut Vec<Node>, at: usize, node: Node) -> Result<(), StrvalsError> {
        if i64::try_from(at).is_ok_and(|at| at > GREATEST_INDEX) {
            return refused("an index is over 65536; Helm takes no more");
        }
        if at >= list.len() {
            self.places += at + 1 - list.len();
            if self.places > MOST_PLACES {
                return refused(
                    "the indexes open more than a million places; that is more than is read here",
                );
            }
            let gap = self.node(Value::Null);
            list.resize(at + 1, gap);
        }
        list[at] = node;
        Ok(())
    }

    /// The value after `=`, and whether the argument ended before it began.
    fn value(&mut self) -> Result<(Node, bool), StrvalsError> {
        match self.flag {
            SetFlag::Json => Ok((self.json()?, false)),
            SetFlag::Literal => {
                let text = self.text[self.at..].to_owned();
                self.at = self.text.len();
                Ok((self.node(Value::Text(text.into())), false))
            }
            SetFlag::Typed | SetFlag::Text | SetFlag::File => {
                let text = self.text;
                self.changes.begin(&text[self.keys_begin..self.at - 1]);
                self.split_value()
            }
        }
    }

    /// The same up to a comma.
    fn split_value(&mut self) -> Result<(Node, bool), StrvalsError> {
        match self.peek() {
            None => Ok((self.node(Value::Text("".into())), true)),
            Some('{') => {
                self.changes.add(Change::MadeList);
                Ok((self.list()?, false))
            }
            Some(_) => {
                let (text, _) = self.until(&[',']);
                if self.lost_backslash {
                    self.changes.add(Change::LostBackslash);
                }
                Ok((self.scalar(&text)?, false))
            }
        }
    }

    fn list(&mut self) -> Result<Node, StrvalsError> {
        self.next();
        let mut list = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            match stop {
                None => return refused("a list does not end; close it with a curly bracket"),
                Some(',') => list.push(self.scalar(&text)?),
                Some(_) => {
                    if self.peek() == Some(',') {
                        self.next();
                    }
                    list.push(self.scalar(&text)?);
                    return Ok(self.node(Value::List(list)));
                }
            }
        }
    }

    fn scalar(&mut self, text: &str) -> Result<Node, StrvalsError> {
        match self.flag {
            SetFlag::Typed => Ok(typed(text, self.origin)),
            SetFlag::File => {
                let content = (self.read_file)(text).map_err(StrvalsError::Refused)?;
                Ok(self.node(Value::Text(lossy(content).into())))
            }
            SetFlag::Text | SetFlag::Json | SetFlag::Literal => Ok(self.node(Value::Text(text.into()))),
        }
    }

    fn json(&mut self) -> Result<Node, StrvalsError> {
        if self.blank_to_comma() {
            return Ok(self.node(Value::Null));
        }
        let Some((node, end)) = json::value(self.text, self.at, self.origin) else {
            return refused("a value is not JSON; text needs double quotes around it");
        };
        self.at = end;
        self.blank_to_comma();
        Ok(node)
    }

    /// Skips blanks and one comma; whether that is all there was.
    fn blank_to_comma(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return true,
                Some(',') => {
                    self.next();
                    return true;
                }
                Some(c) if c.is_whitespace() => self.next(),
                Some(_) => return false,
            };
        }
    }
}

const NO_INDEX: &str = "an index is not a whole number in brackets; write it as in key[0]";

/// An empty key is dropped.
fn set(table: &mut Table, key: String, node: Node) {
    if !key.is_empty() {
        table.insert(key, node);
    }
}
