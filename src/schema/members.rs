//! A JSON text → where the members of an object, the items of a list stand.

use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ops::Range;

/// A member of an object.
pub(super) struct Member {
    /// Its key.
    pub key: String,
    /// Where its value stands in the whole text.
    pub value: Range<usize>,
}

/// The members of the object that stands at `span`, in the order of the text;
/// `None` where there is no object. Of a key that comes twice, the last.
pub(super) fn of_object(text: &str, span: &Range<usize>) -> Option<Vec<Member>> {
    let table: BTreeMap<String, &RawValue> = serde_json::from_str(&text[span.clone()]).ok()?;
    let member = |(key, raw): (String, &RawValue)| Member { key, value: place(text, raw) };
    let mut members: Vec<Member> = table.into_iter().map(member).collect();
    members.sort_by_key(|member| member.value.start);
    Some(members)
}

/// The items of the list that stands at `span`.
pub(super) fn of_list(text: &str, span: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let items: Vec<&RawValue> = serde_json::from_str(&text[span.clone()]).ok()?;
    Some(items.into_iter().map(|raw| place(text, raw)).collect())
}

/// A raw value is borrowed from the text that it was read from.
fn place(text: &str, raw: &RawValue) -> Range<usize> {
    let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
    start..start + raw.get().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_stand() {
        let text = "  {\"b\" : [1, {\"x\":2} ],\n \"a\":\"ü\"}\n";
        let members = of_object(text, &(0..text.len())).expect("an object");
        let found: Vec<(&str, &str)> =
            members.iter().map(|member| (member.key.as_str(), &text[member.value.clone()])).collect();
        assert_eq!(found, [("b", "[1, {\"x\":2} ]"), ("a", "\"ü\"")]);
        let items = of_list(text, &members[0].value).expect("a list");
        assert_eq!(&text[items[1].clone()], "{\"x\":2}");
        assert!(of_object(text, &items[0]).is_none() && of_list(text, &members[1].value).is_none());
    }
}
