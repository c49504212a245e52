//! `anomaly_iqr(value) OVER (…)` — how far a value is outside the quartiles of its frame.

use bellwether_kernels::anomaly::Ordered;
use datafusion::arrow::datatypes::DataType;

use super::frame::{OfOrdered, quartiles};
use crate::adapter::frame::Framed;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How far outside the middle half of its frame the row's value is, in widths of that half: (value − third \
              quartile) / (third − first quartile) above it, (value − first quartile) / … below, and 0 within. \
              Tukey's fences are at ±1.5, far out is ±3. End the frame at `1 PRECEDING` to judge a row by those \
              before it alone.",
    result: "double precision; negative below the first quartile.",
    nulls: "NULL, NaN and infinite values are not in the frame, and have no distance: NULL.",
    undefined: "NULL where the frame has fewer than three values. Where the quartiles are equal: 0 for that value, \
                ±Infinity for any other.",
    errors: "None at run time.",
    cost: "Each row enters the frame's order once and leaves it once, in time that hardly grows with the frame; 8 bytes \
           for each value of the frame.",
    source: "Tukey (1977), “Exploratory Data Analysis”; quartiles as percentile_cont.",
    example: "SELECT day, calls, anomaly_iqr(calls) OVER () AS beyond
FROM (VALUES (1, 10), (2, 12), (3, 14), (4, 16), (5, 48)) AS daily(day, calls) ORDER BY day",
    output: "day | calls | beyond
1 | 10 | -0.5
2 | 12 | 0
3 | 14 | 0
4 | 16 | 0
5 | 48 | 8",
};

pub(super) fn function() -> Function {
    Function::framed(Framed {
        declared: Declared {
            name: "anomaly_iqr",
            parameters: vec![Parameter::value("value", Type::Number, "What is judged.")],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(OfOrdered(beyond)),
    })
}

fn beyond(frame: &Ordered, value: f64) -> Option<f64> {
    let (low, high) = quartiles(frame)?;
    let outside = if value > high {
        value - high
    } else if value < low {
        value - low
    } else {
        return Some(0.0);
    };
    Some(outside / (high - low))
}
