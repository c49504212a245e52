//! What is noted of a series from one fit to the next: a backtest fits the same models to its beginnings, each a little
//! longer than the one before, and several models need the same decomposition.

use std::collections::BTreeMap;

use super::ces::Ces;
use super::ets::Ets;
use super::mstl::{TakenApart, multiplies};
use super::theta::{Theta, Variant};

/// Shorter series are fitted anew: each value changes what suits them, and they take no time.
const GROWN_MIN: usize = 60;

/// Whether a series of `count` values is one that had `before`, and little else.
pub(super) fn is_grown(before: usize, count: usize) -> bool {
    count >= GROWN_MIN && before <= count && 4 * before >= 3 * count
}

/// The notes on one series. Every fit is to a beginning of it.
#[derive(Debug, Default)]
pub struct Notes {
    /// The forms of exponential smoothing that were near the best, by season.
    ets: BTreeMap<usize, Vec<Ets>>,
    ces: BTreeMap<usize, Vec<Ces>>,
    /// The decompositions of beginnings, by their length.
    apart: BTreeMap<usize, Option<TakenApart>>,
}

/// What forecasts a series without its seasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Ets,
    Ces,
    Theta,
}

impl Notes {
    /// What follows by exponential smoothing.
    pub(super) fn ets(&mut self, values: &[f64], season: usize, horizon: usize) -> Option<Vec<f64>> {
        let noted = self.ets.entry(season).or_default();
        *noted = Ets::nearest(values, season, noted);
        Some(noted.first()?.forecast(horizon))
    }

    /// What follows by complex exponential smoothing.
    pub(super) fn ces(&mut self, values: &[f64], season: usize, horizon: usize) -> Option<Vec<f64>> {
        let noted = self.ces.entry(season).or_default();
        *noted = Ces::nearest(values, season, noted);
        Some(noted.first()?.forecast(horizon))
    }

    /// What follows with the seasons taken out and put back, by `base` of the rest. `None` without a season.
    pub(super) fn decomposed(
        &mut self,
        values: &[f64],
        periods: &[usize],
        horizon: usize,
        base: Base,
    ) -> Option<Vec<f64>> {
        let noted = self.apart.entry(values.len());
        let apart = noted.or_insert_with(|| TakenApart::new(values, periods, multiplies(values)));
        let adjusted = apart.as_ref()?.adjusted();
        let trend = match base {
            Base::Ets => self.ets(&adjusted, 1, horizon),
            Base::Ces => self.ces(&adjusted, 1, horizon),
            Base::Theta => Some(Theta::fit(Variant::DynamicOptimized, &adjusted, 1)?.forecast(horizon)),
        };
        let apart = self.apart.get(&values.len())?.as_ref()?;
        Some(apart.ahead(&trend?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_change_little() {
        let mut random = crate::random::Random::new(17);
        let wave = |t: usize| [5.0, 9.0, 2.0, -3.0, -8.0, -5.0][t % 6];
        let values: Vec<f64> = (0..150).map(|t| 60.0 + 0.2 * t as f64 + wave(t) + random.unit()).collect();
        let mut notes = Notes::default();
        for count in [120, 130, 140, 150] {
            for base in [Base::Ets, Base::Ces, Base::Theta] {
                let noted = notes.decomposed(&values[..count], &[6], 6, base).unwrap();
                let anew = Notes::default().decomposed(&values[..count], &[6], 6, base).unwrap();
                let worst = noted.iter().zip(&anew).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(worst < 0.5, "{base:?} {count} {worst}");
            }
        }
    }
}
