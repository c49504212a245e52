//! What all functions that use a model have in common: the model of each row, and its features.

use bellwether_kernels::score::feature::Feature;
use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;

use super::encoded::{Encoded, Learnt, models, runs};
use super::reading::{Given, Read};
use crate::adapter::column::Columns;
use crate::argument::{Parameter, Type};

/// The arguments, by place.
const MODEL: usize = 0;
const FEATURES: usize = 1;

/// A chance for each row, `None` without a model.
pub(super) type Chances = Vec<Option<f64>>;

/// What the functions take.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::value("model", Type::Model, "The model: the record that its function gave."),
        Parameter::value(
            "features",
            Type::Features,
            "The features: an array of numbers, a record, or values in the order in which they were learnt.",
        )
        .repeated(),
    ]
}

/// Rows that share a model: it, its features of these rows, and how many rows there are.
pub(super) struct Run<'a> {
    pub model: Option<&'a Encoded>,
    pub features: Vec<Feature<'a>>,
    pub rows: usize,
}

/// Hands over all rows of a batch, run by run of rows with the same model.
pub(super) fn each_run(columns: &Columns, function: &str, mut seen: impl FnMut(Run<'_>) -> Result<()>) -> Result<()> {
    let bytes = models(columns, MODEL, function)?;
    let given = Given::read(columns, FEATURES, function)?;
    for (bytes, rows) in runs(&bytes, columns.rows()) {
        let Some(bytes) = bytes else {
            seen(Run { model: None, features: Vec::new(), rows: rows.len() })?;
            continue;
        };
        let encoded = Encoded::read(bytes)?;
        let arrays: Vec<ArrayRef> = given.matched(&encoded.known, function)?;
        let mut read = Vec::with_capacity(arrays.len());
        for (known, array) in encoded.known.iter().zip(&arrays) {
            read.push(Read::new(known, &array.slice(rows.start, rows.len()), function)?);
        }
        seen(Run { model: Some(&encoded), features: read.iter().map(Read::feature).collect(), rows: rows.len() })?;
    }
    Ok(())
}

/// The chances of all rows.
pub(super) fn chances(
    columns: &Columns,
    function: &str,
    mut of: impl FnMut(&Learnt, &[Feature<'_>], &mut Vec<f64>) -> Result<()>,
) -> Result<Chances> {
    let mut all: Chances = Vec::with_capacity(columns.rows());
    let mut own = Vec::new();
    each_run(columns, function, |run| {
        own.clear();
        if let Some(encoded) = run.model {
            of(&encoded.model, &run.features, &mut own)?;
        }
        // A model that reads nothing has the same chance for all rows, which are then not given.
        all.extend((0..run.rows).map(|row| own.get(row).copied()));
        Ok(())
    })?;
    Ok(all)
}
