//! `forecast_backtest((series), …)` — how good the models would have been at earlier moments.

use bellwether_kernels::forecast::{Request, Score};
use datafusion::error::Result;

use super::request;
use super::rows::{self, Columns};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "How good the models would have been at earlier moments of each series. At each of up to `origins` \
              moments, half a horizon apart, the models see only what came before, are fitted to it, and forecast what \
              came next; `auto` shows all models that suit the series, their median (`ensemble`) and the seasonal naive. \
              In short series the horizon is shortened to what can be compared.",
    result: "A row for each model, ordered by mae: model; origins; horizon; mae, mean absolute error; mase, mae over the \
             mean step from a season to the next on what was known; smape, 0 to 200; bias, mean of forecast less truth; \
             coverage, the share of truths within the interval of `level` that the other origins' errors give; \
             mase_vs_naive, mae over that of the seasonal naive; status: ok or too_short_to_test or no_values.",
    nulls: "As in forecast: rows without time are left out, other missing values are filled.",
    undefined: "One row with status too_short_to_test for series of fewer than eight steps. mase and mase_vs_naive are \
                NULL where their denominator is zero, coverage with one origin.",
    errors: "argument origins of forecast_backtest must be an integer from 1 to 100.",
    cost: "As many fits of each model as there are origins.",
    source: "Tashman (2000) for rolling origins; Hyndman & Koehler (2006) for MASE.",
    example: "WITH sales(day, revenue) AS (
  SELECT DATE '2026-01-05' + i, 100 + i FROM generate_series(0, 49) AS g(i))
SELECT model, origins, horizon, round(mae)::bigint AS mae, round(bias)::bigint AS bias, status
FROM forecast_backtest(sales, ts => 'day', value => 'revenue', horizon => 3, model => 'drift', season_length => 1)",
    output: "model | origins | horizon | mae | bias | status
drift | 6 | 3 | 0 | 0 | ok
seasonal_naive | 6 | 3 | 2 | -2 | ok",
};

pub(super) fn function() -> Function {
    let mut parameters = request::columns();
    parameters.extend([request::horizon(), request::model(), request::level()]);
    parameters.extend(request::calendar());
    let origins = Constant::Integer(1, 100);
    parameters.push(Parameter::constant("origins", origins, "At how many moments at most.").or_integer(6));
    parameters.extend(rows::events());
    Function::table(TableFunction { declared: Declared { name: "forecast_backtest", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::text("model"),
        ResultColumn::integer("origins"),
        ResultColumn::integer("horizon"),
        ResultColumn::number("mae"),
        ResultColumn::number("mase"),
        ResultColumn::number("smape"),
        ResultColumn::number("bias"),
        ResultColumn::number("coverage"),
        ResultColumn::number("mase_vs_naive"),
        ResultColumn::text("status"),
    ];
    let origins = call.integer("origins")? as usize;
    Ok(Bound::each_group(columns, Backtest { columns: Columns::new(call)?, request: request::read(call)?, origins })
        .costly())
}

#[derive(Debug, Clone)]
struct Backtest {
    columns: Columns,
    request: Request,
    origins: usize,
}

impl EachGroup for Backtest {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let scores = self.request.scores(self.columns.read(group)?.rows(), self.origins);
        let status = if scores.is_some() { "too_short_to_test" } else { "no_values" };
        let scores = scores.unwrap_or_default();
        scores.iter().for_each(|score| write(score, out));
        if scores.is_empty() {
            let mut row = out.row();
            row.text(None).integer(0).integer(0).number(None).number(None).number(None);
            row.number(None).number(None).number(None).text(status);
        }
        Ok(())
    }
}

fn write(score: &Score, out: &mut Sink<'_>) {
    let mut row = out.row();
    row.text(score.model.name()).integer(score.origins as i64).integer(score.horizon as i64);
    row.number(score.mae).number(score.mase).number(score.smape).number(score.bias);
    row.number(score.coverage).number(score.mase_vs_naive).text("ok");
}
