//! Values that are still encrypted → why nobody can tell.
//!
//! Helm takes the encrypted texts as they stand. What whoever installs the chart
//! decrypts before is not here, so neither *accepted* nor *refused* would be true.

use super::places;
use super::report::Finding;
use super::trento::SOPS;
use crate::policy::refusal::ValuesPath;
use helm_values::{Table, Value};

/// The finding about values that SOPS has encrypted; `None` where it has not.
pub(super) fn by_sops(values: &Table) -> Option<Finding> {
    let node = values.get(SOPS)?;
    let Value::Table(about) = &node.value else { return None };
    let is_sops = ["mac", "lastmodified"]
        .iter()
        .any(|key| about.get(key).is_some_and(|node| node.as_text().is_some_and(|text| !text.is_empty())));
    let message = "the values are encrypted by SOPS, so what they will say is not known; judge what sops --decrypt prints: sops --decrypt FILE | remote-write-auth check -";
    is_sops.then(|| Finding {
        code: None,
        message: message.to_owned(),
        path: ValuesPath::new([SOPS]),
        place: Some(places::at(node, Some(SOPS))),
        because: None,
    })
}
