//! One argument of `--set` or `--set-string` ─▶ the values that Helm takes
//! otherwise than they stand there, in silence.
//!
//! The grammar gives a comma, a backslash and curly brackets a meaning, which a
//! password that was generated does not know of. What was escaped on purpose
//! (`\,`) is not reported.

/// A value that Helm takes otherwise than it stands on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedValue {
    /// The keys that lead to it, with dots between them.
    pub key: String,
    /// What became of it.
    pub change: Change,
}

/// What Helm's grammar does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A comma ended it, and what follows is another setting.
    CutAtComma,
    /// A backslash that escapes nothing is gone.
    LostBackslash,
    /// Its curly brackets made a list of it.
    MadeList,
}

/// The values in an argument of `--set` or `--set-string` that Helm changes.
///
/// ```
/// use helm_values::{Change, changed_by_set};
///
/// let changed = changed_by_set(r"auth.password=a\b");
/// assert_eq!((changed[0].key.as_str(), changed[0].change), ("auth.password", Change::LostBackslash));
/// assert!(changed_by_set(r"auth.password=a\,b").is_empty());
/// ```
pub fn changed_by_set(argument: &str) -> Vec<ChangedValue> {
    let mut found: Vec<ChangedValue> = Vec::new();
    let mut rest = argument;
    let mut before: Option<String> = None;
    while !rest.is_empty() {
        let Some((key, after)) = split_at(rest, &['=']) else { break };
        // A key at the top, after one that is not: what followed the comma was part of a value.
        if let Some(cut) = before.take().filter(|cut| cut.contains('.') && !key.contains(['.', '['])) {
            found.push(ChangedValue { key: cut, change: Change::CutAtComma });
        }
        let is_list = after.starts_with('{');
        let (value, next) = if is_list {
            let (list, next) = split_at(after, &['}']).unwrap_or((after, ""));
            (list, next.strip_prefix(',').unwrap_or(next))
        } else {
            split_at(after, &[',']).unwrap_or((after, ""))
        };
        let change = if is_list { Some(Change::MadeList) } else { lost_backslash(value) };
        found.extend(change.map(|change| ChangedValue { key: key.to_owned(), change }));
        before = Some(key.to_owned());
        rest = next;
    }
    found
}

/// The text in front of the first of `stops` that no backslash escapes, and what follows it.
fn split_at<'a>(text: &'a str, stops: &[char]) -> Option<(&'a str, &'a str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if stops.contains(&c) {
            return Some((&text[..at], &text[at + c.len_utf8()..]));
        }
    }
    None
}

fn lost_backslash(value: &str) -> Option<Change> {
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let escapes_nothing =
            c == '\\' && chars.next().is_none_or(|next| !matches!(next, ',' | '{' | '}' | '\\'));
        if escapes_nothing {
            return Some(Change::LostBackslash);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_grammar_changes_is_found() {
        for (argument, wanted) in [
            ("a.p=x", &[][..]),
            ("a.p=x,a.q=y", &[]),
            ("p=x,q=y", &[]),
            (r"a.p=x\,y=z", &[]),
            (r"a.p=\{x", &[]),
            (r"a.p=x\\y", &[]),
            (r"a.p=x\y", &[("a.p", Change::LostBackslash)]),
            (r"a.p=x\", &[("a.p", Change::LostBackslash)]),
            ("a.p={x}", &[("a.p", Change::MadeList)]),
            ("a.p={x,y},a.q=z", &[("a.p", Change::MadeList)]),
            ("a.p={x", &[("a.p", Change::MadeList)]),
            ("a.p=x,y=z", &[("a.p", Change::CutAtComma)]),
            ("a.p=x,y==,a.q=z", &[("a.p", Change::CutAtComma)]),
            ("a.p=x,y", &[]),
            ("", &[]),
            (",", &[]),
        ] {
            let found: Vec<(String, Change)> =
                changed_by_set(argument).into_iter().map(|it| (it.key, it.change)).collect();
            let wanted: Vec<(String, Change)> = wanted.iter().map(|(k, c)| ((*k).to_owned(), *c)).collect();
            assert_eq!(found, wanted, "{argument}");
        }
    }
}
