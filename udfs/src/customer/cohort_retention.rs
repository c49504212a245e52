//! `cohort_retention((orders), …)` — how many of those who came in one month are there in later ones.

use std::collections::BTreeMap;
use std::mem::size_of;

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::purchases::{self, DAY_MICROS, Unit};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Constant, Declared, Parameter};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, ResultColumn, Sink, TableFunction};

/// The most units that a table is long: as days, ten years.
const PERIODS_MAX: usize = 3660;

const PAGE: Page = Page {
    summary: "How many of the customers who first ordered in one month (day, week) order again in each later one. \
              Customers of a cohort are counted once in a period, however often they order. Orders after `until` \
              are not seen.",
    result: "cohort: the first day of the period of the first order; period: periods since then, 0 for the first; \
             customers: of the cohort; active: of them in that period; retention: active / customers; is_complete: \
             whether the period is over by `until`, so that active is final. A row for every cohort and period \
             until that of `until`, also where nobody is active.",
    nulls: "Orders without customer or time are left out.",
    undefined: "No rows without orders. With `kind` rolling a customer is active until his last period, whether he \
                orders in between or not; the last periods then fall, as nobody could come back after them yet.",
    errors: "the orders of cohort_retention span more than 3660 periods.",
    cost: "The orders are held once, about 20 bytes each; 8 bytes for each cohort and period.",
    source: "Cohort = period of the first order, cell = distinct active customers over cohort size; bounded and \
             unbounded retention as in the tables of product analytics.",
    example: "WITH orders(customer, day) AS (VALUES
  (1, DATE '2026-01-05'), (1, DATE '2026-02-07'), (1, DATE '2026-03-01'), (2, DATE '2026-01-20'),
  (2, DATE '2026-03-09'), (3, DATE '2026-02-11'))
SELECT * FROM cohort_retention(orders, customer => 'customer', ts => 'day', until => '2026-03-15')
ORDER BY cohort, period",
    output: "cohort | period | customers | active | retention | is_complete
2026-01-01 | 0 | 2 | 2 | 1 | t
2026-01-01 | 1 | 2 | 1 | 0.5 | t
2026-01-01 | 2 | 2 | 2 | 1 | f
2026-02-01 | 0 | 1 | 1 | 1 | t
2026-02-01 | 1 | 1 | 0 | 0 | f",
};

pub(super) fn function() -> Function {
    let mut parameters = purchases::parameters();
    let kind = "Whether a customer is active in the periods in which he orders, or until the last of them.";
    parameters.extend([
        Parameter::constant("unit", Constant::Choice(Unit::NAMES), "The periods.").or("month"),
        Parameter::constant("kind", Constant::Choice(&["bounded", "rolling"]), kind).or("bounded"),
        Parameter::by(),
    ]);
    Function::table(TableFunction { declared: Declared { name: "cohort_retention", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::time("cohort", DataType::Date32),
        ResultColumn::integer("period"),
        ResultColumn::integer("customers"),
        ResultColumn::integer("active"),
        ResultColumn::number("retention"),
        ResultColumn::flag("is_complete"),
    ];
    let cohorts = Cohorts {
        until: call.micros("until")?,
        unit: Unit::named(call.text("unit")?),
        is_rolling: call.text("kind")? == "rolling",
        active: BTreeMap::new(),
        is_long: false,
    };
    Ok(Bound::fold(columns, cohorts))
}

#[derive(Debug, Clone)]
struct Cohorts {
    until: i64,
    unit: Unit,
    is_rolling: bool,
    /// By the number of the first period: the customers active in it and each after it.
    active: BTreeMap<i64, Vec<u64>>,
    /// Whether a customer's orders span more periods than a table has.
    is_long: bool,
}

impl Cohorts {
    fn add(&mut self, cohort: i64, period: usize, customers: u64) {
        let active = self.active.entry(cohort).or_default();
        if active.len() <= period {
            active.resize(period + 1, 0);
        }
        active[period] += customers;
    }
}

impl Fold for Cohorts {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let times = group.rows(0).times();
        let seen = &times[..times.partition_point(|time| *time <= self.until)];
        let Some(first) = seen.first() else { return Ok(()) };
        let cohort = self.unit.of(*first);
        let last_period = self.unit.of(self.until).saturating_sub(cohort);
        if usize::try_from(last_period).map_or(true, |period| period >= PERIODS_MAX) {
            self.is_long = true;
            return Ok(());
        }
        let mut next = 0;
        for time in seen {
            let period = (self.unit.of(*time) - cohort) as usize;
            if period >= next {
                // Until his last period he is active in those without orders too.
                for active in if self.is_rolling { next } else { period }..=period {
                    self.add(cohort, active, 1);
                }
                next = period + 1;
            }
        }
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        writer.u8(u8::from(self.is_long));
        writer.count(self.active.len() as u64);
        for (cohort, active) in &self.active {
            writer.i64(*cohort);
            writer.count(active.len() as u64);
            active.iter().for_each(|customers| writer.count(*customers));
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        self.is_long |= state.u8()? != 0;
        for _ in 0..state.length(9)? {
            let cohort = state.i64()?;
            let periods = state.length(1)?;
            if periods > PERIODS_MAX {
                return Err(damaged());
            }
            for period in 0..periods {
                let customers = state.count()?;
                self.add(cohort, period, customers);
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        if self.is_long {
            let fact = format!("the orders of cohort_retention span more than {PERIODS_MAX} periods");
            return Err(CallError::invalid(fact).with_hint("use a longer unit, or leave out the oldest orders").into());
        }
        let now = self.unit.of(self.until);
        for (cohort, active) in &self.active {
            let customers = active.first().copied().unwrap_or(0);
            for period in 0..=(now - cohort) {
                let there = active.get(period as usize).copied().unwrap_or(0);
                let mut row = out.row();
                row.time(self.unit.first_day(*cohort).saturating_mul(DAY_MICROS)).integer(period);
                row.integer(customers as i64).integer(there as i64);
                row.number((customers > 0).then(|| there as f64 / customers as f64));
                row.flag(self.unit.is_over(cohort + period, self.until));
            }
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let entry = size_of::<(i64, Vec<u64>)>();
        self.active.values().map(|active| entry + active.capacity() * size_of::<u64>()).sum()
    }
}
