//! The fast path: common YAML ─▶ its nodes, without libyaml.
//!
//! Most values files are tables and lists by indentation, with texts that end
//! in their line. What libyaml makes of such a text is known beforehand, and it
//! is read here many times faster. Whatever could be read in another way, be it
//! only a tab, ends the attempt, and libyaml reads the whole text: nothing is
//! refused here. Both give the same nodes at the same places; what could be
//! doubted is left to libyaml.

mod blocks;
mod flow;

use std::borrow::Cow;

use super::document::{Children, Document, Kind, Nodes};
use super::events::Mark;
use super::scalar::Tag;

/// Longer keys are libyaml's: beyond 1,024 characters they are none.
const LONGEST_KEY: usize = 200;
/// Deeper texts are libyaml's.
const DEEPEST: usize = 200;

/// The nodes of a text that is one plain document.
pub(super) fn read(text: &[u8]) -> Option<Document<'_>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut reading = LineReader {
        nodes: Nodes::with_room_for(text),
        levels: Vec::new(),
        rest: text,
        line: 0,
        begun: false,
    };
    while let Some(line) = reading.next_line() {
        reading.line(&line)?;
        reading.line += 1;
        if !line.has_end {
            break;
        }
    }
    while !reading.levels.is_empty() {
        reading.close()?;
    }
    reading.nodes.whole()
}

struct LineReader<'t> {
    nodes: Nodes<'t>,
    /// Tables and lists that are not closed, each further right than the one before.
    levels: Vec<Level>,
    rest: &'t str,
    line: u32,
    /// Something stood there, were it only three dashes.
    begun: bool,
}

struct Line<'t> {
    text: &'t str,
    has_end: bool,
    /// Nothing else than what ASCII prints.
    is_printable: bool,
}

struct Level {
    column: usize,
    sort: Sort,
    /// Where the value of a key or an entry would begin that has none yet.
    awaiting: Option<Mark>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Table,
    List,
    /// A table's value with its dashes below the table's keys.
    ListBelowKey,
}

impl<'t> LineReader<'t> {
    /// The next line. Most have nothing but printable ASCII: one walk finds its end and that.
    fn next_line(&mut self) -> Option<Line<'t>> {
        let rest = self.rest;
        let printed = count_printable(rest.as_bytes());
        let is_printable = matches!(rest.as_bytes().get(printed), None | Some(b'\n'));
        let end = if is_printable {
            printed
        } else {
            printed + rest[printed..].find('\n').unwrap_or(rest.len() - printed)
        };
        let has_end = end < rest.len();
        self.rest = if has_end { &rest[end + 1..] } else { "" };
        (!rest.is_empty()).then_some(Line { text: &rest[..end], has_end, is_printable })
    }

    fn line(&mut self, line: &Line<'t>) -> Option<()> {
        let content = line.text.trim_start_matches(' ');
        let column = line.text.len() - content.len();
        if content.is_empty() {
            return Some(());
        }
        if content.starts_with('#') {
            return (line.is_printable || is_comment(content)).then_some(());
        }
        if !line.is_printable && !is_text(content) {
            return None;
        }
        if column == 0 && (content.starts_with("---") || content.starts_with("...")) {
            let begins = !self.begun && content.strip_prefix("---").is_some_and(ends_here);
            self.begun = true;
            return begins.then_some(());
        }
        self.begun = true;
        self.content(column, content)
    }

    /// A dash and what stands after it, or a key and its value.
    fn content(&mut self, mut column: usize, mut content: &'t str) -> Option<()> {
        let mut in_entry = false;
        while let Some(after) = entry(content) {
            self.entry(column)?;
            let next = after.trim_start_matches(' ');
            if ends_here(after) {
                return Some(());
            }
            column += content.len() - next.len();
            content = next;
            in_entry = true;
        }
        if let Some((key, after)) = key(content) {
            self.key(column, &key)?;
            let length = content.len() - after.len();
            self.level()?.awaiting = Some(self.mark(column + length));
            if ends_here(after) {
                return Some(());
            }
            let value = after.trim_start_matches(' ');
            return self.value(column + content.len() - value.len(), value);
        }
        if !in_entry {
            self.close_right_of(column)?;
            self.levels.last().filter(|level| level.column < column && level.awaiting.is_some())?;
        }
        self.value(column, content)
    }

    /// What stands after a key or a dash, or below it.
    fn value(&mut self, column: usize, value: &'t str) -> Option<()> {
        self.level()?.awaiting = None;
        match value.as_bytes().first()? {
            b'"' | b'\'' => {
                let (text, after) = quoted(value).map(borrowed).or_else(|| escaped(value))?;
                self.text(&text, false, column)?;
                ends_here(after).then_some(())
            }
            b'[' | b'{' if value.is_ascii() => {
                let after = self.flow(column, value, 0)?;
                ends_here(after).then_some(())
            }
            b'|' => self.literal(column, value),
            _ => self.text(plain(value)?, true, column),
        }
    }

    fn text(&mut self, text: &str, implicit: bool, column: usize) -> Option<()> {
        self.text_at(text, implicit, self.mark(column))
    }

    fn text_at(&mut self, text: &str, implicit: bool, mark: Mark) -> Option<()> {
        self.nodes.unnamed_scalar(text, (Tag::Absent, implicit), mark).map(drop)
    }

    fn open(&mut self, kind: fn(Children) -> Kind, column: usize) -> Option<()> {
        self.nodes.open(kind(Children::default()), None, self.mark(column)).ok()
    }

    fn mark(&self, column: usize) -> Mark {
        Mark { index: 0, line: self.line, column: u32::try_from(column).unwrap_or(u32::MAX) }
    }
}

/// Behind a dash that begins an entry.
fn entry(content: &str) -> Option<&str> {
    content.strip_prefix('-').filter(|after| after.is_empty() || after.starts_with(' '))
}

struct LineKey<'t> {
    text: &'t str,
    implicit: bool,
}

/// A key without its quotes, and what stands after its colon.
fn key(content: &str) -> Option<(LineKey<'_>, &str)> {
    let (key, after) = match content.as_bytes().first()? {
        b'"' | b'\'' => {
            let (text, after) = quoted(content)?;
            (LineKey { text, implicit: false }, after.strip_prefix(':')?)
        }
        first if begins_plain(*first) => {
            let bytes = content.as_bytes();
            let mut end = 0;
            loop {
                end += bytes[end..].iter().position(|byte| !is_plain(*byte))?;
                // A colon that nothing or a blank follows ends the key, another is in it.
                if bytes[end] != b':' || matches!(bytes.get(end + 1), None | Some(b' ')) {
                    break;
                }
                end += 1;
            }
            let after = content[end..].strip_prefix(':')?;
            (LineKey { text: &content[..end], implicit: true }, after)
        }
        _ => return None,
    };
    let ends = after.is_empty() || after.starts_with(' ');
    (ends && key.text.len() <= LONGEST_KEY && key.text.is_ascii()).then_some((key, after))
}

/// A text in quotes that has neither escapes nor quotes inside, and what
/// stands after it.
fn quoted(value: &str) -> Option<(&str, &str)> {
    let quote = char::from(*value.as_bytes().first()?);
    let (text, after) = value[1..].split_once(quote)?;
    let is_simple = if quote == '"' { !text.contains('\\') } else { !after.starts_with(quote) };
    is_simple.then_some((text, after))
}

fn borrowed<'t>((text, after): (&'t str, &'t str)) -> (Cow<'t, str>, &'t str) {
    (Cow::Borrowed(text), after)
}

/// A text in double quotes with the commonest escapes, and what stands after it.
fn escaped(value: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut rest = value.strip_prefix('"')?;
    let mut text = String::new();
    loop {
        let at = rest.find(['"', '\\'])?;
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest.as_bytes()[at] == b'"' {
            return Some((Cow::Owned(text), after));
        }
        text.push(match after.as_bytes().first()? {
            b'\\' => '\\',
            b'"' => '"',
            b'n' => '\n',
            b't' => '\t',
            _ => return None,
        });
        rest = &after[1..];
    }
}

/// A text without quotes, up to a comment or the line's end.
fn plain(value: &str) -> Option<&str> {
    let begins = match value.as_bytes() {
        [b'-', next, ..] => next.is_ascii_alphanumeric() || *next == b'-',
        [first, ..] => begins_plain(*first),
        [] => false,
    };
    // The texts are short: the library's search takes longer to begin than to find what
    // ends one, or makes it something else.
    let end = value.as_bytes().windows(2).position(|pair| matches!(pair, b" #" | b": "));
    let text = match end {
        Some(at) if value.as_bytes()[at] == b':' => return None,
        Some(at) => &value[..at],
        None => value,
    };
    let text = text.trim_end_matches(' ');
    (begins && !text.ends_with(':')).then_some(text)
}

/// Begins a text wherever it stands.
const fn begins_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'$' | b'(' | b'+' | b'~')
}

/// Goes on with it, in brackets too. Asked for most bytes of a text.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = u8::MAX;
        while byte > 0 {
            plain[byte as usize] = begins_plain(byte) || matches!(byte, b'-' | b')' | b'=' | b'@' | b'%');
            byte -= 1;
        }
        plain
    };
    PLAIN[usize::from(byte)]
}

/// Nothing but a comment stands there.
fn ends_here(after: &str) -> bool {
    let trimmed = after.trim_start_matches(' ');
    trimmed.is_empty() || trimmed.len() < after.len() && trimmed.starts_with('#')
}

/// How many bytes from the first on are printable ASCII. Eight at a time: a byte below a
/// blank or above a tilde sets its highest bit in `others`, and bytes after it may.
fn count_printable(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let mut count = 0;
    for eight in bytes.chunks_exact(8) {
        let eight = u64::from_le_bytes(eight.try_into().expect("eight of them"));
        let is_below = eight.wrapping_sub(EACH * u64::from(b' ')) & !eight;
        let is_above = eight.wrapping_add(EACH) | eight;
        let others = (is_below | is_above) & (EACH << 7);
        if others != 0 {
            return count + others.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    count + bytes[count..].iter().position(|byte| !is_printable(*byte)).unwrap_or(bytes.len() - count)
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn is_comment(text: &str) -> bool {
    text.chars().all(|letter| letter == '\t' || is_letter(letter))
}

fn is_text(text: &str) -> bool {
    text.chars().all(is_letter)
}

/// YAML has these letters, and none of them ends a line.
fn is_letter(letter: char) -> bool {
    match letter {
        '\u{2028}' | '\u{2029}' | '\u{FEFF}' => false,
        ' '..='~' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'.. => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{count_printable, is_printable};

    #[test]
    fn bytes_are_counted_by_eight_as_one_by_one() {
        let by_one = |bytes: &[u8]| bytes.iter().take_while(|&&byte| is_printable(byte)).count();
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    // What stands beside it could carry over, or borrow from it.
                    for [before, after] in
                        [*b"aa", *b" ~", *b"~ ", [b'a', 0xFF], [b' ', 0], [b'~', b'\n'], [b'a', 0x80]]
                    {
                        let mut bytes = vec![before; length];
                        bytes[at] = byte;
                        bytes[at + 1..].fill(after);
                        assert_eq!(count_printable(&bytes), by_one(&bytes), "{bytes:?}");
                    }
                }
            }
        }
        assert_eq!(count_printable(b""), 0);
    }
}
