//! libyaml's events ─▶ the events that go-yaml v2 would give: compatibility
//! with go-yaml.
//!
//! Both come from one parser, and differ where libyaml went on:
//!
//! | text | go-yaml v2 | libyaml 0.2.5 |
//! |---|---|---|
//! | `"\/"` | refused | a slash |
//! | `"\'"` | a quote | refused |
//! | `?` in a plain scalar in brackets | ends it, then refused | part of it |
//! | `:` before `,` `]` `}` in a plain scalar | part of it | refused |
//! | `,` `[` `]` in a tag | part of it | ends it |
//! | `%YAML 1.2`, numbers of over two digits | refused | taken |
//! | a byte order mark that begins a line | a letter | dropped |
//!
//! One difference stays: a key of up to 1,024 characters that are more than
//! 1,024 bytes is refused here and taken by go-yaml.
//!
//! What libyaml refuses or ends too early is replaced in a copy of the text by
//! something of the same width in characters, so that all places stay, and the
//! text is read again; stand-ins are turned back in the events.

use super::events::{Event, Events, LibyamlError, Mark, Style, What};
use super::parse_error::ParseError;
use super::scalar::Tag;
use super::stand_ins::{BYTE_ORDER_MARK, Patch, StandIn, Text, turn_back};

/// Why no event comes.
pub(super) enum EventError {
    /// The text is not what Helm reads.
    Refused(ParseError),
    /// The text has to be changed for libyaml and read again.
    Patch(Patch),
}

impl From<ParseError> for EventError {
    fn from(error: ParseError) -> EventError {
        EventError::Refused(error)
    }
}

fn refused(message: &str, mark: Mark) -> EventError {
    EventError::Refused(ParseError::refused(message, mark))
}

const UNKNOWN_VERSION: &str = "the %YAML line asks for a version that Helm does not know; delete it";
const DIRECTIVE_ALONE: &str = "a line that begins with % has no document below it, and Helm 4 finds none after three dashes, since it reads what follows them by itself; delete it";

/// The events of a text as go-yaml gives them.
pub(super) struct GoYamlEvents<'text> {
    events: Events<'text>,
    bytes: &'text [u8],
    stand_ins: Option<[char; 3]>,
    brackets: usize,
    /// Where the document's content is still to come, if it is.
    before_content: Option<usize>,
}

impl<'text> GoYamlEvents<'text> {
    /// From the text's beginning.
    pub(super) fn new(text: &'text Text) -> Result<GoYamlEvents<'text>, ParseError> {
        if text.mangled {
            let message = "a byte order mark stands where Helm drops letters because of it; delete the mark";
            return Err(ParseError::random(message, Mark::default()));
        }
        let bytes = &text.bytes;
        let events = Events::new(bytes);
        Ok(GoYamlEvents { events, bytes, stand_ins: text.stand_ins, brackets: 0, before_content: Some(0) })
    }

    /// The next event.
    pub(super) fn next_event(&mut self) -> Result<Event, EventError> {
        let mut event = self.events.next_event().map_err(|error| self.error(&error))?;
        self.before_content = None;
        match &mut event.what {
            What::DocumentStart { minor } => {
                let content = self.byte_of(event.end);
                if self.text_after_empty_table(content) {
                    return Err(ignored_after_empty_table(event.end));
                }
                self.before_content = Some(content);
                if minor.is_some() {
                    self.version(event.start, event.end)?;
                }
            }
            What::ListStart { tagged, flow, .. } | What::TableStart { tagged, flow, .. } => {
                self.brackets += usize::from(*flow);
                if *tagged {
                    self.tag(event.start)?;
                }
            }
            What::End => self.brackets = self.brackets.saturating_sub(1),
            What::Scalar { tag, style, text, .. } => {
                if *tag != Tag::Absent {
                    self.tag(event.start)?;
                }
                match style {
                    Style::Plain if self.brackets > 0 && text.contains('?') => {
                        return Err(refused(
                            "a question mark stands in a text between brackets, which Helm does not take; quote the text",
                            event.start,
                        ));
                    }
                    Style::DoubleQuoted => self.escapes(event.start, event.end)?,
                    Style::Plain | Style::Other => {}
                }
                if let Some(stand_ins) = self.stand_ins {
                    turn_back(text, stand_ins);
                }
            }
            What::StreamEnd | What::DocumentEnd | What::Alias { .. } => {}
        }
        Ok(event)
    }

    fn error(&self, error: &LibyamlError) -> EventError {
        if self.before_content.is_some_and(|from| self.text_after_empty_table(from)) {
            return ignored_after_empty_table(error.mark);
        }
        let patch = match (error.problem.as_str(), error.context.as_str()) {
            (_, "while scanning a tag" | "while parsing a tag") => {
                let at = self.byte_of(error.context_mark);
                self.tag_patch(at).map(|at| Patch { at, mark: error.context_mark })
            }
            ("found unexpected ':'", _) => self.replaced(error.mark, b":", StandIn::Colon),
            ("found unknown escape character", _) => self.replaced(error.mark, b"\\'", StandIn::Nothing),
            _ => None,
        };
        if let Some(patch) = patch {
            return EventError::Patch(patch);
        }
        if let Some(error) = self.about_directive(error) {
            return EventError::Refused(error);
        }
        // libyaml's words without the marks that our messages do not have.
        let problem = error.problem.replace(['\'', '"', '\\', '`'], "");
        let message = format!("the text is not YAML: {problem}; correct it here or in the lines above");
        EventError::Refused(ParseError { message, mark: error.mark, random: false })
    }

    /// Of a `%YAML` line Helm 3 takes version 1.1 alone. Helm 4 takes none: it reads
    /// what stands above a line of three dashes by itself, and finds no document there.
    fn about_directive(&self, error: &LibyamlError) -> Option<ParseError> {
        let (message, mark) = match error.problem.as_str() {
            "found incompatible YAML document" => (UNKNOWN_VERSION, error.mark),
            "did not find expected <document start>" => {
                let lines = self.bytes.split(|byte| *byte == b'\n').take(error.mark.line as usize + 1);
                let line = lines.into_iter().position(|line| line.starts_with(b"%"))?;
                let line = u32::try_from(line).expect("not after the error's");
                (DIRECTIVE_ALONE, Mark { line, column: 0, ..error.mark })
            }
            _ => return None,
        };
        Some(ParseError { message: message.to_owned(), mark, random: false })
    }

    /// go-yaml forgets that an empty table can be a key: a document that begins
    /// with one ends there, whatever follows in the line.
    fn text_after_empty_table(&self, from: usize) -> bool {
        let at = self.after_blanks(from);
        let line = self.bytes[at..].split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let after = line.strip_prefix(b"{").and_then(|line| line.trim_ascii_start().strip_prefix(b"}"));
        after.is_some_and(|after| !matches!(after.trim_ascii_start(), [] | [b'#', ..]))
    }

    fn replaced(&self, mark: Mark, what: &[u8], by: StandIn) -> Option<Patch> {
        let at = self.byte_of(mark);
        self.bytes.get(at..)?.starts_with(what).then(|| Patch { at: vec![(at, by)], mark })
    }

    /// go-yaml knows 1.1 alone, and numbers of two digits.
    fn version(&self, start: Mark, end: Mark) -> Result<(), EventError> {
        let (from, to) = (self.byte_of(start), self.byte_of(end));
        let lines = self.bytes.get(from..to).unwrap_or_default();
        let taken = lines.windows(5).position(|word| word == b"%YAML").is_some_and(|at| {
            let number = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let rest = lines[at + 5..].trim_ascii_start();
            let major = number(rest);
            let minor = rest.get(major + 1..).map_or(0, number);
            let one = |digits: Option<&[u8]>| matches!(digits, Some(b"1" | b"01"));
            one(rest.get(..major)) && one(rest.get(major + 1..major + 1 + minor))
        });
        if taken {
            return Ok(());
        }
        Err(refused(UNKNOWN_VERSION, start))
    }

    fn tag(&self, start: Mark) -> Result<(), EventError> {
        let from = self.byte_of(start);
        match self.tag_patch(from) {
            Some(at) => Err(EventError::Patch(Patch { at, mark: start })),
            None => Ok(()),
        }
    }

    /// What in the tag of a node that begins at `from` only go-yaml takes as
    /// part of it; also `%00`, where libyaml's tags end.
    fn tag_patch(&self, from: usize) -> Option<Vec<(usize, StandIn)>> {
        let start = self.properties(from).find(|at| self.bytes.get(*at) == Some(&b'!'))?;
        let verbatim = self.bytes.get(start + 1) == Some(&b'<');
        let tag = &self.bytes[start..];
        let length = tag.iter().position(|byte| !(is_tag_character(*byte) || verbatim && *byte == b'<'));
        let tag = &tag[..length.unwrap_or(tag.len())];
        let brackets =
            tag.iter().enumerate().filter(|(_, byte)| !verbatim && matches!(byte, b',' | b'[' | b']'));
        let nulls = tag.windows(3).enumerate().filter(|(_, three)| *three == b"%00").map(|(at, _)| at);
        // "%00" becomes "..0", which is as little a known tag.
        let nulls = nulls.flat_map(|at| [at, at + 1]);
        let mut all: Vec<_> =
            brackets.map(|(at, _)| at).chain(nulls).map(|at| (start + at, StandIn::TagCharacter)).collect();
        all.sort_by_key(|(at, _)| *at);
        (!all.is_empty()).then_some(all)
    }

    /// Where the anchor and the tag of a node begin, and at last its content.
    fn properties(&self, from: usize) -> impl Iterator<Item = usize> {
        let mut at = from;
        let mut done = false;
        std::iter::from_fn(move || {
            if done {
                return None;
            }
            at = self.after_blanks(at);
            let here = at;
            done = !matches!(self.bytes.get(at), Some(b'&' | b'!'));
            if !done {
                at += self.bytes.get(at..)?.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
            }
            Some(here)
        })
    }

    fn after_blanks(&self, from: usize) -> usize {
        let mut at = if from == 0 && self.bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) { 3 } else { from };
        while let Some(rest) = self.bytes.get(at..) {
            match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => at += 1,
                [0xC2, 0x85, ..] => at += 2,
                [0xE2, 0x80, 0xA8 | 0xA9, ..] => at += 3,
                [b'#', ..] if at > from || from <= 3 => {
                    at += rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
                }
                _ => break,
            }
        }
        at
    }

    fn escapes(&self, start: Mark, end: Mark) -> Result<(), EventError> {
        let (from, to) = (self.byte_of(start), self.byte_of(end));
        let from = self.properties(from).last().unwrap_or(from);
        let mut bytes = self.bytes.get(from..to).unwrap_or_default().iter();
        while let Some(byte) = bytes.next() {
            if *byte == b'\\' && bytes.next() == Some(&b'/') {
                let message = "a slash is escaped, which Helm does not take in YAML; write the slash alone";
                return Err(refused(message, start));
            }
        }
        Ok(())
    }

    /// libyaml-rs counts bytes, from after the byte order mark.
    fn byte_of(&self, mark: Mark) -> usize {
        mark.index + if self.bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) { 3 } else { 0 }
    }
}

fn ignored_after_empty_table(mark: Mark) -> EventError {
    let message = "a text stands after an empty table, and Helm ignores it; delete the text or the table";
    EventError::Refused(ParseError::random(message, mark))
}

fn is_tag_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.!~*'()[]%".contains(&byte)
}
