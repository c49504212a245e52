//! Holidays and other known events: what they add to a series, and the series without it.
//!
//! The model is partially linear (Robinson 1988): trend and season, however they run, and so much for each event. The
//! series and the events are smoothed alike, and what the smoothing leaves of the one is regressed on what it leaves of
//! the others. Positive series are taken as logarithms, as their decomposition takes them, and effects multiply. An
//! effect is drawn towards nothing as far as it could be chance, by Breiman's garrote (1995).

use super::components::moving_mean;
use super::frequency::DAY;
use super::mstl::multiplies;
use super::rows::Rows;
use super::series::{Condition, Series};
use crate::decompose::Mstl;
use crate::linalg::cholesky::Cholesky;

/// A season is taken out before events are measured if it was seen so many times; one of many steps must have been seen
/// more often, or it would take the place of an event that comes every year.
const SEEN_MIN: usize = 3;
const SEEN_OFTEN: usize = 10;
const STEPS_MANY: usize = 31;

/// An event must have been on at so many steps.
const STEPS_MIN: usize = 2;

/// No sum of effects is more than so many times the greatest value, or changes it by more than such a factor.
const EFFECT_MAX: f64 = 1e6;

/// An event of which smoothing and the events before it leave less than this cannot be told from them.
const LEFT_MIN: f64 = 1e-2;

/// What events add to each step of a series, and to those ahead.
#[derive(Debug, Clone)]
pub(super) struct Effects {
    /// Whether they multiply.
    pub multiply: bool,
    /// The sum of their effects; of logarithms where they multiply. Empty without events.
    sums: Vec<f64>,
    /// Whether the effects of all events that are known to come could be estimated.
    pub known: bool,
}

impl Effects {
    /// The effects of the events of rows and of holidays on a series and on `horizon` steps ahead.
    pub(super) fn new(series: &Series, seasons: &[usize], rows: Rows<'_>, holidays: &[i64], horizon: usize) -> Self {
        let mut effects = Self { multiply: false, sums: Vec::new(), known: true };
        let count = series.values.len();
        let mut events = events(series, rows, holidays, count + horizon);
        if events.is_empty() {
            return effects;
        }
        // Events as they differ from the usual: a price is never zero, and where nothing is told it is as usual.
        for event in &mut events {
            let usual = middle(&event[..count]);
            event.iter_mut().for_each(|value| *value = if value.is_nan() { 0.0 } else { *value - usual });
        }
        effects.multiply = multiplies(&series.values);
        let (strengths, kept) = strengths(&series.values, effects.multiply, seasons, &events);
        let is_ahead = |event: &Vec<f64>| event[count..].iter().any(|value| *value != 0.0);
        effects.known = events.iter().zip(&kept).all(|(event, kept)| *kept || !is_ahead(event));
        effects.sums = vec![0.0; count + horizon];
        for (event, strength) in events.iter().zip(strengths) {
            for (sum, value) in effects.sums.iter_mut().zip(event) {
                *sum += strength * value;
            }
        }
        let limit = if effects.multiply { EFFECT_MAX.ln() } else { EFFECT_MAX };
        effects.sums.iter_mut().for_each(|sum| *sum = sum.clamp(-limit, limit));
        effects
    }

    /// Whether there are any.
    pub(super) fn is_none(&self) -> bool {
        self.sums.is_empty()
    }

    /// What they add at a step, or by what they multiply.
    pub(super) fn at(&self, step: usize) -> f64 {
        let sum = self.sums.get(step).copied().unwrap_or(0.0);
        if self.multiply { sum.exp() } else { sum }
    }

    /// A value at a step with them.
    pub(super) fn with(&self, step: usize, value: f64) -> f64 {
        if self.multiply { value * self.at(step) } else { value + self.at(step) }
    }

    /// Takes them out of the values of a series.
    pub(super) fn take_out(&self, values: &mut [f64]) {
        for (step, value) in values.iter_mut().enumerate() {
            *value = if self.multiply { *value / self.at(step) } else { *value - self.at(step) };
        }
    }
}

/// How much of each event there is at each step; NaN at steps without a row.
fn events(series: &Series, rows: Rows<'_>, holidays: &[i64], steps: usize) -> Vec<Vec<f64>> {
    // The steps of rows at no equal distances have no place in the calendar.
    if series.condition == Condition::Irregular {
        return Vec::new();
    }
    let place = |place: i64| usize::try_from(place.checked_sub(series.first)?).ok().filter(|place| *place < steps);
    let places: Vec<Option<usize>> = rows.times.iter().map(|time| place(series.frequency.place(*time))).collect();
    let mut counts = vec![0_u32; steps];
    for place in places.iter().flatten() {
        counts[*place] += 1;
    }
    let mut events = Vec::with_capacity(rows.events.len() + 1);
    for event in rows.events {
        let mut at: Vec<f64> = counts.iter().map(|count| if *count > 0 { 0.0 } else { f64::NAN }).collect();
        for (place, value) in places.iter().zip(event) {
            if let Some(place) = place
                && value.is_finite()
            {
                at[*place] += value / f64::from(counts[*place]);
            }
        }
        events.push(at);
    }
    if !holidays.is_empty() {
        events.push(of_holidays(series, holidays, steps));
    }
    events
}

/// How many holidays each step has a part in.
fn of_holidays(series: &Series, holidays: &[i64], steps: usize) -> Vec<f64> {
    let mut days: Vec<i64> = holidays.iter().map(|moment| moment.div_euclid(DAY)).collect();
    days.sort_unstable();
    days.dedup();
    let mut at = vec![0.0; steps];
    for day in days {
        // Of steps of a microsecond a day has too many to look at each.
        let of_day = series.frequency.of_day(day.saturating_mul(DAY));
        let first = of_day.start.saturating_sub(series.first).clamp(0, steps as i64) as usize;
        let end = of_day.end.saturating_sub(series.first).clamp(0, steps as i64) as usize;
        at.get_mut(first..end).unwrap_or_default().iter_mut().for_each(|count| *count += 1.0);
    }
    at
}

/// The effect of one of each event, and which of them could be estimated.
fn strengths(values: &[f64], multiply: bool, seasons: &[usize], events: &[Vec<f64>]) -> (Vec<f64>, Vec<bool>) {
    let count = values.len();
    let scaled: Vec<f64> = values.iter().map(|value| if multiply { value.ln() } else { *value }).collect();
    let seasons: Vec<usize> = seasons.iter().copied().filter(|season| is_taken_out(*season, count)).collect();
    regress(&left(&scaled, &seasons), events, &seasons)
}

fn is_taken_out(season: usize, count: usize) -> bool {
    let seen = if season > STEPS_MANY { SEEN_OFTEN } else { SEEN_MIN };
    season > 1 && season <= count / seen
}

/// What trend and season leave of values. It is linear in them.
fn left(values: &[f64], seasons: &[usize]) -> Vec<f64> {
    match Mstl::new(seasons).fast().decompose(values) {
        Some(parts) => parts.remainder,
        None => values.iter().zip(moving_mean(values)).map(|(value, mean)| value - mean).collect(),
    }
}

/// The value in the middle of those that are known; zero without any.
fn middle(values: &[f64]) -> f64 {
    let mut ordered: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    if ordered.is_empty() {
        return 0.0;
    }
    let place = ordered.len() / 2;
    *ordered.select_nth_unstable_by(place, f64::total_cmp).1
}

/// Least squares of what is left of a series on what trend and season leave of the events. Which of them could be
/// estimated: enough is left of it beside the smoothing and the events before it.
fn regress(rest: &[f64], events: &[Vec<f64>], seasons: &[usize]) -> (Vec<f64>, Vec<bool>) {
    let (steps, count) = (rest.len(), events.len());
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut lefts: Vec<Vec<f64>> = Vec::with_capacity(count);
    let mut matrix = vec![0.0; count * count];
    let mut right = vec![0.0; count];
    for (row, event) in events.iter().enumerate() {
        let own = left(&event[..steps], seasons);
        let is_on = event[..steps].iter().filter(|value| **value != 0.0).count();
        // A column that has nothing on the diagonal is left out.
        if is_on >= STEPS_MIN && product(&own, &own) > LEFT_MIN * product(&event[..steps], &event[..steps]) {
            right[row] = product(&own, rest);
            matrix[row * count + row] = product(&own, &own);
            for (column, other) in lefts.iter().enumerate() {
                matrix[row * count + column] = product(&own, other);
            }
        }
        lefts.push(own);
    }
    let nothing = || (vec![0.0; count], vec![false; count]);
    let Some(factor) = Cholesky::new(matrix, count, LEFT_MIN) else { return nothing() };
    let mut effects = right.clone();
    factor.solve(&mut effects);
    let kept: Vec<bool> = (0..count).map(|event| factor.keeps(event)).collect();
    let freedom = (steps as f64 - factor.rank() as f64).max(1.0);
    let variance = ((product(rest, rest) - product(&effects, &right)) / freedom).max(0.0);
    let inverse = factor.inverse();
    for (event, effect) in effects.iter_mut().enumerate() {
        let chance = variance * inverse[event * count + event];
        let share = (1.0 - chance / (*effect * *effect)).max(0.0);
        *effect = if kept[event] && effect.is_finite() && *effect != 0.0 { *effect * share } else { 0.0 };
    }
    (effects, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: usize) -> Vec<i64> {
        (0..count as i64).map(|day| day * DAY).collect()
    }

    /// A week around a level, with so much more on the days of `on`.
    fn week(count: usize, on: &[usize], more: f64, level: f64) -> Vec<f64> {
        (0..count)
            .map(|t| level + [0.0, 5.0, 9.0, 2.0, -3.0, -20.0, 7.0][t % 7] + if on.contains(&t) { more } else { 0.0 })
            .collect()
    }

    fn flags(count: usize, on: &[usize]) -> Vec<f64> {
        (0..count).map(|t| f64::from(u8::from(on.contains(&t)))).collect()
    }

    fn effects(values: &[f64], events: &[Vec<f64>], holidays: &[i64], horizon: usize) -> (Effects, f64) {
        let times = days(events.first().map_or(values.len(), Vec::len));
        let mut padded = values.to_vec();
        padded.resize(times.len(), f64::NAN);
        let rows = Rows { times: &times, values: &padded, events };
        let series = Series::new(&times, &padded, None).unwrap();
        (Effects::new(&series, &[7], rows, holidays, horizon), series.scale)
    }

    #[test]
    fn what_an_event_adds_is_found_and_goes_on_where_it_is_known_to_come() {
        let on = [20, 33, 48, 71, 88, 103];
        let values = week(100, &on, 40.0, 0.0);
        let (effects, scale) = effects(&values, &[flags(110, &on)], &[], 10);
        assert!(!effects.multiply && effects.known);
        for (step, expected) in [(20, 40.0), (21, 0.0), (103, 40.0), (104, 0.0)] {
            assert!((effects.at(step) * scale - expected).abs() < 0.5, "{step} {}", effects.at(step) * scale);
        }
        let mut without: Vec<f64> = values.iter().map(|value| value / scale).collect();
        effects.take_out(&mut without);
        assert!((without[33] * scale - values[40]).abs() < 0.5);
    }

    #[test]
    fn effects_on_positive_series_multiply() {
        let on = [20, 33, 48, 71, 88];
        let values: Vec<f64> = week(100, &[], 0.0, 100.0)
            .into_iter()
            .enumerate()
            .map(|(t, value)| if on.contains(&t) { 1.5 * value } else { value })
            .collect();
        let holidays: Vec<i64> = on.iter().map(|day| *day as i64 * DAY + 5).collect();
        let (effects, _) = effects(&values, &[], &holidays, 3);
        assert!(effects.multiply && (effects.at(48) - 1.5).abs() < 0.03, "{}", effects.at(48));
        assert_eq!(effects.at(49), 1.0);
    }

    #[test]
    fn chance_is_no_effect_and_what_was_seen_once_is_not_known() {
        let mut random = crate::random::Random::new(3);
        let noise: Vec<f64> = (0..200).map(|_| random.unit() - 0.5).collect();
        let on = [20, 55, 90, 125, 160];
        let (nothing, scale) = effects(&noise, &[flags(200, &on)], &[], 2);
        assert!((nothing.at(20) * scale).abs() < 0.4 && nothing.known, "{}", nothing.at(20));
        let (once, _) = effects(&week(100, &[50], 40.0, 0.0), &[flags(105, &[50, 102])], &[], 5);
        assert!(!once.known && once.at(50) == 0.0 && once.at(102) == 0.0);
        let (unseen, _) = effects(&week(100, &[], 0.0, 0.0), &[flags(105, &[])], &[], 5);
        assert!(unseen.known);
    }

    #[test]
    fn a_price_that_is_not_told_is_as_usual() {
        let price: Vec<f64> = (0..100).map(|t| if t % 9 == 4 { 7.0 } else { 10.0 }).collect();
        let values: Vec<f64> = (0..100).map(|t| week(100, &[], 0.0, 0.0)[t] - 3.0 * (price[t] - 10.0)).collect();
        let (effects, scale) = effects(&values, &[price], &[], 5);
        assert!((effects.at(4) * scale - 9.0).abs() < 0.2 && effects.at(3) == 0.0, "{}", effects.at(4) * scale);
        assert!(effects.known && (100..105).all(|step| effects.at(step) == 0.0));
    }

    #[test]
    fn events_that_repeat_others_share_nothing_twice() {
        let on = [20, 33, 48, 71, 88];
        let (both, scale) = effects(&week(100, &on, 40.0, 0.0), &[flags(100, &on), flags(100, &on)], &[], 0);
        assert!((both.at(20) * scale - 40.0).abs() < 0.5);
    }
}
