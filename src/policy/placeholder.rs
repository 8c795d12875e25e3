//! A password → whether it is what stands where a real one belongs.
//!
//! The forms are those of the tools that fill passwords in: shells and Flux
//! (`${NAME}`), argocd-vault-plugin (`<path:…#…>`, `<key>`), vals (`ref+…://…`),
//! SOPS (`ENC[…]`), Ansible Vault, Jinja and Go templates (`{{ … }}`), and what
//! examples write. Only a warning: a later step may fill it in, and a real
//! password may look like one.

/// What a variable begins with and ends with, in shells, Flux and Fleet.
pub(crate) const VARIABLE: [&str; 2] = ["${", "}"];
/// The same of a template, in Jinja and Go.
pub(crate) const TEMPLATE: [&str; 2] = ["{{", "}}"];
/// The same of a text that SOPS has encrypted.
pub(crate) const ENCRYPTED: [&str; 2] = ["ENC[", "]"];
/// What a reference of vals begins with, also as helmfile and helm-secrets spell it.
pub(crate) const REFERENCES: [&str; 2] = ["ref+", "secretref+"];

/// What examples write, in lower case and without separators.
const OF_EXAMPLES: [&str; 5] = ["changeme", "changeit", "replaceme", "yourpassword", "todo"];

/// What is to be said about a password that nobody filled in.
pub const STATEMENT: &str = "the password looks like a placeholder that was never filled in, and is the password as it stands; judge the values that come after the step which fills it in, or give the password itself";

/// Whether a text is a placeholder.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let encloses = |[before, after]: [&str; 2]| {
        text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(|it| !it.is_empty())
    };
    let holds =
        |[before, after]: [&str; 2]| text.split_once(before).is_some_and(|(_, rest)| rest.contains(after));
    is_of_an_example(text)
        || holds(VARIABLE)
        || holds(TEMPLATE)
        || encloses(["<", ">"])
        || encloses(ENCRYPTED)
        || encloses(["$(", ")"])
        || is_reference(text)
        || text.starts_with("$ANSIBLE_VAULT;")
}

fn is_of_an_example(text: &str) -> bool {
    let separators = |c: char| matches!(c, '-' | '_' | ' ' | '.' | '!');
    let word = || text.chars().filter(|&c| !separators(c)).map(|c| c.to_ascii_lowercase());
    OF_EXAMPLES.iter().any(|example| word().eq(example.chars()))
}

/// vals' `ref+BACKEND://PATH`.
fn is_reference(text: &str) -> bool {
    REFERENCES.iter().any(|before| {
        text.strip_prefix(before)
            .and_then(|rest| rest.split_once("://"))
            .is_some_and(|(name, path)| !name.is_empty() && !path.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_should_have_filled_in_is_a_placeholder() {
        for text in [
            "${PASSWORD}",
            "x-${PASSWORD:-a}",
            "$(PASSWORD)",
            "<path:secret/data/prometheus#password>",
            "<password>",
            "ref+vault://secret/prometheus#/password",
            "secretref+sops://file#/a",
            "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]",
            "{{ vault_password }}",
            "changeme",
            "CHANGE_ME",
            "change-me!",
            "$ANSIBLE_VAULT;1.1;AES256\n61",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_password_is_none() {
        for text in [
            "",
            "a",
            "Kq7-canary",
            "6f1b8c02d94e7a35c8d10f6e52ab9437",
            "a$b{c}",
            "$PASSWORD1",
            "<a",
            "a>",
            "<>",
            "ENC[]",
            "ENC",
            "ref+",
            "ref+://a",
            "changemenot",
            "{a}",
            "$()",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
