//! Lists in brackets and tables in braces that end in their line.

use super::{DEEPEST, LONGEST_KEY, LineReader, is_plain, plain, quoted};
use crate::yaml::document::Kind;

impl<'t> LineReader<'t> {
    /// Reads a list or a table; what stands after it. `column` is its own.
    pub(super) fn flow(&mut self, column: usize, text: &'t str, depth: usize) -> Option<&'t str> {
        if depth > DEEPEST {
            return None;
        }
        let is_list = text.starts_with('[');
        let end = if is_list { ']' } else { '}' };
        self.open(if is_list { Kind::List } else { Kind::Table }, column)?;
        let at = |rest: &str| column + text.len() - rest.len();
        let mut rest = text[1..].trim_start_matches(' ');
        if let Some(after) = rest.strip_prefix(end) {
            self.nodes.close();
            return Some(after);
        }
        loop {
            if !is_list {
                let after = self.flow_text(at(rest), rest, true)?;
                rest = after.strip_prefix(": ")?.trim_start_matches(' ');
            }
            rest = match rest.as_bytes().first()? {
                b'[' | b'{' => self.flow(at(rest), rest, depth + 1)?,
                _ => self.flow_text(at(rest), rest, false)?,
            };
            rest = rest.trim_start_matches(' ');
            if let Some(after) = rest.strip_prefix(end) {
                self.nodes.close();
                return Some(after);
            }
            rest = rest.strip_prefix(',')?.trim_start_matches(' ');
        }
    }

    /// A text in quotes or without; what stands after it.
    fn flow_text(&mut self, column: usize, rest: &'t str, is_key: bool) -> Option<&'t str> {
        let (text, implicit, after) = if rest.starts_with(['"', '\'']) {
            let (text, after) = quoted(rest)?;
            (text, false, after)
        } else {
            let goes_on = |byte: u8| is_plain(byte) || byte == b' ' && !is_key;
            let end = rest.bytes().position(|byte| !goes_on(byte)).unwrap_or(rest.len());
            (plain(&rest[..end])?, true, &rest[end..])
        };
        self.text(text, implicit, column)?;
        (!is_key || text.len() <= LONGEST_KEY).then_some(after)
    }
}
