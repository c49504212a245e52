//! `breakeven_units(fixed_cost, price, unit_cost)` — how many units must be sold to earn the fixed cost.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many units must be sold to earn a fixed cost: the cost divided by what a unit leaves after its own \
              cost. Parts of a unit are kept; `ceil` rounds them up.",
    result: "double precision, units.",
    nulls: "NULL gives NULL.",
    undefined: "NULL when a unit costs what it earns, or more: no number of units is enough.",
    errors: "None at run time.",
    cost: "One division a row.",
    source: "Break-even analysis: fixed cost over contribution margin.",
    example: "SELECT breakeven_units(1000, 25, 5) AS units, breakeven_units(1000, 5, 5) AS never",
    output: "units | never
50 | NULL",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "breakeven_units",
            parameters: vec![
                Parameter::value("fixed_cost", Type::Number, "What is spent however much is sold, in money."),
                Parameter::value("price", Type::Number, "What a unit earns, in money."),
                Parameter::value("unit_cost", Type::Number, "What a unit costs, in money."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(BreakEven),
    })
}

struct BreakEven;

impl Map for BreakEven {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let units = (0..columns.rows())
            .map(|row| units(columns.number(0, row)?, columns.number(1, row)?, columns.number(2, row)?));
        Ok(Arc::new(units.collect::<Float64Array>()))
    }
}

fn units(fixed_cost: f64, price: f64, unit_cost: f64) -> Option<f64> {
    let margin = price - unit_cost;
    (margin > 0.0).then(|| fixed_cost / margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_without_margin_never_breaks_even() {
        assert_eq!(units(1000.0, 25.0, 5.0), Some(50.0));
        assert_eq!(units(1000.0, 5.0, 5.0), None);
        assert_eq!(units(1000.0, f64::NAN, 5.0), None);
    }
}
