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
