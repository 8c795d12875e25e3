//! judge(document) → who may write, or every reason why not.
//!
//! ```text
//! document ─▶ compiled schema ─▶ errors ─▶ the check each comes from ─▶ refusals, in order
//! ```
//!
//! The rule and its words stand in `helm-schema/values.schema.json` and nowhere
//! else: it is compiled into the binary, and an error is traced by its schema
//! path to the check that raised it, which names the node and has the message.
//! No text of the schema library is repeated: it may hold a value.

pub mod access;
mod at;
pub(crate) mod bypass_table;
mod bypasses;
mod cause;
mod chart_ports;
pub mod codes;
mod flags;
mod ingress_logins;
pub(crate) mod ingress_nginx;
mod mounted;
pub mod placeholder;
mod reading;
pub mod refusal;
mod refusals;
pub mod warnings;

pub use access::{Access, Credentials, Secret};
pub use cause::{ReceiverCause, receiver_cause};
pub(crate) use flags::{FEATURES, SWITCHES};
use refusal::Refusal;
use serde_json::{Value, json};

/// The policy, byte for byte as it was compiled in.
pub const POLICY: &str = include_str!("../helm-schema/values.schema.json");

/// The policy as code: made at build time, so a policy that does not compile fails
/// the build. The pattern engine is the one that reads patterns as Go does.
#[jsonschema::validator(
    path = "helm-schema/values.schema.json",
    draft = Draft7,
    validate_formats = false,
    pattern_options = { engine = regex },
    methods = { validate = false }
)]
struct Policy;

/// What an accepted document says.
#[must_use]
#[derive(Debug)]
pub struct Verdict {
    /// Whether a write receiver is on.
    pub receiver_on: bool,
    /// Who may write.
    pub access: Access,
}

/// Asks the policy about a document of Helm values. The refusals stand in the
/// order of their codes, then of their nodes, which are what each is about.
/// Needs a stack with room for the document's depth.
pub fn judge(document: &Value) -> Result<Verdict, Vec<Refusal>> {
    let document = &*mounted::compared(document);
    let refusals = refusals::trace(Policy::iter_errors(document));
    if refusals.is_empty() {
        Ok(Verdict { receiver_on: receiver_is_on(document), access: access::read(document) })
    } else {
        Err(refusals)
    }
}

/// Whether a write receiver is on, also in a document that is refused.
pub fn receiver_is_on(document: &Value) -> bool {
    // Only `auth-not-chosen` depends on the receiver, so the policy itself tells:
    // the same flags, and nobody said who may write.
    !Policy::is_valid(&without_auth(document))
}

fn without_auth(document: &Value) -> Value {
    let keep = |table: &Value, keys: &[&str]| -> Value {
        let Value::Object(table) = table else { return table.clone() };
        table.iter().filter(|(key, _)| keys.contains(&key.as_str())).map(owned).collect()
    };
    let mut prometheus = keep(&document["prometheus"], &["enabled"]);
    if let Value::Object(table) = &mut prometheus {
        let server = keep(&document["prometheus"]["server"], &reading::FLAG_LISTS);
        table.insert("server".to_owned(), server);
    }
    json!({ "prometheus": prometheus })
}

fn owned((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}
