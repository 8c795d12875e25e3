//! Files that were made to hurt end in a message, not in a panic, and leave
//! memory alone.
//!
//! needs: nothing

use std::fmt::Write;
use std::sync::Arc;

use helm_values::internals::{ValuesFile, read_values};
use helm_values::{Error, Source, SourceKind, on_deep_stack};

fn read(yaml: &[u8]) -> Result<ValuesFile, Error> {
    let source = Arc::new(Source { kind: SourceKind::File, name: "values.yaml".into() });
    read_values(yaml, &source, true)
}

fn message(yaml: &[u8]) -> String {
    let error = read(yaml).expect_err("it is hostile");
    assert!(error.message.contains("; "), "{}", error.message);
    assert!(!error.message.contains(['"', '\'', '\\']), "{}", error.message);
    error.message
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{below}]").expect("there is memory");
    }
    assert!(message(bomb.as_bytes()).starts_with("aliases repeat"));
}

#[test]
fn a_merge_bomb_is_refused() {
    let mut bomb = String::from("a0: &a0 {x: 1, y: 2}\n");
    for level in 1..30 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} {{<<: [{below}]}}").expect("there is memory");
    }
    assert!(message(bomb.as_bytes()).starts_with("aliases repeat"));
}

#[test]
fn an_anchor_inside_itself_is_refused() {
    for yaml in ["a: &a [*a]", "a: &a {b: *a}", "a: &a {<<: *a}", "a: &a {b: &b [*a, *b]}", "&a ? *a : 1"] {
        message(yaml.as_bytes());
    }
}

#[test]
fn brackets_without_end_are_refused() {
    for bracket in ["[", "{a: ", "- ", "? ", "[{a: "] {
        let refused = message((bracket.repeat((10 << 20) / bracket.len()) + "\n").as_bytes());
        assert!(refused.starts_with("lists and tables are more than 10000 deep"), "{refused}");
    }
}

#[test]
fn the_deepest_document_that_helm_takes_is_read_and_dropped() {
    on_deep_stack(|| {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let yaml = format!("a: {}{}", open.repeat(9999), close.repeat(9999));
            assert_eq!(read(yaml.as_bytes()).expect("Helm takes it").table.len(), 1);
        }
    });
}

#[test]
fn a_hundred_megabytes_are_refused_unread() {
    assert!(message(&vec![b'a'; 100 << 20]).starts_with("the file is larger"));
}

#[test]
fn binary_files_are_refused() {
    for head in
        [&b"\x7FELF\x02\x01\x01\0"[..], b"\x1F\x8B\x08\0", b"\xFF\xFE\0\xD8", b"\0\0\0\0", b"PK\x03\x04"]
    {
        message(&[head, &[0u8, 159, 146, 150].repeat(4096)].concat());
    }
}

#[test]
fn halves_of_letters_before_a_byte_order_mark_are_refused() {
    for count in 500..530 {
        message(&[&b"\x80".repeat(count), "\u{FEFF}".as_bytes()].concat());
    }
}

#[test]
fn what_readers_do_not_agree_on_is_not_read_again_for_ever() {
    assert!(
        message(format!("{{{}}}", "a:,".repeat(100_000)).as_bytes()).starts_with("the text has too much")
    );
}
