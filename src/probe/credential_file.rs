//! A file that a login is read from → what is in it.

use super::login_error::{LARGEST, LoginError};
use crate::secret_file::{self, SecretFileError};
use std::path::Path;
use zeroize::Zeroizing;

/// All of a file; `-` is standard input.
pub(super) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, LoginError> {
    secret_file::read(path, LARGEST).map_err(|error| match error {
        SecretFileError::CannotRead(error) => LoginError::CannotRead(path.to_owned(), error),
        SecretFileError::TooLarge => LoginError::TooLarge(path.to_owned()),
    })
}
