//! Bytes → standard output, and error messages → standard error.
//!
//! A reader that went away (`| head`) ends the writing quietly; any other
//! fault of the stream is reported, since half an answer must not look like one.

use crate::sanitize;
use std::io::{self, ErrorKind, Write};

/// The exit code of whatever could not be done or judged.
pub(crate) const COULD_NOT_TELL: u8 = 2;

/// Writes `text` and returns `exit_code`, or [`COULD_NOT_TELL`] where the text
/// could not be written whole.
pub(crate) fn print(text: &str, exit_code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => exit_code,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => exit_code,
        Err(error) => report_error(&format!("the answer could not be written to standard output: {error}")),
    }
}

/// Writes one message to standard error. Returns [`COULD_NOT_TELL`].
pub(crate) fn report_error(message: &str) -> u8 {
    let line = format!("remote-write-auth: {}\n", sanitize::for_line(message));
    // There is nowhere left to say that this stream is broken, too.
    let _ = io::stderr().lock().write_all(line.as_bytes());
    COULD_NOT_TELL
}
