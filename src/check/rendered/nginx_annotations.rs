//! Annotations of ingress-nginx, and what its `ConfigMap` says for all → what is asked.
//!
//! The annotations are read by the policy's reader of them. A Secret that is missing is
//! answered with 503, so it need not be in the stream.

use super::access::WayAccess;
use super::look::{entries_at, list_at, text, text_at, texts_at};
use super::objects::{Object, Objects};
use crate::policy::ingress_nginx::{self, NginxLogin, PREFIX};
use std::collections::HashSet;

/// What the annotations of an Ingress ask for at one of its hosts.
pub(super) fn access(global: &Global, object: &Object, host: Option<&str>) -> WayAccess {
    let get = |name: &str| object.annotation(&format!("{PREFIX}{name}"));
    let has_snippet = texts_at(&object.node, &["metadata", "annotations"])
        .any(|(key, _)| key.starts_with(PREFIX) && key.ends_with("snippet"));
    let guarded = |by: &str| {
        if global.no_auth_locations {
            WayAccess::unjudged("a ConfigMap leaves paths out of every login")
        } else {
            WayAccess::guarded(format!("{by} of ingress-nginx"))
        }
    };
    match ingress_nginx::login(get, has_snippet, || has_tls(object, host)) {
        NginxLogin::Snippet => WayAccess::unjudged("a snippet of nginx is not read here"),
        NginxLogin::Certificate => guarded("client certificates"),
        NginxLogin::Url => guarded("auth-url"),
        NginxLogin::Basic => guarded("basic auth"),
        NginxLogin::Digest => guarded("digest auth"),
        NginxLogin::NothingOfSome => WayAccess::Open,
        NginxLogin::Nothing => without_a_login(global, object, get("enable-global-auth")),
    }
}

/// Where the annotations of ingress-nginx ask for nothing, others or a `ConfigMap` may.
fn without_a_login(global: &Global, object: &Object, own: Option<&str>) -> WayAccess {
    if global.no_auth_locations {
        return WayAccess::unjudged("a ConfigMap leaves paths out of every login");
    }
    if global.global_auth && own.map(str::trim) != Some("false") {
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

/// Whether the host is among those of `tls`.
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
