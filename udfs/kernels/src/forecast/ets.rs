//! Exponential smoothing in state space form (Hyndman, Koehler, Ord & Snyder 2008), the form chosen by AICc.
//!
//! - `form`: the forms and which of them are admissible;
//! - `filter`: one pass over a series;
//! - `start`: the states before the first value.
//!
//! Smoothing parameters, first level and first slope are found by the method of Nelder and Mead. The first season comes
//! from the classical decomposition and is then improved by smoothing the series backwards, as long as that makes the
//! series likelier: a search over every month's index would cost ten times as much and forecasts no better.

mod filter;
mod form;
mod start;

use self::filter::{Passed, Smoothing, State, pass};
use self::form::{Form, Season, Trend};
use self::start::Start;
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

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Ets {
    form: Form,
    smoothing: Smoothing,
    state: State,
    /// The indices to use next, by place; the first belongs to the first value of the series.
    season: Vec<f64>,
    count: usize,
    aicc: f64,
}

impl Ets {
    /// The admissible form with the least AICc. `None` for fewer than four values.
    pub fn select(values: &[f64], season: usize) -> Option<Self> {
        let positive = values.iter().all(|value| *value > 0.0);
        let seasonal = (2..=SEASON_MAX).contains(&season) && values.len() >= 2 * season;
        let fits = Form::admissible(positive, seasonal).filter_map(|form| Self::fit(form, values, season));
        fits.min_by(|a, b| a.aicc.total_cmp(&b.aicc))
    }

    /// Fits one form. `None` where the series is too short for it, or cannot come from it.
    pub fn fit(form: Form, values: &[f64], season: usize) -> Option<Self> {
        let (count, parameters) = (values.len(), form.parameters(season));
        if count < 4 || (parameters > 3 && count <= parameters + 1) {
            return None;
        }
        let mut start = Start::new(form, values, season)?;
        let mut work = start.season.clone();
        let mut fitted = Fitted::search(form, values, &start, &mut work, Smoothing::first(form, season));
        if form.season != Season::None {
            for _ in 0..BACKWARD_MAX {
                let better = fitted.backward(form, values, &work, &start);
                let mut improved = Fitted::search(form, values, &better, &mut work, fitted.smoothing);
                std::mem::swap(&mut improved, &mut fitted);
                let gained = improved.passed.deviance - fitted.passed.deviance;
                if gained.is_nan() || gained <= 0.0 {
                    // The pass before was likelier: it is run again for its season.
                    fitted = improved;
                    fitted.run(form, values, &start, &mut work);
                    break;
                }
                start = better;
                if gained < 1.0 {
                    break;
                }
            }
        }
        let deviance = fitted.passed.deviance;
        if !deviance.is_finite() {
            return None;
        }
        let (n, k) = (count as f64, parameters as f64);
        // With as many parameters as values there is no correction that could be trusted.
        let correction = if n > k + 1.0 { 2.0 * k * (k + 1.0) / (n - k - 1.0) } else { 2.0 * k * k };
        let aicc = deviance + 2.0 * k + correction;
        Some(Self { form, smoothing: fitted.smoothing, state: fitted.passed.state, season: work, count, aicc })
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

/// The outcome of a search.
#[derive(Debug, Clone, Copy)]
struct Fitted {
    smoothing: Smoothing,
    from: State,
    passed: Passed,
}

impl Fitted {
    /// Searches smoothing parameters, level and slope for a first season. `work` has the season after the series then.
    fn search(form: Form, values: &[f64], start: &Start, work: &mut [f64], near: Smoothing) -> Self {
        let mut search = Search::new();
        let read = |point: &Point| read(form, point);
        let mut cost = |point: &Point| {
            let (smoothing, from) = read(point);
            work.copy_from_slice(&start.season);
            pass(form, values, &smoothing, from, work).deviance
        };
        let (alpha, step) = match form.season {
            Season::None => (first_alpha(form, near, start, &mut cost), 0.2),
            _ => (near.alpha, 0.05),
        };
        search.variable(SHARE, alpha, if alpha > 0.5 { -step } else { step });
        if form.trend != Trend::None {
            search.variable(SHARE, near.beta / near.alpha, 0.1);
        }
        if form.trend == Trend::Damped {
            search.variable(FADING, near.phi, -0.05);
        }
        if form.season != Season::None {
            search.variable(SHARE, near.gamma / (1.0 - near.alpha), 0.1);
        }
        search.variable((f64::NEG_INFINITY, f64::INFINITY), start.state.level, start.level_step);
        if form.trend != Trend::None {
            search.variable((f64::NEG_INFINITY, f64::INFINITY), start.state.slope, start.slope_step);
        }
        let (point, _) = search.minimum(EVALUATIONS, TOLERANCE, cost);
        let (smoothing, from) = read(&point);
        let passed = Passed { state: from, deviance: f64::INFINITY };
        let mut fitted = Self { smoothing, from, passed };
        fitted.run(form, values, start, work);
        fitted
    }

    /// Runs the pass once more, for the states after it.
    fn run(&mut self, form: Form, values: &[f64], start: &Start, work: &mut [f64]) {
        work.copy_from_slice(&start.season);
        self.passed = pass(form, values, &self.smoothing, self.from, work);
    }

    /// The states before the series that follow from smoothing it backwards from the states after it.
    fn backward(&self, form: Form, values: &[f64], after: &[f64], start: &Start) -> Start {
        let reversed: Vec<f64> = values.iter().rev().copied().collect();
        let (count, length) = (values.len(), after.len());
        let place = |step: usize| (count - 1 + length - step % length) % length;
        let mut season: Vec<f64> = (0..length).map(|step| after[place(step)]).collect();
        let from = State { level: self.passed.state.level, slope: -self.passed.state.slope };
        let passed = pass(form, &reversed, &self.smoothing, from, &mut season);
        let mut first = vec![0.0; length];
        for (step, index) in season.iter().enumerate() {
            first[place(step)] = *index;
        }
        let state = State { level: passed.state.level, slope: -passed.state.slope };
        Start { state, season: first, ..*start }
    }
}

/// The most evaluations of one search.
const EVALUATIONS: usize = 400;

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

/// The level's parameter to begin with: the likelihood often has one hill near zero and one near one.
fn first_alpha(form: Form, near: Smoothing, start: &Start, cost: &mut impl FnMut(&Point) -> f64) -> f64 {
    let mut best = (near.alpha, f64::INFINITY);
    for alpha in [near.alpha, 0.1, 0.6, 0.9] {
        let mut point = [0.0; super::simplex::VARIABLES_MAX];
        let trend = form.trend != Trend::None;
        let variables = [
            (true, alpha),
            (trend, 0.1),
            (form.trend == Trend::Damped, near.phi),
            (form.season != Season::None, 0.05),
            (true, start.state.level),
            (trend, start.state.slope),
        ];
        for (value, (_, given)) in point.iter_mut().zip(variables.iter().filter(|(has, _)| *has)) {
            *value = *given;
        }
        let deviance = cost(&point);
        if deviance < best.1 {
            best = (alpha, deviance);
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

    fn months(count: usize) -> Vec<f64> {
        let mut random = Random::new(5);
        let angle = |t: usize| (t % 12) as f64 * std::f64::consts::TAU / 12.0;
        (0..count)
            .map(|t| (200.0 + 2.0 * t as f64) * (1.0 + 0.3 * angle(t).sin()) * (1.0 + 0.02 * (random.unit() - 0.5)))
            .collect()
    }

    #[test]
    fn a_growing_series_with_a_growing_season_gets_a_trend_and_a_multiplicative_season() {
        let chosen = Ets::select(&months(96), 12).unwrap();
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
        let chosen = Ets::select(&noise, 1).unwrap();
        assert_eq!(chosen.form.trend, Trend::None, "{}", chosen.form);
        assert!((chosen.forecast(3)[2] - 50.5).abs() < 0.2);
    }

    #[test]
    fn every_form_continues_a_series_it_can_come_from() {
        let values = months(72);
        for form in Form::admissible(true, true) {
            let forecast = Ets::fit(form, &values, 12).unwrap().forecast(24);
            assert!(forecast.iter().all(|value| (100.0..900.0).contains(value)), "{form} {forecast:?}");
        }
    }

    #[test]
    fn simple_smoothing_of_a_constant_gives_the_constant() {
        let simple = form(Error::Additive, Trend::None, Season::None);
        let forecast = Ets::fit(simple, &[3.0; 20], 1).unwrap().forecast(2);
        assert!((forecast[1] - 3.0).abs() < 1e-6, "{forecast:?}");
    }

    #[test]
    fn three_values_are_too_few() {
        assert!(Ets::select(&[1.0, 2.0, 3.0], 1).is_none());
    }
}
