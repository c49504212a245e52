//! Which periods a series has, by its autocorrelation.
//!
//! A period is a lag at which a series resembles itself more than at any lag from half of it to one and a half times
//! it. The shortest such lag is taken first; its season is subtracted, and the rest is searched for longer ones.

use super::fourier;

/// A period that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// Values in one period.
    pub length: usize,
    /// The autocorrelation at that lag, of the series without its shorter seasons.
    pub autocorrelation: f64,
}

/// How many seasons are looked for: hour, day and week in a year of minutes are three.
const PERIODS_MAX: usize = 3;
/// Full periods that must have been seen.
const PERIODS_SEEN: usize = 3;
/// How far an autocorrelation must stand above the valley before it: where less, a season explains next to nothing.
const PROMINENCE: f64 = 0.1;
/// And in standard errors, beyond the largest that chance has among so many lags (√(2 ln lags)).
const STANDARD_ERRORS: f64 = 0.5;
/// Values farther from the median than so many median absolute deviations are drawn in, or one of them would decide.
const OUTLIER: f64 = 6.0;
/// How far, in parts of itself, a period may be from a multiple of a shorter one and still be meant as it.
const NESTING: f64 = 0.02;

/// Periods of at most `longest` values, shortest first, each seen at least three times. None in series that have no
/// season, are too short or hold values that are not finite.
pub fn detect_periods(values: &[f64], longest: usize) -> Vec<Period> {
    let longest = longest.min(values.len() / PERIODS_SEEN);
    let mut found: Vec<Period> = Vec::new();
    if longest < 2 || values.iter().any(|value| !value.is_finite()) {
        return found;
    }
    let mut rest = drawn_in(values);
    subtract_line(&mut rest);
    while found.len() < PERIODS_MAX {
        // Hills reach half a period beyond their top.
        let mut autocorrelations = autocorrelations(&rest, longest + longest / 2);
        // Long lags have fewer products; without this a broad hill's top would lie too early.
        for (lag, value) in autocorrelations.iter_mut().enumerate() {
            *value *= rest.len() as f64 / (rest.len() - lag) as f64;
        }
        let from = found.last().map_or(2, |period| 2 * period.length);
        let Some(top) = first_hill(&autocorrelations, from, longest, rest.len()) else { break };
        let length = nested(refined(&autocorrelations, top), found.last()).min(longest);
        let period = Period { length, autocorrelation: autocorrelations[length] };
        subtract_phase_means(&mut rest, period.length);
        found.push(period);
    }
    found
}

/// Whether the autocorrelation at one period is more than chance, at 90 %: the test of the M4 competition's Naive2.
/// A series of fewer than three periods is not seasonal.
pub fn is_seasonal(values: &[f64], period: usize) -> bool {
    if period < 2 || values.len() / PERIODS_SEEN < period || values.iter().any(|value| !value.is_finite()) {
        return false;
    }
    let autocorrelations = autocorrelations(values, period);
    let before: f64 = autocorrelations[1..period].iter().map(|value| value * value).sum();
    let limit = 1.645 * ((1.0 + 2.0 * before) / values.len() as f64).sqrt();
    autocorrelations[period].abs() > limit
}

/// So few lags take less time one by one than by the spectrum of the series.
const LAGS_FEW: usize = 32;

/// The spread of a value that rounding leaves where there is none.
const ROUNDING: f64 = 1e-24;

/// Autocorrelations of lags 0 to `lags` (0 beyond the series): Σ (x[t] − mean)(x[t+lag] − mean) / Σ (x[t] − mean)².
/// A series without spread has 1 and then zeros.
pub fn autocorrelations(values: &[f64], lags: usize) -> Vec<f64> {
    let mut result = vec![0.0; lags + 1];
    result[0] = 1.0;
    // Scaled, so that no square overflows.
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return result;
    }
    let count = values.len();
    let mean = values.iter().map(|value| value / largest).sum::<f64>() / count as f64;
    if lags <= LAGS_FEW {
        let away: Vec<f64> = values.iter().map(|value| value / largest - mean).collect();
        let spread: f64 = away.iter().map(|value| value * value).sum();
        if spread <= ROUNDING * count as f64 {
            return result;
        }
        for (lag, value) in result.iter_mut().enumerate().skip(1).take(count.saturating_sub(1)) {
            *value = away.iter().zip(&away[lag..]).map(|(one, other)| one * other).sum::<f64>() / spread;
        }
        return result;
    }
    let spectrum = fourier::transform(values.iter().map(|value| value / largest - mean), 2 * count);
    let length = spectrum.len();
    // The transform of a real, even spectrum is its own inverse but for the length.
    let power =
        fourier::transform(spectrum.iter().map(|(real, imaginary)| real * real + imaginary * imaginary), length);
    let spread = power[0].0 / length as f64;
    if spread <= ROUNDING * count as f64 {
        return result;
    }
    for (lag, value) in result.iter_mut().enumerate().skip(1).take(count.saturating_sub(1)) {
        *value = power[lag].0 / power[0].0;
    }
    result
}

fn first_hill(autocorrelations: &[f64], from: usize, longest: usize, count: usize) -> Option<usize> {
    // How long the series resembles its neighbours: so many values count as one (Bartlett 1946).
    let near = autocorrelations[1..].iter().take_while(|value| **value > 0.0);
    let alike = 1.0 + 2.0 * near.map(|value| value * value).sum::<f64>();
    let errors = STANDARD_ERRORS + (2.0 * (longest as f64).ln()).sqrt();
    let mut valley = f64::MAX;
    for length in 1..=longest {
        let value = autocorrelations[length];
        let limit = PROMINENCE.max(errors * (alike / (count - length) as f64).sqrt());
        let is_top = || {
            let around = length / 2..=(length + length / 2).min(autocorrelations.len() - 1);
            around.into_iter().all(|lag| lag == length || autocorrelations[lag] < value)
        };
        // What repeats once repeats twice.
        let repeats = || match around(2 * length, length / 4, autocorrelations) {
            Some(again) => autocorrelations[again] >= value / 2.0,
            None => true,
        };
        if length >= from && value > limit && value - valley > limit && is_top() && repeats() {
            return Some(length);
        }
        valley = valley.min(value);
    }
    None
}

/// The period from the hills at its multiples: the top of the k-th tells it k times as exactly.
fn refined(autocorrelations: &[f64], top: usize) -> usize {
    let mut period = top as f64;
    for multiple in 2.. {
        let (middle, reach) = ((period * f64::from(multiple)).round() as usize, top / 4);
        let Some(best) = around(middle, reach, autocorrelations) else { break };
        // A hill that has its top at the edge of what is looked at, or is half as high, is another one.
        if best.abs_diff(middle) == reach || autocorrelations[best] < autocorrelations[top] / 2.0 {
            break;
        }
        period = best as f64 / f64::from(multiple);
    }
    period.round() as usize
}

/// The lag of the highest autocorrelation near another lag, if all of those are known.
fn around(middle: usize, reach: usize, autocorrelations: &[f64]) -> Option<usize> {
    let lags = middle - reach.min(middle)..=middle + reach;
    if reach == 0 || *lags.end() >= autocorrelations.len() {
        return None;
    }
    lags.max_by(|a, b| autocorrelations[*a].total_cmp(&autocorrelations[*b]))
}

/// Seasons nest: a week is seven days. A period that is nearly a multiple of the one before is that multiple.
fn nested(length: usize, shorter: Option<&Period>) -> usize {
    let Some(shorter) = shorter else { return length };
    let multiple = (length + shorter.length / 2) / shorter.length * shorter.length;
    if multiple.abs_diff(length) as f64 <= NESTING * length as f64 { multiple } else { length }
}

fn drawn_in(values: &[f64]) -> Vec<f64> {
    let mut ordered = values.to_vec();
    let middle = ordered.len() / 2;
    let median = *ordered.select_nth_unstable_by(middle, f64::total_cmp).1;
    let mut away: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    let deviation = *away.select_nth_unstable_by(middle, f64::total_cmp).1;
    let limit = if deviation > 0.0 { OUTLIER * deviation } else { f64::INFINITY };
    let largest = away.iter().fold(0.0_f64, |largest, away| largest.max(*away)).min(limit);
    let scale = if largest > 0.0 && largest.is_finite() { largest } else { 1.0 };
    values.iter().map(|value| (value - median).clamp(-scale, scale) / scale).collect()
}

fn subtract_line(values: &mut [f64]) {
    let count = values.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / count;
    let slope = values.iter().enumerate().map(|(at, value)| (at as f64 - middle) * value).sum::<f64>()
        / (count * (count * count - 1.0) / 12.0);
    for (at, value) in values.iter_mut().enumerate() {
        *value -= mean + slope * (at as f64 - middle);
    }
}

fn subtract_phase_means(values: &mut [f64], period: usize) {
    for phase in 0..period {
        let of_phase = values[phase..].iter().step_by(period);
        let mean = of_phase.clone().sum::<f64>() / of_phase.len() as f64;
        values[phase..].iter_mut().step_by(period).for_each(|value| *value -= mean);
    }
}
