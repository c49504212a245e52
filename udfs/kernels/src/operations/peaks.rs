//! Peaks: hours of the week, days of the week or months of the year in which more comes than usual.
//!
//! The time from the first to the last value is cut into units (hours, days, months), of which each has a place in its
//! cycle. Units without a value count as zero, so that an hour with one busy Monday in thirteen is no peak.

use crate::distribution::student_t;
use crate::journey::stored::Period;

const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_HOURS: i64 = 24;

/// What comes round and round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// 168 hours from Monday on.
    HoursOfWeek,
    /// Seven days from Monday on.
    DaysOfWeek,
    /// Twelve months from January on.
    MonthsOfYear,
}

impl Cycle {
    /// How many places it has.
    pub fn places(self) -> usize {
        match self {
            Self::HoursOfWeek => 168,
            Self::DaysOfWeek => 7,
            Self::MonthsOfYear => 12,
        }
    }

    /// The number of the unit that a moment, in microseconds since 1970, lies in.
    fn unit(self, micros: i64) -> i64 {
        match self {
            Self::HoursOfWeek => micros.div_euclid(HOUR_MICROS),
            Self::DaysOfWeek => micros.div_euclid(DAY_HOURS * HOUR_MICROS),
            Self::MonthsOfYear => Period::Month.of(micros),
        }
    }

    /// The place of a unit. 1970 began on a Thursday.
    fn place(self, unit: i64) -> usize {
        let since_first = match self {
            Self::HoursOfWeek => unit + 3 * DAY_HOURS,
            Self::DaysOfWeek => unit + 3,
            Self::MonthsOfYear => unit,
        };
        since_first.rem_euclid(self.places() as i64) as usize
    }

    /// The units of the days, or months, from that of a moment to that of another.
    fn span(self, first: i64, last: i64) -> (i64, i64) {
        match self {
            Self::HoursOfWeek => {
                (first.div_euclid(DAY_HOURS) * DAY_HOURS, last.div_euclid(DAY_HOURS) * DAY_HOURS + DAY_HOURS - 1)
            }
            Self::DaysOfWeek | Self::MonthsOfYear => (first, last),
        }
    }
}

/// What comes at one place of a cycle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// The place, from zero.
    pub place: usize,
    /// How often it came round.
    pub n: u64,
    /// The sum of the values.
    pub total: f64,
    /// The mean of a unit.
    pub mean: f64,
    /// The mean in units of that of all places with a value; `None` where that is not above zero.
    pub index: Option<f64>,
    /// The chance of a mean so far from that of all places if the place is like them; `None` where it came round only
    /// once, or is always the same.
    pub p_value: Option<f64>,
}

/// The load of every place that came round between the first and the last of the times, which ascend.
pub fn loads(cycle: Cycle, times: &[i64], values: &[f64]) -> Vec<Load> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Vec::new() };
    let mut sums = vec![(0.0, 0.0); cycle.places()];
    let (mut unit, mut value) = (cycle.unit(*first), 0.0);
    let mut add = |unit: i64, value: f64| {
        let (sum, squares) = &mut sums[cycle.place(unit)];
        *sum += value;
        *squares += value * value;
    };
    for (time, next) in times.iter().zip(values) {
        let own = cycle.unit(*time);
        if own != unit {
            add(unit, value);
            (unit, value) = (own, 0.0);
        }
        value += next;
    }
    add(unit, value);

    let (start, end) = cycle.span(cycle.unit(*first), cycle.unit(*last));
    let places = cycle.places();
    let units = (end - start + 1) as u64;
    let mut loads = Vec::with_capacity(places);
    for (place, (total, squares)) in sums.into_iter().enumerate() {
        // Whole cycles have every place once; those that are left over begin with the place of the first unit.
        let after_first = (place + places - cycle.place(start)) % places;
        let n = units / places as u64 + u64::from((after_first as u64) < units % places as u64);
        if n > 0 {
            let mean = total / n as f64;
            loads.push((Load { place, n, total, mean, index: None, p_value: None }, squares));
        }
    }
    let used: Vec<f64> = loads.iter().filter(|(load, _)| load.total != 0.0).map(|(load, _)| load.mean).collect();
    let usual = used.iter().sum::<f64>() / used.len() as f64;
    loads.into_iter().map(|(load, squares)| judged(load, squares, usual)).collect()
}

fn judged(load: Load, squares: f64, usual: f64) -> Load {
    let n = load.n as f64;
    let variance = (squares - n * load.mean * load.mean) / (n - 1.0);
    // Rounding leaves some of a variance that is none.
    let varies = load.n > 1 && variance > 1e-12 * squares / n;
    let t = (load.mean - usual) / (variance / n).sqrt();
    Load {
        index: Some(load.mean / usual).filter(|index| usual > 0.0 && index.is_finite()),
        p_value: varies.then(|| 2.0 * student_t::tail(t.abs(), n - 1.0)).filter(|p| !p.is_nan()),
        ..load
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = DAY_HOURS * HOUR_MICROS;
    /// 2026-01-05, a Monday.
    const MONDAY: i64 = 20_458 * DAY;

    #[test]
    fn days_without_a_value_count_as_zero() {
        // Two weeks and a Monday: three Mondays with 4, 2 and 3, one Tuesday with 3, nothing else.
        let times = [MONDAY, MONDAY + DAY, MONDAY + 7 * DAY, MONDAY + 14 * DAY];
        let loads = loads(Cycle::DaysOfWeek, &times, &[4.0, 3.0, 2.0, 3.0]);
        assert_eq!(loads.len(), 7);
        let (monday, tuesday, sunday) = (loads[0], loads[1], loads[6]);
        assert_eq!((monday.n, monday.total, monday.mean), (3, 9.0, 3.0));
        assert_eq!((tuesday.n, tuesday.total, tuesday.mean), (2, 3.0, 1.5));
        assert_eq!((sunday.n, sunday.mean, sunday.p_value), (2, 0.0, None));
        // The usual is the mean of Monday and Tuesday, 2.25.
        assert_eq!((monday.index, tuesday.index, sunday.index), (Some(3.0 / 2.25), Some(1.5 / 2.25), Some(0.0)));
        // t = (3 - 2.25) / sqrt(1 / 3) with two degrees of freedom: p = 1 - t / sqrt(2 + t²).
        let t = 0.75 * 3.0_f64.sqrt();
        assert!((monday.p_value.unwrap() - (1.0 - t / (2.0 + t * t).sqrt())).abs() < 1e-12);
    }

    #[test]
    fn hours_are_those_of_whole_days() {
        let times = [MONDAY + 9 * HOUR_MICROS, MONDAY + 9 * HOUR_MICROS + 1, MONDAY + DAY + 23 * HOUR_MICROS];
        let loads = loads(Cycle::HoursOfWeek, &times, &[1.0; 3]);
        assert_eq!(loads.len(), 48);
        assert_eq!((loads[9].place, loads[9].n, loads[9].total), (9, 1, 2.0));
        assert_eq!((loads[47].place, loads[47].total, loads[47].p_value), (47, 1.0, None));
    }

    #[test]
    fn months_come_round_once_a_year() {
        let times = [MONDAY, MONDAY + 365 * DAY, MONDAY + 400 * DAY];
        let loads = loads(Cycle::MonthsOfYear, &times, &[10.0, 20.0, 3.0]);
        assert_eq!(loads.len(), 12);
        assert_eq!((loads[0].n, loads[0].mean), (2, 15.0), "January");
        assert_eq!((loads[1].n, loads[1].mean), (2, 1.5), "February");
        assert_eq!((loads[2].n, loads[2].mean), (1, 0.0), "March");
    }

    #[test]
    fn nothing_has_no_peaks_and_zeros_have_no_index() {
        assert!(loads(Cycle::DaysOfWeek, &[], &[]).is_empty());
        let zeros = loads(Cycle::DaysOfWeek, &[MONDAY], &[0.0]);
        assert_eq!((zeros.len(), zeros[0].index, zeros[0].p_value), (1, None, None));
        assert_eq!(loads(Cycle::HoursOfWeek, &[i64::MIN, i64::MAX], &[1.0, 1.0]).len(), 168);
    }
}
