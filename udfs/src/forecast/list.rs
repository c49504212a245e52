//! `forecast(ts, value, horizon [, model, level])` — the values that follow the rows of a group, as a list.

use std::sync::Arc;

use bellwether_kernels::forecast::{Request, Rows, Step};
use datafusion::arrow::array::{ArrayRef, Float64Builder, ListArray, StructArray, TimestampMicrosecondBuilder};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use datafusion::error::Result;

use super::request;
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The values that follow the rows of a group, as the table function of the same name forecasts them. `unnest` \
              makes rows of the list.",
    result: "An array of `horizon` records: ts, in UTC; forecast; lower_bound, upper_bound.",
    nulls: "Rows without time are left out. NULL, NaN and infinite values count as missing.",
    undefined: "NULL without a single value.",
    errors: "argument horizon of forecast must be an integer from 1 to 100000.",
    cost: "16 bytes a row; time as the table function.",
    source: "As the table function.",
    example: "SELECT f['ts'] AS ts, f['forecast'] AS forecast, f['lower_bound'] AS lower_bound
FROM (SELECT unnest(forecast(day, revenue, 2, 'drift')) AS f
      FROM (VALUES (DATE '2026-01-01', 10.0), (DATE '2026-01-02', 12.0), (DATE '2026-01-03', 14.0), (DATE '2026-01-04', 16.0),
                   (DATE '2026-01-05', 18.0), (DATE '2026-01-06', 20.0), (DATE '2026-01-07', 22.0), (DATE '2026-01-08', 24.0),
                   (DATE '2026-01-09', 26.0), (DATE '2026-01-10', 28.0), (DATE '2026-01-11', 30.0), (DATE '2026-01-12', 32.0))
           AS sales(day, revenue)) AS forecasts",
    output: "ts | forecast | lower_bound
2026-01-13 00:00:00 | 34 | 34
2026-01-14 00:00:00 | 36 | 36",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "forecast",
            parameters: vec![
                Parameter::value("ts", Type::Time, "When."),
                Parameter::value("value", Type::Number, "The value."),
                Parameter::option("horizon", request::steps(), "How many steps ahead."),
                Parameter::option("model", Constant::Choice(request::MODELS), "The model, as of the table function.")
                    .or("auto"),
                Parameter::option("level", request::levels(), "The probability that an interval holds the truth.")
                    .or_number(request::LEVEL),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::new_list(DataType::Struct(fields()), true)),
        bind: |arguments| Ok(Ahead { request: request::read(arguments)? }),
    })
}

struct Ahead {
    request: Request,
}

/// The rows of a group, in the order of arrival.
#[derive(Debug, Clone, PartialEq, Default)]
struct Seen(Vec<(i64, f64)>);

impl Call for Ahead {
    type State = Seen;

    fn empty(&self) -> Seen {
        Seen::default()
    }

    fn update(&self, rows: &mut Seen, columns: &Columns, row: usize) {
        if let Some(time) = columns.time(0, row) {
            rows.0.push((time, columns.number(1, row).unwrap_or(f64::NAN)));
        }
    }

    fn merge(&self, rows: &mut Seen, other: Seen) {
        rows.0.extend(other.0);
    }

    fn evaluate(&self, states: &[Seen]) -> Result<ArrayRef> {
        let mut lists = Lists::default();
        for rows in states {
            let mut rows = rows.0.clone();
            // Values too, so that no sum depends on the order of arrival.
            rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let (times, values): (Vec<i64>, Vec<f64>) = rows.into_iter().unzip();
            lists.push(self.request.outlook(Rows::new(&times, &values)).map(|outlook| outlook.steps).as_deref());
        }
        lists.finish()
    }
}

impl State for Seen {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.0.len() as u64);
        for (time, value) in &self.0 {
            writer.i64(*time);
            writer.f64(*value);
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let length = reader.length(size_of::<(i64, f64)>())?;
        let mut rows = Vec::with_capacity(length);
        for _ in 0..length {
            rows.push((reader.i64()?, reader.f64()?));
        }
        Ok(Self(rows))
    }

    fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<(i64, f64)>()
    }
}

fn fields() -> Fields {
    let numbers = ["forecast", "lower_bound", "upper_bound"].map(|name| Field::new(name, DataType::Float64, true));
    let time = Field::new("ts", DataType::Timestamp(TimeUnit::Microsecond, None), true);
    std::iter::once(time).chain(numbers).collect()
}

/// A list of steps for each group.
#[derive(Default)]
struct Lists {
    times: TimestampMicrosecondBuilder,
    numbers: [Float64Builder; 3],
    lengths: Vec<usize>,
    present: Vec<bool>,
}

impl Lists {
    fn push(&mut self, steps: Option<&[Step]>) {
        self.present.push(steps.is_some());
        self.lengths.push(steps.map_or(0, <[Step]>::len));
        for step in steps.unwrap_or_default() {
            self.times.append_option(step.time);
            for (numbers, value) in self.numbers.iter_mut().zip([step.value, step.lower, step.upper]) {
                numbers.append_value(value);
            }
        }
    }

    fn finish(mut self) -> Result<ArrayRef> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.times.finish())];
        for numbers in &mut self.numbers {
            arrays.push(Arc::new(numbers.finish()));
        }
        let steps = StructArray::try_new(fields(), arrays, None)?;
        let item = Arc::new(Field::new_list_field(DataType::Struct(fields()), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        let nulls = NullBuffer::from(self.present);
        Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(steps), Some(nulls))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::aggregate::{load, saved};

    #[test]
    fn rows_survive_their_bytes_and_merge_with_none() {
        let call = Ahead { request: Request { horizon: 2, ..Request::default() } };
        let mut rows = Seen(vec![(5, 1.5), (-3, f64::INFINITY)]);
        let read: Seen = load(saved([&rows]).value(0)).unwrap();
        assert_eq!(read, rows);
        call.merge(&mut rows, call.empty());
        assert_eq!(read, rows);
    }
}
