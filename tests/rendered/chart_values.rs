//! Generated values of real charts: the community's, the operator's stack, Bitnami's, an umbrella of them.

use crate::values::{FLAGS, ingress, list, operator};
use serde_json::{Value, json};
use test_support::chance::Chance;

/// prometheus-community's chart.
pub(crate) fn prometheus(chance: &mut Chance) -> Value {
    let mut server = json!({
        "extraFlags": list(chance, FLAGS, 3),
        "service": {"type": chance.one_of(&["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"])},
        "hostNetwork": chance.percent(10),
        "statefulSet": {"enabled": chance.percent(30)},
        "ingress": chart_ingress(chance, "hosts"),
    });
    if chance.percent(20) {
        server["extraArgs"] = json!({"enable-feature": chance.one_of(&["remote-write-receiver", "agent"])});
    }
    if chance.percent(20) {
        server["portName"] = json!("http");
    }
    if chance.percent(15) {
        server["defaultFlagsOverride"] = json!([
            "--config.file=/etc/config/prometheus.yml",
            chance.one_of(&["--web.enable-remote-write-receiver", "--web.enable-lifecycle"])
        ]);
    }
    if chance.percent(20) {
        server["prefixURL"] = json!("/prom");
        server["baseURL"] = json!("http://h/prom");
    }
    if chance.percent(20) {
        server["route"] = json!({"main": {"enabled": true, "hostnames": ["p.example.org"], "parentRefs": [{"name": "gateway"}]}});
    }
    quiet(json!({"server": server}))
}

/// Without what has nothing to do with Prometheus itself.
fn quiet(mut values: Value) -> Value {
    for part in ["alertmanager", "kube-state-metrics", "prometheus-node-exporter", "prometheus-pushgateway"] {
        values[part] = json!({"enabled": false});
    }
    values
}

/// A chart's ingress, with the annotations of the suite's own.
fn chart_ingress(chance: &mut Chance, hosts: &str) -> Value {
    let generated = ingress(chance, 0);
    let class = generated["spec"]["ingressClassName"].clone();
    let annotations = generated["metadata"]["annotations"].clone();
    let mut ingress = json!({"enabled": chance.percent(60), "annotations": annotations, "ingressClassName": class, "path": chance.one_of(&["/", "/prom", "/graph"])});
    ingress[hosts] = json!(["p.example.org"]);
    if chance.percent(40) {
        ingress["tls"] = json!([{"hosts": ["p.example.org"], "secretName": "cert"}]);
    }
    ingress
}

/// kube-prometheus-stack.
pub(crate) fn stack(chance: &mut Chance) -> Value {
    let mut spec = operator(chance)["spec"].clone();
    for key in ["serviceName", "externalUrl", "version"] {
        spec.as_object_mut().expect("a table").remove(key);
    }
    let mut ingress = chart_ingress(chance, "hosts");
    ingress["paths"] = json!([ingress["path"]]);
    let mut prometheus = json!({
        "prometheusSpec": spec,
        "service": {"type": chance.one_of(&["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"])},
        "ingress": ingress,
        "agentMode": chance.percent(15),
    });
    if chance.percent(20) {
        prometheus["servicePerReplica"] =
            json!({"enabled": true, "type": chance.one_of(&["ClusterIP", "NodePort"])});
        prometheus["ingressPerReplica"] =
            json!({"enabled": true, "hostPrefix": "p", "hostDomain": "example.org", "paths": ["/"]});
    }
    if chance.percent(20) {
        prometheus["route"] = json!({"main": {"enabled": true, "hostnames": ["p.example.org"], "parentRefs": [{"name": "gateway"}]}});
    }
    let mut values =
        json!({"prometheus": prometheus, "crds": {"enabled": false}, "defaultRules": {"create": false}});
    for part in [
        "alertmanager",
        "grafana",
        "kubeStateMetrics",
        "nodeExporter",
        "prometheusOperator",
        "kubeApiServer",
        "kubelet",
        "kubeControllerManager",
        "coreDns",
        "kubeEtcd",
        "kubeScheduler",
        "kubeProxy",
    ] {
        values[part] = json!({"enabled": false});
    }
    values
}

/// Bitnami's prometheus.
pub(crate) fn bitnami(chance: &mut Chance) -> Value {
    let mut ingress = chart_ingress(chance, "hosts");
    ingress = json!({"enabled": ingress["enabled"], "annotations": ingress["annotations"], "ingressClassName": ingress["ingressClassName"], "path": ingress["path"], "hostname": "p.example.org", "tls": chance.percent(40)});
    let flags: Vec<String> = list(chance, FLAGS, 2).iter().map(|flag| format!("--{flag}")).collect();
    json!({"alertmanager": {"enabled": false}, "server": {
        "enableRemoteWriteReceiver": chance.percent(50),
        "enableFeatures": list(chance, &["remote-write-receiver", "agent"], 1),
        "extraArgs": flags,
        "service": {"type": chance.one_of(&["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"])},
        "containerPorts": {"http": if chance.percent(80) { 9090 } else { 9099 }},
        "thanos": {"create": chance.percent(15)},
        "ingress": ingress,
    }})
}

/// Bitnami's kube-prometheus.
pub(crate) fn bitnami_operator(chance: &mut Chance) -> Value {
    let bitnami = bitnami(chance)["server"].clone();
    json!({
        "operator": {"enabled": false},
        "alertmanager": {"enabled": false},
        "exporters": {"node-exporter": {"enabled": false}, "kube-state-metrics": {"enabled": false}},
        "prometheus": {
            "enableRemoteWriteReceiver": bitnami["enableRemoteWriteReceiver"],
            "enableFeatures": bitnami["enableFeatures"],
            "service": bitnami["service"],
            "ingress": bitnami["ingress"],
            "thanos": bitnami["thanos"],
        },
    })
}

/// A chart with each of the others below it, each by its own name.
pub(crate) fn umbrella(chance: &mut Chance) -> Value {
    let mut values = json!({"prometheus": prometheus(chance), "kube-prometheus-stack": stack(chance)});
    values["bitnami"] = bitnami(chance);
    values
}
