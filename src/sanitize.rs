//! A text of anybody's → the same text, unable to make anything happen.
//!
//! Names are of whoever made the file, the chart or the key. A terminal, or a
//! workflow that reads along, must not do what they say.

use std::fmt::Write;

/// What GitHub's runner takes for a command wherever in a line it stands.
const OLD_COMMAND: &str = "##[";
/// What it takes for a command where a line begins with it.
const COMMAND: &str = "::";

/// A text as part of one line of an answer: as it is, but for a question mark in
/// the place of what ends the line, steers a terminal, turns the direction of
/// what follows, or would be a command to GitHub's runner.
pub(crate) fn for_line(text: &str) -> String {
    let text = for_command(text).replace(OLD_COMMAND, "##?");
    match text.trim_start().strip_prefix(COMMAND) {
        Some(rest) => format!("?:{rest}"),
        None => text,
    }
}

/// A text as a part of a command to GitHub's runner.
pub(crate) fn for_command(text: &str) -> String {
    text.chars().map(|letter| if steers(letter) { '?' } else { letter }).collect()
}

/// JSON that says the same in letters that do nothing. Outside of texts it has
/// none of the others but line feeds.
pub(crate) fn for_json(json: &str) -> String {
    let mut harmless = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter != '\n' && steers(letter) {
            write!(harmless, "\\u{:04x}", u32::from(letter)).expect("a String takes everything");
        } else {
            harmless.push(letter);
        }
    }
    harmless.replace(OLD_COMMAND, "##\\u005b")
}

/// Control characters, those that Unicode has for lines and directions included.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_steers_whoever_reads_it() {
        for (text, in_a_line, in_json) in [
            ("v.yaml", "v.yaml", "v.yaml"),
            ("a\x1b[31mb", "a?[31mb", "a\\u001b[31mb"),
            (" ::error::x", "?:error::x", " ::error::x"),
            ("x##[error]", "x##?error]", "x##\\u005berror]"),
            ("a\nb", "a?b", "a\nb"),
            ("\u{202e}x", "?x", "\\u202ex"),
            ("\u{61c}x", "?x", "\\u061cx"),
            ("\u{200e}x\u{200f}", "?x?", "\\u200ex\\u200f"),
            ("\u{2028}x\u{2029}", "?x?", "\\u2028x\\u2029"),
            ("\u{2066}x\u{2069}", "?x?", "\\u2066x\\u2069"),
            ("\u{85}x\u{9b}", "?x?", "\\u0085x\\u009b"),
        ] {
            assert_eq!((for_line(text).as_str(), for_json(text).as_str()), (in_a_line, in_json), "{text:?}");
        }
    }
}
