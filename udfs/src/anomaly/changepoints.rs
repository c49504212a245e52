//! `changepoints((series), …)` — when the level of a series changed.

use bellwether_kernels::anomaly::{LevelChange, Search, level_changes};
use datafusion::error::Result;

use super::series;
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

/// Means of fewer values are no level yet.
const SEGMENT_MIN: usize = 5;

const PAGE: Page = Page {
    summary: "When the level of a series changed, and from what to what. Seasons that are found are taken away first, and \
              the series is standardised. `pelt` finds the division into segments that leaves the least squares, each \
              change at the price of `penalty` variances of the series × ln n: the best of all divisions. `bayesian` \
              follows the probabilities of how long the current level has lasted, if one value in 1 / `hazard` is the \
              first of a new one, and tells the most probable runs.",
    result: "For each change, in time: the `by` columns; ts: the first row of the new level; mean_before, mean_after: of \
             the values between this change and its neighbours; difference; n_before, n_after; p_value: of equal means \
             (Welch), which overstates since the place was chosen; probability: of a change just there, of `bayesian`; \
             status: ok, or insufficient_data where a level has fewer than 5 values.",
    nulls: "Rows with NULL, NaN or infinity as value, or without ts, are left out.",
    undefined: "A series without changes, of fewer than two values or of equal values has no row. p_value is NULL where a \
                level has one value, or both have no spread.",
    errors: "argument penalty of changepoints must be a number ≥ 0.",
    cost: "pelt: about n with many changes, up to n² / 2 additions with none; bayesian: up to 2,000 runs for each value.",
    source: "Killick, Fearnhead & Eckley (2012), JASA 107; Adams & MacKay (2007), arXiv:0710.3742.",
    example: "WITH daily AS (SELECT day, CASE WHEN day < 13 THEN 10 ELSE 20 END + day % 2 AS calls FROM generate_series(1, 24) AS t(day))
SELECT ts, mean_before, mean_after, n_before, n_after
FROM changepoints((SELECT DATE '2026-01-01' + day::int - 1 AS on_day, calls FROM daily), ts => 'on_day', value => 'calls')",
    output: "ts | mean_before | mean_after | n_before | n_after
2026-01-13 | 10.5 | 20.5 | 12 | 12",
};

pub(super) fn function() -> Function {
    let positive = Constant::Number(0.0, f64::INFINITY);
    let min_size = Constant::Integer(1, 1_000_000);
    let mut parameters = series::columns("The column of what may have changed.");
    parameters.extend([
        Parameter::constant("method", Constant::Choice(&["pelt", "bayesian"]), "How changes are found.").or("pelt"),
        Parameter::constant("penalty", positive, "The price of a change, of `pelt`.").or_number(2.0),
        Parameter::constant("min_size", min_size, "The shortest segment, of `pelt`, in rows.").or_integer(2),
        Parameter::constant("hazard", Constant::Number(1e-9, 0.5), "The chance of a change at a row, of `bayesian`.")
            .or_number(0.01),
    ]);
    Function::table(TableFunction { declared: Declared { name: "changepoints", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::time("ts", call.data_type("ts")?),
        ResultColumn::number("mean_before"),
        ResultColumn::number("mean_after"),
        ResultColumn::number("difference"),
        ResultColumn::integer("n_before"),
        ResultColumn::integer("n_after"),
        ResultColumn::number("p_value"),
        ResultColumn::number("probability"),
        ResultColumn::text("status"),
    ];
    let search = match call.text("method")? {
        "bayesian" => Search::Bayesian { hazard: call.number("hazard")? },
        _ => Search::Pelt { penalty: call.number("penalty")?, shortest: call.integer("min_size")? as usize },
    };
    Ok(Bound::each_group(columns, Changes { value: call.slot("value")?, search }))
}

#[derive(Debug, Clone)]
struct Changes {
    value: Slot,
    search: Search,
}

impl EachGroup for Changes {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        let known = rows.times().iter().zip(rows.numbers(self.value)).filter(|(_, value)| value.is_finite());
        let (times, values): (Vec<i64>, Vec<f64>) = known.unzip();
        for LevelChange { position, before, after, counts, p_value, probability } in level_changes(&values, self.search)
        {
            let mut row = out.row();
            row.time(times[position]).number(before).number(after).number(after - before);
            row.integer(counts.0 as i64).integer(counts.1 as i64).number(p_value).number(probability);
            let short = counts.0.min(counts.1) < SEGMENT_MIN;
            row.text(if short { "insufficient_data" } else { "ok" });
        }
        Ok(())
    }
}
