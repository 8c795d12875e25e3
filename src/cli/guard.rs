//! The command lines of `guard` and `verify`: the module's options as flags.

use super::output::Output;
use crate::guard::{GuardFormat, GuardRequest, GuardWork};
use clap::{Args, ValueHint};
use serde_json::{Map, Value};
use std::path::PathBuf;

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Guard {
    /// The name of the login that is let in
    #[arg(long, value_name = "NAME", requires = "password_file", conflicts_with_all = ["none", "remove"])]
    username: Option<String>,
    /// The file with its password, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "username")]
    password_file: Option<PathBuf>,
    /// A file with more logins, one in a line: a name, a colon, a password
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "username")]
    other_users: Option<PathBuf>,
    /// Leave the endpoint open to anyone, explicitly
    #[arg(long, conflicts_with = "remove")]
    none: bool,
    /// Remove both files, once nginx includes them no more
    #[arg(long)]
    remove: bool,
    /// Prometheus is started without its receiver
    #[arg(long)]
    receiver_off: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Show both files before and after, with words in place of hashes
    #[arg(long)]
    diff: bool,
    /// What a browser shows when it asks for the login
    #[arg(long, value_name = "TEXT")]
    realm: Option<String>,
    /// Let nginx pass the login on to Prometheus
    #[arg(long)]
    keep_authorization: bool,
    /// The group of the workers of nginx, where it is not the one that nginx says
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// The cost of the hashes, 4 to 15; without it the password decides
    #[arg(long, value_name = "NUMBER")]
    bcrypt_cost: Option<String>,
    /// Do not reload nginx, and say when that is owed
    #[arg(long)]
    no_reload: bool,
    #[command(flatten)]
    paths: Paths,
}

#[derive(Args)]
pub(super) struct Verify {
    #[command(flatten)]
    paths: Paths,
}

#[derive(Args)]
struct Paths {
    /// The file of logins
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    htpasswd_path: Option<String>,
    /// The file that the guarded location includes
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    include_path: Option<String>,
    /// The program that tests and reloads; an empty text for neither
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::ExecutablePath)]
    nginx: Option<String>,
    /// Where the receiver is, beside what the guarded locations say; may be given more than once
    #[arg(long, value_name = "HOST:PORT")]
    receiver_address: Vec<String>,
    /// How the answer is written
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    output: Output,
}

impl Guard {
    pub(super) fn request(self) -> GuardRequest {
        let (mut options, format) = self.paths.options();
        let mut set = |name: &str, value: Option<Value>| {
            options.extend(value.map(|value| (name.to_owned(), value)));
        };
        set("username", self.username.map(Value::from));
        set("auth_type", self.none.then(|| "none".into()));
        set("state", self.remove.then(|| "absent".into()));
        set("receiver", self.receiver_off.then(|| false.into()));
        set("realm", self.realm.map(Value::from));
        set("strip_authorization", self.keep_authorization.then(|| false.into()));
        set("group", self.group.map(Value::from));
        set("bcrypt_cost", self.bcrypt_cost.map(Value::from));
        set("reload", self.no_reload.then(|| false.into()));
        GuardRequest {
            work: GuardWork::Guard { dry_run: self.dry_run },
            options,
            password_file: self.password_file,
            other_users: self.other_users,
            diff: self.diff,
            format,
        }
    }
}

impl Verify {
    pub(super) fn request(self) -> GuardRequest {
        let (mut options, format) = self.paths.options();
        options.insert("state".to_owned(), "verified".into());
        let work = GuardWork::Verify;
        GuardRequest { work, options, password_file: None, other_users: None, diff: false, format }
    }
}

impl Paths {
    fn options(self) -> (Map<String, Value>, GuardFormat) {
        let given = [
            ("htpasswd_path", self.htpasswd_path.map(Value::from)),
            ("include_path", self.include_path.map(Value::from)),
            ("nginx", self.nginx.map(Value::from)),
            ("receiver_address", (!self.receiver_address.is_empty()).then(|| self.receiver_address.into())),
        ];
        let options = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let format = match self.output {
            Output::Text => GuardFormat::Text,
            Output::Json => GuardFormat::Json,
        };
        (options, format)
    }
}
