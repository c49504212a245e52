//! `forecast((series), …)` — the values that follow each series, with intervals.

use bellwether_kernels::forecast::{Outlook, Request, Series};
use datafusion::error::Result;

use super::request;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "The values that follow each series. `auto` takes the median of the models that suit the series \
              (exponential smoothing, complex smoothing, dynamic optimised theta, decomposed seasons; for intermittent \
              demand those of Croston and of Teunter, Syntetos and Babai). It takes one of them alone where that was \
              clearly better at up to six earlier origins, and mixes in as much of the seasonal naive as it needs not to \
              lose to it there. Rows: several values of one step count as their mean; steps without a value lie on the \
              line between their neighbours; what lies before a gap of more than two seasons and thirty steps is left \
              out if enough follows; rows at no equal distances follow each other. The forecast begins one step after \
              the last value.",
    result: "`horizon` rows for each series: ts, by the calendar (months keep their day, or their end); forecast; \
             lower_bound and upper_bound, which hold the truth with the probability `level`, from the errors of the \
             backtest; model; freq; season_length in steps, 1 for none; mase_vs_naive: the backtest's mean absolute error \
             over that of the seasonal naive, below 1 when better; status: ok, gaps_filled, duplicates_averaged, \
             cut_at_gap, irregular_steps, constant, too_short_to_test, model_not_applicable (the seasonal naive stands \
             in), no_values.",
    nulls: "Rows without time are left out. NULL, NaN and infinite values count as missing.",
    undefined: "forecast and bounds are NULL with status no_values when a series has no value; a constant series has \
                an interval without width; mase_vs_naive is NULL where there is no backtest, or the naive made no error.",
    errors: "argument horizon of forecast must be an integer from 1 to 100000; argument level of forecast must be a \
             number from 0.01 to 0.999.",
    cost: "A monthly series of 200 values takes about 20 ms with `auto` on one thread, 3 ms with `ets`. Series are \
           spread over threads. The rows are held once, about 20 bytes each.",
    source: "Hyndman, Koehler, Ord & Snyder (2008); Fiorucci et al. (2016); Svetunkov & Kourentzes (2022); Bandara, \
             Hyndman & Bergmeir (2021); Petropoulos & Svetunkov (2020) for the median.",
    example: "WITH sales(day, revenue) AS (
  SELECT DATE '2026-01-05' + i, 100 + (ARRAY[0, 5, 10, 5, 20, -40, -60])[i % 7 + 1] FROM generate_series(0, 69) AS g(i))
SELECT ts, forecast, lower_bound, upper_bound, model, freq, season_length, status
FROM forecast(sales, ts => 'day', value => 'revenue', horizon => 3, model => 'seasonal_naive') ORDER BY ts",
    output: "ts | forecast | lower_bound | upper_bound | model | freq | season_length | status
2026-03-16 | 100 | 100 | 100 | seasonal_naive | day | 7 | ok
2026-03-17 | 105 | 105 | 105 | seasonal_naive | day | 7 | ok
2026-03-18 | 110 | 110 | 110 | seasonal_naive | day | 7 | ok",
};

pub(super) fn function() -> Function {
    let mut parameters = request::columns();
    parameters.extend([request::horizon(), request::model(), request::level()]);
    parameters.extend(request::calendar());
    parameters.push(request::nonnegative());
    Function::table(TableFunction { declared: Declared { name: "forecast", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::time("ts", call.data_type("ts")?),
        ResultColumn::number("forecast"),
        ResultColumn::number("lower_bound"),
        ResultColumn::number("upper_bound"),
        ResultColumn::text("model"),
        ResultColumn::text("freq"),
        ResultColumn::integer("season_length"),
        ResultColumn::number("mase_vs_naive"),
        ResultColumn::text("status"),
    ];
    Ok(Bound::each_group(columns, Forecast { value: call.slot("value")?, request: request::read(call)? }))
}

#[derive(Debug, Clone)]
struct Forecast {
    value: Slot,
    request: Request,
}

impl EachGroup for Forecast {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        match self.request.outlook(rows.times(), rows.numbers(self.value)) {
            Some(outlook) => write(&outlook, out),
            None => self.write_nothing(rows.times(), out),
        }
        Ok(())
    }
}

fn write(outlook: &Outlook, out: &mut Sink<'_>) {
    let frequency = outlook.series.frequency.name();
    for step in &outlook.steps {
        let mut row = out.row();
        row.time(step.time).number(step.value).number(step.lower).number(step.upper);
        row.text(outlook.model.as_str()).text(frequency.as_str()).integer(outlook.season as i64);
        row.number(outlook.mase_vs_naive).text(outlook.status);
    }
}

impl Forecast {
    /// The steps after a series without values.
    fn write_nothing(&self, times: &[i64], out: &mut Sink<'_>) {
        let zeros = vec![0.0; times.len()];
        let Some((steps, _)) = self.request.series(times, &zeros) else { return };
        let Series { values, frequency, .. } = &steps;
        for ahead in 0..self.request.horizon {
            let mut row = out.row();
            row.time(steps.time(values.len() + ahead)).number(None).number(None).number(None);
            row.text(None).text(frequency.name().as_str()).integer(None).number(None).text("no_values");
        }
    }
}
