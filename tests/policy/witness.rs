//! Another validator reads the same text and comes to the same end.
//!
//! The binary asks code that was made of the policy at build time. The same
//! library's validator for schemas at run time shares none of that code.

use crate::dice::{Dice, document};
use remote_write_auth::policy::refusal::{Code, Refusal};
use remote_write_auth::policy::{self, POLICY};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The policy as text, and a validator that was made of it just now.
struct Witness {
    policy: Value,
    validator: jsonschema::Validator,
}

impl Witness {
    fn new() -> Self {
        let policy: Value = serde_json::from_str(POLICY).expect("the policy is JSON");
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft7);
        let validator =
            options.should_validate_formats(false).build(&policy).expect("the policy is a schema");
        Self { policy, validator }
    }

    /// Node and message of each refusal, by the other validator alone.
    fn refusals(&self, document: &Value) -> BTreeSet<String> {
        let refusal = |error: jsonschema::ValidationError<'_>| {
            let path = error.schema_path().as_str();
            match path.strip_suffix("/then/required").and_then(|check| self.policy.pointer(check)) {
                Some(check) => format!("{} {}", check["$comment"], check["then"]["required"][0]),
                None => "not ours".to_owned(),
            }
        };
        self.validator.iter_errors(document).map(refusal).collect()
    }
}

fn by_the_policy(refusals: &[Refusal]) -> BTreeSet<String> {
    let shown = |refusal: &Refusal| match refusal.at.to_string().strip_prefix("prometheus.server.") {
        Some(node) => format!("{:?} {:?}", node, refusal.message),
        None => "not ours".to_owned(),
    };
    refusals.iter().map(shown).collect()
}

#[test]
fn two_validators_agree_on_thousands_of_documents() {
    let witness = Witness::new();
    let mut dice = Dice::new(1);
    let mut seen: BTreeMap<Option<Code>, usize> = BTreeMap::new();
    for _ in 0..20_000 {
        let document = document(&mut dice);
        let refusals = policy::judge(&document).err().unwrap_or_default();
        assert_eq!(by_the_policy(&refusals), witness.refusals(&document), "{document}");
        assert!(refusals.is_sorted_by_key(|refusal| refusal.code), "{document}: {refusals:?}");
        if refusals.is_empty() {
            *seen.entry(None).or_default() += 1;
        }
        for refusal in refusals {
            *seen.entry(Some(refusal.code)).or_default() += 1;
        }
    }
    let never: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| **code <= Code::PolicyNotMet && !seen.contains_key(&Some(**code)))
        .collect();
    assert!(never.is_empty() && seen[&None] > 500, "never refused for {never:?}; seen {seen:?}");
}
