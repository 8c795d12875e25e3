//! Traefik's objects → routes, and the logins of its middlewares.
//!
//! As Traefik 3 reads them. A middleware counts where it and the Secret that it
//! names are in the stream: Traefik drops a router whose middleware is broken,
//! and the request falls to the next one.

use super::access::WayAccess;
use super::look::{at, entries_at, is_true, list_at, text, text_at};
use super::objects::{Object, Objects, can_be_one, plain_name};
use super::paths::PathRule;
use super::route::{self, Route};
use super::secrets;
use helm_values::Node;

const PREFIX: &str = "traefik.ingress.kubernetes.io/";
/// Chains within chains; more are nobody's.
const DEEPEST: usize = 8;

pub(super) fn read<'t>(objects: &'t Objects, object: &'t Object, routes: &mut Vec<Route<'t>>) {
    let tcp = object.kind == "IngressRouteTCP";
    for rule in list_at(&object.node, &["spec", "routes"]) {
        let certificates = tls(objects, object, tcp);
        let middlewares = list_at(rule, &["middlewares"]);
        let mut access = vec![certificates];
        if !tcp {
            access.extend(middlewares.iter().map(|one| reference(objects, one, &object.namespace)));
        }
        let access = WayAccess::any_of(access);
        let paths = if tcp || middlewares.iter().any(|one| rewrites(objects, one, &object.namespace)) {
            PathRule::All
        } else {
            path_rule(text_at(rule, &["match"]).unwrap_or_default())
        };
        for service in list_at(rule, &["services"]) {
            let Some(name) = text_at(service, &["name"]) else { continue };
            let weighted = text_at(service, &["kind"]) == Some("TraefikService");
            // What it leads to is found where the TraefikService is read.
            if !weighted {
                routes.push(Route {
                    object,
                    node: rule,
                    namespace: text_at(service, &["namespace"]).unwrap_or(&object.namespace),
                    service: name,
                    port: route::port(service, &[&["port"]]),
                    paths: paths.clone(),
                    access: access.clone(),
                });
            }
        }
    }
}

/// What Traefik asks for at an Ingress.
pub(super) fn of_ingress(objects: &Objects, object: &Object) -> WayAccess {
    let get = |name: &str| object.annotation(&format!("{PREFIX}{name}"));
    let named = route::items(get("router.middlewares").unwrap_or_default());
    let middlewares = named.map(|name| {
        let Some(name) = name.strip_suffix("@kubernetescrd") else {
            return WayAccess::unjudged("a middleware of Traefik is defined outside of the cluster");
        };
        // NAMESPACE-NAME: both can have dashes, so all are tried.
        let cuts = name.match_indices('-').map(|(at, _)| (&name[..at], &name[at + 1..]));
        let found = cuts.filter_map(|(namespace, name)| {
            objects.called("Middleware", name).find(|one| can_be_one(&one.namespace, namespace))
        });
        found.map(|one| middleware(objects, one, 0)).next().unwrap_or_else(|| missing("middleware"))
    });
    let access = WayAccess::any_of(middlewares);
    let tls = get("router.tls") == Some("true") || !list_at(&object.node, &["spec", "tls"]).is_empty();
    match get("router.tls.options") {
        Some(_) if !tls => access,
        Some(name) => {
            let name = name.trim_end_matches("@kubernetescrd");
            let cuts = name.match_indices('-').map(|(at, _)| (&name[..at], &name[at + 1..]));
            let options = cuts.filter_map(|(namespace, name)| {
                objects.called("TLSOption", name).find(|one| can_be_one(&one.namespace, namespace))
            });
            let options = options.take(1).last();
            access.then(&options.map_or_else(|| missing("TLSOption"), |one| certificates(objects, one)))
        }
        None => access,
    }
}

fn missing(what: &str) -> WayAccess {
    WayAccess::unjudged(format!("a {what} of Traefik that is named there is not in the objects"))
}

fn reference(objects: &Objects, node: &Node, namespace: &str) -> WayAccess {
    let name = text_at(node, &["name"]).unwrap_or_default();
    if name.contains('@') {
        return WayAccess::unjudged("a middleware of Traefik is defined outside of the cluster");
    }
    let namespace = text_at(node, &["namespace"]).unwrap_or(namespace);
    match objects.find("Middleware", namespace, name) {
        Some(one) => middleware(objects, one, 0),
        None => missing("middleware"),
    }
}

/// What a middleware asks for, by its name.
pub(super) fn named(objects: &Objects, namespace: &str, name: &str) -> WayAccess {
    objects
        .find("Middleware", namespace, name)
        .map_or_else(|| missing("middleware"), |one| middleware(objects, one, 0))
}

fn middleware(objects: &Objects, object: &Object, depth: usize) -> WayAccess {
    if depth > DEEPEST || !objects.step() {
        return WayAccess::unjudged("chains of middlewares are within each other without end");
    }
    let spec = |path: &[&str]| at(&object.node, &["spec"]).and_then(|spec| at(spec, path));
    if spec(&["plugin"]).is_some() {
        return WayAccess::unjudged("a plugin of Traefik is not read here");
    }
    for (key, what) in [("basicAuth", "basic auth"), ("digestAuth", "digest auth")] {
        if let Some(auth) = spec(&[key]) {
            return login(objects, object, auth, what);
        }
    }
    if spec(&["forwardAuth", "address"]).and_then(text).is_some_and(|address| !address.is_empty()) {
        return WayAccess::guarded("forwardAuth of Traefik");
    }
    if spec(&["ipAllowList"]).is_some_and(lets_nobody_in) {
        return WayAccess::guarded("a list of addresses that nobody has");
    }
    let Some(chain) = spec(&["chain"]) else { return WayAccess::Open };
    WayAccess::any_of(list_at(chain, &["middlewares"]).iter().map(|one| {
        let name = text_at(one, &["name"]).unwrap_or_default();
        let namespace = text_at(one, &["namespace"]).unwrap_or(&object.namespace);
        match objects.find("Middleware", namespace, name) {
            Some(one) => middleware(objects, one, depth + 1),
            None => missing("middleware"),
        }
    }))
}

/// Of type basic-auth a Secret holds both halves; of others one key alone.
fn login(objects: &Objects, object: &Object, auth: &Node, what: &str) -> WayAccess {
    let Some(name) = text_at(auth, &["secret"]) else {
        return WayAccess::unjudged(format!("{what} of Traefik names no Secret"));
    };
    let Some(secret) = objects.find("Secret", &object.namespace, name) else {
        return WayAccess::unjudged(format!(
            "the Secret {} for {what} of Traefik is not in the objects",
            plain_name(name)
        ));
    };
    let keys = secrets::keys(secret);
    let fits = if text_at(&secret.node, &["type"]) == Some("kubernetes.io/basic-auth") {
        what == "basic auth" && keys.contains(&"username") && keys.contains(&"password")
    } else {
        keys.len() == 1
    };
    if fits {
        return WayAccess::guarded(format!("{what} of Traefik"));
    }
    WayAccess::unjudged(format!("the Secret {secret} is not one that {what} of Traefik takes"))
}

/// RFC 5737 keeps these addresses for documentation.
fn lets_nobody_in(list: &Node) -> bool {
    let ranges = list_at(list, &["sourceRange"]);
    let nobody = |range: &Node| {
        text(range).is_some_and(|range| {
            ["192.0.2.", "198.51.100.", "203.0.113."].iter().any(|net| range.starts_with(net))
                && range.ends_with("/32")
        })
    };
    !ranges.is_empty() && ranges.iter().all(nobody) && at(list, &["ipStrategy"]).is_none()
}

fn tls(objects: &Objects, object: &Object, tcp: bool) -> WayAccess {
    let Some(tls) = at(&object.node, &["spec", "tls"]) else { return WayAccess::Open };
    if tcp && is_true(tls, &["passthrough"]) {
        return WayAccess::Open;
    }
    let Some(name) = text_at(tls, &["options", "name"]) else {
        let default =
            objects.called("TLSOption", "default").any(|one| certificates(objects, one) != WayAccess::Open);
        return if default {
            WayAccess::unjudged("the default TLSOption may ask for certificates")
        } else {
            WayAccess::Open
        };
    };
    let namespace = text_at(tls, &["options", "namespace"]).unwrap_or(&object.namespace);
    objects
        .find("TLSOption", namespace, name)
        .map_or_else(|| missing("TLSOption"), |one| certificates(objects, one))
}

/// Certificates are a login where they are verified against an authority that
/// is there.
fn certificates(objects: &Objects, option: &Object) -> WayAccess {
    let Some(auth) = at(&option.node, &["spec", "clientAuth"]) else { return WayAccess::Open };
    if !matches!(text_at(auth, &["clientAuthType"]), None | Some("RequireAndVerifyClientCert")) {
        return WayAccess::Open;
    }
    let names: Vec<&str> = list_at(auth, &["secretNames"]).iter().filter_map(text).collect();
    if names.is_empty() {
        return WayAccess::Open;
    }
    if names.iter().all(|name| objects.find("Secret", &option.namespace, name).is_some()) {
        return WayAccess::guarded("client certificates of Traefik");
    }
    WayAccess::unjudged("the authority of client certificates of Traefik is not in the objects")
}

/// Kinds of middlewares that change the path.
fn rewrites(objects: &Objects, node: &Node, namespace: &str) -> bool {
    let name = text_at(node, &["name"]).unwrap_or_default();
    let namespace = text_at(node, &["namespace"]).unwrap_or(namespace);
    let Some(object) = objects.find("Middleware", namespace, name) else { return true };
    entries_at(&object.node, &["spec"]).any(|(key, _)| {
        !matches!(
            key,
            "basicAuth"
                | "digestAuth"
                | "forwardAuth"
                | "ipAllowList"
                | "ipWhiteList"
                | "headers"
                | "rateLimit"
                | "inFlightReq"
                | "compress"
                | "buffering"
                | "retry"
        )
    })
}

/// The paths of a rule in which one matcher of paths stands and no other can
/// come beside it.
fn path_rule(rule: &str) -> PathRule {
    if rule.contains("||")
        || rule.contains('!')
        || rule.contains("Regexp")
        || rule.matches("Path").count() != 1
    {
        return PathRule::All;
    }
    let argument = |name: &str| {
        let (_, after) = rule.split_once(&format!("{name}("))?;
        let quote = after.chars().next().filter(|quote| matches!(quote, '`' | '"'))?;
        let (path, after) = after[1..].split_once(quote)?;
        after.trim_ascii_start().starts_with(')').then(|| path.to_owned())
    };
    argument("PathPrefix")
        .map(PathRule::Prefix)
        .or_else(|| argument("Path").map(PathRule::Exact))
        .unwrap_or(PathRule::All)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_with_one_matcher_of_paths_is_read() {
        let is = |rule: &str| path_rule(rule);
        assert_eq!(is("Host(`a`) && PathPrefix(`/p`)"), PathRule::Prefix("/p".into()));
        assert_eq!(is("Path(\"/p\")"), PathRule::Exact("/p".into()));
        for rule in [
            "Host(`a`)",
            "PathPrefix(`/a`) || Host(`b`)",
            "!PathPrefix(`/a`)",
            "PathPrefix(`/a`, `/b`)",
            "PathRegexp(`/a`)",
            "",
        ] {
            assert_eq!(is(rule), PathRule::All, "{rule}");
        }
    }
}
