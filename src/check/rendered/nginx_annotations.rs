//! Annotations of ingress-nginx → the login that they ask for.
//!
//! As ingress-nginx 1.15 reads them: a Secret without `auth-type` is nothing, a
//! realm called off switches the login off, `satisfy: any` beside a list of
//! addresses lets those in without one. A Secret that is missing is answered
//! with 503, so it need not be in the stream.

use super::access::WayAccess;
use super::look::{entries_at, list_at, text, text_at, texts_at};
use super::objects::{Object, Objects};
use std::collections::HashSet;

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// What the annotations of an Ingress ask for at one of its hosts.
pub(super) fn access(global: &Global, object: &Object, host: Option<&str>) -> WayAccess {
    let get = |name: &str| object.annotation(&format!("{PREFIX}{name}")).map(str::trim);
    let has_snippet = texts_at(&object.node, &["metadata", "annotations"])
        .any(|(key, _)| key.starts_with(PREFIX) && key.ends_with("snippet"));
    if has_snippet {
        return WayAccess::unjudged("a snippet of nginx is not read here");
    }
    if global.no_auth_locations {
        return WayAccess::unjudged("a ConfigMap leaves paths out of every login");
    }
    let addresses = get("whitelist-source-range").or(get("allowlist-source-range")).is_some();
    let any = get("satisfy") == Some("any");
    if any && addresses {
        return WayAccess::Open;
    }
    if get("auth-url").is_some_and(|url| !url.is_empty()) {
        return WayAccess::guarded("auth-url of ingress-nginx");
    }
    if let Some(access) = basic(get("auth-type"), get("auth-secret"), get("auth-realm")) {
        return access;
    }
    if get("auth-tls-secret").is_some_and(|secret| !secret.is_empty()) {
        let verified = matches!(get("auth-tls-verify-client"), None | Some("" | "on"));
        let tls_only = get("ssl-redirect") != Some("false") && has_tls(object, host);
        if verified && tls_only {
            return WayAccess::guarded("client certificates of ingress-nginx");
        }
    }
    if global.global_auth && get("enable-global-auth") != Some("false") {
        return WayAccess::unjudged("a ConfigMap may hold a login for all Ingresses");
    }
    let strange = entries_at(&object.node, &["metadata", "annotations"])
        .any(|(key, value)| text(value).is_some() && key.starts_with("nginx.org/") && key.contains("polic"));
    if strange {
        WayAccess::unjudged("policies of another nginx controller are not read here")
    } else {
        WayAccess::Open
    }
}

/// A Secret without a type is nothing, a realm that is off switches the login off.
fn basic(kind: Option<&str>, secret: Option<&str>, realm: Option<&str>) -> Option<WayAccess> {
    let kind = kind.filter(|kind| kind.contains("basic") || kind.contains("digest"))?;
    secret.filter(|secret| !secret.is_empty())?;
    if realm == Some("off") {
        return Some(WayAccess::Open);
    }
    let kind = if kind.contains("basic") { "basic auth" } else { "digest auth" };
    Some(WayAccess::guarded(format!("{kind} of ingress-nginx")))
}

/// Certificates are asked for on TLS alone.
fn has_tls(object: &Object, host: Option<&str>) -> bool {
    host.is_some_and(|host| {
        list_at(&object.node, &["spec", "tls"])
            .iter()
            .any(|tls| list_at(tls, &["hosts"]).iter().filter_map(text).any(|one| one == host))
    })
}

/// What is said once for all Ingresses.
#[derive(Debug, Default)]
pub(super) struct Global {
    /// Hosts whose paths are expressions; none among them: those of all hosts.
    expressions: HashSet<Option<String>>,
    no_auth_locations: bool,
    global_auth: bool,
}

impl Global {
    pub(super) fn read(objects: &Objects) -> Self {
        let mut global = Global::default();
        for map in objects.of_kind("ConfigMap") {
            let says = |key| text_at(&map.node, &["data", key]).is_some_and(|value| !value.is_empty());
            global.no_auth_locations |= says("no-auth-locations");
            global.global_auth |= says("global-auth-url");
        }
        for object in objects.of_kind("Ingress").filter(|one| uses_expressions(one)) {
            let rules = list_at(&object.node, &["spec", "rules"]);
            global.expressions.extend(rules.iter().map(|rule| text_at(rule, &["host"]).map(str::to_owned)));
            if rules.is_empty() {
                global.expressions.insert(None);
            }
        }
        global
    }

    /// Whether the paths of a host are expressions.
    pub(super) fn rewrites(&self, host: Option<&str>) -> bool {
        let all = self.expressions.contains(&None) || host.is_none() && !self.expressions.is_empty();
        all || self.expressions.contains(&host.map(str::to_owned))
    }
}

/// Whether it makes expressions of all paths of its host.
fn uses_expressions(object: &Object) -> bool {
    let get = |name: &str| object.annotation(&format!("{PREFIX}{name}"));
    get("use-regex") == Some("true") || get("rewrite-target").is_some()
}
