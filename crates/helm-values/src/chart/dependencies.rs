//! Which sub-charts are enabled, under which names, and what a chart imports
//! from them: what Helm does to a chart before it coalesces values.

use super::metadata::{Dependency, Import};
use super::staged::{ChartRef, DependencyRef, StagedChart, chart_name, name};
use super::sub_chart::{SubChart, Switches};
use crate::coalesce::Coalescing;
use crate::helm_version::Nulls;
use crate::shared::{Content, Held, Shared, check_ends, copy, get, put};
use crate::table::Key;
use crate::value::{Origin, Value};
use crate::{Error, HelmVersion, Warning};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// One chart's way from the file system to its coalesced values.
pub(crate) struct Processing<'a> {
    version: &'a HelmVersion,
    /// Each chart's sub-charts, in the order in which Helm comes to them.
    pub(crate) sub_charts: Vec<SubChart>,
    /// What Helm notes on the way.
    pub(crate) warnings: Vec<Warning>,
}

impl<'a> Processing<'a> {
    /// Begins.
    pub(crate) fn new(version: &'a HelmVersion) -> Self {
        Processing { version, sub_charts: Vec::new(), warnings: Vec::new() }
    }

    /// Enables, disables, renames, imports: Helm's `ProcessDependencies`.
    pub(crate) fn dependencies(&mut self, chart: &ChartRef, given: &Shared) -> Result<(), Error> {
        self.enable(chart, given, &mut Vec::new())?;
        self.import(chart)
    }

    /// The chart's values under `given`: Helm's `CoalesceValues`.
    pub(crate) fn coalesce(&mut self, chart: &ChartRef, given: &Shared) -> Result<Shared, Error> {
        let mut coalescing = self.coalescing();
        let values = coalescing.values(chart, given, false)?;
        if self.version.nulls < Nulls::V3_13_0 {
            check_ends(&values)?;
        }
        self.warnings.append(&mut coalescing.warnings);
        Ok(values)
    }

    fn coalescing(&self) -> Coalescing {
        Coalescing { nulls: self.version.nulls, warnings: Vec::new() }
    }

    fn enable(&mut self, chart: &ChartRef, given: &Shared, path: &mut Vec<Key>) -> Result<(), Error> {
        let metadata = Rc::clone(&chart.borrow().metadata);
        let Some(declared) = metadata.borrow().dependencies.clone() else {
            self.note_sub_charts(chart, path, &[]);
            // Helm does not look below a chart that names no dependencies.
            for sub_chart in &chart.borrow().dependencies {
                self.note_below(sub_chart, path, true);
            }
            return Ok(());
        };
        let renamed = self.renamed(&chart.borrow().dependencies, &declared);
        chart.borrow_mut().dependencies = renamed;
        for dependency in &declared {
            dependency.borrow_mut().enabled = true;
        }
        let values = self.coalescing().values(chart, given, false)?;
        self.ask_tags(&declared, &values);
        self.ask_conditions(&declared, &values, path);

        let disabled: Vec<Key> = declared
            .iter()
            .filter(|dependency| !dependency.borrow().enabled)
            .map(|dependency| dependency.borrow().name.clone())
            .collect();
        self.note_sub_charts(chart, path, &disabled);
        let (gone, kept): (Vec<ChartRef>, Vec<ChartRef>) =
            chart.borrow().dependencies.iter().cloned().partition(|chart| disabled.contains(&name(chart)));
        for sub_chart in &gone {
            self.note_below(sub_chart, path, false);
        }
        for sub_chart in &kept {
            path.push(name(sub_chart));
            self.enable(sub_chart, &values, path)?;
            path.pop();
        }
        let left: Vec<_> =
            declared.into_iter().filter(|dependency| !disabled.contains(&dependency.borrow().name)).collect();
        metadata.borrow_mut().dependencies = (!left.is_empty()).then_some(left);
        chart.borrow_mut().dependencies = kept;
        Ok(())
    }

    /// The sub-charts that Chart.yaml does not name, then those it names, each
    /// under its alias.
    fn renamed(&self, charts: &[ChartRef], declared: &[DependencyRef]) -> Vec<ChartRef> {
        let fits = |dependency: &Dependency, chart: &ChartRef| {
            let chart = chart.borrow();
            let metadata = chart.metadata.borrow();
            metadata.name == dependency.name
                && dependency
                    .range
                    .holds(metadata.parsed_version.as_deref(), self.version.pre_releases_by_group)
        };
        let named = |chart: &&ChartRef| declared.iter().any(|dependency| fits(&dependency.borrow(), chart));
        let mut renamed: Vec<ChartRef> = charts.iter().filter(|chart| !named(chart)).cloned().collect();
        for dependency in declared {
            let mut dependency = dependency.borrow_mut();
            if let Some(chart) = charts.iter().find(|chart| fits(&dependency, chart)) {
                renamed.push(self.copied(chart, &dependency.alias));
            }
            if !dependency.alias.is_empty() {
                let Dependency { name, alias, .. } = &mut *dependency;
                name.clone_from(alias);
            }
        }
        renamed
    }

    /// Helm 4 copies a chart's list of dependencies with it; Helm 3 lets both
    /// copies share it, so what the first changes the second finds changed.
    fn copied(&self, chart: &ChartRef, alias: &Key) -> ChartRef {
        let mut copied: StagedChart = chart.borrow().clone();
        let metadata = copied.metadata.borrow();
        let mut own = if self.version.copies_dependencies { metadata.deep_clone() } else { metadata.clone() };
        drop(metadata);
        if !alias.is_empty() {
            own.name.clone_from(alias);
        }
        copied.metadata = Rc::new(RefCell::new(own));
        if self.version.copies_dependencies {
            let fresh = |chart: &ChartRef| Rc::new(RefCell::new(chart.borrow().clone()));
            copied.dependencies = copied.dependencies.iter().map(fresh).collect();
        }
        Rc::new(RefCell::new(copied))
    }

    fn ask_tags(&mut self, declared: &[DependencyRef], values: &Shared) {
        let Some(Held { content: Content::Table(tags), .. }) = get(values, "tags") else { return };
        for dependency in declared {
            let mut dependency = dependency.borrow_mut();
            let mut answers = Vec::new();
            for held in dependency.switches.tags.iter().filter_map(|tag| get(&tags, tag)) {
                match truth(&held) {
                    Some(answer) => answers.push(answer),
                    None => {
                        self.note("a tag is neither true nor false, so Helm does not ask it", &held.origin);
                    }
                }
            }
            dependency.enabled = answers.is_empty() || answers.contains(&true);
        }
    }

    fn ask_conditions(&mut self, declared: &[DependencyRef], values: &Shared, path: &[Key]) {
        for dependency in declared {
            let mut dependency = dependency.borrow_mut();
            let switches = Arc::clone(&dependency.switches);
            for keys in &switches.conditions {
                let above = path.iter().flat_map(|name| name.split('.'));
                let Some(held) = lookup(values, above.chain(keys.iter().map(|key| &**key))) else {
                    continue;
                };
                if held.table().is_some() {
                    continue;
                }
                if let Some(answer) = truth(&held) {
                    dependency.enabled = answer;
                    break;
                }
                self.note(
                    "a condition that enables a sub-chart is neither true nor false, so Helm leaves the sub-chart enabled",
                    &held.origin,
                );
            }
        }
    }

    fn note(&mut self, message: &str, origin: &Origin) {
        let warning = Warning { message: message.into(), origin: Some(origin.clone()) };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Remembers the sub-charts of `chart`: of one name there may be several where
    /// Chart.yaml does not name each, and Helm deploys them all.
    fn note_sub_charts(&mut self, chart: &ChartRef, path: &[Key], disabled: &[Key]) {
        let sub_charts = &chart.borrow().dependencies;
        for (name, about) in unique(sub_charts.iter().map(|sub_chart| (name(sub_chart), about(sub_chart)))) {
            let enabled = !disabled.contains(&name);
            let switches = switches_of(chart, &name);
            self.sub_charts.push(SubChart::new(path, name, about, switches, [enabled, true]));
        }
        let enabled = || sub_charts.iter().map(name).filter(|name| !disabled.contains(name));
        let has_namesakes = unique(enabled()).len() < enabled().count();
        let message = "sub-charts of one name share their values, and where their templates share a file name Helm takes one of them at random; name every sub-chart in Chart.yaml, once";
        let warning = Warning { message: message.into(), origin: None };
        if has_namesakes && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// The same for a chart that Helm does not look into, and for all below it.
    fn note_below(&mut self, chart: &ChartRef, path: &mut Vec<Key>, enabled: bool) {
        path.push(name(chart));
        let dependencies = chart.borrow().dependencies.clone();
        let mut names: Vec<(Key, [Arc<str>; 2])> =
            dependencies.iter().map(|below| (name(below), about(below))).collect();
        if !enabled {
            // Nobody gave its sub-charts their aliases.
            let metadata = Rc::clone(&chart.borrow().metadata);
            let metadata = metadata.borrow();
            let declared = metadata.dependencies.iter().flatten().map(|declared| declared.borrow());
            let aliased = declared.map(|declared| {
                let is_it = |below: &&ChartRef| chart_name(below) == declared.name;
                let found = dependencies.iter().find(is_it).map(about);
                let unread = || [declared.name.clone(), Arc::default()];
                (declared.alias.clone(), found.unwrap_or_else(unread))
            });
            names.extend(aliased.filter(|(alias, _)| !alias.is_empty()));
        }
        for (name, about) in unique(names.into_iter()) {
            let switches = Arc::<Switches>::default();
            self.sub_charts.push(SubChart::new(path, name, about, switches, [enabled, enabled]));
        }
        for below in &dependencies {
            self.note_below(below, path, enabled);
        }
        path.pop();
    }

    fn import(&mut self, chart: &ChartRef) -> Result<(), Error> {
        let sub_charts = chart.borrow().dependencies.clone();
        for sub_chart in &sub_charts {
            self.import(sub_chart)?;
        }
        let metadata = Rc::clone(&chart.borrow().metadata);
        let Some(declared) = metadata.borrow().dependencies.clone() else { return Ok(()) };
        let mut coalescing = self.coalescing();
        let merges = self.version.nulls >= Nulls::V3_13_0;
        let values = coalescing.values(chart, &Rc::default(), merges)?;
        let mut imported: Shared = Rc::default();
        for dependency in declared {
            let mut dependency = dependency.borrow_mut();
            let name = dependency.name.clone();
            // Helm turns an entry into a form that it does not read again.
            for import in std::mem::take(&mut dependency.imports) {
                let is_table = matches!(import, Import::Table { .. });
                let (child, parent) = self.paths(import)?;
                let path = name.split('.').chain(child.split('.'));
                let Some(Held { content: Content::Table(table), origin }) = lookup(&values, path) else {
                    continue;
                };
                let table = if table.borrow().is_empty() { Rc::default() } else { table };
                let from = below(&parent, table, &origin);
                if is_table && !merges {
                    // What was imported before is forgotten, unless it is in the values by now.
                    imported = Rc::clone(&values);
                }
                coalescing.tables(&imported, &from, merges);
            }
        }
        let own = if merges { copy(&values)? } else { values };
        let (own, imported) =
            if self.version.nulls == Nulls::V3_13_0 { (imported, own) } else { (own, imported) };
        coalescing.tables(&own, &imported, merges);
        chart.borrow_mut().values = Some(own);
        Ok(())
    }

    /// From where below the sub-chart, and to where in the chart.
    fn paths(&self, import: Import) -> Result<(Arc<str>, Arc<str>), Error> {
        match import {
            Import::Export(name) => Ok((format!("exports.{name}").into(), ".".into())),
            Import::Table { child, parent } => Ok((self.path(child)?, self.path(parent)?)),
        }
    }

    fn path(&self, value: Option<Value>) -> Result<Arc<str>, Error> {
        match value {
            Some(Value::Text(text)) => Ok(text),
            _ if !self.version.prints_import_paths => {
                let message = "an import-values entry has a child or parent that is not text, at which this Helm crashes; make both text";
                Err(Error::new(message, None))
            }
            Some(Value::Bool(truth)) => Ok(truth.to_string().into()),
            Some(Value::Int(number)) => Ok(number.to_string().into()),
            Some(Value::Float(number)) => Ok(number.to_string().into()),
            // What Go prints for these names no key.
            None | Some(Value::Null | Value::List(_) | Value::Table(_)) => Ok("<nil>".into()),
        }
    }
}

fn truth(held: &Held) -> Option<bool> {
    match &held.content {
        Content::Leaf(value) => match *value {
            Value::Bool(truth) => Some(truth),
            Value::Null
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Table(_) => None,
        },
        Content::Null | Content::List(_) | Content::Table(_) | Content::Untouched(_) => None,
    }
}

/// What stands at a path of keys; all but the last have to be tables.
fn lookup<'k>(values: &Shared, path: impl Iterator<Item = &'k str>) -> Option<Held> {
    let mut keys = path.peekable();
    let mut table = Rc::clone(values);
    loop {
        let held = get(&table, keys.next()?)?;
        if keys.peek().is_none() {
            return Some(held);
        }
        table = Rc::clone(held.table()?);
    }
}

/// `table` at the path `parent` of a new one; `.` is the table itself.
fn below(parent: &str, table: Shared, origin: &Origin) -> Shared {
    if parent == "." {
        return table;
    }
    parent.rsplit('.').fold(table, |inner, key| {
        let outer = Rc::default();
        put(&outer, key.into(), Held { content: Content::Table(inner), origin: origin.clone() });
        outer
    })
}

/// Name and version in a chart's own Chart.yaml.
fn about(chart: &ChartRef) -> [Arc<str>; 2] {
    [chart_name(chart), chart.borrow().metadata.borrow().version.clone()]
}

/// What `chart` asks whether to deploy the sub-chart that is called so, by its alias.
fn switches_of(chart: &ChartRef, called: &Key) -> Arc<Switches> {
    let metadata = Rc::clone(&chart.borrow().metadata);
    let metadata = metadata.borrow();
    let mut declared = metadata.dependencies.iter().flatten();
    let declared = declared.find(|declared| declared.borrow().name == *called);
    declared.map(|declared| Arc::clone(&declared.borrow().switches)).unwrap_or_default()
}

/// Each once: two of the same name and version say the same.
fn unique<T: Clone + Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    all.filter(|one| seen.insert(one.clone())).collect()
}
