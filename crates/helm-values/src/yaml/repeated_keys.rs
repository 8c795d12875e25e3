//! Keys that come twice ─▶ which of them are named, and how many are not.
//!
//! Of a file that holds everything twice nobody reads thousands of lines. But a key
//! that the caller asked for is named however many there are.

use std::collections::BTreeSet;

use crate::Warning;
use crate::value::Origin;

/// How many keys that nobody asked for are named.
const NAMED: usize = 100;

/// What was replaced by a later key of the same name.
#[derive(Default)]
pub(super) struct RepeatedKeys {
    places: BTreeSet<(u32, u32)>,
    named: usize,
    first_unnamed: Option<Origin>,
    unnamed: usize,
}

impl RepeatedKeys {
    /// Whether the key at `origin` gets a warning of its own: it was not met before, and
    /// it `is_kept`, or few were met that are not.
    pub(super) fn is_to_be_named(&mut self, origin: &Origin, is_kept: bool) -> bool {
        if !self.places.insert((origin.line, origin.column)) {
            return false;
        }
        let is_named = is_kept || self.named < NAMED;
        if is_named {
            self.named += usize::from(!is_kept);
        } else {
            self.first_unnamed.get_or_insert_with(|| origin.clone());
            self.unnamed += 1;
        }
        is_named
    }

    /// The one warning about all the others.
    pub(super) fn rest(self) -> Option<Warning> {
        let origin = self.first_unnamed?;
        let message = match self.unnamed {
            1 => "this key stands once more in its table, and Helm takes the last; delete one".to_owned(),
            many => format!(
                "from here on {many} more keys stand once more in their tables, and Helm takes the last of each; delete the others"
            ),
        };
        Some(Warning { message: message.into(), origin: Some(origin) })
    }
}
