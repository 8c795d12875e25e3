//! Bytes ─▶ YAML events with marks, by libyaml, the parser that go-yaml was
//! translated from.
//!
//! The only file with `unsafe`: libyaml-rs speaks C's language. What comes out
//! is owned or borrowed safely, and no event carries a raw pointer. What the
//! events mean is the business of `builder`.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::{ptr, slice};

use libyaml_rs as c;

use super::scalar::Tag;

/// A place in the text that is parsed, 0-based.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of UTF-8 before it in the whole text, without a byte order mark.
    pub(super) index: usize,
    /// Line breaks before it, of any kind that YAML 1.1 knows.
    pub(super) line: u32,
    /// Characters before it in its line.
    pub(super) column: u32,
}

/// What happens next in the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The text ends.
    StreamEnd,
    /// A document begins; `minor` is the version that a `%YAML` line asks for.
    DocumentStart {
        /// 1 or 2.
        minor: Option<i32>,
    },
    /// A document ends.
    DocumentEnd,
    /// `*name`.
    Alias {
        /// The name.
        anchor: Box<[u8]>,
    },
    /// A scalar.
    Scalar {
        /// Its `&name`.
        anchor: Option<Box<[u8]>>,
        /// Its tag.
        tag: Tag,
        /// Not quoted and without a tag, or tagged `!`.
        implicit: bool,
        /// How it is written.
        style: Style,
        /// Its text, without quotes and escapes.
        text: String,
    },
    /// A list begins.
    ListStart {
        /// Its `&name`.
        anchor: Option<Box<[u8]>>,
        /// It has a tag, which changes nothing.
        tagged: bool,
        /// In brackets.
        flow: bool,
    },
    /// A table begins.
    TableStart {
        /// Its `&name`.
        anchor: Option<Box<[u8]>>,
        /// It has a tag, which changes nothing.
        tagged: bool,
        /// In braces, or a pair in brackets.
        flow: bool,
    },
    /// The innermost list or table ends.
    End,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes.
    Plain,
    /// Between double quotes.
    DoubleQuoted,
    /// Between single quotes, or as a block.
    Other,
}

/// An event and the text it stands for.
#[derive(Debug)]
pub(super) struct Event {
    /// What happens.
    pub(super) what: What,
    /// Where it begins, its tag and anchor included.
    pub(super) start: Mark,
    /// Where it ends.
    pub(super) end: Mark,
}

/// Why the text cannot be parsed.
#[derive(Debug)]
pub(super) struct LibyamlError {
    /// libyaml's own words, which never repeat the text.
    pub(super) problem: String,
    /// Where.
    pub(super) mark: Mark,
    /// What libyaml was about to read.
    pub(super) context: String,
    /// Where that began.
    pub(super) context_mark: Mark,
}

/// The events of a text.
pub(super) struct Events<'text> {
    // Boxed: libyaml keeps pointers to both.
    parser: Box<MaybeUninit<c::yaml_parser_t>>,
    _rest: Box<Rest<'text>>,
}

/// What libyaml has not asked for yet.
struct Rest<'text> {
    text: &'text [u8],
    /// The room that libyaml's buffer has when it is empty.
    room: usize,
}

/// go-yaml decodes this many bytes at once. An error further on than one such
/// portion after the first document is not seen by Helm 3.
const PORTION: usize = 512;

impl<'text> Events<'text> {
    /// The events of `text`, which is UTF-8 or has a byte order mark.
    pub(super) fn new(text: &'text [u8]) -> Events<'text> {
        let mut parser = Box::new(MaybeUninit::uninit());
        // SAFETY: the pointer is valid for writes; initialize overwrites all
        // of it and can only abort, not fail, where memory runs out.
        let initialized = unsafe { c::yaml_parser_initialize(parser.as_mut_ptr()) };
        debug_assert!(initialized.ok);
        let mut rest = Box::new(Rest { text, room: 0 });
        let data: *mut Rest = &raw mut *rest;
        // SAFETY: the parser is initialized and has no input yet; the rest is
        // boxed and kept beside the parser, so that `hand_out` finds it there.
        unsafe { c::yaml_parser_set_input(parser.as_mut_ptr(), hand_out, data.cast()) };
        Events { parser, _rest: rest }
    }

    /// The next event; not to be asked again after `StreamEnd` or an error.
    pub(super) fn next_event(&mut self) -> Result<Event, LibyamlError> {
        loop {
            let mut raw = MaybeUninit::<c::yaml_event_t>::uninit();
            // SAFETY: the parser is initialized and its input is alive; parse
            // overwrites all of the event before it does anything else.
            let parsed = unsafe { c::yaml_parser_parse(self.parser.as_mut_ptr(), raw.as_mut_ptr()) };
            if parsed.fail {
                return Err(self.error());
            }
            let mut raw = RawEvent(raw);
            if let Some(event) = raw.event() {
                return Ok(event);
            }
        }
    }

    fn error(&self) -> LibyamlError {
        // SAFETY: initialized in `new`, and borrowed for this function alone.
        let parser = unsafe { &*self.parser.as_ptr() };
        // SAFETY: null, or a literal of libyaml's that ends in NUL.
        let words = |pointer: *const i8| unsafe { name(pointer.cast()) };
        let words = |pointer| words(pointer).map(|words| String::from_utf8_lossy(&words).into_owned());
        let (mark, context_mark) = (mark(parser.problem_mark), mark(parser.context_mark));
        LibyamlError {
            problem: words(parser.problem).unwrap_or_else(|| "unknown problem".into()),
            mark: if mark == Mark::default() { context_mark } else { mark },
            context: words(parser.context).unwrap_or_default(),
            context_mark,
        }
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        // SAFETY: initialized in `new`, deleted once, here.
        unsafe { c::yaml_parser_delete(self.parser.as_mut_ptr()) };
    }
}

/// libyaml's read handler: fills its buffer up to one portion.
///
/// # Safety
/// `data` is the `Rest` that was set as input, `buffer` has room for `size`
/// bytes, `read` is valid: libyaml's own promises.
unsafe fn hand_out(data: *mut c_void, buffer: *mut u8, size: u64, read: *mut u64) -> i32 {
    // SAFETY: the caller's promise; nothing else looks at the rest meanwhile.
    let rest = unsafe { &mut *data.cast::<Rest>() };
    let size = usize::try_from(size).expect("it is in memory");
    rest.room = rest.room.max(size);
    let left_over = rest.room - size;
    let (now, later) =
        rest.text.split_at(rest.text.len().min(size).min(PORTION - left_over.min(PORTION - 1)));
    // SAFETY: `now` is at most `size` long and stands elsewhere.
    unsafe {
        ptr::copy_nonoverlapping(now.as_ptr(), buffer, now.len());
        *read = now.len() as u64;
    }
    rest.text = later;
    1
}

/// An event that libyaml filled in, freed when it is dropped.
struct RawEvent(MaybeUninit<c::yaml_event_t>);

impl RawEvent {
    /// The event, or none at the start of the stream, which says nothing.
    fn event(&mut self) -> Option<Event> {
        // SAFETY: parse filled it in.
        let raw = unsafe { self.0.assume_init_ref() };
        // SAFETY: in each arm, the part of the union that is read is the one
        // that libyaml fills in for this type of event.
        let what = unsafe {
            match raw.type_ {
                c::yaml_event_type_t::YAML_STREAM_START_EVENT => return None,
                c::yaml_event_type_t::YAML_DOCUMENT_START_EVENT => {
                    let version = raw.data.document_start.version_directive;
                    What::DocumentStart { minor: version.as_ref().map(|version| version.minor) }
                }
                c::yaml_event_type_t::YAML_DOCUMENT_END_EVENT => What::DocumentEnd,
                c::yaml_event_type_t::YAML_ALIAS_EVENT => {
                    What::Alias { anchor: name(raw.data.alias.anchor).unwrap_or_default() }
                }
                c::yaml_event_type_t::YAML_SCALAR_EVENT => {
                    let scalar = &raw.data.scalar;
                    What::Scalar {
                        anchor: name(scalar.anchor),
                        tag: tag(scalar.tag),
                        implicit: scalar.plain_implicit,
                        style: style(scalar.style),
                        text: text(scalar.value, scalar.length),
                    }
                }
                c::yaml_event_type_t::YAML_SEQUENCE_START_EVENT => {
                    let list = &raw.data.sequence_start;
                    let flow = list.style == c::yaml_sequence_style_t::YAML_FLOW_SEQUENCE_STYLE;
                    What::ListStart { anchor: name(list.anchor), tagged: !list.tag.is_null(), flow }
                }
                c::yaml_event_type_t::YAML_MAPPING_START_EVENT => {
                    let table = &raw.data.mapping_start;
                    let flow = table.style == c::yaml_mapping_style_t::YAML_FLOW_MAPPING_STYLE;
                    What::TableStart { anchor: name(table.anchor), tagged: !table.tag.is_null(), flow }
                }
                c::yaml_event_type_t::YAML_SEQUENCE_END_EVENT
                | c::yaml_event_type_t::YAML_MAPPING_END_EVENT => What::End,
                // NO_EVENT: what libyaml answers after the end of the stream.
                _ => What::StreamEnd,
            }
        };
        Some(Event { what, start: mark(raw.start_mark), end: mark(raw.end_mark) })
    }
}

impl Drop for RawEvent {
    fn drop(&mut self) {
        // SAFETY: parse filled it in; deleted once, here.
        unsafe { c::yaml_event_delete(self.0.as_mut_ptr()) };
    }
}

/// # Safety
/// `pointer` points to `length` bytes.
unsafe fn text(pointer: *const u8, length: u64) -> String {
    let length = usize::try_from(length).expect("it is in memory");
    // SAFETY: the caller's promise.
    String::from_utf8_lossy(unsafe { slice::from_raw_parts(pointer, length) }).into_owned()
}

/// # Safety
/// `pointer` is null or points to bytes that end in NUL.
unsafe fn name(pointer: *const u8) -> Option<Box<[u8]>> {
    // SAFETY: the caller's promise.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer.cast()) }.to_bytes().into())
}

/// # Safety
/// `pointer` is null or points to bytes that end in NUL.
unsafe fn tag(pointer: *const u8) -> Tag {
    if pointer.is_null() {
        return Tag::Absent;
    }
    // SAFETY: the caller's promise.
    Tag::from_long(unsafe { CStr::from_ptr(pointer.cast()) }.to_bytes())
}

fn style(raw: c::yaml_scalar_style_t) -> Style {
    match raw {
        c::yaml_scalar_style_t::YAML_PLAIN_SCALAR_STYLE => Style::Plain,
        c::yaml_scalar_style_t::YAML_DOUBLE_QUOTED_SCALAR_STYLE => Style::DoubleQuoted,
        _ => Style::Other,
    }
}

fn mark(raw: c::yaml_mark_t) -> Mark {
    // Marks beyond 2^32 cannot be: larger texts are refused before.
    Mark {
        index: usize::try_from(raw.index).unwrap_or(usize::MAX),
        line: u32::try_from(raw.line).unwrap_or(u32::MAX),
        column: u32::try_from(raw.column).unwrap_or(u32::MAX),
    }
}
