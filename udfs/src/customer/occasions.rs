//! What BG/BB models know of a customer, as arguments, and what they predict of him.

use std::sync::Arc;

use bellwether_kernels::customer::bg_bb::{BgBb, Occasions};
use datafusion::arrow::array::{ArrayRef, Float64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::model::{self, Models};
use crate::adapter::column::Columns;
use crate::adapter::scalar::Map;
use crate::argument::{Parameter, Type};
use crate::error::CallError;

/// The names of the parameters of a model.
pub(super) const PARAMETERS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

/// The most periods of a customer or a horizon: each is a term of a sum.
const PERIODS_MAX: f64 = 10_000.0;

/// What the arguments must be, by the number of the refusal.
pub(super) const REFUSALS: &[(&str, &str)] = &[
    ("periods", "must be a whole number from 0 to 10000"),
    ("recency", "must be a whole number from 0 to periods"),
    ("frequency", "must be a whole number from 0 to recency, and 0 only where recency is 0"),
];

/// What the pages say of them.
pub(super) const ERRORS: &str = "argument periods must be a whole number from 0 to 10000; argument recency must be a whole number from 0 to \
     periods; argument frequency must be a whole number from 0 to recency, and 0 only where recency is 0; argument \
     horizon and argument weight must not be negative; argument model must be a model of bg_bb_fit.";

/// The refusal of a customer who cannot be.
pub(super) fn refuse(&[frequency, recency, periods]: &[f64; 3]) -> Option<u8> {
    if !is_count(periods, PERIODS_MAX) {
        return Some(0);
    }
    if !is_count(recency, periods) {
        return Some(1);
    }
    (!is_count(frequency, recency) || (frequency == 0.0) != (recency == 0.0)).then_some(2)
}

fn is_count(number: f64, most: f64) -> bool {
    (0.0..=most).contains(&number) && number.fract() == 0.0
}

/// The arguments of a prediction, with a horizon or without.
pub(super) fn parameters(with_horizon: bool) -> Vec<Parameter> {
    let mut parameters = vec![
        model::argument("A model of bg_bb_fit."),
        Parameter::value("frequency", Type::Number, "Occasions on which the customer bought: a whole number."),
        Parameter::value("recency", Type::Number, "The last of them, counted from 1; 0 without."),
        Parameter::value("periods", Type::Number, "All occasions he had: a whole number up to 10000."),
    ];
    if with_horizon {
        let meaning = "Occasions to come: a whole number up to 10000.";
        parameters.push(Parameter::value("horizon", Type::Number, meaning));
    }
    parameters
}

/// The type of a prediction.
pub(super) fn result(function: &str, types: &[DataType]) -> Result<DataType> {
    model::check(function, "bg_bb_fit", &PARAMETERS, types.first())?;
    Ok(DataType::Float64)
}

/// What is predicted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Predicted {
    /// The purchases on the occasions of the horizon.
    Purchases,
    /// Whether the customer is active.
    Alive,
}

/// A prediction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prediction {
    pub function: &'static str,
    pub predicted: Predicted,
}

impl Map for Prediction {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let models = Models::read(columns, 0, PARAMETERS)?;
        let mut values = Float64Builder::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let parameters = models.as_ref().and_then(|models| models.at(row));
            let numbers = [columns.number(1, row), columns.number(2, row), columns.number(3, row)];
            let (Some([alpha, beta, gamma, delta]), [Some(frequency), Some(recency), Some(periods)]) =
                (parameters, numbers)
            else {
                values.append_null();
                continue;
            };
            if let Some(number) = refuse(&[frequency, recency, periods]) {
                return Err(model::refused(self.function, REFUSALS, number).into());
            }
            let model = BgBb { alpha, beta, gamma, delta };
            let customer = Occasions { frequency, recency, periods };
            values.append_option(match self.predicted {
                Predicted::Alive => Some(model.probability_alive(customer)),
                Predicted::Purchases => match columns.number(4, row) {
                    Some(horizon) => Some(model.expected_purchases(customer, self.horizon(horizon)?)),
                    None => None,
                },
            });
        }
        Ok(Arc::new(values.finish()))
    }
}

impl Prediction {
    fn horizon(&self, horizon: f64) -> Result<u32> {
        if is_count(horizon, PERIODS_MAX) {
            return Ok(horizon as u32);
        }
        let fact = format!("argument horizon of {} must be a whole number from 0 to 10000", self.function);
        Err(CallError::invalid(fact).at("horizon").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_who_cannot_be_is_refused_with_the_argument() {
        assert_eq!(refuse(&[0.0, 0.0, 6.0]), None);
        assert_eq!(refuse(&[4.0, 5.0, 6.0]), None);
        for (row, argument) in [
            ([1.0, 1.0, 6.5], "periods"),
            ([1.0, 7.0, 6.0], "recency"),
            ([3.0, 2.0, 6.0], "frequency"),
            ([0.0, 2.0, 6.0], "frequency"),
            ([1.0, 0.0, 6.0], "frequency"),
        ] {
            let number = refuse(&row).unwrap();
            assert_eq!(REFUSALS[usize::from(number)].0, argument, "{row:?}");
        }
    }
}
