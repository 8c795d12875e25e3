//! What `--set` reads a text as.

use crate::value::{Node, Origin, Value};

/// A whole number, a boolean, null, or the text.
pub(super) fn typed(text: &str, origin: &Origin) -> Node {
    // Go folds the long s to s when it compares without case.
    let folds_to = |word: &str| {
        let folded = text.chars().map(|c| if c == 'ſ' { 's' } else { c.to_ascii_lowercase() });
        folded.eq(word.chars())
    };
    let whole = || match text.as_bytes().first() {
        Some(b'0') if text.len() > 1 => None,
        Some(_) => text.parse::<i64>().ok(),
        None => None,
    };
    let value = if folds_to("true") {
        Value::Bool(true)
    } else if folds_to("false") {
        Value::Bool(false)
    } else if folds_to("null") {
        Value::Null
    } else if let Some(number) = whole() {
        Value::Int(number)
    } else {
        Value::Text(text.into())
    };
    Node { value, origin: origin.clone() }
}
