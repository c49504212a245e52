//! `variance_bridge((figures), …)` — which items lead from the plan to what came.

use std::collections::BTreeMap;

use datafusion::error::Result;

use super::bridge::{self, Amount, UNNAMED};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, Sink, Slot, TableFunction};

const OTHER: &str = "(other)";

const PAGE: Page = Page {
    summary: "Which items lead from the plan to what came, as a waterfall chart draws it: the plan, what each item came to \
              beyond or below its own plan, the largest first, what all smaller ones did together, and what came.",
    result: "position: from 1; item: 'budget', the items, (other), 'actual'; kind: 'total', 'increase' or 'decrease'; \
             amount: actual less budget of an item; starts_at and ends_at: the bar that a chart draws; share: of the \
             budget. Items that came as planned have no row.",
    nulls: "A NULL, NaN or infinite budget or actual is 0: an item without a plan is a variance whole. A NULL item is \
            (none).",
    undefined: "No rows without figures. share is NULL where the budget is 0.",
    errors: "argument top of variance_bridge must be an integer from 1 to 1000, got 0.",
    cost: "The figures are held once, about 20 bytes each.",
    source: "The variance bridge of management accounting.",
    example: "WITH figures(account, planned, came) AS (VALUES
  ('wages', 500.0, 520.0), ('rent', 200.0, 200.0), ('advertising', 100.0, 160.0), ('travel', 50.0, 20.0), ('post', 10.0, 15.0))
SELECT position, item, kind, amount, starts_at, ends_at
FROM variance_bridge(figures, item => 'account', budget => 'planned', actual => 'came', top => 2)",
    output: "position | item | kind | amount | starts_at | ends_at
1 | budget | total | 860 | 0 | 860
2 | advertising | increase | 60 | 860 | 920
3 | travel | decrease | -30 | 920 | 890
4 | (other) | increase | 25 | 890 | 915
5 | actual | total | 915 | 0 | 915",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "variance_bridge",
            parameters: vec![
                Parameter::input("figures", "Plans and what came, any number of rows for each item."),
                Parameter::rows("item", Type::Text, "The column of what it is: an account, a cost centre, a product."),
                Parameter::rows("budget", Type::Number, "The column of the plan."),
                Parameter::rows("actual", Type::Number, "The column of what came."),
                Parameter::by(),
                Parameter::constant("top", Constant::Integer(1, 1000), "How many items have a row of their own.")
                    .or_integer(10),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let bridge = Bridge {
        item: call.slot("item")?,
        budget: call.slot("budget")?,
        actual: call.slot("actual")?,
        top: call.integer("top")? as usize,
    };
    Ok(Bound::each_group(bridge::columns("item"), bridge))
}

#[derive(Debug, Clone)]
struct Bridge {
    item: Slot,
    budget: Slot,
    actual: Slot,
    top: usize,
}

impl EachGroup for Bridge {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        if rows.len() == 0 {
            return Ok(());
        }
        let known = |figure: f64| if figure.is_finite() { figure } else { 0.0 };
        let (budgets, actuals) = (rows.numbers(self.budget), rows.numbers(self.actual));
        let mut items: BTreeMap<u32, f64> = BTreeMap::new();
        let (mut budget, mut actual) = (0.0, 0.0);
        for (place, code) in rows.codes(self.item).iter().enumerate() {
            let (planned, came) = (known(budgets[place]), known(actuals[place]));
            *items.entry(*code).or_default() += came - planned;
            budget += planned;
            actual += came;
        }
        let mut steps: Vec<Amount<'_>> = items
            .into_iter()
            .filter(|(_, variance)| *variance != 0.0)
            .map(|(code, variance)| (rows.text(self.item, code).unwrap_or(UNNAMED), variance))
            .collect();
        steps.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()));
        if steps.len() > self.top {
            let other = steps.drain(self.top..).map(|(_, variance)| variance).sum();
            steps.push((OTHER, other));
        }
        bridge::write(out, ("budget", budget), &steps, ("actual", actual));
        Ok(())
    }
}
