//! `sessionize(ts, gap) OVER (PARTITION BY … ORDER BY ts)` — the number of the session that a row belongs to.

use std::sync::Arc;

use bellwether_kernels::journey::sessionize::begins;
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::window::{Evaluate, Window};
use crate::argument::{Arguments, Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The number of the session that a row belongs to, from 1 in each partition. A row begins a session if it \
              is the first of its partition, or if strictly more than `gap` lies between it and the row before; rows \
              exactly `gap` apart belong together. The window must order its rows by `ts`. For sessions as rows, with \
              start, end and number of events, see `sessions`.",
    result: "bigint, 1 or more.",
    nulls: "A row without time belongs to no session: NULL.",
    undefined: "Nothing.",
    errors: "argument gap of sessionize must not be negative.",
    cost: "O(rows) after the window's sort.",
    source: "The rule of web analytics; Google Analytics ends a session after 30 minutes.",
    example: "SELECT ts, sessionize(ts, INTERVAL '30 minutes') OVER (ORDER BY ts) AS session
FROM (VALUES (TIMESTAMP '2026-01-01 10:00:00'), (TIMESTAMP '2026-01-01 10:30:00'),
             (TIMESTAMP '2026-01-01 11:00:01')) AS t(ts) ORDER BY ts",
    output: "ts | session
2026-01-01 10:00:00 | 1
2026-01-01 10:30:00 | 1
2026-01-01 11:00:01 | 2",
};

pub(super) fn function() -> Function {
    Function::window(Window {
        declared: Declared {
            name: "sessionize",
            parameters: vec![
                Parameter::value("ts", Type::Time, "When the event of the row happened."),
                Parameter::option("gap", Constant::Interval, "The longest time between two events of a session."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Int64),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<Sessionize> {
    Ok(Sessionize { gap: arguments.micros("gap")?.unsigned_abs() })
}

struct Sessionize {
    gap: u64,
}

impl Evaluate for Sessionize {
    fn evaluate(&self, columns: &Columns) -> Result<ArrayRef> {
        let mut session = 0;
        let mut before = None;
        let numbers: Int64Array = (0..columns.rows())
            .map(|row| {
                let ts = columns.time(0, row)?;
                session += i64::from(begins(before, ts, self.gap));
                before = Some(ts);
                Some(session)
            })
            .collect();
        Ok(Arc::new(numbers))
    }
}
