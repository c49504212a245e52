//! `forecast((series), …)` — the values that follow each series, with intervals.

use bellwether_kernels::forecast::{Outlook, Request, Rows};
use datafusion::error::Result;

use super::reconciled::{Method, Reconciled};
use super::request;
use super::rows::{self, Columns};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "The values that follow each series. `auto` weighs the models that suit the series (exponential smoothing, \
              complex smoothing, dynamic optimised theta, decomposed seasons; for intermittent demand those of Croston \
              and of Teunter, Syntetos and Babai), their median and the seasonal naive by their errors at up to six \
              earlier origins, so that what it takes never had more error there than the seasonal naive. Rows: several \
              values of one step count as their mean; steps without a value lie on the line between their neighbours; \
              what lies before a gap of more than two seasons and thirty steps is left out if enough follows; rows at no equal distances follow each other. The forecast begins one step after \
              the last value. `holidays` and `events` are taken out before, and put back where they are known to come: \
              what they add (to positive series: by what they multiply) is estimated by least squares on what trend and \
              season leave, and drawn towards nothing as far as it could be chance; `forecast_components` shows it. \
              `reconcile`: rows where a column of `by` is NULL are sums over its values, as ROLLUP, CUBE and GROUPING \
              SETS make them; the forecasts of sums are then exactly those of their parts together. `bottom_up` adds the \
              parts up; `min_trace` moves parts and sums alike, each by as much as it was wrong in its backtest. A step \
              without a value counts 0 there, and all series end with the last step of any of them.",
    result: "`horizon` rows for each series: ts, by the calendar (months keep their day, or their end); forecast; \
             lower_bound and upper_bound, which hold the truth with the probability `level`, from the errors of the \
             backtest; model, of `auto` those that weigh a tenth or more, the heaviest first; freq; season_length in \
             steps, 1 for none; mase_vs_naive: the backtest's mean absolute error \
             over that of the seasonal naive, below 1 when better; status: ok, gaps_filled, duplicates_averaged, \
             cut_at_gap, irregular_steps (events cannot be placed), event_unknown (one that is to come was not seen \
             twice, or cannot be told from the season, and counts nothing), constant, too_short_to_test, \
             model_not_applicable (the seasonal naive stands in), not_reconciled (of series that are in no sum), \
             no_values; seasons: the lengths of all seasons, for \
             example `24, 168`.",
    nulls: "Rows without time are left out. NULL, NaN and infinite values count as missing; of events NULL is nothing.",
    undefined: "forecast and bounds are NULL with status no_values when a series has no value; a constant series has \
                an interval without width; mase_vs_naive is NULL where there is no backtest, or the naive made no error.",
    errors: "argument horizon of forecast must be an integer from 1 to 100000; argument level of forecast must be a \
             number from 0.01 to 0.999; a series has more than 200 different events, in column \"…\"; argument \
             reconcile of forecast needs the columns of by.",
    cost: "A monthly series of 200 values takes about 7 ms with `auto` on one thread, 3 ms with `ets`. Series are \
           spread over threads, but those of `reconcile` are seen by one. The rows are held once, about 20 bytes each.",
    source: "Hyndman, Koehler, Ord & Snyder (2008); Fiorucci et al. (2016); Svetunkov & Kourentzes (2022); Bandara, \
             Hyndman & Bergmeir (2021); Petropoulos & Svetunkov (2020) for the median; Buckland, Burnham & Augustin (1997) for \
             weights by likelihood; Robinson (1988) and Breiman (1995) \
             for events; Wickramasuriya, Athanasopoulos & Hyndman (2019) for min_trace.",
    example: "WITH sales(day, revenue) AS (
  SELECT DATE '2026-01-05' + i, 100 + (ARRAY[0, 5, 10, 5, 20, -40, -60])[i % 7 + 1] FROM generate_series(0, 69) AS g(i))
SELECT ts, forecast, lower_bound, upper_bound, model, freq, season_length, status
FROM forecast(sales, ts => 'day', value => 'revenue', horizon => 3, model => 'seasonal_naive') ORDER BY ts",
    output: "ts | forecast | lower_bound | upper_bound | model | freq | season_length | status
2026-03-16 | 100 | 100 | 100 | seasonal_naive | day | 7 | ok
2026-03-17 | 105 | 105 | 105 | seasonal_naive | day | 7 | ok
2026-03-18 | 110 | 110 | 110 | seasonal_naive | day | 7 | ok",
};

const RECONCILE: &[&str] = &["none", "bottom_up", "min_trace"];

pub(super) fn function() -> Function {
    let mut parameters = request::columns();
    parameters.extend(request::options());
    parameters.extend(rows::events());
    let reconcile = "How series and their sums are made to agree.";
    parameters.push(Parameter::constant("reconcile", Constant::Choice(RECONCILE), reconcile).or("none"));
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
        ResultColumn::text("seasons"),
    ];
    let (read, request) = (Columns::new(call)?, request::read(call)?);
    let method = match call.text("reconcile")? {
        "bottom_up" => Method::BottomUp,
        "min_trace" => Method::MinTrace,
        _ => return Ok(Bound::each_group(columns, Forecast { columns: read, request }).costly()),
    };
    if !call.has("by") {
        let hint = "by => ARRAY['region', 'shop'], of rows that GROUP BY ROLLUP (region, shop) makes";
        return Err(call.invalid("reconcile", "needs the columns of by").with_hint(hint).into());
    }
    Ok(Bound::each_group(columns, Reconciled::new(read, request, method)).undivided())
}

#[derive(Debug, Clone)]
struct Forecast {
    columns: Columns,
    request: Request,
}

impl EachGroup for Forecast {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let series = self.columns.read(group)?;
        if let Some(outlook) = self.request.outlook(series.rows()) {
            write(&outlook, out);
            return Ok(());
        }
        let zeros = vec![0.0; series.times.len()];
        if let Some((steps, _)) = self.request.series(Rows::new(&series.times, &zeros)) {
            let count = steps.values.len();
            let ahead = (count..count + self.request.horizon).map(|place| steps.time(place));
            write_nothing(ahead, &steps.frequency.name(), out);
        }
        Ok(())
    }
}

/// The rows of a series with values.
pub(super) fn write(outlook: &Outlook, out: &mut Sink<'_>) {
    let frequency = outlook.series.frequency.name();
    let (season, seasons) = request::told(&outlook.seasons);
    for step in &outlook.steps {
        let mut row = out.row();
        row.time(step.time).number(step.value).number(step.lower).number(step.upper);
        row.text(outlook.model.as_str()).text(frequency.as_str()).integer(season);
        row.number(outlook.mase_vs_naive).text(outlook.status).text(seasons.as_str());
    }
}

/// The rows of a series without values.
pub(super) fn write_nothing(times: impl Iterator<Item = Option<i64>>, frequency: &str, out: &mut Sink<'_>) {
    for time in times {
        let mut row = out.row();
        row.time(time).number(None).number(None).number(None).text(None).text(frequency);
        row.integer(None).number(None).text("no_values").text(None);
    }
}
