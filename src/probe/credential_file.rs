//! A file that holds a credential → what is in it, in memory that is wiped.

use super::login_error::{LARGEST, LoginError};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// All of a file; `-` is standard input.
pub(super) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, LoginError> {
    let failed = |error| LoginError::CannotRead(path.to_owned(), error);
    let mut bytes = Zeroizing::new(Vec::new());
    let mut source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(failed)?),
    };
    source.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST { Err(LoginError::TooLarge(path.to_owned())) } else { Ok(bytes) }
}
