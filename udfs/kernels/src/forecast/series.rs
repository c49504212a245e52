//! A series as models take it: one value a step, none missing, of a size near one.
//!
//! | in the rows | what is done |
//! |---|---|
//! | several values of one step | their mean |
//! | NULL, NaN, an infinity | as if the row were not there |
//! | steps without a value | on the straight line between their neighbours |
//! | a gap of more than two seasons and thirty steps | what lies before it is left out, if enough follows |
//! | steps that no length fits | one row after the other, a mean step apart |
//! | a step without a value, in a series that adds up with others | nothing, that is 0 |
//! | values of any size | divided by a power of two, which changes no digit |

use super::frequency::Frequency;
use crate::decompose::interpolate;

/// A longer gap separates what was from what is.
const GAP_MIN: usize = 30;

/// What follows a gap is enough on its own from so many values, or two seasons.
const AFTER_GAP_MIN: usize = 20;

/// A series has at most so many steps for each of its values, and a few more.
const STEPS_A_VALUE: usize = 50;
const STEPS_FREE: usize = 2000;

/// What was done to a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Whole,
    /// Values of one step were averaged.
    Averaged,
    /// Steps without a value were filled.
    Filled,
    /// What lay before a long gap was left out.
    Cut,
    /// The rows are at no equal distances.
    Irregular,
}

/// A series that is whole.
#[derive(Debug, Clone)]
pub struct Series {
    /// The values, divided by `scale`.
    pub values: Vec<f64>,
    /// What the values were divided by.
    pub scale: f64,
    /// Its steps.
    pub frequency: Frequency,
    /// The place of the first value among the steps.
    pub first: i64,
    /// What was done.
    pub condition: Condition,
}

impl Series {
    /// Makes rows in ascending order of time a series. `None` without a single finite value.
    pub fn new(times: &[i64], values: &[f64], given: Option<Frequency>) -> Option<Self> {
        let (known, scale) = known(times, values)?;
        let own_times: Vec<i64> = known.iter().map(|(time, _)| *time).collect();
        let frequency = given.unwrap_or_else(|| Frequency::infer(&own_times));
        let last = frequency.place(own_times[own_times.len() - 1]);
        let Some(means) = means(&known, &frequency, last, known.len()) else {
            return Some(Self::irregular(&known, scale));
        };
        let start = after_gap(&means.values, frequency.seasons().first().copied().unwrap_or(1));
        let missing = means.values[start..].iter().any(|value| value.is_nan());
        let condition = match (start > 0, missing, means.averaged) {
            (true, ..) => Condition::Cut,
            (_, true, _) => Condition::Filled,
            (_, _, true) => Condition::Averaged,
            _ => Condition::Whole,
        };
        let values = interpolate(&means.values[start..])?;
        Some(Self { values, scale, frequency, first: means.first + start as i64, condition })
    }

    /// Makes rows a series beside others with which it adds up: of their steps, up to the last of them, and nothing at
    /// steps without a value. `None` without a single finite value, or for rows that have no such steps.
    pub fn among(times: &[i64], values: &[f64], steps: Steps) -> Option<Self> {
        let Steps { frequency, last, moments } = steps;
        let (known, scale) = known(times, values)?;
        let mut means = means(&known, &frequency, last, moments)?;
        let missing = means.values.iter().any(|value| value.is_nan());
        let condition = match (missing, means.averaged) {
            (true, _) => Condition::Filled,
            (_, true) => Condition::Averaged,
            _ => Condition::Whole,
        };
        means.values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
        Some(Self { values: means.values, scale, frequency, first: means.first, condition })
    }

    /// Rows one after the other, as if they were a mean step apart.
    fn irregular(known: &[(i64, f64)], scale: f64) -> Self {
        let (first, last) = (known[0].0, known[known.len() - 1].0);
        let step = (i128::from(last) - i128::from(first)) / (known.len() as i128 - 1).max(1);
        let step = i64::try_from(step).unwrap_or(i64::MAX).max(1);
        let frequency = Frequency::Fixed { step, origin: last };
        let values: Vec<f64> = known.iter().map(|(_, value)| *value).collect();
        Self { scale, frequency, first: 1 - values.len() as i64, condition: Condition::Irregular, values }
    }

    /// The time of a value, or of one that follows. `None` beyond the range of timestamps.
    pub fn time(&self, place: usize) -> Option<i64> {
        self.frequency.time(self.first.checked_add(i64::try_from(place).ok()?)?)
    }

    /// A value of the models in the units of the rows, as far as there are numbers.
    pub fn unscaled(&self, value: f64) -> f64 {
        (value * self.scale).clamp(-f64::MAX, f64::MAX)
    }

    /// The seasons that the calendar suggests, or, where it knows none, those that the values show; of each there are
    /// two.
    pub fn seasons(&self) -> Vec<usize> {
        let mut seasons = self.frequency.seasons();
        if seasons.is_empty() && !matches!(self.frequency, Frequency::Months { .. }) {
            let found = crate::decompose::detect_periods(&self.values, self.values.len() / 3);
            seasons = found.into_iter().map(|period| period.length).collect();
        }
        seasons.retain(|season| 2 * season <= self.values.len());
        seasons
    }
}

/// The steps that several series have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// The steps.
    pub frequency: Frequency,
    /// The place of the last of which there is a value.
    pub last: i64,
    /// Of how many moments there is a value.
    moments: usize,
}

impl Steps {
    /// The steps of the moments of all values, which are put into order. They are named, or told from the moments.
    /// `None` without a moment, or where no steps fit them.
    pub fn of(mut times: Vec<i64>, name: Option<&str>) -> Option<Self> {
        times.sort_unstable();
        times.dedup();
        let frequency =
            name.and_then(|name| Frequency::named(name, &times)).unwrap_or_else(|| Frequency::infer(&times));
        let (first, last) = (frequency.place(*times.first()?), frequency.place(*times.last()?));
        fits(first, last, times.len())?;
        Some(Self { frequency, last, moments: times.len() })
    }

    /// The time of a step ahead, from zero for the first. `None` beyond the range of timestamps.
    pub fn ahead(&self, step: usize) -> Option<i64> {
        self.frequency.time(self.last.checked_add(i64::try_from(step).ok()?)?.checked_add(1)?)
    }
}

/// The rows with a finite value, divided by a power of two. `None` without any.
fn known(times: &[i64], values: &[f64]) -> Option<(Vec<(i64, f64)>, f64)> {
    let usable = || times.iter().zip(values).filter(|(_, value)| value.is_finite());
    let largest = usable().fold(None, |largest: Option<f64>, (_, v)| Some(largest.unwrap_or(0.0).max(v.abs())))?;
    let scale = power_of_two(largest);
    Some((usable().map(|(time, value)| (*time, value / scale)).collect(), scale))
}

/// The mean of the values of each step.
struct Means {
    /// NaN where there is none.
    values: Vec<f64>,
    /// The place of the first.
    first: i64,
    /// Whether a step has several.
    averaged: bool,
}

/// How many steps there are from one place to another. `None` if they are too many for so many moments.
fn fits(first: i64, last: i64, moments: usize) -> Option<usize> {
    let steps = usize::try_from(last.checked_sub(first)?).ok()?;
    Some(steps).filter(|steps| *steps < moments * STEPS_A_VALUE + STEPS_FREE)
}

/// The means of the steps of rows, from their first to the place `last`. `None` where there are too many steps for so
/// many moments.
fn means(known: &[(i64, f64)], frequency: &Frequency, last: i64, moments: usize) -> Option<Means> {
    let first = frequency.place(known.first()?.0);
    let steps = fits(first, last, moments)?;
    let mut sums = vec![(0.0, 0_u32); steps + 1];
    for (time, value) in known {
        let (sum, count) = sums.get_mut(usize::try_from(frequency.place(*time) - first).ok()?)?;
        *sum += value;
        *count += 1;
    }
    // Nothing over nothing is NaN.
    let values = sums.iter().map(|(sum, count)| sum / f64::from(*count)).collect();
    Some(Means { values, first, averaged: sums.iter().any(|(_, count)| *count > 1) })
}

/// The greatest power of two that is not above a number; one for zero.
fn power_of_two(largest: f64) -> f64 {
    // The bits of the exponent alone; numbers too small to have any are as good as zero.
    let power = f64::from_bits(largest.to_bits() & 0x7ff0_0000_0000_0000);
    if power > 0.0 { power } else { 1.0 }
}

/// Where the series begins anew after its last long gap; zero without one, or where too little follows.
fn after_gap(means: &[f64], season: usize) -> usize {
    let long = GAP_MIN.max(2 * season);
    let enough = AFTER_GAP_MIN.max(2 * season);
    let mut missing = 0;
    let mut start = 0;
    for (place, value) in means.iter().enumerate() {
        if value.is_nan() {
            missing += 1;
            continue;
        }
        if missing > long && means.len() - place >= enough {
            start = place;
        }
        missing = 0;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn days(count: i64) -> Vec<i64> {
        (0..count).map(|day| day * DAY).collect()
    }

    #[test]
    fn values_keep_their_digits_and_their_times() {
        let series = Series::new(&days(3), &[3.0, 5.0, 7.0], None).unwrap();
        assert_eq!((series.scale, series.condition), (4.0, Condition::Whole));
        assert_eq!(series.values.iter().map(|value| series.unscaled(*value)).collect::<Vec<_>>(), [3.0, 5.0, 7.0]);
        assert_eq!(series.time(3), Some(3 * DAY));
    }

    #[test]
    fn gaps_are_filled_and_values_of_one_step_averaged() {
        let times = [0, DAY, DAY, 2 * DAY, 4 * DAY, 5 * DAY];
        let series = Series::new(&times, &[1.0, 2.0, 4.0, 2.0, 4.0, f64::NAN], None).unwrap();
        let values: Vec<f64> = series.values.iter().map(|value| series.unscaled(*value)).collect();
        assert_eq!(values, [1.0, 3.0, 2.0, 3.0, 4.0]);
        assert_eq!(series.condition, Condition::Filled);
    }

    #[test]
    fn what_lies_before_years_without_values_is_left_out() {
        let mut times = days(60);
        times.extend((1155..1215).map(|day| day * DAY));
        let series = Series::new(&times, &vec![1.0; 120], None).unwrap();
        assert_eq!((series.values.len(), series.condition), (60, Condition::Cut));
        assert_eq!(series.time(0), Some(1155 * DAY));
    }

    #[test]
    fn series_that_add_up_have_the_same_steps_and_nothing_where_nothing_is() {
        let steps = Steps::of(vec![4 * DAY, 0, DAY, DAY, 2 * DAY], None).unwrap();
        assert_eq!(steps.frequency.name(), "day");
        let series = Series::among(&[DAY, 3 * DAY, 5 * DAY], &[2.0, 4.0, f64::NAN], steps).unwrap();
        assert_eq!(series.values.iter().map(|value| series.unscaled(*value)).collect::<Vec<_>>(), [2.0, 0.0, 4.0, 0.0]);
        assert_eq!((series.time(0), series.time(4)), (Some(DAY), Some(5 * DAY)));
        assert!(Steps::of(Vec::new(), None).is_none());
    }

    #[test]
    fn rows_at_no_equal_distances_follow_each_other() {
        let times = [0, 1, 2, 3, 500 * DAY];
        let series = Series::new(&times, &[1.0; 5], None).unwrap();
        assert_eq!((series.values.len(), series.condition), (5, Condition::Irregular));
        assert_eq!(series.time(4), Some(500 * DAY));
    }

    #[test]
    fn nothing_finite_is_no_series_and_extremes_are_one() {
        assert!(Series::new(&days(2), &[f64::NAN, f64::INFINITY], None).is_none());
        let series = Series::new(&days(2), &[1e300, -1e300], None).unwrap();
        assert!(series.values.iter().all(|value| value.abs() < 2.0));
        assert_eq!(series.unscaled(1e300), f64::MAX);
        assert_eq!(Series::new(&days(2), &[0.0, 5e-324], None).unwrap().scale, 1.0);
        assert!(Series::new(&[i64::MIN, i64::MAX], &[1.0, 2.0], None).is_some());
    }
}
