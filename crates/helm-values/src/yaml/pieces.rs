//! A file's bytes ─▶ its documents, as texts that are parsed by themselves.
//!
//! The file is cut as k8s.io/apimachinery's `YAMLReader` cuts it, for Helm 4 as
//! for kubectl. Where a piece ends is thus a matter of lines, not of YAML.

use std::borrow::Cow;

/// A line of three dashes with more than a comment after them.
pub(super) struct SeparatorError {
    /// 1-based.
    pub(super) line: u32,
}

impl SeparatorError {
    pub(super) const MESSAGE: &str = "Helm 4 takes nothing but a comment after the three dashes that begin a document; put the rest into the next line";
}

/// A text that is parsed by itself.
pub(super) struct Piece<'bytes> {
    pub(super) text: Cow<'bytes, [u8]>,
    /// Lines of the file before it.
    pub(super) line_base: u32,
}

/// The file cut as k8s.io/apimachinery's `YAMLReader` cuts it: at lines that
/// begin with `---`, which belong to the piece below only where the piece
/// above is empty. Line ends become `\n`, the last one's too.
pub(super) fn pieces(bytes: &[u8]) -> Result<Vec<Piece<'_>>, SeparatorError> {
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
                return Err(SeparatorError { line: number + 1 });
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

/// The number of the last line where Helm 4 loses it, 1-based.
pub(super) fn lost_line(bytes: &[u8]) -> Option<u32> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let last = lines.next_back()?;
    // Of dashes only a comment can be lost.
    (is_lost(last) && !last.starts_with(b"---"))
        .then(|| u32::try_from(lines.count()).map_or(u32::MAX, |above| above.saturating_add(1)))
}

/// Most files need no cutting.
fn is_one_piece(text: &str) -> bool {
    text.ends_with('\n') && !text.starts_with("---") && !text.contains("\n---") && !text.contains('\r')
}

/// What Go reads at once.
const BUFFER: usize = 4096;

/// Helm 4 loses a last line without an end when it fills Go's read buffer to
/// the last byte.
fn is_lost(mut line: &[u8]) -> bool {
    if line.ends_with(b"\n") {
        return false;
    }
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
