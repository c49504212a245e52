//! What each value of a whole series should have been: trend and seasons, which single values hardly change.

use super::location::median;
use super::ordered::Ordered;
use crate::decompose::{Decomposition, Mstl, detect_periods, interpolate};

/// The trend reaches over a tenth of the series, of at least and at most so many values: without a season as a moving
/// median. One that follows quickly takes part in chance; what is left then varies less than values do, and ordinary ones
/// look like anomalies.
const WINDOW_MIN: usize = 7;
const WINDOW_MAX: usize = 301;
const WINDOW_PART: usize = 10;
/// A season of which fewer were seen beside a shorter one is left to the trend, which follows it: of three years, the mean
/// of a day of the year would follow chance.
const SEASONS_SEEN: usize = 5;
/// A seasonal part that explains less of what is left by the trend is no season.
const STRENGTH_MIN: f64 = 0.3;

/// The baseline of each position; NaN in `values` is a position without value. None if there is no value at all.
pub(super) fn baseline(values: &[f64]) -> Option<Vec<f64>> {
    let whole = interpolate(values)?;
    Some(seasonal(&whole).unwrap_or_else(|| moving_median(values, &whole)))
}

/// The seasons of a series, added up and centred by its medians: what ESD takes away.
pub(super) fn seasonal_and_median(values: &[f64]) -> Option<Vec<f64>> {
    let whole = interpolate(values)?;
    let middle = median(&mut values.iter().copied().filter(|value| !value.is_nan()).collect::<Vec<_>>())?;
    let Some(parts) = decomposed(&whole, Mstl::periodic) else { return Some(vec![middle; values.len()]) };
    Some((0..values.len()).map(|position| middle + parts.seasonal(position)).collect())
}

fn seasonal(whole: &[f64]) -> Option<Vec<f64>> {
    let window = trend_window(whole.len());
    let parts = decomposed(whole, |mstl| mstl.steady().slow_trend(window))?;
    Some(parts.trend.iter().enumerate().map(|(position, trend)| trend + parts.seasonal(position)).collect())
}

fn trend_window(count: usize) -> usize {
    (count / WINDOW_PART).clamp(WINDOW_MIN, WINDOW_MAX)
}

fn decomposed(whole: &[f64], seasons: impl FnOnce(Mstl) -> Mstl) -> Option<Decomposition> {
    let mut periods: Vec<usize> = detect_periods(whole, whole.len()).iter().map(|period| period.length).collect();
    let shortest = periods.first().copied();
    periods.retain(|period| Some(*period) == shortest || whole.len() / period >= SEASONS_SEEN);
    let parts = seasons(Mstl::new(&periods)).robust().fast().decompose(whole)?;
    (0..parts.seasons.len()).any(|season| parts.seasonal_strength(season) >= STRENGTH_MIN).then_some(parts)
}

/// The median of the values around each position, as many on both sides as there are at the nearer end.
fn moving_median(values: &[f64], whole: &[f64]) -> Vec<f64> {
    let reach = trend_window(values.len()) / 2;
    let mut near = Ordered::default();
    let (mut start, mut end) = (0, 0);
    let mut medians = Vec::with_capacity(values.len());
    for (position, usual) in whole.iter().enumerate() {
        let (first, beyond) = (position.saturating_sub(reach), (position + reach + 1).min(values.len()));
        while end < beyond {
            near.insert(values[end]);
            end += 1;
        }
        while start < first {
            near.remove(values[start]);
            start += 1;
        }
        // A gap longer than the window has a straight line.
        medians.push(near.median().unwrap_or(*usual));
    }
    medians
}
