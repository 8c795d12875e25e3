//! A document → the flag that turns the receiver on, for whoever points at it.
//!
//! The policy itself is asked about each flag alone: there is no second reading
//! of what a flag means.

use super::reading::{FLAG_LISTS, in_server, is_true};
use super::receiver_is_on;
use super::refusal::ValuesPath;
use serde_json::{Map, Value, json};

/// Where the flag stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverCause {
    /// The list of flags, or the entry of a table of them.
    pub path: ValuesPath,
    /// Which item of the list, counted from 0.
    pub item: Option<usize>,
}

/// The first flag that turns a receiver on, in the order of the chart's
/// arguments; `None` where none does.
pub fn receiver_cause(document: &Value) -> Option<ReceiverCause> {
    let server = &document["prometheus"]["server"];
    let [replacing, ..] = FLAG_LISTS;
    let replaced = is_true(&server[replacing]);
    FLAG_LISTS.iter().filter(|list| !replaced || **list == replacing).find_map(|list| in_list(server, list))
}

fn in_list(server: &Value, list: &str) -> Option<ReceiverCause> {
    let flags = &server[list];
    let whole = ReceiverCause { path: in_server(&[list]), item: None };
    let found = match flags {
        Value::Null => return None,
        Value::Array(items) => items
            .iter()
            .position(|item| alone_is_on(list, json!([item])))
            .map(|at| ReceiverCause { item: Some(at), ..whole.clone() }),
        Value::Object(table) => table
            .iter()
            .find(|(key, value)| {
                let entry = Map::from_iter([((*key).clone(), (*value).clone())]);
                alone_is_on(list, Value::Object(entry))
            })
            .map(|(key, _)| ReceiverCause { path: in_server(&[list, key]), item: None }),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    found.or_else(|| alone_is_on(list, flags.clone()).then_some(whole))
}

fn alone_is_on(list: &str, flags: Value) -> bool {
    let server = Map::from_iter([(list.to_owned(), flags)]);
    receiver_is_on(&json!({ "prometheus": { "server": server } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_that_turns_the_receiver_on_is_found() {
        let on = "web.enable-remote-write-receiver";
        for (server, wanted) in [
            (json!({}), None),
            (json!({"extraFlags": ["web.enable-lifecycle"]}), None),
            (json!({"extraFlags": ["web.enable-lifecycle", on]}), Some("extraFlags 1")),
            (json!({"extraFlags": on}), Some("extraFlags")),
            (json!({"extraArgs": {"a": null, on: null}}), Some("extraArgs.web.enable-remote-write-receiver")),
            (
                json!({"extraArgs": {"enable-feature": "a,remote-write-receiver"}}),
                Some("extraArgs.enable-feature"),
            ),
            (
                json!({"defaultFlagsOverride": ["--enable-feature", "remote-write-receiver"], "extraFlags": [on]}),
                Some("defaultFlagsOverride 1"),
            ),
            (json!({"defaultFlagsOverride": ["--a"], "extraFlags": [on]}), None),
            (json!({"defaultFlagsOverride": [], "extraFlags": [on]}), Some("extraFlags 0")),
        ] {
            let document = json!({"prometheus": {"server": server}});
            let found = receiver_cause(&document).map(|ReceiverCause { path, item }| {
                let item = item.map_or_else(String::new, |at| format!(" {at}"));
                format!("{path}{item}")
            });
            let wanted = wanted.map(|wanted| format!("prometheus.server.{wanted}"));
            assert_eq!(found, wanted, "{document}");
        }
    }
}
