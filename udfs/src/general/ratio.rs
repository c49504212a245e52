//! `ratio(numerator, denominator)` — the sum of the numerators over the sum of the denominators.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Sums first: the sum of the numerators divided by the sum of the denominators, which is what a rate of a \
              group is. The average of the rows' own ratios is another number.",
    result: "double precision.",
    nulls: "A NULL is left out of its own sum only, as in `sum(numerator) / sum(denominator)`. NaN and infinity make \
            the sum NaN or infinite.",
    undefined: "NULL when one of the sums has no value, or the denominators sum to zero.",
    errors: "None at run time.",
    cost: "One pass, 48 bytes a group.",
    source: "Sums are compensated (Neumaier 1974), so that the order of rows changes no more than the last digit.",
    example: "SELECT channel, ratio(clicks, views) AS rate
FROM (VALUES ('search', 8, 100), ('search', 2, 900), ('email', 1, 4)) AS t(channel, clicks, views)
GROUP BY channel ORDER BY channel",
    output: "channel | rate
email | 0.25
search | 0.01",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "ratio",
            parameters: vec![
                Parameter::value("numerator", Type::Number, "What is counted, or earned."),
                Parameter::value("denominator", Type::Number, "What it is measured by."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(Ratio),
    })
}

struct Ratio;

/// Two sums.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    numerator: Sum,
    denominator: Sum,
}

/// A compensated sum of values, and whether there were any.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sum {
    sum: f64,
    lost: f64,
    count: u64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        // What the addition loses is what the smaller of both has beyond the digits of the sum.
        self.lost += if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
        self.count += 1;
    }

    fn merge(&mut self, other: Self) {
        let count = self.count + other.count;
        self.add(other.sum);
        self.lost += other.lost;
        self.count = count;
    }

    fn value(self) -> Option<f64> {
        // After an overflow the compensation is NaN, the sum is not.
        let value = if self.sum.is_finite() { self.sum + self.lost } else { self.sum };
        (self.count > 0).then_some(value)
    }

    fn save(&self, writer: &mut Writer) {
        writer.f64(self.sum);
        writer.f64(self.lost);
        writer.count(self.count);
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { sum: reader.f64()?, lost: reader.f64()?, count: reader.count()? })
    }
}

impl Sums {
    fn ratio(&self) -> Option<f64> {
        let (numerator, denominator) = (self.numerator.value()?, self.denominator.value()?);
        (denominator != 0.0).then(|| numerator / denominator)
    }
}

impl Call for Ratio {
    type State = Sums;

    fn empty(&self) -> Sums {
        Sums::default()
    }

    fn update(&self, sums: &mut Sums, columns: &Columns, row: usize) {
        if let Some(numerator) = columns.number(0, row) {
            sums.numerator.add(numerator);
        }
        if let Some(denominator) = columns.number(1, row) {
            sums.denominator.add(denominator);
        }
    }

    fn merge(&self, sums: &mut Sums, other: Sums) {
        sums.numerator.merge(other.numerator);
        sums.denominator.merge(other.denominator);
    }

    fn evaluate(&self, states: &[Sums]) -> Result<ArrayRef> {
        Ok(Arc::new(states.iter().map(Sums::ratio).collect::<Float64Array>()))
    }
}

impl State for Sums {
    fn save(&self, writer: &mut Writer) {
        self.numerator.save(writer);
        self.denominator.save(writer);
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { numerator: Sum::load(reader)?, denominator: Sum::load(reader)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::aggregate::{load, saved};

    fn sums(rows: &[(f64, f64)]) -> Sums {
        let mut sums = Sums::default();
        for (numerator, denominator) in rows {
            sums.numerator.add(*numerator);
            sums.denominator.add(*denominator);
        }
        sums
    }

    #[test]
    fn merging_parts_equals_folding_all_rows() {
        let rows = [(1.0, 4.0), (0.1, 3.0), (1e16, 2.0), (-1e16, 1.0)];
        let whole = sums(&rows);
        for cut in 0..=rows.len() {
            let mut left = sums(&rows[..cut]);
            Ratio.merge(&mut left, sums(&rows[cut..]));
            assert_eq!(left.ratio(), whole.ratio());
        }
        assert_eq!(whole.ratio(), Some(1.1 / 10.0));
    }

    #[test]
    fn merging_with_empty_changes_nothing_and_a_state_survives_its_bytes() {
        let state = sums(&[(0.1, 0.2), (0.3, 1e300)]);
        let mut merged = state;
        Ratio.merge(&mut merged, Sums::default());
        assert_eq!(merged, state);
        assert_eq!(load::<Sums>(saved([&state]).value(0)).unwrap(), state);
    }

    #[test]
    fn a_sum_that_overflows_is_infinite() {
        let ratio = sums(&[(f64::MAX, 1.0), (f64::MAX, 1.0)]).ratio();
        assert_eq!(ratio, Some(f64::INFINITY));
    }
}
