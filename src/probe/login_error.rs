//! Why it is not known where to ask or as whom.

use super::address::AddressError;
use std::path::PathBuf;
use std::{fmt, io};

/// The most that is read of a file, in bytes: a password, a token, a key, a bundle
/// of authorities.
pub(super) const LARGEST: u64 = 8 << 20;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_a_line_are_named_where_there_are_some() {
        let address = |file: &str| LoginError::Address(file.into(), AddressError::HoldsLogin).to_string();
        assert!(address("").starts_with("the address holds a login; "));
        assert!(address("/f").starts_with("the address in /f holds a login; "));
        let wrong = |line| LoginError::File { file: "/f".into(), line, message: "m".into() }.to_string();
        assert_eq!((wrong(0).as_str(), wrong(7).as_str()), ("/f: m", "/f:7: m"));
    }
}
