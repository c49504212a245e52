//! `clv((orders), …)` — what each customer will be worth, with bounds.

use std::collections::HashMap;
use std::mem::size_of;

use bellwether_kernels::customer::beta_geometric::History;
use bellwether_kernels::customer::buying::{Buying, Kind};
use bellwether_kernels::customer::discounting::discounted_purchases;
use bellwether_kernels::customer::fit::Status;
use bellwether_kernels::customer::gamma_gamma::GammaGamma;
use bellwether_kernels::customer::outlook;
use datafusion::error::Result;

use super::base::{self, Base};
use super::purchases::{self, Purchases, Unit, refuse_infinite};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const NAME: &str = "clv";

/// The shares of customers, by the value they will have, above which a tier begins.
const TIERS: [(&str, f64); 2] = [("high", 0.8), ("medium", 0.5)];

/// The tier of all others.
const LAST_TIER: &str = "low";

/// The status of customers whose repeated purchases are worth nothing or less in the mean: no model is of them.
const NOT_POSITIVE: &str = "value_not_positive";

const PAGE: Page = Page {
    summary: "What each customer will be worth over the months to come: how often he will order by a model of \
              buying that is fitted to all customers, times what an order of his is worth by a Gamma-Gamma model, \
              times the margin, discounted month by month. Orders of the same day (week, month) are one purchase, \
              their values added. Orders after `until` are not seen.",
    result: "The `by` columns; customer_id; p_alive: probability that he is still active; expected_orders within the horizon; \
             expected_order_value; clv: expected margin, discounted; lower_bound and upper_bound: what he will be \
             worth lies between them with the probability `level`, which for one customer is a wide span and \
             begins at 0 where he may well not come back; tier: high for the 20 % of customers with the greatest \
             clv, medium for the next 30 %, low; status. Months are 30 days or 4.345 weeks.",
    nulls: "Orders without customer or time are left out; a NULL or NaN value counts as 0 in its purchase.",
    undefined: "status tells why numbers are NULL: insufficient_data or not_converged where the orders do not \
                determine a model (see bg_nbd_fit and gamma_gamma_fit; without repeated purchases none can be), \
                value_not_positive for a customer whose repeated purchases are worth 0 or less in the mean. Bounds \
                are NULL where the spread of order values is infinite. Customers without orders until `until` have \
                no row.",
    errors: "argument value of clv must be finite.",
    cost: "The orders are held once, about 30 bytes each, and 150 bytes a customer; then the fits, and about 10 µs \
           a customer who came back, on one thread for each value of the `by` columns.",
    source: "Fader, Hardie & Lee, “RFM and CLV: Using Iso-Value Curves for Customer Base Analysis” (2005); months \
             as in lifetimes. The bounds: moments of both models, gamma distributed above a probability of \
             nothing.",
    example: "WITH orders(customer, day, amount) AS (
  SELECT c, DATE '2026-01-01' + (c % 50 + k * (3 + c * 7 % 29))::int, 10 + c * 13 % 37 + (c + k * 7) % 23
  FROM generate_series(1, 300) AS cs(c), generate_series(0, 60) AS ks(k) WHERE k <= 60 / (1 + c * 31 % 97))
SELECT customer_id, round(p_alive, 2) AS p_alive, round(expected_orders, 1) AS orders,
       round(expected_order_value) AS order_value, round(clv) AS clv, round(lower_bound) AS low,
       round(upper_bound) AS high, tier, status
FROM clv(orders, customer => 'customer', ts => 'day', value => 'amount', until => '2026-12-31')
WHERE customer_id <= 4 ORDER BY customer_id",
    output: "customer_id | p_alive | orders | order_value | clv | low | high | tier | status
1 | 0.02 | 0.0 | 36 | 1 | 0 | 0 | low | ok
2 | 1.00 | 0.2 | 38 | 8 | 0 | 35 | medium | ok
3 | 1.00 | 0.2 | 38 | 8 | 0 | 35 | medium | ok
4 | 0.04 | 0.1 | 39 | 2 | 0 | 0 | medium | ok",
};

/// Customers for whom values are worked out before the thread is let go.
const PART: usize = 2048;

pub(super) fn function() -> Function {
    let mut parameters = purchases::parameters();
    parameters.push(purchases::value());
    parameters.extend([
        Parameter::constant("horizon", Constant::Integer(1, 120), "How many months are looked ahead.").or_integer(12),
        base::model(),
        Parameter::constant("margin", Constant::Number(0.0, 1.0), "The share of an order's value that is earned.")
            .or_number(1.0),
        Parameter::constant("discount", Constant::Number(0.0, 1.0), "What money is worth less each month later.")
            .or_number(0.01),
        Parameter::constant("level", Constant::Number(0.01, 0.99), "The probability between the bounds.")
            .or_number(0.8),
        Parameter::constant("unit", Constant::Choice(Unit::NAMES), "Orders of one such unit are one purchase.")
            .or("day"),
        Parameter::by(),
    ]);
    Function::table(TableFunction { declared: Declared { name: NAME, parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::key("customer"),
        ResultColumn::number("p_alive"),
        ResultColumn::number("expected_orders"),
        ResultColumn::number("expected_order_value"),
        ResultColumn::number("clv"),
        ResultColumn::number("lower_bound"),
        ResultColumn::number("upper_bound"),
        ResultColumn::text("tier"),
        ResultColumn::text("status"),
    ];
    let terms = Terms {
        kind: base::kind(call.text("model")?),
        months: call.integer("horizon")? as u32,
        margin: call.number("margin")?,
        discount: call.number("discount")?,
        level: call.number("level")?,
        unit: Unit::named(call.text("unit")?),
    };
    let worth = Worth {
        value: call.slot("value")?,
        until: call.micros("until")?,
        terms,
        base: Base::default(),
        customers: Vec::new(),
        models: None,
        expected: Vec::new(),
        once: HashMap::new(),
        tiers: [f64::INFINITY; TIERS.len()],
        next: 0,
    };
    Ok(Bound::each_group(columns, worth).together())
}

/// The terms of a calculation.
#[derive(Debug, Clone, Copy)]
struct Terms {
    kind: Kind,
    months: u32,
    margin: f64,
    discount: f64,
    level: f64,
    unit: Unit,
}

/// What is expected of a customer; NaN is not known.
#[derive(Debug, Clone, Copy)]
struct Expected {
    alive: f64,
    orders: f64,
    order_value: f64,
    clv: f64,
    low: f64,
    high: f64,
    status: &'static str,
}

impl Expected {
    /// Nothing, for a reason.
    fn nothing(status: &'static str) -> Self {
        let unknown = f64::NAN;
        Self {
            alive: unknown,
            orders: unknown,
            order_value: unknown,
            clv: unknown,
            low: unknown,
            high: unknown,
            status,
        }
    }
}

/// How all customers buy, and what their orders are worth; or why it is not known.
#[derive(Debug, Clone)]
struct Models {
    buying: Result<Buying, Status>,
    value: Result<GammaGamma, Status>,
}

#[derive(Debug, Clone)]
struct Worth {
    value: Slot,
    until: i64,
    terms: Terms,
    base: Base,
    /// The purchases of each customer, in the order in which groups come.
    customers: Vec<Purchases>,
    models: Option<Models>,
    /// What is expected of each of them.
    expected: Vec<Expected>,
    /// What is expected of those who ordered once, who differ by their age alone.
    once: HashMap<i64, Expected>,
    /// The least value of each tier.
    tiers: [f64; TIERS.len()],
    next: usize,
}

impl EachGroup for Worth {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        refuse_infinite(&group.rows(0), self.value, self.until, NAME)?;
        if let Some(purchases) = self.purchases(group) {
            self.base.add(&purchases);
            self.customers.push(purchases);
        }
        Ok(())
    }

    fn work(&mut self) -> Result<bool> {
        let Some(models) = &self.models else {
            let base = std::mem::take(&mut self.base);
            self.models = Some(Models { buying: base.buying(self.terms.kind), value: base.value() });
            self.expected.reserve_exact(self.customers.len());
            return Ok(true);
        };
        for purchases in self.customers.iter().skip(self.expected.len()).take(PART) {
            let expected = match purchases.frequency {
                0 => *self.once.entry(purchases.age).or_insert_with(|| self.terms.expected(purchases, models)),
                _ => self.terms.expected(purchases, models),
            };
            self.expected.push(expected);
        }
        if self.expected.len() < self.customers.len() {
            return Ok(true);
        }
        self.customers = Vec::new();
        self.tiers = tiers(&self.expected);
        Ok(false)
    }

    fn heap_bytes(&self) -> usize {
        self.base.heap_bytes()
            + self.customers.capacity() * size_of::<Purchases>()
            + self.expected.capacity() * size_of::<Expected>()
            + self.once.capacity() * size_of::<(i64, Expected)>()
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        if self.purchases(group).is_none() {
            return Ok(());
        }
        let Some(expected) = self.expected.get(self.next) else { return Ok(()) };
        self.next += 1;
        let known = |number: f64| (!number.is_nan()).then_some(number);
        let mut row = out.row();
        row.number(known(expected.alive)).number(known(expected.orders));
        row.number(known(expected.order_value)).number(known(expected.clv));
        row.number(known(expected.low)).number(known(expected.high));
        row.text(known(expected.clv).map(|clv| tier(clv, &self.tiers))).text(expected.status);
        Ok(())
    }
}

impl Worth {
    fn purchases(&self, group: &Group<'_>) -> Option<Purchases> {
        Purchases::of(&group.rows(0), Some(self.value), self.until, self.terms.unit)
    }
}

/// The least value of each tier.
fn tiers(expected: &[Expected]) -> [f64; TIERS.len()] {
    let mut values: Vec<f64> = expected.iter().map(|own| own.clv).filter(|clv| !clv.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    TIERS.map(|(_, share)| {
        let place = (share * values.len() as f64).floor() as usize;
        values.get(place).copied().unwrap_or(f64::INFINITY)
    })
}

fn tier(clv: f64, tiers: &[f64; TIERS.len()]) -> &'static str {
    let reached = TIERS.iter().zip(tiers).find(|(_, least)| clv >= **least);
    reached.map_or(LAST_TIER, |((name, _), _)| name)
}

impl Terms {
    fn expected(&self, purchases: &Purchases, models: &Models) -> Expected {
        let buying = match &models.buying {
            Ok(buying) => buying,
            Err(status) => return Expected::nothing(status.name()),
        };
        let month = self.unit.of_a_month();
        let horizon = f64::from(self.months) * month;
        let history = purchases.history();
        let alive = buying.probability_alive(history);
        let orders = alive * buying.expected_if_alive(history, horizon);
        let without_value = |status| Expected { alive, orders, ..Expected::nothing(status) };
        let value = match &models.value {
            Ok(value) => value,
            Err(status) => return without_value(status.name()),
        };
        let monetary = purchases.monetary().unwrap_or(0.0);
        if history.frequency > 0.0 && !(monetary > 0.0 && monetary.is_finite()) {
            return without_value(NOT_POSITIVE);
        }
        let Some(order_value) = value.expected_value(history.frequency, monetary) else {
            return without_value(Status::InsufficientData.name());
        };
        let expected = |time| alive * buying.expected_if_alive(history, time);
        let discounted = discounted_purchases(expected, self.months, month, self.discount);
        let (low, high) = self.bounds(history, monetary, horizon, buying, value).unwrap_or((f64::NAN, f64::NAN));
        // The bounds are those of what is bought; what it is worth less for coming later is the same share of them.
        let worth = if orders > 0.0 { discounted / orders * self.margin } else { self.margin };
        Expected {
            alive,
            orders,
            order_value,
            clv: discounted * order_value * self.margin,
            low: low * worth,
            high: high * worth,
            status: Status::Ok.name(),
        }
    }

    fn bounds(
        &self,
        history: History,
        monetary: f64,
        horizon: f64,
        buying: &Buying,
        value: &GammaGamma,
    ) -> Option<(f64, f64)> {
        let spread = value.order_value(history.frequency, monetary)?;
        let (low, high) = outlook::bounds(buying.outlook(history, horizon), spread, self.level);
        (low.is_finite() && high.is_finite()).then_some((low, high))
    }
}
