//! What models of buying predict of a customer, by position: the body of `…_expected_purchases` and
//! `…_probability_alive`.

use std::sync::Arc;

use bellwether_kernels::customer::buying::{Buying, Kind};
use datafusion::arrow::array::{ArrayRef, Float64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::history;
use super::model::{self, Models};
use crate::adapter::column::Columns;
use crate::adapter::scalar::Map;
use crate::argument::{Parameter, Type};
use crate::error::CallError;

/// What NULL does to predictions.
pub(super) const NULLS: &str = "NULL in, NULL out.";

/// Where there is no prediction.
pub(super) const UNDEFINED: &str = "NULL where the model has another status than `ok`.";

/// What is wrong with a history.
pub(super) const ERRORS: &str = "argument frequency must be a whole number that is not negative; argument t must be \
                                 a finite number that is not negative; argument recency must be from 0 to t, and 0 \
                                 where frequency is 0; argument model must be a model of the function that fits it.";

/// The names of the parameters of a model.
pub(super) const fn names(kind: Kind) -> [&'static str; 4] {
    match kind {
        Kind::BgNbd | Kind::MbgNbd => ["r", "alpha", "a", "b"],
        Kind::ParetoNbd => ["r", "alpha", "s", "beta"],
    }
}

/// The function that fits a model.
fn maker(kind: Kind) -> &'static str {
    match kind {
        Kind::BgNbd => "bg_nbd_fit",
        Kind::MbgNbd => "mbg_nbd_fit",
        Kind::ParetoNbd => "pareto_nbd_fit",
    }
}

/// The arguments: a model and a history.
pub(super) fn parameters(meaning: &'static str) -> Vec<Parameter> {
    let mut parameters = vec![model::argument(meaning)];
    parameters.extend(history::parameters());
    parameters
}

/// The arguments of a prediction over a horizon.
pub(super) fn parameters_with_horizon(meaning: &'static str) -> Vec<Parameter> {
    let mut parameters = parameters(meaning);
    let horizon = "How far ahead, in the unit of recency and t, at least 0.";
    parameters.push(Parameter::value("horizon", Type::Number, horizon));
    parameters
}

/// The type of a prediction by a model of this kind.
pub(super) fn result(function: &str, kind: Kind, types: &[DataType]) -> Result<DataType> {
    model::check(function, maker(kind), &names(kind), types.first())?;
    Ok(DataType::Float64)
}

/// What is predicted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Predicted {
    /// The purchases within the horizon.
    Purchases,
    /// Whether the customer is active.
    Alive,
}

/// A prediction by models of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prediction {
    pub function: &'static str,
    pub kind: Kind,
    pub predicted: Predicted,
}

impl Map for Prediction {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let models = Models::read(columns, 0, names(self.kind))?;
        let mut values = Float64Builder::with_capacity(columns.rows());
        // The model of many rows is mostly one.
        let mut made: Option<([f64; 4], Buying)> = None;
        for row in 0..columns.rows() {
            let history = history::read(self.function, columns, 1, row)?;
            let parameters = models.as_ref().and_then(|models| models.at(row));
            let (Some(history), Some(parameters)) = (history, parameters) else {
                values.append_null();
                continue;
            };
            let model = match &mut made {
                Some((of, model)) if *of == parameters => model,
                made => &made.insert((parameters, self.kind.model(parameters))).1,
            };
            values.append_option(match self.predicted {
                Predicted::Alive => Some(model.probability_alive(history)),
                Predicted::Purchases => match columns.number(4, row) {
                    Some(horizon) => Some(model.expected_purchases(history, self.horizon(horizon)?)),
                    None => None,
                },
            });
        }
        Ok(Arc::new(values.finish()))
    }
}

impl Prediction {
    fn horizon(&self, horizon: f64) -> Result<f64> {
        if horizon.is_finite() && horizon >= 0.0 {
            return Ok(horizon);
        }
        let fact = format!("argument horizon of {} must be a finite number that is not negative", self.function);
        Err(CallError::invalid(fact).at("horizon").into())
    }
}
