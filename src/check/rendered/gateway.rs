//! The Gateway API's routes → routes.
//!
//! Its standard filters hold no login. What an implementation adds is read for
//! Traefik's middlewares alone; a policy beside the routes makes them unjudged.

use super::access::WayAccess;
use super::look::{at, list_at, text_at};
use super::objects::{Object, Objects};
use super::paths::PathRule;
use super::route::{self, Route};
use super::traefik;
use helm_values::Node;

pub(super) fn read<'t>(objects: &'t Objects, object: &'t Object, routes: &mut Vec<Route<'t>>) {
    let http = object.kind == "HTTPRoute";
    for rule in list_at(&object.node, &["spec", "rules"]) {
        let filters = list_at(rule, &["filters"]);
        let shared = WayAccess::any_of(
            filters.iter().map(|one| filter(objects, object, one)).chain([policies(objects)]),
        );
        let matches = list_at(rule, &["matches"]);
        let rewrites = |filters: &[Node]| filters.iter().any(|one| !keeps_the_path(one));
        let mut paths: Vec<PathRule> = matches.iter().map(path_rule).collect();
        if !http || paths.is_empty() || rewrites(filters) {
            paths = vec![PathRule::All];
        }
        for backend in list_at(rule, &["backendRefs"]) {
            let Some(service) = text_at(backend, &["name"]) else { continue };
            if !matches!(text_at(backend, &["kind"]), None | Some("Service")) {
                continue;
            }
            let own = list_at(backend, &["filters"]);
            let access = WayAccess::any_of(own.iter().map(|one| filter(objects, object, one))).then(&shared);
            for rule in &paths {
                routes.push(Route {
                    object,
                    node: backend,
                    namespace: text_at(backend, &["namespace"]).unwrap_or(&object.namespace),
                    service,
                    port: route::port(backend, &[&["port"]]),
                    paths: if rewrites(own) { PathRule::All } else { rule.clone() },
                    access: access.clone(),
                });
            }
        }
    }
}

fn path_rule(one: &Node) -> PathRule {
    let Some(path) = at(one, &["path"]) else { return PathRule::All };
    let value = text_at(path, &["value"]).unwrap_or("/").to_owned();
    match text_at(path, &["type"]) {
        None | Some("PathPrefix") => PathRule::Prefix(value),
        Some("Exact") => PathRule::Exact(value),
        Some(_) => PathRule::All,
    }
}

fn keeps_the_path(filter: &Node) -> bool {
    matches!(
        text_at(filter, &["type"]),
        Some("RequestHeaderModifier" | "ResponseHeaderModifier" | "RequestMirror" | "CORS")
    )
}

fn filter(objects: &Objects, object: &Object, filter: &Node) -> WayAccess {
    let kind = text_at(filter, &["type"]).unwrap_or_default();
    let extension = |key| text_at(filter, &["extensionRef", key]).unwrap_or_default();
    match kind {
        "RequestHeaderModifier"
        | "ResponseHeaderModifier"
        | "RequestMirror"
        | "RequestRedirect"
        | "URLRewrite"
        | "CORS" => WayAccess::Open,
        "ExtensionRef" if extension("kind") == "Middleware" && extension("group").starts_with("traefik.") => {
            traefik::named(objects, &object.namespace, extension("name"))
        }
        _ => WayAccess::unjudged("a filter of the route is its gateway's own, and not read here"),
    }
}

/// Whether something beside the routes can ask for a login.
fn policies(objects: &Objects) -> WayAccess {
    let policy = ["SecurityPolicy", "GCPBackendPolicy"].iter().find_map(|kind| objects.of_kind(kind).next());
    match policy {
        Some(policy) => WayAccess::unjudged(format!("a {} is not read here", policy.kind)),
        None => WayAccess::Open,
    }
}
