//! What should hold on this host, already judged by the policy.

use crate::policy::{Access, Credentials};
use nginx_configuration::Address;
use std::path::PathBuf;

/// What should hold, and how far to go for it.
pub(crate) struct Options {
    /// Who is let in.
    pub(crate) access: Access,
    /// More logins beside the first; empty unless `access` is basic.
    pub(crate) other_users: Vec<Credentials>,
    /// Absolute path of the htpasswd file.
    pub(crate) htpasswd_path: PathBuf,
    /// Absolute path of the nginx include.
    pub(crate) include_path: PathBuf,
    /// The realm of the challenge.
    pub(crate) realm: String,
    /// Whether nginx keeps the Authorization header from Prometheus.
    pub(crate) strip_authorization: bool,
    /// Name or number of the group whose member reads the htpasswd file; `None`:
    /// that of nginx' workers.
    pub(crate) group: Option<String>,
    /// bcrypt cost, 4 to 15; `None` chooses by each password's quality.
    pub(crate) bcrypt_cost: Option<u32>,
    /// The nginx program; `None`: neither test nor reload.
    pub(crate) nginx: Option<String>,
    /// Whether an owed reload is done here.
    pub(crate) reload: bool,
    /// Where the receiver is, beside the upstreams of the guarded locations.
    pub(crate) receiver_address: Vec<Address>,
    /// Both files, or neither.
    pub(crate) presence: Presence,
    /// Say what would be done, do nothing.
    pub(crate) check_mode: bool,
}

/// Whether the two files are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Both say what `access` asks for.
    Present,
    /// Both are gone.
    Absent,
}

impl Options {
    /// Whether a login is asked for, and so an htpasswd file is needed.
    pub(crate) fn asks_for_login(&self) -> bool {
        let is_basic = match self.access {
            Access::Basic(_) | Access::BasicInSecret(_) => true,
            Access::Open | Access::ReceiverOff => false,
        };
        is_basic && self.presence == Presence::Present
    }
}
