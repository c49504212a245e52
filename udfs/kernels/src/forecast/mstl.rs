//! A series without its seasons, forecast by another model, and the seasons put back.
//!
//! Seasons are estimates: part of what they seem to repeat is chance. Each is shrunk by its strength (Wang, Smith &
//! Hyndman 2006), so that a season that explains half of what the trend leaves counts half. Positive series are taken
//! apart as logarithms, where a season that grows with the level stays the same.

use crate::decompose::{Decomposition, Mstl};

/// Of series whose greatest value is more than so many times the least, logarithms show little but the least.
const RATIO_MAX: f64 = 1000.0;

/// A series taken apart.
#[derive(Debug, Clone)]
pub(super) struct TakenApart {
    /// Whether the parts multiply; they add up otherwise.
    pub multiply: bool,
    /// The parts; of the logarithms where they multiply.
    parts: Decomposition,
}

impl TakenApart {
    /// Takes a series apart. Periods of which there are no two full seasons are left out; `None` if none is left.
    pub(super) fn new(values: &[f64], periods: &[usize]) -> Option<Self> {
        let (least, greatest) =
            values.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), v| (low.min(*v), high.max(*v)));
        let multiply = least > 0.0 && greatest / least < RATIO_MAX;
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

    /// The trend that follows, by `base`, with what is left of the remainder.
    pub(super) fn trend_ahead(
        &self,
        horizon: usize,
        base: impl Fn(&[f64], usize) -> Option<Vec<f64>>,
    ) -> Option<Vec<f64>> {
        let rest = self.parts.trend.iter().zip(&self.parts.remainder);
        let adjusted: Vec<f64> = rest.map(|(trend, remainder)| trend + remainder).collect();
        Some(base(&adjusted, horizon)?.into_iter().map(|value| self.back(value)).collect())
    }

    /// What all seasons add to the values that follow, or by what they multiply them: each repeats its last cycle.
    pub(super) fn season_ahead(&self, horizon: usize) -> Vec<f64> {
        let at = |step: usize| {
            let seasons = self.parts.seasons.iter();
            seasons.map(|season| season.values[season.values.len() - season.period + step % season.period]).sum()
        };
        (0..horizon).map(|step| self.back(at(step))).collect()
    }

    /// Parts together.
    pub(super) fn together(&self, trend: f64, season: f64) -> f64 {
        if self.multiply { trend * season } else { trend + season }
    }

    fn back(&self, value: f64) -> f64 {
        if self.multiply { value.exp() } else { value }
    }
}

/// The values that follow a series: its trend by `base`, and its seasons. `None` where there is no season to take out.
pub(super) fn forecast(
    values: &[f64],
    periods: &[usize],
    horizon: usize,
    base: impl Fn(&[f64], usize) -> Option<Vec<f64>>,
) -> Option<Vec<f64>> {
    let apart = TakenApart::new(values, periods)?;
    let trend = apart.trend_ahead(horizon, base)?;
    Some(
        trend
            .into_iter()
            .zip(apart.season_ahead(horizon))
            .map(|(trend, season)| apart.together(trend, season))
            .collect(),
    )
}

/// Seasons by their strength. What they lose goes to the remainder.
fn shrunk(mut parts: Decomposition) -> Decomposition {
    for place in 0..parts.seasons.len() {
        let strength = parts.seasonal_strength(place);
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

    fn last(values: &[f64], horizon: usize) -> Option<Vec<f64>> {
        Some(naive(values, horizon))
    }

    #[test]
    fn two_clear_seasons_go_on() {
        let wave = |t: usize, period: usize| (t % period) as f64 / period as f64;
        let value = |t: usize| 10.0 * wave(t, 6) - 20.0 * wave(t, 30);
        let values: Vec<f64> = (0..240).map(value).collect();
        assert!(!TakenApart::new(&values, &[6, 30]).unwrap().multiply);
        let following = forecast(&values, &[6, 30], 30, last).unwrap();
        let worst = following.iter().zip(240..).map(|(f, t)| (f - value(t)).abs()).fold(0.0, f64::max);
        assert!(worst < 1.0, "{worst}");
    }

    #[test]
    fn positive_series_have_parts_that_multiply() {
        let values: Vec<f64> = (0..96).map(|t| (100.0 + f64::from(t)) * [0.5, 1.0, 1.5][t as usize % 3]).collect();
        assert!(TakenApart::new(&values, &[3]).unwrap().multiply);
        let following = forecast(&values, &[3], 3, last).unwrap();
        assert!((following[1] / 196.0 - 1.0).abs() < 0.1, "{following:?}");
    }

    #[test]
    fn chance_is_hardly_taken_for_a_season() {
        let mut random = crate::random::Random::new(4);
        let values: Vec<f64> = (0..120).map(|_| random.unit() - 0.5).collect();
        let apart = TakenApart::new(&values, &[12]).unwrap();
        let largest = apart.season_ahead(12).into_iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        assert!(largest < 0.4, "{largest}");
    }

    #[test]
    fn without_two_seasons_there_is_nothing_to_take_apart() {
        assert!(forecast(&[1.0; 20], &[12], 3, last).is_none());
    }
}
