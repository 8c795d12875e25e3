//! Where the data of a sparse file belongs: GNU's old form in the header, and
//! three in PAX records.

use super::header::{self, Header};
use super::pax::{self, MAP, Pax};
use super::{BLOCK, Block, LARGEST_SPECIAL, broken, fill};
use std::io::{self, Read};

/// The regions of a file that have data; zeros are between them.
pub(super) struct Regions {
    /// Each one's offset and length.
    all: Vec<(i64, i64)>,
    size: i64,
}

impl Regions {
    fn new(all: Vec<(i64, i64)>) -> Regions {
        Regions { all, size: 0 }
    }

    /// They are within the file, in order, and do not overlap.
    pub(super) fn check(&mut self, size: i64, is_header_only: bool) -> io::Result<()> {
        let mut end = 0;
        let mut is_next = |(offset, length): &(i64, i64)| {
            let next = offset.checked_add(*length).filter(|next| *next <= size);
            let is_valid = *offset >= end && *length >= 0 && next.is_some();
            end = next.unwrap_or(end);
            is_valid
        };
        if is_header_only || size < 0 || !self.all.iter().all(&mut is_next) {
            return Err(broken());
        }
        self.size = size;
        Ok(())
    }

    /// Whether just so much data belongs to them.
    pub(super) fn fits(&self, data: u64) -> bool {
        let all: i64 = self.all.iter().map(|(_, length)| length).sum();
        u64::try_from(all).is_ok_and(|all| all == data)
    }

    /// The whole file; its size is bounded by whoever asks.
    pub(super) fn spread(&self, mut data: &[u8]) -> io::Result<Vec<u8>> {
        if !self.fits(data.len() as u64) {
            return Err(broken());
        }
        let place = |number: i64| usize::try_from(number).map_err(|_| broken());
        let mut file = vec![0; place(self.size)?];
        for (offset, length) in &self.all {
            let (offset, length) = (place(*offset)?, place(*length)?);
            let (region, rest) = data.split_at(length);
            file[offset..offset + length].copy_from_slice(region);
            data = rest;
        }
        Ok(file)
    }
}

/// Four regions in the header itself, 21 in each block that follows it.
pub(super) fn in_header(header: &mut Header, mut block: Block, mut more: impl Read) -> io::Result<Regions> {
    if !header.is_gnu {
        return Err(broken());
    }
    header.size = header::number(&block[483..495])?;
    let (mut regions, mut map, mut read) = (Vec::new(), 386..483, 0);
    loop {
        let fields = &block[map.clone()];
        read += fields.len();
        if read > LARGEST_SPECIAL {
            return Err(broken());
        }
        let count = fields.len() / 24;
        for entry in fields.chunks_exact(24).take(count) {
            if entry[0] == 0 {
                break;
            }
            regions.push((header::number(&entry[..12])?, header::number(&entry[12..])?));
        }
        if fields[24 * count] == 0 {
            return Ok(Regions::new(regions));
        }
        if fill(&mut more, &mut block)? != BLOCK {
            return Err(broken());
        }
        map = 0..BLOCK;
    }
}

/// The map of a file that PAX records call sparse; `block` is the next one of its data.
pub(super) fn in_pax(
    header: &mut Header,
    pax: &Pax,
    block: impl FnMut() -> io::Result<Block>,
) -> io::Result<Option<Regions>> {
    let is_in_data = match (pax.get("GNU.sparse.major"), pax.get("GNU.sparse.minor")) {
        (b"0", b"0" | b"1") => false,
        (b"1", b"0") => true,
        (b"", b"") if !pax.get(MAP).is_empty() => false,
        _ => return Ok(None),
    };
    let name = pax.get("GNU.sparse.name");
    if !name.is_empty() {
        name.clone_into(&mut header.name);
    }
    let sizes = ["GNU.sparse.size", "GNU.sparse.realsize"].map(|key| pax.get(key));
    if let Some(size) = sizes.into_iter().find(|size| !size.is_empty()) {
        header.size = pax::number(size)?;
    }
    let regions = if is_in_data { in_data(block)? } else { in_records(pax)? };
    Ok(Some(Regions::new(regions)))
}

fn in_records(pax: &Pax) -> io::Result<Vec<(i64, i64)>> {
    let count = pax::number(pax.get("GNU.sparse.numblocks"))?;
    let map = pax.get(MAP);
    let numbers: Vec<&[u8]> =
        if map.is_empty() { Vec::new() } else { map.split(|byte| *byte == b',').collect() };
    let count = usize::try_from(count).ok().and_then(|count| count.checked_mul(2)).ok_or_else(broken)?;
    if numbers.len() != count {
        return Err(broken());
    }
    numbers.chunks_exact(2).map(|pair| Ok((pax::number(pair[0])?, pax::number(pair[1])?))).collect()
}

/// Numbers, each in a line of its own, in the blocks before the data.
fn in_data(mut block: impl FnMut() -> io::Result<Block>) -> io::Result<Vec<(i64, i64)>> {
    let (mut text, mut at) = (Vec::new(), 0);
    let mut next = || -> io::Result<i64> {
        loop {
            if let Some(length) = text[at..].iter().position(|byte| *byte == b'\n') {
                let line: &[u8] = &text[at..at + length];
                let number = pax::number(line);
                at += length + 1;
                return number;
            }
            if text.len() + BLOCK > LARGEST_SPECIAL {
                return Err(broken());
            }
            text.extend(block()?);
        }
    };
    let count = next()?;
    if count < 0 {
        return Err(broken());
    }
    // Not made before they are there: a count is quickly written.
    let mut regions = Vec::new();
    for _ in 0..count {
        regions.push((next()?, next()?));
    }
    Ok(regions)
}
