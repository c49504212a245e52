//! `forecast_components((series), …)` — what each series is made of, before its end and after it.

use bellwether_kernels::forecast::{Components, Request};
use datafusion::error::Result;

use super::request;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "What each series is made of: a trend, its seasons and what is left, for each step of the past and for \
              `horizon` steps ahead, where exponential smoothing continues the trend. Positive series whose greatest \
              value is less than a thousand times the least have parts that multiply, others parts that add up. Seasons \
              are shrunk by their strength, the rest is remainder. This is how the model `mstl` forecasts.",
    result: "A row for each step: ts; kind: history or forecast; value; trend; seasonal, of all seasons together; \
             remainder; composition: additive or multiplicative; season_length, 1 for none; status: ok or no_season or \
             no_values.",
    nulls: "As in forecast: steps without a value are filled, and shown as filled.",
    undefined: "Without a season seen twice the trend is the mean over seven steps, seasonal 0 and status no_season. One \
                row with status no_values for a series without a value.",
    errors: "argument horizon of forecast_components must be an integer from 1 to 100000.",
    cost: "One decomposition; milliseconds for a thousand values.",
    source: "Bandara, Hyndman & Bergmeir (2021); Wang, Smith & Hyndman (2006) for strength.",
    example: "WITH sales(day, revenue) AS (
  SELECT DATE '2026-01-05' + i, (ARRAY[0, 5, 10, 5, 20, -20, -20])[i % 7 + 1] FROM generate_series(0, 69) AS g(i))
SELECT ts, kind, round(value)::bigint AS value, round(trend)::bigint AS trend, round(seasonal)::bigint AS seasonal,
       composition, season_length
FROM forecast_components(sales, ts => 'day', value => 'revenue', horizon => 2) ORDER BY ts DESC LIMIT 3",
    output: "ts | kind | value | trend | seasonal | composition | season_length
2026-03-17 | forecast | 5 | 0 | 5 | additive | 7
2026-03-16 | forecast | 0 | 0 | 0 | additive | 7
2026-03-15 | history | -20 | 0 | -20 | additive | 7",
};

pub(super) fn function() -> Function {
    let mut parameters = request::columns();
    parameters.push(request::horizon());
    parameters.extend(request::calendar());
    Function::table(TableFunction { declared: Declared { name: "forecast_components", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::time("ts", call.data_type("ts")?),
        ResultColumn::text("kind"),
        ResultColumn::number("value"),
        ResultColumn::number("trend"),
        ResultColumn::number("seasonal"),
        ResultColumn::number("remainder"),
        ResultColumn::text("composition"),
        ResultColumn::integer("season_length"),
        ResultColumn::text("status"),
    ];
    Ok(Bound::each_group(columns, InParts { value: call.slot("value")?, request: request::read(call)? }))
}

#[derive(Debug, Clone)]
struct InParts {
    value: Slot,
    request: Request,
}

impl EachGroup for InParts {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        match self.request.components(rows.times(), rows.numbers(self.value)) {
            Some(components) => write(&components, out),
            None => {
                let mut row = out.row();
                row.time(None).text(None).number(None).number(None).number(None).number(None);
                row.text(None).integer(None).text("no_values");
            }
        }
        Ok(())
    }
}

fn write(components: &Components, out: &mut Sink<'_>) {
    let composition = if components.multiply { "multiplicative" } else { "additive" };
    let status = if components.season > 1 { "ok" } else { "no_season" };
    for step in &components.steps {
        let mut row = out.row();
        row.time(step.time).text(if step.ahead { "forecast" } else { "history" });
        row.number(step.value).number(step.trend).number(step.season).number(step.remainder);
        row.text(composition).integer(components.season as i64).text(status);
    }
}
