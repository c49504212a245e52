//! Exponential smoothing in state space form (Hyndman, Koehler, Ord & Snyder 2008), the form chosen by AICc.
//!
//! - `form`: the forms and which of them are admissible;
//! - `filter`: one pass over a series;
//! - `start`: the states before the first value.
//!
//! Smoothing parameters, first level and first slope are found by the method of Nelder and Mead. The first season comes
//! from the classical decomposition and is then improved by smoothing the series backwards, as long as that makes the
//! series likelier: a search over every month's index would cost ten times as much and forecasts no better.
//!
//! All forms are searched briefly, and only those near the best to the end. A series that has grown since an earlier fit
//! needs less: its forms are those that were near the best before, and each search begins where that one ended.

mod filter;
mod form;
mod start;

use self::filter::{Passed, Smoothing, State, pass};
use self::form::{Form, Season, Trend};
use self::start::Start;
use super::notes::is_grown;
use super::simplex::{Point, Search};

/// Seasons longer than this have too many indices for the length of usual series; they are decomposed instead.
pub const SEASON_MAX: usize = 24;

/// A smoothing parameter lies strictly between zero and one.
const SHARE: (f64, f64) = (1e-4, 0.9999);

/// Below, a slope fades at once; above, hardly ever.
const FADING: (f64, f64) = (0.8, 0.98);

/// How closely the deviance is searched.
const TOLERANCE: f64 = 1e-5;

/// How often a season is improved backwards.
const BACKWARD_MAX: usize = 2;

/// Forms whose AICc after a brief search is farther from the least after a long one will not be the best.
const MARGIN_FIRST: f64 = 12.0;

/// Forms whose AICc is farther from the least will hardly be the best of a series that has grown, and so many are enough.
const MARGIN_LAST: f64 = 6.0;
const NEAR_MAX: usize = 3;

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Ets {
    form: Form,
    smoothing: Smoothing,
    /// The states before the first value.
    start: Start,
    /// The state after the last.
    state: State,
    /// The indices to use next, by place; the first belongs to the first value of the series.
    season: Vec<f64>,
    count: usize,
    deviance: f64,
    aicc: f64,
}

impl Ets {
    /// The admissible forms with the least AICc, best first; none for fewer than four values. `before` are those of the
    /// beginning of the same series, if it was fitted already.
    pub fn nearest(values: &[f64], season: usize, before: &[Self]) -> Vec<Self> {
        if before.first().is_some_and(|fit| fit.count == values.len()) {
            return before.to_vec();
        }
        let grown = before.iter().filter(|fit| is_grown(fit.count, values.len()));
        let mut fits: Vec<Self> = grown.filter_map(|fit| fit.again(values)).collect();
        if fits.is_empty() {
            let positive = values.iter().all(|value| *value > 0.0);
            let season = if (2..=SEASON_MAX).contains(&season) && values.len() >= 2 * season { season } else { 1 };
            let forms = Form::admissible(positive, season > 1);
            let mut first: Vec<Self> = forms.filter_map(|form| Self::first(form, values, season)).collect();
            first.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
            let mut limit = f64::INFINITY;
            for fit in first {
                // The best is better still after a long search, and leaves out more.
                if fit.aicc > limit {
                    break;
                }
                let fit = fit.improved(values);
                limit = limit.min(fit.aicc + MARGIN_FIRST);
                fits.push(fit);
            }
        }
        fits.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
        let limit = fits.first().map_or(0.0, |best| best.aicc + MARGIN_LAST);
        fits.retain(|fit| fit.aicc <= limit);
        fits.truncate(NEAR_MAX);
        fits
    }

    /// Fits one form, briefly. `None` where the series is too short for it, or cannot come from it.
    fn first(form: Form, values: &[f64], season: usize) -> Option<Self> {
        let start = Start::new(form, values, season)?;
        let near = Smoothing::first(form, season);
        let near = if form.season == Season::None { first_alpha(form, values, near, &start) } else { near };
        let fit = Self::searched(form, values, start, near, Effort::FIRST)?;
        match form.season {
            Season::None => Some(fit),
            _ => Some(fit.backward(values, Effort::FIRST).unwrap_or(fit)),
        }
    }

    /// The same form, searched to the end.
    fn improved(self, values: &[f64]) -> Self {
        let longer = Self::searched(self.form, values, self.start.clone(), self.smoothing, Effort::LONG);
        let mut best = longer.unwrap_or(self);
        for _ in 0..if best.form.season == Season::None { 0 } else { BACKWARD_MAX } {
            let Some(better) = best.backward(values, Effort::LONG) else { break };
            let gained = best.deviance - better.deviance;
            best = better;
            if gained < 1.0 {
                break;
            }
        }
        best
    }

    /// The same form for a series that has grown.
    fn again(&self, values: &[f64]) -> Option<Self> {
        Self::searched(self.form, values, self.start.clone(), self.smoothing, Effort::AGAIN)
    }

    /// The same form from the states that smoothing the series backwards ends in; `None` where that is no likelier.
    fn backward(&self, values: &[f64], effort: Effort) -> Option<Self> {
        let reversed: Vec<f64> = values.iter().rev().copied().collect();
        let (count, length) = (values.len(), self.season.len());
        let place = |step: usize| (count - 1 + length - step % length) % length;
        let mut season: Vec<f64> = (0..length).map(|step| self.season[place(step)]).collect();
        let from = State { level: self.state.level, slope: -self.state.slope };
        let passed = pass(self.form, &reversed, &self.smoothing, from, &mut season);
        let mut first = vec![0.0; length];
        for (step, index) in season.iter().enumerate() {
            first[place(step)] = *index;
        }
        let state = State { level: passed.state.level, slope: -passed.state.slope };
        let start = Start { state, season: first, ..self.start };
        let better = Self::searched(self.form, values, start, self.smoothing, effort)?;
        (better.deviance < self.deviance).then_some(better)
    }

    /// Searches smoothing parameters, level and slope for a first season. `None` where the series is too short, or no
    /// likelihood is finite.
    fn searched(form: Form, values: &[f64], mut start: Start, near: Smoothing, effort: Effort) -> Option<Self> {
        let (count, parameters) = (values.len(), form.parameters(start.season.len()));
        if count < 4 || (parameters > 3 && count <= parameters + 1) {
            return None;
        }
        let mut work = start.season.clone();
        let reach = effort.reach;
        let mut search = Search::new();
        let step = if form.season == Season::None { 0.2 } else { 0.05 };
        search.variable(SHARE, near.alpha, reach * if near.alpha > 0.5 { -step } else { step });
        if form.trend != Trend::None {
            let share = (SHARE.0, SHARE.1 * start.slope_share);
            search.variable(share, near.beta / near.alpha, reach * 0.1);
        }
        if form.trend == Trend::Damped {
            search.variable(FADING, near.phi, reach * -0.05);
        }
        if form.season != Season::None {
            search.variable(SHARE, near.gamma / (1.0 - near.alpha), reach * 0.1);
        }
        search.variable((f64::NEG_INFINITY, f64::INFINITY), start.state.level, reach * start.level_step);
        if form.trend != Trend::None {
            search.variable((f64::NEG_INFINITY, f64::INFINITY), start.state.slope, reach * start.slope_step);
        }
        let (point, _) = search.minimum(effort.evaluations, TOLERANCE, |point| {
            let (smoothing, from) = read(form, point);
            work.copy_from_slice(&start.season);
            pass(form, values, &smoothing, from, &mut work).deviance
        });
        let (smoothing, from) = read(form, &point);
        work.copy_from_slice(&start.season);
        let Passed { state, deviance } = pass(form, values, &smoothing, from, &mut work);
        if !deviance.is_finite() {
            return None;
        }
        start.state = from;
        let (n, k) = (count as f64, parameters as f64);
        // With as many parameters as values there is no correction that could be trusted.
        let correction = if n > k + 1.0 { 2.0 * k * (k + 1.0) / (n - k - 1.0) } else { 2.0 * k * k };
        let aicc = deviance + 2.0 * k + correction;
        Some(Self { form, smoothing, start, state, season: work, count, deviance, aicc })
    }

    /// The values that follow.
    pub fn forecast(&self, horizon: usize) -> Vec<f64> {
        let mut fade = 0.0;
        let mut power = 1.0;
        let mut following = Vec::with_capacity(horizon);
        for step in 0..horizon {
            if self.form.trend != Trend::None {
                power *= self.smoothing.phi;
                fade += power;
            }
            let base = self.state.level + fade * self.state.slope;
            let index = |place: usize| self.season[place % self.season.len()];
            following.push(match self.form.season {
                Season::None => base,
                Season::Additive => base + index(self.count + step),
                Season::Multiplicative => base * index(self.count + step),
            });
        }
        following
    }
}

impl Smoothing {
    /// Where the search begins.
    fn first(form: Form, season: usize) -> Self {
        let phi = if form.trend == Trend::Damped { 0.97 } else { 1.0 };
        let alpha = if form.season == Season::None { 0.3 } else { 0.2 / season as f64 };
        Self { alpha, beta: 0.1 * alpha, gamma: 0.05, phi }
    }
}

/// How long a search is, and how far it first steps.
#[derive(Debug, Clone, Copy)]
struct Effort {
    /// The most evaluations.
    evaluations: usize,
    /// The part of the usual steps.
    reach: f64,
}

impl Effort {
    const FIRST: Self = Self { evaluations: 100, reach: 1.0 };
    const LONG: Self = Self { evaluations: 400, reach: 0.5 };
    const AGAIN: Self = Self { evaluations: 120, reach: 0.25 };
}

/// Parameters and first state of a point, in the order in which the search has its variables.
fn read(form: Form, point: &Point) -> (Smoothing, State) {
    let mut place = 0;
    let mut next = |has: bool, otherwise: f64| {
        if !has {
            return otherwise;
        }
        place += 1;
        point[place - 1]
    };
    let alpha = next(true, 0.0);
    let beta = alpha * next(form.trend != Trend::None, 0.0);
    let phi = next(form.trend == Trend::Damped, 1.0);
    let gamma = (1.0 - alpha) * next(form.season != Season::None, 0.0);
    let level = next(true, 0.0);
    let slope = next(form.trend != Trend::None, 0.0);
    (Smoothing { alpha, beta, gamma, phi }, State { level, slope })
}

/// The parameters to begin with: the likelihood often has one hill near a level's parameter of zero and one near one.
fn first_alpha(form: Form, values: &[f64], near: Smoothing, start: &Start) -> Smoothing {
    let trials = [near.alpha, 0.1, 0.6, 0.9].map(|alpha| Smoothing { alpha, beta: 0.1 * alpha, ..near });
    let mut best = (near, f64::INFINITY);
    for trial in trials {
        let deviance = pass(form, values, &trial, start.state, &mut []).deviance;
        if deviance < best.1 {
            best = (trial, deviance);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::form::Error;
    use super::*;
    use crate::random::Random;

    fn form(error: Error, trend: Trend, season: Season) -> Form {
        Form { error, trend, season }
    }

    fn select(values: &[f64], season: usize) -> Option<Ets> {
        Ets::nearest(values, season, &[]).into_iter().next()
    }

    fn months(count: usize) -> Vec<f64> {
        let mut random = Random::new(5);
        let angle = |t: usize| (t % 12) as f64 * std::f64::consts::TAU / 12.0;
        (0..count)
            .map(|t| (200.0 + 2.0 * t as f64) * (1.0 + 0.3 * angle(t).sin()) * (1.0 + 0.02 * (random.unit() - 0.5)))
            .collect()
    }

    #[test]
    fn a_growing_series_with_a_growing_season_gets_a_trend_and_a_multiplicative_season() {
        let chosen = select(&months(96), 12).unwrap();
        assert_eq!(chosen.form.season, Season::Multiplicative, "{}", chosen.form);
        assert_ne!(chosen.form.trend, Trend::None, "{}", chosen.form);
        let truth = months(108);
        for (forecast, truth) in chosen.forecast(12).iter().zip(&truth[96..]) {
            assert!((forecast / truth - 1.0).abs() < 0.06, "{forecast} {truth}");
        }
    }

    #[test]
    fn noise_around_a_level_is_smoothed_without_a_trend() {
        let mut random = Random::new(9);
        let noise: Vec<f64> = (0..200).map(|_| 50.0 + random.unit()).collect();
        let chosen = select(&noise, 1).unwrap();
        assert_eq!(chosen.form.trend, Trend::None, "{}", chosen.form);
        assert!((chosen.forecast(3)[2] - 50.5).abs() < 0.2);
    }

    #[test]
    fn every_form_continues_a_series_it_can_come_from() {
        let values = months(72);
        for form in Form::admissible(true, true) {
            let forecast = Ets::first(form, &values, 12).unwrap().improved(&values).forecast(24);
            assert!(forecast.iter().all(|value| (100.0..900.0).contains(value)), "{form} {forecast:?}");
        }
    }

    #[test]
    fn simple_smoothing_of_a_constant_gives_the_constant() {
        let simple = form(Error::Additive, Trend::None, Season::None);
        let forecast = Ets::first(simple, &[3.0; 20], 1).unwrap().forecast(2);
        assert!((forecast[1] - 3.0).abs() < 1e-6, "{forecast:?}");
    }

    #[test]
    fn a_series_that_has_grown_is_fitted_from_where_it_was() {
        let values = months(120);
        let before = Ets::nearest(&values[..108], 12, &[]);
        let again = &Ets::nearest(&values, 12, &before)[0];
        let anew = &Ets::nearest(&values, 12, &[])[0];
        assert!(again.aicc < anew.aicc + 2.0, "{} {} {} {}", again.form, again.aicc, anew.form, anew.aicc);
        for (one, other) in again.forecast(12).iter().zip(anew.forecast(12)) {
            assert!((one / other - 1.0).abs() < 0.02, "{one} {other}");
        }
    }

    #[test]
    fn three_values_are_too_few() {
        assert!(select(&[1.0, 2.0, 3.0], 1).is_none());
    }
}
