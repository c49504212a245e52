//! Which seasons a series has: those of the calendar and those that the values show, and how strong they are.

use super::outlook::Request;
use super::rows::Rows;
use crate::decompose::{autocorrelations, detect_periods, is_seasonal, mstl};

/// A season that a series may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeasonFound {
    /// Its length in steps.
    pub length: usize,
    /// How much of what the trend leaves it explains, 0 to 1.
    pub strength: f64,
    /// The correlation of the series with itself one season before.
    pub autocorrelation: f64,
    /// Whether that is more than chance.
    pub significant: bool,
    /// Whether the values show it of themselves, without a calendar.
    pub detected: bool,
}

impl Request {
    /// The seasons of rows, shortest first. `None` without a finite value.
    pub fn seasonality(&self, rows: Rows<'_>) -> Option<Vec<SeasonFound>> {
        let (series, mut lengths) = self.series(rows)?;
        let values = &series.values;
        let detected: Vec<usize> =
            detect_periods(values, values.len() / 3).into_iter().map(|period| period.length).collect();
        if self.seasons.is_none() {
            lengths.extend(&detected);
        }
        lengths.retain(|length| *length > 1 && 2 * length <= values.len());
        lengths.sort_unstable();
        lengths.dedup();
        let Some(longest) = lengths.last() else { return Some(Vec::new()) };
        let correlations = autocorrelations(values, *longest);
        let found = lengths.iter().map(|length| SeasonFound {
            length: *length,
            // Alone: of two seasons that nest, the longer has what the shorter has.
            strength: mstl(values, &[*length]).map_or(0.0, |parts| parts.seasonal_strength(0)),
            autocorrelation: correlations[*length],
            significant: is_seasonal(values, *length),
            detected: detected.contains(length),
        });
        Some(found.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn a_week_is_found_in_days_and_nothing_in_noise() {
        let request = Request::default();
        let times: Vec<i64> = (0..140).map(|day| day * DAY).collect();
        let mut random = crate::random::Random::new(6);
        let week: Vec<f64> = (0..140).map(|t| [5.0, 1.0, 1.0, 1.0, 2.0, 8.0, 9.0][t % 7] + random.unit()).collect();
        let found = request.seasonality(Rows::new(&times, &week)).unwrap();
        assert!(
            found[0].length == 7 && found[0].strength > 0.8 && found[0].detected && found[0].significant,
            "{found:?}"
        );
        let noise: Vec<f64> = (0..140).map(|_| random.unit()).collect();
        let found = request.seasonality(Rows::new(&times, &noise)).unwrap();
        assert!(found.iter().all(|season| season.strength < 0.6 && !season.detected), "{found:?}");
        assert_eq!(request.seasonality(Rows::new(&times[..3], &week[..3])), Some(Vec::new()));
    }
}
