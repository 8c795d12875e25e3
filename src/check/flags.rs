//! Receiver flags in a form that Prometheus does not start with.
//!
//! The law counts them as on; that the pod will crash is worth a word. kingpin
//! takes `--flag` and nothing else of a switch: no value, no other number of
//! dashes, not twice. The chart writes `--` before each of `extraFlags` and
//! `extraArgs` itself, and `=value` behind the latter where there is one.

use super::report::Finding;
use super::warnings::{Server, table_of};
use crate::values::tree::{Node, Value};

const SWITCHES: &[&str] = &["web.enable-remote-write-receiver", "web.enable-otlp-receiver"];

/// One way in which a switch is given.
struct Given<'a> {
    switch: &'static str,
    node: &'a Node,
    below: String,
    key: Option<&'a str>,
    crashes: bool,
}

pub(super) fn crashing(server: &Server) -> Vec<Finding> {
    let overridden = list(server, "defaultFlagsOverride", "--");
    let given = if overridden.is_empty() {
        list(server, "extraFlags", "").into_iter().chain(table(server)).collect()
    } else {
        overridden
    };
    let mut warnings = Vec::new();
    for (index, one) in given.iter().enumerate() {
        let again = given[..index].iter().any(|before| before.switch == one.switch);
        let what = match (one.crashes, again) {
            (true, _) => "the receiver flag is written in a form",
            (false, true) => "the receiver flag is given twice, a form",
            (false, false) => continue,
        };
        let sentence = format!(
            "{what} that Prometheus does not start with; write {} once, as an item of extraFlags, with nothing before or behind it",
            one.switch
        );
        warnings.push(server.warning("flag-crashes", &sentence, &one.below, one.node, one.key));
    }
    warnings
}

/// The switches among the items of a list; `dashes` is how many an item must
/// have itself.
fn list<'a>(server: &Server<'a>, name: &'static str, dashes: &str) -> Vec<Given<'a>> {
    let Some(Node { value: Value::List(items), .. }) = server.get(&[name]) else { return Vec::new() };
    let item = |(index, node): (usize, &'a Node)| {
        let Value::Text(text) = &node.value else { return None };
        let text = text.split(" #").next().unwrap_or_default().trim();
        let (bare, own) = (text.trim_start_matches('-'), text.len() - text.trim_start_matches('-').len());
        let flag = bare.split('=').next().unwrap_or_default();
        let switch = SWITCHES.iter().copied().find(|switch| *switch == flag)?;
        let crashes = own != dashes.len() || flag != bare;
        Some(Given { switch, node, below: format!("{name}[{index}]"), key: None, crashes })
    };
    items.iter().enumerate().filter_map(item).collect()
}

fn table<'a>(server: &Server<'a>) -> Vec<Given<'a>> {
    let Some(arguments) = server.get(&["extraArgs"]).and_then(table_of) else { return Vec::new() };
    let argument = |(key, node): (&'a String, &'a Node)| {
        let bare = key.trim().trim_start_matches('-');
        let switch = SWITCHES.iter().copied().find(|switch| *switch == bare)?;
        let crashes = super::bypass::is_given(node) || key.starts_with('-');
        Some(Given { switch, node, below: format!("extraArgs.{switch}"), key: Some(switch), crashes })
    };
    arguments.iter().filter_map(argument).collect()
}
