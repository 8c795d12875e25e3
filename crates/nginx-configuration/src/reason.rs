//! Why something was not judged, and why a location is shut, in words.

use std::fmt::{self, Display, Formatter};

/// Why nothing is said about a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// `allow` and `deny` tell clients apart.
    ByAddress,
    /// `auth_request`: another server answers whether a request is let in.
    AuthRequest,
    /// A directive that asks for another sort of login.
    OtherLogin,
    /// `ssl_verify_client on`
    ClientCertificate,
    /// A program of Lua, JavaScript or Perl.
    Code,
    /// SSI documents, or a program, of the same server can ask for it.
    Subrequests,
    /// A directive that is not known here.
    UnknownDirective,
    /// A value that depends on the request.
    Variable,
    /// A condition of `if` that depends on the request.
    Condition,
    /// A regex that is not simple.
    Regex,
    /// A name that is looked up when nginx starts.
    HostName,
    /// A server name that depends on the machine.
    ServerName,
    /// A `listen` that is not understood.
    ListenNotUnderstood,
    /// Where a `proxy_pass` leads is not understood.
    TargetNotUnderstood,
    /// Only what an upstream answers (X-Accel-Redirect) could lead here.
    AccelRedirect,
    /// Passed on in another protocol.
    OtherProtocol,
    /// What lies on the disk decides.
    Disk,
    /// A request in a form that is not judged.
    RequestForm,
    /// More redirects than are followed.
    TooManyRedirects,
}

impl Display for Reason {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ByAddress => "clients are told apart by their address",
            Self::AuthRequest => "another server answers who is let in",
            Self::OtherLogin => "another sort of login is asked for",
            Self::ClientCertificate => "clients are asked for a certificate",
            Self::Code => "a program decides",
            Self::Subrequests => "documents or programs of the same server can ask for it without a login",
            Self::UnknownDirective => "a directive that is not known stands there",
            Self::Variable => "a value depends on the request",
            Self::Condition => "a condition depends on the request",
            Self::Regex => "a regular expression is not simple",
            Self::HostName => "a host name is looked up when nginx starts",
            Self::ServerName => "a server name depends on the machine",
            Self::ListenNotUnderstood => "what a server listens on is not understood",
            Self::TargetNotUnderstood => "where requests are passed to is not understood",
            Self::AccelRedirect => "only the answer of an upstream could lead there",
            Self::OtherProtocol => "requests are passed on in another protocol",
            Self::Disk => "files on the disk decide",
            Self::RequestForm => "the request has a form that is not judged",
            Self::TooManyRedirects => "it is redirected too often",
        })
    }
}

/// Why nobody gets in, with a login or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closure {
    /// `deny` for everybody.
    Denied,
    /// `auth_request` to a location that always refuses.
    Refused,
    /// `return` or a redirect comes first.
    Returns,
    /// `internal`, or a named location, and nothing leads to it.
    NoWayIn,
    /// nginx answers itself and passes nothing on.
    NotPassedOn,
}

impl Display for Closure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Denied => "everybody is denied",
            Self::Refused => "a subrequest always refuses",
            Self::Returns => "another answer comes first",
            Self::NoWayIn => "nothing leads there",
            Self::NotPassedOn => "nothing is passed on",
        })
    }
}
