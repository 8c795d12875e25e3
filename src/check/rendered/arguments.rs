//! A container → the arguments that its process is started with.
//!
//! `$(NAME)` is replaced from the container's environment and `$$` is a dollar,
//! as the API says. What comes from a Secret, a field or an unread `envFrom` is
//! not known: the argument is known up to there. Arguments can hold
//! credentials, so nothing here is printed.

use super::look::{at, list_at, text, text_at};
use helm_values::Node;
use std::collections::HashMap;

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContainerArgument {
    pub text: String,
    /// Whether that is the whole of it; else what follows is not known.
    pub whole: bool,
}

impl ContainerArgument {
    pub(super) fn new(text: impl Into<String>) -> Self {
        ContainerArgument { text: text.into(), whole: true }
    }
}

/// What a process is started with.
#[derive(Clone, Debug, Default)]
pub(super) struct ContainerCommand {
    /// The program; none where it is the image's own.
    pub program: Option<ContainerArgument>,
    /// What it is given.
    pub arguments: Vec<ContainerArgument>,
}

/// Reads `command` and `args`: the one replaces the image's entry point and its
/// arguments, the other its arguments alone.
pub(super) fn read(container: &Node) -> ContainerCommand {
    let environment = Environment::read(container);
    let expanded = |node: &Node| match text(node) {
        Some(text) => environment.expand(text),
        None => ContainerArgument { text: String::new(), whole: false },
    };
    let mut command = list_at(container, &["command"]).iter().map(expanded);
    let program = command.next();
    let arguments = command.chain(list_at(container, &["args"]).iter().map(expanded)).collect();
    ContainerCommand { program, arguments }
}

struct Environment {
    /// What each name stands for, where that is known.
    variables: HashMap<String, Option<String>>,
    /// Whether there are names that are not known.
    open: bool,
}

impl Environment {
    fn read(container: &Node) -> Self {
        let open = !list_at(container, &["envFrom"]).is_empty();
        let mut environment = Environment { variables: HashMap::new(), open };
        for variable in list_at(container, &["env"]) {
            let Some(name) = text_at(variable, &["name"]) else { continue };
            let value = if at(variable, &["valueFrom"]).is_some() {
                None
            } else {
                let ContainerArgument { text, whole } =
                    environment.expand(text_at(variable, &["value"]).unwrap_or_default());
                whole.then_some(text)
            };
            environment.variables.insert(name.to_owned(), value);
        }
        environment
    }

    /// Text with its names replaced; cut at the first that is not known.
    fn expand(&self, text: &str) -> ContainerArgument {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            expanded.push_str(before);
            let name = after.strip_prefix('(').and_then(|name| name.split_once(')'));
            if let Some(after) = after.strip_prefix('$') {
                expanded.push('$');
                rest = after;
            } else if let Some((name, after)) = name {
                match self.variables.get(name) {
                    Some(Some(value)) => expanded.push_str(value),
                    None if !self.open => expanded.extend(["$(", name, ")"]),
                    Some(None) | None => return ContainerArgument { text: expanded, whole: false },
                }
                rest = after;
            } else {
                expanded.push('$');
                rest = after;
            }
        }
        expanded.push_str(rest);
        ContainerArgument::new(expanded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, Option<&str>)], open: bool) -> Environment {
        let owned = |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
        Environment { variables: variables.iter().map(owned).collect(), open }
    }

    #[test]
    fn names_are_replaced_as_the_api_says() {
        let known = environment(&[("A", Some("x")), ("S", None)], false);
        for (text, expanded, whole) in [
            ("--a=$(A)$(A)", "--a=xx", true),
            ("$$(A) $$$(A) $A $( $(", "$(A) $x $A $( $(", true),
            ("$(B)", "$(B)", true),
            ("--b=$(S)-c", "--b=", false),
            ("$", "$", true),
        ] {
            assert_eq!(known.expand(text), ContainerArgument { text: expanded.to_owned(), whole }, "{text}");
        }
        assert!(!environment(&[], true).expand("$(B)").whole);
    }
}
