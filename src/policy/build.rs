//! The policy → what of it says which message a check has, as small as it can be.
//!
//! A run that refuses something looks up the check that an error comes from. All else of
//! the schema's text is needed by the entry `schema` alone, and two thirds of what Ansible
//! uploads would be that text.

use serde_json::{Map, Value};
use std::error::Error;
use std::path::Path;
use std::{env, fs};

const POLICY: &str = "helm-schema/values.schema.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={POLICY}");
    println!("cargo::rerun-if-changed=src/policy/build.rs");
    let policy = serde_json::from_str(&fs::read_to_string(POLICY)?)?;
    let checks = checks(&policy, false).ok_or("the policy has no check")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("checks.json"), serde_json::to_string(&checks)?)?;
    Ok(())
}

/// The nodes and messages of the checks in `schema`, each at its own place; none where
/// there is no check.
fn checks(schema: &Value, is_then: bool) -> Option<Value> {
    match schema {
        Value::Object(members) => {
            let kept: Map<String, Value> = members
                .iter()
                .filter_map(|(key, value)| {
                    let is_kept = match key.as_str() {
                        "$comment" => members.contains_key("then"),
                        "required" => is_then,
                        _ => false,
                    };
                    let value = if is_kept { Some(value.clone()) } else { checks(value, key == "then") };
                    Some((key.clone(), value?))
                })
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<Value> = items.iter().map(|item| checks(item, false).unwrap_or_default()).collect();
            kept.iter().any(|item| !item.is_null()).then_some(Value::Array(kept))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
