//! What is asked for and what is there → what is to be done with both files.
//!
//! Hashes are made here, nothing is written. What a reader should know about
//! the logins is said here, too.

use super::target::{Change, Target};
use super::{Request, State};
use crate::files::plan::{Attributes, Step, Wanted};
use crate::nginx::htpasswd;
use crate::nginx::include::{self, Include};
use crate::policy::{Access, Credentials};
use crate::refusal::{At, Code, Refusal};

const ROOT: u32 = 0;

/// What is to be done, before anything is done.
#[must_use]
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) htpasswd: Change,
    pub(super) include: Change,
    /// The htpasswd file is not ours yet, and will go: a copy is kept.
    pub(super) is_take_over: bool,
    /// The highest cost among the logins.
    pub(super) bcrypt_cost: Option<u32>,
    pub(super) warnings: Vec<String>,
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
    request: &Request,
    owners: Owners,
    (htpasswd, include): (Target, Target),
) -> Result<Plan, Refusal> {
    if include.content().is_some_and(|content| !include::is_ours(&content.bytes)) {
        return Err(not_ours(&include));
    }
    let logins = logins(request)?;
    let mut warnings = Vec::from_iter(drops(&htpasswd, &logins));
    let mut bcrypt_cost = None;
    let shown_before = htpasswd::shown(htpasswd.bytes());
    let (wanted, shown_after) = if logins.is_empty() {
        (None, String::new())
    } else {
        let new = htpasswd::renew(htpasswd.bytes(), &logins, request.bcrypt_cost)
            .map_err(|error| no_salt(&error))?;
        bcrypt_cost = Some(new.highest_cost);
        warnings.extend(new.has_precaution.then(precaution));
        let attributes = owners.of(owners.group, 0o640);
        (Some(Wanted { bytes: new.text, attributes }), new.shown)
    };
    let htpasswd = Change::new(htpasswd, wanted, (shown_before, shown_after));
    let include = plan_include(request, owners, include);
    // Without an include of ours the htpasswd file is somebody else's.
    let is_take_over = include.target.is_absent()
        && !htpasswd.target.is_absent()
        && matches!(htpasswd.step, Step::Replace | Step::Remove);
    Ok(Plan { htpasswd, include, is_take_over, bcrypt_cost, warnings })
}

impl Owners {
    fn of(self, group: Option<u32>, mode: u32) -> Attributes {
        if self.is_root {
            Attributes { owner: Some(ROOT), group, mode }
        } else {
            Attributes { owner: None, group: None, mode }
        }
    }

    /// For root alone.
    pub(super) fn private(self) -> Attributes {
        self.of(Some(ROOT), 0o600)
    }
}

/// All logins that are let in, in the order of the file.
fn logins(request: &Request) -> Result<Vec<&Credentials>, Refusal> {
    if request.state == State::Absent {
        return Ok(Vec::new());
    }
    match &request.access {
        Access::Basic(first) => Ok(std::iter::once(first).chain(&request.other_users).collect()),
        Access::Open | Access::ReceiverOff => Ok(Vec::new()),
        Access::BasicInSecret(_) => {
            let sentence = "the login is in a Kubernetes Secret, which nothing on this host reads; give username and password";
            Err(Refusal::new(Code::InternalError, sentence, At::Nowhere))
        }
    }
}

fn plan_include(request: &Request, owners: Owners, target: Target) -> Change {
    let shown_before = include::shown(target.bytes());
    if request.state == State::Absent {
        return Change::new(target, None, (shown_before, String::new()));
    }
    let include = match &request.access {
        Access::ReceiverOff => Include::Shut,
        Access::Open => Include::Open,
        Access::Basic(_) | Access::BasicInSecret(_) => Include::Basic {
            realm: &request.realm,
            htpasswd: &request.htpasswd_path,
            strip_authorization: request.strip_authorization,
        },
    };
    let text = include.text();
    let wanted = Wanted { bytes: text.clone().into_bytes(), attributes: owners.of(Some(ROOT), 0o644) };
    Change::new(target, Some(wanted), (shown_before, text))
}

fn drops(htpasswd: &Target, logins: &[&Credentials]) -> Option<String> {
    let names = htpasswd::dropped(htpasswd.bytes(), logins);
    let more = names.len().saturating_sub(20);
    let shown = names.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| {
        format!(
            "{} {} no longer lets in: {shown}{more}; list in other_users who should stay",
            htpasswd.which,
            htpasswd.path.display()
        )
    })
}

fn precaution() -> String {
    "a password does not look generated, so its hash is made slow on purpose, and nginx serves few agents with it; \
     let openssl rand -hex 24 write one, or set bcrypt_cost"
        .to_owned()
}

fn not_ours(include: &Target) -> Refusal {
    let path = include.path.display();
    let sentence = format!(
        "the file {path} was not written by this tool and was left alone; move what it says elsewhere and remove it, \
         or write another path"
    );
    Refusal::new(Code::IncludeNotOurs, sentence, include.path.as_path())
}

fn no_salt(error: &bcrypt::BcryptError) -> Refusal {
    let sentence = format!("cannot make a hash: {error}, nothing was touched; run it again");
    Refusal::new(Code::ReplaceFailed, sentence, At::Nowhere)
}
