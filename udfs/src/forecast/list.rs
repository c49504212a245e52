//! `forecast(ts, value, horizon, …)` — the values that follow the rows of a group, as a list.

use std::sync::Arc;

use bellwether_kernels::forecast::{Outlook, Request, Rows};
use datafusion::arrow::array::{
    ArrayRef, Float64Builder, Int64Builder, ListArray, StringBuilder, StructArray, TimestampMicrosecondBuilder,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use datafusion::error::Result;

use super::request;
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The values that follow the rows of a group, as the table function of the same name forecasts them with the \
              same options; `events` and `reconcile` need it. `unnest` makes rows of the list.",
    result: "An array of `horizon` records: ts, in UTC; forecast; lower_bound, upper_bound; and in each the same model, \
             freq, season_length, mase_vs_naive, status and seasons, as of the table function.",
    nulls: "Rows without time are left out. NULL, NaN and infinite values count as missing.",
    undefined: "NULL without a single value.",
    errors: "argument horizon of forecast must be an integer from 1 to 100000.",
    cost: "16 bytes a row; time as the table function.",
    source: "As the table function.",
    example: "SELECT f['ts'] AS ts, f['forecast'] AS forecast, f['lower_bound'] AS lower_bound, f['freq'] AS freq, f['status'] AS status
FROM (SELECT unnest(forecast(day, revenue, 2, model => 'drift')) AS f
      FROM (VALUES (DATE '2026-01-01', 10.0), (DATE '2026-01-02', 12.0), (DATE '2026-01-03', 14.0), (DATE '2026-01-04', 16.0),
                   (DATE '2026-01-05', 18.0), (DATE '2026-01-06', 20.0), (DATE '2026-01-07', 22.0), (DATE '2026-01-08', 24.0),
                   (DATE '2026-01-09', 26.0), (DATE '2026-01-10', 28.0), (DATE '2026-01-11', 30.0), (DATE '2026-01-12', 32.0))
           AS sales(day, revenue)) AS forecasts",
    output: "ts | forecast | lower_bound | freq | status
2026-01-13 00:00:00 | 34 | 34 | day | ok
2026-01-14 00:00:00 | 36 | 36 | day | ok",
};

pub(super) fn function() -> Function {
    let mut parameters =
        vec![Parameter::value("ts", Type::Time, "When."), Parameter::value("value", Type::Number, "The value.")];
    parameters.extend(request::options().into_iter().chain([request::holidays()]).map(Parameter::by_position));
    Function::aggregate(Aggregate {
        declared: Declared { name: "forecast", parameters, page: PAGE },
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
            lists.push(self.request.outlook(Rows::new(&times, &values)).as_ref());
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
    let columns = [
        ("ts", DataType::Timestamp(TimeUnit::Microsecond, None)),
        ("forecast", DataType::Float64),
        ("lower_bound", DataType::Float64),
        ("upper_bound", DataType::Float64),
        ("model", DataType::Utf8),
        ("freq", DataType::Utf8),
        ("season_length", DataType::Int64),
        ("mase_vs_naive", DataType::Float64),
        ("status", DataType::Utf8),
        ("seasons", DataType::Utf8),
    ];
    columns.into_iter().map(|(name, data_type)| Field::new(name, data_type, true)).collect()
}

/// A list of steps for each group.
#[derive(Default)]
struct Lists {
    ts: TimestampMicrosecondBuilder,
    forecast: Float64Builder,
    lower_bound: Float64Builder,
    upper_bound: Float64Builder,
    model: StringBuilder,
    freq: StringBuilder,
    season_length: Int64Builder,
    mase_vs_naive: Float64Builder,
    status: StringBuilder,
    seasons: StringBuilder,
    lengths: Vec<usize>,
    present: Vec<bool>,
}

impl Lists {
    fn push(&mut self, outlook: Option<&Outlook>) {
        self.present.push(outlook.is_some());
        self.lengths.push(outlook.map_or(0, |outlook| outlook.steps.len()));
        let Some(outlook) = outlook else { return };
        let freq = outlook.series.frequency.name();
        let (season_length, seasons) = request::told(&outlook.seasons);
        for step in &outlook.steps {
            self.ts.append_option(step.time);
            self.forecast.append_value(step.value);
            self.lower_bound.append_value(step.lower);
            self.upper_bound.append_value(step.upper);
            self.model.append_value(&outlook.model);
            self.freq.append_value(&freq);
            self.season_length.append_value(season_length);
            self.mase_vs_naive.append_option(outlook.mase_vs_naive);
            self.status.append_value(outlook.status);
            self.seasons.append_value(&seasons);
        }
    }

    fn finish(mut self) -> Result<ArrayRef> {
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.ts.finish()),
            Arc::new(self.forecast.finish()),
            Arc::new(self.lower_bound.finish()),
            Arc::new(self.upper_bound.finish()),
            Arc::new(self.model.finish()),
            Arc::new(self.freq.finish()),
            Arc::new(self.season_length.finish()),
            Arc::new(self.mase_vs_naive.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.seasons.finish()),
        ];
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
