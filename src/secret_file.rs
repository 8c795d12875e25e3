//! A file that holds a credential, or standard input → its bytes, in memory that is
//! wiped. What is in it is not judged here, and never shown.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// Why the bytes are not known. Whoever asks names the file and says what to do.
#[derive(Debug)]
pub(crate) enum SecretFileError {
    /// It cannot be opened or read.
    CannotRead(io::Error),
    /// It has more bytes than were asked for.
    TooLarge,
}

impl From<io::Error> for SecretFileError {
    fn from(error: io::Error) -> Self {
        Self::CannotRead(error)
    }
}

/// All of a file of `limit` bytes at most; `-` is standard input.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, SecretFileError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path)?),
    };
    source.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(SecretFileError::TooLarge) } else { Ok(bytes) }
}
