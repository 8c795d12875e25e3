//! Events of one document ─▶ its tree, as go-yaml v2 and sigs.k8s.io/yaml make it.
//!
//! Two steps, as there. `parse` collects the document's nodes and finds what
//! each alias names; `Tree` walks them and resolves, merges, expands and turns
//! keys into text. What Helm refuses only in the finished tree (a null as a
//! key, an infinity) is kept as a flaw of its setting: a later key of the same
//! name removes both.
//!
//! Places: a setting stands where its key is written. What an alias or a `<<`
//! brings in keeps the place inside the anchored text, since that is what has
//! to be edited; only the node that is the alias itself stands at its own key.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::Arc;

use super::Warning;
use super::differences::Stop;
use super::documents::CannotRead;
use super::events::{Event, What};
use super::scalar::{self, Scalar, Tag};
use super::tree::{Node, Origin, Source, Table, Value};

/// Lists and tables within each other; Helm's JSON reader takes no more.
pub const DEEPEST: usize = 10_000;

/// The nodes of one document, by number.
pub struct Document {
    nodes: Vec<Raw>,
    /// Children of lists and tables, each one's in a row; a table's alternate
    /// between key and value.
    children: Vec<u32>,
    aliases: usize,
    deepest: usize,
}

struct Raw {
    kind: Kind,
    line: u32,
    column: u32,
}

enum Kind {
    Scalar { text: String, tag: Tag, implicit: bool },
    List { first: u32, count: u32 },
    Table { first: u32, count: u32 },
    Alias { target: u32, open: bool },
}

impl Document {
    /// How deep its tree can be, aliases expanded.
    pub fn deepest(&self) -> usize {
        self.deepest.saturating_mul(self.aliases.saturating_add(1))
    }
}

/// The document whose first event `next` gives, up to its end.
pub fn parse(mut next: impl FnMut() -> Result<Event, Stop>) -> Result<Document, Stop> {
    let mut document = Document { nodes: Vec::new(), children: Vec::new(), aliases: 0, deepest: 0 };
    let mut anchors: HashMap<Box<[u8]>, u32> = HashMap::new();
    let mut open: Vec<(u32, usize)> = Vec::new();
    let mut pending: Vec<u32> = Vec::new();
    loop {
        let event = next()?;
        let number = u32::try_from(document.nodes.len())
            .map_err(|_| Stop::wrong("the document has too many values; split it", event.start))?;
        let (kind, anchor) = match event.what {
            What::Scalar { anchor, tag, implicit, text, .. } => {
                (Kind::Scalar { text, tag, implicit }, anchor)
            }
            What::ListStart { anchor, .. } => (Kind::List { first: 0, count: 0 }, anchor),
            What::TableStart { anchor, .. } => (Kind::Table { first: 0, count: 0 }, anchor),
            What::Alias { anchor } => {
                let Some(target) = anchors.get(&anchor) else {
                    return Err(Stop::wrong(
                        "an alias names an anchor that is not set before it; set the anchor, or quote a text that begins with an asterisk",
                        event.start,
                    ));
                };
                document.aliases += 1;
                (Kind::Alias { target: *target, open: false }, None)
            }
            What::End => {
                let (number, from) = open.pop().expect("libyaml closes only what it opened");
                let first = u32::try_from(document.children.len()).unwrap_or(u32::MAX);
                let count = u32::try_from(pending.len() - from).unwrap_or(u32::MAX);
                document.children.extend(pending.drain(from..));
                match &mut document.nodes[number as usize].kind {
                    Kind::List { first: at, count: many } | Kind::Table { first: at, count: many } => {
                        (*at, *many) = (first, count);
                    }
                    Kind::Scalar { .. } | Kind::Alias { .. } => {}
                }
                continue;
            }
            What::DocumentEnd => return Ok(document),
            What::DocumentStart { .. } | What::StreamEnd => {
                return Err(Stop::wrong("the document does not end; mend it", event.start));
            }
        };
        if let Some(anchor) = anchor {
            anchors.insert(anchor, number);
        }
        pending.push(number);
        if matches!(kind, Kind::List { .. } | Kind::Table { .. }) {
            open.push((number, pending.len()));
            document.deepest = document.deepest.max(open.len());
            if open.len() > DEEPEST {
                return Err(Stop::wrong(TOO_DEEP, event.start));
            }
        }
        let (line, column) = (event.start.line, event.start.column);
        document.nodes.push(Raw { kind, line, column });
    }
}

const TOO_DEEP: &str = "lists and tables are more than 10000 deep in each other; flatten them";

/// A document on its way to a tree.
pub struct Tree<'a> {
    document: Document,
    source: &'a Arc<Source>,
    line_base: u32,
    visits: usize,
    visits_in_aliases: usize,
    alias_depth: usize,
    depth: usize,
    warned: BTreeSet<(u32, u32)>,
    warnings: &'a mut Vec<Warning>,
}

/// A value, or what makes Helm refuse it if it is still there in the end.
struct Made {
    node: Node,
    flaw: Option<Box<CannotRead>>,
}

/// A key that is not text yet.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
enum Key {
    Bool(bool),
    Int(i64),
    /// By its bits, a negative zero as zero.
    Float(u64),
    /// Each one differs from every other, as in Go.
    NotANumber(usize),
    /// Null or a number over 2^63: refused in the end.
    Unsupported(usize),
    /// Of `!!binary`, not UTF-8. Helm sorts them before they lose their
    /// differences, so that the last one wins.
    Bytes(Vec<u8>),
}

/// A table in the making.
#[derive(Default)]
struct Entries {
    table: Table,
    others: BTreeMap<Key, (String, Node)>,
    flaws: Vec<(Result<String, Key>, Box<CannotRead>)>,
    /// The places of the settings that a `<<` brought in.
    merged: BTreeSet<(u32, u32)>,
}

impl<'a> Tree<'a> {
    /// `line_base` is the number of lines before the text that was parsed.
    pub fn of(
        document: Document,
        source: &'a Arc<Source>,
        line_base: u32,
        warnings: &'a mut Vec<Warning>,
    ) -> Tree<'a> {
        Tree {
            document,
            source,
            line_base,
            visits: 1,
            visits_in_aliases: 0,
            alias_depth: 0,
            depth: 0,
            warned: BTreeSet::new(),
            warnings,
        }
    }

    /// The whole document.
    pub fn grow(mut self) -> Result<Node, CannotRead> {
        let made = self.make(0)?;
        match made.flaw {
            Some(flaw) => Err(*flaw),
            None => Ok(made.node),
        }
    }

    fn make(&mut self, number: u32) -> Result<Made, CannotRead> {
        self.visit(number)?;
        let origin = self.origin(number);
        match &mut self.document.nodes[number as usize].kind {
            Kind::Alias { open: true, .. } => {
                Err(self
                    .wrong(number, "an anchor stands for a value that contains itself; write the value out"))
            }
            Kind::Alias { target, open } => {
                *open = true;
                let target = *target;
                self.alias_depth += 1;
                let made = self.make(target)?;
                self.alias_depth -= 1;
                if let Kind::Alias { open, .. } = &mut self.document.nodes[number as usize].kind {
                    *open = false;
                }
                Ok(Made { node: Node { origin, ..made.node }, flaw: made.flaw })
            }
            Kind::Scalar { .. } => self.scalar(number, origin),
            Kind::List { first, count } => {
                let (first, count) = (*first, *count);
                if self.depth >= DEEPEST {
                    return Ok(self.too_deep(number, origin));
                }
                self.depth += 1;
                let made = self.list(first, count, origin);
                self.depth -= 1;
                made
            }
            Kind::Table { first, count } => {
                let (first, count) = (*first, *count);
                if self.depth >= DEEPEST {
                    return Ok(self.too_deep(number, origin));
                }
                self.depth += 1;
                let made = self.table(first, count, origin);
                self.depth -= 1;
                made
            }
        }
    }

    /// go-yaml's guard against alias bombs, number for number.
    fn visit(&mut self, number: u32) -> Result<(), CannotRead> {
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

    fn too_deep(&self, number: u32, origin: Origin) -> Made {
        Made { node: Node { value: Value::Null, origin }, flaw: Some(Box::new(self.wrong(number, TOO_DEEP))) }
    }

    fn list(&mut self, first: u32, count: u32, origin: Origin) -> Result<Made, CannotRead> {
        let mut items = Vec::with_capacity(count as usize);
        let mut flaw = None;
        for at in first..first + count {
            let made = self.make(self.document.children[at as usize])?;
            flaw = flaw.or(made.flaw);
            items.push(made.node);
        }
        Ok(Made { node: Node { value: Value::List(items), origin }, flaw })
    }

    fn table(&mut self, first: u32, count: u32, origin: Origin) -> Result<Made, CannotRead> {
        let mut entries = Entries::default();
        self.fill(&mut entries, first, count, false)?;
        let (table, flaw) = self.finish(entries);
        Ok(Made { node: Node { value: Value::Table(table), origin }, flaw })
    }

    fn fill(
        &mut self,
        entries: &mut Entries,
        first: u32,
        count: u32,
        merging: bool,
    ) -> Result<(), CannotRead> {
        for at in (first..first + count).step_by(2) {
            let (key, value) = (self.document.children[at as usize], self.document.children[at as usize + 1]);
            if self.is_merge(key) {
                self.merge(entries, value)?;
            } else {
                self.setting(entries, key, value, merging)?;
            }
        }
        Ok(())
    }

    fn is_merge(&self, number: u32) -> bool {
        match &self.document.nodes[number as usize].kind {
            Kind::Scalar { text, tag, implicit } => text == "<<" && (*implicit || *tag == Tag::Merge),
            Kind::List { .. } | Kind::Table { .. } | Kind::Alias { .. } => false,
        }
    }

    fn merge(&mut self, entries: &mut Entries, value: u32) -> Result<(), CannotRead> {
        match &self.document.nodes[value as usize].kind {
            Kind::Table { .. } | Kind::Alias { .. } => self.merge_one(entries, value),
            Kind::List { first, count } => {
                let (first, count) = (*first, *count);
                for at in (first..first + count).rev() {
                    self.merge_one(entries, self.document.children[at as usize])?;
                }
                Ok(())
            }
            Kind::Scalar { .. } => Err(self.not_mergeable(value)),
        }
    }

    fn merge_one(&mut self, entries: &mut Entries, number: u32) -> Result<(), CannotRead> {
        match &mut self.document.nodes[number as usize].kind {
            Kind::Alias { open: true, .. } => {
                Err(self
                    .wrong(number, "an anchor stands for a value that contains itself; write the value out"))
            }
            Kind::Alias { target, open } => {
                let target = *target;
                *open = true;
                if !matches!(self.document.nodes[target as usize].kind, Kind::Table { .. }) {
                    return Err(self.not_mergeable(number));
                }
                self.visit(number)?;
                self.alias_depth += 1;
                self.merge_one(entries, target)?;
                self.alias_depth -= 1;
                if let Kind::Alias { open, .. } = &mut self.document.nodes[number as usize].kind {
                    *open = false;
                }
                Ok(())
            }
            Kind::Table { first, count } => {
                let (first, count) = (*first, *count);
                self.visit(number)?;
                self.fill(entries, first, count, true)
            }
            Kind::List { .. } | Kind::Scalar { .. } => Err(self.not_mergeable(number)),
        }
    }

    fn not_mergeable(&self, number: u32) -> CannotRead {
        self.wrong(
            number,
            "a << key takes a table, an alias of one, or a list of these; give it one, or quote the <<",
        )
    }

    fn setting(
        &mut self,
        entries: &mut Entries,
        key: u32,
        value: u32,
        merging: bool,
    ) -> Result<(), CannotRead> {
        let origin = self.origin(key);
        let place = (origin.line, origin.column);
        let key = self.key(key)?;
        let made = self.make(value)?;
        let node = Node { value: made.node.value, origin };
        let (replaced, name) = match key {
            Ok(text) => {
                let name = made.flaw.is_some().then(|| Ok(text.clone()));
                if !entries.flaws.is_empty() {
                    entries.flaws.retain(|(of, _)| *of != Ok(text.clone()));
                }
                (entries.table.insert(text, node), name)
            }
            Err((key, text, flaw)) => {
                entries.flaws.retain(|(of, _)| *of != Err(key.clone()));
                if let Some(flaw) = flaw {
                    entries.flaws.push((Err(key.clone()), flaw));
                }
                let name = Some(Err(key.clone()));
                (entries.others.insert(key, (text, node)).map(|(_, node)| node), name)
            }
        };
        if let (Some(name), Some(flaw)) = (name, made.flaw) {
            entries.flaws.push((name, flaw));
        }
        if let Some(replaced) = replaced {
            let was_merged = entries.merged.remove(&(replaced.origin.line, replaced.origin.column));
            self.warn_of_replaced(replaced.origin, place, merging, was_merged);
        }
        if merging {
            entries.merged.insert(place);
        }
        Ok(())
    }

    fn warn_of_replaced(&mut self, replaced: Origin, by: (u32, u32), merging: bool, was_merged: bool) {
        let place = (replaced.line, replaced.column);
        // An own key over a merged one, and one merged table over another, is what `<<` is for.
        if was_merged || place == by || !self.warned.insert(place) {
            return;
        }
        let line = by.0;
        self.warnings.push(if merging {
            Warning {
                sentence: format!("a << below this key brings the same key from line {line}, which wins in Helm; move the << above the table's own keys"),
                origin: Some(replaced),
            }
        } else {
            Warning {
                sentence: format!("this key stands once more in its table, in line {line}, and Helm takes the last; delete one"),
                origin: Some(replaced),
            }
        });
    }

    /// A key as text, or what it is before sigs.k8s.io/yaml turns it into text.
    #[allow(clippy::type_complexity)] // said by the names above
    fn key(
        &mut self,
        number: u32,
    ) -> Result<Result<String, (Key, String, Option<Box<CannotRead>>)>, CannotRead> {
        self.visit(number)?;
        let mut scalar = number;
        if let Kind::Alias { target, open } = self.document.nodes[number as usize].kind {
            if open {
                return Err(self.wrong(
                    number,
                    "an anchor stands for a value that contains itself; write the value out",
                ));
            }
            scalar = target;
            self.alias_depth += 1;
            self.visit(scalar)?;
            self.alias_depth -= 1;
        }
        if !matches!(self.document.nodes[scalar as usize].kind, Kind::Scalar { .. }) {
            return Err(self
                .wrong(number, "a list or a table stands as a key, which Helm does not take; write a text"));
        }
        let unsupported =
            |flaw: CannotRead| Err((Key::Unsupported(self.visits), String::new(), Some(Box::new(flaw))));
        Ok(match self.resolved(scalar)? {
            Scalar::Text if self.is_binary(scalar) => match String::from_utf8(self.binary(scalar)?) {
                Ok(text) => Ok(text),
                Err(error) => {
                    Err((Key::Bytes(error.as_bytes().to_vec()), scalar::lossy(error.into_bytes()), None))
                }
            },
            Scalar::Text => Ok(self.text(scalar)?),
            Scalar::Bool(truth) => Err((Key::Bool(truth), truth.to_string(), None)),
            Scalar::Int(whole) => Err((Key::Int(whole), whole.to_string(), None)),
            Scalar::Float(number) if number.is_nan() => {
                Err((Key::NotANumber(self.visits), scalar::float_key(number), None))
            }
            Scalar::Float(number) => {
                let bits = if number == 0.0 { 0 } else { number.to_bits() };
                Err((Key::Float(bits), scalar::float_key(number), None))
            }
            Scalar::Null => unsupported(self.wrong(
                number,
                "null stands as a key, which Helm does not take; quote it, or write another text",
            )),
            Scalar::Uint(_) => {
                unsupported(self.wrong(number, "a key is a number too large for Helm; quote it"))
            }
        })
    }

    fn resolved(&self, number: u32) -> Result<Scalar, CannotRead> {
        let Kind::Scalar { text, tag, implicit } = &self.document.nodes[number as usize].kind else {
            return Ok(Scalar::Text);
        };
        if *tag == Tag::Absent && !implicit {
            return Ok(Scalar::Text);
        }
        scalar::resolve(*tag, text).map_err(|_| {
            self.wrong(number, "a value does not suit its tag; delete the tag or mend the value")
        })
    }

    fn scalar(&mut self, number: u32, origin: Origin) -> Result<Made, CannotRead> {
        let mut flaw = None;
        #[allow(clippy::cast_precision_loss)] // as Helm reads it: every number of a file is a float
        let value = match self.resolved(number)? {
            Scalar::Null => Value::Null,
            Scalar::Bool(truth) => Value::Bool(truth),
            Scalar::Int(whole) => Value::Float(whole as f64),
            Scalar::Uint(whole) => Value::Float(whole as f64),
            Scalar::Float(float) if float.is_finite() => Value::Float(float),
            Scalar::Float(_) => {
                flaw = Some(Box::new(self.wrong(
                    number,
                    "a value is an infinity or not a number, which Helm does not take; quote it",
                )));
                Value::Null
            }
            Scalar::Text => Value::Text(self.text(number)?),
        };
        Ok(Made { node: Node { value, origin }, flaw })
    }

    /// A scalar's text; taken out where nothing can ask for it again.
    fn text(&mut self, number: u32) -> Result<String, CannotRead> {
        let aliases = self.document.aliases;
        let Kind::Scalar { text, tag, .. } = &mut self.document.nodes[number as usize].kind else {
            return Ok(String::new());
        };
        if *tag == Tag::Binary {
            return Ok(scalar::lossy(self.binary(number)?));
        }
        Ok(if aliases == 0 { mem::take(text) } else { text.clone() })
    }

    fn is_binary(&self, number: u32) -> bool {
        matches!(self.document.nodes[number as usize].kind, Kind::Scalar { tag: Tag::Binary, .. })
    }

    fn binary(&self, number: u32) -> Result<Vec<u8>, CannotRead> {
        let Kind::Scalar { text, .. } = &self.document.nodes[number as usize].kind else {
            return Ok(Vec::new());
        };
        scalar::base64(text).ok_or_else(|| self.wrong(number, "a !!binary value is not base64; mend it"))
    }

    fn finish(&self, entries: Entries) -> (Table, Option<Box<CannotRead>>) {
        let Entries { mut table, others, flaws, .. } = entries;
        let mut flaw = flaws.into_iter().next().map(|(_, flaw)| flaw);
        for (key, (text, node)) in others {
            let origin = node.origin.clone();
            let sorted = matches!(key, Key::Bytes(_));
            if table.insert(text, node).is_some() && !sorted {
                // Before any other flaw: chance may drop the setting that has it.
                flaw = Some(Box::new(CannotRead {
                    sentence: "two keys of one table become the same text, and Helm takes one of them by chance; delete one".into(),
                    line: origin.line,
                    column: origin.column,
                    random: true,
                }));
            }
        }
        (table, flaw)
    }

    fn origin(&self, number: u32) -> Origin {
        let raw = &self.document.nodes[number as usize];
        Origin {
            source: Arc::clone(self.source),
            line: self.line_base + raw.line + 1,
            column: raw.column + 1,
        }
    }

    fn wrong(&self, number: u32, sentence: &str) -> CannotRead {
        let Origin { line, column, .. } = self.origin(number);
        CannotRead { sentence: sentence.into(), line, column, random: false }
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
