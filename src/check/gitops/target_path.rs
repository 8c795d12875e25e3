//! A value of a reference, set at its `targetPath` as Flux sets it.
//!
//! It is set as by `--set` into what there is so far with the inline values over
//! it. Whether it then outlasts those is a matter of which of Go's maps and
//! slices the two share: what is shared is changed in both.

use super::problem::Problem;
use helm_values::{Error, HelmVersion, Key, Node, Origin, SetFlag, Table, Value, merge_tables, set};

/// A change by the `--set` family.
pub(super) struct SetArgument {
    pub flag: SetFlag,
    pub text: String,
    pub origin: Origin,
}

/// Go's maps are shared: what is set below a table that `result` has from
/// `inline` alone is set in `inline`, too, and outlasts the merge at the end.
pub(super) fn set_path(
    result: &mut Table,
    inline: &mut Table,
    argument: &SetArgument,
    version: &HelmVersion,
) -> Result<(), Problem> {
    let before = result.clone();
    merge_tables(result, inline.clone());
    let SetArgument { flag, text, origin } = argument;
    // A table that one part changes can be replaced by the next.
    for part in if *flag == SetFlag::Json { vec![text.as_str()] } else { parts(text) } {
        set(result, *flag, part, version, origin).map_err(|error: Error| Problem {
            message: format!("a value cannot be set at its targetPath: {}", error.message),
            origin: Some(origin.clone()),
        })?;
        let by_index = part.split('=').next().is_some_and(|path| path.contains('['));
        share(inline, &before, result, by_index);
    }
    Ok(())
}

/// The parts of an argument of `--set`: cut at commas, but for those after a
/// backslash and in a list.
fn parts(argument: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut last, mut in_list) = (Vec::new(), 0, ' ', false);
    for (at, letter) in argument.char_indices() {
        match letter {
            _ if last == '\\' => {
                last = ' ';
                continue;
            }
            '{' if last == '=' => in_list = true,
            '}' => in_list = false,
            ',' if !in_list => {
                parts.push(&argument[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
        last = letter;
    }
    parts.push(&argument[begin..]);
    parts
}

/// Lists are shared, too, where an item of theirs was set that was there.
fn share(inline: &mut Table, before: &Table, result: &Table, by_index: bool) {
    let keys: Vec<Key> = inline.keys().cloned().collect();
    for key in keys {
        if by_index
            && let Some(Value::List(changed)) = result.get(&key).map(|node| &node.value)
            && let Some(Node { value: Value::List(items), .. }) = inline.get_mut(&key)
            && items.len() == changed.len()
        {
            items.clone_from(changed);
            continue;
        }
        let Some(changed) = result.get(&key).and_then(Node::as_table) else { continue };
        let Some(Node { value: Value::Table(below), .. }) = inline.get_mut(&key) else { continue };
        match before.get(&key).and_then(Node::as_table) {
            Some(before) => share(below, before, changed, by_index),
            None => *below = changed.clone(),
        }
    }
}
