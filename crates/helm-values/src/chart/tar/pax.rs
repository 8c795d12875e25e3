//! The records of a PAX header, which overrule the header after them.

use super::broken;
use super::header::Header;
use std::collections::BTreeMap;
use std::io;

/// Records by their keys; of two with one key the last counts.
#[derive(Default)]
pub(super) struct Pax(BTreeMap<Vec<u8>, Vec<u8>>);

/// What GNU tar wrote before it knew that a key can stand only once.
const OFFSET: &[u8] = b"GNU.sparse.offset";
const NUMBYTES: &[u8] = b"GNU.sparse.numbytes";
/// The same in one record.
pub(super) const MAP: &str = "GNU.sparse.map";

impl Pax {
    pub(super) fn parse(mut text: &[u8]) -> io::Result<Pax> {
        let mut records = BTreeMap::new();
        let mut map: Vec<&[u8]> = Vec::new();
        while !text.is_empty() {
            let (key, value, rest) = record(text).ok_or_else(broken)?;
            text = rest;
            if key == OFFSET || key == NUMBYTES {
                let is_expected = (key == OFFSET) == map.len().is_multiple_of(2);
                if !is_expected || value.contains(&b',') {
                    return Err(broken());
                }
                map.push(value);
            } else {
                records.insert(key.to_vec(), value.to_vec());
            }
        }
        if !map.is_empty() {
            records.insert(MAP.into(), map.join(&b','));
        }
        Ok(Pax(records))
    }

    /// What a key says; empty where it is not there.
    pub(super) fn get(&self, key: &str) -> &[u8] {
        self.0.get(key.as_bytes()).map_or(&[], Vec::as_slice)
    }

    /// Overrules the header; an empty record does not.
    pub(super) fn merge(&self, header: &mut Header) -> io::Result<()> {
        for (key, value) in self.0.iter().filter(|(_, value)| !value.is_empty()) {
            match key.as_slice() {
                b"path" => header.name.clone_from(value),
                b"size" => header.size = number(value)?,
                b"uid" | b"gid" => drop(number(value)?),
                b"atime" | b"mtime" | b"ctime" => check_time(value)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// A decimal number of 64 bits, with a sign or without.
pub(super) fn number(text: &[u8]) -> io::Result<i64> {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(broken)
}

fn check_time(text: &[u8]) -> io::Result<()> {
    let mut parts = text.splitn(2, |byte| *byte == b'.');
    number(parts.next().unwrap_or_default())?;
    let is_fraction = parts.next().unwrap_or_default().iter().all(u8::is_ascii_digit);
    if is_fraction { Ok(()) } else { Err(broken()) }
}

/// The first record: its length in all, a blank, a key, an equals sign, its value and
/// a line feed; then what follows it.
fn record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = text.iter().position(|byte| *byte == b' ')?;
    let length = usize::try_from(number(&text[..blank]).ok()?).ok()?;
    if length < 5 || length > text.len() || length <= blank + 1 {
        return None;
    }
    let (record, rest) = text.split_at(length);
    let record = record[blank + 1..].strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    let (key, value) = (&record[..equals], &record[equals + 1..]);
    let is_name = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
    let is_valid = !key.is_empty() && !(if is_name { value } else { key }).contains(&0);
    is_valid.then_some((key, value, rest))
}
