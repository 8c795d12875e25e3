//! Texts that something replaces before Helm sees them: encrypted, templated,
//! looked up. Their own letters are never judged.

use super::unknowns::Unknowns;
use crate::policy::placeholder::{ENCRYPTED, REFERENCES, TEMPLATE, VARIABLE};
use helm_values::{Node, Table, Value};

/// Who works on a document before Helm does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    /// `${NAME}`, by the Kustomization that applies it.
    Flux,
    /// `<path:…>` and the like, by a plugin.
    Argo,
    /// `{{ … }}`, of an `ApplicationSet`.
    ApplicationSet,
    /// `{{ … }}` and `ref+…`.
    Helmfile,
    /// `${ … }` and labels of the cluster.
    Fleet,
    /// Nothing of its own.
    Kustomize,
}

/// Replaces what is not the text that Helm will see. A key that is none is a
/// table of which nothing is known.
pub(super) fn replaced(table: Table, tool: Tool, unknowns: &mut Unknowns) -> Table {
    let mut all = Table::new();
    let mut whole = None;
    for (key, node) in table {
        if why(&key, tool).is_some() {
            whole.get_or_insert(node.origin);
        } else {
            let node = replaced_node(node, tool, unknowns);
            all.insert(key, node);
        }
    }
    if let Some(origin) = whole {
        let over = unknowns.table("a key here is made by a template; write it as it will be", &origin);
        helm_values::merge_tables(&mut all, over);
    }
    all
}

fn replaced_node(node: Node, tool: Tool, unknowns: &mut Unknowns) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::Text(text) => match why(&text, tool) {
            Some(why) => {
                let reason = format!(
                    "what stands here is {why}, and the verdict depends on it; judge what comes of it, or keep the login in an existingSecret"
                );
                unknowns.value(reason, &origin)
            }
            None => Value::Text(text),
        },
        Value::Table(table) => Value::Table(replaced(table, tool, unknowns)),
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| replaced_node(item, tool, unknowns)).collect())
        }
        other @ (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_)) => other,
    };
    Node { value, origin }
}

/// What replaces a text, if anything does.
pub(super) fn why(text: &str, tool: Tool) -> Option<&'static str> {
    let holds = |[before, _]: [&str; 2]| text.contains(before);
    if text.starts_with(ENCRYPTED[0]) && text.ends_with(ENCRYPTED[1]) {
        return Some("encrypted");
    }
    match tool {
        Tool::Flux if holds(VARIABLE) => Some("a variable that Flux replaces"),
        Tool::Argo if is_vaulted(text) => Some("a placeholder that a plugin replaces"),
        Tool::ApplicationSet | Tool::Helmfile if holds(TEMPLATE) => Some("a template"),
        Tool::Helmfile if REFERENCES.iter().any(|sign| text.starts_with(sign)) => {
            Some("a reference to a value elsewhere")
        }
        Tool::Fleet if holds(VARIABLE) || text.starts_with("global.fleet.clusterLabels.") => {
            Some("a template")
        }
        Tool::Flux | Tool::Argo | Tool::ApplicationSet | Tool::Helmfile | Tool::Fleet | Tool::Kustomize => {
            None
        }
    }
}

/// `<path:secret/data#key>`, or `<key>` with an annotation that need not stand here.
fn is_vaulted(text: &str) -> bool {
    text.split_once('<').is_some_and(|(_, rest)| rest.contains('>'))
}

/// A parameter of Argo CD as its `Env.Envsubst` leaves it, names that only it
/// knows being empty texts; none where one of its own names is asked for.
pub(super) fn expanded(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, width) = variable(after);
        match name {
            "$" => out.push('$'),
            "" if width == 0 => out.push('$'),
            name if name.starts_with("ARGOCD_") => return None,
            // Unknown, or a brace without a name or an end: it is eaten.
            _ => {}
        }
        rest = &after[width..];
    }
    out.push_str(rest);
    Some(out)
}

/// The name after a dollar sign and how much it takes, as Go's `os.Expand` reads it.
fn variable(text: &str) -> (&str, usize) {
    if let Some(inside) = text.strip_prefix('{') {
        return inside.find('}').map_or(("", 1), |end| (&inside[..end], end + 2));
    }
    if text.starts_with(|c: char| "*#$@!?-0123456789".contains(c)) {
        return (&text[..1], 1);
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go 1.26 prints for the same texts with a mapping that knows `$` alone.
    #[test]
    fn a_parameter_is_expanded_as_go_expands_it() {
        for (text, expanded_text) in [
            ("$2y$05$abc", "y5"),
            ("pa$word", "pa"),
            ("$apr1$x/y", "/y"),
            ("a$$b", "a$b"),
            ("a$", "a$"),
            ("a$.b", "a$.b"),
            ("${A}b", "b"),
            ("${}b", "b"),
            ("plain", "plain"),
        ] {
            assert_eq!(expanded(text).as_deref(), Some(expanded_text), "{text}");
        }
        assert_eq!(expanded("x-$ARGOCD_APP_NAME"), None);
    }
}
