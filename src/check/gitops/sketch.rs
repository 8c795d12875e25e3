//! One release of a document, as it can be drawn.
//!
//! A sketch can be drawn several times, each time with another stand-in for what
//! is unknown; drawing reads nothing but the documents and files beside them.

use super::super::scope::Scope;
use super::chart::{self, ChartName};
use super::document::{Document, Documents};
use super::problem::{Problem, error};
use super::unknowns::{self, Unknowns};
use helm_values::{Error, Inputs, Table};
use std::sync::Arc;

/// The values of one release, and the chart they are given to.
pub(super) type Drawn = Result<(Table, ChartName), Problem>;

/// How a release of a document is drawn; the number tells which one of it.
pub(super) type Draw = fn(&Documents, &Document, usize, &mut Unknowns) -> Drawn;

/// One release of a document.
#[derive(Clone)]
pub(in crate::check) struct Sketch {
    pub(super) documents: Arc<Documents>,
    pub(super) document: usize,
    pub(super) number: usize,
    pub(super) draw: Draw,
}

impl Sketch {
    /// The inputs of the release with the stand-in of that number for all that is
    /// unknown, which is added to `unknowns`.
    fn drawn(&self, unknowns: &mut Unknowns) -> Result<Inputs, Error> {
        let Sketch { documents, document, number, draw } = self;
        let document = &documents.all[*document];
        let drawn = draw(documents, document, *number, unknowns).and_then(|(table, name)| {
            let chart = chart::load(documents, &name, document)?;
            Ok((table, chart))
        });
        let (table, chart) = drawn.map_err(|problem| {
            let origin = problem.origin.or_else(|| Some(document.node.origin.clone()));
            error(&Problem { origin, ..problem })
        })?;
        let Inputs { upgrade, version, .. } = documents.request.inputs.clone();
        Ok(Inputs { table, chart, upgrade, version, ..Inputs::default() })
    }

    /// The first drawing, and what is unknown in it.
    pub(super) fn first(&self) -> (Result<Inputs, Error>, Option<Problem>) {
        let mut unknowns = Unknowns::new(0, &[]);
        let inputs = self.drawn(&mut unknowns);
        (inputs, unknowns.first)
    }

    /// The same release with everything that could stand in the place of what is
    /// unknown, at each of `scopes`.
    pub(in crate::check) fn variants<'s>(
        &'s self,
        scopes: &'s [Scope],
    ) -> impl Iterator<Item = Result<Inputs, Error>> + 's {
        (1..unknowns::COUNT).map(move |number| self.drawn(&mut Unknowns::new(number, scopes)))
    }
}
