//! Annotations of ingress-nginx → the login that they ask for.
//!
//! As ingress-nginx 1.15 reads them: a Secret without `auth-type` is nothing, a
//! realm called off switches the login off, `satisfy: any` beside a list of
//! addresses lets those in without one. A Secret that is missing is answered
//! with 503, so it need not be in the stream.

use super::access::Access;
use super::look::{entries_at, list_at, text, text_at, texts_at};
use super::objects::{Object, Objects};

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// What the annotations of an Ingress ask for at one of its hosts.
pub(super) fn access(objects: &Objects, object: &Object, host: Option<&str>) -> Access {
    let get = |name: &str| object.annotation(&format!("{PREFIX}{name}")).map(str::trim);
    let has_snippet = texts_at(&object.node, &["metadata", "annotations"])
        .any(|(key, _)| key.starts_with(PREFIX) && key.ends_with("snippet"));
    if has_snippet {
        return Access::unjudged("a snippet of nginx is not read here");
    }
    if global(objects, "no-auth-locations") {
        return Access::unjudged("a ConfigMap leaves paths out of every login");
    }
    let addresses = get("whitelist-source-range").or(get("allowlist-source-range")).is_some();
    let any = get("satisfy") == Some("any");
    if any && addresses {
        return Access::Open;
    }
    if get("auth-url").is_some_and(|url| !url.is_empty()) {
        return Access::guarded("auth-url of ingress-nginx");
    }
    if let Some(access) = basic(get("auth-type"), get("auth-secret"), get("auth-realm")) {
        return access;
    }
    if get("auth-tls-secret").is_some_and(|secret| !secret.is_empty()) {
        let verified = matches!(get("auth-tls-verify-client"), None | Some("" | "on"));
        let tls_only = get("ssl-redirect") != Some("false") && has_tls(object, host);
        if verified && tls_only {
            return Access::guarded("client certificates of ingress-nginx");
        }
    }
    if global(objects, "global-auth-url") && get("enable-global-auth") != Some("false") {
        return Access::unjudged("a ConfigMap may hold a login for all Ingresses");
    }
    let strange = entries_at(&object.node, &["metadata", "annotations"])
        .any(|(key, value)| text(value).is_some() && key.starts_with("nginx.org/") && key.contains("polic"));
    if strange {
        Access::unjudged("policies of another nginx controller are not read here")
    } else {
        Access::Open
    }
}

/// A Secret without a type is nothing, a realm that is off switches the login off.
fn basic(kind: Option<&str>, secret: Option<&str>, realm: Option<&str>) -> Option<Access> {
    let kind = kind.filter(|kind| kind.contains("basic") || kind.contains("digest"))?;
    secret.filter(|secret| !secret.is_empty())?;
    if realm == Some("off") {
        return Some(Access::Open);
    }
    let kind = if kind.contains("basic") { "basic auth" } else { "digest auth" };
    Some(Access::guarded(format!("{kind} of ingress-nginx")))
}

/// Certificates are asked for on TLS alone.
fn has_tls(object: &Object, host: Option<&str>) -> bool {
    host.is_some_and(|host| {
        list_at(&object.node, &["spec", "tls"])
            .iter()
            .any(|tls| list_at(tls, &["hosts"]).iter().filter_map(text).any(|one| one == host))
    })
}

fn global(objects: &Objects, key: &str) -> bool {
    objects
        .of_kind("ConfigMap")
        .any(|map| text_at(&map.node, &["data", key]).is_some_and(|value| !value.is_empty()))
}

/// Whether it makes expressions of all paths of its host.
pub(super) fn uses_expressions(object: &Object) -> bool {
    let get = |name: &str| object.annotation(&format!("{PREFIX}{name}"));
    get("use-regex") == Some("true") || get("rewrite-target").is_some()
}
