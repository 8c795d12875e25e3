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
