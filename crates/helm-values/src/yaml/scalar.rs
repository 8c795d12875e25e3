//! A scalar's text ─▶ its value, as go-yaml v2 resolves it.
//!
//! YAML 1.1 with go-yaml's own exceptions: `yes` and `on` are true, `0123` is
//! 83, `0o17` is 15, `1_000` is 1000, `1:30` is text, `1e400` is text. All
//! Helm versions from 3.7 to 4.2 share this code. Pure: no places, no errors
//! that would repeat a text.

/// A tag, as far as it changes what a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// None was written.
    Absent,
    /// `!!str`.
    Str,
    /// `!!bool`.
    Bool,
    /// `!!int`.
    Int,
    /// `!!float`.
    Float,
    /// `!!null`.
    Null,
    /// `!!timestamp`.
    Timestamp,
    /// `!!binary`.
    Binary,
    /// `!!merge`, which makes a quoted `<<` a merge key.
    Merge,
    /// Any other, `!` alone too: the scalar is text, whatever it looks like.
    Other,
}

impl Tag {
    /// The tag by its long name, `tag:yaml.org,2002:str`.
    pub(super) fn from_long(name: &[u8]) -> Tag {
        match name.strip_prefix(b"tag:yaml.org,2002:") {
            Some(b"str") => Tag::Str,
            Some(b"bool") => Tag::Bool,
            Some(b"int") => Tag::Int,
            Some(b"float") => Tag::Float,
            Some(b"null") => Tag::Null,
            Some(b"timestamp") => Tag::Timestamp,
            Some(b"binary") => Tag::Binary,
            Some(b"merge") => Tag::Merge,
            None if name.is_empty() => Tag::Absent,
            Some(_) | None => Tag::Other,
        }
    }
}

/// What a scalar is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    /// null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number that fits Go's int.
    Int(i64),
    /// A whole number that does not: allowed as a value, not as a key.
    Uint(u64),
    /// Any other number, infinities and not-a-number included.
    Float(f64),
    /// The text as it stands.
    Text,
}

/// The text does not suit its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MismatchError;

/// What an unquoted or tagged scalar is. A quoted one without a tag is text
/// and is not asked; `!!binary` is decoded by the caller.
pub(super) fn resolve(tag: Tag, text: &str) -> Result<Scalar, MismatchError> {
    match tag {
        Tag::Binary | Tag::Merge | Tag::Other | Tag::Str => return Ok(Scalar::Text),
        Tag::Timestamp => {
            return if is_timestamp(text) { Ok(Scalar::Text) } else { Err(MismatchError) };
        }
        Tag::Absent | Tag::Bool | Tag::Int | Tag::Float | Tag::Null => {}
    }
    let scalar = plain(text);
    match (tag, &scalar) {
        (Tag::Absent, _)
        | (Tag::Bool, Scalar::Bool(_))
        | (Tag::Int, Scalar::Int(_) | Scalar::Uint(_))
        | (Tag::Float, Scalar::Float(_))
        | (Tag::Null, Scalar::Null) => Ok(scalar),
        #[allow(clippy::cast_precision_loss)] // as Go converts it
        (Tag::Float, Scalar::Int(number)) => Ok(Scalar::Float(*number as f64)),
        _ => Err(MismatchError),
    }
}

/// Whether an unquoted scalar without a tag is text, which is all that is asked of most keys.
pub(super) fn is_text(text: &str) -> bool {
    matches!(plain(text), Scalar::Text)
}

fn plain(text: &str) -> Scalar {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'.') => point(text),
        Some(b'+' | b'-' | b'0'..=b'9') => number(text),
        Some(_) => Scalar::Text,
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Text,
    }
}

/// Begins with a point: a named float, or what Go's own reader takes, which
/// knows underscores between digits.
fn point(text: &str) -> Scalar {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" => return Scalar::Float(f64::INFINITY),
        _ => {}
    }
    if !underscores_are_between_digits(text) {
        return Scalar::Text;
    }
    decimal(&without_underscores(text)).map_or(Scalar::Text, Scalar::Float)
}

fn number(text: &str) -> Scalar {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let text = without_underscores(text);
    whole(&text)
        .or_else(|| decimal(&text).map(Scalar::Float))
        .or_else(|| binary_with_inner_sign(&text))
        .unwrap_or(Scalar::Text)
}

fn without_underscores(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// Go's `ParseInt` and `ParseUint` with base 0.
fn whole(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (Some('-'), &text[1..]),
        b'+' => (Some('+'), &text[1..]),
        _ => (None, text),
    };
    let (base, digits) = base(digits);
    if digits.is_empty() || !digits.bytes().all(|byte| char::from(byte).is_digit(base)) {
        return None;
    }
    // An i128 holds every text that could fit 64 bits; longer ones are floats.
    let magnitude = i128::from_str_radix(digits, base).ok()?;
    let signed = if sign == Some('-') { -magnitude } else { magnitude };
    match (i64::try_from(signed), u64::try_from(signed)) {
        (Ok(number), _) => Some(Scalar::Int(number)),
        (Err(_), Ok(number)) if sign.is_none() => Some(Scalar::Uint(number)),
        (Err(_), _) => None,
    }
}

fn base(digits: &str) -> (u32, &str) {
    match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and finite.
fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_is_a_number =
        all_digits(before) && all_digits(after) && !(before.is_empty() && after.is_empty());
    let exponent_is_a_number = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    if !(mantissa_is_a_number && exponent_is_a_number) {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// go-yaml's last try, for `0b` and `-0b`: what stands after it may have a sign
/// of its own in the first form.
fn binary_with_inner_sign(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix("0b")?;
    let unsigned = digits.strip_prefix(['-', '+'])?;
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| matches!(byte, b'0' | b'1')) {
        return None;
    }
    i64::from_str_radix(digits, 2).ok().map(Scalar::Int)
}

/// Go allows `_` in a float only between digits.
fn underscores_are_between_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| {
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        *byte != b'_' || digit(at.checked_sub(1)) && digit(Some(at + 1))
    })
}

/// The four shapes that go-yaml tries with Go's time reader.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.iter().position(|byte| !byte.is_ascii_digit()) != Some(4) || bytes[4] != b'-' {
        return false;
    }
    let Some((month, rest)) = one_or_two_digits(&bytes[5..]) else { return false };
    let Some(rest) = rest.strip_prefix(b"-") else { return false };
    let Some((day, rest)) = one_or_two_digits(rest) else { return false };
    let year = bytes[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
    if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
        return false;
    }
    match rest {
        [] => true,
        [b'T' | b't', rest @ ..] => clock(rest).is_some_and(is_zone),
        [b' ', ..] => {
            let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
            clock(&rest[blanks..]).is_some_and(<[u8]>::is_empty)
        }
        [..] => false,
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn one_or_two_digits(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let count = bytes.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    let number = bytes[..count].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    (count > 0).then_some((number, &bytes[count..]))
}

/// Hours, minutes, seconds and their fraction; what stands after them.
fn clock(bytes: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = one_or_two_digits(bytes)?;
    let (minute, rest) = one_or_two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest {
        [b'.' | b',', b'0'..=b'9', ..] => {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            Some(&rest[1 + digits..])
        }
        _ => Some(rest),
    }
}

fn is_zone(bytes: &[u8]) -> bool {
    match bytes {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |tens: &u8, ones: &u8| {
                (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
            };
            two(h1, h2).is_some_and(|hours| hours <= 24) && two(m1, m2).is_some_and(|minutes| minutes <= 60)
        }
        _ => false,
    }
}

/// `!!binary`: standard base64 with padding, line breaks anywhere, as Go reads it.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let padding = digits.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let (digits, mut bytes) = (&digits[..digits.len() - padding], Vec::with_capacity(digits.len() / 4 * 3));
    for group in digits.chunks(4) {
        let mut bits = 0u32;
        for digit in group {
            bits = bits << 6 | u32::from(sextet(*digit)?);
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

/// Bytes as text, with U+FFFD for each byte that is not UTF-8, as Go's JSON
/// has it.
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut text = String::new();
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        }
        text
    })
}

fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Whether a text that stands in YAML without quotes is still this text when its
/// value is printed again: `7` is, `1.50`, `~` and a date are not.
///
/// Whether it can stand there at all, with its `: ` and ` #`, is not asked.
///
/// ```
/// use helm_values::survives_without_quotes;
///
/// assert!(survives_without_quotes("text") && survives_without_quotes("12"));
/// assert!(!survives_without_quotes("0123") && !survives_without_quotes("null"));
/// ```
pub fn survives_without_quotes(text: &str) -> bool {
    match resolve(Tag::Absent, text) {
        Ok(Scalar::Text) => !is_timestamp(text),
        Ok(Scalar::Bool(value)) => text == value.to_string(),
        Ok(Scalar::Int(number)) => text == number.to_string(),
        Ok(Scalar::Uint(number)) => text == number.to_string(),
        Ok(Scalar::Float(number)) => text == number.to_string(),
        Ok(Scalar::Null) | Err(_) => false,
    }
}
