//! A connection → one that is encrypted, to the server that the address names.
//!
//! rustls with ring, TLS 1.2 and 1.3. There is no switch that turns verification
//! off. `trust` says whom to trust, `verifier` takes a server's own certificate
//! that stands among those, `reason` says why a connection was not made, `wish`
//! whether the server wanted a certificate.

mod identity;
pub(super) mod reason;
mod trust;
mod verifier;
mod wish;

pub(super) use identity::Identity;
pub(super) use reason::TlsError;

use super::address::Address;
use super::ask_error::AskError;
use super::login::{CertificateFiles, Credential};
use super::login_error::LoginError;
use super::wire::Wire;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use verifier::Verifier;
use wish::Wish;

/// Encrypted.
pub(super) struct TlsWire(StreamOwned<ClientConnection, Wire>);

/// Reads without writing first, as rustls' own stream does: a server that closes
/// says why, or answers, before it, and what is left to be written cannot be.
impl Read for TlsWire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let StreamOwned { conn, sock } = &mut self.0;
        let failed = |error| io::Error::new(ErrorKind::InvalidData, error);
        loop {
            match conn.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => (),
                read => return read,
            }
            // A write may have met the reason already, and kept it to itself.
            conn.process_new_packets().map_err(failed)?;
            let came = conn.read_tls(sock)?;
            conn.process_new_packets().map_err(failed)?;
            if came == 0 {
                return Ok(0);
            }
        }
    }
}

impl Write for TlsWire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Whom to trust, and with which certificates to ask.
pub(super) struct Settings {
    name: ServerName<'static>,
    anonymous: Arc<ClientConfig>,
    wish: Arc<Wish>,
    own: Option<Arc<ClientConfig>>,
    nobody: Option<Arc<ClientConfig>>,
}

impl Settings {
    /// Reads the certificates; `ca_file` takes the place of the system's.
    pub(super) fn load(
        address: &Address,
        ca_file: Option<&Path>,
        certificate: Option<&CertificateFiles>,
    ) -> Result<Self, LoginError> {
        let name = ServerName::try_from(address.host().to_owned()).map_err(|_| LoginError::HostUnusable)?;
        let provider = Arc::new(ring::default_provider());
        let anchors = trust::load(ca_file)?;
        let mut roots = RootCertStore::empty();
        // The system's bundles hold a few that rustls does not read; OpenSSL skips them as well.
        roots.add_parsable_certificates(anchors.iter().cloned());
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|_| LoginError::NoAuthority(trust::name(ca_file)))?;
        let verifier = Arc::new(Verifier::new(webpki, anchors));
        let wish = Arc::new(Wish::default());
        let config = |identity: Option<Identity>| configure(&provider, &verifier, &wish, identity);
        Ok(Self {
            name,
            anonymous: config(None)?,
            own: certificate.map(|files| config(Some(Identity::load(files)?))).transpose()?,
            nobody: certificate.map(|_| config(Some(Identity::nobody()))).transpose()?,
            wish,
        })
    }

    /// Encrypts `wire`, with the certificate of `credential` if it is one.
    pub(super) fn wrap(&self, wire: Wire, credential: Option<&Credential>) -> Result<TlsWire, AskError> {
        let config = match credential {
            Some(Credential::Certificate(whose)) if whose.is_own() => self.own.as_ref(),
            Some(Credential::Certificate(_)) => self.nobody.as_ref(),
            Some(Credential::Basic { .. } | Credential::Bearer(_)) | None => None,
        };
        let config = Arc::clone(config.unwrap_or(&self.anonymous));
        let connection = ClientConnection::new(config, self.name.clone())
            .map_err(|error| AskError::Tls(TlsError::from_rustls(&error)))?;
        self.wish.forget();
        let mut stream = StreamOwned::new(connection, wire);
        // Now, so that a refusal is one of the handshake and not of the first write.
        while stream.conn.is_handshaking() {
            let StreamOwned { conn, sock } = &mut stream;
            if let Err(error) = conn.complete_io(sock) {
                return Err(match refusal(conn, sock).unwrap_or_else(|| error.into()) {
                    AskError::Tls(TlsError::HandshakeFailed) if self.wish.was_made() => {
                        AskError::Tls(TlsError::CertificateWanted)
                    }
                    error => error,
                });
            }
        }
        Ok(TlsWire(stream))
    }
}

/// Why the server ended the handshake, where its reason came before it closed:
/// one that wants a certificate closes while the client's last message is on its way.
fn refusal(conn: &mut ClientConnection, sock: &mut Wire) -> Option<AskError> {
    loop {
        if let Err(error) = conn.process_new_packets() {
            return Some(AskError::Tls(TlsError::from_rustls(&error)));
        }
        if conn.read_tls(sock).ok()? == 0 {
            return None;
        }
    }
}

fn configure(
    provider: &Arc<CryptoProvider>,
    verifier: &Arc<Verifier>,
    wish: &Arc<Wish>,
    identity: Option<Identity>,
) -> Result<Arc<ClientConfig>, LoginError> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .expect("ring has the algorithms of both versions")
        // Dangerous is what a verifier could do: this one asks rustls' own first.
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(verifier) as _);
    let mut config = match identity {
        None => builder.with_client_cert_resolver(Arc::clone(wish) as _),
        Some(Identity { chain, key, file }) => {
            builder.with_client_auth_cert(chain, key).map_err(|error| identity::unusable(&error, file))?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
