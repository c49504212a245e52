//! A customer's orders as purchases: what models of buying know of him.

use bellwether_kernels::customer::beta_geometric::History;

use crate::argument::{Constant, Parameter, Type};
use crate::error::CallError;
use crate::table::{Rows, Slot};

/// The microseconds of a day.
pub(super) const DAY_MICROS: i64 = 86_400_000_000;

/// The arguments that say where orders are and which of them are looked at.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::input("orders", "Orders, one row each."),
        Parameter::key("customer", "customer_id", "The column of who ordered."),
        Parameter::order("ts", "The column of when."),
        Parameter::constant("until", Constant::Time, "The last moment that is looked at, in UTC."),
    ]
}

/// The argument that says what orders were worth.
pub(super) fn value() -> Parameter {
    Parameter::rows("value", Type::Number, "The column of what an order was worth.")
}

/// Refuses values of orders until a moment that are infinite: no sum or order of them means anything.
pub(crate) fn refuse_infinite(orders: &Rows<'_>, value: Slot, until: i64, function: &str) -> Result<(), CallError> {
    let seen = orders.times().partition_point(|time| *time <= until);
    if orders.numbers(value)[..seen].iter().any(|number| number.is_infinite()) {
        return Err(CallError::invalid(format!("argument value of {function} must be finite")).at("value"));
    }
    Ok(())
}

/// What purchases are counted in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    Day,
    /// From Monday.
    Week,
    Month,
}

impl Unit {
    /// The words for units, as arguments take them.
    pub(super) const NAMES: &[&str] = &["day", "week", "month"];

    /// The unit of a name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "week" => Self::Week,
            "month" => Self::Month,
            _ => Self::Day,
        }
    }

    /// The day on which the unit of a number begins, counted from 1970.
    pub(super) fn first_day(self, number: i64) -> i64 {
        match self {
            Self::Day => number,
            Self::Week => 7 * number - 3,
            Self::Month => first_day_of(number),
        }
    }

    /// Whether nothing that comes after `until` is in the unit of a number.
    pub(super) fn is_over(self, number: i64, until: i64) -> bool {
        self.of(until.saturating_add(1)) > number
    }

    /// How many of them a month has, as lifetimes counts: 30 days, 4.345 weeks.
    pub(super) fn of_a_month(self) -> f64 {
        match self {
            Self::Day => 30.0,
            Self::Week => 4.345,
            Self::Month => 1.0,
        }
    }

    /// The number of the unit that a moment is in.
    pub(super) fn of(self, micros: i64) -> i64 {
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

/// The day since 1970 on which a month begins, counted from March of year 0.
fn first_day_of(month: i64) -> i64 {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 - 719_468
}

/// A customer's purchases until a moment. Orders of one unit are one purchase, their values added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Purchases {
    /// Purchases after the first.
    pub frequency: i64,
    /// Units from the first to the last of them.
    pub recency: i64,
    /// Units from the first to the moment.
    pub age: i64,
    /// The values of the purchases after the first, added.
    pub revenue: f64,
}

impl Purchases {
    /// Those of a customer's orders; `None` if he had none yet. NULL and NaN values count as 0.
    pub(super) fn of(orders: &Rows<'_>, value: Option<Slot>, until: i64, unit: Unit) -> Option<Self> {
        let seen = orders.times().partition_point(|time| *time <= until);
        let (first, rest) = orders.times()[..seen].split_first()?;
        let first = unit.of(*first);
        let (mut last, mut frequency, mut revenue) = (first, 0, 0.0);
        let values = value.map(|slot| orders.numbers(slot));
        for (row, time) in (1..).zip(rest) {
            let of = unit.of(*time);
            if of > first {
                frequency += i64::from(of > last);
                let value = values.map_or(0.0, |values| values[row]);
                revenue += if value.is_nan() { 0.0 } else { value };
            }
            last = of;
        }
        Some(Self { frequency, recency: last - first, age: unit.of(until) - first, revenue })
    }

    /// The mean value of the purchases after the first; `None` without.
    pub(super) fn monetary(&self) -> Option<f64> {
        (self.frequency > 0).then(|| self.revenue / self.frequency as f64)
    }

    /// As models of buying take it.
    pub(super) fn history(&self) -> History {
        History { frequency: self.frequency as f64, recency: self.recency as f64, age: self.age as f64 }
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

    #[test]
    fn a_unit_begins_on_the_first_day_that_is_in_it() {
        for unit in [Unit::Day, Unit::Week, Unit::Month] {
            for day in (-200_000..200_000).step_by(17) {
                let number = unit.of(day * DAY_MICROS);
                let first = unit.first_day(number);
                assert!(first <= day, "{unit:?} {day}");
                assert_eq!(unit.of(first * DAY_MICROS), number);
                assert_eq!(unit.of(first * DAY_MICROS - 1), number - 1);
            }
        }
    }
}
