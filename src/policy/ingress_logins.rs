//! Annotations of Prometheus' own Ingress → whether they ask for a login.
//!
//! Those of ingress-nginx are read by `ingress_nginx`. A Middleware of Traefik's is in the cluster and
//! not in the values, so what it asks for cannot be seen here; the same is true of
//! annotations of other controllers.

use super::bypass_table::{
    CLASS_ANNOTATION, KONG_PLUGINS, LOGIN_WORDS, NGINX_PREFIX, TRAEFIK_MIDDLEWARES, UNSEEN_ANNOTATIONS,
    UNSEEN_MIDDLEWARES, UNSEEN_SNIPPET,
};
use super::ingress_nginx::{self, NginxLogin};
use super::reading::{is_true, table};
use serde_json::Value;

/// Whether a way in asks for a login; the greatest is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum IngressLogin {
    /// It does.
    Asked,
    /// The values do not say; what to do.
    NotSeen(&'static str),
    /// It does not.
    NotAsked,
}

/// What the annotations of this Ingress ask for. Without a class it is the cluster's
/// to say whose annotations count: then any of them may.
pub(super) fn of_annotations(ingress: &Value) -> IngressLogin {
    let annotations = &ingress["annotations"];
    let class = ingress["ingressClassName"].as_str().or(annotations[CLASS_ANNOTATION].as_str());
    let class = class.unwrap_or_default();
    let may_be = |name: &str| class.is_empty() || class.contains(name);
    if may_be("nginx")
        && let Some(login) = of_ingress_nginx(ingress)
    {
        return login;
    }
    if may_be("traefik") && any(annotations, |key| key == TRAEFIK_MIDDLEWARES) {
        return IngressLogin::NotSeen(UNSEEN_MIDDLEWARES);
    }
    let is_known = class.contains("nginx") || class.contains("traefik");
    let is_unclear = |key: &str| {
        let names = LOGIN_WORDS.iter().any(|word| key.contains(word)) || key == KONG_PLUGINS;
        names && (!class.is_empty() || !key.starts_with(NGINX_PREFIX))
    };
    if !is_known && any(annotations, is_unclear) {
        return IngressLogin::NotSeen(UNSEEN_ANNOTATIONS);
    }
    IngressLogin::NotAsked
}

/// Whether there is such an annotation that says something.
fn any(annotations: &Value, is_one: impl Fn(&str) -> bool) -> bool {
    let says = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    table(annotations).any(|(key, value)| is_one(key) && says(value))
}

/// What ingress-nginx asks for; `None` where none of its annotations says.
fn of_ingress_nginx(ingress: &Value) -> Option<IngressLogin> {
    let annotations = &ingress["annotations"];
    let get = |name: &str| annotations[format!("{NGINX_PREFIX}{name}")].as_str();
    let has_snippet = any(annotations, |key| key.starts_with(NGINX_PREFIX) && key.ends_with("snippet"));
    match ingress_nginx::login(get, has_snippet, || is_true(&ingress["tls"])) {
        NginxLogin::Snippet => Some(IngressLogin::NotSeen(UNSEEN_SNIPPET)),
        NginxLogin::Certificate | NginxLogin::Url | NginxLogin::Basic | NginxLogin::Digest => {
            Some(IngressLogin::Asked)
        }
        NginxLogin::NothingOfSome => Some(IngressLogin::NotAsked),
        NginxLogin::Nothing => None,
    }
}
