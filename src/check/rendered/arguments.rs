//! A container → the arguments that its process is started with.
//!
//! `$(NAME)` is replaced from the container's environment and `$$` is a dollar,
//! as the API says. What comes from a Secret, a field or an unread `envFrom` is
//! not known: the argument is known up to there. Arguments can hold
//! credentials, so nothing here is printed.

use super::look::{at, list_at, text, text_at};
use helm_values::Node;
use std::cell::Cell;
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

/// Linux starts no process with an argument or a variable that is longer, in bytes.
const LONGEST: usize = 128 << 10;

/// How many bytes all names of a stream may still be replaced with: names in
/// values of names make long texts of short ones.
pub(super) struct Expansions(Cell<usize>);

impl Default for Expansions {
    fn default() -> Self {
        Expansions(Cell::new(64 << 20))
    }
}

impl Expansions {
    /// Whether so many bytes more are still within bounds.
    fn take(&self, bytes: usize) -> bool {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }
}

/// Reads `command` and `args`: the one replaces the image's entry point and its
/// arguments, the other its arguments alone.
pub(super) fn read(container: &Node, expansions: &Expansions) -> ContainerCommand {
    let environment = Environment::read(container, expansions);
    let expanded = |node: &Node| match text(node) {
        Some(text) => environment.expand(text),
        None => ContainerArgument { text: String::new(), whole: false },
    };
    let mut command = list_at(container, &["command"]).iter().map(expanded);
    let program = command.next();
    let arguments = command.chain(list_at(container, &["args"]).iter().map(expanded)).collect();
    ContainerCommand { program, arguments }
}

struct Environment<'e> {
    expansions: &'e Expansions,
    /// What each name stands for, where that is known.
    variables: HashMap<String, Option<String>>,
    /// Whether there are names that are not known.
    open: bool,
}

impl<'e> Environment<'e> {
    fn read(container: &Node, expansions: &'e Expansions) -> Self {
        let open = !list_at(container, &["envFrom"]).is_empty();
        let mut environment = Environment { expansions, variables: HashMap::new(), open };
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

    /// Text with its names replaced; cut at the first that is not known, or that
    /// makes it too long for any process.
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
                    Some(Some(value))
                        if expanded.len() + value.len() <= LONGEST && self.expansions.take(value.len()) =>
                    {
                        expanded.push_str(value);
                    }
                    None if !self.open => expanded.extend(["$(", name, ")"]),
                    Some(_) | None => return ContainerArgument { text: expanded, whole: false },
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

    fn environment<'e>(
        expansions: &'e Expansions,
        variables: &[(&str, Option<&str>)],
        open: bool,
    ) -> Environment<'e> {
        let owned = |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
        Environment { expansions, variables: variables.iter().map(owned).collect(), open }
    }

    #[test]
    fn names_are_replaced_as_the_api_says() {
        let expansions = Expansions::default();
        let known = environment(&expansions, &[("A", Some("x")), ("S", None)], false);
        for (text, expanded, whole) in [
            ("--a=$(A)$(A)", "--a=xx", true),
            ("$$(A) $$$(A) $A $( $(", "$(A) $x $A $( $(", true),
            ("$(B)", "$(B)", true),
            ("--b=$(S)-c", "--b=", false),
            ("$", "$", true),
        ] {
            assert_eq!(known.expand(text), ContainerArgument { text: expanded.to_owned(), whole }, "{text}");
        }
        assert!(!environment(&expansions, &[], true).expand("$(B)").whole);
    }

    #[test]
    fn what_no_process_takes_is_not_built() {
        let expansions = Expansions::default();
        let half = "x".repeat(LONGEST / 2);
        let known = environment(&expansions, &[("H", Some(&half))], false);
        assert!(known.expand("$(H)$(H)").whole);
        let cut = known.expand("$(H)$(H)$(H)");
        assert_eq!((cut.text.len(), cut.whole), (LONGEST, false));
        assert!((0..2000).any(|_| !known.expand("$(H)").whole), "all texts together have no bound");
    }
}
