//! Quantiles by search, for distributions that have no formula for them.

use crate::optimize::brent;

/// Doublings until a bracket covers every double.
const DOUBLINGS_MAX: u32 = 2100;

/// The value above `low` at which `below` has risen to `p`, or `above` has fallen to `1 − p`: whichever is smaller
/// is compared, so that both tails keep their digits. `guess` must lie above `low`.
pub(super) fn continuous(p: f64, low: f64, guess: f64, below: impl Fn(f64) -> f64, above: impl Fn(f64) -> f64) -> f64 {
    let excess = |x: f64| if p <= 0.5 { below(x) - p } else { (1.0 - p) - above(x) };
    let (mut left, mut right) = (guess, guess);
    for _ in 0..DOUBLINGS_MAX {
        if excess(right) >= 0.0 {
            break;
        }
        left = right;
        right = low + 2.0 * (right - low);
    }
    for _ in 0..DOUBLINGS_MAX {
        if excess(left) <= 0.0 {
            break;
        }
        right = left;
        left = low + 0.5 * (left - low);
    }
    brent::root(excess, left, right, 1e-14 * (right - low)).unwrap_or(f64::NAN)
}

/// The least whole number up to `high` at which `below` is at least `p`. `guess` says where to begin.
pub(super) fn discrete(p: f64, guess: f64, high: u64, below: impl Fn(u64) -> f64) -> u64 {
    // Probabilities that are equal but for rounding are equal.
    let reached = |k: u64| below(k) >= p * (1.0 - 1e-14);
    // A negative or infinite guess saturates.
    let mut right = (guess.ceil() as u64).min(high);
    let mut step = 1;
    while right < high && !reached(right) {
        right = right.saturating_add(step).min(high);
        step *= 2;
    }
    let (mut left, mut step) = (right, 1);
    while left > 0 && reached(left) {
        left = left.saturating_sub(step);
        step *= 2;
    }
    if left == 0 && reached(0) {
        return 0;
    }
    // Not reached at left, reached at right.
    while right - left > 1 {
        let middle = left + (right - left) / 2;
        if reached(middle) {
            right = middle;
        } else {
            left = middle;
        }
    }
    right
}
