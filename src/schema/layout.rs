//! How a host's text is laid out, and the policy's text laid out like it.

/// The white space of a JSON text.
pub(super) struct Layout {
    newline: &'static str,
    /// One level of indentation; `None` where all stands in one line.
    unit: Option<String>,
}

impl Layout {
    /// The layout of `text`, an object.
    pub(super) fn parse(text: &str) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let inside = text.trim_start().trim_start_matches('{');
        let blanks = &inside[..inside.len() - inside.trim_start().len()];
        let unit = match blanks.rsplit_once('\n') {
            Some((_, indentation)) => Some(indentation.to_owned()),
            None if inside.trim() == "}" => Some("  ".to_owned()),
            None => None,
        };
        Self { newline, unit }
    }

    /// What stands between two tokens, the second of them on a line of its own
    /// at `depth`.
    pub(super) fn gap(&self, depth: usize) -> String {
        match &self.unit {
            Some(unit) => format!("{}{}", self.newline, unit.repeat(depth)),
            None => String::new(),
        }
    }

    /// `text`, which is indented by two blanks a level, as it stands after a
    /// key at `depth`.
    pub(super) fn lay_out(&self, text: &str, depth: usize) -> String {
        let mut lines = text.lines();
        let mut whole = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            let content = line.trim_start();
            whole.push_str(&self.gap(depth + (line.len() - content.len()) / 2));
            whole.push_str(content);
        }
        whole
    }

    /// `text` of the host itself, that many levels deeper.
    pub(super) fn deeper(&self, text: &str, levels: usize) -> String {
        match &self.unit {
            Some(unit) => text.replace('\n', &format!("\n{}", unit.repeat(levels))),
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_takes_on_the_layout_of_its_host() {
        let policy = "{\n  \"a\": {\n    \"b\": 1\n  }\n}";
        for (host, laid_out) in [
            (
                "{\n    \"x\": 1\n}\n",
                "{\n            \"a\": {\n                \"b\": 1\n            }\n        }",
            ),
            ("{\r\n\t\"x\": 1\r\n}\r\n", "{\r\n\t\t\t\"a\": {\r\n\t\t\t\t\"b\": 1\r\n\t\t\t}\r\n\t\t}"),
            ("{\"x\":1}", "{\"a\": {\"b\": 1}}"),
            ("{}", "{\n      \"a\": {\n        \"b\": 1\n      }\n    }"),
        ] {
            assert_eq!(Layout::parse(host).lay_out(policy, 2), laid_out, "{host}");
        }
    }
}
