//! Whom to trust: one file of certificates.
//!
//! Never a folder: the server's own certificate may lie in one
//! (`/etc/ssl/certs/trento.crt` on a Trento server), and every file in it would
//! be taken for an authority, while OpenSSL looks at hashed names alone.

use super::identity::certificates;
use crate::probe::login_error::LoginError;
use rustls::pki_types::CertificateDer;
use std::path::{Path, PathBuf};

/// The variable by which OpenSSL and Go, hence Alloy, are told of another bundle.
const VARIABLE: &str = "SSL_CERT_FILE";
/// The system's bundle: Debian's, Red Hat's, SUSE's, Alpine's place.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The authorities of `ca_file`, else of the system; none where it has no bundle.
pub(super) fn load(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, LoginError> {
    let named = ca_file.map(Path::to_owned).or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from));
    match named.filter(|path| !path.as_os_str().is_empty()) {
        Some(path) => certificates(&path),
        None => match BUNDLES.iter().map(Path::new).find(|path| path.exists()) {
            Some(path) => certificates(path),
            None => Err(LoginError::NoAuthority(name(None))),
        },
    }
}

/// What a message calls the file.
pub(super) fn name(ca_file: Option<&Path>) -> String {
    ca_file.map_or_else(|| "the system".to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_to_trust_is_named_as_it_was_given() {
        assert_eq!(name(None), "the system");
        assert_eq!(name(Some(Path::new("/a/ca.crt"))), "/a/ca.crt");
    }
}
