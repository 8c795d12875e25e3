//! Bytes of a connection → one answer of HTTP/1.1.
//!
//! Stops where the answer ends by its own account, since a server may reset the
//! connection after it. A body that breaks off is as much of it as came; one
//! that drips or never ends is none. Early answers (`103 Early Hints`) are
//! skipped. Whatever a server sends, this holds little more than 1 MiB of it.

use super::ask_error::AskError;
use std::io::{self, ErrorKind, Read};

/// Heads, the early ones included.
const HEAD: usize = 64 << 10;
/// Prometheus' list of flags takes a few KiB; other programs' pages more.
const BODY: usize = 1 << 20;
const HEADERS: usize = 128;

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The code.
    pub(super) status: u16,
    /// Where a redirect leads to.
    pub(super) location: Option<String>,
    /// What the body is.
    pub(super) content_type: String,
    /// How many seconds the server wants to be left alone.
    pub(super) retry_after: Option<u64>,
    text: String,
}

/// Where a body ends.
enum End {
    Length(usize),
    Chunked,
    Close,
}

struct Head {
    answer: Answer,
    end: End,
    /// Where the body begins.
    length: usize,
}

impl Answer {
    /// Whether the body holds `word`.
    pub(super) fn says(&self, word: &str) -> bool {
        self.text.contains(word)
    }
}

/// Reads the answer to a request that has a body in its answer: not to HEAD.
pub(super) fn read(stream: &mut impl Read) -> Result<Answer, AskError> {
    let mut bytes = Vec::new();
    let mut skipped = 0;
    let head = loop {
        match parse(&bytes)? {
            Some(head) if (100..200).contains(&head.answer.status) => {
                // HTTP/2 or a WebSocket was not asked for.
                if head.answer.status == 101 {
                    return Err(AskError::NotHttp);
                }
                skipped += head.length;
                bytes.drain(..head.length);
            }
            Some(head) => break head,
            None if skipped + bytes.len() > HEAD => return Err(AskError::EndlessHead),
            None => match more(stream, &mut bytes) {
                Ok(0) if bytes.is_empty() => return Err(AskError::Closed),
                Ok(0) => return Err(AskError::NotHttp),
                Ok(_) => (),
                Err(error) => return Err(AskError::from(error)),
            },
        }
    };
    let Head { mut answer, end, length } = head;
    let body = body(stream, bytes.split_off(length), &end, answer.status)?;
    answer.text = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}

fn parse(bytes: &[u8]) -> Result<Option<Head>, AskError> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(AskError::EndlessHead),
        Err(_) => return Err(AskError::NotHttp),
    };
    let header = |name: &str| {
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let chunked = header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    let end = match header("content-length").map(|length| length.parse()) {
        _ if chunked => End::Chunked,
        Some(Ok(length)) => End::Length(length),
        Some(Err(_)) | None => End::Close,
    };
    let answer = Answer {
        status: response.code.ok_or(AskError::NotHttp)?,
        location: header("location"),
        content_type: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after").and_then(|text| text.parse().ok()),
        text: String::new(),
    };
    Ok(Some(Head { answer, end, length }))
}

/// As much of the body as came before its end or a broken connection.
fn body(stream: &mut impl Read, mut bytes: Vec<u8>, end: &End, status: u16) -> Result<Vec<u8>, AskError> {
    if matches!(status, 204 | 304) {
        return Ok(Vec::new());
    }
    let mut chunks = Chunks::default();
    loop {
        let is_whole = match end {
            End::Length(length) => bytes.len() >= *length,
            End::Chunked => chunks.take(&mut bytes),
            End::Close => false,
        };
        // What is left of framing counts, too: chunks of nothing must not go on for ever.
        if bytes.len() + chunks.body.len() + chunks.framing > BODY {
            return Err(AskError::EndlessBody);
        }
        let came = if is_whole { Ok(0) } else { more(stream, &mut bytes) };
        match came.map_err(AskError::from) {
            Ok(1..) => (),
            Err(AskError::TimedOut) => return Err(AskError::TimedOut),
            Ok(0) | Err(_) => return Ok(if matches!(end, End::Chunked) { chunks.body } else { bytes }),
        }
    }
}

/// A body that comes in chunks.
#[derive(Default)]
struct Chunks {
    body: Vec<u8>,
    /// Bytes that were no body.
    framing: usize,
}

impl Chunks {
    /// Takes the whole chunks out of `bytes`; true after the last one.
    fn take(&mut self, bytes: &mut Vec<u8>) -> bool {
        loop {
            let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(bytes) else {
                return false;
            };
            if size == 0 {
                return true;
            }
            let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size)?.checked_add(2));
            let Some(end) = end.filter(|end| *end <= bytes.len()) else { return false };
            self.body.extend(&bytes[start..end - 2]);
            self.framing += start + 2;
            bytes.drain(..end);
        }
    }
}

fn more(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(count) => {
                bytes.extend(&buffer[..count]);
                return Ok(count);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Gives one piece a read, is interrupted before each, then ends: with an error, or as a
    /// server that closes.
    struct Pieces {
        left: VecDeque<String>,
        end: Option<ErrorKind>,
        is_interrupted: bool,
    }

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.is_interrupted = !self.is_interrupted;
            if self.is_interrupted {
                return Err(ErrorKind::Interrupted.into());
            }
            match (self.left.pop_front(), self.end) {
                (Some(piece), _) => {
                    buffer[..piece.len()].copy_from_slice(piece.as_bytes());
                    Ok(piece.len())
                }
                (None, Some(kind)) => Err(kind.into()),
                (None, None) => Ok(0),
            }
        }
    }

    fn answer_with(
        end: Option<ErrorKind>,
        pieces: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Answer, AskError> {
        let left = pieces.into_iter().map(Into::into).collect();
        read(&mut Pieces { left, end, is_interrupted: false })
    }

    fn answer(pieces: &[&str]) -> Result<Answer, AskError> {
        answer_with(Some(ErrorKind::ConnectionReset), pieces.iter().copied())
    }

    /// A head, then one piece so often, then the last one.
    fn answer_of_many(head: &str, piece: &str, count: usize, last: &str) -> Result<Answer, AskError> {
        let pieces = std::iter::once(head).chain(std::iter::repeat_n(piece, count)).chain([last]);
        answer_with(Some(ErrorKind::ConnectionReset), pieces)
    }

    #[test]
    fn an_answer_ends_where_it_says() {
        for pieces in [
            &["HTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\nab", "cde"][..],
            &[
                "HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na",
                "b\r\n3;x=1\r\ncde\r\n0\r\n\r\n",
            ],
            &["HTTP/1.0 401 No\r\n\r\nabc", "de"],
            &[
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\n\r\nabcde",
            ],
        ] {
            let answer = answer(pieces).expect("an answer");
            assert_eq!((answer.status, answer.text.as_str()), (401, "abcde"), "{pieces:?}");
        }
    }

    #[test]
    fn a_body_that_breaks_off_leaves_the_head() {
        let cut = answer(&["HTTP/1.1 401 No\r\nContent-Length: 500\r\n\r\nab"]).expect("its head is whole");
        assert_eq!((cut.status, cut.text.as_str()), (401, "ab"));
        assert!(matches!(answer(&["HTTP/1.1 401 No\r\nContent-"]), Err(AskError::Broken(_))));
    }

    #[test]
    fn what_is_not_an_answer_is_none() {
        for bytes in
            ["\0\0\u{12}\u{4}", "SSH-2.0-x\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n"]
        {
            assert!(matches!(answer(&[bytes]), Err(AskError::NotHttp)), "{bytes:?}");
        }
        assert!(matches!(answer_with(None, ["HTTP/1.1 4"]), Err(AskError::NotHttp)));
        assert!(matches!(answer_with(None, [""; 0]), Err(AskError::Closed)));
    }

    #[test]
    fn a_head_has_64_kib_with_what_came_before_it() {
        let early = "HTTP/1.1 103 Early Hints\r\nLink: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n";
        assert!(matches!(answer_of_many(early, early, 3000, early), Err(AskError::EndlessHead)));
        let begin = "HTTP/1.1 401 No\r\nA: ";
        let odd = "x".repeat(999);
        assert!(matches!(answer_of_many(begin, &odd, 70, "\r\n\r\n"), Err(AskError::EndlessHead)));
        let first = format!("{begin}{}", "x".repeat(1024 - begin.len()));
        let (full, last) = ("x".repeat(1024), "\r\n\r\n");
        assert_eq!(answer_of_many(&first, &full, 63, last).expect("64 KiB and its end").status, 401);
    }

    #[test]
    fn a_body_has_1_mib_with_its_framing() {
        let head = |more: &str| format!("HTTP/1.1 200 OK\r\n{more}\r\n");
        let (full, odd) = ("x".repeat(4096), "x".repeat(999));
        let whole = answer_of_many(&head("Content-Length: 1048576\r\n"), &full, 256, "").expect("1 MiB");
        assert_eq!(whole.text.len(), BODY);
        assert!(matches!(answer_of_many(&head(""), &odd, 1060, ""), Err(AskError::EndlessBody)));
        let chunked = head("Transfer-Encoding: chunked\r\n");
        // Of six bytes each, and in pieces that end within one.
        let small = "1\r\na\r\n".repeat(500);
        let (front, back) = small.split_at(4);
        let first = format!("{chunked}{front}");
        let moved = format!("{back}{front}");
        let whole = answer_of_many(&first, &moved, 320, &format!("{back}0\r\n\r\n")).expect("960 kB");
        assert_eq!(whole.text.len(), 321 * 500);
        let endless = answer_of_many(&first, &moved, 400, &format!("{back}0\r\n\r\n"));
        assert!(matches!(endless, Err(AskError::EndlessBody)));
    }
}
