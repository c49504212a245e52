//! `revenue_movements((payments), …)` — where recurring revenue comes from and where it goes.

use std::collections::BTreeMap;
use std::mem::size_of;

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::purchases::{self, DAY_MICROS, Unit, refuse_infinite};
use crate::adapter::bytes::{Reader, Writer};
use crate::argument::{Constant, Declared, Parameter};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, ResultColumn, Sink, Slot, TableFunction};

const NAME: &str = "revenue_movements";

/// The most periods of a table: as days, ten years.
const PERIODS_MAX: usize = 3660;

const PAGE: Page = Page {
    summary: "The revenue of each month (day, week) against that of the one before, customer by customer: what \
              came from new customers, from more and less of those who stayed, what went with those who left, and \
              what came back. The opening revenue and the movements add up to the closing revenue. Payments after \
              `until` are not seen.",
    result: "period: its first day; opening: revenue of the period before; new: of customers who never paid \
             before; expansion, contraction: more and less of those who paid in both; churn: of those who paid \
             before and no longer; reactivation: of those who had stopped; closing = opening + new + expansion − \
             contraction − churn + reactivation; nrr: (opening + expansion − contraction − churn) / opening; grr: \
             (opening − contraction − churn) / opening; customers: who pay; is_complete: whether the period is \
             over by `until`.",
    nulls: "Payments without customer or time are left out; a NULL or NaN value counts as 0.",
    undefined: "nrr and grr are NULL where opening is 0. A customer pays in a period whose payments add up to more \
                than 0; a period in which refunds outweigh payments counts as one without. No rows without \
                payments.",
    errors: "the payments of revenue_movements span more than 3660 periods; argument value of revenue_movements \
             must be finite.",
    cost: "The payments are held once, about 30 bytes each; 100 bytes for each period.",
    source: "Movements of monthly recurring revenue as in the reports of subscription businesses (net and gross \
             revenue retention).",
    example: "WITH payments(customer, day, amount) AS (VALUES
  (1, DATE '2026-01-03', 100), (1, DATE '2026-02-03', 150), (2, DATE '2026-01-09', 50), (3, DATE '2026-02-11', 30),
  (1, DATE '2026-03-03', 120), (2, DATE '2026-03-09', 50))
SELECT * FROM revenue_movements(payments, customer => 'customer', ts => 'day', value => 'amount', until => '2026-03-31')
ORDER BY period",
    output: "period | opening | new | expansion | contraction | churn | reactivation | closing | nrr | grr | customers | is_complete
2026-01-01 | 0 | 150 | 0 | 0 | 0 | 0 | 150 | NULL | NULL | 2 | t
2026-02-01 | 150 | 30 | 50 | 0 | 50 | 0 | 180 | 1 | 0.6666666666666666 | 2 | t
2026-03-01 | 180 | 0 | 0 | 30 | 30 | 50 | 170 | 0.6666666666666666 | 0.6666666666666666 | 2 | f",
};

pub(super) fn function() -> Function {
    let mut parameters = purchases::parameters();
    parameters.extend([
        purchases::value(),
        Parameter::constant("unit", Constant::Choice(Unit::NAMES), "The periods.").or("month"),
        Parameter::by(),
    ]);
    Function::table(TableFunction { declared: Declared { name: NAME, parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let mut columns = vec![ResultColumn::by(), ResultColumn::time("period", DataType::Date32)];
    let numbers = ["opening", "new", "expansion", "contraction", "churn", "reactivation", "closing", "nrr", "grr"];
    columns.extend(numbers.map(ResultColumn::number));
    columns.extend([ResultColumn::integer("customers"), ResultColumn::flag("is_complete")]);
    let movements = Movements {
        value: call.slot("value")?,
        until: call.micros("until")?,
        unit: Unit::named(call.text("unit")?),
        periods: BTreeMap::new(),
        revenue: Vec::new(),
    };
    Ok(Bound::fold(columns, movements))
}

/// What moved in a period.
#[derive(Debug, Clone, Copy, Default)]
struct Moved {
    new: f64,
    expansion: f64,
    contraction: f64,
    churn: f64,
    reactivation: f64,
    closing: f64,
    customers: u64,
}

impl Moved {
    fn numbers(&mut self) -> [&mut f64; 6] {
        let Self { new, expansion, contraction, churn, reactivation, closing, .. } = self;
        [new, expansion, contraction, churn, reactivation, closing]
    }
}

#[derive(Debug, Clone)]
struct Movements {
    value: Slot,
    until: i64,
    unit: Unit,
    periods: BTreeMap<i64, Moved>,
    /// The periods of one customer and what he paid in them; reused.
    revenue: Vec<(i64, f64)>,
}

impl Fold for Movements {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        refuse_infinite(&rows, self.value, self.until, NAME)?;
        let values = rows.numbers(self.value);
        let seen = rows.times().partition_point(|time| *time <= self.until);
        let mut revenue = std::mem::take(&mut self.revenue);
        revenue.clear();
        for (time, value) in rows.times()[..seen].iter().zip(values) {
            let (period, value) = (self.unit.of(*time), if value.is_nan() { 0.0 } else { *value });
            match revenue.last_mut() {
                Some((last, sum)) if *last == period => *sum += value,
                _ => revenue.push((period, value)),
            }
        }
        revenue.retain(|(_, sum)| *sum > 0.0);
        let now = self.unit.of(self.until);
        let first = revenue.first().map_or(now, |(period, _)| *period);
        if now.saturating_sub(first) >= PERIODS_MAX as i64 {
            let fact = format!("the payments of {NAME} span more than {PERIODS_MAX} periods");
            return Err(CallError::invalid(fact)
                .with_hint("use a longer unit, or leave out the oldest payments")
                .into());
        }
        let mut before: Option<(i64, f64)> = None;
        for &(period, sum) in &revenue {
            match before {
                None => self.at(period).new += sum,
                Some((last, paid)) if last + 1 == period => {
                    self.at(period).expansion += (sum - paid).max(0.0);
                    self.at(period).contraction += (paid - sum).max(0.0);
                }
                Some((last, paid)) => {
                    self.at(last + 1).churn += paid;
                    self.at(period).reactivation += sum;
                }
            }
            let moved = self.at(period);
            moved.closing += sum;
            moved.customers += 1;
            before = Some((period, sum));
        }
        if let Some((last, paid)) = before.filter(|(last, _)| *last < now) {
            self.at(last + 1).churn += paid;
        }
        self.revenue = revenue;
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        writer.count(self.periods.len() as u64);
        for (period, moved) in &self.periods {
            writer.i64(*period);
            let mut moved = *moved;
            moved.numbers().into_iter().for_each(|number| writer.f64(*number));
            writer.count(moved.customers);
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        for _ in 0..state.length(57)? {
            let moved = self.periods.entry(state.i64()?).or_default();
            for number in moved.numbers() {
                *number += state.f64()?;
            }
            moved.customers += state.count()?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let Some((&first, _)) = self.periods.first_key_value() else { return Ok(()) };
        let mut opening = 0.0;
        for period in first..=self.unit.of(self.until) {
            let moved = self.periods.get(&period).copied().unwrap_or_default();
            let kept = opening - moved.contraction - moved.churn;
            let mut row = out.row();
            row.time(self.unit.first_day(period).saturating_mul(DAY_MICROS)).number(opening).number(moved.new);
            row.number(moved.expansion).number(moved.contraction).number(moved.churn).number(moved.reactivation);
            row.number(moved.closing);
            row.number((opening > 0.0).then(|| (kept + moved.expansion) / opening));
            row.number((opening > 0.0).then(|| kept / opening));
            row.integer(moved.customers as i64).flag(self.unit.is_over(period, self.until));
            opening = moved.closing;
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.periods.len() * size_of::<(i64, Moved)>() + self.revenue.capacity() * size_of::<(i64, f64)>()
    }
}

impl Movements {
    fn at(&mut self, period: i64) -> &mut Moved {
        self.periods.entry(period).or_default()
    }
}
