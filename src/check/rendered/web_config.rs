//! `--web.config.file` and the operator's `web.tlsConfig` → does Prometheus
//! itself ask for a login?
//!
//! Only users in `basic_auth_users` and client certificates that are verified
//! are one; TLS alone is not. What the file holds is never printed.

use super::access::WayAccess;
use super::look::{at, table, text_at};
use super::objects::Objects;
use super::pod::Pod;
use super::{receiver, secrets, stream};
use helm_values::{Node, Source, SourceKind};
use std::sync::Arc;

const VERIFIED: &str = "RequireAndVerifyClientCert";

/// What Prometheus itself asks for.
pub(super) fn access(objects: &Objects, pod: &Pod) -> WayAccess {
    if let Some(tls) = pod.tls {
        return operators(objects, pod, tls);
    }
    match &pod.prometheus.web_config {
        None => WayAccess::Open,
        Some(None) => WayAccess::unjudged("the name of the file of --web.config.file is not in the objects"),
        Some(Some(path)) => {
            let Some(container) =
                pod.containers.iter().find(|one| receiver::is_prometheus(one.image, &one.line))
            else {
                return WayAccess::Open;
            };
            match secrets::mounted(objects, pod, container, path) {
                Ok(text) => of_file(&text),
                Err(why) => WayAccess::unjudged(format!("the file of --web.config.file is not known, {why}")),
            }
        }
    }
}

fn of_file(text: &str) -> WayAccess {
    let source = Arc::new(Source { kind: SourceKind::File, name: String::new() });
    let Ok(Some(config)) = stream::document(text.as_bytes(), &source, 0) else {
        return WayAccess::unjudged("the file of --web.config.file is not YAML");
    };
    if at(&config, &["auth_excluded_paths"]).is_some() {
        return WayAccess::unjudged("the file of --web.config.file leaves paths out of the login");
    }
    if at(&config, &["basic_auth_users"]).and_then(table).is_some_and(|users| !users.is_empty()) {
        return WayAccess::guarded("basic auth of Prometheus itself");
    }
    let tls = |key| text_at(&config, &["tls_server_config", key]);
    let ca = tls("client_ca_file").or(tls("client_ca")).is_some_and(|ca| !ca.is_empty());
    if tls("client_auth_type") == Some(VERIFIED) && ca {
        return WayAccess::guarded("client certificates, which Prometheus itself verifies");
    }
    WayAccess::Open
}

fn operators(objects: &Objects, pod: &Pod, tls: &Node) -> WayAccess {
    if text_at(tls, &["clientAuthType"]) != Some(VERIFIED) {
        return WayAccess::Open;
    }
    let named = |key, kind| {
        let name = text_at(tls, &["client_ca", key, "name"])?;
        Some(objects.find(kind, &pod.object.namespace, name).is_some())
    };
    match named("secret", "Secret").or_else(|| named("configMap", "ConfigMap")) {
        Some(true) => WayAccess::guarded("client certificates, which Prometheus itself verifies"),
        Some(false) => WayAccess::unjudged("the authority of client certificates is not in the objects"),
        None if at(tls, &["clientCAFile"]).is_some() => {
            WayAccess::unjudged("the authority of client certificates is a file, which is not in the objects")
        }
        None => WayAccess::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_users_and_verified_certificates_are_a_login() {
        let is = |text: &str| of_file(text).as_str();
        assert_eq!(is("basic_auth_users: {a: $2y$05$x}"), "guarded");
        assert_eq!(is("basic_auth_users: {}"), "open");
        assert_eq!(is("basic_auth_users:\n"), "open");
        assert_eq!(is("tls_server_config: {cert_file: a, key_file: b}"), "open");
        let tls = |kind| format!("tls_server_config: {{client_auth_type: {kind}, client_ca_file: ca}}");
        assert_eq!(is(&tls("RequireAndVerifyClientCert")), "guarded");
        assert_eq!(is(&tls("RequireAnyClientCert")), "open");
        assert_eq!(is(&tls("VerifyClientCertIfGiven")), "open");
        assert_eq!(is("basic_auth_users: {a: b}\nauth_excluded_paths: [/]"), "not judged");
        assert_eq!(is("[: "), "not judged");
    }
}
