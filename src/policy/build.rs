//! The policy → what of it says which message a check has, as small as it can be; the
//! library chart's table of the ways past the edge → constants.
//!
//! A run that refuses something looks up the check that an error comes from. All else of
//! the schema's text is needed by the entry `schema` alone, and two thirds of what Ansible
//! uploads would be that text.

use serde_json::{Map, Value};
use std::error::Error;
use std::path::Path;
use std::{env, fs};

const POLICY: &str = "helm-schema/values.schema.json";
const BYPASS_TABLE: &str = "helm-schema/templates/_bypass_table.tpl";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={POLICY}");
    println!("cargo::rerun-if-changed=src/policy/build.rs");
    let policy = serde_json::from_str(&fs::read_to_string(POLICY)?)?;
    let checks = checks(&policy, false).ok_or("the policy has no check")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("checks.json"), serde_json::to_string(&checks)?)?;
    println!("cargo::rerun-if-changed={BYPASS_TABLE}");
    let template = fs::read_to_string(BYPASS_TABLE)?;
    let constants = constants(&template).ok_or("the table of bypasses is of another form")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("bypass_table.rs"), constants)?;
    Ok(())
}

/// The table that the template defines, as constants; none where it is of another form.
fn constants(template: &str) -> Option<String> {
    let (_, text) = template.split_once("{{- define \"remote-write-auth.bypassTable\" -}}")?;
    let table: Map<String, Value> = serde_json::from_str(text.split_once("{{- end -}}")?.0).ok()?;
    let constant = |(key, value): (&String, &Value)| {
        let (kind, value) = match (key.as_str(), value) {
            ("settings", Value::Array(all)) => ("&[BypassSetting]", list(all, setting)?),
            ("since", Value::Array(all)) => ("&[Since]", list(all, since)?),
            (_, Value::Array(all)) => ("&[&str]", list(all, text_of)?),
            (_, Value::Number(number)) => ("u16", number.to_string()),
            (_, text) => ("&str", text_of(text)?),
        };
        Some(format!("pub(crate) const {}: {kind} = {value};\n", key.to_uppercase()))
    };
    table.iter().map(constant).collect()
}

fn setting(it: &Value) -> Option<String> {
    let (keys, values) = (list(it["keys"].as_array()?, text_of)?, list(it["values"].as_array()?, text_of)?);
    let (of_service, statement) = (it["of_service"].as_bool()?, text_of(&it["statement"])?);
    Some(format!(
        "BypassSetting {{ keys: {keys}, values: {values}, of_service: {of_service}, statement: {statement} }}"
    ))
}

fn since(it: &Value) -> Option<String> {
    let keys = list(it["keys"].as_array()?, text_of)?;
    let (major, minor) = (it["major"].as_u64()?, it["minor"].as_u64()?);
    Some(format!("Since {{ keys: {keys}, version: ({major}, {minor}) }}"))
}

fn list(all: &[Value], item: fn(&Value) -> Option<String>) -> Option<String> {
    let items: Option<Vec<String>> = all.iter().map(item).collect();
    Some(format!("&[{}]", items?.join(", ")))
}

fn text_of(it: &Value) -> Option<String> {
    it.as_str().map(|text| format!("{text:?}"))
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
