//! The kinds of objects that can say something about a receiver.

/// The kinds that are looked at. Whatever can lead a request is among them,
/// also what is not understood here.
const KINDS: &[&str] = &[
    "AuthenticationFilter",
    "BackendTrafficPolicy",
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "GCPBackendPolicy",
    "GRPCRoute",
    "HTTPProxy",
    "HTTPRoute",
    "Ingress",
    "IngressRoute",
    "IngressRouteTCP",
    "Job",
    "Mapping",
    "Middleware",
    "Pod",
    "Prometheus",
    "PrometheusAgent",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
    "Route",
    "Secret",
    "SecurityPolicy",
    "Service",
    "StatefulSet",
    "TCPRoute",
    "TLSOption",
    "TLSRoute",
    "TraefikService",
    "VMAgent",
    "VMCluster",
    "VMSingle",
    "VirtualServer",
    "VirtualService",
];

/// Whether a document of this kind is looked at: of one that is read, or a list.
pub(super) fn matters(kind: &str) -> bool {
    kind.ends_with("List") || is_read(kind)
}

/// Whether objects of this kind are kept.
pub(super) fn is_read(kind: &str) -> bool {
    KINDS.binary_search(&kind).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted() {
        assert!(KINDS.is_sorted());
    }
}
