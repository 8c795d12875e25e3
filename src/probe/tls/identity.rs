//! The client certificates: the agent's own, and one that nobody has.

use crate::probe::credential_file::read_file;
use crate::probe::login::CertificateFiles;
use crate::probe::login_error::LoginError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::{Path, PathBuf};

/// Of no authority but itself; valid until 2126. Made by
/// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500`
/// with CA:FALSE and the use clientAuth; its key is no secret.
const NOBODY: (&[u8], &[u8]) =
    (include_bytes!("../nobody/certificate.der"), include_bytes!("../nobody/key.der"));

/// A certificate with its key.
pub(in crate::probe) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    /// Where the key comes from.
    pub(super) file: PathBuf,
}

impl Identity {
    pub(super) fn load(files: &CertificateFiles) -> Result<Self, LoginError> {
        let chain = certificates(&files.certificate)?;
        let bytes = read_file(&files.key)?;
        if bytes.windows(9).any(|part| part == b"ENCRYPTED") {
            return Err(LoginError::KeyEncrypted(files.key.clone()));
        }
        let key =
            PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| LoginError::KeyUnusable(files.key.clone()))?;
        Ok(Self { chain, key, file: files.key.clone() })
    }

    pub(super) fn nobody() -> Self {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(NOBODY.1));
        Self { chain: vec![CertificateDer::from(NOBODY.0)], key, file: PathBuf::new() }
    }
}

/// Those in a file of PEM; what else it holds is skipped, as OpenSSL does.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, LoginError> {
    let bytes = read_file(path)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match all {
        Ok(list) if !list.is_empty() => Ok(list),
        _ => Err(LoginError::NoCertificate(path.to_owned())),
    }
}

pub(super) fn unusable(error: &rustls::Error, key: PathBuf) -> LoginError {
    match error {
        rustls::Error::InconsistentKeys(_) => LoginError::KeyDiffers(key),
        _ => LoginError::KeyUnusable(key),
    }
}
