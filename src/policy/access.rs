//! What an accepted document says: who may write.
//!
//! These values are made by the policy alone (`read`), so whoever holds one knows
//! that a choice was made and that it is portable.

use serde_json::Value;
use std::fmt;
use zeroize::Zeroizing;

/// Who may write to the receiver.
#[must_use]
#[derive(Debug)]
pub enum Access {
    /// The receiver is off and nobody said who may write: nothing is opened.
    ReceiverOff,
    /// Open to anyone, said explicitly.
    Open,
    /// Basic auth with these credentials.
    Basic(Credentials),
    /// Basic auth with the credentials in the Kubernetes Secret of this name.
    BasicInSecret(String),
}

/// A login that every edge carries unchanged.
#[derive(Debug)]
pub struct Credentials {
    /// Printable ASCII without `:`, double quote and backslash.
    pub username: String,
    /// 1 to 72 characters of printable ASCII without double quote and backslash.
    pub password: Secret,
}

/// A text that is never shown and leaves memory when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself, for hashing alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// Reads the choice out of a document that the policy has accepted.
pub(super) fn read(document: &Value) -> Access {
    let prometheus = &document["prometheus"];
    if prometheus["enabled"] == Value::Bool(false) {
        return Access::ReceiverOff;
    }
    let auth = &prometheus["server"]["auth"];
    let text = |node: &Value| node.as_str().unwrap_or_default().to_owned();
    if auth["type"] == "none" {
        return Access::Open;
    }
    let basic = &auth["basic"];
    let name = text(&basic["existingSecret"]);
    if !name.is_empty() {
        return Access::BasicInSecret(name);
    }
    let username = text(&basic["username"]);
    if username.is_empty() {
        return Access::ReceiverOff;
    }
    let password = Secret(Zeroizing::new(text(&basic["password"])));
    Access::Basic(Credentials { username, password })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_password_is_never_shown() {
        let basic = json!({"username": "a", "password": "canary-5b1d"});
        let access = read(&json!({"prometheus": {"server": {"auth": {"basic": basic}}}}));
        let shown = r#"Basic(Credentials { username: "a", password: <secret> })"#;
        assert_eq!(format!("{access:?}"), shown);
        assert!(matches!(&access, Access::Basic(login) if login.password.expose() == "canary-5b1d"));
    }

    #[test]
    fn each_choice_is_read() {
        let read = |enabled, auth| {
            format!("{:?}", read(&json!({"prometheus": {"enabled": enabled, "server": {"auth": auth}}})))
        };
        let secret = json!({"basic": {"existingSecret": "s"}});
        assert_eq!(read(true, secret.clone()), r#"BasicInSecret("s")"#);
        assert_eq!(read(false, secret), "ReceiverOff");
        assert_eq!(read(true, json!({"type": "none"})), "Open");
        assert_eq!(read(true, json!({"type": "basic"})), "ReceiverOff");
    }
}
