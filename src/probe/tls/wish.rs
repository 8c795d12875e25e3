//! Whether the server of a connection asked for a certificate of the client.
//!
//! The alert for a client that has none is a name of its own in TLS 1.3 alone.
//! In TLS 1.2 a server may answer with `bad_certificate` or, as Go since 1.21,
//! with `handshake_failure`, which says nothing by itself: only together with
//! the wish that came before it.

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Has no certificate, and remembers that one was asked for.
#[derive(Debug, Default)]
pub(super) struct Wish(AtomicBool);

impl Wish {
    /// For the next connection; there is one at a time.
    pub(super) fn forget(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    pub(super) fn was_made(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl ResolvesClientCert for Wish {
    fn resolve(&self, _authorities: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_one_of_this_connection() {
        let wish = Wish::default();
        assert!(!wish.was_made() && !wish.has_certs());
        assert!(wish.resolve(&[], &[]).is_none() && wish.was_made());
        wish.forget();
        assert!(!wish.was_made());
    }
}
