//! The blocks of a tar, with whatever is odd about them; and gzip around them.

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// A header with its fields as they are written.
#[derive(Clone)]
pub(super) struct Header {
    pub name: Vec<u8>,
    pub prefix: Vec<u8>,
    pub kind: u8,
    pub mode: Vec<u8>,
    pub size: Vec<u8>,
    pub time: Vec<u8>,
    pub magic: &'static [u8],
    /// Written over the finished header, before its checksum is made.
    pub patch: Option<(usize, Vec<u8>)>,
    pub checksum: Checksum,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksum {
    Unsigned,
    Signed,
    Wrong,
}

pub(super) const USTAR: &[u8] = b"ustar\x0000";
pub(super) const GNU: &[u8] = b"ustar  \0";

impl Header {
    pub(super) fn new(name: &[u8], size: usize) -> Header {
        Header {
            name: name.to_vec(),
            prefix: Vec::new(),
            kind: b'0',
            mode: b"0000644\0".to_vec(),
            size: octal(size),
            time: octal(0),
            magic: USTAR,
            patch: None,
            checksum: Checksum::Unsigned,
        }
    }

    pub(super) fn block(&self) -> [u8; 512] {
        let mut block = [0; 512];
        let mut put = |at: usize, text: &[u8], most: usize| {
            let length = text.len().min(most);
            block[at..at + length].copy_from_slice(&text[..length]);
        };
        put(0, &self.name, 100);
        put(100, &self.mode, 8);
        put(124, &self.size, 12);
        put(136, &self.time, 12);
        put(156, &[self.kind], 1);
        put(257, self.magic, 8);
        put(345, &self.prefix, 155);
        if let Some((at, bytes)) = &self.patch {
            put(*at, bytes, 512 - at);
        }
        put(148, b"        ", 8);
        let sum: i64 = match self.checksum {
            Checksum::Unsigned => block.iter().map(|byte| i64::from(*byte)).sum(),
            Checksum::Signed => block.iter().map(|byte| i64::from(byte.cast_signed())).sum(),
            Checksum::Wrong => 1,
        };
        block[148..156].copy_from_slice(format!("{:06o}\0 ", sum.max(0)).as_bytes());
        block
    }
}

/// A size in digits.
pub(super) fn octal(size: usize) -> Vec<u8> {
    format!("{size:011o}\0").into_bytes()
}

/// A size in bytes.
pub(super) fn binary(size: u64) -> Vec<u8> {
    let mut field = vec![0x80, 0, 0, 0];
    field.extend(size.to_be_bytes());
    field
}

/// The zeros after data of this length.
pub(super) fn padding(length: usize) -> Vec<u8> {
    vec![0; length.wrapping_neg() % 512]
}

/// A header and its data, padded.
pub(super) fn entry(header: &Header, data: &[u8]) -> Vec<u8> {
    [&header.block()[..], data, &padding(data.len())].concat()
}

/// A record of a PAX header, its length in front.
pub(super) fn record(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key, b"=", value, b"\n"].concat();
    let mut length = rest.len() + 1;
    while length.to_string().len() + rest.len() != length {
        length += 1;
    }
    [length.to_string().as_bytes(), &rest].concat()
}

/// One gzip stream; `flags` with the fields that follow the fixed header, and what is
/// added to the checksum.
pub(super) fn zipped(data: &[u8], flags: u8, fields: &[u8], wrong: u32) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(data);
    let mut packed = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3];
    packed.extend(fields);
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(data).expect("in memory");
    packed.extend(deflated.finish().expect("in memory"));
    packed.extend(crc.sum().wrapping_add(wrong).to_le_bytes());
    packed.extend(crc.amount().to_le_bytes());
    packed
}

/// The same with a checksum of the header.
pub(super) fn zipped_with_checksum(data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&[0x1f, 0x8b, 8, 2 + 8, 0, 0, 0, 0, 0, 3, b'a', 0]);
    let [low, high, ..] = crc.sum().to_le_bytes();
    zipped(data, 2 + 8, &[b'a', 0, low, high], 0)
}
