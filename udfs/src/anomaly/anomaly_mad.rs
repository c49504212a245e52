//! `anomaly_mad(value) OVER (…)` — how many robust deviations a value is from the median of its frame.

use datafusion::arrow::datatypes::DataType;

use super::frame::{OfOrdered, by_median};
use crate::adapter::frame::Framed;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many robust standard deviations the row's value is from the median of its frame: (value − median) / \
              (1.4826 × the median absolute deviation). A few wild values in the frame change it hardly at all. Beyond \
              ±3.5 a value is commonly called an outlier. End the frame at `1 PRECEDING` to judge a row by those \
              before it alone. Where more than half of the frame's values are equal, 1.2533 × the mean absolute \
              deviation stands in.",
    result: "double precision; negative below the median.",
    nulls: "NULL, NaN and infinite values are not in the frame, and have no distance: NULL.",
    undefined: "NULL where the frame has fewer than three values. Where all of them are equal: 0 for that value, \
                ±Infinity for any other.",
    errors: "None at run time.",
    cost: "Each row enters the frame's order once and leaves it once, in time that hardly grows with the frame; 8 bytes \
           for each value of the frame.",
    source: "Iglewicz & Hoaglin (1993), “How to Detect and Handle Outliers”.",
    example: "SELECT day, calls, anomaly_mad(calls) OVER (ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING) > 3.5 AS unusual
FROM (VALUES (1, 10), (2, 12), (3, 11), (4, 13), (5, 12), (6, 40), (7, 11)) AS daily(day, calls)
ORDER BY day",
    output: "day | calls | unusual
1 | 10 | NULL
2 | 12 | NULL
3 | 11 | NULL
4 | 13 | f
5 | 12 | f
6 | 40 | t
7 | 11 | f",
};

pub(super) fn function() -> Function {
    Function::framed(Framed {
        declared: Declared {
            name: "anomaly_mad",
            parameters: vec![Parameter::value("value", Type::Number, "What is judged.")],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(OfOrdered(|frame, value| by_median(frame).map(|around| around.distance(value)))),
    })
}
