//! The receiver flags of an accepted document → those Prometheus stops at.
//!
//! The policy counts a form that only crashes Prometheus as a receiver that is on.
//! Here the two are kept apart: kingpin 2.4.0, which reads Prometheus' flags, takes
//! `--FLAG` once, and neither a value, nor a third dash, nor a blank, nor a word
//! after it, nor the flag after a lone `--`.

use super::reading::{FLAG_LISTS, in_server, is_true, table};
use super::refusal::{Warning, WarningCode};
use serde_json::Value;

/// The switches that turn a write receiver on.
pub(crate) const SWITCHES: [&str; 2] = ["web.enable-remote-write-receiver", "web.enable-otlp-receiver"];

/// The features that do.
pub(crate) const FEATURES: [&str; 2] = ["remote-write-receiver", "otlp-write-receiver"];

/// An argument of Prometheus as the chart writes it, and its list.
struct Argument {
    list: &'static str,
    text: String,
}

/// Warns of each list with a receiver's switch that Prometheus does not start with.
pub(super) fn warn_of_crashes(server: &Value, warnings: &mut Vec<Warning>) {
    let arguments = arguments(server);
    for list in FLAG_LISTS {
        let mut here = (0..arguments.len()).filter(|at| arguments[*at].list == list);
        if here.any(|at| SWITCHES.iter().any(|switch| crashes(&arguments, at, switch))) {
            warnings.push(warning(list, how_to_write_it(list)));
        }
    }
    for switch in SWITCHES {
        let mut given = arguments.iter().filter(|argument| is_a_setting_of(&argument.text, switch));
        if let Some(second) = given.nth(1) {
            let statement = "a flag of a write receiver is given more than once, and Prometheus does not start with it; give it once";
            warnings.push(warning(second.list, statement));
        }
    }
}

fn warning(list: &str, statement: &str) -> Warning {
    Warning::new(WarningCode::ReceiverFlagCrashes, statement, in_server(&[list]))
}

fn how_to_write_it(list: &str) -> &'static str {
    match list {
        "defaultFlagsOverride" => {
            "a flag of a write receiver has a form that Prometheus does not start with; write it with two dashes and without a value"
        }
        "extraFlags" => {
            "a flag of a write receiver has a form that Prometheus does not start with; write it without dashes and without a value"
        }
        _ => {
            "a flag of a write receiver has a form that Prometheus does not start with; write it in extraFlags, without a value"
        }
    }
}

/// The arguments that the chart makes of the three lists.
fn arguments(server: &Value) -> Vec<Argument> {
    let [replacing, items, pairs] = FLAG_LISTS;
    if is_true(&server[replacing]) {
        let argument = |text: &str| Argument { list: replacing, text: text.to_owned() };
        return texts(&server[replacing]).map(argument).collect();
    }
    let item = |text: &str| unquoted(items, &format!("--{text}"));
    // What the value is does not matter: neither switch takes one.
    let pair = |(key, value): (&String, &Value)| {
        let text = if is_true(value) { format!("--{key}=") } else { format!("--{key}") };
        unquoted(pairs, &text)
    };
    texts(&server[items]).map(item).chain(table(&server[pairs]).map(pair)).collect()
}

/// The argument that is left when YAML has read the text as a plain scalar.
fn unquoted(list: &'static str, text: &str) -> Argument {
    let kept = text.split(" #").next().unwrap_or_default().trim_end().to_owned();
    Argument { list, text: kept }
}

/// The texts in a list, or among a table's values.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = value.as_array().into_iter().flatten();
    items.chain(table(value).map(|(_, value)| value)).filter_map(Value::as_str)
}

/// Whether the argument is the switch, on or off.
fn is_a_setting_of(argument: &str, switch: &str) -> bool {
    let name = argument.strip_prefix("--").unwrap_or_default();
    name.strip_prefix("no-").unwrap_or(name) == switch
}

/// Whether Prometheus stops at the switch in this argument.
fn crashes(arguments: &[Argument], at: usize, switch: &str) -> bool {
    let text = &arguments[at].text;
    if !is_a_setting_of(text, switch) {
        return is_meant(text, switch);
    }
    let is_a_word = |next: &Argument| !next.text.starts_with(['-', '@']);
    let follows_the_end = arguments[..at].iter().any(|before| before.text == "--");
    follows_the_end || arguments.get(at + 1).is_some_and(is_a_word)
}

/// Whether somebody meant the switch: with a value, too many dashes, among blanks,
/// or with more letters; no other flag begins with its name. What stands in another
/// flag's value means nothing.
fn is_meant(argument: &str, switch: &str) -> bool {
    let names = argument.split('=').next().unwrap_or_default();
    names.split([' ', '\t']).any(|word| {
        let name = word.trim_start_matches('-');
        name.strip_prefix("no-").unwrap_or(name).starts_with(switch)
    })
}
