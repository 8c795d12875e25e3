//! The policy's text keeps to what every Helm reads the same way, and prints no value.
//!
//! The old Helm library and the new one, and this program's, agree on these
//! keywords of draft-07 (142 pairs of schema and document). `pattern`, `enum`,
//! `const` and `format` print the value they fail on, so they may stand only
//! where a failure is not an error: below an `if`, or in a definition that nothing
//! but an `if` reaches.

use remote_write_auth::policy::POLICY;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What a keyword holds.
enum Holds {
    Nothing,
    Schema,
    ListOfSchemas,
    TableOfSchemas,
}

/// The safe subset; `None` for every other keyword.
fn keyword(name: &str) -> Option<Holds> {
    match name {
        "$schema" | "$comment" | "$ref" | "title" | "description" | "examples" | "type" | "enum"
        | "const" | "required" | "pattern" | "minProperties" | "minItems" | "maxItems" | "minLength"
        | "maxLength" => Some(Holds::Nothing),
        "if" | "then" | "else" | "not" | "contains" | "propertyNames" | "additionalProperties" => {
            Some(Holds::Schema)
        }
        "allOf" | "anyOf" | "oneOf" => Some(Holds::ListOfSchemas),
        "properties" | "definitions" => Some(Holds::TableOfSchemas),
        _ => None,
    }
}

/// Prints the value it fails on, in one Helm or another.
const PRINTS_THE_VALUE: [&str; 7] =
    ["pattern", "enum", "const", "format", "propertyNames", "additionalProperties", "contains"];

/// What the library chart's own settings may be: no credential is among them, and
/// where one is unknown its name is what its reader needs.
const SETTINGS: &str = "#/definitions/librarySettings";

/// Walks a schema from its root, into definitions only by reference.
struct Walk<'a> {
    definitions: &'a Map<String, Value>,
    complaints: Vec<String>,
    seen: BTreeSet<(String, bool)>,
}

impl Walk<'_> {
    fn report(&mut self, place: &str, what: &str) {
        self.complaints.push(format!("{place}: {what}"));
    }

    /// `silent` is where a failure is not an error.
    fn schema(&mut self, schema: &Value, place: &str, silent: bool) {
        let Value::Object(table) = schema else {
            assert!(schema.is_boolean(), "{place}: neither a table nor a boolean");
            return;
        };
        if table.contains_key("$ref") && table.len() > 1 {
            self.report(place, "$ref beside other keywords, which some drafts leave unread");
        }
        for (name, value) in table {
            self.keyword(name, value, &format!("{place}/{name}"), silent);
        }
        self.condition_names_what_it_asks(table, place);
    }

    fn keyword(&mut self, name: &str, value: &Value, place: &str, silent: bool) {
        if !silent && PRINTS_THE_VALUE.contains(&name) {
            self.report(place, "prints the value it fails on");
        }
        if name == "pattern" {
            self.pattern(value.as_str().expect("a pattern is a text"), place);
        }
        if name == "$ref" {
            return self.reference(value.as_str().expect("a reference is a text"), place, silent);
        }
        let silent = silent || name == "if";
        match keyword(name) {
            None => self.report(place, "not in the subset that every Helm reads the same way"),
            Some(Holds::Nothing) => {}
            Some(Holds::Schema) => self.schema(value, place, silent),
            Some(Holds::ListOfSchemas) => {
                for (at, one) in value.as_array().expect("a list").iter().enumerate() {
                    self.schema(one, &format!("{place}/{at}"), silent);
                }
            }
            Some(Holds::TableOfSchemas) if name == "definitions" => {}
            Some(Holds::TableOfSchemas) => {
                for (key, one) in value.as_object().expect("a table") {
                    self.schema(one, &format!("{place}/{key}"), silent);
                }
            }
        }
    }

    fn reference(&mut self, target: &str, place: &str, silent: bool) {
        if target == SETTINGS {
            return;
        }
        let definitions = self.definitions;
        let found = target.strip_prefix("#/definitions/").and_then(|name| definitions.get(name));
        let Some(definition) = found else {
            return self.report(place, "not a reference to a definition of this text");
        };
        if self.seen.insert((target.to_owned(), silent)) {
            self.schema(definition, target, silent);
        }
    }

    /// `if` over an absent property holds, so a condition that asks about a
    /// property asks for it, too.
    fn condition_names_what_it_asks(&mut self, table: &Map<String, Value>, place: &str) {
        let is_condition = place.contains("/if") || place.starts_with("#/definitions/");
        let Some(asked) = table.get("properties").filter(|_| is_condition) else { return };
        let names = asked.as_object().expect("a table").keys().cloned().map(Value::from).collect::<Value>();
        if table.get("required") != Some(&names) {
            self.report(place, "asks about a property that it does not require");
        }
    }

    /// Go's and Rust's engines and an editor's agree on explicit classes,
    /// groups, `^`, `$`, `|`, `?`, `*`, `\.`, `\t`, `\r`, `\n` and `\xHH`.
    fn pattern(&mut self, pattern: &str, place: &str) {
        let mut rest = pattern;
        while let Some(at) = rest.find('\\') {
            let escape = &rest[at + 1..];
            let known = escape.starts_with(['.', 't', 'r', 'n'])
                || escape.strip_prefix('x').is_some_and(|hex| {
                    hex.len() >= 2 && hex.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit)
                });
            if !known {
                self.report(place, "an escape that engines read differently");
            }
            rest = &escape[1..];
        }
        for odd in ["(?", "{", "[[", "&&", "+?", "*?", "++", "*+"] {
            if pattern.contains(odd) {
                self.report(place, "a construct that engines read differently");
            }
        }
    }
}

fn complaints(schema: &Value) -> Vec<String> {
    let none = Map::new();
    let definitions = schema["definitions"].as_object().unwrap_or(&none);
    let mut walk = Walk { definitions, complaints: Vec::new(), seen: BTreeSet::new() };
    walk.schema(schema, "", false);
    walk.complaints
}

fn policy() -> Value {
    serde_json::from_str(POLICY).expect("the policy is JSON")
}

#[test]
fn the_law_keeps_to_what_every_helm_reads_alike() {
    assert_eq!(complaints(&policy()), Vec::<String>::new());
    assert_eq!(policy()["$schema"], "http://json-schema.org/draft-07/schema#");
}

#[test]
fn every_definition_is_used() {
    let policy = policy();
    let names = policy["definitions"].as_object().expect("a table").keys();
    for name in names {
        assert!(POLICY.contains(&format!("\"#/definitions/{name}\"")), "{name}");
    }
}

#[test]
fn no_key_stands_twice() {
    let again = serde_json::to_string(&policy()).expect("JSON");
    let letters = |text: &str| text.matches("\":").count();
    assert_eq!(letters(POLICY), letters(&again), "of two equal keys a reader takes one");
}

#[test]
fn the_walker_sees_what_it_is_there_for() {
    let password = |schema: Value| json!({"properties": {"password": schema}});
    for broken in [
        password(json!({"pattern": "a"})),
        password(json!({"enum": ["a"]})),
        password(json!({"const": "a"})),
        password(json!({"format": "email"})),
        password(json!({"not": {"const": "a"}})),
        password(json!({"allOf": [{"pattern": "a"}]})),
        json!({"if": {"type": "object"}, "then": {"propertyNames": {"maxLength": 1}}}),
        json!({"if": {"properties": {"a": {"const": 1}}}}),
        json!({"if": {"pattern": "\\s"}}),
        json!({"if": {"pattern": "(?i)a"}}),
        json!({"if": {"pattern": "a{2}"}}),
        json!({"dependentRequired": {}}),
        json!({"$ref": "other.json"}),
        json!({"$ref": "#/definitions/a", "definitions": {"a": true}}),
        json!({"allOf": [{"$ref": "#/definitions/a"}], "definitions": {"a": {"const": 1}}}),
        json!({"if": {"$ref": "#/definitions/a"}, "then": {"$ref": "#/definitions/a"},
            "definitions": {"a": {"const": 1}}}),
    ] {
        assert_ne!(complaints(&broken), Vec::<String>::new(), "{broken}");
    }
    let sound = json!({"if": {"$ref": "#/definitions/a"}, "definitions": {"a": {"const": 1}}});
    assert_eq!(complaints(&sound), Vec::<String>::new());
}
