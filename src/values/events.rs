//! Bytes ─▶ YAML events with marks, by libyaml, the parser that go-yaml was
//! translated from.
//!
//! The only file with `unsafe`: libyaml-rs speaks C's language. What comes out
//! is owned or borrowed safely, and no event carries a raw pointer. What the
//! events mean is `compose`'s matter.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::slice;

use libyaml_rs as c;

use super::scalar::Tag;

/// A place in the text that is parsed: 0-based, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Characters before it in the whole text.
    pub index: usize,
    /// Line breaks before it, of any kind that YAML 1.1 knows.
    pub line: u32,
    /// Characters before it in its line.
    pub column: u32,
}

/// What happens next in the text.
#[derive(Debug, PartialEq, Eq)]
pub enum What {
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
        /// Between double quotes.
        double_quoted: bool,
        /// Its text, without quotes and escapes.
        text: String,
    },
    /// A list begins.
    ListStart {
        /// Its `&name`.
        anchor: Option<Box<[u8]>>,
    },
    /// A table begins.
    TableStart {
        /// Its `&name`.
        anchor: Option<Box<[u8]>>,
    },
    /// The innermost list or table ends.
    End,
}

/// An event and the text it stands for.
#[derive(Debug)]
pub struct Event {
    /// What happens.
    pub what: What,
    /// Where it begins, its tag and anchor included.
    pub start: Mark,
    /// Where it ends.
    pub end: Mark,
}

/// Why the text cannot be parsed.
#[derive(Debug)]
pub struct Fault {
    /// libyaml's own words, which never repeat the text.
    pub problem: String,
    /// Where.
    pub mark: Mark,
}

/// The events of a text.
pub struct Events<'text> {
    // Boxed: libyaml keeps a pointer to it.
    parser: Box<MaybeUninit<c::yaml_parser_t>>,
    text: PhantomData<&'text [u8]>,
}

impl<'text> Events<'text> {
    /// The events of `text`, which is UTF-8 or has a byte order mark.
    pub fn of(text: &'text [u8]) -> Events<'text> {
        let mut parser = Box::new(MaybeUninit::uninit());
        // SAFETY: the pointer is valid for writes; initialize overwrites all
        // of it and can only abort, not fail, where memory runs out.
        let initialized = unsafe { c::yaml_parser_initialize(parser.as_mut_ptr()) };
        debug_assert!(initialized.ok);
        let length = u64::try_from(text.len()).expect("a slice is shorter than 2^63 bytes");
        // SAFETY: the parser is initialized and has no input yet; the text
        // outlives it ('text), and a slice's pointer is never null.
        unsafe { c::yaml_parser_set_input_string(parser.as_mut_ptr(), text.as_ptr(), length) };
        Events { parser, text: PhantomData }
    }

    /// The next event; not to be asked again after `StreamEnd` or a fault.
    pub fn next(&mut self) -> Result<Event, Fault> {
        loop {
            let mut raw = MaybeUninit::<c::yaml_event_t>::uninit();
            // SAFETY: the parser is initialized and its input is alive; parse
            // overwrites all of the event before it does anything else.
            let parsed = unsafe { c::yaml_parser_parse(self.parser.as_mut_ptr(), raw.as_mut_ptr()) };
            if parsed.fail {
                return Err(self.fault());
            }
            let mut raw = RawEvent(raw);
            if let Some(event) = raw.event() {
                return Ok(event);
            }
        }
    }

    fn fault(&self) -> Fault {
        // SAFETY: initialized in `of`, and borrowed for this function alone.
        let parser = unsafe { &*self.parser.as_ptr() };
        let problem = if parser.problem.is_null() {
            "unknown problem".into()
        } else {
            // SAFETY: not null, and libyaml's problems are literals that end in NUL.
            unsafe { CStr::from_ptr(parser.problem.cast()) }.to_string_lossy().into_owned()
        };
        let (mark, context) = (mark(parser.problem_mark), mark(parser.context_mark));
        Fault { problem, mark: if mark == Mark::default() { context } else { mark } }
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        // SAFETY: initialized in `of`, deleted once, here.
        unsafe { c::yaml_parser_delete(self.parser.as_mut_ptr()) };
    }
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
                        double_quoted: scalar.style
                            == c::yaml_scalar_style_t::YAML_DOUBLE_QUOTED_SCALAR_STYLE,
                        text: text(scalar.value, scalar.length),
                    }
                }
                c::yaml_event_type_t::YAML_SEQUENCE_START_EVENT => {
                    What::ListStart { anchor: name(raw.data.sequence_start.anchor) }
                }
                c::yaml_event_type_t::YAML_MAPPING_START_EVENT => {
                    What::TableStart { anchor: name(raw.data.mapping_start.anchor) }
                }
                c::yaml_event_type_t::YAML_SEQUENCE_END_EVENT
                | c::yaml_event_type_t::YAML_MAPPING_END_EVENT => What::End,
                // NO_EVENT: what libyaml answers behind the end of the stream.
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

fn mark(raw: c::yaml_mark_t) -> Mark {
    // Marks beyond 2^32 cannot be: larger texts are refused before.
    Mark {
        index: usize::try_from(raw.index).unwrap_or(usize::MAX),
        line: u32::try_from(raw.line).unwrap_or(u32::MAX),
        column: u32::try_from(raw.column).unwrap_or(u32::MAX),
    }
}
