//! Values as people write them for Trento and Prometheus, with damage.

use crate::chance::Chance;

const FILES: &[&str] = &[
    r#"# Default values for the umbrella chart.
global:
  trentoWeb:
    origin: ""
  prometheus: &prometheus
    url: "http://prometheus-server"
    ports: [9090, 9091]

prometheus:
  enabled: true
  <<: *prometheus
  server:
    retention: 30d
    extraFlags:
      - web.enable-lifecycle
      - web.enable-remote-write-receiver
    extraArgs:
      storage.tsdb.min-block-duration: 2h
    auth:
      type: basic
      basic:
        username: agent
        password: "s3cr3t: # %d"
        existingSecret: ~
    resources:
      limits: {cpu: 500m, memory: 512Mi}
      requests: {cpu: 0.5, memory: 1e3}
    persistentVolume: {enabled: on, size: 8Gi}
  alertmanager: {enabled: no}
  kube-state-metrics:
    enabled: false
...
"#,
    r"---
server:
  global:
    scrape_interval: 1m
    external_labels: {}
  ingress:
    enabled: true
    annotations:
      kubernetes.io/tls-acme: 'true'
    hosts:
    - prometheus.example.org
    tls:
      - secretName: prometheus-tls
        hosts: [prometheus.example.org]
serverFiles:
  prometheus.yml:
    scrape_configs:
      - job_name: prometheus
        static_configs:
          - targets: ['localhost:9090']
      # one more
      - job_name: 'kubernetes-pods'
        relabel_configs:
        - source_labels: [__meta_kubernetes_pod_annotation]
          action: replace
          regex: (.+?)(?::\d+)?;(\d+)
          replacement: $1:$2
  alerting_rules.yml: |
    groups:
      - name: instances
        rules:
        - alert: InstanceDown
          expr: up == 0
          annotations:
            description: '{{ $labels.instance }} is down.'
configmapReload: >-
  folded into
  one line

  and another
",
    "a: &a [1, 2, &b {c: 0x1F}]\nd: *a\ne: {<<: *b, f: 2001-01-01}\n? |\n  key\n: - - x\n    - y\n  - ! 12\n\"q\\u00e9\": 'it''s'\n",
    "{\"json\": {\"a\": [1, 2.5, -0.0, null, true], \"b\": \"\\u00fc \\\" \\\\ \\n\"}, \"n\": 12345678901234567890}\n",
];

/// One of the files with up to six bytes, pieces or lines changed.
pub fn damaged(chance: &mut Chance) -> Vec<u8> {
    let mut text = chance.one_of(FILES).as_bytes().to_vec();
    for _ in 0..chance.below(7) {
        damage(chance, &mut text);
    }
    text
}

fn damage(chance: &mut Chance, text: &mut Vec<u8>) {
    let pieces: &[&[u8]] = &[
        b" ",
        b"  ",
        b"\t",
        b"\n",
        b"\r\n",
        b"\r",
        b":",
        b": ",
        b"-",
        b"- ",
        b"? ",
        b"#",
        b" #",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"&a ",
        b"*a",
        b"*prometheus",
        b"!!str ",
        b"!",
        b"\"",
        b"'",
        b"|",
        b">",
        b"---\n",
        b"\n---\n",
        b"...\n",
        b"%YAML 1.1\n",
        b"<<: ",
        b"~",
        b"\\",
        b"\\/",
        b"\0",
        b"\x07",
        b"\x7F",
        b"\xFF",
        b"\xC3",
        b"\xED\xA0\x80",
        b"\xEF\xBB\xBF",
        b"\xE2\x80\xA8",
        b"\xC2\x85",
        b"\xC3\xA9",
        b"\xF0\x9F\x98\x80",
        b"0",
        b"_",
        b"e",
        b".",
        b"yes",
    ];
    let at = chance.below(text.len() + 1);
    match chance.below(8) {
        0..4 => {
            let piece = chance.one_of(pieces);
            text.splice(at..at, piece.iter().copied());
        }
        4 => {
            let end = (at + 1 + chance.below(3)).min(text.len());
            text.drain(at..end);
        }
        5 => {
            let end = (at + chance.below(60)).min(text.len());
            let copy = text[at..end].to_vec();
            let to = chance.below(text.len() + 1);
            text.splice(to..to, copy);
        }
        6 => text.truncate(at.max(text.len() / 2)),
        _ => {
            // A line one blank further in or out.
            let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            if text.get(start) == Some(&b' ') && chance.percent(50) {
                text.remove(start);
            } else {
                text.insert(start, b' ');
            }
        }
    }
}
