//! What an alias names, and go-yaml's guards against aliases that never end.

use super::nodes::Kind;
use super::{CannotRead, Tree};

impl Tree<'_> {
    /// go-yaml's guard against alias bombs, number for number.
    pub(super) fn visit(&mut self, number: u32) -> Result<(), CannotRead> {
        self.visits += 1;
        if self.alias_depth > 0 {
            self.visits_in_aliases += 1;
        }
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let (all, aliased) = (self.visits as f64, self.visits_in_aliases as f64);
        if self.visits_in_aliases > 100 && self.visits > 1000 && aliased / all > allowed_alias_ratio(all) {
            return Err(self.wrong(
                number,
                "aliases repeat so much that Helm refuses the document; write the values out",
            ));
        }
        Ok(())
    }

    /// What `look` makes of the node that an alias names; an alias that is
    /// being followed already stands in what it names.
    pub(super) fn follow<T>(
        &mut self,
        alias: u32,
        look: impl FnOnce(&mut Self, u32) -> Result<T, CannotRead>,
    ) -> Result<T, CannotRead> {
        let target = match &mut self.document.nodes[alias as usize].kind {
            Kind::Alias { target, open } if !*open => {
                *open = true;
                *target
            }
            Kind::Alias { .. } | Kind::Scalar { .. } | Kind::List(_) | Kind::Table(_) => {
                return Err(self
                    .wrong(alias, "an anchor stands for a value that contains itself; write the value out"));
            }
        };
        self.alias_depth += 1;
        let seen = look(self, target)?;
        self.alias_depth -= 1;
        if let Kind::Alias { open, .. } = &mut self.document.nodes[alias as usize].kind {
            *open = false;
        }
        Ok(seen)
    }
}

fn allowed_alias_ratio(visits: f64) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    if visits <= LOW {
        0.99
    } else if visits >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * ((visits - LOW) / (HIGH - LOW))
    }
}
