//! The module's options → what is to be applied, or every reason why not.
//!
//! Each option is judged by itself here, logins by the policy (`login`); all
//! refusals of both are reported at once. Nothing is read or written here.

use super::arguments::Arguments;
use super::spelling::{self, Integer};
use super::{login, names, portable};
use crate::apply::{Expected, Notice, Options, Presence};
use crate::policy::Access;
use crate::policy::refusal::{Code, OptionPath, Refusal};
use nginx_configuration::Address;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// What one call asks for, judged.
pub(crate) struct Task {
    /// What should hold.
    pub(crate) options: Options,
    /// How far to go.
    pub(crate) extent: Extent,
    /// Whether differences are asked for.
    pub(crate) with_diff: bool,
    /// Messages that do not stop anything.
    pub(crate) warnings: Vec<Notice>,
}

/// How far one call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The options are judged, and that is all.
    Validate,
    /// What is on the host is judged, too.
    Verify(Expected),
    /// Both files are brought to what should hold.
    Apply,
}

/// The words of `state`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Present,
    Absent,
    Validated,
    Verified,
}

/// Judges all options; refusals are in the order of their codes.
pub(crate) fn judge(arguments: &Arguments) -> Result<Task, Vec<Refusal>> {
    let given = &arguments.options.0;
    let mut refusals = arguments.refusals.clone();
    refusals.extend(names::unknown(given, names::OPTIONS, None));
    let mut reader = OptionReader { given, refusals: Vec::new() };
    let goal = reader.goal();
    let receiver_on = reader.boolean("receiver", true);
    let htpasswd_path = reader.path("htpasswd_path", "/etc/nginx/prometheus.htpasswd");
    let include_path = reader.path("include_path", "/etc/nginx/prometheus-auth.conf");
    reader.paths_differ(&htpasswd_path, &include_path);
    let mut options = Options {
        access: Access::ReceiverOff,
        other_users: Vec::new(),
        htpasswd_path,
        include_path,
        realm: reader.realm(),
        strip_authorization: reader.boolean("strip_authorization", true),
        group: reader.group(),
        bcrypt_cost: reader.bcrypt_cost(),
        nginx: reader.nginx(),
        reload: reader.boolean("reload", true),
        receiver_address: reader.addresses(),
        presence: if goal == Goal::Absent { Presence::Absent } else { Presence::Present },
        check_mode: arguments.check_mode,
    };
    refusals.append(&mut reader.refusals);
    let mut warnings = Vec::new();
    let unasked = goal == Goal::Absent || arguments.expected == Expected::AsTheyAre;
    match login::judge(given, receiver_on, unasked) {
        Ok(logins) => {
            options.access = logins.access;
            options.other_users = logins.others;
            warnings = logins.warnings;
        }
        Err(mut more) => refusals.append(&mut more),
    }
    if refusals.is_empty() {
        let extent = match goal {
            Goal::Validated => Extent::Validate,
            Goal::Verified => Extent::Verify(arguments.expected),
            Goal::Present | Goal::Absent => Extent::Apply,
        };
        return Ok(Task { options, extent, with_diff: arguments.diff, warnings });
    }
    refusals.sort_by_key(|refusal| refusal.code);
    Err(refusals)
}

/// Reads one option after the other; a refused one gets its default, so that
/// the next is judged, too.
struct OptionReader<'a> {
    given: &'a Map<String, Value>,
    refusals: Vec<Refusal>,
}

impl<'a> OptionReader<'a> {
    /// The option's value; nothing where it is null or empty.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.given.get(name).filter(|value| !spelling::is_absent(value))
    }

    fn refuse(&mut self, code: Code, name: &str, rest: &str) {
        self.refusals.push(Refusal::new(code, format!("{name} {rest}"), OptionPath::new(name)));
    }

    fn boolean(&mut self, name: &str, default: bool) -> bool {
        let Some(value) = self.get(name) else {
            return default;
        };
        spelling::boolean(value).unwrap_or_else(|| {
            self.refuse(Code::OptionHasWrongType, name, "is neither true nor false; write one of the two");
            default
        })
    }

    fn text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.get(name)?;
        let text = value.as_str();
        if text.is_none() {
            self.refuse(Code::OptionHasWrongType, name, "is not text; put quotes around it in YAML");
        }
        text
    }

    fn goal(&mut self) -> Goal {
        match self.text("state") {
            None | Some("present") => Goal::Present,
            Some("absent") => Goal::Absent,
            Some("validated") => Goal::Validated,
            Some("verified") => Goal::Verified,
            Some(_) => {
                let rest = "is none of present, absent, validated and verified; write one of the four";
                self.refuse(Code::OptionOutOfRange, "state", rest);
                Goal::Present
            }
        }
    }

    fn path(&mut self, name: &str, default: &str) -> PathBuf {
        let path = self.text(name).unwrap_or(default);
        if !portable::is_path(path) {
            let rest = "is not an absolute path that nginx takes as it stands; write one of letters, digits, dots, \
                        underscores, hyphens and slashes, with a file name at the end and no dots alone";
            self.refuse(Code::PathNotPortable, name, rest);
        }
        PathBuf::from(path)
    }

    /// One file must not be the other, nor one of those that stand beside the
    /// other for a while.
    fn paths_differ(&mut self, htpasswd: &Path, include: &Path) {
        let collides = portable::beside(htpasswd).iter().any(|path| path == include)
            || portable::beside(include).iter().any(|path| path == htpasswd);
        if collides {
            let rest = "is the path of the htpasswd file, or of a file that is kept beside it; write another";
            self.refuse(Code::PathNotPortable, "include_path", rest);
        }
    }

    fn realm(&mut self) -> String {
        let realm = self.text("realm").unwrap_or("Prometheus");
        if !portable::is_realm(realm) {
            let rest = "would be read by nginx as something else; write up to 256 characters of printable ASCII \
                        without double quote, backslash and dollar sign, and not the word off, which leaves the endpoint open";
            self.refuse(Code::RealmNotPortable, "realm", rest);
        }
        realm.to_owned()
    }

    /// A list, or one alone, of what a client of the receiver would connect to.
    fn addresses(&mut self) -> Vec<Address> {
        let list = match self.get("receiver_address") {
            None => return Vec::new(),
            Some(Value::Array(list)) => list.clone(),
            Some(one) => vec![one.clone()],
        };
        let is_plain =
            |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:[]_/-".contains(&byte));
        let parsed = list.iter().map(|value| {
            let text = value.as_str().filter(is_plain).filter(|text| text.contains(':'))?;
            Address::parse(text, 0)
                .filter(|address| !matches!(address, Address::Ip(_, 0) | Address::Name(_, 0)))
        });
        parsed.collect::<Option<Vec<Address>>>().unwrap_or_else(|| {
            let rest = "is not a list of addresses with a port; write each as 127.0.0.1:9090";
            self.refuse(Code::OptionOutOfRange, "receiver_address", rest);
            Vec::new()
        })
    }

    fn group(&mut self) -> Option<String> {
        let value = self.get("group")?;
        let group = match (value, spelling::integer(value)) {
            (Value::String(text), _) => text.trim().to_owned(),
            (_, Some(Integer::Is(number))) => number.to_string(),
            (_, Some(Integer::FarOut)) => u64::MAX.to_string(),
            (_, None) => {
                let rest = "is neither text nor a whole number; write the name of a group";
                self.refuse(Code::OptionHasWrongType, "group", rest);
                return None;
            }
        };
        if !portable::is_group(&group) {
            self.refuse(
                Code::OptionOutOfRange,
                "group",
                "is neither the name of a group nor its number; write one of the two",
            );
        }
        Some(group)
    }

    fn bcrypt_cost(&mut self) -> Option<u32> {
        let value = self.get("bcrypt_cost").filter(|value| *value != "auto")?;
        match spelling::integer(value) {
            Some(Integer::Is(cost @ 4..=15)) => u32::try_from(cost).ok(),
            Some(Integer::Is(_) | Integer::FarOut) => {
                let rest =
                    "is not between 4 and 15; write a number in between, or leave it out to have one chosen";
                self.refuse(Code::OptionOutOfRange, "bcrypt_cost", rest);
                None
            }
            None => {
                let rest =
                    "is not a whole number; write one between 4 and 15, or leave it out to have one chosen";
                self.refuse(Code::OptionHasWrongType, "bcrypt_cost", rest);
                None
            }
        }
    }

    /// The one option whose empty text means something: no nginx at all.
    fn nginx(&mut self) -> Option<String> {
        if self.given.get("nginx").is_some_and(|value| value == "") {
            return None;
        }
        let program = self.text("nginx").unwrap_or("nginx");
        if !portable::is_program(program) {
            let rest = "is neither the name of a program nor an absolute path; write one of the two, or an empty text \
                        for neither test nor reload";
            self.refuse(Code::OptionOutOfRange, "nginx", rest);
        }
        Some(program.to_owned())
    }
}
