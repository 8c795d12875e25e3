//! The command line and files → as whom to ask.
//!
//! A credential stands in this process' memory alone, and only as long as it is
//! used: never in an argument, the environment, a message or a file of ours.

use super::LoginFrom;
use super::address::AddressError;
use super::findings::Findings;
use super::tls::CertificateFiles;
use crate::policy::refusal::WarningCode;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A password, a token, a key, a bundle of authorities.
const LARGEST: u64 = 8 << 20;
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

/// Why it is not known where to ask or as whom. Each names the file, never what is in it.
#[derive(Debug)]
pub(super) enum LoginError {
    NoAddress,
    Address(String, AddressError),
    HostUnusable,
    CannotRead(PathBuf, io::Error),
    TooLarge(PathBuf),
    Empty(PathBuf),
    NotHeaderText(PathBuf),
    NameHasColon,
    CertificateWithoutTls,
    NoCertificate(PathBuf),
    NoAuthority(String),
    KeyUnusable(PathBuf),
    KeyEncrypted(PathBuf),
    KeyDiffers(PathBuf),
    /// The agent's files: which, where in it, and what.
    File {
        file: String,
        line: u32,
        message: String,
    },
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("nothing says where to ask; write the address that agents write to, or --agent-config"),
            Self::Address(file, error) if file.is_empty() => write!(f, "the address {error}"),
            Self::Address(file, error) => write!(f, "the address in {file} {error}"),
            Self::HostUnusable => f.write_str("the host of the address is not a name that a certificate can be for; write its name or its IP address"),
            Self::CannotRead(path, error) => write!(f, "cannot read {}: {error}; see that it is there and that this user may read it", path.display()),
            Self::TooLarge(path) => write!(f, "{} is larger than {} MiB; see that it is the right file", path.display(), LARGEST >> 20),
            Self::Empty(path) => write!(f, "{} is empty; write the credential into it", path.display()),
            Self::NotHeaderText(path) => write!(f, "{} holds more than one line, or characters that cannot be sent; write the credential alone into it", path.display()),
            Self::NameHasColon => f.write_str("a username with a colon cannot be sent by basic auth; choose another name"),
            Self::CertificateWithoutTls => f.write_str("a client certificate is sent by TLS alone and the address begins with http://; ask by https://"),
            Self::NoCertificate(path) => write!(f, "{} holds no certificate in PEM; write certificates into it, from BEGIN CERTIFICATE on", path.display()),
            Self::NoAuthority(store) => write!(f, "{store} has no authority that can be trusted; install ca-certificates, or name the authority of the server by --ca-file"),
            Self::KeyUnusable(path) => write!(f, "{} holds no private key in PEM that can be used; write an RSA, P-256, P-384 or Ed25519 key into it", path.display()),
            Self::KeyEncrypted(path) => write!(f, "{} is encrypted, and an agent could not read it either; write the key without a passphrase, readable to the agent alone", path.display()),
            Self::KeyDiffers(path) => write!(f, "{} is not the key of the client certificate; name the two that belong together", path.display()),
            Self::File { file, line: 0, message } => write!(f, "{file}: {message}"),
            Self::File { file, line, message } => write!(f, "{file}:{line}: {message}"),
        }
    }
}

impl std::error::Error for LoginError {}

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

/// All of a file; `-` is standard input.
pub(super) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, LoginError> {
    let failed = |error| LoginError::CannotRead(path.to_owned(), error);
    let mut bytes = Zeroizing::new(Vec::new());
    let mut source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(failed)?),
    };
    source.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST { Err(LoginError::TooLarge(path.to_owned())) } else { Ok(bytes) }
}
