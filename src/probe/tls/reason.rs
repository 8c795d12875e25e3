//! rustls' errors → why a connection was not made, and what to do.

use crate::sanitize;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError};
use std::fmt;
use std::io;

const DAY: u64 = 86_400;
/// More names than this are not shown.
const NAMES: usize = 5;

/// Why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) enum TlsError {
    UnknownIssuer,
    AuthorityServed,
    Expired {
        days: Option<u64>,
    },
    NotValidYet,
    WrongName {
        names: Vec<String>,
    },
    NotForServers,
    Algorithm,
    CertificateUnreadable,
    NoTls,
    NothingInCommon,
    NoHttp1,
    NameUnknown,
    /// The server wants a certificate of the client.
    CertificateWanted,
    /// It does not take the one that was sent; or it says so where none was.
    CertificateRefused,
    /// Says nothing by itself; see `wish`.
    HandshakeFailed,
    Refused,
    Broken,
}

impl TlsError {
    /// The reason within an error of a read or a write.
    pub(in crate::probe) fn from_io(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().map(Self::from_rustls)
    }

    pub(in crate::probe) fn from_rustls(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(error) => Self::from_certificate(error),
            Error::AlertReceived(alert) => Self::from_alert(*alert),
            Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
            ) => Self::NoTls,
            Error::PeerIncompatible(_) => Self::NothingInCommon,
            Error::NoApplicationProtocol => Self::NoHttp1,
            _ => Self::Broken,
        }
    }

    fn from_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Expired => Self::Expired { days: None },
            CertificateError::ExpiredContext { time, not_after } => {
                Self::Expired { days: Some(time.as_secs().saturating_sub(not_after.as_secs()) / DAY) }
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotValidYet,
            CertificateError::NotValidForName => Self::WrongName { names: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::WrongName { names: presented.iter().map(|name| plain_name(name)).collect() }
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::NotForServers
            }
            CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Self::Algorithm,
            CertificateError::Other(other) if is_of_an_authority(other) => Self::AuthorityServed,
            _ => Self::CertificateUnreadable,
        }
    }

    fn from_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::CertificateRequired => Self::CertificateWanted,
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied => Self::CertificateRefused,
            AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
                Self::NothingInCommon
            }
            AlertDescription::NoApplicationProtocol => Self::NoHttp1,
            AlertDescription::HandshakeFailure => Self::HandshakeFailed,
            AlertDescription::UnrecognisedName => Self::NameUnknown,
            _ => Self::Refused,
        }
    }
}

/// Whether what was refused is that a certificate of an authority was served.
/// rustls passes webpki's word for it on as it came, and exports no name for it.
pub(super) fn is_of_an_authority(other: &OtherError) -> bool {
    format!("{:?}", other.0) == "CaUsedAsEndEntity"
}

/// webpki's `DnsName("a.b")` and the like → `a.b`; of whoever made the certificate.
fn plain_name(name: &str) -> String {
    let inner =
        name.split_once('"').and_then(|(_, rest)| rest.split_once('"')).map_or(name, |(inner, _)| inner);
    sanitize::for_line(inner).chars().filter(|letter| !matches!(letter, '"' | '\'' | '\\')).take(80).collect()
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownIssuer => "the certificate of the server is of an authority that is not trusted here; name the certificate of that authority by --ca-file, and to the agent by prometheus-tls-ca-cert",
            Self::AuthorityServed => "the server presents the certificate of an authority as its own, and it is not itself among the trusted ones; name that very certificate by --ca-file",
            Self::Expired { days: Some(days) } => return write!(f, "the certificate of the server expired {days} days ago; renew it at the edge"),
            Self::Expired { days: None } => "the certificate of the server is not valid any more, or never was; renew it at the edge",
            Self::NotValidYet => "the certificate of the server is not valid yet; compare the clock of this host with that of the authority",
            Self::WrongName { names } if names.is_empty() => "the certificate of the server holds no name as a subject alternative name, and its common name is not read; make one with the name of the host as subjectAltName",
            Self::WrongName { names } => {
                let shown = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
                return write!(f, "the certificate of the server is for other names than that of the address ({shown}); ask for one of them, or renew the certificate with the right name");
            }
            Self::NotForServers => "the certificate of the server is made for another use; make one for serverAuth",
            Self::Algorithm => "the certificate of the server is signed in a way that is not taken, or its signature is wrong; make one with RSA of 2048 bits or more, ECDSA P-256 or P-384",
            Self::CertificateUnreadable => "the certificate of the server cannot be read, or is revoked; make a new one for the edge",
            Self::NoTls => "what answers does not speak TLS; see that the port is that of https, or ask by http://",
            Self::NothingInCommon => "the server speaks neither TLS 1.2 nor 1.3 with a cipher that is safe today; raise its settings",
            Self::NoHttp1 => "the server does not speak HTTP/1.1 over TLS; see that host and port are those of the edge",
            Self::NameUnknown => "the server has no site by the name of the address; see that the name is right",
            Self::CertificateWanted => "the server asks for a certificate of the client and none was sent; name it by --client-cert and --client-key",
            Self::CertificateRefused => "the server does not take the certificate of the client; see that it is of the authority that the edge trusts, and not expired",
            Self::HandshakeFailed | Self::Refused => "the server refused to speak TLS; see the log of the edge",
            Self::Broken => "the server broke the rules of TLS; see the log of the edge",
        })
    }
}

impl std::error::Error for TlsError {}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::{ServerName, UnixTime};
    use rustls::{ExtendedKeyPurpose, PeerIncompatible};
    use std::sync::Arc;
    use std::time::Duration;

    fn of(error: impl Into<Error>) -> TlsError {
        TlsError::from_rustls(&error.into())
    }

    fn day(number: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(number * DAY))
    }

    fn name(text: &str) -> ServerName<'static> {
        ServerName::try_from(text.to_owned()).expect("a name")
    }

    /// Named as webpki's errors are, which rustls passes on.
    #[derive(Debug)]
    enum Webpki {
        CaUsedAsEndEntity,
        MaximumPathDepthExceeded,
    }

    impl fmt::Display for Webpki {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Ok(())
        }
    }

    impl std::error::Error for Webpki {}

    #[test]
    fn a_certificate_that_is_not_taken_has_the_reason_of_rustls() {
        use CertificateError as C;
        let valid_until = |not_after| C::ExpiredContext { time: day(12), not_after };
        for (error, expected) in [
            (C::UnknownIssuer, TlsError::UnknownIssuer),
            (C::Expired, TlsError::Expired { days: None }),
            (valid_until(day(9)), TlsError::Expired { days: Some(3) }),
            (valid_until(day(13)), TlsError::Expired { days: Some(0) }),
            (C::NotValidYet, TlsError::NotValidYet),
            (C::NotValidYetContext { time: day(1), not_before: day(2) }, TlsError::NotValidYet),
            (C::NotValidForName, TlsError::WrongName { names: vec![] }),
            (
                C::NotValidForNameContext {
                    expected: name("h"),
                    presented: vec!["DnsName(\"a.b\")".into(), "c\u{1b}'d".into()],
                },
                TlsError::WrongName { names: vec!["a.b".into(), "c?d".into()] },
            ),
            (C::InvalidPurpose, TlsError::NotForServers),
            (
                C::InvalidPurposeContext {
                    required: ExtendedKeyPurpose::ServerAuth,
                    presented: vec![ExtendedKeyPurpose::ClientAuth],
                },
                TlsError::NotForServers,
            ),
            (C::BadSignature, TlsError::Algorithm),
            (C::Other(OtherError(Arc::new(Webpki::CaUsedAsEndEntity))), TlsError::AuthorityServed),
            (
                C::Other(OtherError(Arc::new(Webpki::MaximumPathDepthExceeded))),
                TlsError::CertificateUnreadable,
            ),
            (C::BadEncoding, TlsError::CertificateUnreadable),
            (C::Revoked, TlsError::CertificateUnreadable),
        ] {
            assert_eq!(of(error.clone()), expected, "{error:?}");
        }
    }

    #[test]
    fn what_else_rustls_says_has_a_reason_too() {
        for (error, expected) in [
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), TlsError::NoTls),
            (Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion), TlsError::NoTls),
            (Error::InvalidMessage(InvalidMessage::MessageTooLarge), TlsError::Broken),
            (Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon), TlsError::NothingInCommon),
            (Error::NoApplicationProtocol, TlsError::NoHttp1),
            (Error::DecryptError, TlsError::Broken),
        ] {
            assert_eq!(of(error.clone()), expected, "{error:?}");
        }
    }

    #[test]
    fn an_alert_is_about_the_client_or_the_server() {
        use AlertDescription as A;
        for (alerts, expected) in [
            (&[A::CertificateRequired][..], TlsError::CertificateWanted),
            (
                &[
                    A::BadCertificate,
                    A::UnsupportedCertificate,
                    A::CertificateRevoked,
                    A::CertificateExpired,
                    A::CertificateUnknown,
                    A::UnknownCA,
                    A::AccessDenied,
                ],
                TlsError::CertificateRefused,
            ),
            (&[A::ProtocolVersion, A::InsufficientSecurity], TlsError::NothingInCommon),
            (&[A::NoApplicationProtocol], TlsError::NoHttp1),
            (&[A::HandshakeFailure], TlsError::HandshakeFailed),
            (&[A::UnrecognisedName], TlsError::NameUnknown),
            (&[A::InternalError, A::DecodeError], TlsError::Refused),
        ] {
            for alert in alerts {
                assert_eq!(of(Error::AlertReceived(*alert)), expected, "{alert:?}");
            }
        }
    }

    #[test]
    fn some_names_of_a_certificate_are_shown_and_not_all() {
        let names = (1..=7).map(|number| format!("h{number}")).collect();
        let shown = TlsError::WrongName { names }.to_string();
        assert!(shown.contains("(h1, h2, h3, h4, h5); "), "{shown}");
        assert!(TlsError::WrongName { names: vec![] }.to_string().contains("holds no name as a subject "));
        assert!(TlsError::Expired { days: Some(3) }.to_string().contains("expired 3 days ago"));
        assert!(TlsError::Expired { days: None }.to_string().contains("is not valid any more"));
        let reason = io::Error::new(io::ErrorKind::InvalidData, Error::NoApplicationProtocol);
        assert_eq!(TlsError::from_io(&reason), Some(TlsError::NoHttp1));
        assert_eq!(TlsError::from_io(&io::Error::other("else")), None);
        assert_eq!(TlsError::from_io(&io::ErrorKind::ConnectionReset.into()), None);
    }
}
