//! A chart's defaults under the values that are given, sub-charts included:
//! Helm's `CoalesceValues`.

use super::staged::{ChartRef, name};
use crate::Error;
use crate::coalesce::{Coalescing, TABLE_OVER_VALUE};
use crate::helm_version::Nulls;
use crate::shared::{
    Content, Held, Shared, copy, drop_nulls, drop_nulls_below, get, keys, put, shallow, take,
};
use crate::table::Key;
use crate::value::{Origin, Source, SourceKind};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

/// The key of what every chart of a tree sees, and what stands as the origin of a table of
/// it that nobody wrote.
static GLOBAL: LazyLock<(Key, Arc<Source>)> = LazyLock::new(|| {
    ("global".into(), Arc::new(Source { kind: SourceKind::Chart, name: "global".to_owned() }))
});

fn empty() -> Shared {
    Rc::default()
}

impl Coalescing {
    /// A copy of `given` over the defaults of `chart`. `keep_nulls` is what
    /// Helm calls merging, and does before it coalesces.
    pub(super) fn values(
        &mut self,
        chart: &ChartRef,
        given: &Shared,
        keep_nulls: bool,
    ) -> Result<Shared, Error> {
        let values = copy(given)?;
        self.chart(chart, &values, keep_nulls)?;
        Ok(values)
    }

    fn chart(&mut self, chart: &ChartRef, values: &Shared, keep_nulls: bool) -> Result<(), Error> {
        self.own_defaults(chart, values, keep_nulls)?;
        let sub_charts = chart.borrow().dependencies.clone();
        for sub_chart in sub_charts {
            let name = name(&sub_chart);
            let below = match get(values, &name) {
                Some(Held { content: Content::Table(below), .. }) => below,
                Some(Held { origin, .. }) => {
                    let message =
                        "the settings of a sub-chart are not a table, which Helm refuses; make them one";
                    return Err(Error::new(message, Some(origin)));
                }
                None => {
                    let source = Arc::new(Source { kind: SourceKind::Chart, name: name.to_string() });
                    let origin = Origin { source, line: 0, column: 0 };
                    let below = empty();
                    put(values, name, Held { content: Content::Table(Rc::clone(&below)), origin });
                    below
                }
            };
            self.globals(&below, values);
            self.chart(&sub_chart, &below, keep_nulls)?;
        }
        Ok(())
    }

    /// A chart's own values.yaml under `values`.
    fn own_defaults(&mut self, chart: &ChartRef, values: &Shared, keep_nulls: bool) -> Result<(), Error> {
        let Some(own) = chart.borrow().values.clone() else { return Ok(()) };
        // Before 3.13 the defaults themselves are laid under the values, and so changed with them.
        let shares_defaults = self.nulls < Nulls::V3_13_0;
        let defaults = if shares_defaults { own } else { copy(&own)? };
        let drops_own_nulls = self.nulls >= Nulls::V4_2_0;
        for key in keys(&defaults) {
            let default = if shares_defaults { get(&defaults, &key) } else { take(&defaults, &key) };
            let Some(mut default) = default else { continue };
            match get(values, &key) {
                None => {
                    if drops_own_nulls && !keep_nulls {
                        if default.is_null() {
                            continue;
                        }
                        drop_nulls_below(&mut default);
                    }
                    put(values, key, default);
                }
                Some(given) if given.is_null() && !keep_nulls => {
                    values.borrow_mut().remove(&key);
                }
                Some(given) => {
                    default.touch();
                    match (given.table(), default.table()) {
                        (Some(above), Some(below)) => {
                            let to_sub_chart = self.nulls >= Nulls::V3_17_1
                                && chart.borrow().dependencies.iter().any(|chart| name(chart) == key);
                            let keep_nulls = keep_nulls || to_sub_chart;
                            if drops_own_nulls && !keep_nulls {
                                drop_nulls(below);
                            }
                            self.tables(above, below, keep_nulls);
                        }
                        (Some(_), None) if !default.is_null() => self.warn(TABLE_OVER_VALUE, &given.origin),
                        (Some(_) | None, Some(_) | None) => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// The globals of a chart's values over those that it gives to a sub-chart.
    /// Nested tables are shared then, as Helm's are.
    fn globals(&mut self, sub_chart: &Shared, values: &Shared) {
        let (global, nobody) = &*GLOBAL;
        let by_nobody = || Origin { source: Arc::clone(nobody), line: 0, column: 0 };
        let (from, origin) = match get(values, global) {
            Some(Held { content: Content::Table(from), origin }) => (from, origin),
            Some(_) => return,
            None => (empty(), by_nobody()),
        };
        let into = match get(sub_chart, global) {
            Some(Held { content: Content::Table(into), .. }) => into,
            Some(_) => return,
            None => empty(),
        };
        for key in keys(&from) {
            let Some(above) = get(&from, &key) else { continue };
            let below = get(&into, &key);
            let Some(table) = above.table() else {
                if below.is_none_or(|below| below.table().is_none()) {
                    put(&into, key, above);
                }
                continue;
            };
            let shallow = shallow(table);
            match below.as_ref().map(Held::table) {
                None => {}
                Some(Some(below)) => self.tables(&shallow, below, self.nulls >= Nulls::V3_13_0),
                Some(None) => continue,
            }
            put(&into, key, Held { content: Content::Table(shallow), origin: above.origin });
        }
        if get(sub_chart, global).is_none() {
            put(sub_chart, Key::clone(global), Held { content: Content::Table(into), origin });
        }
    }
}
