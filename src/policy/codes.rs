//! Every code that any part of this project prints: one list, a line each.
//!
//! A code is the kebab-case of its variant, for good. Each has a page beside
//! this file, `codes/CODE.txt`, which `explain` prints: a code without one does
//! not compile. README, ansible-doc and `explain` are compared with this list
//! by tests/explain.rs. Nothing here knows what any of them is about.

use std::fmt;

/// Who prints a code first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The policy, asked by every entry.
    Policy,
    /// The Ansible module.
    Module,
    /// The hook and the sidecar in the cluster.
    Hook,
    /// The probe.
    Probe,
    /// The values validator.
    Check,
    /// The collection's action plugin, before the module runs.
    ActionPlugin,
}

impl Part {
    /// Its name for people and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Policy => "policy",
            Part::Module => "module",
            Part::Hook => "hook",
            Part::Probe => "probe",
            Part::Check => "check",
            Part::ActionPlugin => "action plugin",
        }
    }
}

/// What a code does to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is let through.
    Refusal,
    /// The verdict stays as it is.
    Warning,
}

impl Kind {
    /// Its name for people and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Refusal => "refusal",
            Kind::Warning => "warning",
        }
    }
}

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The code as it is printed, in brackets at the end of its message.
    pub code: &'static str,
    /// Who prints it.
    pub part: Part,
    /// What it does.
    pub kind: Kind,
    /// When it is printed, in one line.
    pub summary: &'static str,
    /// The page about it.
    pub page: &'static str,
}

/// Every code, refusals first, in reporting order. What is a refusal in one part
/// and a warning in another has one page, among the warnings.
pub fn all() -> impl Iterator<Item = &'static CodeEntry> {
    let refusals = Code::ENTRIES.iter().chain(ActionPluginCode::ENTRIES);
    let warns = |entry: &&CodeEntry| WarningCode::ENTRIES.iter().any(|other| other.code == entry.code);
    refusals.filter(move |entry| !warns(entry)).chain(WarningCode::ENTRIES)
}

macro_rules! codes {
    ($(#[$about:meta])* $name:ident, $kind:ident; $($variant:ident = $text:literal, $part:ident: $summary:literal;)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $summary] $variant,)+ }

        impl $name {
            /// Every code, in reporting order.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            const ENTRIES: &[CodeEntry] = &[$(CodeEntry {
                code: $text,
                part: Part::$part,
                kind: Kind::$kind,
                summary: $summary,
                page: include_str!(concat!("codes/", $text, ".txt")),
            },)+];

            /// The code as it is printed.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// The name of a refusal, in the order in which refusals are reported.
    Code, Refusal;
    AuthNotChosen = "auth-not-chosen", Policy: "the receiver is on and nothing says who may write";
    AuthHasWrongShape = "auth-has-wrong-shape", Policy: "auth or basic is not a table";
    AuthTypeUnknown = "auth-type-unknown", Policy: "the type is neither basic nor none";
    UsernameMissing = "username-missing", Policy: "basic, and no username";
    PasswordMissing = "password-missing", Policy: "basic, and no password";
    CredentialsAmbiguous = "credentials-ambiguous", Policy: "credentials inline and an existingSecret together";
    ValueHasWrongType = "value-has-wrong-type", Policy: "a type, username, password or existingSecret that is not text";
    UsernameNotPortable = "username-not-portable", Policy: "a username that some reader would change or cannot carry";
    PasswordNotPortable = "password-not-portable", Policy: "a password that some reader would change or cannot carry";
    PasswordTooLong = "password-too-long", Policy: "a password of over 72 characters, and bcrypt reads no more";
    PasswordLooksHashed = "password-looks-hashed", Policy: "a password that is a hash: clients would have to send the hash";
    IngressNotGuarded = "ingress-not-guarded", Policy: "a second way to Prometheus beside the edge that asks for the login";
    EdgeNotChosen = "edge-not-chosen", Policy: "the library chart is there, and its edge is neither traefik, nginx nor external";
    RealmNotPortable = "realm-not-portable", Policy: "a realm that nginx would read as something else";
    SecretNotMounted = "secret-not-mounted", Policy: "the edge nginx mounts another Secret than the one with the login";
    PolicyNotMet = "policy-not-met", Policy: "the policy refused in words of its schema library, not in ours";
    ArgumentsUnreadable = "arguments-unreadable", Module: "what came is not one JSON object of options";
    VersionDiffers = "version-differs", Module: "the program on the host has another version than the collection";
    OptionUnknown = "option-unknown", Module: "an option that the module does not have";
    OptionHasWrongType = "option-has-wrong-type", Module: "an option whose value is of another type than it takes";
    OptionOutOfRange = "option-out-of-range", Module: "an option whose value has the right type and is not one that it takes";
    UsernameTwice = "username-twice", Module: "one name for two logins, of which nginx reads the first";
    PathNotPortable = "path-not-portable", Module: "a path that is not absolute, is used twice, or has characters that nginx gives a meaning";
    GroupNotFound = "group-not-found", Module: "a group that is known neither to the host's files nor to getent";
    NeedsRoot = "needs-root", Module: "the files belong to root and this process does not";
    FolderNotFound = "folder-not-found", Module: "the folder of a file that is to be written is not there";
    FolderExchanged = "folder-exchanged", Module: "the folder of a file was moved away or exchanged during the run";
    TargetIsSymlink = "target-is-symlink", Module: "what stands at a path is a symbolic link";
    TargetNotRegular = "target-not-regular", Module: "what stands at a path is not a regular file";
    Locked = "locked", Module: "another run holds the locks of the folders";
    IncludeNotOurs = "include-not-ours", Module: "the include at that path was not written by this tool";
    IncludeInUse = "include-in-use", Module: "nginx still includes the file that is to be removed";
    IncludeOutsideLocation = "include-outside-location", Module: "the file is included anywhere but in a location";
    HtpasswdInUse = "htpasswd-in-use", Module: "nginx uses the htpasswd file elsewhere, too";
    HtpasswdShared = "htpasswd-shared", Module: "two includes name one htpasswd file with other logins";
    IncludeNotUsed = "include-not-used", Module: "nginx includes the file nowhere";
    AuthBypassed = "auth-bypassed", Module: "a way to Prometheus that does not ask for the login";
    WorkerCannotRead = "worker-cannot-read", Module: "the workers of nginx cannot read the htpasswd file";
    ReloadOwed = "reload-owed", Module: "running workers of nginx do not know the files as they are";
    FilesDiffer = "files-differ", Module: "the two files are not what the options ask for";
    NginxNotSeen = "nginx-not-seen", Module: "nginx does not run, or cannot be told apart";
    NginxNotUnderstood = "nginx-not-understood", Module: "nginx accepts something of which nobody can tell who gets in";
    ReadFailed = "read-failed", Module: "a file could not be read";
    ReplaceFailed = "replace-failed", Module: "a file could not be replaced or removed";
    NginxNotFound = "nginx-not-found", Module: "the nginx program is not there";
    NginxRejectsConfiguration = "nginx-rejects-configuration", Module: "nginx -t passed before the include changed, and does not now";
    NginxAlreadyBroken = "nginx-already-broken", Module: "nginx -t failed before and after the include changed";
    NginxTestTimedOut = "nginx-test-timed-out", Module: "nginx -t did not end in time";
    ReloadNotTaken = "reload-not-taken", Module: "nginx was told to reload, and its old workers stayed, or it ended";
    SecretNotFound = "secret-not-found", Hook: "the existing Secret is not there, or holds nothing";
    SecretKeyMissing = "secret-key-missing", Hook: "the existing Secret has one half of a login";
    SecretWrongType = "secret-wrong-type", Hook: "the existing Secret is not of the type that a login has";
    ReceiverOpen = "receiver-open", Probe: "somebody without a login was let in";
    LoginNotTaken = "login-not-taken", Probe: "the right login was not let in";
    WritesNotTaken = "writes-not-taken", Probe: "the right login was let in, and nothing takes writes at that path";
    BodyTooLarge = "body-too-large", Probe: "a write of the size of a full batch is turned away";
    AgentFilesDiffer = "agent-files-differ", Probe: "what the agent generated for Alloy is not what agent.yaml says";
    InternalError = "internal-error", Module: "a fault of this program";
}

codes! {
    /// A refusal of the action plugin, which is written in Python.
    ActionPluginCode, Refusal;
    ArchitectureUnsupported = "architecture-unsupported", ActionPlugin: "the collection has no program for the architecture of the host";
    RemoteTmpNoexec = "remote-tmp-noexec", ActionPlugin: "Ansible's folder for temporary files on the host lets no program run";
}

codes! {
    /// The name of a warning.
    WarningCode, Warning;
    CredentialsIgnored = "credentials-ignored", Check: "credentials stand beside the type none and are not used";
    AuthBypassed = "auth-bypassed", Check: "a way to Prometheus that does not ask for the login";
    ReceiverFlagCrashes = "receiver-flag-crashes", Check: "a flag of a receiver in a form that Prometheus does not start with";
    NotJudged = "not-judged", Check: "a setting that can do anything";
    KeyUnknown = "key-unknown", Check: "a key beside the known ones that nobody reads";
    ValueReadAsNumber = "value-read-as-number", Check: "a credential that was meant as text and was read as something else";
    PasswordIsAPlaceholder = "password-is-a-placeholder", Check: "a password that somebody or something should have filled in";
    HelmIsSilent = "helm-is-silent", Check: "something that Helm drops or decides without a word";
    CredentialReadable = "credential-readable", Probe: "a file with a credential that everybody may read";
    ReceiverOff = "receiver-off", Probe: "the login is let in, and Prometheus runs without its receiver";
    HelmVersionsDisagree = "helm-versions-disagree", Check: "versions of Helm come to different verdicts";
    OldWorkersRemain = "old-workers-remain", Module: "workers of nginx from before a change still answer";
    NginxNotAsked = "nginx-not-asked", Module: "nginx was neither tested nor reloaded";
    FolderWritableByOthers = "folder-writable-by-others", Module: "others than root may exchange files in a folder";
    LoginsDropped = "logins-dropped", Module: "logins that are not let in any more";
    BackupMade = "backup-made", Module: "a copy of a file that this tool had not written is kept";
    BackupNotMade = "backup-not-made", Module: "a copy from an earlier time is there, and no other is made";
    PasswordNotGenerated = "password-not-generated", Module: "a password that does not look generated, so its hash is slow";
    PasswordNeedsQuoting = "password-needs-quoting", Module: "a password that a YAML file must have in quotes";
}

impl Code {
    /// The code in brackets with which `message` ends.
    pub fn at_the_end_of(message: &str) -> Option<Code> {
        let (_, name) = message.strip_suffix(']')?.rsplit_once(" [")?;
        Code::ALL.iter().copied().find(|code| code.as_str() == name)
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
        for code in ActionPluginCode::ALL {
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
