//! The least and the most a customer will be worth, with a probability.
//!
//! With some probability he buys nothing. If he buys, what he spends is taken as gamma distributed, with the mean and
//! the variance that the models give it: that of how often he buys, of what his orders are worth around his own mean,
//! and of not knowing that mean.

use super::gamma_gamma::OrderValue;
use crate::distribution::chi_squared;

/// How often a customer buys within a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchases {
    /// The mean.
    pub mean: f64,
    /// The mean of n (n − 1).
    pub pairs: f64,
    /// The probability of none.
    pub none: f64,
}

/// What is not exceeded from below and from above with probability `level` each way in the middle: of all that may
/// happen, `(1 − level) / 2` is below the first and as much above the second.
pub fn bounds(purchases: Purchases, value: OrderValue, level: f64) -> (f64, f64) {
    let some = 1.0 - purchases.none;
    let mean = purchases.mean * value.mean / some;
    let square = (purchases.mean * value.variance + (purchases.pairs + purchases.mean) * value.square) / some;
    let variance = square - mean * mean;
    let quantile = |p: f64| {
        if some <= 0.0 || p <= purchases.none || mean <= 0.0 {
            return 0.0;
        }
        if variance <= 0.0 {
            return mean;
        }
        let shape = mean * mean / variance;
        0.5 * variance / mean * chi_squared::quantile((p - purchases.none) / some, 2.0 * shape)
    };
    (quantile(0.5 - 0.5 * level), quantile(0.5 + 0.5 * level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::beta_geometric::{BetaGeometric, Dropout, History};
    use crate::customer::pareto_nbd::ParetoNbd;
    use crate::customer::study::Draw;

    const VALUE: OrderValue = OrderValue { mean: 10.0, square: 110.0, variance: 30.0 };

    #[test]
    fn who_probably_buys_nothing_has_bounds_of_zero() {
        let rare = Purchases { mean: 0.02, pairs: 0.001, none: 0.985 };
        assert_eq!(bounds(rare, VALUE, 0.8), (0.0, 0.0));
        assert_eq!(bounds(Purchases { mean: 0.0, pairs: 0.0, none: 1.0 }, VALUE, 0.8), (0.0, 0.0));
        let (low, high) = bounds(Purchases { mean: 0.4, pairs: 0.2, none: 0.7 }, VALUE, 0.8);
        assert!(low == 0.0 && high > 4.0, "{low} {high}");
    }

    #[test]
    fn a_higher_level_is_wider_around_the_mean() {
        let often = Purchases { mean: 30.0, pairs: 950.0, none: 1e-9 };
        let (narrow, wide) = (bounds(often, VALUE, 0.5), bounds(often, VALUE, 0.9));
        assert!(wide.0 < narrow.0 && narrow.0 < 300.0 && 300.0 < narrow.1 && narrow.1 < wide.1);
    }

    /// The mean of n (n − 1) of simulated customers.
    fn simulated(mut purchases: impl FnMut(&mut Draw) -> f64) -> f64 {
        let mut draw = Draw::new(5);
        let pairs = (0..50_000).map(|_| {
            let n = purchases(&mut draw);
            n * (n - 1.0)
        });
        pairs.sum::<f64>() / 50_000.0
    }

    #[test]
    fn pairs_of_purchases_are_those_of_simulated_customers() {
        let history = History { frequency: 3.0, recency: 20.0, age: 25.0 };
        let model = BetaGeometric::new([0.8, 6.0, 0.9, 2.5], Dropout::AfterRepeat);
        let expected = simulated(|draw| {
            let (rate, chance) = (draw.gamma(0.8 + 3.0, 6.0 + 25.0), draw.beta(0.9, 2.5 + 3.0));
            draw.purchases(rate, 40.0, |draw, _| draw.happens(chance), |_, _| false)
        });
        let found = model.pairs_if_alive(history, 40.0);
        assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
        let expected = simulated(|draw| {
            let (rate, leaving) = (draw.gamma(0.8 + 3.0, 6.0 + 25.0), draw.gamma(0.9, 12.0 + 25.0));
            let end = draw.exponential(leaving);
            draw.purchases(rate, 40.0, |_, _| false, |_, time| time > end)
        });
        let found = ParetoNbd::new([0.8, 6.0, 0.9, 12.0]).pairs_if_alive(history, 40.0);
        assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
    }
}
