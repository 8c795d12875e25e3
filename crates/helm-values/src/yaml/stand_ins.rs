//! A text as libyaml gets it: with stand-ins where libyaml would refuse what
//! go-yaml takes, or end something too early.

use std::borrow::Cow;

use super::events::Mark;
use super::parse_error::ParseError;

/// A text is read again at most so often; nobody writes the things above more.
const MOST_ROUNDS: usize = 256;

pub(super) const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// A text, as libyaml gets it.
pub(super) struct Text<'bytes> {
    pub(super) bytes: Cow<'bytes, [u8]>,
    /// Characters that the text does not have: for a byte order mark, a colon, nothing.
    pub(super) stand_ins: Option<[char; 3]>,
    pub(super) mangled: bool,
    rounds: usize,
}

impl<'bytes> Text<'bytes> {
    /// UTF-16 becomes UTF-8, inner byte order marks become letters.
    pub(super) fn new(bytes: &'bytes [u8]) -> Text<'bytes> {
        let mut text = Text { bytes: utf_8(bytes), stand_ins: None, mangled: false, rounds: 0 };
        let mark = BYTE_ORDER_MARK.as_bytes();
        let inner = text.bytes.strip_prefix(mark).unwrap_or(&text.bytes);
        // 0xEF begins no common letter, so that most texts are not searched further.
        if inner.contains(&mark[0]) && inner.windows(3).any(|three| three == mark) {
            text.replace_byte_order_marks();
        }
        text
    }

    fn replace_byte_order_marks(&mut self) {
        self.mangled = byte_order_mark_begins_a_portion(&self.bytes);
        let [stand_in, ..] = self.stand_ins();
        let mut letter = [0; 3];
        stand_in.encode_utf8(&mut letter);
        let bytes = self.bytes.to_mut();
        for at in 1..bytes.len().saturating_sub(2) {
            if bytes[at..].starts_with(BYTE_ORDER_MARK.as_bytes()) {
                bytes[at..at + 3].copy_from_slice(&letter);
            }
        }
    }

    fn stand_ins(&mut self) -> [char; 3] {
        let bytes = &self.bytes;
        *self.stand_ins.get_or_insert_with(|| {
            let text = String::from_utf8_lossy(bytes);
            let used: std::collections::BTreeSet<char> =
                text.chars().filter(|letter| ('\u{E000}'..='\u{F8FF}').contains(letter)).collect();
            let mut free = ('\u{E000}'..='\u{F8FF}').filter(|letter| !used.contains(letter));
            // A text that uses all 6,400 private letters shares some with us.
            [0, 1, 2].map(|_| free.next().unwrap_or('\u{F8FF}'))
        })
    }

    /// The text with the patch; too many are refused.
    pub(super) fn apply(&mut self, patch: &Patch) -> Result<(), ParseError> {
        self.rounds += 1;
        if self.rounds > MOST_ROUNDS {
            let message =
                "the text has too much that YAML readers do not agree on; put tags and colons between blanks";
            return Err(ParseError::random(message, patch.mark));
        }
        let [_, colon, nothing] = self.stand_ins();
        let bytes = self.bytes.to_mut();
        // From the end, so that the places before stay.
        for (at, stand_in) in patch.at.iter().rev() {
            let mut letter = [0; 3];
            let letter = match stand_in {
                StandIn::TagCharacter => ".",
                StandIn::Colon => colon.encode_utf8(&mut letter),
                StandIn::Nothing => nothing.encode_utf8(&mut letter),
            };
            bytes.splice(at..=at, letter.bytes());
        }
        Ok(())
    }
}

/// UTF-16 as UTF-8 with a byte order mark, up to where it is broken. There
/// stands what is broken in UTF-8, too: a wrong byte, which is seen as soon as
/// its portion is read, or a cut letter, which is seen at the end alone.
fn utf_8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let unit = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return bytes.into(),
    };
    let (pairs, rest) = bytes[2..].as_chunks::<2>();
    let mut text = String::from(BYTE_ORDER_MARK);
    let mut broken = (!rest.is_empty()).then_some(0xC3);
    for (at, letter) in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).enumerate() {
        match letter {
            Ok(letter) => text.push(letter),
            Err(half) => {
                let cut = half.unpaired_surrogate() < 0xDC00
                    && pairs.last().is_some_and(|last| {
                        at + text.chars().filter(|letter| *letter > '\u{FFFF}').count() + 1 == pairs.len()
                            && unit(*last) == half.unpaired_surrogate()
                    });
                broken = Some(if cut { 0xC3 } else { 0xFF });
                break;
            }
        }
    }
    let mut text = text.into_bytes();
    text.extend(broken);
    text.into()
}

/// go-yaml asks for a byte order mark at the wrong end of its buffer: with one
/// there, it drops the first character of every line until it reads on.
fn byte_order_mark_begins_a_portion(bytes: &[u8]) -> bool {
    let is_mark = |at: usize| bytes.get(at..at + 3) == Some(BYTE_ORDER_MARK.as_bytes());
    let mut from: usize = if is_mark(0) { 3 } else { 0 };
    let mut portion = 0;
    loop {
        if (from.saturating_sub(12)..from + 3).any(|at| at > 0 && is_mark(at)) {
            return true;
        }
        portion += 512;
        if portion >= bytes.len() {
            return byte_order_mark_near_end(bytes);
        }
        // A cut letter waits for the next portion. It has three such bytes at
        // most, else it is not UTF-8, and Helm refuses it.
        let cut = bytes[..=portion].iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80);
        portion -= cut.count();
        from = portion;
    }
}

/// At the end go-yaml reads on for each of the last letters; what it drops is
/// the first letter of a line.
fn byte_order_mark_near_end(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let is_break = |letter: char| matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let last: Vec<char> = text.chars().rev().take(5).collect();
    last.iter().take(4).enumerate().any(|(at, letter)| {
        let begins_a_line = last.get(at + 1).is_none_or(|before| is_break(*before));
        *letter == '\u{FEFF}' && (begins_a_line || last[..at].iter().copied().any(is_break))
    })
}

/// Bytes of the text to replace.
pub(super) struct Patch {
    pub(super) at: Vec<(usize, StandIn)>,
    /// Where.
    pub(super) mark: Mark,
}

/// What stands in place of one byte.
#[derive(Clone, Copy)]
pub(super) enum StandIn {
    /// A character of a tag that means nothing.
    TagCharacter,
    /// A letter that is turned back into a colon.
    Colon,
    /// A letter that is taken out.
    Nothing,
}

/// An event's text without stand-ins.
pub(super) fn turn_back(text: &mut String, [mark, colon, nothing]: [char; 3]) {
    if text.contains([mark, colon, nothing]) {
        *text = text.replace(mark, BYTE_ORDER_MARK).replace(colon, ":").replace(nothing, "");
    }
}
