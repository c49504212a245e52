//! `churn_risk((orders), …)` — how likely each customer is gone, and not to order soon.

use bellwether_kernels::customer::buying::{Buying, Kind};
use bellwether_kernels::customer::fit::Status;
use datafusion::error::Result;

use super::base::{self, Base};
use super::purchases::{self, Purchases, Unit};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

/// From this probability of not ordering on the risk has this name.
const RISKS: [(&str, f64); 2] = [("high", 0.75), ("medium", 0.4)];

/// The risk of all others.
const LAST_RISK: &str = "low";

const PAGE: Page = Page {
    summary: "How likely each customer is to be gone, by a model of buying that is fitted to all of them: somebody \
              who ordered every week and has not for two months is at risk, somebody who orders once a year is \
              not. Orders of the same day are one purchase. Orders after `until` are not seen.",
    result: "The `by` columns; customer_id; orders: purchases until now; days_since_last; p_alive: probability that he is still \
             active; churn_probability: that he does not order within the horizon, gone or not; expected_orders \
             within the horizon; risk: high from a churn_probability of 0.75, medium from 0.4, low below; status.",
    nulls: "Orders without customer or time are left out.",
    undefined: "status tells why numbers are NULL: insufficient_data or not_converged where the orders do not \
                determine a model, see bg_nbd_fit. Customers without orders until `until` have no row.",
    errors: "None at run time.",
    cost: "The orders are held once, about 20 bytes each, and 40 bytes a customer; then the fit, and about 1 µs a \
           customer, on one thread for each value of the `by` columns.",
    source: "The models of bg_nbd_fit, mbg_nbd_fit and pareto_nbd_fit. The probability of no order is that of the \
             history with the horizon added over that of the history.",
    example: "WITH orders(customer, day) AS (
  SELECT c, DATE '2026-01-01' + (c % 50 + k * (3 + c * 7 % 29))::int
  FROM generate_series(1, 300) AS cs(c), generate_series(0, 60) AS ks(k) WHERE k <= 60 / (1 + c * 31 % 97))
SELECT customer_id, orders, days_since_last, round(p_alive, 2) AS p_alive,
       round(churn_probability, 2) AS churn_probability, risk, status
FROM churn_risk(orders, customer => 'customer', ts => 'day', until => '2026-07-01', horizon => 90)
WHERE customer_id <= 4 ORDER BY customer_id",
    output: "customer_id | orders | days_since_last | p_alive | churn_probability | risk | status
1 | 2 | 170 | 0.05 | 0.98 | high | ok
2 | 1 | 179 | 1.00 | 0.86 | high | ok
3 | 1 | 178 | 1.00 | 0.86 | high | ok
4 | 3 | 115 | 0.19 | 0.88 | high | ok",
};

pub(super) fn function() -> Function {
    let mut parameters = purchases::parameters();
    let horizon = "Within how many days he is to order again.";
    parameters.push(Parameter::constant("horizon", Constant::Integer(1, 3650), horizon).or_integer(90));
    parameters.push(base::model());
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "churn_risk", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::key("customer"),
        ResultColumn::integer("orders"),
        ResultColumn::integer("days_since_last"),
        ResultColumn::number("p_alive"),
        ResultColumn::number("churn_probability"),
        ResultColumn::number("expected_orders"),
        ResultColumn::text("risk"),
        ResultColumn::text("status"),
    ];
    let risk = Risk {
        until: call.micros("until")?,
        kind: base::kind(call.text("model")?),
        horizon: call.integer("horizon")? as f64,
        base: Base::default(),
        model: Err(Status::InsufficientData),
    };
    Ok(Bound::each_group(columns, risk).together())
}

#[derive(Debug, Clone)]
struct Risk {
    until: i64,
    kind: Kind,
    horizon: f64,
    base: Base,
    /// The model, once all customers were shown, or why there is none.
    model: Result<Buying, Status>,
}

impl EachGroup for Risk {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        if let Some(purchases) = Purchases::of(&group.rows(0), None, self.until, Unit::Day) {
            self.base.add(&purchases);
        }
        Ok(())
    }

    fn work(&mut self) -> Result<bool> {
        self.model = std::mem::take(&mut self.base).buying(self.kind);
        Ok(false)
    }

    fn heap_bytes(&self) -> usize {
        self.base.heap_bytes()
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let Some(purchases) = Purchases::of(&group.rows(0), None, self.until, Unit::Day) else { return Ok(()) };
        let mut row = out.row();
        row.integer(purchases.frequency + 1).integer(purchases.age - purchases.recency);
        match &self.model {
            Ok(model) => {
                let outlook = model.outlook(purchases.history(), self.horizon);
                row.number(model.probability_alive(purchases.history())).number(outlook.none).number(outlook.mean);
                row.text(risk(outlook.none)).text(Status::Ok.name());
            }
            Err(status) => {
                row.number(None).number(None).number(None).text(None).text(status.name());
            }
        }
        Ok(())
    }
}

fn risk(probability: f64) -> &'static str {
    RISKS.iter().find(|(_, least)| probability >= *least).map_or(LAST_RISK, |(name, _)| name)
}
