//! A series without its seasons, forecast by another model, and the seasons put back.
//!
//! Seasons are estimates: part of what they seem to repeat is chance. Each is shrunk by its strength (Wang, Smith &
//! Hyndman 2006) beyond that which noise would have, so that a season that explains half of what the trend leaves, and of
//! noise little, counts half. Positive series are taken
//! apart as logarithms, where a season that grows with the level stays the same.

use crate::decompose::{Decomposition, Mstl};

/// Of series whose greatest value is more than so many times the least, logarithms show little but the least.
const RATIO_MAX: f64 = 1000.0;

/// A series taken apart.
#[derive(Debug, Clone)]
pub(super) struct TakenApart {
    /// Whether the parts multiply; they add up otherwise.
    multiply: bool,
    /// The parts; of the logarithms where they multiply.
    parts: Decomposition,
}

impl TakenApart {
    /// Takes a series apart, into parts that `multiply` if it is positive. Periods of which there are no two full
    /// seasons are left out; `None` if none is left.
    pub(super) fn new(values: &[f64], periods: &[usize], multiply: bool) -> Option<Self> {
        let scaled: Vec<f64> = values.iter().map(|value| if multiply { value.ln() } else { *value }).collect();
        Some(Self { multiply, parts: shrunk(Mstl::new(periods).fast().decompose(&scaled)?) })
    }

    /// What the series would be without its seasons: the trend at each value.
    pub(super) fn trend(&self) -> impl Iterator<Item = f64> {
        self.parts.trend.iter().map(|value| self.back(*value))
    }

    /// What all seasons add at each value, or by what they multiply it.
    pub(super) fn season(&self) -> impl Iterator<Item = f64> {
        (0..self.parts.trend.len()).map(|place| self.back(self.parts.seasonal(place)))
    }

    /// The series without its seasons: the trend and what is left, of the logarithms where parts multiply.
    pub(super) fn adjusted(&self) -> Vec<f64> {
        self.parts.trend.iter().zip(&self.parts.remainder).map(|(trend, remainder)| trend + remainder).collect()
    }

    /// The trend that follows, as `adjusted` goes on.
    pub(super) fn trend_ahead(&self, adjusted: &[f64]) -> Vec<f64> {
        adjusted.iter().map(|value| self.back(*value)).collect()
    }

    /// The values that follow, as [`Self::adjusted`] goes on.
    pub(super) fn ahead(&self, adjusted: &[f64]) -> Vec<f64> {
        let (trend, season) = (self.trend_ahead(adjusted), self.season_ahead(adjusted.len()));
        trend.into_iter().zip(season).map(|(trend, season)| self.together(trend, season)).collect()
    }

    /// What all seasons add to the values that follow, or by what they multiply them: each repeats its last cycle.
    pub(super) fn season_ahead(&self, horizon: usize) -> Vec<f64> {
        let at = |step: usize| {
            let seasons = self.parts.seasons.iter();
            seasons.map(|season| season.values[season.values.len() - season.period + step % season.period]).sum()
        };
        (0..horizon).map(|step| self.back(at(step))).collect()
    }

    fn together(&self, trend: f64, season: f64) -> f64 {
        if self.multiply { trend * season } else { trend + season }
    }

    fn back(&self, value: f64) -> f64 {
        if self.multiply { value.exp() } else { value }
    }
}

/// Whether the parts of a series multiply: it is positive, and its values are of a size.
pub(super) fn multiplies(values: &[f64]) -> bool {
    let (least, greatest) = values.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), v| (low.min(*v), high.max(*v)));
    least > 0.0 && greatest / least < RATIO_MAX
}

/// The strength that a season of noise seems to have, by how often it was seen: two cycles fit any two numbers, and of
/// many the seasonal window averages eleven. Measured on noise; within three hundredths for periods of 4 to 168 steps.
fn strength_of_noise(cycles: f64) -> f64 {
    const TWO_CYCLES: f64 = 2.0;
    const WINDOW: f64 = 0.22;
    (TWO_CYCLES / cycles).hypot(WINDOW).min(1.0)
}

/// Seasons by their strength. What they lose goes to the remainder.
fn shrunk(mut parts: Decomposition) -> Decomposition {
    for place in 0..parts.seasons.len() {
        let by_chance = strength_of_noise(parts.trend.len() as f64 / parts.seasons[place].period as f64);
        let strength = ((parts.seasonal_strength(place) - by_chance) / (1.0 - by_chance)).max(0.0);
        for (value, rest) in parts.seasons[place].values.iter_mut().zip(&mut parts.remainder) {
            *rest += (1.0 - strength) * *value;
            *value *= strength;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::naive::naive;

    fn following(values: &[f64], periods: &[usize], horizon: usize) -> Option<Vec<f64>> {
        let apart = TakenApart::new(values, periods, multiplies(values))?;
        Some(apart.ahead(&naive(&apart.adjusted(), horizon)))
    }

    #[test]
    fn two_clear_seasons_go_on() {
        let wave = |t: usize, period: usize| (t % period) as f64 / period as f64;
        let value = |t: usize| 10.0 * wave(t, 6) - 20.0 * wave(t, 30);
        let values: Vec<f64> = (0..240).map(value).collect();
        assert!(!multiplies(&values));
        let following = following(&values, &[6, 30], 30).unwrap();
        let worst = following.iter().zip(240..).map(|(f, t)| (f - value(t)).abs()).fold(0.0, f64::max);
        assert!(worst < 1.0, "{worst}");
    }

    #[test]
    fn positive_series_have_parts_that_multiply() {
        let values: Vec<f64> = (0..96).map(|t| (100.0 + f64::from(t)) * [0.5, 1.0, 1.5][t as usize % 3]).collect();
        assert!(multiplies(&values));
        let following = following(&values, &[3], 3).unwrap();
        assert!((following[1] / 196.0 - 1.0).abs() < 0.1, "{following:?}");
    }

    #[test]
    fn chance_is_hardly_taken_for_a_season() {
        let mut random = crate::random::Random::new(4);
        let values: Vec<f64> = (0..120).map(|_| random.unit() - 0.5).collect();
        let apart = TakenApart::new(&values, &[12], false).unwrap();
        let largest = apart.season_ahead(12).into_iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        assert!(largest < 0.4, "{largest}");
    }

    #[test]
    fn without_two_seasons_there_is_nothing_to_take_apart() {
        assert!(following(&[1.0; 20], &[12], 3).is_none());
    }
}
