//! The command line and files → as whom to ask.
//!
//! A credential stands in this process' memory alone, and only as long as it is
//! used: never in an argument, the environment, a message or a file of ours.

use super::LoginFrom;
use super::credential_file::read_file;
use super::findings::Findings;
use super::login_error::LoginError;
use crate::policy::refusal::WarningCode;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Others, who are neither owner nor group, may read.
const OTHERS_READ: u32 = 0o004;

/// Whose certificate is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The one that should be let in.
    Own,
    /// One of an authority that nobody trusts.
    Nobody,
}

impl Whose {
    pub(super) fn is_own(self) -> bool {
        self == Self::Own
    }
}

/// Where a client certificate stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CertificateFiles {
    /// It and its chain, in PEM.
    pub(super) certificate: PathBuf,
    /// Its key, in PEM, not encrypted.
    pub(super) key: PathBuf,
}

/// What a request is sent with.
pub(super) enum Credential {
    Basic { username: String, password: Zeroizing<String> },
    Bearer(Zeroizing<String>),
    Certificate(Whose),
}

/// As whom to ask, beside without a login.
pub(super) enum Login {
    /// Nobody in particular.
    Unknown,
    /// The agent, which has no login.
    Absent,
    /// By name or token.
    Header(Credential),
    /// By certificate.
    Certificate(CertificateFiles),
}

impl Credential {
    /// What a report says of it.
    pub(super) fn shown(&self) -> &'static str {
        match self {
            Self::Basic { username, .. } if username == NOBODY => "with a login that nobody has",
            Self::Basic { .. } => "with the login",
            Self::Bearer(token) if token.as_str() == NOBODY => "with a token that nobody has",
            Self::Bearer(_) => "with the token",
            Self::Certificate(Whose::Nobody) => "with a certificate that nobody trusts",
            Self::Certificate(Whose::Own) => "with the certificate",
        }
    }

    /// A login of the same kind that nobody has.
    pub(super) fn nobody(like: Option<&Credential>) -> Self {
        match like {
            Some(Self::Bearer(_)) => Self::Bearer(NOBODY.to_owned().into()),
            Some(Self::Certificate(_)) => Self::Certificate(Whose::Nobody),
            Some(Self::Basic { .. }) | None => Self::Basic {
                username: NOBODY.into(),
                password: "nobody has this password".to_owned().into(),
            },
        }
    }

    pub(super) fn basic(username: String, password: Zeroizing<String>) -> Result<Self, LoginError> {
        if username.contains(':') {
            Err(LoginError::NameHasColon)
        } else {
            Ok(Self::Basic { username, password })
        }
    }

    /// `file` is where it stands: a header takes visible ASCII alone.
    pub(super) fn bearer(token: Zeroizing<String>, file: &Path) -> Result<Self, LoginError> {
        let is_sendable = token.bytes().all(|byte| byte.is_ascii_graphic());
        if is_sendable { Ok(Self::Bearer(token)) } else { Err(LoginError::NotHeaderText(file.to_owned())) }
    }
}

/// Nobody's name, and nobody's token.
const NOBODY: &str = "remote-write-auth-probe";

impl Login {
    /// Reads the files that `from` names.
    pub(super) fn load(from: &LoginFrom, findings: &mut Findings) -> Result<Self, LoginError> {
        let header = |credential| Ok(Self::Header(credential));
        match from {
            LoginFrom::Nowhere => Ok(Self::Unknown),
            LoginFrom::Secret(folder) => {
                // As the edge reads it: each byte counts, a line break at the end as well.
                let half = |key| text(&folder.join(key));
                header(Credential::basic(half("username")?.to_string(), half("password")?)?)
            }
            LoginFrom::Basic(username, file) => {
                header(Credential::basic(username.clone(), line(file, findings)?)?)
            }
            LoginFrom::Bearer(file) => header(Credential::bearer(line(file, findings)?, file)?),
            LoginFrom::Certificate(certificate, key) => {
                let files = CertificateFiles { certificate: certificate.clone(), key: key.clone() };
                Ok(Self::from_certificate(files, findings))
            }
        }
    }

    pub(super) fn from_certificate(files: CertificateFiles, findings: &mut Findings) -> Self {
        warn_of_readers(&files.key, findings);
        Self::Certificate(files)
    }

    pub(super) fn certificate(&self) -> Option<&CertificateFiles> {
        match self {
            Self::Certificate(files) => Some(files),
            Self::Unknown | Self::Absent | Self::Header(_) => None,
        }
    }
}

/// A warning where others may read `path`.
pub(super) fn warn_of_readers(path: &Path, findings: &mut Findings) {
    let is_open = path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & OTHERS_READ != 0);
    if is_open {
        let message = "everybody on this host may read this file, and it holds a credential; take the right from others by chmod o-r";
        findings.warn(WarningCode::CredentialReadable, path.display().to_string(), message);
    }
}

/// The one line of a file, or of standard input.
fn line(path: &Path, findings: &mut Findings) -> Result<Zeroizing<String>, LoginError> {
    let whole = text(path)?;
    let line = whole.strip_suffix('\n').unwrap_or(&whole);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(LoginError::Empty(path.to_owned()));
    }
    if line.contains(['\n', '\r', '\0']) {
        return Err(LoginError::NotHeaderText(path.to_owned()));
    }
    if path != Path::new("-") {
        warn_of_readers(path, findings);
    }
    Ok(Zeroizing::new(line.to_owned()))
}

fn text(path: &Path) -> Result<Zeroizing<String>, LoginError> {
    let bytes = read_file(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| LoginError::NotHeaderText(path.to_owned()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_that_nobody_has_is_of_the_same_kind_and_said_to_be_one() {
        let basic = Credential::Basic { username: "agent".into(), password: "canary".to_owned().into() };
        let token = Credential::Bearer("canary".to_owned().into());
        let certificate = Credential::Certificate(Whose::Own);
        for (like, own, nobodys) in [
            (Some(&basic), "with the login", "with a login that nobody has"),
            (Some(&token), "with the token", "with a token that nobody has"),
            (Some(&certificate), "with the certificate", "with a certificate that nobody trusts"),
            (None, "", "with a login that nobody has"),
        ] {
            assert_eq!(like.map_or("", Credential::shown), own);
            assert_eq!(Credential::nobody(like).shown(), nobodys);
        }
    }
}
