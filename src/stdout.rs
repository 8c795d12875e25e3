//! Bytes → standard output, and sentences → standard error.
//!
//! A reader that went away (`| head`) ends the writing quietly; any other
//! fault of the stream is told, since half an answer must not look like one.

use std::io::{self, ErrorKind, Write};

/// The exit code of whatever could not be done or told.
pub const COULD_NOT_TELL: u8 = 2;

/// Writes `text` and returns `exit_code`, or [`COULD_NOT_TELL`] where the text
/// could not be written whole.
pub fn print(text: &str, exit_code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => exit_code,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => exit_code,
        Err(error) => complain(&format!("the answer could not be written to standard output: {error}")),
    }
}

/// Writes one sentence to standard error. Returns [`COULD_NOT_TELL`].
pub fn complain(sentence: &str) -> u8 {
    // There is nowhere left to say that this stream is broken, too.
    let _ = writeln!(io::stderr().lock(), "remote-write-auth: {sentence}");
    COULD_NOT_TELL
}
