//! A file's bytes ─▶ the table that `-f` gives to Helm.
//!
//! Helm 3 reads the first document of a file and drops the rest in silence;
//! Helm 4 cuts the file at lines that begin with `---`, reads each piece as a
//! file of its own and layers them. Here also stand the few places where
//! go-yaml's parser refuses what libyaml takes.
//!
//! The tree that comes out can be 10,000 deep: walk and drop it `on_deep_stack`.

use std::borrow::Cow;
use std::sync::Arc;

use super::Warning;
use super::compose::{self, Document, Tree, Wrong};
use super::events::{Event, Events, Mark, What};
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
    /// Helm takes the file, but what it reads differs from run to run.
    pub random: bool,
}

impl CannotRead {
    fn at(wrong: Wrong, line_base: u32) -> CannotRead {
        let Wrong { sentence, mark } = wrong;
        CannotRead { sentence, line: line_base + mark.line + 1, column: mark.column + 1, random: false }
    }
}

/// The table that Helm gets from `bytes`.
pub fn read(bytes: &[u8], source: &Arc<Source>, documents: Documents) -> Result<Read, CannotRead> {
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
    let pieces = match documents {
        Documents::First => vec![Piece { text: Cow::Borrowed(bytes), line_base: 0 }],
        Documents::All => pieces(bytes)?,
    };
    let mut parsed = Vec::new();
    for piece in &pieces {
        if let Some(document) = first_document(piece, source, documents, &mut warnings)? {
            parsed.push((document, piece.line_base));
        }
    }
    let deep = parsed.iter().any(|(document, _)| document.deepest() > SHALLOW);
    let make = || tables(parsed, source, &mut warnings);
    let table = if deep { on_deep_stack(make) } else { make() }?;
    Ok(Read { table, warnings })
}

fn tables(
    parsed: Vec<(Document, u32)>,
    source: &Arc<Source>,
    warnings: &mut Vec<Warning>,
) -> Result<Table, CannotRead> {
    let mut all = Table::new();
    for (document, line_base) in parsed {
        let node = Tree::of(document, source, line_base, warnings).grow()?;
        match node.value {
            Value::Table(table) if all.is_empty() => all = table,
            Value::Table(table) => layer(&mut all, table),
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

/// `above` over `below`: tables are layered, everything else is replaced.
fn layer(below: &mut Table, above: Table) {
    for (key, node) in above {
        match (below.get_mut(&key).map(|node| &mut node.value), node.value) {
            (Some(Value::Table(below)), Value::Table(above)) => layer(below, above),
            (_, value) => {
                below.insert(key, super::tree::Node { value, origin: node.origin });
            }
        }
    }
}

/// The first document of a piece; none where there is none.
fn first_document(
    piece: &Piece,
    source: &Arc<Source>,
    documents: Documents,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Document>, CannotRead> {
    let at = |wrong| CannotRead::at(wrong, piece.line_base);
    let mut differences = Differences::of(&piece.text);
    let mut events = Events::of(&piece.text);
    let first = events.next().map_err(|fault| at(compose::not_yaml(&fault.problem, fault.mark)))?;
    match first.what {
        What::StreamEnd => return Ok(None),
        What::DocumentStart { minor: Some(minor) } if minor != 1 => {
            return Err(at(compose::not_yaml(
                "the %YAML line asks for a version other than 1.1",
                first.start,
            )));
        }
        _ => {}
    }
    let document = compose::parse(&mut events, |event| differences.look(event)).map_err(at)?;
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

/// Where something stands that is not read.
fn more(events: &mut Events) -> Option<Mark> {
    loop {
        let event = match events.next() {
            Ok(event) => event,
            Err(fault) => return Some(fault.mark),
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
        match &mut piece {
            None => piece = Some(Piece { text: line_end(line), line_base: number }),
            Some(piece) => add(&mut piece.text, line, bytes),
        }
        number += 1;
    }
    pieces.extend(piece);
    Ok(pieces)
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

/// What go-yaml refuses and libyaml takes.
struct Differences<'text> {
    text: &'text [u8],
    /// A place in the text as libyaml counts, and as bytes.
    index: usize,
    byte: usize,
}

impl<'text> Differences<'text> {
    fn of(text: &'text [u8]) -> Differences<'text> {
        let byte = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Differences { text, index: 0, byte }
    }

    fn look(&mut self, event: &Event) -> Result<(), Wrong> {
        if let What::Scalar { double_quoted: true, .. } = event.what {
            let from = self.byte_of(event.start.index);
            let to = self.byte_of(event.end.index);
            if has_escaped_slash(self.text.get(from..to).unwrap_or_default()) {
                return Err(Wrong {
                    sentence: "a slash is escaped, which Helm does not take in YAML; write the slash alone"
                        .into(),
                    mark: event.start,
                });
            }
        }
        Ok(())
    }

    /// Marks only grow, so the text is walked once.
    fn byte_of(&mut self, index: usize) -> usize {
        while self.index < index && self.byte < self.text.len() {
            self.byte += 1;
            while self.text.get(self.byte).is_some_and(|byte| byte & 0xC0 == 0x80) {
                self.byte += 1;
            }
            self.index += 1;
        }
        self.byte
    }
}

fn has_escaped_slash(quoted: &[u8]) -> bool {
    let mut bytes = quoted.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' && bytes.next() == Some(&b'/') {
            return true;
        }
    }
    false
}
