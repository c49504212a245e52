//! The steps of a series in time: how far apart its values are, and what follows the last.
//!
//! Steps are of a fixed length, or of months, which have no fixed length, or of the days from Monday to Friday. A step
//! of months keeps the day of the month where there is one, and the last day of the month otherwise.

use std::ops::Range;

use crate::journey::stored::Period;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// A day in microseconds.
pub(super) const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// A month on average, in days.
const MONTH_DAYS: f64 = 30.436_875;

/// Steps from here on may be months.
const MONTH_MIN: i64 = 27 * DAY;

/// A series from Monday to Friday has seen so many days.
const BUSINESS_DAYS_MIN: usize = 10;

/// The steps of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// So many microseconds, counted from a moment.
    Fixed {
        /// The length of a step.
        step: i64,
        /// The moment of place zero.
        origin: i64,
    },
    /// So many months.
    Months {
        /// The months of a step.
        months: i64,
        /// The month of place zero, as the calendar counts them.
        origin: i64,
        /// The day of the month, from zero.
        day: i64,
        /// The moment of the day.
        moment: i64,
    },
    /// The days from Monday to Friday; the moment of the day.
    BusinessDays {
        /// The moment of the day.
        moment: i64,
    },
}

/// The steps that have a name, from short to long.
const NAMED: [(&str, i64); 5] = [("second", SECOND), ("minute", MINUTE), ("hour", HOUR), ("day", DAY), ("week", WEEK)];

/// The months of steps that have a name.
const NAMED_MONTHS: [(&str, i64); 3] = [("month", 1), ("quarter", 3), ("year", 12)];

impl Frequency {
    /// The steps of ascending times: the most common distance between two, as months where every time keeps its day
    /// of the month. Without two different times, days.
    pub fn infer(times: &[i64]) -> Self {
        let first = times.first().copied().unwrap_or(0);
        let step = usual_step(times);
        if step >= MONTH_MIN {
            let months = (step as f64 / DAY as f64 / MONTH_DAYS).round() as i64;
            let by_month = Self::months(times, months.max(1));
            let keeps = times.iter().filter(|time| by_month.time(by_month.place(**time)) == Some(**time)).count();
            let is_fixed = times.windows(2).all(|pair| (pair[1].wrapping_sub(pair[0])) % step == 0);
            if keeps * 10 >= times.len() * 9 && !(is_fixed && step % WEEK == 0) {
                return by_month;
            }
        }
        let on_business_days =
            step == DAY && times.len() >= BUSINESS_DAYS_MIN && !times.iter().any(|time| is_weekend(*time));
        if on_business_days {
            return Self::BusinessDays { moment: first.rem_euclid(DAY) };
        }
        Self::Fixed { step, origin: first }
    }

    /// The steps of a name: `minute`, `hour`, `day`, `business_day`, `week`, `month`, `quarter` or `year`.
    pub fn named(name: &str, times: &[i64]) -> Option<Self> {
        let first = times.first().copied().unwrap_or(0);
        if name == "business_day" {
            return Some(Self::BusinessDays { moment: first.rem_euclid(DAY) });
        }
        if let Some((_, months)) = NAMED_MONTHS.iter().find(|(known, _)| *known == name) {
            return Some(Self::months(times, *months));
        }
        let (_, step) = NAMED.iter().find(|(known, _)| *known == name)?;
        Some(Self::Fixed { step: *step, origin: first })
    }

    fn months(times: &[i64], months: i64) -> Self {
        let first = times.first().copied().unwrap_or(0);
        let day_of = |time: i64| time.div_euclid(DAY) - Period::Month.first_day(Period::Month.of(time));
        let day = times.iter().map(|time| day_of(*time)).max().unwrap_or(0);
        // The end of short months is the end of long ones.
        let ends = times.iter().all(|time| Period::Month.of(time.saturating_add(DAY)) != Period::Month.of(*time));
        let day = if ends { 30 } else { day };
        Self::Months { months, origin: Period::Month.of(first), day, moment: first.rem_euclid(DAY) }
    }

    /// The place of a time among the steps: the nearest step of a fixed length, the month or the day it lies in.
    pub fn place(&self, time: i64) -> i64 {
        match self {
            Self::Fixed { step, origin } => {
                let distance = i128::from(time) - i128::from(*origin) + i128::from(step / 2);
                i64::try_from(distance.div_euclid(i128::from(*step))).unwrap_or(i64::MAX)
            }
            Self::Months { months, origin, .. } => (Period::Month.of(time) - origin).div_euclid(*months),
            Self::BusinessDays { .. } => {
                let (week, day) = week_of(time);
                // Weekends belong to the Friday before.
                5 * week + day.min(4)
            }
        }
    }

    /// The places of the steps that a day has a part in, the day given by a moment of it: steps shorter than a day that
    /// begin in it, or the step in which it begins. Days of weekends have none among business days.
    pub fn of_day(&self, moment: i64) -> Range<i64> {
        let start = moment.div_euclid(DAY).saturating_mul(DAY);
        let one = |place: i64| place..place.saturating_add(1);
        match self {
            Self::Fixed { step, origin } => {
                let before = |time: i128| {
                    let steps = (time - i128::from(*origin)).div_euclid(i128::from(*step));
                    i64::try_from(steps).unwrap_or(i64::MAX)
                };
                let start = i128::from(start);
                match *step <= DAY {
                    true => before(start - 1).saturating_add(1)..before(start + i128::from(DAY) - 1).saturating_add(1),
                    false => one(before(start)),
                }
            }
            Self::Months { .. } => one(self.place(start)),
            Self::BusinessDays { .. } if is_weekend(start) => 0..0,
            Self::BusinessDays { .. } => one(self.place(start)),
        }
    }

    /// The time of a place. `None` beyond the range of timestamps.
    pub fn time(&self, place: i64) -> Option<i64> {
        match self {
            Self::Fixed { step, origin } => step.checked_mul(place)?.checked_add(*origin),
            Self::Months { months, origin, day, moment } => {
                let month = origin.checked_add(months.checked_mul(place)?)?;
                // Times reach over fewer months than this, so that the calendar does not overflow.
                if month.abs() > 12 * 400_000 {
                    return None;
                }
                let first = Period::Month.first_day(month);
                let last = Period::Month.first_day(month + 1) - 1;
                (first + day).min(last).checked_mul(DAY)?.checked_add(*moment)
            }
            Self::BusinessDays { moment } => {
                let day = place.div_euclid(5).checked_mul(7)?.checked_add(place.rem_euclid(5) - 3)?;
                day.checked_mul(DAY)?.checked_add(*moment)
            }
        }
    }

    /// What a reader calls it: `day`, `15 minutes`, `quarter`.
    pub fn name(&self) -> String {
        let (count, unit) = match self {
            Self::BusinessDays { .. } => return "business_day".to_owned(),
            Self::Months { months, .. } => {
                let unit = NAMED_MONTHS.iter().rev().find(|(_, unit)| months % unit == 0);
                unit.map_or((*months, "month"), |(name, unit)| (months / unit, *name))
            }
            Self::Fixed { step, .. } => {
                let unit = NAMED.iter().rev().find(|(_, unit)| step % unit == 0);
                unit.map_or((*step, "microsecond"), |(name, unit)| (step / unit, *name))
            }
        };
        if count == 1 { unit.to_owned() } else { format!("{count} {unit}s") }
    }

    /// The seasons that the calendar suggests, in steps, shortest first. None where it suggests none.
    pub fn seasons(&self) -> Vec<usize> {
        match self {
            Self::BusinessDays { .. } => vec![5, 260],
            Self::Months { months, .. } => {
                vec![12 / months].into_iter().filter(|s| *s > 1 && 12 % months == 0).map(|s| s as usize).collect()
            }
            Self::Fixed { step: WEEK, .. } => vec![52],
            Self::Fixed { step: DAY, .. } => vec![7, 365],
            Self::Fixed { step, .. } if *step < MINUTE => cycles(*step, &[MINUTE, HOUR]),
            Self::Fixed { step, .. } if *step < HOUR / 4 => cycles(*step, &[HOUR, DAY]),
            Self::Fixed { step, .. } => cycles(*step, &[DAY, WEEK]),
        }
    }
}

fn cycles(step: i64, lengths: &[i64]) -> Vec<usize> {
    let whole = lengths.iter().filter(|length| **length % step == 0 && **length > step);
    whole.map(|length| (length / step) as usize).collect()
}

/// The week, from Monday, and the day in it.
fn week_of(time: i64) -> (i64, i64) {
    let week = Period::Week.of(time);
    (week, time.div_euclid(DAY) - Period::Week.first_day(week))
}

fn is_weekend(time: i64) -> bool {
    week_of(time).1 >= 5
}

/// The most common distance between neighbours, the shortest of several; a day without any.
fn usual_step(times: &[i64]) -> i64 {
    let mut steps: Vec<i64> =
        times.windows(2).filter_map(|pair| pair[1].checked_sub(pair[0])).filter(|step| *step > 0).collect();
    steps.sort_unstable();
    let Some(first) = steps.first() else { return DAY };
    let (mut best, mut most) = (*first, 0);
    for run in steps.chunk_by(|a, b| a == b) {
        if run.len() > most {
            (best, most) = (run[0], run.len());
        }
    }
    // Months and years differ in length; their median is one of them. So is that of steps that are all different.
    if 3 * most < steps.len() { steps[steps.len() / 2] } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of the first of each month from January 1970.
    fn months(count: i64) -> Vec<i64> {
        (0..count).map(|month| Period::Month.first_day(23_640 + month) * DAY).collect()
    }

    fn next(frequency: &Frequency, last: i64, step: i64) -> i64 {
        frequency.time(frequency.place(last) + step).unwrap()
    }

    #[test]
    fn months_step_by_the_calendar() {
        let times = months(14);
        assert_eq!(times[0], 0);
        let frequency = Frequency::infer(&times);
        assert_eq!((frequency.name(), frequency.seasons()), ("month".to_owned(), vec![12]));
        assert_eq!(next(&frequency, times[13], 1), months(15)[14]);
    }

    #[test]
    fn month_ends_stay_month_ends() {
        let times: Vec<i64> = months(7)[1..].iter().map(|time| time - DAY).collect();
        let frequency = Frequency::infer(&times);
        assert_eq!(frequency.name(), "month");
        let expected: Vec<i64> = months(14)[7..].iter().map(|time| time - DAY).collect();
        let following: Vec<i64> = (1..=7).map(|step| next(&frequency, times[5], step)).collect();
        assert_eq!(following, expected);
    }

    #[test]
    fn quarters_and_years_are_steps_of_months() {
        let quarters: Vec<i64> = months(25).into_iter().step_by(3).collect();
        assert_eq!(Frequency::infer(&quarters).name(), "quarter");
        assert_eq!(Frequency::infer(&quarters).seasons(), [4]);
        let years: Vec<i64> = months(85).into_iter().step_by(12).collect();
        assert_eq!((Frequency::infer(&years).name(), Frequency::infer(&years).seasons()), ("year".to_owned(), vec![]));
    }

    #[test]
    fn four_weeks_are_no_month() {
        let times: Vec<i64> = (0..20).map(|t| t * 4 * WEEK).collect();
        assert_eq!(Frequency::infer(&times).name(), "4 weeks");
    }

    #[test]
    fn days_without_weekends_step_over_them() {
        // 1970-01-05 was a Monday.
        let times: Vec<i64> = (4..40).filter(|day| (day - 4) % 7 < 5).map(|day| day * DAY).collect();
        let frequency = Frequency::infer(&times);
        assert_eq!(frequency.name(), "business_day");
        assert_eq!(next(&frequency, 8 * DAY, 1), 11 * DAY);
    }

    #[test]
    fn fixed_steps_have_their_names_and_seasons() {
        let every = |step: i64| (0..30).map(|t| t * step).collect::<Vec<_>>();
        assert_eq!(Frequency::infer(&every(HOUR)).seasons(), [24, 168]);
        assert_eq!(Frequency::infer(&every(15 * MINUTE)).name(), "15 minutes");
        assert_eq!(Frequency::infer(&every(15 * MINUTE)).seasons(), [96, 672]);
        assert_eq!(Frequency::infer(&every(WEEK)).seasons(), [52]);
        assert_eq!(Frequency::infer(&every(7)).name(), "7 microseconds");
    }

    #[test]
    fn a_day_has_its_hours_and_lies_in_its_week() {
        let hours = Frequency::infer(&(0..30).map(|t| t * HOUR).collect::<Vec<_>>());
        assert_eq!(hours.of_day(2 * DAY + 5 * HOUR), 48..72);
        let mornings = Frequency::infer(&(0..30).map(|t| t * DAY + 9 * HOUR).collect::<Vec<_>>());
        assert_eq!(mornings.of_day(3 * DAY), 3..4);
        // Weeks from Thursday, the first of January 1970.
        let weeks = Frequency::infer(&(0..30).map(|t| t * WEEK).collect::<Vec<_>>());
        assert_eq!((weeks.of_day(6 * DAY), weeks.of_day(7 * DAY)), (0..1, 1..2));
        let month = Frequency::infer(&months(20));
        assert_eq!(month.of_day(31 * DAY), month.place(31 * DAY)..month.place(31 * DAY) + 1);
        let business = Frequency::BusinessDays { moment: 0 };
        assert!(business.of_day(2 * DAY).is_empty() && !business.of_day(4 * DAY).is_empty());
        assert!(hours.of_day(i64::MAX).count() <= 24 && business.of_day(i64::MIN).count() <= 1);
    }

    #[test]
    fn one_time_or_none_is_daily_and_the_ends_of_time_do_not_overflow() {
        assert_eq!(Frequency::infer(&[]).name(), "day");
        assert_eq!(Frequency::infer(&[5]).name(), "day");
        let ends = Frequency::infer(&[i64::MIN, i64::MAX]);
        assert_eq!(ends.time(i64::MAX), None);
        for frequency in [Frequency::named("month", &[i64::MAX]), Frequency::named("business_day", &[i64::MIN])] {
            let frequency = frequency.unwrap();
            let _ = frequency.time(frequency.place(i64::MAX).saturating_add(1));
            assert_eq!(frequency.time(i64::MAX), None);
        }
    }
}
