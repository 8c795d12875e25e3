//! The login options → who is let in, or the policy's refusals with our places.
//!
//! The rule is not here: options are spelled as the Helm values that say the
//! same, and the policy is asked. Each of `other_users` is asked the same way.

use super::arguments::Scrubbed;
use super::{names, quoting, spelling};
use crate::apply::Notice;
use crate::policy::refusal::{At, Code, Node, OptionPath, Refusal, WarningCode};
use crate::policy::{self, Access, Credentials, Verdict, placeholder};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Who is let in.
pub(crate) struct Logins {
    /// What the policy read out of `auth_type`, `username` and `password`.
    pub(crate) access: Access,
    /// The logins of `other_users`.
    pub(crate) others: Vec<Credentials>,
    /// What was given and is not used.
    pub(crate) warnings: Vec<Notice>,
}

/// Judges all logins; with `unasked` (nobody is let in any more) nothing but
/// the shape of `other_users`.
pub(crate) fn judge(
    given: &Map<String, Value>,
    receiver_on: bool,
    unasked: bool,
) -> Result<Logins, Vec<Refusal>> {
    let (entries, mut refusals) = entries(given);
    if unasked {
        let nobody = Logins { access: Access::ReceiverOff, others: Vec::new(), warnings: Vec::new() };
        return if refusals.is_empty() { Ok(nobody) } else { Err(refusals) };
    }
    let verdict = ask(receiver_on, |name| given.get(name));
    let mut others = Vec::new();
    if reads_credentials(&verdict) {
        for (at, entry) in entries.iter().enumerate() {
            match judge_entry(entry, at) {
                Ok(credentials) => others.extend(credentials),
                Err(mut more) => refusals.append(&mut more),
            }
        }
        refusals.extend(twice(given, entries));
    }
    match verdict {
        Ok(Verdict { access, .. }) if refusals.is_empty() => {
            let mut warnings = unused(&access, given, entries);
            if matches!(access, Access::Basic(_)) {
                let passwords = passwords(given, entries);
                warnings.extend(passwords.iter().filter_map(|(text, at)| quoting::warning(text, at)));
                warnings.extend(passwords.iter().filter_map(|(text, at)| not_filled_in(text, at)));
            }
            Ok(Logins { access, others, warnings })
        }
        Ok(_) => Err(refusals),
        Err(own) => {
            let own = own.into_iter().map(|refusal| moved(refusal, option_of));
            Err(own.chain(refusals).collect())
        }
    }
}

/// The entries of `other_users`; none where it was not given.
fn entries(given: &Map<String, Value>) -> (&[Value], Vec<Refusal>) {
    match given.get("other_users") {
        Some(Value::Array(entries)) => (entries, Vec::new()),
        Some(value) if !spelling::is_absent(value) => {
            let message = "other_users is not a list; write each login as an item of its own, with username and password";
            (&[], vec![Refusal::new(Code::OptionHasWrongType, message, OptionPath::new("other_users"))])
        }
        _ => (&[], Vec::new()),
    }
}

/// Spells a login as Helm values and asks the policy about it.
fn ask<'a>(receiver_on: bool, option: impl Fn(&str) -> Option<&'a Value>) -> Result<Verdict, Vec<Refusal>> {
    let flags = if receiver_on { json!(["web.enable-remote-write-receiver"]) } else { json!([]) };
    let value = |name| option(name).cloned().unwrap_or_default();
    let document = json!({"prometheus": {"server": {"extraFlags": flags, "auth": {
        "type": value("auth_type"),
        "basic": {"username": value("username"), "password": value("password")},
    }}}});
    let document = Scrubbed(Map::from_iter([("document".to_owned(), document)]));
    policy::judge(&document.0["document"])
}

fn judge_entry(entry: &Value, at: usize) -> Result<Option<Credentials>, Vec<Refusal>> {
    let item = OptionPath::item("other_users", at);
    let Value::Object(login) = entry else {
        let message =
            format!("{item} is not a table; write username and password on lines of their own below it");
        return Err(vec![Refusal::new(Code::OptionHasWrongType, message, item)]);
    };
    let mut refusals = names::unknown(login, names::LOGIN, Some(&item));
    let basic = Value::from("basic");
    let option = |name: &str| {
        if name == "auth_type" { Some(&basic) } else { login.get(name) }
    };
    match ask(true, option) {
        Ok(Verdict { access: Access::Basic(credentials), .. }) if refusals.is_empty() => {
            Ok(Some(credentials))
        }
        Ok(_) => Err(refusals),
        Err(own) => {
            refusals.extend(own.into_iter().map(|refusal| moved(refusal, |node| key_of(&item, node))));
            Err(refusals)
        }
    }
}

/// Whether the policy looked at username and password at all.
fn reads_credentials(verdict: &Result<Verdict, Vec<Refusal>>) -> bool {
    match verdict {
        Ok(Verdict { access: Access::Basic(_) | Access::BasicInSecret(_), .. }) => true,
        Ok(Verdict { access: Access::ReceiverOff | Access::Open, .. }) => false,
        Err(refusals) => refusals.iter().all(|refusal| refusal.code != Code::AuthTypeUnknown),
    }
}

/// nginx takes the first line of a name: of two passwords, one never works.
fn twice(given: &Map<String, Value>, entries: &[Value]) -> Vec<Refusal> {
    let name = |value: Option<&Value>| {
        value.and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned)
    };
    let mut seen: BTreeSet<String> = name(given.get("username")).into_iter().collect();
    let mut refusals = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if name(entry.get("username")).is_some_and(|username| !seen.insert(username)) {
            let place = OptionPath::item("other_users", at).key("username");
            let message = format!(
                "the username at {place} stands twice, and nginx reads the first of the two; give each login a name of its own"
            );
            refusals.push(Refusal::new(Code::UsernameTwice, message, place));
        }
    }
    refusals
}

fn unused(access: &Access, given: &Map<String, Value>, entries: &[Value]) -> Vec<Notice> {
    let (beside, instead) = match access {
        Access::Basic(_) | Access::BasicInSecret(_) => return Vec::new(),
        Access::Open => ("beside auth_type none", "set auth_type to basic"),
        Access::ReceiverOff => ("without username and password", "give both"),
    };
    let is_given = |name: &&str| given.get(*name).is_some_and(|value| !spelling::is_absent(value));
    let mut names: Vec<&str> = names::LOGIN.iter().copied().filter(is_given).collect();
    names.extend((!entries.is_empty()).then_some("other_users"));
    if names.is_empty() {
        return Vec::new();
    }
    let at = OptionPath::new(names[0]);
    let names = names.join(", ");
    let statement = format!("{beside} these options are not used: {names}; leave them out, or {instead}");
    vec![Notice::new(WarningCode::CredentialsIgnored, statement, at)]
}

/// Each password that was accepted, and its option.
fn passwords<'a>(given: &'a Map<String, Value>, entries: &'a [Value]) -> Vec<(&'a str, OptionPath)> {
    let others = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| (entry.get("password"), OptionPath::item("other_users", at).key("password")));
    std::iter::once((given.get("password"), OptionPath::new("password")))
        .chain(others)
        .filter_map(|(password, place)| Some((password?.as_str()?, place)))
        .collect()
}

/// The policy's warning about a placeholder.
fn not_filled_in(password: &str, place: &OptionPath) -> Option<Notice> {
    let statement = || format!("{place}: {}", placeholder::STATEMENT);
    placeholder::is_placeholder(password)
        .then(|| Notice::new(WarningCode::PasswordIsAPlaceholder, statement(), place.clone()))
}

/// What the policy adds for those who call Helm; a task has no such flag.
const FOR_HELM_ALONE: &str = ", on the command line use --set-string";

/// The same refusal at the option that says what its node says.
fn moved(refusal: Refusal, option_of: impl Fn(Node) -> OptionPath) -> Refusal {
    let Refusal { code, message, at } = refusal;
    let at = match at {
        At::Node(node) => option_of(node).into(),
        elsewhere => elsewhere,
    };
    Refusal { code, message: message.replace(FOR_HELM_ALONE, ""), at }
}

fn option_of(node: Node) -> OptionPath {
    OptionPath::new(match node {
        Node::Username | Node::Basic => "username",
        Node::Password => "password",
        Node::Realm => "realm",
        Node::Auth
        | Node::AuthType
        | Node::ExistingSecret
        | Node::IngressEnabled
        | Node::Route
        | Node::ExtraVolumes
        | Node::Edge => "auth_type",
    })
}

/// The same for an item of `other_users`.
fn key_of(item: &OptionPath, node: Node) -> OptionPath {
    match node {
        Node::Username | Node::Password | Node::ExistingSecret => item.key(node.key()),
        Node::Auth
        | Node::AuthType
        | Node::Basic
        | Node::IngressEnabled
        | Node::Route
        | Node::ExtraVolumes
        | Node::Edge
        | Node::Realm => item.clone(),
    }
}
