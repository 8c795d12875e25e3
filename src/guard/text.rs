//! The module's answer → text for people.

use super::GuardWork;
use crate::sanitize;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The whole text: what is wrong first, then what was done and seen.
pub(super) fn write(answer: &Map<String, Value>, work: &GuardWork) -> String {
    let mut text = String::new();
    for refusal in list(answer, "refusals") {
        let place = of(refusal, "where");
        let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
        line(&mut text, &format!("{place}{}", of(refusal, "msg")));
    }
    for file in list(answer, "diff") {
        line(&mut text, &format!("--- {}", of(file, "before_header")));
        line(&mut text, &format!("+++ {}", of(file, "after_header")));
        of(file, "before").lines().for_each(|old| line(&mut text, &format!("-{old}")));
        of(file, "after").lines().for_each(|new| line(&mut text, &format!("+{new}")));
    }
    for endpoint in list(answer, "endpoints") {
        let (file, at) = (of(endpoint, "file"), &endpoint["line"]);
        let (location, server) = (of(endpoint, "location"), of(endpoint, "server"));
        let access = match of(endpoint, "access") {
            "open" => "asks nobody",
            "basic" => "asks for a login",
            "shut" => "lets nobody in",
            _ => "nobody can tell who gets in",
        };
        line(&mut text, &format!("{file}:{at}: location {location} of {server}: {access}"));
    }
    if !answer.contains_key("failed") {
        line(&mut text, &summary(answer, work));
    }
    for warning in list(answer, "warnings") {
        line(&mut text, &format!("warning: {}", warning.as_str().unwrap_or_default()));
    }
    text
}

fn summary(answer: &Map<String, Value>, work: &GuardWork) -> String {
    let is = |key: &str| answer.get(key) == Some(&Value::Bool(true));
    let access = match answer.get("access").and_then(Value::as_str) {
        Some("basic") => "the endpoint asks for a login",
        Some("open") => "the endpoint is open to anyone, as chosen",
        Some("receiver-off") => "the receiver is off, and nobody gets in",
        _ => "both files are gone",
    };
    let changed = match (work, is("changed")) {
        (GuardWork::Verify, _) => return format!("verified: {access}"),
        (GuardWork::Guard { dry_run: true }, true) => "something would change",
        (GuardWork::Guard { dry_run: true }, false) => "nothing would change",
        (GuardWork::Guard { dry_run: false }, true) => "changed",
        (GuardWork::Guard { dry_run: false }, false) => "nothing changed",
    };
    let reload = match (is("reloaded"), is("reload_owed")) {
        (true, _) => ", and nginx was reloaded",
        (false, true) => ", and nginx must be reloaded",
        (false, false) => "",
    };
    format!("{changed}: {access}{reload}")
}

fn list<'a>(answer: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    answer.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{}", sanitize::for_line(words)).expect("a String takes everything");
}
