//! The nodes of one document ─▶ its tree, as go-yaml v2 and sigs.k8s.io/yaml
//! make it: aliases are expanded, `<<` is merged, keys become text.
//!
//! Places: a setting stands where its key is written. What an alias or a `<<`
//! brings in keeps the place inside the anchored text, since that is what has
//! to be edited; only the node that is the alias itself stands at its own key.

use std::sync::Arc;

use super::aliases::Aliases;
use super::document::{Children, DEEPEST, Document, Kind, TOO_DEEP};
use super::entries::Entries;
use super::key_filter::{KeyFilter, keys_differ};
use super::keys::{Named, OtherKey};
use super::repeated_keys::RepeatedKeys;
use super::resolver::Resolver;
use super::scalar::Scalar;
use crate::go_float;
use crate::value::{Node, Origin, Source, Value};
use crate::{Error, Warning};

/// A document on its way to a tree.
struct Builder<'a> {
    resolver: Resolver<'a>,
    aliases: Aliases,
    depth: usize,
    repeated: RepeatedKeys,
    warnings: &'a mut Vec<Warning>,
    /// Which settings are kept here; none: all of them.
    filter: Option<&'a KeyFilter>,
}

/// A value, or what makes Helm refuse it if it is still there in the end.
struct Made {
    node: Node,
    flaw: Option<Box<Error>>,
}

/// The tree of the whole document, which stands `line_base` lines below the
/// beginning of `source`.
///
/// Settings that `filter` does not keep are left out, as far as nothing that Helm
/// says about the document depends on them.
pub(super) fn build(
    document: &Document,
    (source, line_base): (&Arc<Source>, u32),
    filter: Option<&KeyFilter>,
    warnings: &mut Vec<Warning>,
) -> Result<Node, Error> {
    let filter = filter.filter(|_| document.aliases == 0);
    let resolver = Resolver::new(document, source, line_base);
    let (aliases, repeated) = (Aliases::new(), RepeatedKeys::default());
    let mut builder = Builder { resolver, aliases, depth: 0, repeated, warnings, filter };
    let made = builder.make(0)?;
    builder.warnings.extend(builder.repeated.rest());
    match made.flaw {
        Some(flaw) => Err(*flaw),
        None => Ok(made.node),
    }
}

impl Builder<'_> {
    fn make(&mut self, number: u32) -> Result<Made, Error> {
        self.visit(number)?;
        let origin = self.resolver.origin(number);
        match self.resolver.kind(number) {
            Kind::Alias { target } => {
                let made = self.follow(number, target, Self::make)?;
                Ok(Made { node: Node { origin, ..made.node }, flaw: made.flaw })
            }
            Kind::Scalar { .. } => self.scalar(number, origin),
            Kind::List(_) | Kind::Table(_) if self.depth >= DEEPEST => {
                let flaw = Some(Box::new(self.resolver.refused(number, TOO_DEEP)));
                Ok(Made { node: Node { value: Value::Null, origin }, flaw })
            }
            Kind::List(children) => self.deeper(|builder| builder.list(children, origin)),
            Kind::Table(children) => self.deeper(|builder| builder.table(children, origin)),
        }
    }

    fn visit(&mut self, number: u32) -> Result<(), Error> {
        if self.aliases.visit() {
            return Ok(());
        }
        let message = "aliases repeat so much that Helm refuses the document; write the values out";
        Err(self.resolver.refused(number, message))
    }

    /// What `look` makes of the node that an alias names; an alias that is
    /// being followed already stands in what it names.
    fn follow<T>(
        &mut self,
        alias: u32,
        target: u32,
        look: impl FnOnce(&mut Self, u32) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if !self.aliases.enter(alias) {
            let message = "an anchor stands for a value that contains itself; write the value out";
            return Err(self.resolver.refused(alias, message));
        }
        let seen = look(self, target)?;
        self.aliases.leave(alias);
        Ok(seen)
    }

    fn deeper(&mut self, work: impl FnOnce(&mut Self) -> Result<Made, Error>) -> Result<Made, Error> {
        self.depth += 1;
        let made = work(self);
        self.depth -= 1;
        made
    }

    fn scalar(&self, number: u32, origin: Origin) -> Result<Made, Error> {
        let mut flaw = None;
        #[allow(clippy::cast_precision_loss)] // as Helm reads it: every number of a file is a float
        let value = match self.resolver.scalar(number)? {
            Scalar::Null => Value::Null,
            Scalar::Bool(truth) => Value::Bool(truth),
            Scalar::Int(whole) => Value::Float(whole as f64),
            Scalar::Uint(whole) => Value::Float(whole as f64),
            Scalar::Float(float) if float.is_finite() => Value::Float(float),
            Scalar::Float(_) => {
                let message = "a value is an infinity or not a number, which Helm does not take; quote it";
                flaw = Some(Box::new(self.resolver.refused(number, message)));
                Value::Null
            }
            Scalar::Text => Value::Text(self.resolver.text(number)?),
        };
        Ok(Made { node: Node { value, origin }, flaw })
    }

    fn list(&mut self, children: Children, origin: Origin) -> Result<Made, Error> {
        let Children { first, count } = children;
        let mut items = Vec::with_capacity(count as usize);
        let mut flaw = None;
        let filter = self.filter.take();
        for at in first..first + count {
            let made = self.make(self.resolver.child(at))?;
            flaw = flaw.or(made.flaw);
            items.push(made.node);
        }
        self.filter = filter;
        Ok(Made { node: Node { value: Value::List(items), origin }, flaw })
    }

    fn table(&mut self, children: Children, origin: Origin) -> Result<Made, Error> {
        let mut entries = Entries::default();
        self.fill(&mut entries, children, false)?;
        let (table, flaw) = entries.finish();
        Ok(Made { node: Node { value: Value::Table(table), origin }, flaw })
    }

    fn fill(&mut self, entries: &mut Entries, children: Children, merging: bool) -> Result<(), Error> {
        let Children { first, count } = children;
        let keys_differ = self.filter.is_some() && keys_differ(&self.resolver, children);
        for at in (first..first + count).step_by(2) {
            let (key, value) = (self.resolver.child(at), self.resolver.child(at + 1));
            if self.resolver.is_merge(key) {
                self.merge(entries, value)?;
            } else if !self.leaves_out(entries, key, value) {
                self.setting(entries, key, Some(value), merging)?;
            } else if !keys_differ {
                self.setting(entries, key, None, merging)?;
            }
        }
        Ok(())
    }

    fn leaves_out(&self, entries: &Entries, key: u32, value: u32) -> bool {
        self.filter
            .is_some_and(|filter| !entries.has_flaws() && filter.leaves_out(&self.resolver, key, value))
    }

    fn setting(
        &mut self,
        entries: &mut Entries,
        key: u32,
        value: Option<u32>,
        merging: bool,
    ) -> Result<(), Error> {
        let origin = self.resolver.origin(key);
        let place = (origin.line, origin.column);
        let key = self.key(key)?;
        let filter = self.filter;
        self.filter = filter.filter(|filter| key.text().is_some_and(|text| filter.names_in(text)));
        // Without its value it is there for the warning about a key that comes twice.
        let left_out =
            || Made { node: Node { value: Value::Bool(false), origin: origin.clone() }, flaw: None };
        let made = value.map_or_else(|| Ok(left_out()), |value| self.make(value))?;
        self.filter = filter;
        let replaced = entries.put(key, Node { value: made.node.value, origin }, made.flaw);
        if let Some(replaced) = replaced {
            let was_merged = entries.merged.remove(&(replaced.origin.line, replaced.origin.column));
            let is_kept = value.is_some();
            self.warn_of_replaced(replaced.origin, place, (merging, was_merged), is_kept);
        }
        if merging {
            entries.merged.insert(place);
        }
        Ok(())
    }

    fn warn_of_replaced(
        &mut self,
        replaced: Origin,
        by: (u32, u32),
        (merging, was_merged): (bool, bool),
        is_kept: bool,
    ) {
        // An own key over a merged one, and one merged table over another, is what `<<` is for.
        let is_meant = was_merged || (replaced.line, replaced.column) == by;
        if is_meant || !self.repeated.is_to_be_named(&replaced, is_kept) {
            return;
        }
        let line = by.0;
        let message = if merging {
            format!(
                "a << below this key brings the same key from line {line}, which wins in Helm; move the << above the table's own keys"
            )
        } else {
            format!(
                "this key stands once more in its table, in line {line}, and Helm takes the last; delete one"
            )
        };
        self.warnings.push(Warning { message: message.into(), origin: Some(replaced) });
    }

    /// A node that stands as a key.
    fn key(&mut self, number: u32) -> Result<Named, Error> {
        self.visit(number)?;
        let mut scalar = number;
        if let Kind::Alias { target } = self.resolver.kind(number) {
            scalar = self.follow(number, target, |builder, target| builder.visit(target).map(|()| target))?;
        }
        let refused = |message: &str| self.resolver.refused(number, message);
        if !matches!(self.resolver.kind(scalar), Kind::Scalar { .. }) {
            return Err(refused("a list or a table stands as a key, which Helm does not take; write a text"));
        }
        let visits = self.aliases.visits();
        Ok(match self.resolver.scalar(scalar)? {
            Scalar::Text if self.resolver.is_binary(scalar) => {
                Named::from_bytes(self.resolver.binary(scalar)?)
            }
            Scalar::Text => Named::Text(self.resolver.text(scalar)?),
            Scalar::Bool(truth) => Named::other(OtherKey::Bool(truth), truth.to_string()),
            Scalar::Int(whole) => Named::other(OtherKey::Int(whole), whole.to_string()),
            Scalar::Float(float) if float.is_nan() => {
                Named::other(OtherKey::NotANumber(visits), go_float::in_32_bits(float))
            }
            Scalar::Float(float) => {
                let bits = if float == 0.0 { 0 } else { float.to_bits() };
                Named::other(OtherKey::Float(bits), go_float::in_32_bits(float))
            }
            Scalar::Null => Named::refused(
                OtherKey::Unsupported(visits),
                refused("null stands as a key, which Helm does not take; quote it, or write another text"),
            ),
            Scalar::Uint(_) => Named::refused(
                OtherKey::Unsupported(visits),
                refused("a key is a number too large for Helm; quote it"),
            ),
        })
    }

    /// `<<`: a table's settings in another one. The first of a list wins, so it
    /// comes last.
    fn merge(&mut self, entries: &mut Entries, value: u32) -> Result<(), Error> {
        match self.resolver.kind(value) {
            Kind::Table(_) | Kind::Alias { .. } => self.merge_one(entries, value),
            Kind::List(Children { first, count }) => {
                let mut items = (first..first + count).rev();
                items.try_for_each(|at| self.merge_one(entries, self.resolver.child(at)))
            }
            Kind::Scalar { .. } => Err(self.not_mergeable(value)),
        }
    }

    fn merge_one(&mut self, entries: &mut Entries, number: u32) -> Result<(), Error> {
        match self.resolver.kind(number) {
            Kind::Alias { target } => {
                if !matches!(self.resolver.kind(target), Kind::Table(_)) {
                    return Err(self.not_mergeable(number));
                }
                self.visit(number)?;
                self.follow(number, target, |builder, target| builder.merge_one(entries, target))
            }
            Kind::Table(children) => {
                self.visit(number)?;
                self.fill(entries, children, true)
            }
            Kind::List(_) | Kind::Scalar { .. } => Err(self.not_mergeable(number)),
        }
    }

    fn not_mergeable(&self, number: u32) -> Error {
        let message =
            "a << key takes a table, an alias of one, or a list of these; give it one, or quote the <<";
        self.resolver.refused(number, message)
    }
}
