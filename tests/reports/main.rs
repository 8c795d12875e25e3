//! The forms of an answer that CI servers read: SARIF by its schema, `JUnit` by
//! a reader of others.
//!
//! needs: sarif-schema-2.1.0 junitparser-5.0.3

mod junit;
mod sarif;

use test_support::folder::Folder;

/// Each verdict, a warning, and a name that neither form may take as its own.
fn folder() -> Folder {
    Folder::with(&[
        ("in/a.yaml", "prometheus:\n  server:\n    auth:\n      type: oauth\n      basic: {username: me}\n"),
        ("in/b.yaml", "prometheus: {server: {auth: {type: none, basic: {username: me}}}}\n"),
        ("in/c <&\">]]>%'ü.yaml", "{}\n"),
        ("in/d.yaml", "a: 1\nb: *no\n"),
        ("in/e.yaml", "prometheus: {enabled: false}\n"),
    ])
}

/// A chart whose receiver is on by default; its values say nothing.
fn chart() -> Folder {
    Folder::with(&[
        (
            "c d/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies:\n- {name: prometheus, version: '*', condition: prometheus.enabled}\n",
        ),
        ("c d/values.yaml", "prometheus:\n  server:\n    extraFlags: [a, web.enable-otlp-receiver]\n"),
        ("c d/charts/prometheus/Chart.yaml", "apiVersion: v2\nname: prometheus\nversion: 25.21.0\n"),
        ("v.yaml", "other: 1\n"),
    ])
}
