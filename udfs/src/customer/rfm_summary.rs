//! `rfm_summary((orders), …)` — each customer's frequency, recency, age and mean order value.

use datafusion::error::Result;

use super::purchases::{self, Purchases, Unit, refuse_infinite};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const NAME: &str = "rfm_summary";

const PAGE: Page = Page {
    summary: "What models of customer value need of each customer: how often he came back, when he last did, how \
              long he has been a customer, and what he spends. Orders of the same day (week, month) are one \
              purchase, their values added. Orders after `until` are not seen.",
    result: "customer_id; frequency: purchases after the first; recency: time from the first to the last of them, 0 \
             without; t: time from the first to `until`; monetary: mean value of the purchases after the first. \
             Times are counted in units.",
    nulls: "Orders without customer or time are left out; a NULL or NaN value counts as 0 in its purchase.",
    undefined: "monetary is NULL without a repeated purchase, and when no `value` is given. Customers without orders \
                until `until` have no row.",
    errors: "argument value of rfm_summary must be finite.",
    cost: "The orders are held once: about 30 bytes each.",
    source: "Fader & Hardie, “RFM and CLV” (2005); as lifetimes' summary_data_from_transaction_data does.",
    example: "WITH orders(customer, day, amount) AS (VALUES
  (1, DATE '2026-01-01', 10), (1, DATE '2026-01-08', 30), (1, DATE '2026-01-08', 20), (2, DATE '2026-01-05', 7))
SELECT * FROM rfm_summary(orders, customer => 'customer', ts => 'day', value => 'amount', until => '2026-01-31')
ORDER BY customer_id",
    output: "customer_id | frequency | recency | t | monetary
1 | 1 | 7 | 30 | 50
2 | 0 | 0 | 26 | NULL",
};

pub(super) fn function() -> Function {
    let mut parameters = purchases::parameters();
    parameters.push(purchases::value().optional());
    parameters.push(Parameter::constant("unit", Constant::Choice(Unit::NAMES), "The unit of time.").or("day"));
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: NAME, parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::key("customer"),
        ResultColumn::integer("frequency"),
        ResultColumn::number("recency"),
        ResultColumn::number("t"),
        ResultColumn::number("monetary"),
    ];
    let (until, unit) = (call.micros("until")?, Unit::named(call.text("unit")?));
    Ok(Bound::each_group(columns, Summary { value: call.optional_slot("value")?, until, unit }))
}

#[derive(Debug, Clone)]
struct Summary {
    value: Option<Slot>,
    until: i64,
    unit: Unit,
}

impl EachGroup for Summary {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let orders = group.rows(0);
        if let Some(value) = self.value {
            refuse_infinite(&orders, value, self.until, NAME)?;
        }
        let Some(purchases) = Purchases::of(&orders, self.value, self.until, self.unit) else { return Ok(()) };
        let mut row = out.row();
        row.integer(purchases.frequency).number(purchases.recency as f64).number(purchases.age as f64);
        row.number(purchases.monetary().filter(|_| self.value.is_some()));
        Ok(())
    }
}
