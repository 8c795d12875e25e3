//! Bytes ─▶ what is packed in them, read as Go's `compress/gzip` does.
//!
//! The stream itself is unpacked by flate2, and its checksum asked only where somebody
//! reads on to its end. The header is read here: Go takes flags that nobody
//! has given a meaning yet, and no name of more than 511 bytes.

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use std::io::{self, ErrorKind, Read};

/// What every chart begins with.
pub(super) const MAGIC: &[u8] = &[0x1f, 0x8b, 8];

const HEADER_CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
/// With the zero at its end.
const LONGEST_TEXT: usize = 512;

/// One stream after the other.
pub(super) struct Gunzip<'a> {
    /// None after the last.
    stream: Option<DeflateDecoder<&'a [u8]>>,
    crc: Crc,
}

impl<'a> Gunzip<'a> {
    /// # Errors
    /// It does not begin with a header of gzip.
    pub(super) fn new(packed: &'a [u8]) -> io::Result<Gunzip<'a>> {
        Ok(Gunzip { stream: Some(begin(packed)?), crc: Crc::new() })
    }

    /// After a stream: its checksum and length, then another one or nothing.
    fn finish(&mut self, rest: &'a [u8]) -> io::Result<()> {
        let (trailer, rest) = rest.split_first_chunk::<8>().ok_or(ErrorKind::UnexpectedEof)?;
        let expected = [self.crc.sum().to_le_bytes(), self.crc.amount().to_le_bytes()].concat();
        if *trailer != *expected {
            return Err(ErrorKind::InvalidData.into());
        }
        self.crc.reset();
        if !rest.is_empty() {
            self.stream = Some(begin(rest)?);
        }
        Ok(())
    }
}

impl Read for Gunzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(stream) = &mut self.stream {
            let read = stream.read(buffer)?;
            self.crc.update(&buffer[..read]);
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let ended = self.stream.take().expect("it is there");
            self.finish(ended.into_inner())?;
        }
        Ok(0)
    }
}

/// What follows a header.
fn begin(packed: &[u8]) -> io::Result<DeflateDecoder<&[u8]>> {
    body(packed).map(DeflateDecoder::new).ok_or_else(|| ErrorKind::InvalidData.into())
}

fn body(packed: &[u8]) -> Option<&[u8]> {
    let (fixed, mut rest) = packed.split_first_chunk::<10>()?;
    let flags = fixed[3];
    if !fixed.starts_with(MAGIC) {
        return None;
    }
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().take(LONGEST_TEXT).position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        let mut crc = Crc::new();
        crc.update(&packed[..packed.len() - rest.len()]);
        let (checksum, after) = rest.split_first_chunk::<2>()?;
        let [low, high, ..] = crc.sum().to_le_bytes();
        if *checksum != [low, high] {
            return None;
        }
        rest = after;
    }
    Some(rest)
}
