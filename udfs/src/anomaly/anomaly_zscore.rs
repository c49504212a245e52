//! `anomaly_zscore(value) OVER (…)` — how many standard deviations a value is from the mean of its frame.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::frame::{Mean, finite};
use crate::adapter::column::Columns;
use crate::adapter::frame::{Framed, OverFrame};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many standard deviations (of a sample) the row's value is from the mean of its frame. One wild value \
              in the frame widens the deviation and hides others, and itself: `anomaly_mad` is the robust form. End \
              the frame at `1 PRECEDING` to judge a row by those before it alone.",
    result: "double precision; negative below the mean.",
    nulls: "NULL, NaN and infinite values are not in the frame, and have no distance: NULL.",
    undefined: "NULL where the frame has fewer than three values, or values beyond 1e150, whose squares are not finite. \
                Where all of them are equal: 0 for that value, ±Infinity for any other.",
    errors: "None at run time.",
    cost: "Each row is added at most three times, and never subtracted, so that no digits are lost; 48 bytes for each \
           value of the frame.",
    source: "Sums of squares as of Chan, Golub & LeVeque (1979).",
    example: "SELECT day, calls, anomaly_zscore(calls) OVER () AS z
FROM (VALUES (1, 10), (2, 20), (3, 30)) AS daily(day, calls) ORDER BY day",
    output: "day | calls | z
1 | 10 | -1
2 | 20 | 0
3 | 30 | 1",
};

pub(super) fn function() -> Function {
    Function::framed(Framed {
        declared: Declared {
            name: "anomaly_zscore",
            parameters: vec![Parameter::value("value", Type::Number, "What is judged.")],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(Zscore),
    })
}

struct Zscore;

impl OverFrame for Zscore {
    type Frame = Mean;

    fn enter(&self, frame: &mut Mean, columns: &Columns, row: usize) {
        if let Some(value) = finite(columns, row) {
            frame.enter(value);
        }
    }

    fn leave(&self, frame: &mut Mean, columns: &Columns, row: usize) {
        if finite(columns, row).is_some() {
            frame.leave();
        }
    }

    fn value(&self, frame: &Mean, columns: &Columns, row: usize) -> Result<ScalarValue> {
        let distance = finite(columns, row).and_then(|value| Some(frame.around()?.distance(value)));
        Ok(ScalarValue::Float64(distance))
    }
}
