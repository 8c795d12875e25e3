//! The policy → what a host schema of some draft gets: one member of its `allOf`,
//! and definitions whose names clash with none of the host's.

use super::{members, old_drafts};
use crate::policy::POLICY;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What the names of the policy's definitions begin with inside a host.
pub(super) const PREFIX: &str = "remoteWriteAuth";

/// What a host of some draft can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draft {
    /// Draft 4 or 6: no `if`, in draft 4 no `const`, `contains` or `propertyNames` either.
    WithoutIf,
    /// Draft 7, or a host that does not say: as the policy is written.
    Seven,
    /// 2019-09 and later: as draft 7, but definitions stand in `$defs`.
    WithDefs,
}

impl Draft {
    /// The key under which a host has its definitions.
    pub(super) const fn definitions(self) -> &'static str {
        match self {
            Draft::WithoutIf | Draft::Seven => "definitions",
            Draft::WithDefs => "$defs",
        }
    }
}

/// The policy as texts, indented by two blanks a level.
pub(super) struct PolicyMember {
    /// The member of `allOf`.
    pub schema: String,
    /// By prefixed name.
    pub definitions: BTreeMap<String, String>,
}

/// The policy's title, by which its member is known again.
pub(super) fn title() -> String {
    let policy: Map<String, Value> = serde_json::from_str(POLICY).expect("the policy is an object");
    policy["title"].as_str().expect("the policy has a title").to_owned()
}

/// `policy` for a host of this draft.
pub(super) fn for_host(policy: &str, draft: Draft) -> PolicyMember {
    let translated = match draft {
        Draft::WithoutIf => old_drafts::translated(policy),
        Draft::Seven | Draft::WithDefs => policy.to_owned(),
    };
    let mut schema = Vec::new();
    let mut definitions = BTreeMap::new();
    for member in members::of_object(&translated, &(0..translated.len())).expect("the policy is an object") {
        let text = &translated[member.value.clone()];
        match member.key.as_str() {
            "$schema" => {}
            "definitions" => {
                for definition in members::of_object(&translated, &member.value).expect("a table of schemas")
                {
                    let text = dedented(&translated[definition.value], 4);
                    definitions.insert(prefixed(&definition.key), rewritten(&text, draft));
                }
            }
            key => schema.push(format!("  \"{key}\": {}", rewritten(text, draft))),
        }
    }
    PolicyMember { schema: format!("{{\n{}\n}}", schema.join(",\n")), definitions }
}

fn prefixed(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().expect("a definition has a name").to_ascii_uppercase();
    format!("{PREFIX}{first}{}", letters.as_str())
}

/// References point at the prefixed definitions, where the host has them.
fn rewritten(text: &str, draft: Draft) -> String {
    let mut pieces = text.split("\"#/definitions/");
    let first = pieces.next().unwrap_or_default().to_owned();
    let reference = |piece: &str| {
        let (name, rest) = piece.split_once('"').expect("a string ends");
        format!("\"#/{}/{}\"{rest}", draft.definitions(), prefixed(name))
    };
    std::iter::once(first).chain(pieces.map(reference)).collect()
}

/// The text with that many blanks fewer in front of each line but the first.
fn dedented(text: &str, blanks: usize) -> String {
    let line = |line: &str| line.get(blanks..).filter(|_| line.starts_with(' ')).unwrap_or(line).to_owned();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    std::iter::once(first).chain(lines.map(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_policy_finds_its_definition() {
        for draft in [Draft::WithoutIf, Draft::Seven, Draft::WithDefs] {
            let PolicyMember { schema, definitions } = for_host(POLICY, draft);
            let mut all = schema;
            all.extend(definitions.values().map(String::as_str));
            let start = format!("\"#/{}/", draft.definitions());
            let names: Vec<&str> =
                all.split(&start).skip(1).filter_map(|piece| piece.split('"').next()).collect();
            assert!(names.len() > 10 && all.matches("\"$ref\"").count() == names.len());
            assert!(names.iter().all(|name| definitions.contains_key(*name)), "{names:?}");
            assert!(definitions.keys().all(|name| name.starts_with(PREFIX)));
        }
    }
}
