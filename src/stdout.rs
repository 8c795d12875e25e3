//! Bytes → standard output, and sentences → standard error.
//!
//! A reader that went away (`| head`) ends the writing quietly; any other
//! fault of the stream is told, since half an answer must not look like one.
//!
//! Names are of whoever made the file, the chart or the key. `plain`,
//! `harmless` and `plain_json` take from a text what would make a terminal, or a workflow that
//! reads along, do something.

use std::fmt::Write as _;
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
    let line = format!("remote-write-auth: {}\n", plain(sentence));
    // There is nowhere left to say that this stream is broken, too.
    let _ = io::stderr().lock().write_all(line.as_bytes());
    COULD_NOT_TELL
}

/// What GitHub's runner takes for a command wherever in a line it stands.
const OLD_COMMAND: &str = "##[";
/// What it takes for a command where a line begins with it.
const COMMAND: &str = "::";

/// A text as part of one line of an answer: as it is, but for a question mark in
/// the place of what ends the line, steers a terminal, turns the direction of
/// what follows, or would be a command to GitHub's runner.
pub fn plain(text: &str) -> String {
    let plain = harmless(text).replace(OLD_COMMAND, "##?");
    match plain.trim_start().strip_prefix(COMMAND) {
        Some(rest) => format!("?:{rest}"),
        None => plain,
    }
}

/// A text as a part of a command to GitHub's runner.
pub fn harmless(text: &str) -> String {
    text.chars().map(|letter| if steers(letter) { '?' } else { letter }).collect()
}

/// JSON that says the same in letters that do nothing. Outside of texts it has
/// none of the others but line feeds.
pub fn plain_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter != '\n' && steers(letter) {
            write!(plain, "\\u{:04x}", u32::from(letter)).expect("a String takes everything");
        } else {
            plain.push(letter);
        }
    }
    plain.replace(OLD_COMMAND, "##\\u005b")
}

/// Control characters, those that Unicode has for lines and directions included.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}
