//! Annotations of ingress-nginx → the login that they ask for.
//!
//! As ingress-nginx 1.15 renders them and nginx reads what comes of it: a Secret without
//! `auth-type` is nothing, a realm called off switches basic auth off, `satisfy: any`
//! beside a list of addresses lets those in without a login. Client certificates are
//! asked for by the server and not by the location, so neither lifts them.
//!
//! Who reads an Ingress, in the values or among rendered objects, asks here.

/// What the names of these annotations begin with.
pub(crate) use super::bypass_table::NGINX_PREFIX as PREFIX;

/// What an Ingress asks of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NginxLogin {
    /// A snippet of nginx may ask for anything, or for nothing.
    Snippet,
    /// A certificate.
    Certificate,
    /// Whatever the service says that is asked.
    Url,
    /// A name and a password.
    Basic,
    /// The same by digests.
    Digest,
    /// Nothing of those who come from some addresses.
    NothingOfSome,
    /// Nothing.
    Nothing,
}

/// What the annotations ask for, the strongest first. `get` has the value of one, by
/// its name after the prefix; `has_tls` says whether the host is served by TLS.
pub(crate) fn login<'a>(
    get: impl Fn(&str) -> Option<&'a str>,
    has_snippet: bool,
    has_tls: impl FnOnce() -> bool,
) -> NginxLogin {
    let get = |name: &str| get(name).map(str::trim).filter(|value| !value.is_empty());
    if has_snippet {
        return NginxLogin::Snippet;
    }
    // Certificates are asked for on TLS alone.
    let asks_for_certificates = get("auth-tls-secret").is_some()
        && matches!(get("auth-tls-verify-client"), None | Some("on"))
        && get("ssl-redirect") != Some("false")
        && has_tls();
    if asks_for_certificates {
        return NginxLogin::Certificate;
    }
    let addresses = get("whitelist-source-range").or(get("allowlist-source-range"));
    if get("satisfy") == Some("any") && addresses.is_some() {
        return NginxLogin::NothingOfSome;
    }
    if get("auth-url").is_some() {
        return NginxLogin::Url;
    }
    let is_read = get("auth-secret").is_some() && get("auth-realm") != Some("off");
    match get("auth-type") {
        Some(kind) if is_read && kind.contains("basic") => NginxLogin::Basic,
        Some(kind) if is_read && kind.contains("digest") => NginxLogin::Digest,
        _ => NginxLogin::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::NginxLogin::{Basic, Certificate, Digest, Nothing, NothingOfSome, Snippet, Url};
    use super::*;

    /// The pairs that a host of TLS has, and what is asked.
    #[test]
    fn certificates_are_lifted_by_nothing_else() {
        let basic = [("auth-type", "basic"), ("auth-secret", "s")];
        let certificate = [("auth-tls-secret", "ns/ca")];
        let off = [("auth-realm", "off")];
        let any = [("satisfy", "any"), ("whitelist-source-range", "10.0.0.0/8")];
        for (pairs, wanted) in [
            (vec![], Nothing),
            (basic.to_vec(), Basic),
            (vec![("auth-type", "digest"), ("auth-secret", "s")], Digest),
            (vec![("auth-secret", "s")], Nothing),
            ([&basic[..], &off].concat(), Nothing),
            (vec![("auth-type", "basic")], Nothing),
            (vec![("auth-type", "basic"), ("auth-secret", " ")], Nothing),
            (vec![("auth-type", "ldap"), ("auth-secret", "s")], Nothing),
            ([&[("auth-type", "digest"), ("auth-secret", "s")][..], &off].concat(), Nothing),
            ([&basic[..], &any].concat(), NothingOfSome),
            ([&basic[..], &any[..1], &[("allowlist-source-range", "::1")]].concat(), NothingOfSome),
            ([&basic[..], &any[..1]].concat(), Basic),
            ([&basic[..], &any[1..]].concat(), Basic),
            ([&basic[..], &any[1..], &[("satisfy", "all")]].concat(), Basic),
            (vec![("auth-url", "https://a")], Url),
            (certificate.to_vec(), Certificate),
            ([&certificate[..], &basic, &off].concat(), Certificate),
            ([&certificate[..], &basic, &any].concat(), Certificate),
            ([&certificate[..], &[("auth-tls-verify-client", "optional")]].concat(), Nothing),
            ([&certificate[..], &[("ssl-redirect", "false")]].concat(), Nothing),
            ([&certificate[..], &[("auth-tls-verify-client", " ")]].concat(), Certificate),
        ] {
            let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            assert_eq!(login(get, false, || true), wanted, "{pairs:?}");
            assert_eq!(login(get, true, || true), Snippet, "{pairs:?}");
            assert!(login(get, false, || false) != Certificate, "{pairs:?}");
        }
    }
}
