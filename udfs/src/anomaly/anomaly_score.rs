//! `anomaly_score(value [, method]) OVER (…)` — how surprising a value is among those of its frame, from 0 to 1.

use bellwether_kernels::anomaly::Ordered;
use bellwether_kernels::distribution::student_t;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::frame::{Around, Mean, by_median, by_quartiles, finite};
use crate::adapter::column::Columns;
use crate::adapter::frame::{Framed, OverFrame};
use crate::argument::{Arguments, Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

/// No deviation smaller than this part of the centre is believed: rounding alone is as large.
const FLOOR: f64 = 1e-9;

const PAGE: Page = Page {
    summary: "How surprising the row's value is among those of its frame: the share of ordinary values that would be \
              nearer. The distance is that of `anomaly_mad`, `anomaly_zscore`, or the distance from the median in \
              quartile distances; Student's t distribution makes it a probability, so that frames of ten and of a \
              thousand values can be compared. `> 0.999` is one value in a thousand. End the frame at `1 PRECEDING` \
              to judge a row by those before it alone.",
    result: "double precision from 0, as expected, to 1.",
    nulls: "NULL, NaN and infinite values are not in the frame, and have no score: NULL.",
    undefined: "NULL where the frame has fewer than three values. Where all of them are equal, the deviation is taken as \
                a billionth of the value.",
    errors: "argument method of anomaly_score must be one of 'mad', 'zscore', 'iqr'.",
    cost: "That of the method's own function.",
    source: "The prediction interval of one more value: t = distance / √(1 + 1/n) with n − 1 degrees of freedom.",
    example: "SELECT day, calls, anomaly_score(calls, 'mad') OVER (ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING) > 0.99 AS unusual
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
    let methods = Constant::Choice(&["mad", "zscore", "iqr"]);
    Function::framed(Framed {
        declared: Declared {
            name: "anomaly_score",
            parameters: vec![
                Parameter::value("value", Type::Number, "What is judged."),
                Parameter::option("method", methods, "How centre and spread are measured.").or("mad"),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<Score> {
    Ok(match arguments.text("method")? {
        "mad" => Score::Mad,
        "zscore" => Score::Zscore,
        "iqr" => Score::Iqr,
        other => return Err(CallError::invalid(format!("anomaly_score has no method {other}")).into()),
    })
}

#[derive(Debug, Clone, Copy)]
enum Score {
    Mad,
    Zscore,
    Iqr,
}

/// The frame as the method needs it: one of both stays empty.
#[derive(Debug, Default)]
struct Values {
    ordered: Ordered,
    mean: Mean,
}

impl OverFrame for Score {
    type Frame = Values;

    fn enter(&self, frame: &mut Values, columns: &Columns, row: usize) {
        let Some(value) = finite(columns, row) else { return };
        match self {
            Self::Mad | Self::Iqr => frame.ordered.insert(value),
            Self::Zscore => frame.mean.enter(value),
        }
    }

    fn leave(&self, frame: &mut Values, columns: &Columns, row: usize) {
        let Some(value) = finite(columns, row) else { return };
        match self {
            Self::Mad | Self::Iqr => frame.ordered.remove(value),
            Self::Zscore => frame.mean.leave(),
        }
    }

    fn value(&self, frame: &Values, columns: &Columns, row: usize) -> Result<ScalarValue> {
        let around = match self {
            Self::Mad => by_median(&frame.ordered),
            Self::Zscore => frame.mean.around(),
            Self::Iqr => by_quartiles(&frame.ordered),
        };
        let score = finite(columns, row).and_then(|value| Some(score(around?, value)));
        Ok(ScalarValue::Float64(score))
    }
}

fn score(around: Around, value: f64) -> f64 {
    let count = around.count as f64;
    let deviation = around.deviation.max(FLOOR * around.centre.abs());
    let distance = Around { deviation, ..around }.distance(value).abs();
    1.0 - (2.0 * student_t::tail(distance / (1.0 + 1.0 / count).sqrt(), count - 1.0)).min(1.0)
}
