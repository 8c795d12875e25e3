//! A case of `tests/cases` → its settings, and what every entry must say.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The policy, whose messages the cases expect.
const POLICY: &str = include_str!("../../../helm-schema/values.schema.json");

/// One question with its answer.
#[derive(Clone, Debug)]
pub struct PolicyCase {
    /// File and name.
    pub name: String,
    /// The settings, by neutral names: receiver, type, username, password,
    /// existingSecret; auth, basic, enabled, the lists of flags, server,
    /// prometheus and values stand for a whole node of the values.
    pub given: Map<String, Value>,
    /// Whether it is one of many that differ in a character.
    pub is_one_of_many: bool,
    /// Whether a receiver is on.
    pub receiver_on: bool,
    /// The answer.
    pub expected: Expected,
}

/// What every entry must say.
#[derive(Clone, Debug)]
pub enum Expected {
    /// `open`, `basic` or `receiver-off`.
    Accepted(String),
    /// In this order.
    Refused(Vec<Expectation>),
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    pub code: String,
    /// Below `prometheus.server`.
    pub node: String,
    /// From the policy's text.
    pub message: String,
}

impl PolicyCase {
    /// The messages, in order; none where it is accepted.
    pub fn messages(&self) -> Vec<&str> {
        self.refusals().iter().map(|refusal| refusal.message.as_str()).collect()
    }

    pub fn refusals(&self) -> &[Expectation] {
        match &self.expected {
            Expected::Accepted(_) => &[],
            Expected::Refused(refusals) => refusals,
        }
    }

    /// The case as a file of Helm values.
    pub fn values(&self) -> Value {
        if let Some(values) = self.given.get("values") {
            return values.clone();
        }
        let mut prometheus = Map::new();
        self.carry(&["enabled"], &mut prometheus);
        let server = self.given.get("server").cloned().unwrap_or_else(|| self.server());
        prometheus.insert("server".to_owned(), server);
        json!({"prometheus": self.given.get("prometheus").cloned().unwrap_or(Value::Object(prometheus))})
    }

    fn server(&self) -> Value {
        let receiver = self.given.get("receiver") != Some(&Value::Bool(false));
        let lists = ["extraFlags", "extraArgs", "defaultFlagsOverride"];
        let has_lists = lists.iter().any(|list| self.given.contains_key(*list));
        let flags =
            if receiver && !has_lists { json!(["web.enable-remote-write-receiver"]) } else { json!([]) };
        let mut server = Map::from_iter([("extraFlags".to_owned(), flags)]);
        self.carry(&lists, &mut server);
        let mut basic = Map::new();
        self.carry(&["username", "password", "existingSecret"], &mut basic);
        let mut auth = Map::new();
        self.carry(&["type", "basic"], &mut auth);
        if !basic.is_empty() {
            auth.insert("basic".to_owned(), Value::Object(basic));
        }
        if !auth.is_empty() {
            server.insert("auth".to_owned(), Value::Object(auth));
        }
        self.carry(&["auth"], &mut server);
        Value::Object(server)
    }

    fn carry(&self, keys: &[&str], into: &mut Map<String, Value>) {
        for key in keys {
            if let Some(value) = self.given.get(*key) {
                into.insert((*key).to_owned(), value.clone());
            }
        }
    }

    /// The texts that no entry may repeat: whatever was written as a credential
    /// or in its place, where it is long enough to be distinguished from a word of ours.
    pub fn secrets(&self) -> Vec<String> {
        let mut found = Vec::new();
        texts(&Value::Object(self.given.clone()), &mut found);
        let words =
            found.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
        let is_canary =
            |word: &&str| ["canary", "hunter2", "83770123"].iter().any(|canary| word.contains(canary));
        words.filter(is_canary).map(str::to_owned).collect()
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(list) => list.iter().for_each(|item| texts(item, found)),
        Value::Object(table) => table.values().for_each(|item| texts(item, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// All cases, those for `each` character spelled out.
pub fn all() -> Vec<PolicyCase> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let messages = messages();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file of cases");
        let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let list: Vec<Value> = serde_yaml::from_str(&text).unwrap_or_else(|why| panic!("{stem}: {why}"));
        for entry in list {
            cases.extend(spelled_out(&entry).iter().map(|entry| case(&stem, entry, &messages)));
        }
    }
    cases
}

/// One entry for each character of `each`; the entry itself where it has none.
fn spelled_out(entry: &Value) -> Vec<Value> {
    let Some(each) = entry.get("each") else { return vec![entry.clone()] };
    let with = |c: char| {
        let mut entry = entry.clone();
        entry["given"] = replaced(&entry["given"], &c.to_string());
        let shown = if c.is_ascii_graphic() { c.to_string() } else { format!("U+{:04X}", u32::from(c)) };
        entry["name"] = match entry["name"].as_str().expect("a name") {
            name if name.contains("{char}") => json!(name.replace("{char}", &shown)),
            name => json!(format!("{name}, {shown}")),
        };
        entry
    };
    each.as_str().expect("characters").chars().map(with).collect()
}

fn replaced(value: &Value, with: &str) -> Value {
    match value {
        Value::String(text) => json!(text.replace("{char}", with)),
        Value::Array(list) => list.iter().map(|item| replaced(item, with)).collect(),
        Value::Object(table) => table.iter().map(|(key, item)| (key.clone(), replaced(item, with))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn case(file: &str, entry: &Value, messages: &BTreeMap<String, String>) -> PolicyCase {
    let name = format!("{file}: {}", entry["name"].as_str().expect("a name"));
    for key in entry.as_object().expect("a table").keys() {
        let known = ["name", "each", "given", "receiver", "accepted", "refused"];
        assert!(known.contains(&key.as_str()), "{name}: no such key as {key}");
    }
    let given = entry.get("given").and_then(Value::as_object).cloned().unwrap_or_default();
    let expected = match (&entry["accepted"], &entry["refused"]) {
        (Value::String(access), Value::Null) => Expected::Accepted(access.clone()),
        (Value::Null, Value::Array(refusals)) => {
            Expected::Refused(refusals.iter().map(|refusal| expectation(&name, refusal, messages)).collect())
        }
        _ => panic!("{name}: either accepted or refused"),
    };
    let receiver_on = match &entry["receiver"] {
        Value::Null => given.get("receiver") != Some(&Value::Bool(false)),
        Value::Bool(on) => *on,
        word => word == "on",
    };
    PolicyCase { name, given, is_one_of_many: entry.get("each").is_some(), receiver_on, expected }
}

fn expectation(name: &str, refusal: &Value, messages: &BTreeMap<String, String>) -> Expectation {
    let key = refusal.as_str().expect("a code and a node");
    let message = messages.get(key).unwrap_or_else(|| panic!("{name}: the policy has no {key}")).clone();
    let (code, node) = key.split_once(' ').expect("a code and a node");
    Expectation { code: code.to_owned(), node: node.to_owned(), message }
}

/// The policy's messages by code and node.
fn messages() -> BTreeMap<String, String> {
    fn collect(schema: &Value, found: &mut BTreeMap<String, String>) {
        if let Some(message) = schema["then"]["required"][0].as_str() {
            let code = message.rsplit_once(" [").expect("a code").1.trim_end_matches(']');
            let node = schema["$comment"].as_str().expect("a node");
            found.insert(format!("{code} {node}"), message.to_owned());
        }
        match schema {
            Value::Object(table) => table.values().for_each(|value| collect(value, found)),
            Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = BTreeMap::new();
    collect(&serde_json::from_str(POLICY).expect("the policy is JSON"), &mut found);
    found
}
