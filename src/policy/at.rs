//! What a refusal is about, typed until an entry spells it.
//!
//! The policy speaks of nodes of its document. An entry that has other names for
//! them (an option, a key of a Secret) maps node to name, never text to text.
//! `Display` is the one spelling, used where an answer is written.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a refusal or a warning is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Nothing that has a name.
    Nowhere,
    /// A node of the policy's document.
    Node(Node),
    /// Another setting of Helm's values.
    Values(ValuesPath),
    /// An option of the module.
    Option(OptionPath),
    /// The key of the existing Secret that holds what the policy calls so.
    SecretKey(Node),
    /// A file or a folder.
    File(PathBuf),
    /// A line of a file, counted from 1.
    Line(PathBuf, u32),
    /// Where the module's arguments came from, fit to be shown.
    Arguments(String),
    /// The target of an HTTP request.
    Target(String),
}

impl At {
    /// Where in Helm's values it is; `None` for what is not in them.
    pub fn values_path(&self) -> Option<ValuesPath> {
        match self {
            At::Node(node) => Some(node.values_path()),
            At::Values(path) => Some(path.clone()),
            At::SecretKey(_) => Some(Node::ExistingSecret.values_path()),
            At::Nowhere | At::Option(_) | At::File(_) | At::Line(..) | At::Arguments(_) | At::Target(_) => {
                None
            }
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Nowhere => Ok(()),
            At::Node(node) => node.values_path().fmt(f),
            At::Values(path) => path.fmt(f),
            At::Option(option) => option.fmt(f),
            At::SecretKey(node) => {
                write!(f, "{}, key {}", Node::ExistingSecret.values_path(), node.key())
            }
            At::File(path) => path.display().fmt(f),
            At::Line(path, line) => write!(f, "{}:{line}", path.display()),
            At::Arguments(text) | At::Target(text) => f.write_str(text),
        }
    }
}

impl From<Node> for At {
    fn from(node: Node) -> Self {
        At::Node(node)
    }
}

impl From<ValuesPath> for At {
    fn from(path: ValuesPath) -> Self {
        At::Values(path)
    }
}

impl From<OptionPath> for At {
    fn from(option: OptionPath) -> Self {
        At::Option(option)
    }
}

impl From<&Path> for At {
    fn from(path: &Path) -> Self {
        At::File(path.to_owned())
    }
}

/// A path in Helm's values, key by key: a key may have dots in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesPath(Vec<Arc<str>>);

impl ValuesPath {
    /// The path with these keys, from the outside in.
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self(keys.into_iter().map(Arc::from).collect())
    }

    /// The same of keys that somebody has.
    pub fn from_keys(keys: Vec<Arc<str>>) -> Self {
        Self(keys)
    }

    /// The same path inside the table at `scope`.
    #[must_use]
    pub fn inside(mut self, scope: &[Arc<str>]) -> Self {
        self.0.splice(0..0, scope.iter().cloned());
        self
    }

    /// The path of `key` in the table that this path leads to.
    #[must_use]
    pub fn join(&self, key: &str) -> Self {
        Self(self.0.iter().cloned().chain([key.into()]).collect())
    }

    /// Its keys, from the outside in.
    pub fn keys(&self) -> &[Arc<str>] {
        &self.0
    }
}

impl fmt::Display for ValuesPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { "." } else { "" })?;
            f.write_str(key)?;
        }
        Ok(())
    }
}

/// An option of the module, or a part of one that is a list of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionPath {
    name: String,
    index: Option<usize>,
    key: Option<String>,
}

impl OptionPath {
    /// The option `name`, a whole one.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), index: None, key: None }
    }

    /// The item at `index` of the list that the option `name` is.
    pub fn item(name: impl Into<String>, index: usize) -> Self {
        Self { name: name.into(), index: Some(index), key: None }
    }

    /// `key` in the table that this item is.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self.clone() }
    }
}

impl fmt::Display for OptionPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(index) = self.index {
            write!(f, "[{index}]")?;
        }
        self.key.as_ref().map_or(Ok(()), |key| write!(f, ".{key}"))
    }
}

/// A place in the policy's document that a refusal is about. Each entry spells it
/// in its own words: a values path, or an option's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// `auth`, the whole table.
    Auth,
    /// `auth.type`.
    AuthType,
    /// `auth.basic`, the table of credentials.
    Basic,
    /// `auth.basic.username`.
    Username,
    /// `auth.basic.password`.
    Password,
    /// `auth.basic.existingSecret`.
    ExistingSecret,
    /// `ingress.enabled`, which the module has no option for.
    IngressEnabled,
    /// `route`, the `HTTPRoute` objects, which the module has no option for.
    Route,
    /// `extraVolumes`, which the module has no option for.
    ExtraVolumes,
    /// The library chart's `edge`, which the module has no option for.
    Edge,
    /// The library chart's `realm`.
    Realm,
}

impl Node {
    /// Every node, from the outside in.
    pub const ALL: &[Node] = &[
        Node::Auth,
        Node::AuthType,
        Node::Basic,
        Node::Username,
        Node::Password,
        Node::ExistingSecret,
        Node::IngressEnabled,
        Node::Route,
        Node::ExtraVolumes,
        Node::Edge,
        Node::Realm,
    ];

    /// The keys of the table that it is named below: the server's settings, or the document.
    const fn table(self) -> &'static [&'static str] {
        match self {
            Node::Auth
            | Node::AuthType
            | Node::Basic
            | Node::Username
            | Node::Password
            | Node::ExistingSecret
            | Node::IngressEnabled
            | Node::Route
            | Node::ExtraVolumes => &["prometheus", "server"],
            Node::Edge | Node::Realm => &[],
        }
    }

    /// Its keys below that table.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Node::Auth => &["auth"],
            Node::AuthType => &["auth", "type"],
            Node::Basic => &["auth", "basic"],
            Node::Username => &["auth", "basic", "username"],
            Node::Password => &["auth", "basic", "password"],
            Node::ExistingSecret => &["auth", "basic", "existingSecret"],
            Node::IngressEnabled => &["ingress", "enabled"],
            Node::Route => &["route"],
            Node::ExtraVolumes => &["extraVolumes"],
            Node::Edge => &["remote-write-auth", "edge"],
            Node::Realm => &["remote-write-auth", "realm"],
        }
    }

    /// The key under which it stands.
    pub fn key(self) -> &'static str {
        self.keys().last().copied().unwrap_or_default()
    }

    /// Where it stands in the values.
    pub fn values_path(self) -> ValuesPath {
        ValuesPath::new(self.table().iter().chain(self.keys()).copied())
    }

    /// The node that a `$comment` of the policy names by its path below
    /// `prometheus.server`, or by the whole path of a setting of the library chart.
    pub fn named(comment: &str) -> Option<Node> {
        Node::ALL.iter().copied().find(|node| node.keys().join(".") == comment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_one_spelling() {
        let item = OptionPath::item("other_users", 1);
        for (at, spelled) in [
            (At::Nowhere, ""),
            (Node::Password.into(), "prometheus.server.auth.basic.password"),
            (ValuesPath::new(["a", "b"]).inside(&["c".into()]).join("d.e").into(), "c.a.b.d.e"),
            (OptionPath::new("realm").into(), "realm"),
            (item.clone().into(), "other_users[1]"),
            (item.key("password").into(), "other_users[1].password"),
            (At::SecretKey(Node::Username), "prometheus.server.auth.basic.existingSecret, key username"),
            (Path::new("/etc/x").into(), "/etc/x"),
            (At::Line("/etc/x".into(), 7), "/etc/x:7"),
        ] {
            assert_eq!(at.to_string(), spelled, "{at:?}");
        }
    }

    #[test]
    fn a_node_is_known_by_its_name_in_the_policy() {
        assert_eq!(Node::named("auth.basic.username"), Some(Node::Username));
        assert_eq!(Node::named("ingress.enabled"), Some(Node::IngressEnabled));
        assert_eq!(Node::named("auth.basic.userName"), None);
    }
}
