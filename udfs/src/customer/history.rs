//! What models of buying know of a customer, as arguments: frequency, recency and age.

use bellwether_kernels::customer::beta_geometric::History;

use super::model::refused;
use crate::adapter::column::Columns;
use crate::argument::{Parameter, Type};
use datafusion::error::Result;

/// The arguments, as `rfm_summary` gives them.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::value("frequency", Type::Number, "Purchases after the first: a whole number, at least 0."),
        Parameter::value("recency", Type::Number, "Time from the first to the last of them, 0 without."),
        Parameter::value("t", Type::Number, "Time from the first purchase to now, not below recency."),
    ]
}

/// What the arguments must be, by the number of the refusal.
pub(super) const REFUSALS: &[(&str, &str)] = &[
    ("frequency", "must be a whole number that is not negative"),
    ("t", "must be a finite number that is not negative"),
    ("recency", "must be from 0 to t"),
    ("recency", "must be 0 where frequency is 0"),
];

/// What the page of a function over histories says of them.
pub(super) const ERRORS: &str = "argument frequency must be a whole number that is not negative; argument t must be a finite number that is not \
     negative; argument recency must be from 0 to t, and 0 where frequency is 0; argument weight must be a finite \
     number that is not negative.";

/// The refusal of a history that cannot be.
pub(super) fn refuse(&[frequency, recency, t]: &[f64; 3]) -> Option<u8> {
    if !frequency.is_finite() || frequency < 0.0 || frequency.fract() != 0.0 {
        return Some(0);
    }
    if !t.is_finite() || t < 0.0 {
        return Some(1);
    }
    if !(0.0..=t).contains(&recency) {
        return Some(2);
    }
    (frequency == 0.0 && recency > 0.0).then_some(3)
}

/// The history of a row of `function`, whose arguments begin at `first`; `None` where one of them is NULL.
pub(super) fn read(function: &str, columns: &Columns, first: usize, row: usize) -> Result<Option<History>> {
    let mut numbers = [0.0; 3];
    for (argument, number) in (first..).zip(&mut numbers) {
        match columns.number(argument, row) {
            Some(given) => *number = given,
            None => return Ok(None),
        }
    }
    if let Some(number) = refuse(&numbers) {
        return Err(refused(function, REFUSALS, number).into());
    }
    let [frequency, recency, age] = numbers;
    Ok(Some(History { frequency, recency, age }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_that_cannot_be_is_refused_with_the_argument() {
        assert_eq!(refuse(&[2.0, 5.0, 5.0]), None);
        assert_eq!(refuse(&[0.0, 0.0, 0.0]), None);
        for (row, argument) in [
            ([-1.0, 0.0, 5.0], "frequency"),
            ([1.5, 1.0, 5.0], "frequency"),
            ([1.0, 6.0, 5.0], "recency"),
            ([0.0, 2.0, 5.0], "recency"),
            ([1.0, f64::NAN, 5.0], "recency"),
            ([1.0, 1.0, f64::INFINITY], "t"),
        ] {
            let number = refuse(&row).unwrap();
            assert_eq!(REFUSALS[usize::from(number)].0, argument, "{row:?}");
        }
    }
}
