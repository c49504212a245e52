//! Complex exponential smoothing (Svetunkov & Kourentzes 2022): a level and the information that it leaves out, smoothed
//! together as one complex number. It needs no decision between a level and a trend.
//!
//! The first states are found by smoothing forwards, backwards and forwards again with each trial of the parameters.

use super::classical::{Kind, mean, seasonal_indices};
use super::notes::is_grown;
use super::simplex::{Point, Search};

/// How a season enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seasonality {
    /// Not at all.
    None,
    /// The complex number is that of the season before.
    Simple,
    /// A real index is added.
    Partial,
    /// A complex index is added.
    Full,
}

impl Seasonality {
    const ALL: [Self; 4] = [Self::None, Self::Simple, Self::Partial, Self::Full];

    /// How many numbers are estimated: the states' kinds, and the variance.
    fn parameters(self) -> usize {
        match self {
            Self::None | Self::Simple => 3,
            Self::Partial => 4,
            Self::Full => 5,
        }
    }
}

/// The bounds of the complex parameters, and of those of a season.
const LEVEL: [(f64, f64); 2] = [(0.01, 1.8), (0.01, 1.9)];
const INDEX: (f64, f64) = (0.01, 1.5);

/// The most evaluations, of a series that is new and of one that has grown.
const EVALUATIONS: usize = 250;
const EVALUATIONS_AGAIN: usize = 80;
const TOLERANCE: f64 = 1e-5;

/// The part of the usual steps that the search first takes where the parameters of an earlier fit are known.
const REACH_AGAIN: f64 = 0.25;

/// Seasonalities whose AICc is farther from the least will hardly be the best of a series that has grown.
const MARGIN: f64 = 6.0;
const NEAR_MAX: usize = 2;

/// Fewest values that can be fitted.
const VALUES_MIN: usize = 6;

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Ces {
    parameters: Parameters,
    states: States,
    count: usize,
    aicc: f64,
}

#[derive(Debug, Clone, Copy)]
struct Parameters {
    level: [f64; 2],
    index: [f64; 2],
}

/// The complex numbers, real part first: of the level one (or one for each place of a season), of the season one for
/// each of its places, or none. The first place belongs to the first value.
#[derive(Debug, Clone)]
struct States {
    seasonality: Seasonality,
    level: Vec<[f64; 2]>,
    index: Vec<[f64; 2]>,
}

impl Ces {
    /// The seasonalities with the least AICc, best first; none for fewer than six values. `before` are those of the
    /// beginning of the same series, if it was fitted already.
    pub fn nearest(values: &[f64], season: usize, before: &[Self]) -> Vec<Self> {
        if before.first().is_some_and(|fit| fit.count == values.len()) {
            return before.to_vec();
        }
        let grown = before.iter().filter(|fit| is_grown(fit.count, values.len()));
        let again = |fit: &Self| Self::searched(fit.states.seasonality, values, season, Some(fit.parameters));
        let mut fits: Vec<Self> = grown.filter_map(again).collect();
        if fits.is_empty() {
            fits = Seasonality::ALL
                .into_iter()
                .filter_map(|seasonality| Self::searched(seasonality, values, season, None))
                .collect();
        }
        fits.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
        let limit = fits.first().map_or(0.0, |best| best.aicc + MARGIN);
        fits.retain(|fit| fit.aicc <= limit);
        fits.truncate(NEAR_MAX);
        fits
    }

    /// Fits one seasonality, near the parameters of an earlier fit if there was one. `None` where the series is too short.
    fn searched(seasonality: Seasonality, values: &[f64], season: usize, before: Option<Parameters>) -> Option<Self> {
        let count = values.len();
        let too_short = seasonality != Seasonality::None && (season < 2 || count < 2 * season);
        if count < VALUES_MIN || too_short {
            return None;
        }
        let start = States::new(seasonality, values, season)?;
        let (reach, evaluations) = if before.is_some() { (REACH_AGAIN, EVALUATIONS_AGAIN) } else { (1.0, EVALUATIONS) };
        let usual = if seasonality == Seasonality::Full { [1.3, 1.0] } else { [0.1, 0.0] };
        let near = before.unwrap_or(Parameters { level: [1.3, 1.0], index: usual });
        let mut search = Search::new();
        search.variable(LEVEL[0], near.level[0], reach * 0.2);
        search.variable(LEVEL[1], near.level[1], reach * 0.1);
        match seasonality {
            Seasonality::None | Seasonality::Simple => {}
            Seasonality::Partial => search.variable(INDEX, near.index[0], reach * 0.1),
            Seasonality::Full => {
                search.variable(INDEX, near.index[0], reach * -0.2);
                search.variable(INDEX, near.index[1], reach * 0.1);
            }
        }
        let parameters = |point: &Point| Parameters { level: [point[0], point[1]], index: [point[2], point[3]] };
        let mut work = start.clone();
        let (point, _) = search.minimum(evaluations, TOLERANCE, |point| {
            work.set(&start);
            work.settle(values, &parameters(point))
        });
        work.set(&start);
        let squares = work.settle(values, &parameters(&point));
        let (n, k) = (count as f64, seasonality.parameters() as f64);
        if !squares.is_finite() || n <= k + 1.0 {
            return None;
        }
        let deviance = n * (squares / n).max(f64::MIN_POSITIVE).ln();
        let aicc = deviance + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
        Some(Self { parameters: parameters(&point), states: work, count, aicc })
    }

    /// The values that follow.
    pub fn forecast(&self, horizon: usize) -> Vec<f64> {
        let mut states = self.states.clone();
        (self.count..self.count + horizon)
            .map(|time| {
                let expected = states.expected(time);
                states.see(time, 0.0, &self.parameters);
                expected
            })
            .collect()
    }
}

impl States {
    fn new(seasonality: Seasonality, values: &[f64], season: usize) -> Option<Self> {
        let complex = |real: f64| [real, real / 1.1];
        let indices = || seasonal_indices(values, season, Kind::Additive);
        let first = |count: usize| complex(mean(&values[..count.min(values.len())]));
        let (level, index) = match seasonality {
            Seasonality::None => (vec![first(season.max(10))], Vec::new()),
            Seasonality::Simple => (values[..season].iter().map(|value| complex(*value)).collect(), Vec::new()),
            Seasonality::Partial => (vec![first(season)], indices()?.into_iter().map(|index| [index, 0.0]).collect()),
            Seasonality::Full => (vec![first(season)], indices()?.into_iter().map(complex).collect()),
        };
        Some(Self { seasonality, level, index })
    }

    fn set(&mut self, other: &Self) {
        self.level.copy_from_slice(&other.level);
        self.index.copy_from_slice(&other.index);
    }

    #[inline]
    fn expected(&self, time: usize) -> f64 {
        let level = self.level[time % self.level.len()][0];
        if self.index.is_empty() { level } else { level + self.index[time % self.index.len()][0] }
    }

    #[inline]
    fn see(&mut self, time: usize, error: f64, by: &Parameters) {
        let place = time % self.level.len();
        self.level[place] = turned(self.level[place], error, by.level);
        if self.seasonality == Seasonality::Partial {
            let place = time % self.index.len();
            self.index[place][0] += by.index[0] * error;
        } else if !self.index.is_empty() {
            let place = time % self.index.len();
            self.index[place] = turned(self.index[place], error, by.index);
        }
    }

    /// Smooths forwards, backwards and forwards again; the sum of the squared errors of the last pass.
    fn settle(&mut self, values: &[f64], by: &Parameters) -> f64 {
        for time in 0..values.len() {
            let error = values[time] - self.expected(time);
            self.see(time, error, by);
        }
        for time in (0..values.len()).rev() {
            let error = values[time] - self.expected(time);
            self.see(time, error, by);
        }
        let mut squares = 0.0;
        for (time, value) in values.iter().enumerate() {
            let error = value - self.expected(time);
            squares += error * error;
            self.see(time, error, by);
        }
        squares
    }
}

/// The complex number that follows another and an error.
#[inline]
fn turned([real, imaginary]: [f64; 2], error: f64, [a, b]: [f64; 2]) -> [f64; 2] {
    [real - (1.0 - b) * imaginary + (a - b) * error, real + (1.0 - a) * imaginary + (a + b) * error]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(values: &[f64], season: usize) -> Option<Ces> {
        Ces::nearest(values, season, &[]).into_iter().next()
    }

    #[test]
    fn a_level_goes_on_and_a_line_rises() {
        let level: Vec<f64> = (0..60).map(|t| 100.0 + f64::from(t % 3)).collect();
        let forecast = select(&level, 1).unwrap().forecast(5);
        assert!(forecast.iter().all(|value| (98.0..104.0).contains(value)), "{forecast:?}");
        let line: Vec<f64> = (0..60).map(|t| 100.0 + 3.0 * f64::from(t)).collect();
        let forecast = select(&line, 1).unwrap().forecast(5);
        assert!(forecast[4] > 280.0 && forecast[4] < 300.0, "{forecast:?}");
    }

    #[test]
    fn a_clear_season_goes_on() {
        let quarters: Vec<f64> = (0..60).map(|t| 100.0 + [10.0, -20.0, 5.0, 5.0][t % 4]).collect();
        let chosen = select(&quarters, 4).unwrap();
        assert_ne!(chosen.states.seasonality, Seasonality::None);
        let forecast = chosen.forecast(4);
        assert!((forecast[1] - 80.0).abs() < 3.0, "{forecast:?}");
    }

    #[test]
    fn five_values_are_too_few() {
        assert!(select(&[1.0; 5], 1).is_none());
    }
}
