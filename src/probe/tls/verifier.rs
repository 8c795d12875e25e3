//! rustls' own verifier, and one case more: a server whose certificate is
//! itself among those that are trusted.
//!
//! `openssl req -x509`, which Trento's guide uses, makes a certificate that says
//! CA:TRUE and is served as it is. rustls refuses that by its form; OpenSSL, and
//! Go for Alloy, take it where it is trusted itself. Whoever has its key could
//! sign a server's certificate by it anyway, so nobody gains by this case.
//! It is taken only byte for byte, after rustls found nothing but its form to
//! refuse (the time is asked before the form), for the name, and for the use of
//! a server. That the server has the key is asked of every certificate.

use super::reason::is_of_an_authority;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::Arc;

/// The extension of extended uses, in DER.
const EXTENDED_USES: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x25];
/// serverAuth among them.
const SERVER: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// See above.
#[derive(Debug)]
pub(super) struct Verifier {
    webpki: Arc<WebPkiServerVerifier>,
    anchors: Vec<CertificateDer<'static>>,
}

impl Verifier {
    pub(super) fn new(webpki: Arc<WebPkiServerVerifier>, anchors: Vec<CertificateDer<'static>>) -> Self {
        Self { webpki, anchors }
    }

    /// `certificate` is trusted itself and nothing but its form was refused.
    fn take_itself(
        &self,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
        refusal: Error,
    ) -> Result<ServerCertVerified, Error> {
        let is_refused_by_form = matches!(&refusal, Error::InvalidCertificate(CertificateError::Other(other)) if is_of_an_authority(other));
        if !is_refused_by_form || !self.anchors.iter().any(|anchor| anchor == certificate) {
            return Err(refusal);
        }
        verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
        if holds(certificate, EXTENDED_USES) && !holds(certificate, SERVER) {
            return Err(CertificateError::InvalidPurpose.into());
        }
        Ok(ServerCertVerified::assertion())
    }
}

fn holds(certificate: &CertificateDer<'_>, bytes: &[u8]) -> bool {
    certificate.windows(bytes.len()).any(|part| part == bytes)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.webpki
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .or_else(|refusal| self.take_itself(end_entity, server_name, refusal))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}
