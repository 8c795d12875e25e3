//! A stream → the documents in it, and which of them cannot matter.
//!
//! Cut as k8s.io/apimachinery cuts it, at lines that begin with three dashes.
//! Most of what a chart renders (definitions of resources, roles) says nothing
//! about a receiver. Such a document is left out before it is parsed, but only
//! where its kind cannot be another one than the one that is read here: a
//! second key, a quoted one or anything else that YAML could turn into a key
//! of the outermost table ends the attempt, and the document is parsed.

use super::kinds;

/// One document.
#[derive(Debug)]
pub(super) struct Piece<'t> {
    pub text: &'t str,
    /// Lines of the stream above it.
    pub line_base: u32,
}

/// All documents; the number of a line that begins with three dashes and more.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, u32> {
    let mut pieces = Vec::new();
    let (mut begin, mut line_base) = (0, 0);
    let mut add = |from: usize, to: usize, line_base: u32| {
        let text = &text[from..to];
        if !text.trim_ascii().is_empty() {
            pieces.push(Piece { text, line_base });
        }
    };
    let at_start = text.starts_with("---").then_some(0);
    let others = text.match_indices("\n---").map(|(at, _)| at + 1);
    for at in at_start.into_iter().chain(others) {
        add(begin, at, line_base);
        line_base += lines(&text[begin..at]);
        let length = text[at..].find('\n').map_or(text.len() - at, |end| end + 1);
        if !only_a_comment(&text[at + 3..at + length]) {
            return Err(line_base + 1);
        }
        begin = at + length;
        line_base += 1;
    }
    add(begin, text.len(), line_base);
    Ok(pieces)
}

fn lines(text: &str) -> u32 {
    let count = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn only_a_comment(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

/// Whether a document is surely of a kind that nobody here asks for.
pub(super) fn cannot_matter(text: &str) -> bool {
    plain_kind(text).is_some_and(|kind| !kinds::matters(kind))
}

/// The kind of an object that is written plainly: `apiVersion` and `kind` are
/// its first two lines, and nothing below can say another one.
fn plain_kind(text: &str) -> Option<&str> {
    let mut lines = text.split('\n').filter(|line| {
        let line = line.trim_end();
        !line.is_empty() && !(line.starts_with('#'))
    });
    let mut kind = None;
    for _ in 0..2 {
        let (key, value) = lines.next()?.trim_end().split_once(": ")?;
        let value = value.trim_matches(' ');
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/');
        if !value.starts_with(|c: char| c.is_ascii_alphabetic()) || !value.chars().all(is_plain) {
            return None;
        }
        match key {
            "apiVersion" => {}
            "kind" if kind.is_none() => kind = Some(value),
            _ => return None,
        }
    }
    lines.all(says_no_kind).then_some(kind?)
}

/// A line that is part of what stands above it, or begins with a plain key that
/// is not `kind`.
fn says_no_kind(line: &str) -> bool {
    match line.as_bytes() {
        [] | [b' ' | b'#', ..] | [b'\r' | b'-'] | [b'-', b' ', ..] => true,
        [first, ..] => first.is_ascii_alphabetic() && !line.starts_with("kind"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "apiVersion: v1\nkind: Role\n";

    #[test]
    fn documents_are_cut_at_lines_of_three_dashes() {
        let text = "---\na: 1\n---\n---\n# Source\nb: |\n  ---\n--- # c\nc: 1";
        let found: Vec<_> = pieces(text).expect("plain").into_iter().map(|p| (p.text, p.line_base)).collect();
        assert_eq!(found, [("a: 1\n", 1), ("# Source\nb: |\n  ---\n", 4), ("c: 1", 8)]);
        assert_eq!(pieces("a: 1\n--- b\n").expect_err("a text after dashes"), 2);
        assert!(pieces("").expect("empty").is_empty());
    }

    #[test]
    fn a_document_is_left_out_where_its_kind_is_plain() {
        for below in ["", "metadata:\n  name: kind\n", "rules:\n- kind: Service\n", "# kind: Service\n"] {
            assert!(cannot_matter(&format!("# Source: a\n{HEAD}{below}")), "{below}");
        }
        assert!(cannot_matter("kind: Role\r\napiVersion: rbac/v1\r\nrules: []\r\n"));
    }

    #[test]
    fn a_document_that_could_be_another_is_parsed() {
        for below in [
            "kind: Service\n",
            "\"kind\": Service\n",
            "'kind': Service\n",
            "\"\\x6bind\": Service\n",
            "? kind\n: Service\n",
            "!!str kind: Service\n",
            "&a kind: Service\n",
            "<<: {kind: Service}\n",
            "a: &k kind\n*k : Service\n",
            "a: \"x\nkind: Service\n\"\n",
            "%YAML 1.1\n",
            "...\nb: 1\n",
            "\tkind: Service\n",
            "\u{feff}kind: Service\n",
        ] {
            assert!(!cannot_matter(&format!("{HEAD}{below}")), "{below}");
        }
        for text in [
            "{kind: Role, apiVersion: v1}",
            "kind: *a\napiVersion: v1\n",
            "kind: Role\n",
            " kind: Role\n a: 1\n",
        ] {
            assert!(!cannot_matter(text), "{text}");
        }
        assert!(!cannot_matter("apiVersion: v1\nkind: Service\n"));
        assert!(!cannot_matter("apiVersion: v1\nkind: RoleList\n"));
    }
}
