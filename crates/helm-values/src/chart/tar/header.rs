//! A block ─▶ the header that it is, in the form of V7, USTAR, PAX, GNU or star.

use super::{Block, broken};
use std::io;
use std::ops::Range;

/// What is asked of a header.
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) kind: u8,
    pub(super) size: i64,
    mode: i64,
    pub(super) is_gnu: bool,
}

#[derive(PartialEq, Eq)]
enum Form {
    V7,
    Ustar,
    Gnu,
    Star,
}

/// Where the fields stand.
const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const KIND: usize = 156;
/// Owner, group, time.
const NUMBERS: [Range<usize>; 3] = [108..116, 116..124, 136..148];
const DEVICES: [Range<usize>; 2] = [329..337, 337..345];
const PREFIX: Range<usize> = 345..500;
const STAR_PREFIX: Range<usize> = 345..476;
const STAR_TIMES: [Range<usize>; 2] = [476..488, 488..500];
const GNU_TIMES: [Range<usize>; 2] = [345..357, 357..369];

/// The type of the format bits of a mode that say folder.
const FOLDER: u32 = 0o40_000;

impl Header {
    pub(super) fn parse(block: &Block) -> io::Result<Header> {
        let form = form(block)?;
        let number = |field: &Range<usize>| number(&block[field.clone()]);
        let (size, mode) = (number(&SIZE)?, number(&MODE)?);
        NUMBERS.iter().try_for_each(|field| number(field).map(drop))?;
        if form != Form::V7 {
            DEVICES.iter().try_for_each(|field| number(field).map(drop))?;
        }
        let prefix = match form {
            Form::V7 => &[],
            Form::Ustar => text(&block[PREFIX]),
            Form::Star => {
                STAR_TIMES.iter().try_for_each(|field| number(field).map(drop))?;
                text(&block[STAR_PREFIX])
            }
            Form::Gnu => old_prefix(block),
        };
        let mut name = text(&block[NAME]).to_vec();
        if !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        Ok(Header { name, kind: block[KIND], size, mode, is_gnu: form == Form::Gnu })
    }

    /// Links, devices, folders and pipes have no data, whatever their size says.
    pub(super) fn is_header_only(&self) -> bool {
        matches!(self.kind, b'1'..=b'6')
    }

    /// By its type or by its mode.
    pub(super) fn is_folder(&self) -> bool {
        // Go keeps 32 bits of it.
        let bits = u32::try_from(self.mode & 0xffff_ffff).expect("32 bits");
        self.kind == b'5' || bits & !0o7777 == FOLDER
    }
}

fn form(block: &Block) -> io::Result<Form> {
    let bytes = || {
        let counted = |(at, byte): (usize, &u8)| if CHECKSUM.contains(&at) { b' ' } else { *byte };
        block.iter().enumerate().map(counted)
    };
    let wanted = octal(&block[CHECKSUM])?;
    let unsigned: i64 = bytes().map(i64::from).sum();
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    if wanted != unsigned && wanted != signed {
        return Err(broken());
    }
    Ok(match (&block[257..263], &block[263..265], &block[508..512]) {
        (b"ustar\0", _, b"tar\0") => Form::Star,
        (b"ustar\0", _, _) => Form::Ustar,
        (b"ustar ", b" \0", _) => Form::Gnu,
        _ => Form::V7,
    })
}

/// GNU's form has no prefix, but Go once wrote one where its times stand.
fn old_prefix(block: &Block) -> &[u8] {
    let is_time = |field: &Range<usize>| block[field.start] == 0 || number(&block[field.clone()]).is_ok();
    let prefix = text(&block[PREFIX]);
    if GNU_TIMES.iter().all(is_time) || !prefix.is_ascii() { &[] } else { prefix }
}

/// A field as far as its first zero.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Octal digits, or a binary number where the first bit is set.
pub(super) fn number(field: &[u8]) -> io::Result<i64> {
    if field[0] & 0x80 == 0 {
        return octal(field);
    }
    // A negative one is inverted, read and inverted again.
    let inverted = if field[0] & 0x40 == 0 { 0 } else { 0xff };
    let mut number: u64 = 0;
    for (at, byte) in field.iter().enumerate() {
        let mut byte = byte ^ inverted;
        if at == 0 {
            byte &= 0x7f;
        }
        if number >> 56 > 0 {
            return Err(broken());
        }
        number = number << 8 | u64::from(byte);
    }
    let number = i64::try_from(number).map_err(|_| broken())?;
    Ok(if inverted == 0 { number } else { !number })
}

fn octal(field: &[u8]) -> io::Result<i64> {
    let is_padding = |byte: &u8| matches!(byte, b' ' | 0);
    let Some(start) = field.iter().position(|byte| !is_padding(byte)) else { return Ok(0) };
    let end = field.iter().rposition(|byte| !is_padding(byte)).map_or(start, |last| last + 1);
    let digits = text(&field[start..end]);
    let digit = |number: i64, byte: &u8| match byte {
        b'0'..=b'7' => number.checked_mul(8).map(|number| number + i64::from(byte - b'0')),
        _ => None,
    };
    digits.iter().try_fold(0, digit).ok_or_else(broken)
}
