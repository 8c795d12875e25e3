//! Bytes → one JSON object, split into Ansible's own keys and the options.
//!
//! The only place that knows `_ansible_*`. Options stay JSON values: whoever
//! parses them into types prints the value when it is of another type. No
//! message of the JSON library is ever repeated, for the same reason.

use super::spelling;
use crate::apply::Expected;
use crate::policy::refusal::{At, Code, OptionPath, Refusal};
use serde_json::{Map, Value};
use zeroize::Zeroize;

/// Nesting beyond this is refused before it is parsed.
pub(crate) const DEPTH_LIMIT: usize = 10_000;

const ANSIBLE: &str = "_ansible_";

/// What Ansible sent.
pub(crate) struct Arguments {
    /// The user's options, as they were written.
    pub(crate) options: Scrubbed,
    /// Say what would be done, do nothing.
    pub(crate) check_mode: bool,
    /// Whether differences are asked for.
    pub(crate) diff: bool,
    /// Whether the file they came from is Ansible's, and not asked to be kept.
    pub(crate) remove_file: bool,
    /// Who says what should hold.
    pub(crate) expected: Expected,
    /// Keys of Ansible's that cannot be understood.
    pub(crate) refusals: Vec<Refusal>,
}

impl Arguments {
    /// Parses `bytes`, which are so deep by [`depth`]; `source` is their name in messages.
    pub(crate) fn parse(bytes: &[u8], depth: usize, source: &str) -> Result<Self, Refusal> {
        let mut options = object(bytes, depth, source)?;
        let mut internal = Map::new();
        options.0.retain(|name, value| {
            let is_option = !name.starts_with(ANSIBLE);
            if !is_option {
                internal.insert(name.clone(), value.take());
            }
            is_option
        });
        same_version(internal.get("_ansible_wanted_version"))?;
        let mut refusals = Vec::new();
        let mut switch = |name| {
            switch(internal.get(name), name).unwrap_or_else(|refusal| {
                refusals.push(refusal);
                true // the side that changes and removes nothing
            })
        };
        Ok(Self {
            check_mode: switch("_ansible_check_mode"),
            diff: switch("_ansible_diff"),
            remove_file: !switch("_ansible_keep_remote_files") && !internal.is_empty(),
            options,
            expected: Expected::Options,
            refusals,
        })
    }

    /// Options that no file of Ansible's holds.
    pub(crate) fn new(options: Scrubbed, check_mode: bool, expected: Expected) -> Self {
        Self { options, check_mode, diff: true, remove_file: false, expected, refusals: Vec::new() }
    }
}

/// A key of Ansible's that is absent is off; one that cannot be understood
/// stops everything, lest a check changes something.
fn switch(value: Option<&Value>, name: &str) -> Result<bool, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(false),
        Some(value) => spelling::boolean(value).ok_or_else(|| {
            let message = format!("{name} is neither true nor false; leave it to Ansible");
            Refusal::new(Code::OptionHasWrongType, message, OptionPath::new(name))
        }),
    }
}

/// The action plugin says which version it speaks to, so that no round trip is
/// needed to ask for it. Alone: what another version would refuse is not reported.
fn same_version(wanted: Option<&Value>) -> Result<(), Refusal> {
    let here = env!("CARGO_PKG_VERSION");
    match wanted {
        Some(wanted) if wanted != here => {
            let message = format!(
                "the program is of version {here} and the collection of another; nothing was touched, install both in one version"
            );
            Err(Refusal::new(Code::VersionDiffers, message, At::Nowhere))
        }
        Some(_) | None => Ok(()),
    }
}

fn object(bytes: &[u8], depth: usize, source: &str) -> Result<Scrubbed, Refusal> {
    if depth > DEPTH_LIMIT {
        let rest = format!("is nested over {DEPTH_LIMIT} levels deep; give the module options alone");
        return Err(unreadable(source, &rest));
    }
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    parser.disable_recursion_limit();
    let mut documents = parser.into_iter::<Value>();
    let first = documents.next();
    let second = documents.next();
    match (first, second) {
        (Some(Ok(Value::Object(map))), None) => Ok(Scrubbed(map)),
        (None, _) => Err(unreadable(source, "is empty; give one JSON object of options, as Ansible does")),
        (Some(Err(error)), _) | (_, Some(Err(error))) => Err(not_json(source, &error)),
        (Some(Ok(_)), _) => {
            Err(unreadable(source, "is not one JSON object; give one object of options, as Ansible does"))
        }
    }
}

/// How deep the brackets outside of texts go.
pub(super) fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn not_json(source: &str, error: &serde_json::Error) -> Refusal {
    // The library's text is looked at, never shown. ansible-core 2.16 sends a
    // half of a surrogate pair for each byte that is not UTF-8.
    let text = error.to_string();
    if text.contains("hex escape") {
        return unreadable(
            source,
            "holds a text that is not UTF-8; look at what a registered command has printed",
        );
    }
    let place = format!("is not JSON at line {}, column {}", error.line(), error.column());
    let advice =
        "give one JSON object of options, as Ansible does, or judge Helm values with remote-write-auth check";
    unreadable(source, &format!("{place}; {advice}"))
}

fn unreadable(source: &str, rest: &str) -> Refusal {
    Refusal::new(Code::ArgumentsUnreadable, format!("{source} {rest}"), At::Arguments(source.to_owned()))
}

/// Options that are zeroed when they are dropped, as far as a tree of texts
/// can be: what the parser threw away (a key given twice) is not reached.
#[derive(Default)]
pub(crate) struct Scrubbed(pub(crate) Map<String, Value>);

impl Drop for Scrubbed {
    fn drop(&mut self) {
        self.0.values_mut().for_each(scrub);
    }
}

/// Zeroes every text below `value`.
pub(crate) fn scrub(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(scrub),
        Value::Object(map) => map.values_mut().for_each(scrub),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(bytes: &[u8]) -> Result<Arguments, Refusal> {
        Arguments::parse(bytes, depth(bytes), "x")
    }

    #[test]
    fn depth_counts_brackets_outside_of_texts_alone() {
        for (text, expected) in [
            ("", 0),
            ("{}", 1),
            (r#"{"a":[[1]],"b":[]}"#, 3),
            (r#"{"a":"[[[["}"#, 1),
            (r#"{"a":"\"[[[["}"#, 1),
            (r#"[["]]",[[]]]]"#, 4),
            (r#"{"a":"\\","b":[]}"#, 2),
            ("]]][", 1),
        ] {
            assert_eq!(depth(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn scrub_empties_every_text() {
        let mut value = serde_json::json!({"a": "x", "b": [{"c": "y"}, 1]});
        scrub(&mut value);
        assert_eq!(value, serde_json::json!({"a": "", "b": [{"c": ""}, 1]}));
    }

    #[test]
    fn the_last_of_two_equal_keys_wins() {
        let bytes = br#"{"realm": "a", "_ansible_diff": false, "realm": "b", "_ansible_diff": true}"#;
        let arguments = parsed(bytes).expect("one object");
        assert_eq!(arguments.options.0["realm"], "b");
        assert!(arguments.diff);
    }

    #[test]
    fn only_the_version_that_is_asked_for_answers() {
        let refused = |version: &str| {
            let text = serde_json::json!({"_ansible_wanted_version": version}).to_string();
            parsed(text.as_bytes()).err().map(|refusal| refusal.code)
        };
        assert_eq!(refused(env!("CARGO_PKG_VERSION")), None);
        assert_eq!(refused("0.0.0"), Some(Code::VersionDiffers));
        assert_eq!(refused(""), Some(Code::VersionDiffers));
    }

    #[test]
    fn unknown_keys_of_ansible_are_not_options() {
        let arguments = parsed(br#"{"_ansible_of_tomorrow": {"a": 1}}"#).expect("one object");
        assert!(arguments.options.0.is_empty() && arguments.remove_file);
        assert!(!arguments.check_mode && !arguments.diff);
    }
}
