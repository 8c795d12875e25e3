//! What is asked for and what is there → what is to be done with both files.
//!
//! Hashes are made here, nothing is written. What a reader should know about
//! the logins becomes a warning here, too.

use super::change::Change;
use super::options::{Options, Presence};
use super::outcome::Notice;
use super::shared;
use super::target::Target;
use crate::files::plan::{Attributes, DesiredFile, Step};
use crate::nginx::htpasswd;
use crate::nginx::include::{self, Include};
use crate::policy::refusal::{At, Code, OptionPath, Refusal, WarningCode};
use crate::policy::{Access, Credentials};

const ROOT: u32 = 0;

/// What is to be done, before anything is done.
#[must_use]
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) htpasswd: Change,
    pub(super) include: Change,
    /// The htpasswd file is not ours yet, and will be replaced or removed.
    pub(super) needs_backup: bool,
    /// The highest cost among the logins.
    pub(super) bcrypt_cost: Option<u32>,
    pub(super) warnings: Vec<Notice>,
}

/// Who owns new files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owners {
    /// This process is root, so files can be given away.
    pub(super) is_root: bool,
    /// The group of the worker; `None`: unknown here.
    pub(super) group: Option<u32>,
}

/// Plans both files. Nothing that is not ours is ever planned over.
pub(super) fn plan(
    options: &Options,
    owners: Owners,
    (htpasswd, include): (Target, Target),
) -> Result<Plan, Refusal> {
    if include.content().is_some_and(|content| !include::is_ours(&content.bytes)) {
        return Err(not_ours(&include));
    }
    let logins = logins(options)?;
    let mut warnings = Vec::from_iter(warn_of_dropped(&htpasswd, &logins));
    let mut bcrypt_cost = None;
    let shown_before = htpasswd::shown(htpasswd.bytes());
    let (desired, shown_after) = if logins.is_empty() {
        (None, String::new())
    } else {
        let new = htpasswd::renew(htpasswd.bytes(), &logins, options.bcrypt_cost)
            .map_err(|error| no_salt(&error))?;
        bcrypt_cost = Some(new.highest_cost);
        warnings.extend(new.has_precaution.then(precaution));
        let attributes = owners.attributes(owners.group, 0o640);
        let owner = shared::owner(&htpasswd, &options.include_path);
        if let Some(other) = &owner
            && htpasswd::without_owner(htpasswd.bytes()) != new.text
        {
            return Err(shared::refusal(&htpasswd.file.path, other));
        }
        let line = htpasswd::owner_line(owner.as_ref().unwrap_or(&options.include_path));
        let bytes = [line.as_bytes(), &new.text].concat();
        (Some(DesiredFile { bytes, attributes }), line + &new.shown)
    };
    let htpasswd = Change::new(htpasswd, desired, (shown_before, shown_after));
    let include = plan_include(options, owners, include);
    // Without an include of ours the htpasswd file is somebody else's.
    let needs_backup = include.target.is_absent()
        && !htpasswd.target.is_absent()
        && matches!(htpasswd.step, Step::Replace | Step::Remove);
    Ok(Plan { htpasswd, include, needs_backup, bcrypt_cost, warnings })
}

impl Owners {
    fn attributes(self, group: Option<u32>, mode: u32) -> Attributes {
        if self.is_root {
            Attributes { owner: Some(ROOT), group, mode }
        } else {
            Attributes { owner: None, group: None, mode }
        }
    }

    /// For root alone.
    pub(super) fn private(self) -> Attributes {
        self.attributes(Some(ROOT), 0o600)
    }
}

/// All logins that are let in, in the order of the file.
fn logins(options: &Options) -> Result<Vec<&Credentials>, Refusal> {
    if options.presence == Presence::Absent {
        return Ok(Vec::new());
    }
    match &options.access {
        Access::Basic(first) => Ok(std::iter::once(first).chain(&options.other_users).collect()),
        Access::Open | Access::ReceiverOff => Ok(Vec::new()),
        Access::BasicInSecret(_) => {
            let message = "the login is in a Kubernetes Secret, which nothing on this host reads; give username and password";
            Err(Refusal::new(Code::InternalError, message, At::Nowhere))
        }
    }
}

fn plan_include(options: &Options, owners: Owners, target: Target) -> Change {
    let shown_before = include::shown(target.bytes());
    if options.presence == Presence::Absent {
        return Change::new(target, None, (shown_before, String::new()));
    }
    let include = match &options.access {
        Access::ReceiverOff => Include::Shut,
        Access::Open => Include::Open,
        Access::Basic(_) | Access::BasicInSecret(_) => Include::Basic {
            realm: &options.realm,
            htpasswd: &options.htpasswd_path,
            strip_authorization: options.strip_authorization,
        },
    };
    let text = include.text();
    let desired =
        DesiredFile { bytes: text.clone().into_bytes(), attributes: owners.attributes(Some(ROOT), 0o644) };
    Change::new(target, Some(desired), (shown_before, text))
}

fn warn_of_dropped(htpasswd: &Target, logins: &[&Credentials]) -> Option<Notice> {
    let names = htpasswd::dropped(htpasswd.bytes(), logins);
    let more = names.len().saturating_sub(20);
    let shown = names.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| {
        let statement = format!(
            "{} no longer lets in: {shown}{more}; list in other_users who should stay",
            htpasswd.file
        );
        Notice::new(WarningCode::LoginsDropped, statement, htpasswd.file.path.as_path())
    })
}

fn precaution() -> Notice {
    let statement = "a password does not look generated, so its hash is made slow on purpose, and nginx serves few agents with it; \
     let openssl rand -hex 24 write one, or set bcrypt_cost";
    Notice::new(WarningCode::PasswordNotGenerated, statement, OptionPath::new("bcrypt_cost"))
}

fn not_ours(include: &Target) -> Refusal {
    let path = include.file.path.display();
    let message = format!(
        "the file {path} was not written by this tool and was left alone; move what it says elsewhere and remove it, \
         or write another path"
    );
    Refusal::new(Code::IncludeNotOurs, message, include.file.path.as_path())
}

fn no_salt(error: &bcrypt::BcryptError) -> Refusal {
    let message = format!("cannot make a hash: {error}, nothing was touched; run it again");
    Refusal::new(Code::ReplaceFailed, message, At::Nowhere)
}
