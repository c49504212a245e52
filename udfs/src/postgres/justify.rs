//! `justify_days`, `justify_hours`, `justify_interval`: intervals with 30 days as a month and 24 hours as a day.

use std::sync::Arc;

use datafusion::arrow::datatypes::IntervalMonthDayNanoType;
use datafusion::logical_expr::ScalarUDF;

use super::argument::{INTERVAL, Type};
use super::calendar::DAY;
use super::function::{Function, Gives};
use super::interval::Interval;

const MONTH_DAYS: i64 = 30;

pub(super) fn functions() -> [Arc<ScalarUDF>; 3] {
    [
        Function::new(
            "justify_days",
            "justify_days(interval)",
            "Returns the interval with every 30 days as a month. **Nulls** NULL gives NULL.",
        )
        .takes(&[Type::Interval], Gives::One(|| INTERVAL), |call| {
            call.each::<IntervalMonthDayNanoType>(|row| {
                call.interval(0, row).map(|interval| Ok(days(interval).value()?)).transpose()
            })
        })
        .build(),
        Function::new(
            "justify_hours",
            "justify_hours(interval)",
            "Returns the interval with every 24 hours as a day. **Nulls** NULL gives NULL.",
        )
        .takes(&[Type::Interval], Gives::One(|| INTERVAL), |call| {
            call.each::<IntervalMonthDayNanoType>(|row| {
                call.interval(0, row).map(|interval| Ok(hours(interval).value()?)).transpose()
            })
        })
        .build(),
        Function::new(
            "justify_interval",
            "justify_interval(interval)",
            "Returns the interval with days as months, hours as days, and one sign throughout. **Nulls** NULL gives NULL.",
        )
        .takes(&[Type::Interval], Gives::One(|| INTERVAL), |call| {
            call.each::<IntervalMonthDayNanoType>(|row| {
                call.interval(0, row).map(|interval| Ok(all(interval).value()?)).transpose()
            })
        })
        .build(),
    ]
}

/// Brings as much of `small` as fills a `unit` over to `large`, and both to one sign.
fn carry(large: i64, small: i64, unit: i64) -> (i64, i64) {
    let (large, small) = (large + small / unit, small % unit);
    if large > 0 && small < 0 {
        (large - 1, small + unit)
    } else if large < 0 && small > 0 {
        (large + 1, small - unit)
    } else {
        (large, small)
    }
}

fn days(interval: Interval) -> Interval {
    let (months, days) = carry(interval.months, interval.days, MONTH_DAYS);
    Interval { months, days, ..interval }
}

fn hours(interval: Interval) -> Interval {
    let (days, time) = carry(interval.days, interval.time, DAY);
    Interval { days, time, ..interval }
}

fn all(interval: Interval) -> Interval {
    let Interval { mut months, mut days, mut time } = interval;
    days += time / DAY;
    time %= DAY;
    months += days / MONTH_DAYS;
    days %= MONTH_DAYS;
    let is_positive = months > 0 && (days < 0 || (days == 0 && time < 0));
    let is_negative = months < 0 && (days > 0 || (days == 0 && time > 0));
    if is_positive {
        days += MONTH_DAYS;
        months -= 1;
    } else if is_negative {
        days -= MONTH_DAYS;
        months += 1;
    }
    if days > 0 && time < 0 {
        time += DAY;
        days -= 1;
    } else if days < 0 && time > 0 {
        time -= DAY;
        days += 1;
    }
    Interval { months, days, time }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_carry_over_and_take_one_sign() {
        let interval = |months, days, hours: i64| Interval { months, days, time: hours * 3_600_000_000 };
        assert_eq!(days(interval(0, 35, 0)), interval(1, 5, 0));
        assert_eq!(hours(interval(0, 0, 27)), interval(0, 1, 3));
        assert_eq!(all(interval(1, 0, -1)), interval(0, 29, 23));
        // Extremes are no trouble.
        assert_eq!(all(interval(i64::from(i32::MAX), i64::from(i32::MIN), -1)).days, 21);
    }
}
