//! What a series is made of, before its end and after it: a trend, its seasons, and what is left.

use super::mstl::{TakenApart, multiplies};
use super::naive::naive;
use super::notes::Notes;
use super::outlook::{Known, Request};
use super::rows::Rows;

/// The trend of a series without a season is the mean of so many values around each.
const WINDOW: usize = 7;

/// A step and its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// When. `None` beyond the range of timestamps.
    pub time: Option<i64>,
    /// Whether it is yet to come.
    pub ahead: bool,
    /// The value, or what is expected.
    pub value: f64,
    /// What changes slowly.
    pub trend: f64,
    /// What all seasons add, or by what they multiply.
    pub season: f64,
    /// What holidays and other events add, or by what they multiply.
    pub events: f64,
    /// What is left, added or multiplied; nothing of what is yet to come.
    pub remainder: f64,
}

/// A series in parts.
#[derive(Debug, Clone)]
pub struct Components {
    /// The steps of the series, then those ahead.
    pub steps: Vec<Component>,
    /// Whether the parts multiply; they add up otherwise.
    pub multiply: bool,
    /// The lengths of the seasons it was taken apart by, shortest first.
    pub seasons: Vec<usize>,
    /// Whether the effects of all events that are known to come could be estimated.
    pub events_known: bool,
}

impl Request {
    /// The parts of rows, and of the steps ahead. `None` without a finite value.
    pub fn components(&self, rows: Rows<'_>) -> Option<Components> {
        let Known { series, mut seasons, effects, .. } = self.read(rows)?;
        let known = &series.values;
        seasons.retain(|season| 2 * season <= known.len());
        let multiply = match effects.is_none() {
            true => !seasons.is_empty() && multiplies(known),
            false => effects.multiply,
        };
        let apart = TakenApart::new(known, &seasons, multiply);
        let neutral = if multiply { 1.0 } else { 0.0 };
        let (trend, season): (Vec<f64>, Vec<f64>) = match &apart {
            Some(apart) => (apart.trend().collect(), apart.season().collect()),
            None => (moving_mean(known), vec![neutral; known.len()]),
        };
        let smoothed = |values: &[f64]| Notes::default().ets(values, 1, self.horizon);
        let continued = match &apart {
            Some(apart) => smoothed(&apart.adjusted()).map(|ahead| apart.trend_ahead(&ahead)),
            None => smoothed(known),
        };
        let last: &f64 = trend.last()?;
        let trend_ahead = continued.unwrap_or_else(|| naive(&[*last], self.horizon));
        let season_ahead =
            apart.as_ref().map_or_else(|| vec![neutral; self.horizon], |apart| apart.season_ahead(self.horizon));
        let together = |trend: f64, season: f64| if multiply { trend * season } else { trend + season };
        // Factors have no unit; what is added has that of the values.
        let factor = |value: f64| if multiply { value } else { series.unscaled(value) };
        let event = |step: usize| if effects.is_none() { neutral } else { factor(effects.at(step)) };
        let mut steps = Vec::with_capacity(known.len() + self.horizon);
        for (place, ((value, trend), season)) in known.iter().zip(&trend).zip(&season).enumerate() {
            let expected = together(*trend, *season);
            let remainder = if multiply { value / expected } else { value - expected };
            steps.push(Component {
                time: series.time(place),
                ahead: false,
                value: series.unscaled(effects.with(place, *value)),
                trend: series.unscaled(*trend),
                season: factor(*season),
                events: event(place),
                remainder: factor(remainder),
            });
        }
        for (place, (trend, season)) in (known.len()..).zip(trend_ahead.iter().zip(&season_ahead)) {
            steps.push(Component {
                time: series.time(place),
                ahead: true,
                value: series.unscaled(effects.with(place, together(*trend, *season))),
                trend: series.unscaled(*trend),
                season: factor(*season),
                events: event(place),
                remainder: neutral,
            });
        }
        if apart.is_none() {
            seasons.clear();
        }
        Some(Components { steps, multiply, seasons, events_known: effects.known })
    }
}

/// The mean of the values around each, of fewer at the ends.
pub(super) fn moving_mean(values: &[f64]) -> Vec<f64> {
    let around = |place: usize| {
        let reach = (WINDOW / 2).min(place).min(values.len() - 1 - place);
        let window = &values[place - reach..=place + reach];
        window.iter().sum::<f64>() / window.len() as f64
    };
    (0..values.len()).map(around).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn parts(values: &[f64]) -> Components {
        let times: Vec<i64> = (0..values.len() as i64).map(|day| day * DAY).collect();
        Request { horizon: 7, ..Request::default() }.components(Rows::new(&times, values)).unwrap()
    }

    #[test]
    fn parts_make_the_values() {
        let week = [5.0, 1.0, 1.0, 1.0, 2.0, 8.0, 9.0];
        let added: Vec<f64> = (0..70).map(|t| week[t % 7] - 4.0 + 0.1 * t as f64).collect();
        let multiplied: Vec<f64> = (0..70).map(|t| week[t % 7] * (10.0 + t as f64)).collect();
        for (values, multiply) in [(added, false), (multiplied, true)] {
            let components = parts(&values);
            assert_eq!((components.multiply, components.steps.len()), (multiply, 77));
            assert_eq!(components.seasons, [7]);
            for step in &components.steps {
                let together = match multiply {
                    true => step.trend * step.season * step.events * step.remainder,
                    false => step.trend + step.season + step.events + step.remainder,
                };
                assert!((together - step.value).abs() < 1e-9 * step.value.abs().max(1.0), "{step:?}");
            }
            assert!(components.steps[70..].iter().all(|step| step.ahead));
        }
    }

    #[test]
    fn parts_with_events_make_the_values_too() {
        let times: Vec<i64> = (0..40).map(|day| day * DAY).collect();
        let request =
            Request { holidays: vec![9 * DAY, 20 * DAY, 31 * DAY, 41 * DAY], horizon: 3, ..Request::default() };
        for (seasons, added) in [(vec![1], true), (vec![1], false), (vec![5], true), (vec![5], false)] {
            let on = |t: i64| [9, 20, 31].contains(&t);
            let value = |t: i64| if added { on(t) as i64 * 30 - 5 + t % 5 } else { (10 + t % 5) * (1 + on(t) as i64) };
            let values: Vec<f64> = (0..40).map(|t| value(t) as f64).collect();
            let request = Request { seasons: Some(seasons), ..request.clone() };
            let components = request.components(Rows::new(&times, &values)).unwrap();
            assert_eq!(components.multiply, !added);
            for (step, value) in components.steps.iter().zip(&values) {
                let together = match components.multiply {
                    true => step.trend * step.season * step.events * step.remainder,
                    false => step.trend + step.season + step.events + step.remainder,
                };
                assert!((together - value).abs() < 1e-9 && (step.value - value).abs() < 1e-9, "{step:?} {value}");
            }
            let (usual, holiday) = (components.steps[40].events, components.steps[41].events);
            assert!(if added { usual == 0.0 && holiday > 20.0 } else { usual == 1.0 && holiday > 1.6 }, "{holiday}");
        }
    }

    #[test]
    fn a_series_without_a_season_has_a_trend_all_the_same() {
        let components = parts(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!(components.seasons.is_empty());
        assert!(components.steps[..5].iter().all(|step| step.trend == step.value && step.season == 0.0));
        assert_eq!(parts(&[3.0]).steps.len(), 8);
    }
}
