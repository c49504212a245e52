//! `forecast_components((series), …)` — what each series is made of, before its end and after it.

use bellwether_kernels::forecast::{Components, Request};
use datafusion::error::Result;

use super::request;
use super::rows::{self, Columns};
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "What each series is made of: a trend, its seasons, holidays and other events, and what is left, for each step of the past and for \
              `horizon` steps ahead, where exponential smoothing continues the trend. Positive series whose greatest \
              value is less than a thousand times the least have parts that multiply, others parts that add up. Seasons \
              are shrunk by their strength, the rest is remainder. This is how the model `mstl` forecasts.",
    result: "A row for each step: ts; kind: history or forecast; value; trend; seasonal, of all seasons together; \
             events, of holidays and all events together; remainder; composition: additive or multiplicative; season_length, the shortest, 1 for none; status: ok or \
             no_season or event_unknown (as in forecast) or no_values; seasons: the lengths of all.",
    nulls: "As in forecast: steps without a value are filled, and shown as filled.",
    undefined: "Without a season seen twice the trend is the mean over seven steps, seasonal 0 (1 where \
                events multiply) and status no_season. One row with status no_values for a series without a value.",
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
    parameters.extend(rows::events());
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
        ResultColumn::number("events"),
        ResultColumn::number("remainder"),
        ResultColumn::text("composition"),
        ResultColumn::integer("season_length"),
        ResultColumn::text("status"),
        ResultColumn::text("seasons"),
    ];
    Ok(Bound::each_group(columns, InParts { columns: Columns::new(call)?, request: request::read(call)? }))
}

#[derive(Debug, Clone)]
struct InParts {
    columns: Columns,
    request: Request,
}

impl EachGroup for InParts {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        match self.request.components(self.columns.read(group)?.rows()) {
            Some(components) => write(&components, out),
            None => {
                let mut row = out.row();
                row.time(None).text(None).number(None).number(None).number(None).number(None).number(None);
                row.text(None).integer(None).text("no_values").text(None);
            }
        }
        Ok(())
    }
}

fn write(components: &Components, out: &mut Sink<'_>) {
    let composition = if components.multiply { "multiplicative" } else { "additive" };
    let (season, seasons) = request::told(&components.seasons);
    let status = match (components.events_known, season > 1) {
        (false, _) => "event_unknown",
        (true, true) => "ok",
        (true, false) => "no_season",
    };
    for step in &components.steps {
        let mut row = out.row();
        row.time(step.time).text(if step.ahead { "forecast" } else { "history" });
        row.number(step.value).number(step.trend).number(step.season).number(step.events);
        row.number(step.remainder).text(composition).integer(season).text(status).text(seasons.as_str());
    }
}
