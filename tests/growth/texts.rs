//! Texts that `check` reads: YAML and JSON in all their forms, flags and objects.

use crate::files::repeated;
use crate::{Call, Kind};
use test_support::folder::Folder;

const OFF: &str = "prometheus: {enabled: false}\n";

/// A call of `check` about one file.
fn check(folder: &Folder, text: &str) -> Call {
    folder.write("v.yaml", text);
    Call { arguments: vec!["check".to_owned(), "v.yaml".to_owned()], size: text.len() }
}

/// What stands before, one part for each number, what stands after.
fn parts(folder: &Folder, before: &str, count: usize, part: fn(usize) -> String, after: &str) -> Call {
    check(folder, &format!("{before}{}{after}", repeated(count, part)))
}

fn yaml(folder: &Folder, count: usize, part: fn(usize) -> String) -> Call {
    parts(folder, OFF, count, part, "")
}

fn rendered(folder: &Folder, count: usize, part: fn(usize) -> String) -> Call {
    let mut call = parts(folder, "", count, part, "");
    call.arguments.insert(1, "--rendered".to_owned());
    call
}

fn set(flag: &str, count: usize, part: fn(usize) -> String) -> Call {
    let value = (0..count).map(part).collect::<Vec<_>>().join(",");
    let arguments = ["check", "--set", "prometheus.enabled=false", flag, &value].map(str::to_owned).to_vec();
    // Longer numbers make more of it, and an argument has a limit.
    Call { size: 2 * value.len(), arguments }
}

const POD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: pNUMBER}\nspec: {template: {metadata: {labels: {app: pNUMBER}}, spec: {containers: [{name: prometheus, image: prom/prometheus, args: [--web.enable-remote-write-receiver]}]}}}\n---\n";
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: sNUMBER}\nspec: {selector: {app: pNUMBER}, ports: [{port: 9090}]}\n---\n";

pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "keys", lay: |f, n| yaml(f, n, |i| format!("k{i}: 1\n")) },
    Kind { name: "one key many times", lay: |f, n| yaml(f, n, |i| format!("k: {i}\n")) },
    Kind { name: "tables", lay: |f, n| yaml(f, n, |i| format!("k{i}: {{a: 1}}\n")) },
    Kind {
        name: "items of a list",
        lay: |f, n| parts(f, &format!("{OFF}x:\n"), n, |i| format!("- {i}\n"), ""),
    },
    Kind {
        name: "lists in lists",
        lay: |f, n| {
            parts(f, &format!("{OFF}x:\n"), n, |_| format!("- {}{}\n", "[".repeat(50), "]".repeat(50)), "")
        },
    },
    Kind { name: "comments", lay: |f, n| yaml(f, n, |_| "# a comment\n".to_owned()) },
    Kind { name: "comments after values", lay: |f, n| yaml(f, n, |i| format!("k{i}: 1 # a comment\n")) },
    Kind { name: "empty lines", lay: |f, n| yaml(f, n, |_| "\n".to_owned()) },
    Kind { name: "documents", lay: |f, n| yaml(f, n, |_| "---\na: 1\n".to_owned()) },
    Kind { name: "anchors", lay: |f, n| yaml(f, n, |i| format!("k{i}: &a{i} {{a: 1}}\n")) },
    Kind {
        name: "aliases",
        lay: |f, n| parts(f, &format!("{OFF}b: &b {{a: 1}}\n"), n, |i| format!("k{i}: *b\n"), ""),
    },
    Kind {
        name: "merged tables",
        lay: |f, n| {
            parts(f, &format!("{OFF}b: &b {{a: 1}}\n"), n, |i| format!("k{i}: {{<<: *b, c: 1}}\n"), "")
        },
    },
    Kind {
        name: "a list of merges",
        lay: |f, n| parts(f, &format!("{OFF}b: &b {{a: 1}}\nc: {{<<: ["), n, |_| "*b, ".to_owned(), "*b]}\n"),
    },
    Kind {
        name: "a chain of merges",
        lay: |f, n| {
            parts(
                f,
                &format!("{OFF}a0: &a0 {{x: 1}}\n"),
                n,
                |i| format!("a{}: &a{}\n  <<: *a{i}\n  y: 1\n", i + 1, i + 1),
                "",
            )
        },
    },
    Kind {
        name: "a quoted text",
        lay: |f, n| parts(f, &format!("{OFF}x: \""), n, |_| "a \\n b ".to_owned(), "\"\n"),
    },
    Kind {
        name: "a quoted text of many lines",
        lay: |f, n| parts(f, &format!("{OFF}x: '"), n, |_| "a b\n\n  ".to_owned(), "'\n"),
    },
    Kind { name: "quoted texts", lay: |f, n| yaml(f, n, |i| format!("k{i}: \"a\\tb\"\n")) },
    Kind {
        name: "a plain text of many lines",
        lay: |f, n| parts(f, &format!("{OFF}x: a"), n, |_| " b\n  c".to_owned(), "\n"),
    },
    Kind {
        name: "a block of lines",
        lay: |f, n| parts(f, &format!("{OFF}x: |\n"), n, |_| "  a b\n".to_owned(), ""),
    },
    Kind {
        name: "a folded block",
        lay: |f, n| parts(f, &format!("{OFF}x: >\n"), n, |_| "  a b\n\n".to_owned(), ""),
    },
    Kind { name: "tags", lay: |f, n| yaml(f, n, |i| format!("k{i}: !!str 1\n")) },
    Kind { name: "keys after question marks", lay: |f, n| yaml(f, n, |i| format!("? k{i}\n: 1\n")) },
    Kind { name: "letters beyond ASCII", lay: |f, n| yaml(f, n, |i| format!("k{i}: ä\n")) },
    Kind { name: "lines that end in CR LF", lay: |f, n| yaml(f, n, |i| format!("k{i}: 1\r\n")) },
    Kind {
        name: "one line of YAML",
        lay: |f, n| parts(f, &format!("{OFF}x: ["), n, |i| format!("{{name: n{i}, v: 'a b'}}, "), "1]\n"),
    },
    Kind {
        name: "one line of letters beyond ASCII",
        lay: |f, n| parts(f, &format!("{OFF}x: ["), n, |i| format!("ä{i}, "), "1]\n"),
    },
    Kind {
        name: "one line of JSON",
        lay: |f, n| {
            parts(
                f,
                "{\"prometheus\":{\"enabled\":false},\"x\":[\"\\u003c\"",
                n,
                |i| format!(",{{\"name\":\"n{i}\",\"value\":\"t{i}\"}}"),
                "]}",
            )
        },
    },
    Kind {
        name: "one line of deep JSON",
        lay: |f, n| {
            parts(
                f,
                "{\"prometheus\":{\"enabled\":false},\"x\":[\"\\u003c\"",
                n,
                |_| format!(",{}1{}", "{\"a\":".repeat(50), "}".repeat(50)),
                "]}",
            )
        },
    },
    Kind {
        name: "one line of anchors",
        lay: |f, n| parts(f, &format!("{OFF}x: [1"), n, |i| format!(",&a{i} \"b\""), "]\n"),
    },
    Kind {
        name: "flags of Prometheus",
        lay: |f, n| {
            parts(
                f,
                "prometheus:\n  server:\n    auth: {type: none}\n    extraFlags:\n",
                n,
                |i| format!("    - web.flag{i}\n"),
                "",
            )
        },
    },
    Kind {
        name: "features in a list",
        lay: |f, n| {
            parts(
                f,
                "prometheus:\n  server:\n    auth: {type: none}\n    extraArgs:\n      enable-feature: a",
                n,
                |i| format!(",f{i}"),
                "\n",
            )
        },
    },
    Kind {
        name: "keys of the server",
        lay: |f, n| {
            parts(f, "prometheus:\n  server:\n    auth: {type: none}\n", n, |i| format!("    k{i}: 1\n"), "")
        },
    },
    Kind { name: "--set keys", lay: |_, n| set("--set", n, |i| format!("k{i}=1")) },
    Kind { name: "--set items", lay: |_, n| set("--set", n, |i| format!("x[{i}]=1")) },
    Kind { name: "--set below a key", lay: |_, n| set("--set", n, |i| format!("x.k{i}=1")) },
    Kind {
        name: "--set one text",
        lay: |_, n| set("--set", n, |i| if i == 0 { "x=a".to_owned() } else { "\\".to_owned() }),
    },
    Kind {
        name: "--set-json",
        lay: |_, n| set("--set-json", n, |i| if i == 0 { "x=[1".to_owned() } else { format!("{i}") }),
    },
    Kind { name: "pods", lay: |f, n| rendered(f, n, |i| POD.replace("NUMBER", &i.to_string())) },
    Kind {
        name: "pods and Services",
        lay: |f, n| rendered(f, n, |i| (POD.to_owned() + SERVICE).replace("NUMBER", &i.to_string())),
    },
    Kind {
        name: "objects that say nothing",
        lay: |f, n| {
            rendered(f, n, |i| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\n---\n"))
        },
    },
];
