//! The schema library's errors → refusals, in order.
//!
//! A check of the policy is `{"$comment": node, "if": …, "then": {"required":
//! [message], "properties": {message: false}}}`: whatever fails below its
//! `then` is this check's refusal. Only the path of an error is read, never its
//! text or its value.

use super::refusal::{At, Code, Node, Refusal};
use jsonschema::ValidationError;
use serde_json::Value;
use std::sync::LazyLock;

/// Each check's node and message at its place in the policy, by `build.rs`; read only once
/// something is refused.
static CHECKS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/checks.json"))).expect("the build wrote it")
});

/// One refusal for each check that failed.
pub(super) fn trace<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Vec<Refusal> {
    let mut found: Vec<(Code, Option<Node>, String)> =
        errors.map(|error| refusal_at(error.schema_path().as_str())).collect();
    found.sort();
    found.dedup();
    let refusal = |(code, node, message): (Code, Option<Node>, String)| Refusal {
        code,
        message,
        at: node.map_or(At::Nowhere, At::Node),
    };
    found.into_iter().map(refusal).collect()
}

fn refusal_at(schema_path: &str) -> (Code, Option<Node>, String) {
    ours(schema_path).unwrap_or_else(|| {
        let statement = "the values are not of the form that the policy describes; compare them with what remote-write-auth schema prints";
        let refusal = Refusal::new(Code::PolicyNotMet, statement, At::Nowhere);
        (refusal.code, None, refusal.message)
    })
}

/// The refusal of the check around `schema_path`, where it is one of ours.
fn ours(schema_path: &str) -> Option<(Code, Option<Node>, String)> {
    let (check, _) = schema_path.rsplit_once("/then/")?;
    let check = CHECKS.pointer(check)?;
    let node = Node::named(check["$comment"].as_str()?)?;
    let message = check["then"]["required"][0].as_str()?;
    Some((Code::at_the_end_of(message)?, Some(node), message.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::POLICY;

    /// Calls `found` with the place of each check in `schema` and the check.
    fn each_check(schema: &Value, place: &str, found: &mut impl FnMut(&str, &Value)) {
        if schema["then"]["required"][0].is_string() {
            found(place, schema);
        }
        let members = schema.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value));
        let items = schema.as_array().into_iter().flatten().enumerate();
        for (key, below) in members.chain(items.map(|(at, item)| (at.to_string(), item))) {
            each_check(below, &format!("{place}/{}", key.replace('~', "~0").replace('/', "~1")), found);
        }
    }

    #[test]
    fn each_check_of_the_policy_keeps_its_node_and_message() {
        let policy: Value = serde_json::from_str(POLICY).expect("JSON");
        let mut count = 0;
        each_check(&policy, "", &mut |place, check| {
            let (code, node, message) = ours(&format!("{place}/then/required")).expect(place);
            assert_eq!(Some(message.as_str()), check["then"]["required"][0].as_str(), "{place}");
            assert_eq!(Code::at_the_end_of(&message), Some(code), "{place}");
            assert_eq!(node, check["$comment"].as_str().and_then(Node::named), "{place}");
            count += 1;
        });
        assert!(count > 20, "{count}");
    }
}
