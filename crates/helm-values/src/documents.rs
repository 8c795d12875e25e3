//! A file's bytes ─▶ the table that `-f` gives to Helm.
//!
//! Helm 3 reads the first document of a file and drops the rest in silence;
//! Helm 4 cuts the file at lines that begin with `---`, reads each piece as a
//! file of its own and layers them. Where a piece
//! ends is thus a matter of lines, not of YAML.
//!
//! The tree that comes out can be 10,000 deep: walk and drop it `on_deep_stack`.

use std::borrow::Cow;
use std::sync::Arc;

use super::Warning;
use super::compose::{self, Document, Tree, Wanted};
use super::differences::{Reader, Stop, Text, Wrong};
use super::events::{Mark, What};
use super::merge;
use super::stack::on_deep_stack;
use super::tree::{Origin, Source, Table, Value};

/// The largest text that is read. Helm itself has no limit for `-f`; a release
/// has to fit into a Secret of 1 MiB.
pub const LARGEST: usize = 64 << 20;

/// Trees up to this depth are made on the caller's stack.
const SHALLOW: usize = 64;

/// Which documents of a file count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Documents {
    /// The first alone: Helm 3.
    First,
    /// All, later ones over earlier ones: Helm 4.
    All,
}

/// What a file says.
#[derive(Debug)]
pub struct Read {
    /// Its settings.
    pub table: Table,
    /// What Helm does not tell about it, in the order of the text.
    pub warnings: Vec<Warning>,
    /// Whether Helm 3 and Helm 4 read the same text: one piece, and all of it
    /// as it stands there.
    pub alike: bool,
}

/// Why a file is not what Helm could read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotRead {
    /// State and what to do; never a text of the file.
    pub sentence: String,
    /// 1-based; 0 where it is about the whole file.
    pub line: u32,
    /// 1-based, in characters; 0 where it is about the whole file.
    pub column: u32,
    /// Helm takes the file, but what it reads is chance, or a fault of its own.
    pub random: bool,
}

impl CannotRead {
    fn at(wrong: Wrong, line_base: u32) -> CannotRead {
        let Wrong { sentence, mark, random } = wrong;
        CannotRead { sentence, line: line_base + mark.line + 1, column: mark.column + 1, random }
    }
}

/// The table that Helm gets from `bytes`.
pub fn read(bytes: &[u8], source: &Arc<Source>, documents: Documents) -> Result<Read, CannotRead> {
    read_wanted(bytes, source, documents, None)
}

/// The same, but for settings that nobody asks for.
pub fn read_wanted(
    bytes: &[u8],
    source: &Arc<Source>,
    documents: Documents,
    wanted: Option<&Wanted>,
) -> Result<Read, CannotRead> {
    if bytes.len() > LARGEST {
        return Err(CannotRead {
            sentence: format!(
                "the file is larger than {} MiB; a release of Helm holds less than 1 MiB, so look whether it is a values file at all",
                LARGEST >> 20
            ),
            line: 0,
            column: 0,
            random: false,
        });
    }
    let mut warnings = Vec::new();
    let (pieces, alike) = match documents {
        Documents::First => (vec![Piece { text: Cow::Borrowed(bytes), line_base: 0 }], is_read_alike(bytes)),
        Documents::All => {
            let pieces = pieces(bytes)?;
            let alike = are_the_whole(&pieces, bytes);
            (pieces, alike)
        }
    };
    let mut parsed = Vec::new();
    for piece in &pieces {
        if let Some(document) = first_document(piece, source, documents, &mut warnings)? {
            parsed.push((document, piece.line_base));
        }
    }
    let deep = parsed.iter().any(|(document, _)| document.deepest() > SHALLOW);
    let make = || tables(parsed, source, wanted, &mut warnings);
    let table = if deep { on_deep_stack(make) } else { make() }?;
    Ok(Read { table, warnings, alike })
}

/// The same about a text that was not read.
pub fn is_read_alike(bytes: &[u8]) -> bool {
    // Neither reads what is too large.
    bytes.len() > LARGEST || pieces(bytes).is_ok_and(|pieces| are_the_whole(&pieces, bytes))
}

fn are_the_whole(pieces: &[Piece], bytes: &[u8]) -> bool {
    let whole = |piece: &Piece| matches!(piece.text, Cow::Borrowed(text) if text.len() == bytes.len());
    matches!(pieces, [only] if whole(only))
}

fn tables(
    parsed: Vec<(Document<'_>, u32)>,
    source: &Arc<Source>,
    wanted: Option<&Wanted>,
    warnings: &mut Vec<Warning>,
) -> Result<Table, CannotRead> {
    let mut all = Table::new();
    for (document, line_base) in parsed {
        let node = Tree::of(document, source, line_base, warnings).pruned(wanted).grow()?;
        match node.value {
            Value::Table(table) if all.is_empty() => all = table,
            Value::Table(table) => merge::layer(&mut all, table),
            Value::Null => {}
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
                let Origin { line, column, .. } = node.origin;
                return Err(CannotRead {
                    sentence: "the document is not a table of settings; write key: value lines".into(),
                    line,
                    column,
                    random: false,
                });
            }
        }
    }
    Ok(all)
}

/// The first document of a piece; none where there is none.
fn first_document<'p>(
    piece: &'p Piece,
    source: &Arc<Source>,
    documents: Documents,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Document<'p>>, CannotRead> {
    if let Some(document) = compose::fast_path::read(&piece.text) {
        return Ok(Some(document));
    }
    let mut text = Text::of(&piece.text);
    let (document, mut events) = loop {
        let mut events = Reader::of(&text).map_err(|wrong| CannotRead::at(wrong, piece.line_base))?;
        let patch = match begin(&mut events) {
            Ok(None) => return Ok(None),
            Ok(Some(document)) => break (document, events),
            Err(Stop::Wrong(wrong)) => return Err(CannotRead::at(wrong, piece.line_base)),
            Err(Stop::Patch(patch)) => patch,
        };
        drop(events);
        text.apply(&patch).map_err(|wrong| CannotRead::at(wrong, piece.line_base))?;
    };
    if let Some(mark) = more(&mut events) {
        warnings.push(Warning {
            sentence: match documents {
                Documents::First => "another document begins here, and Helm 3 reads the first alone; put it into a file of its own",
                Documents::All => "another document begins here behind the end of one, and Helm reads it not; begin it with a line of three dashes",
            }
            .into(),
            origin: Some(Origin { source: Arc::clone(source), line: piece.line_base + mark.line + 1, column: mark.column + 1 }),
        });
    }
    Ok(Some(document))
}

fn begin(events: &mut Reader) -> Result<Option<Document<'static>>, Stop> {
    match events.next_event()?.what {
        What::DocumentStart { .. } => compose::parse(|| events.next_event()).map(Some),
        _ => Ok(None),
    }
}

/// Where something stands that is not read.
fn more(events: &mut Reader) -> Option<Mark> {
    loop {
        let event = match events.next_event() {
            Ok(event) => event,
            Err(Stop::Wrong(wrong)) => return Some(wrong.mark),
            Err(Stop::Patch(patch)) => return Some(patch.mark),
        };
        match event.what {
            What::StreamEnd => return None,
            What::DocumentStart { .. } | What::DocumentEnd => {}
            What::Scalar { implicit: true, text, .. } if text.is_empty() => {}
            _ => return Some(event.start),
        }
    }
}

/// A text that is parsed by itself.
struct Piece<'bytes> {
    text: Cow<'bytes, [u8]>,
    /// Lines of the file before it.
    line_base: u32,
}

/// The file cut as k8s.io/apimachinery's `YAMLReader` cuts it: at lines that
/// begin with `---`, which belong to the piece below only where the piece
/// above is empty. Line ends become `\n`, the last one's too.
fn pieces(bytes: &[u8]) -> Result<Vec<Piece<'_>>, CannotRead> {
    if str::from_utf8(bytes).is_ok_and(is_one_piece) {
        return Ok(vec![Piece { text: Cow::Borrowed(bytes), line_base: 0 }]);
    }
    let mut pieces = Vec::new();
    let mut piece: Option<Piece> = None;
    let mut number = 0u32;
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, below) = rest.split_at(length);
        rest = below;
        if line.starts_with(b"---") {
            if !only_a_comment(&line[3..]) {
                return Err(CannotRead {
                    sentence: "Helm 4 takes nothing but a comment behind the three dashes that begin a document; put the rest into the next line".into(),
                    line: number + 1,
                    column: 1,
                    random: false,
                });
            }
            if let Some(done) = piece.take() {
                pieces.push(done);
                number += 1;
                continue;
            }
        }
        if rest.is_empty() && is_lost(line) {
            break;
        }
        match &mut piece {
            None => piece = Some(Piece { text: line_end(line), line_base: number }),
            Some(piece) => add(&mut piece.text, line, bytes),
        }
        number += 1;
    }
    pieces.extend(piece);
    Ok(pieces)
}

/// Most files need no cutting.
fn is_one_piece(text: &str) -> bool {
    let begins = text.strip_suffix('\n').and_then(|lines| lines.rfind('\n')).map_or(0, |at| at + 1);
    text.ends_with('\n')
        && !is_lost(&text.as_bytes()[begins..])
        && !text.starts_with("---")
        && !text.contains("\n---")
        && !text.contains('\r')
}

/// Helm 4 loses a last line without an end when it fills Go's read buffer to
/// the last byte.
fn is_lost(mut line: &[u8]) -> bool {
    const BUFFER: usize = 4096;
    while line.len() >= BUFFER {
        // A carriage return at the buffer's end waits for its line feed.
        line = &line[BUFFER - usize::from(line[BUFFER - 1] == b'\r')..];
        if line.is_empty() {
            return true;
        }
    }
    false
}

fn only_a_comment(rest: &[u8]) -> bool {
    let rest = String::from_utf8_lossy(rest);
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

fn line_end(line: &[u8]) -> Cow<'_, [u8]> {
    match line {
        [text @ .., b'\r', b'\n'] => [text, b"\n"].concat().into(),
        [.., b'\n'] => line.into(),
        [..] => [line, b"\n"].concat().into(),
    }
}

/// Adds a line to a piece, without a copy as long as it stands there as it is.
fn add<'bytes>(piece: &mut Cow<'bytes, [u8]>, line: &[u8], whole: &'bytes [u8]) {
    match (piece, line_end(line)) {
        (Cow::Owned(piece), line) => piece.extend_from_slice(&line),
        (piece @ Cow::Borrowed(_), Cow::Borrowed(line)) => {
            let from = piece.as_ptr().addr() - whole.as_ptr().addr();
            *piece = Cow::Borrowed(&whole[from..from + piece.len() + line.len()]);
        }
        (piece @ Cow::Borrowed(_), Cow::Owned(line)) => piece.to_mut().extend_from_slice(&line),
    }
}
