//! Seasonal indices by the classical decomposition, and the test whether a series has a season at all.

use crate::decompose::autocorrelations;

/// How a season changes the level: it is added or multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// So much more or less.
    Additive,
    /// So many times as much; for positive series.
    Multiplicative,
}

/// The 95 % quantile of the normal distribution: seasons are tested at 90 %, from both sides.
const NORMAL_95: f64 = 1.645;

/// The mean, in a way that does not overflow where the values do not.
pub(super) fn mean(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    values.iter().map(|value| value / count).sum()
}

/// Whether the autocorrelation at a season's length is beyond what the shorter lags explain (Assimakopoulos &
/// Nikolopoulos 2000, as M4's Naive2 has it), of either sign.
pub fn is_seasonal(values: &[f64], season: usize) -> bool {
    if season < 2 || values.len() < 2 * season {
        return false;
    }
    let correlations = autocorrelations(values, season);
    let (shorter, last) = (&correlations[1..season], correlations[season]);
    let squares: f64 = shorter.iter().map(|r| r * r).sum();
    last.abs() > NORMAL_95 * ((1.0 + 2.0 * squares) / values.len() as f64).sqrt()
}

/// The trend: a mean over one season around each value, the outermost of an even season halved. `None` at the ends.
fn moving_mean(values: &[f64], season: usize) -> impl Iterator<Item = Option<f64>> {
    let half = season / 2;
    let ends = if season.is_multiple_of(2) { 0.5 } else { 1.0 };
    (0..values.len()).map(move |place| {
        let window = place.checked_sub(half).and_then(|start| values.get(start..=place + half))?;
        let inner: f64 = window.get(1..window.len() - 1)?.iter().sum();
        Some((ends * (window[0] + window[window.len() - 1]) + inner) / season as f64)
    })
}

/// The index of each of `season` places, the first for the first value. Of two seasons and more; additive indices
/// sum to zero, multiplicative ones have a mean of one. `None` where there are too few values, or an index would
/// not be positive.
pub fn seasonal_indices(values: &[f64], season: usize, kind: Kind) -> Option<Vec<f64>> {
    if season < 2 || values.len() < 2 * season || (kind == Kind::Multiplicative && values.iter().any(|v| *v <= 0.0)) {
        return None;
    }
    let mut sums = vec![(0.0, 0_u32); season];
    for (place, (value, trend)) in values.iter().zip(moving_mean(values, season)).enumerate() {
        let Some(trend) = trend else { continue };
        let (sum, count) = &mut sums[place % season];
        *sum += match kind {
            Kind::Additive => value - trend,
            Kind::Multiplicative => value / trend,
        };
        *count += 1;
    }
    let mut indices: Vec<f64> = sums.into_iter().map(|(sum, count)| sum / f64::from(count)).collect();
    let centre = mean(&indices);
    for index in &mut indices {
        match kind {
            Kind::Additive => *index -= centre,
            Kind::Multiplicative => *index /= centre,
        }
    }
    let usable = indices.iter().all(|index| index.is_finite() && (kind == Kind::Additive || *index >= 0.01));
    usable.then_some(indices)
}

/// A series without its season, and the season to put back.
#[derive(Debug, Clone)]
pub struct Adjusted {
    /// The values without the season.
    pub values: Vec<f64>,
    season: Option<(Kind, Vec<f64>)>,
}

impl Adjusted {
    /// Takes a season out where the test finds one: multiplicative indices where they exist, additive ones elsewhere.
    pub fn new(values: &[f64], season: usize) -> Self {
        let found = if is_seasonal(values, season) {
            let indices = |kind| seasonal_indices(values, season, kind).map(|indices| (kind, indices));
            indices(Kind::Multiplicative).or_else(|| indices(Kind::Additive))
        } else {
            None
        };
        let mut adjusted = Self { values: values.to_vec(), season: found };
        if let Some((kind, indices)) = &adjusted.season {
            for (value, index) in adjusted.values.iter_mut().zip(indices.iter().cycle()) {
                match kind {
                    Kind::Additive => *value -= index,
                    Kind::Multiplicative => *value /= index,
                }
            }
        }
        adjusted
    }

    /// Puts the season back into what follows the series.
    pub fn restore(&self, following: &mut [f64]) {
        let Some((kind, indices)) = &self.season else { return };
        let next = self.values.len() % indices.len();
        for (value, index) in following.iter_mut().zip(indices.iter().cycle().skip(next)) {
            match kind {
                Kind::Additive => *value += index,
                Kind::Multiplicative => *value *= index,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarters(n: usize) -> Vec<f64> {
        let index = [0.8, 1.1, 1.3, 0.8];
        (0..n).map(|t| (100.0 + t as f64) * index[t % 4]).collect()
    }

    #[test]
    fn indices_of_a_clear_season_are_found_and_centred() {
        let indices = seasonal_indices(&quarters(40), 4, Kind::Multiplicative).unwrap();
        assert!((mean(&indices) - 1.0).abs() < 1e-12);
        assert!((indices[2] - 1.3).abs() < 0.01, "{indices:?}");
        let added = seasonal_indices(&quarters(40), 4, Kind::Additive).unwrap();
        assert!(mean(&added).abs() < 1e-9);
    }

    #[test]
    fn taking_a_season_out_and_putting_it_back_changes_nothing() {
        let values = quarters(41);
        let adjusted = Adjusted::new(&values, 4);
        assert!(adjusted.season.is_some());
        // The value after 41 lies at place 1 of the season.
        let mut following = [100.0];
        adjusted.restore(&mut following);
        assert!((following[0] - 110.0).abs() < 1.0, "{following:?}");
    }

    #[test]
    fn a_constant_and_less_than_two_seasons_have_no_season() {
        assert!(!is_seasonal(&[3.0; 40], 4));
        assert!(!is_seasonal(&quarters(7), 4));
    }
}
