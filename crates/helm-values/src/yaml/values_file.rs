//! A file's bytes ─▶ the table that `-f` gives to Helm.
//!
//! Helm 3 reads the first document of a file and drops the rest in silence;
//! Helm 4 reads each document as a file of its own and layers them.
//!
//! The tree that comes out can be 10,000 deep: walk and drop it `on_deep_stack`.

use std::borrow::Cow;
use std::sync::Arc;

use super::builder;
use super::document::Document;
use super::key_filter::KeyFilter;
use super::parse_error::ParseError;
use super::parsing::{Parsed, first_document};
use super::pieces::{Piece, SeparatorError, lost_line, pieces};
use crate::merge::merge_tables;
use crate::stack::{needs_deep_stack, on_deep_stack};
use crate::value::{Node, Origin, Source, Table, Value};
use crate::{Error, ErrorKind, Warning};

/// The largest text that is read. Helm itself has no limit for `-f`; a release
/// has to fit into a Secret of 1 MiB.
pub(crate) const LARGEST: usize = 64 << 20;

/// Trees up to this depth are made on the caller's stack.
const SHALLOW: usize = 64;

/// Which documents of a file count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Documents {
    /// The first alone: Helm 3.
    First,
    /// All, later ones over earlier ones: Helm 4.
    All,
}

/// What a file says.
#[derive(Debug)]
pub(crate) struct ReadValues {
    /// Its settings.
    pub(crate) table: Table,
    /// What Helm does not say about it, in the order of the text.
    pub(crate) warnings: Vec<Warning>,
    /// Whether Helm 3 and Helm 4 read the same text: one piece, and all of it
    /// as it stands there.
    pub(crate) version_independent: bool,
}

/// The table that Helm gets from `bytes`, but for settings that `filter` leaves out.
pub(crate) fn read_values(
    bytes: &[u8],
    source: &Arc<Source>,
    documents: Documents,
    filter: Option<&KeyFilter>,
) -> Result<ReadValues, Error> {
    check_size(bytes, source)?;
    let mut warnings = Vec::new();
    let (pieces, version_independent) = match documents {
        Documents::First => {
            (vec![Piece { text: Cow::Borrowed(bytes), line_base: 0 }], is_version_independent(bytes))
        }
        Documents::All => {
            let pieces = pieces(bytes).map_err(|error| bad_separator(&error, source))?;
            let are_the_whole = are_the_whole(&pieces, bytes);
            if let Some(line) = lost_line(bytes) {
                let origin = Some(Origin { source: Arc::clone(source), line, column: 1 });
                warnings.push(Warning { message: LOST.into(), origin });
            }
            (pieces, are_the_whole)
        }
    };
    let mut parsed = Vec::new();
    for piece in &pieces {
        let Parsed { document, rest } =
            first_document(&piece.text).map_err(|error| located(error, source, piece.line_base))?;
        if let Some(mark) = rest {
            let (line, column) = (piece.line_base + mark.line + 1, mark.column + 1);
            let origin = Some(Origin { source: Arc::clone(source), line, column });
            warnings.push(Warning { message: ignored(documents).into(), origin });
        }
        parsed.extend(document.map(|document| (document, piece.line_base)));
    }
    let deepest = parsed.iter().map(|(document, _)| document.deepest()).max().unwrap_or(0);
    let table = made(deepest, || layered(&parsed, source, filter, &mut warnings))?;
    Ok(ReadValues { table, warnings, version_independent })
}

/// A tree that is so deep at most.
fn made<T: Send>(deepest: usize, make: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    if deepest <= SHALLOW {
        return make();
    }
    needs_deep_stack()?;
    on_deep_stack(make)
}

fn ignored(documents: Documents) -> &'static str {
    match documents {
        Documents::First => {
            "another document begins here, and Helm 3 reads the first alone; put it into a file of its own"
        }
        Documents::All => IGNORED,
    }
}

const IGNORED: &str = "another document begins here after the end of one, and Helm does not read it; begin it with a line of three dashes";

const SEVERAL: &str = "another document begins here, which some versions of Helm read and others do not; write the values as one document";

/// Whether the document that begins in this line, 0-based, begins by three dashes.
fn is_below_dashes(text: &[u8], line: u32) -> bool {
    let above: Vec<_> = text
        .split(|byte| *byte == b'\n')
        .take(usize::try_from(line).map_or(usize::MAX, |line| line + 1))
        .collect();
    let says_something = |line: &&&[u8]| !matches!(line.trim_ascii(), [] | [b'#', ..]);
    let (here, above) = above.split_last().expect("split gives one line and more");
    here.starts_with(b"---")
        || above.iter().rev().find(says_something).is_some_and(|line| line.starts_with(b"---"))
}

const LOST: &str = "Helm 4 does not read this line, since its length is a multiple of 4096 bytes and nothing ends it; end it with a line break";

const LOST_BY_SOME: &str = "kubectl and Helm 4 do not read this line, since its length is a multiple of 4096 bytes and nothing ends it; end it with a line break";

fn check_size(bytes: &[u8], source: &Arc<Source>) -> Result<(), Error> {
    if bytes.len() <= LARGEST {
        return Ok(());
    }
    let message = format!(
        "the file is larger than {} MiB; a release of Helm holds less than 1 MiB, so look whether it is a values file at all",
        LARGEST >> 20
    );
    Err(Error::in_source(ErrorKind::TooLarge, message, source, (0, 0)))
}

fn bad_separator(error: &SeparatorError, source: &Arc<Source>) -> Error {
    Error::in_source(ErrorKind::Refused, SeparatorError::MESSAGE, source, (error.line, 1))
}

fn located(error: ParseError, source: &Arc<Source>, line_base: u32) -> Error {
    let ParseError { message, mark, random } = error;
    let kind = if random { ErrorKind::Random } else { ErrorKind::Refused };
    Error::in_source(kind, message, source, (line_base + mark.line + 1, mark.column + 1))
}

/// Whether Helm 3 and Helm 4 read the same text, were it refused.
pub(crate) fn is_version_independent(bytes: &[u8]) -> bool {
    // Neither reads what is too large.
    bytes.len() > LARGEST || pieces(bytes).is_ok_and(|pieces| are_the_whole(&pieces, bytes))
}

fn are_the_whole(pieces: &[Piece], bytes: &[u8]) -> bool {
    let whole = |piece: &Piece| matches!(piece.text, Cow::Borrowed(text) if text.len() == bytes.len());
    matches!(pieces, [only] if whole(only))
}

fn layered(
    parsed: &[(Document<'_>, u32)],
    source: &Arc<Source>,
    filter: Option<&KeyFilter>,
    warnings: &mut Vec<Warning>,
) -> Result<Table, Error> {
    let mut all = Table::new();
    for (document, line_base) in parsed {
        let node = builder::build(document, (source, *line_base), filter, warnings)?;
        match node.value {
            Value::Table(table) if all.is_empty() => all = table,
            Value::Table(table) => merge_tables(&mut all, table),
            Value::Null => {}
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
                let message = "the document is not a table of settings; write key: value lines";
                return Err(Error::new(message, Some(node.origin)));
            }
        }
    }
    Ok(all)
}

/// The documents of a YAML stream, such as manifests for `kubectl apply` or what
/// `helm template` prints: cut at lines of three dashes, each read as
/// sigs.k8s.io/yaml reads it, with the place of every value.
///
/// Documents that hold nothing are left out, as kubectl leaves them out; a list
/// or a scalar comes as it is. All or nothing: where one document is not YAML, or
/// something stands after the end of one and is not read (`...` and a text), that
/// is the error, and so is what [`check_last_line`] finds. A text of more than
/// 64 MiB is refused, lists and tables more than 10,000 deep in each other are, too.
///
/// Two keys of one name are not an error, as with kubectl: the last counts.
///
/// ```
/// use helm_values::{Source, SourceKind, read_stream};
///
/// let source = Source { kind: SourceKind::File, name: "all.yaml".to_owned() };
/// let documents = read_stream(b"---\nkind: Secret\n---\n# nothing\n---\nkind: Pod\n", &source)?;
/// let kinds: Vec<_> = documents.iter().filter_map(|document| document.as_table()?["kind"].as_text()).collect();
/// assert_eq!(kinds, ["Secret", "Pod"]);
/// assert_eq!(documents[1].origin.to_string(), "all.yaml:6:1");
/// # Ok::<(), helm_values::Error>(())
/// ```
///
/// The trees can be 10,000 deep: walk and drop them [`on_deep_stack`].
pub fn read_stream(bytes: &[u8], source: &Source) -> Result<Vec<Node>, Error> {
    let source = &Arc::new(source.clone());
    check_size(bytes, source)?;
    check_last_line(bytes, source)?;
    let mut documents = Vec::new();
    for piece in pieces(bytes).map_err(|error| bad_separator(&error, source))? {
        documents.extend(read_document(&piece.text, source, piece.line_base)?);
    }
    Ok(documents)
}

/// An error where kubectl and Helm 4 do not read the last line: nothing ends it, and
/// its length is a multiple of 4096 bytes, which is what they read at once. Others read it.
///
/// ```
/// use helm_values::{Source, SourceKind, check_last_line};
///
/// let source = Source { kind: SourceKind::File, name: "all.yaml".to_owned() }.into();
/// let line = format!("a: {}", "b".repeat(4093));
/// assert!(check_last_line(line.as_bytes(), &source).is_err());
/// assert!(check_last_line((line + "\n").as_bytes(), &source).is_ok());
/// ```
pub fn check_last_line(bytes: &[u8], source: &Arc<Source>) -> Result<(), Error> {
    let Some(line) = lost_line(bytes) else { return Ok(()) };
    Err(Error::in_source(ErrorKind::Refused, LOST_BY_SOME, source, (line, 1)))
}

/// The one document of `text`, which begins after `lines_before` lines of its
/// source, as [`read_stream`] reads each; `None` where it holds nothing.
///
/// For whoever cuts a large stream and leaves out what cannot matter. The tree
/// can be 10,000 deep: walk and drop it [`on_deep_stack`].
pub fn read_document(text: &[u8], source: &Arc<Source>, lines_before: u32) -> Result<Option<Node>, Error> {
    let Parsed { document, rest } =
        first_document(text).map_err(|error| located(error, source, lines_before))?;
    if let Some(mark) = rest {
        let place = (lines_before + mark.line + 1, mark.column + 1);
        let message = if is_below_dashes(text, mark.line) { SEVERAL } else { IGNORED };
        return Err(Error::in_source(ErrorKind::Refused, message, source, place));
    }
    let Some(document) = document else { return Ok(None) };
    let node = made(document.deepest(), || {
        builder::build(&document, (source, lines_before), None, &mut Vec::new())
    })?;
    Ok(Some(node).filter(|node| node.value != Value::Null))
}
