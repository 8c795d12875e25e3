//! Ingresses → routes.
//!
//! Whose annotations count is the controller's matter: `ingressClassName` or the
//! older annotation says which it is. A login in the words of a controller that
//! may not be the one is not judged.

use super::access::WayAccess;
use super::look::{at, list_at, text_at, texts_at};
use super::objects::{Object, Objects};
use super::paths::PathRule;
use super::route::{self, Route};
use super::{nginx_annotations as nginx, traefik};
use helm_values::Node;

/// Who serves an Ingress.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Controller {
    Nginx,
    Traefik,
    /// Another, or nobody says.
    Other,
}

pub(super) fn read<'t>(
    objects: &'t Objects,
    global: &nginx::Global,
    object: &'t Object,
    routes: &mut Vec<Route<'t>>,
) {
    let access = |controller, host| access(objects, global, object, controller, host);
    let controller = controller(object);
    let spec = &["spec"];
    let Some(spec) = at(&object.node, spec) else { return };
    for key in ["defaultBackend", "backend"] {
        if let Some(backend) = at(spec, &[key]) {
            routes.extend(route(object, backend, PathRule::All, access(controller, None)));
        }
    }
    for rule in list_at(spec, &["rules"]) {
        let host = text_at(rule, &["host"]);
        for path in list_at(rule, &["http", "paths"]) {
            let Some(backend) = at(path, &["backend"]) else { continue };
            let paths = if rewrites(global, object, host) { PathRule::All } else { path_rule(path) };
            routes.extend(route(object, backend, paths, access(controller, host)));
        }
    }
}

fn route<'t>(object: &'t Object, backend: &'t Node, paths: PathRule, access: WayAccess) -> Option<Route<'t>> {
    Some(Route {
        object,
        node: backend,
        namespace: &object.namespace,
        service: text_at(backend, &["service", "name"]).or_else(|| text_at(backend, &["serviceName"]))?,
        port: route::port(
            backend,
            &[&["service", "port", "number"], &["service", "port", "name"], &["servicePort"]],
        ),
        paths,
        access,
    })
}

fn path_rule(path: &Node) -> PathRule {
    match (text_at(path, &["path"]), text_at(path, &["pathType"])) {
        (Some(path), Some("Exact")) => PathRule::Exact(path.to_owned()),
        (Some(path), _) => PathRule::Prefix(path.to_owned()),
        (None, _) => PathRule::All,
    }
}

/// Whether another path can be brought in: one Ingress that rewrites turns the
/// paths of all of its host into expressions.
fn rewrites(global: &nginx::Global, object: &Object, host: Option<&str>) -> bool {
    let own = texts_at(&object.node, &["metadata", "annotations"]).any(|(key, _)| {
        let name = key.rsplit('/').next().unwrap_or(key);
        ["rewrite", "snippet", "app-root", "router.middlewares", "path", "plugins"]
            .iter()
            .any(|word| name.contains(word))
    });
    own || global.rewrites(host)
}

fn controller(object: &Object) -> Controller {
    let class = text_at(&object.node, &["spec", "ingressClassName"])
        .or_else(|| object.annotation("kubernetes.io/ingress.class"))
        .unwrap_or_default();
    match class {
        class if class.contains("nginx") => Controller::Nginx,
        class if class.contains("traefik") => Controller::Traefik,
        _ => Controller::Other,
    }
}

fn access(
    objects: &Objects,
    global: &nginx::Global,
    object: &Object,
    controller: Controller,
    host: Option<&str>,
) -> WayAccess {
    match controller {
        Controller::Nginx => nginx::access(global, object, host),
        Controller::Traefik => traefik::of_ingress(objects, object),
        Controller::Other if mentions_a_login(object) => WayAccess::unjudged(
            "annotations speak of a login, and which controller reads them is not said or not known here",
        ),
        Controller::Other => WayAccess::Open,
    }
}

/// Whether an annotation could be a login in some controller's words.
pub(super) fn mentions_a_login(object: &Object) -> bool {
    texts_at(&object.node, &["metadata", "annotations"]).any(|(key, _)| {
        let key = key.to_ascii_lowercase();
        let words = [
            "auth",
            "plugin",
            "middleware",
            "snippet",
            "jwt",
            "oidc",
            "oauth",
            "client-ca",
            "mutual",
            "security",
            "tls.options",
        ];
        // It says how the certificate of the edge is made.
        !key.starts_with("cert-manager.io/") && words.iter().any(|word| key.contains(word))
    })
}
