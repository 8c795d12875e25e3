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

#[cfg(test)]
mod tests {
    use super::IngressLogin::{Asked, NotAsked, NotSeen};
    use super::*;
    use serde_json::json;

    #[test]
    fn annotations_count_for_the_controller_that_reads_them() {
        let nginx = |name: &str, value| (format!("{NGINX_PREFIX}{name}"), value);
        let url = nginx("auth-url", "https://a");
        let traefik = (TRAEFIK_MIDDLEWARES.to_owned(), "a-login@kubernetescrd");
        let kong = (KONG_PLUGINS.to_owned(), "a");
        let foreign = ("a.example/auth-type".to_owned(), "basic");
        for (class, pairs, wanted) in [
            ("", vec![], NotAsked),
            ("", vec![url.clone()], Asked),
            ("nginx", vec![url.clone()], Asked),
            ("traefik", vec![url.clone()], NotAsked),
            ("haproxy", vec![url.clone()], NotSeen(UNSEEN_ANNOTATIONS)),
            ("nginx", vec![nginx("server-snippet", "a")], NotSeen(UNSEEN_SNIPPET)),
            ("nginx", vec![nginx("server-snippet", " ")], NotAsked),
            // Half a login of ingress-nginx is none, and nobody else reads it.
            ("", vec![nginx("auth-type", "basic")], NotAsked),
            ("", vec![traefik.clone()], NotSeen(UNSEEN_MIDDLEWARES)),
            ("traefik-internal", vec![traefik.clone()], NotSeen(UNSEEN_MIDDLEWARES)),
            ("nginx", vec![traefik.clone()], NotAsked),
            ("kong", vec![traefik], NotSeen(UNSEEN_ANNOTATIONS)),
            ("kong", vec![kong.clone()], NotSeen(UNSEEN_ANNOTATIONS)),
            ("nginx", vec![kong], NotAsked),
            ("haproxy", vec![foreign.clone()], NotSeen(UNSEEN_ANNOTATIONS)),
            ("haproxy", vec![(foreign.0, "")], NotAsked),
            ("haproxy", vec![("a.example/size".to_owned(), "1")], NotAsked),
        ] {
            let annotations: serde_json::Map<_, _> =
                pairs.into_iter().map(|(key, value)| (key, Value::from(value))).collect();
            let named = json!({"ingressClassName": class, "annotations": annotations});
            assert_eq!(of_annotations(&named), wanted, "{named}");
        }
        let annotated = json!({"annotations": {CLASS_ANNOTATION: "traefik", &url.0: url.1}});
        assert_eq!(of_annotations(&annotated), NotAsked, "the older form of a class");
    }
}
