//! An accepted document → what should be known about it all the same.
//!
//! Nothing here refuses: the policy is the schema's alone. A warning needs only
//! the document, names the values path it is about, and never repeats a value.

use super::reading::{FLAG_LISTS, is_true, table};
use super::refusal::{Node, ValuesPath, Warning, WarningCode};
use super::{Access, SWITCHES, Verdict, bypasses, flags, placeholder};
use serde_json::Value;

/// The container in Trento's chart that asks for the login: it is the edge.
const TRENTOS_EDGE: &str = "auth-proxy";

/// What should be known about `document`, which the policy has accepted with
/// `verdict`, in the order of [`WarningCode::ALL`].
pub fn find(document: &Value, verdict: &Verdict) -> Vec<Warning> {
    let prometheus = &document["prometheus"];
    if prometheus["enabled"] == Value::Bool(false) {
        return Vec::new();
    }
    let server = &prometheus["server"];
    let mut warnings = Vec::new();
    let asks_for_a_login = match verdict.access {
        Access::Open => {
            warnings.extend(ignored_credentials(&server["auth"]["basic"]));
            false
        }
        Access::Basic(_) | Access::BasicInSecret(_) => verdict.receiver_on,
        Access::ReceiverOff => false,
    };
    ways_and_flags(server, asks_for_a_login, &mut warnings);
    if !matches!(verdict.access, Access::Open) {
        not_judged(prometheus, &mut warnings);
        warnings.extend(not_filled_in(&server["auth"]));
    }
    warnings
}

/// The ways past the login, where one is asked for, and flags that crash; what is
/// not seen comes last.
fn ways_and_flags(server: &Value, asks_for_a_login: bool, warnings: &mut Vec<Warning>) {
    let ways_in = if asks_for_a_login { bypasses::ways_in(server) } else { Vec::new() };
    if asks_for_a_login {
        bypasses::warn(server, &ways_in, warnings);
    }
    flags::warn_of_crashes(server, warnings);
    bypasses::warn_of_unseen(&ways_in, warnings);
}

/// What should be known about `document` though the policy has refused it: where
/// what is missing is added, it is still so.
pub fn find_in_refused(document: &Value) -> Vec<Warning> {
    let prometheus = &document["prometheus"];
    if prometheus["enabled"] == Value::Bool(false) {
        return Vec::new();
    }
    let server = &prometheus["server"];
    let auth = &server["auth"];
    let mut warnings = Vec::new();
    let asks_for_a_login = auth["type"] == "basic" || table(&auth["basic"]).any(|(_, value)| is_true(value));
    ways_and_flags(server, asks_for_a_login, &mut warnings);
    not_judged(prometheus, &mut warnings);
    if auth["type"] != "none" {
        warnings.extend(not_filled_in(auth));
    }
    warnings
}

fn not_filled_in(auth: &Value) -> Option<Warning> {
    let is_one = auth["basic"]["password"].as_str().is_some_and(placeholder::is_placeholder);
    is_one.then(|| Warning::new(WarningCode::PasswordIsAPlaceholder, placeholder::STATEMENT, Node::Password))
}

fn ignored_credentials(basic: &Value) -> Option<Warning> {
    const STATEMENT: &str = "credentials stand beside the auth type none and are not used; leave them out, or set the auth type to basic";
    let is_given = |value: &Value| !value.is_null() && value != "";
    let node = match basic {
        Value::Object(halves) => [Node::Username, Node::Password, Node::ExistingSecret]
            .into_iter()
            .find(|node| halves.get(node.key()).is_some_and(is_given)),
        other => is_given(other).then_some(Node::Basic),
    };
    node.map(|node| Warning::new(WarningCode::CredentialsIgnored, STATEMENT, node))
}

fn not_judged(prometheus: &Value, warnings: &mut Vec<Warning>) {
    let mut warn = |keys: &[&str], statement: &str| {
        let path = ValuesPath::new(["prometheus"].into_iter().chain(keys.iter().copied()));
        warnings.push(Warning::new(WarningCode::NotJudged, statement, path));
    };
    let server = &prometheus["server"];
    if is_true(&server["command"]) {
        warn(
            &["server", "command"],
            "a command of your own is not judged and can start a write receiver; make sure that it does not",
        );
    }
    let foreign =
        |(name, container): &(&String, &Value)| *name != TRENTOS_EDGE && !is_of_the_library(container);
    let containers = &server["sidecarContainers"];
    let has_foreign =
        if containers.is_object() { table(containers).any(|it| foreign(&it)) } else { is_true(containers) };
    let others =
        "containers of your own are not judged and can open a way past the login; make sure that they do not";
    if has_foreign {
        warn(&["server", "sidecarContainers"], others);
    }
    if is_true(&server["extraInitContainers"]) {
        warn(&["server", "extraInitContainers"], others);
    }
    for (key, _) in
        table(server).filter(|(key, value)| !FLAG_LISTS.contains(&key.as_str()) && smuggles(value))
    {
        warn(
            &["server", key],
            "a flag of a write receiver in this setting is not judged; write flags in extraFlags",
        );
    }
    if is_true(&prometheus["extraManifests"]) {
        warn(
            &["extraManifests"],
            "manifests of your own are not judged and can open a way past the login; make sure that they do not",
        );
    }
}

/// Whether a container is one that the library chart renders, and nothing beside it.
fn is_of_the_library(container: &Value) -> bool {
    const TEMPLATES: [&str; 2] = ["remote-write-auth.nginxContainer", "remote-write-auth.loginsContainer"];
    fn called(text: &str) -> Option<&str> {
        let inside = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
        let inside = inside.strip_prefix("- ").unwrap_or(inside);
        let inside = inside.strip_suffix(" -").unwrap_or(inside).trim();
        let name = inside.strip_prefix("include")?.trim_start().strip_prefix('"')?;
        name.strip_suffix("\" .").or(name.strip_suffix("\" $")).map(str::trim_end)
    }
    container.as_str().and_then(called).is_some_and(|name| TEMPLATES.contains(&name))
}

/// Whether a text of another setting names a receiver's flag.
fn smuggles(value: &Value) -> bool {
    let mut names = SWITCHES.iter().chain(["enable-feature"].iter());
    value.as_str().is_some_and(|text| names.any(|name| text.contains(name)))
}
