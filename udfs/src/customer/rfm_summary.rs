//! `rfm_summary((orders), …)` — each customer's frequency, recency, age and mean order value.

use datafusion::error::Result;

use crate::argument::{Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const DAY_MICROS: i64 = 86_400_000_000;

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
    errors: "None at run time.",
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
    Function::table(TableFunction {
        declared: Declared {
            name: "rfm_summary",
            parameters: vec![
                Parameter::input("orders", "Orders, one row each."),
                Parameter::key("customer", "customer_id", "The column of who ordered."),
                Parameter::order("ts", "The column of when."),
                Parameter::rows("value", Type::Number, "The column of what an order was worth.").optional(),
                Parameter::constant("until", Constant::Time, "The last moment that is looked at, in UTC."),
                Parameter::constant("unit", Constant::Choice(&["day", "week", "month"]), "The unit of time.").or("day"),
                Parameter::by(),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let unit = match call.text("unit")? {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        other => return Err(CallError::invalid(format!("rfm_summary counts in no {other}")).into()),
    };
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::key("customer"),
        ResultColumn::integer("frequency"),
        ResultColumn::number("recency"),
        ResultColumn::number("t"),
        ResultColumn::number("monetary"),
    ];
    let until = call.micros("until")?;
    Ok(Bound::each_group(columns, Summary { value: call.optional_slot("value")?, until, unit }))
}

/// What purchases are counted in.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Day,
    /// From Monday.
    Week,
    Month,
}

impl Unit {
    /// The number of the unit that a moment is in.
    fn of(self, micros: i64) -> i64 {
        let day = micros.div_euclid(DAY_MICROS);
        match self {
            Self::Day => day,
            // 1970 began on a Thursday.
            Self::Week => (day + 3).div_euclid(7),
            Self::Month => month_of(day),
        }
    }
}

/// The month, counted from March of year 0, of a day since 1970.
/// After <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn month_of(day: i64) -> i64 {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day_of_era = day.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    (era * 400 + year_of_era) * 12 + (5 * day_of_year + 2) / 153
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
        let seen = orders.times().partition_point(|time| *time <= self.until);
        let Some((first, rest)) = orders.times()[..seen].split_first() else { return Ok(()) };
        let first = self.unit.of(*first);
        let (mut last, mut repeats, mut revenue) = (first, 0, 0.0);
        let values = self.value.map(|slot| orders.numbers(slot));
        for (row, time) in (1..).zip(rest) {
            let unit = self.unit.of(*time);
            if unit > first {
                repeats += i64::from(unit > last);
                let value = values.map_or(0.0, |values| values[row]);
                revenue += if value.is_nan() { 0.0 } else { value };
            }
            last = unit;
        }
        let monetary = (repeats > 0 && self.value.is_some()).then(|| revenue / repeats as f64);
        let mut row = out.row();
        row.integer(repeats).number((last - first) as f64).number((self.unit.of(self.until) - first) as f64);
        row.number(monetary);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        // 1970-01-05 was a Monday.
        assert_eq!(Unit::Week.of(4 * DAY_MICROS) - Unit::Week.of(4 * DAY_MICROS - 1), 1);
        assert_eq!(Unit::Week.of(10 * DAY_MICROS), Unit::Week.of(4 * DAY_MICROS));
        // 1972-02-29 and the day after; 1969-12-31 and the day after.
        assert_eq!(Unit::Month.of(790 * DAY_MICROS) - Unit::Month.of(789 * DAY_MICROS), 1);
        assert_eq!(Unit::Month.of(0) - Unit::Month.of(-1), 1);
        assert_eq!(Unit::Month.of(365 * DAY_MICROS) - Unit::Month.of(0), 12);
    }
}
