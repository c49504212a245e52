//! What models predict of a customer, by position: the body of `…_expected_purchases` and `…_probability_alive`.

use std::sync::Arc;

use bellwether_kernels::customer::beta_geometric::History;
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

/// The arguments by place: the model stands first, three that tell of the customer follow.
pub(super) const CUSTOMER: usize = 1;
const HORIZON: usize = 4;

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
pub(super) const fn maker(kind: Kind) -> &'static str {
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

/// Models of one kind: their parameters, what they know of a customer, and what they predict of him.
pub(super) trait Predictive: Copy + Send + Sync + 'static {
    /// A model with its parameters.
    type Model;

    /// What is known of a customer.
    type Customer: Copy;

    /// What a horizon must be.
    const HORIZON: &'static str;

    /// The names of the parameters.
    fn names(self) -> [&'static str; 4];

    /// The model with these parameters.
    fn model(self, parameters: [f64; 4]) -> Self::Model;

    /// The customer of a row of `function`, whose arguments follow the model; `None` where one of them is NULL.
    fn customer(self, function: &str, columns: &Columns, row: usize) -> Result<Option<Self::Customer>>;

    /// Whether it can be a horizon.
    fn is_horizon(self, number: f64) -> bool;

    /// The probability that he is active.
    fn probability_alive(model: &Self::Model, customer: Self::Customer) -> f64;

    /// The purchases that are expected of him within the horizon.
    fn expected_purchases(model: &Self::Model, customer: Self::Customer, horizon: f64) -> f64;
}

/// A prediction by models of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prediction<K> {
    pub function: &'static str,
    pub kind: K,
    pub predicted: Predicted,
}

impl<K: Predictive> Map for Prediction<K> {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let models = Models::read(columns, 0, self.kind.names())?;
        let mut values = Float64Builder::with_capacity(columns.rows());
        // The model of many rows is mostly one.
        let mut made: Option<([f64; 4], K::Model)> = None;
        for row in 0..columns.rows() {
            let customer = self.kind.customer(self.function, columns, row)?;
            let parameters = models.as_ref().and_then(|models| models.at(row));
            let (Some(customer), Some(parameters)) = (customer, parameters) else {
                values.append_null();
                continue;
            };
            let model = match &mut made {
                Some((of, model)) if *of == parameters => model,
                made => &made.insert((parameters, self.kind.model(parameters))).1,
            };
            values.append_option(match self.predicted {
                Predicted::Alive => Some(K::probability_alive(model, customer)),
                Predicted::Purchases => match columns.number(HORIZON, row) {
                    Some(horizon) => Some(K::expected_purchases(model, customer, self.horizon(horizon)?)),
                    None => None,
                },
            });
        }
        Ok(Arc::new(values.finish()))
    }
}

impl<K: Predictive> Prediction<K> {
    fn horizon(&self, horizon: f64) -> Result<f64> {
        if self.kind.is_horizon(horizon) {
            return Ok(horizon);
        }
        let fact = format!("argument horizon of {} must be {}", self.function, K::HORIZON);
        Err(CallError::invalid(fact).at("horizon").into())
    }
}

impl Predictive for Kind {
    type Model = Buying;
    type Customer = History;

    const HORIZON: &'static str = "a finite number that is not negative";

    fn names(self) -> [&'static str; 4] {
        names(self)
    }

    fn model(self, parameters: [f64; 4]) -> Buying {
        self.model(parameters)
    }

    fn customer(self, function: &str, columns: &Columns, row: usize) -> Result<Option<History>> {
        history::read(function, columns, CUSTOMER, row)
    }

    fn is_horizon(self, number: f64) -> bool {
        number.is_finite() && number >= 0.0
    }

    fn probability_alive(model: &Buying, customer: History) -> f64 {
        model.probability_alive(customer)
    }

    fn expected_purchases(model: &Buying, customer: History, horizon: f64) -> f64 {
        model.expected_purchases(customer, horizon)
    }
}
