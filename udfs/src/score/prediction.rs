//! What all functions that use a model have in common: the model of each row, its features, and their chance.

use std::sync::Arc;

use bellwether_kernels::score::boosting::Scorer;
use bellwether_kernels::score::feature::Feature;
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::error::Result;

use super::encoded::{Encoded, Learnt, models, runs};
use super::reading::{Given, Read};
use crate::adapter::column::Columns;
use crate::adapter::scalar::Map;
use crate::argument::{Parameter, Type};
use crate::error::CallError;

/// The arguments, by place.
const MODEL: usize = 0;
const FEATURES: usize = 1;

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

/// What makes a model, and what predicts by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub fit: &'static str,
    pub predict: &'static str,
}

pub(super) const LOGISTIC: Pair = Pair { fit: "logistic_fit", predict: "logistic_predict" };
pub(super) const BOOSTED: Pair = Pair { fit: "gradient_boost_fit", predict: "gradient_boost_predict" };

/// A chance for each row by the models of a pair; NULL without a model.
pub(super) struct Predict(pub Pair);

impl Map for Predict {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let mut all: Vec<Option<f64>> = Vec::with_capacity(columns.rows());
        let mut own = Vec::new();
        each_run(columns, self.0.predict, |run| {
            own.clear();
            if let Some(encoded) = run.model {
                self.accept(&encoded.model)?;
                match &encoded.model {
                    Learnt::Logistic(regression) => regression.chances(&run.features, &mut own),
                    Learnt::Boosted(model) => Scorer::new(model.clone()).chances(&run.features, &mut own),
                }
            }
            // A model that reads nothing has the same chance for all rows, which are then not given.
            all.extend((0..run.rows).map(|row| own.get(row).copied()));
            Ok(())
        })?;
        Ok(Arc::new(Float64Array::from(all)))
    }
}

impl Predict {
    /// Refuses models of the other function.
    fn accept(&self, model: &Learnt) -> Result<()> {
        let made_by = match model {
            Learnt::Logistic(_) => LOGISTIC,
            Learnt::Boosted(_) => BOOSTED,
        };
        if made_by == self.0 {
            return Ok(());
        }
        let fact = format!("argument model of {} is a model of {}", self.0.predict, made_by.fit);
        Err(CallError::invalid(fact).at("model").with_hint(format!("use {}", made_by.predict)).into())
    }
}
