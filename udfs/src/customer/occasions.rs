//! What BG/BB models know of a customer, as arguments, and what they predict of him.

use bellwether_kernels::customer::bg_bb::{BgBb, Occasions};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::model;
use super::prediction::{CUSTOMER, Predictive};
use crate::adapter::column::Columns;
use crate::argument::{Parameter, Type};

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

/// BG/BB models.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasional;

impl Predictive for Occasional {
    type Model = BgBb;
    type Customer = Occasions;

    const HORIZON: &'static str = "a whole number from 0 to 10000";

    fn names(self) -> [&'static str; 4] {
        PARAMETERS
    }

    fn model(self, [alpha, beta, gamma, delta]: [f64; 4]) -> BgBb {
        BgBb { alpha, beta, gamma, delta }
    }

    fn customer(self, function: &str, columns: &Columns, row: usize) -> Result<Option<Occasions>> {
        let number = |argument: usize| columns.number(CUSTOMER + argument, row);
        let (Some(frequency), Some(recency), Some(periods)) = (number(0), number(1), number(2)) else {
            return Ok(None);
        };
        match refuse(&[frequency, recency, periods]) {
            Some(number) => Err(model::refused(function, REFUSALS, number).into()),
            None => Ok(Some(Occasions { frequency, recency, periods })),
        }
    }

    fn is_horizon(self, number: f64) -> bool {
        is_count(number, PERIODS_MAX)
    }

    fn probability_alive(model: &BgBb, customer: Occasions) -> f64 {
        model.probability_alive(customer)
    }

    fn expected_purchases(model: &BgBb, customer: Occasions, horizon: f64) -> f64 {
        model.expected_purchases(customer, horizon as u32)
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
