//! `margin_waterfall((amounts), …)` — what each cost leaves of the revenue.

use std::collections::BTreeMap;

use datafusion::error::Result;

use super::bridge::{self, Amount, UNNAMED};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "What each cost leaves of the revenue, as a waterfall chart draws it: from list price over discounts to the \
              pocket price, from revenue over goods, advertising and fees to the margin. Rows of a step are added; the \
              step with the least position is what the bridge begins with, the last row is the margin that is left.",
    result: "position: from 1; step; kind: 'total', 'increase' or 'decrease'; amount; starts_at and ends_at: the bar that \
             a chart draws; share: of the first amount.",
    nulls: "Rows with a NULL, NaN or infinite amount or position are left out. A NULL step is (none).",
    undefined: "No rows without an amount. share is NULL where the first amount is 0.",
    errors: "None at run time.",
    cost: "The rows are held once, about 25 bytes each.",
    source: "The price and margin waterfall of management accounting (Marn & Rosiello 1992).",
    example: "WITH amounts(position, step, amount) AS (VALUES
  (1, 'revenue', 1000.0), (2, 'refunds', -50.0), (3, 'goods', -400.0), (3, 'goods', -100.0), (4, 'advertising', -150.0))
SELECT position, step, kind, amount, starts_at, ends_at, share
FROM margin_waterfall(amounts, step => 'step', amount => 'amount', position => 'position')",
    output: "position | step | kind | amount | starts_at | ends_at | share
1 | revenue | total | 1000 | 0 | 1000 | 1
2 | refunds | decrease | -50 | 1000 | 950 | -0.05
3 | goods | decrease | -500 | 950 | 450 | -0.5
4 | advertising | decrease | -150 | 450 | 300 | -0.15
5 | margin | total | 300 | 0 | 300 | 0.3",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "margin_waterfall",
            parameters: vec![
                Parameter::input("amounts", "Revenue and costs, any number of rows each."),
                Parameter::rows("step", Type::Text, "The column of what the amount is."),
                Parameter::rows("amount", Type::Number, "The column of how much; costs are below 0."),
                Parameter::rows("position", Type::Number, "The column that orders the steps: of a step, its least."),
                Parameter::by(),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let waterfall =
        Waterfall { step: call.slot("step")?, amount: call.slot("amount")?, position: call.slot("position")? };
    Ok(Bound::each_group(bridge::columns("step"), waterfall))
}

#[derive(Debug, Clone)]
struct Waterfall {
    step: Slot,
    amount: Slot,
    position: Slot,
}

impl EachGroup for Waterfall {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        let (amounts, positions) = (rows.numbers(self.amount), rows.numbers(self.position));
        // Of each step: its least position and its sum.
        let mut steps: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for (place, code) in rows.codes(self.step).iter().enumerate() {
            let (amount, position) = (amounts[place], positions[place]);
            if amount.is_finite() && position.is_finite() {
                let (least, sum) = steps.entry(*code).or_insert((position, 0.0));
                *least = least.min(position);
                *sum += amount;
            }
        }
        let mut ordered: Vec<(f64, Amount<'_>)> = steps
            .into_iter()
            .map(|(code, (position, sum))| (position, (rows.text(self.step, code).unwrap_or(UNNAMED), sum)))
            .collect();
        ordered.sort_by(|left, right| left.0.total_cmp(&right.0));
        let steps: Vec<Amount<'_>> = ordered.into_iter().map(|(_, step)| step).collect();
        if let Some((first, rest)) = steps.split_first() {
            let margin = steps.iter().map(|(_, amount)| amount).sum();
            bridge::write(out, *first, rest, ("margin", margin));
        }
        Ok(())
    }
}
