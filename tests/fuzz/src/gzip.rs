//! Bytes ─▶ a part of a gzip file.

use std::cell::RefCell;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

thread_local! {
    /// To make one takes longer than to compress a chart.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// As they are, in blocks: no compressor has to look at them, nor does it lead to inputs that are
/// new to it alone.
pub fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut part = Vec::with_capacity(bytes.len() + 64);
    part.extend(HEADER);
    let mut rest = bytes;
    loop {
        let (block, below) = rest.split_at(rest.len().min(usize::from(u16::MAX)));
        let length = u16::try_from(block.len()).expect("no more than that");
        part.push(u8::from(below.is_empty()));
        part.extend([length, !length].map(u16::to_le_bytes).concat());
        part.extend(block);
        rest = below;
        if rest.is_empty() {
            break;
        }
    }
    end(part, bytes)
}

/// Compressed.
pub fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut part = Vec::with_capacity(bytes.len() + bytes.len() / 1024 + 256);
    part.extend(HEADER);
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        let status = compressor.compress_vec(bytes, &mut part, FlushCompress::Finish);
        assert!(status.expect("it takes any bytes") == Status::StreamEnd, "there was no room");
    });
    end(part, bytes)
}

/// Deflated, no flags, no time, no word of how or where.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

fn end(mut part: Vec<u8>, bytes: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    part.extend([crc.sum(), crc.amount()].map(u32::to_le_bytes).concat());
    part
}
