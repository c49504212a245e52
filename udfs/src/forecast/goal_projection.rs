//! `goal_projection((series), …)` — whether the sum of what was and of what is to come will reach a goal.

use bellwether_kernels::forecast::Request;
use datafusion::error::Result;

use super::request;
use super::rows::{self, Columns};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "Whether the sum of what came since a moment and of the next `horizon` steps will reach a goal, with three \
              scenarios. The steps ahead are those of `forecast`; how far their sum may be wrong follows from the sums of \
              the errors in its backtest.",
    result: "goal; actual: the sum of the values from `since` on, 0 without; worst, likely, best: the sum in the end, of \
             which one in ten ends below worst and one in ten above best; probability that it is the goal or more; \
             needed_per_step: what each step ahead must bring for the goal; likely_per_step; ends_at: the last step; \
             model, freq, mase_vs_naive and status as in forecast.",
    nulls: "As in forecast; missing values count nothing in actual.",
    undefined: "All but goal are NULL with status no_values for a series without a value. probability is NULL without a \
                backtest, and worst and best are likely then.",
    errors: "argument horizon of goal_projection must be an integer from 1 to 100000.",
    cost: "As forecast.",
    source: "Rolling-origin errors of sums; Student's t with one and a half degrees of freedom for each origin.",
    example: "WITH sales(day, revenue) AS (
  SELECT DATE '2026-01-01' + i, 100.0 FROM generate_series(0, 19) AS g(i))
SELECT goal, actual, worst, likely, best, probability, needed_per_step, ends_at
FROM goal_projection(sales, ts => 'day', value => 'revenue', goal => 3000, horizon => 11, since => '2026-01-01')",
    output: "goal | actual | worst | likely | best | probability | needed_per_step | ends_at
3000 | 2000 | 3100 | 3100 | 3100 | 1 | 90.9090909090909 | 2026-01-31",
};

pub(super) fn function() -> Function {
    let mut parameters = request::columns();
    let any = Constant::Number(f64::NEG_INFINITY, f64::INFINITY);
    parameters.push(Parameter::constant("goal", any, "What the sum should be, or more."));
    parameters.push(request::horizon());
    let since = "The moment from which values count, in UTC.";
    parameters.push(Parameter::constant("since", Constant::Time, since).optional());
    parameters.push(request::model());
    parameters.extend(request::calendar());
    parameters.push(request::nonnegative());
    parameters.extend(rows::events());
    Function::table(TableFunction { declared: Declared { name: "goal_projection", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::number("goal"),
        ResultColumn::number("actual"),
        ResultColumn::number("worst"),
        ResultColumn::number("likely"),
        ResultColumn::number("best"),
        ResultColumn::number("probability"),
        ResultColumn::number("needed_per_step"),
        ResultColumn::number("likely_per_step"),
        ResultColumn::time("ends_at", call.data_type("ts")?),
        ResultColumn::text("model"),
        ResultColumn::text("freq"),
        ResultColumn::number("mase_vs_naive"),
        ResultColumn::text("status"),
    ];
    let since = if call.has("since") { Some(call.micros("since")?) } else { None };
    let goal = Goal { columns: Columns::new(call)?, goal: call.number("goal")?, since, request: request::read(call)? };
    Ok(Bound::each_group(columns, goal).costly())
}

#[derive(Debug, Clone)]
struct Goal {
    columns: Columns,
    goal: f64,
    since: Option<i64>,
    request: Request,
}

impl EachGroup for Goal {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let read = self.columns.read(group)?;
        let mut row = out.row();
        row.number(self.goal);
        let Some(made) = self.request.projection(read.rows(), self.goal, self.since) else {
            row.number(None).number(None).number(None).number(None).number(None).number(None).number(None);
            row.time(None).text(None).text(None).number(None).text("no_values");
            return Ok(());
        };
        row.number(made.actual).number(made.worst).number(made.likely).number(made.best).number(made.probability);
        row.number(made.needed).number((made.likely - made.actual) / self.request.horizon as f64);
        let ends_at = made.outlook.steps.last().and_then(|step| step.time);
        row.time(ends_at).text(made.outlook.model.as_str()).text(made.outlook.series.frequency.name().as_str());
        row.number(made.outlook.mase_vs_naive).text(made.outlook.status);
        Ok(())
    }
}
