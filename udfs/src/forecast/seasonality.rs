//! `seasonality((series), …)` — which seasons each series has, and how strong they are.

use bellwether_kernels::forecast::Request;
use datafusion::error::Result;

use super::request;
use super::rows::Columns;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "Which seasons each series has: those that its calendar suggests (24 and 168 for hours, 7 and 365 for days, \
              52 for weeks, 12 for months) and those that the values show, of each of which there are two at least.",
    result: "A row for each season, shortest first: freq; season_length in steps; strength, the share of what the trend \
             leaves that the season explains, 0 to 1; autocorrelation, with the values one season before, -1 to 1; \
             significant: whether that is more than chance at 90 %; detected: whether the values show the period of \
             themselves; status: ok, none, no_values.",
    nulls: "As in forecast.",
    undefined: "One row with status none where no season was seen twice.",
    errors: "None at run time.",
    cost: "One decomposition for each season; milliseconds for a thousand values.",
    source: "Wang, Smith & Hyndman (2006) for strength; Assimakopoulos & Nikolopoulos (2000) for the test.",
    example: "WITH sales(day, revenue) AS (
  SELECT DATE '2026-01-05' + i, 100 + (ARRAY[0, 5, 10, 5, 20, -40, -60])[i % 7 + 1] FROM generate_series(0, 69) AS g(i))
SELECT freq, season_length, round(strength)::bigint AS strength, significant, detected, status
FROM seasonality(sales, ts => 'day', value => 'revenue')",
    output: "freq | season_length | strength | significant | detected | status
day | 7 | 1 | t | t | ok",
};

pub(super) fn function() -> Function {
    let mut parameters = request::columns();
    parameters.extend(request::calendar());
    Function::table(TableFunction { declared: Declared { name: "seasonality", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::text("freq"),
        ResultColumn::integer("season_length"),
        ResultColumn::number("strength"),
        ResultColumn::number("autocorrelation"),
        ResultColumn::flag("significant"),
        ResultColumn::flag("detected"),
        ResultColumn::text("status"),
    ];
    Ok(Bound::each_group(columns, Seasonality { columns: Columns::new(call)?, request: request::read(call)? }))
}

#[derive(Debug, Clone)]
struct Seasonality {
    columns: Columns,
    request: Request,
}

impl EachGroup for Seasonality {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let read = self.columns.read(group)?;
        let frequency = self.request.series(read.rows()).map(|(series, _)| series.frequency.name());
        let found = self.request.seasonality(read.rows()).unwrap_or_default();
        for season in &found {
            let mut row = out.row();
            row.text(frequency.as_deref()).integer(season.length as i64).number(season.strength);
            row.number(season.autocorrelation).flag(season.significant).flag(season.detected).text("ok");
        }
        if found.is_empty() {
            let status = if frequency.is_some() { "none" } else { "no_values" };
            let mut row = out.row();
            row.text(frequency.as_deref()).integer(None).number(None).number(None).flag(None).flag(None).text(status);
        }
        Ok(())
    }
}
