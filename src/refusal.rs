//! What every entry says when it refuses: a code, a sentence, a place.
//!
//! The codes of all entries stand here, in the order in which refusals are
//! reported. Nothing here knows the policy, a file or an option; nothing here may
//! ever hold a value that a user wrote.

use std::fmt;

macro_rules! codes {
    ($(#[$about:meta])* $kind:ident: $($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind { $($(#[$doc])* $name,)+ }

        impl $kind {
            /// Every code, in reporting order.
            pub const ALL: &[$kind] = &[$($kind::$name,)+];

            /// The code as it is printed.
            pub const fn as_str(self) -> &'static str {
                match self { $($kind::$name => $text,)+ }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// A refusal's name, for good: the kebab-case of the variant, printed
    /// in brackets at the end of its sentence.
    Code:

    // The policy's own, asked by every entry.
    /// The receiver is on and nothing says who may write.
    AuthNotChosen = "auth-not-chosen",
    /// `auth` or `basic` is not a table.
    AuthHasWrongShape = "auth-has-wrong-shape",
    /// The type is neither basic nor none.
    AuthTypeUnknown = "auth-type-unknown",
    /// Basic, without a username.
    UsernameMissing = "username-missing",
    /// Basic, without a password.
    PasswordMissing = "password-missing",
    /// An inline half and `existingSecret` together.
    CredentialsAmbiguous = "credentials-ambiguous",
    /// A type, username, password or existingSecret that is not text.
    ValueHasWrongType = "value-has-wrong-type",
    /// A username that some entry would change or cannot carry.
    UsernameNotPortable = "username-not-portable",
    /// A password that some entry would change or cannot carry.
    PasswordNotPortable = "password-not-portable",
    /// Over 72 characters: bcrypt reads no more.
    PasswordTooLong = "password-too-long",
    /// A second way to Prometheus stands beside the guarded one.
    IngressNotGuarded = "ingress-not-guarded",
    /// The policy refused in words of its schema library, not in ours.
    PolicyNotMet = "policy-not-met",

    // The module's.
    /// The arguments could not be read, or are not one JSON object.
    ArgumentsUnreadable = "arguments-unreadable",
    /// The collection that asks is of another version than this program.
    VersionDiffers = "version-differs",
    /// An option that the module does not have.
    OptionUnknown = "option-unknown",
    /// An option whose value is of another type than it takes.
    OptionHasWrongType = "option-has-wrong-type",
    /// An option whose value is of the right type, but not one it takes.
    OptionOutOfRange = "option-out-of-range",
    /// The same name twice among username and `other_users`.
    UsernameTwice = "username-twice",
    /// A realm that nginx would read as something else.
    RealmNotPortable = "realm-not-portable",
    /// A path that is not absolute, has other characters, or is used twice.
    PathNotPortable = "path-not-portable",
    /// The group is known neither to the host's files nor to getent.
    GroupNotFound = "group-not-found",
    /// The files belong to root and this process does not.
    NeedsRoot = "needs-root",
    /// The folder of a file that is to be written is not there.
    FolderNotFound = "folder-not-found",
    /// A target is a symbolic link.
    TargetIsSymlink = "target-is-symlink",
    /// A target is not a regular file.
    TargetNotRegular = "target-not-regular",
    /// Somebody else holds the folders' locks.
    Locked = "locked",
    /// The include at that path was not written by this tool.
    IncludeNotOurs = "include-not-ours",
    /// nginx still includes the file that is to be removed.
    IncludeInUse = "include-in-use",
    /// A file could not be read.
    ReadFailed = "read-failed",
    /// A file could not be replaced or removed.
    ReplaceFailed = "replace-failed",
    /// The nginx program is not there.
    NginxNotFound = "nginx-not-found",
    /// `nginx -t` passed before the include changed, and does not now.
    NginxRejectsConfiguration = "nginx-rejects-configuration",
    /// `nginx -t` failed before and after.
    NginxAlreadyBroken = "nginx-already-broken",
    /// `nginx -t` did not end in time.
    NginxTestTimedOut = "nginx-test-timed-out",
    /// nginx was told to reload, and its workers stayed.
    ReloadNotTaken = "reload-not-taken",

    // The hook's.
    /// The existing Secret is not there, or holds nothing.
    SecretNotFound = "secret-not-found",
    /// The existing Secret has one half of a login.
    SecretKeyMissing = "secret-key-missing",
    /// The existing Secret is not of the type that a login has.
    SecretWrongType = "secret-wrong-type",

    // The probe's.
    /// Somebody without a login was let in.
    ReceiverOpen = "receiver-open",
    /// The right login was not let in.
    LoginNotTaken = "login-not-taken",
    /// The right login was let in, and nothing takes its writes.
    WritesNotTaken = "writes-not-taken",
    /// A write of the size of a full batch is turned away.
    BodyTooLarge = "body-too-large",
    /// The agent's configuration and what it generated for Alloy say different things.
    AgentFilesDiffer = "agent-files-differ",

    /// A fault of this program.
    InternalError = "internal-error",
}

codes! {
    /// A warning's name, in the form of a refusal's.
    WarningCode:

    /// Credentials beside type none.
    CredentialsIgnored = "credentials-ignored",
    /// A way to Prometheus that does not ask for the login.
    AuthBypassed = "auth-bypassed",
    /// A form of a receiver's flag that Prometheus does not start with.
    ReceiverFlagCrashes = "receiver-flag-crashes",
    /// A setting that can do anything.
    NotJudged = "not-judged",
    /// A setting beside the known ones that nobody reads.
    KeyUnknown = "key-unknown",
    /// A credential that was meant as text and is none.
    ValueReadAsNumber = "value-read-as-number",
    /// Something that Helm drops or decides without a word.
    HelmIsSilent = "helm-is-silent",
    /// A file with a credential that everybody may read.
    CredentialReadable = "credential-readable",
    /// The login is let in, and Prometheus runs without its receiver.
    ReceiverOff = "receiver-off",
    /// Helm versions come to different verdicts.
    HelmVersionsDisagree = "helm-versions-disagree",
}

impl Code {
    /// The code in brackets with which `msg` ends.
    pub fn at_the_end_of(msg: &str) -> Option<Code> {
        let (_, name) = msg.strip_suffix(']')?.rsplit_once(" [")?;
        Code::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

/// One reason why an entry refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name.
    pub code: Code,
    /// The whole sentence: state, `; `, what to do, ` [code]`.
    pub msg: String,
    /// The option, values path or file that made it so; empty where there is none.
    pub place: String,
}

impl Refusal {
    /// `sentence` is the state and what to do, without the code.
    pub fn new(code: Code, sentence: impl fmt::Display, place: impl Into<String>) -> Self {
        Self { code, msg: format!("{sentence} [{code}]"), place: place.into() }
    }
}

/// What does not change a verdict and should be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its name.
    pub code: WarningCode,
    /// The whole sentence, in the form of a refusal's.
    pub msg: String,
    /// The values path of the setting that it is about.
    pub place: String,
}

impl Warning {
    /// `sentence` is the state and what to do, without the code.
    pub fn new(code: WarningCode, sentence: impl fmt::Display, place: impl Into<String>) -> Self {
        Self { code, msg: format!("{sentence} [{code}]"), place: place.into() }
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
    ];

    /// The node's path below `prometheus.server`, as the policy's `$comment`s spell it.
    pub const fn path(self) -> &'static str {
        match self {
            Node::Auth => "auth",
            Node::AuthType => "auth.type",
            Node::Basic => "auth.basic",
            Node::Username => "auth.basic.username",
            Node::Password => "auth.basic.password",
            Node::ExistingSecret => "auth.basic.existingSecret",
            Node::IngressEnabled => "ingress.enabled",
        }
    }

    /// The node that [`Node::path`] spells as `path`.
    pub fn at(path: &str) -> Option<Node> {
        Node::ALL.iter().copied().find(|node| node.path() == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kebab(variant: &str) -> String {
        let letter = |(at, c): (usize, char)| {
            let dash = (at > 0 && c.is_uppercase()).then_some('-');
            dash.into_iter().chain(c.to_lowercase())
        };
        variant.char_indices().flat_map(letter).collect()
    }

    #[test]
    fn every_code_is_the_kebab_case_of_its_variant() {
        for code in Code::ALL {
            assert_eq!(code.as_str(), kebab(&format!("{code:?}")));
        }
        for code in WarningCode::ALL {
            assert_eq!(code.as_str(), kebab(&format!("{code:?}")));
        }
    }

    #[test]
    fn a_code_is_found_only_in_brackets_at_the_end() {
        let found = |msg| Code::at_the_end_of(msg);
        assert_eq!(found("a; b [password-missing]"), Some(Code::PasswordMissing));
        for msg in ["", "password-missing]", "a; b [password-missing] c", "a; b [nothing]", "a; b"] {
            assert_eq!(found(msg), None, "{msg}");
        }
    }
}
