//! One pass of exponential smoothing over a series: the states after it, and how likely its errors are.
//!
//! Forms with a multiplicative error and no multiplicative season move their states exactly as additive errors do,
//! so there are two recursions, each compiled for every trend and season: no decision is left to the inner loop.

use super::form::{Error, Form, Season, Trend};

/// The smoothing parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Smoothing {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    /// What a slope keeps from step to step: one where it does not fade.
    pub phi: f64,
}

/// Level and slope; the season stands beside it, the next place first to be used at `place`.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub level: f64,
    pub slope: f64,
}

/// What a pass gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    pub state: State,
    /// Minus twice the logarithm of the likelihood, but for a constant.
    pub deviance: f64,
}

const NONE: u8 = 0;
const ADDED: u8 = 1;
const MULTIPLIED: u8 = 2;

/// A product of this many predictions is turned into a logarithm before it can overflow; series are scaled to one.
const PRODUCT_MAX: f64 = 1e100;

/// A sum of squares below this is a perfect fit: what is left are last digits, and they prefer no form.
const SQUARES_MIN: f64 = 1e-26;

/// Smooths `values` from a first state. `season` has its first values, the first for the first value, and has those
/// for what follows afterwards, turned by the length of the series.
pub(super) fn pass(form: Form, values: &[f64], by: &Smoothing, from: State, season: &mut [f64]) -> Passed {
    let relative = form.error == Error::Multiplicative;
    let run = match (relative, form.trend == Trend::None, form.season) {
        (false, true, Season::None) => run::<false, false, NONE>,
        (false, true, _) => run::<false, false, ADDED>,
        (false, false, Season::None) => run::<false, true, NONE>,
        (false, false, _) => run::<false, true, ADDED>,
        (true, true, Season::None) => run::<true, false, NONE>,
        (true, true, Season::Additive) => run::<true, false, ADDED>,
        (true, true, Season::Multiplicative) => run::<true, false, MULTIPLIED>,
        (true, false, Season::None) => run::<true, true, NONE>,
        (true, false, Season::Additive) => run::<true, true, ADDED>,
        (true, false, Season::Multiplicative) => run::<true, true, MULTIPLIED>,
    };
    run(values, by, from, season)
}

fn run<const RELATIVE: bool, const SLOPE: bool, const SEASON: u8>(
    values: &[f64],
    by: &Smoothing,
    from: State,
    season: &mut [f64],
) -> Passed {
    let Smoothing { alpha, beta, gamma, phi } = *by;
    let State { mut level, mut slope } = from;
    // Level and slope move on by a matrix and by the value without its season: what a step must wait for is then a
    // product and two sums of the step before, and quotients stand beside that.
    let (level_kept, slope_in_level, slope_kept) = (1.0 - alpha, (1.0 - alpha) * phi, (1.0 - beta) * phi);
    let mut squares = 0.0;
    let mut product = 1.0;
    let mut logarithm = 0.0;
    let failed = Passed { state: from, deviance: f64::INFINITY };
    let length = if SEASON == NONE { values.len() } else { season.len() };
    for cycle in values.chunks(length.max(1)) {
        for (place, value) in cycle.iter().enumerate() {
            let base = if SLOPE { level + phi * slope } else { level };
            let index = if SEASON == NONE { 0.0 } else { season[place] };
            let (adjusted, expected) = match SEASON {
                NONE => (*value, base),
                ADDED => (value - index, base + index),
                _ => (value / index, base * index),
            };
            let error = adjusted - base;
            if RELATIVE {
                if expected <= 0.0 {
                    return failed;
                }
                product *= expected;
                if !(1.0 / PRODUCT_MAX..PRODUCT_MAX).contains(&product) {
                    logarithm += product.ln();
                    product = 1.0;
                }
            }
            let per_base = if SEASON == MULTIPLIED { 1.0 / base } else { 0.0 };
            let counted = match (RELATIVE, SEASON) {
                (false, _) => error,
                (true, MULTIPLIED) => error * per_base,
                (true, _) => error / expected,
            };
            squares += counted * counted;
            match SEASON {
                NONE => {}
                ADDED => season[place] = index + gamma * error,
                _ => season[place] = index + gamma * (value * per_base - index),
            }
            if SLOPE {
                let next = level_kept * level + (slope_in_level * slope + alpha * adjusted);
                slope = slope_kept * slope + beta * (adjusted - level);
                level = next;
            } else {
                level = level_kept * level + alpha * adjusted;
            }
        }
    }
    let deviance = values.len() as f64 * squares.max(SQUARES_MIN).ln() + 2.0 * (logarithm + product.ln());
    if !(deviance.is_finite() && level.is_finite() && slope.is_finite()) {
        return failed;
    }
    Passed { state: State { level, slope }, deviance }
}
