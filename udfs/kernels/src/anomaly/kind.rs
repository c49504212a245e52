//! What a series counts, and how much of its variation is chance alone.
//!
//! The number of calls on a day varies even if nothing changes, and the rate of ten visits much more than that of ten
//! thousand. Errors of counts and rates are measured in the deviation that chance gives them, and nothing that chance
//! explains is an anomaly, however quiet the series was.

use crate::distribution::{binomial, normal, poisson};

/// What the values of a series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any numbers.
    Money,
    /// How often something happened: Poisson.
    Count,
    /// A share of a denominator: binomial.
    Rate,
}

/// One value of a series. The denominator is that of a rate, and 1 for others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The value; of a rate the share, not the count.
    pub value: f64,
    /// How many trials a rate is of.
    pub denominator: f64,
}

/// From here on a normal distribution is as good, and faster.
const NORMAL_FROM: f64 = 1e7;

impl Point {
    /// A value that is no rate.
    pub fn of(value: f64) -> Self {
        Self { value, denominator: 1.0 }
    }
}

impl Kind {
    /// Whether a point can be one of such a series.
    pub fn accepts(self, point: Point) -> bool {
        point.value.is_finite()
            && match self {
                Self::Money => true,
                Self::Count => point.value >= 0.0,
                Self::Rate => {
                    (0.0..=1.0).contains(&point.value) && point.denominator > 0.0 && point.denominator.is_finite()
                }
            }
    }

    /// The deviation by chance of a point around what is expected: what errors are measured in. `trials` were seen
    /// before; what never happened in them is expected to happen half a time in as many more.
    pub(super) fn unit(self, baseline: f64, denominator: f64, trials: f64) -> f64 {
        let expected = self.possible(baseline, trials);
        match self {
            Self::Money => 1.0,
            Self::Count => expected.max(1.0).sqrt(),
            Self::Rate => {
                let least = 1.0 / (denominator + 2.0);
                let share = expected.clamp(least, 1.0 - least);
                (share * (1.0 - share) / denominator).sqrt()
            }
        }
    }

    fn possible(self, baseline: f64, trials: f64) -> f64 {
        let least = 0.5 / (trials + 1.0);
        match self {
            Self::Money => baseline,
            Self::Count => baseline.max(least),
            Self::Rate => baseline.clamp(least, 1.0 - least),
        }
    }

    /// The chance of a point at least as far out on its side, doubled, if what is expected is right.
    pub(super) fn p_value(self, point: Point, baseline: f64, trials: f64) -> f64 {
        let expected = self.possible(baseline, trials);
        let one_sided = match self {
            Self::Money => return 0.0,
            Self::Count if expected >= NORMAL_FROM => normal::tail((point.value - expected).abs() / expected.sqrt()),
            Self::Count => {
                let tail = |count: u64| if count == 0 { 1.0 } else { poisson::tail(count - 1, expected) };
                poisson::cdf(point.value.floor() as u64, expected).min(tail(point.value.ceil() as u64))
            }
            Self::Rate => {
                let trials = point.denominator.round().max(1.0);
                if trials >= NORMAL_FROM {
                    let deviation = (expected * (1.0 - expected) / trials).sqrt();
                    normal::tail((point.value - expected).abs() / deviation)
                } else {
                    let happened = (point.value * trials).round() as u64;
                    let trials = trials as u64;
                    let tail = if happened == 0 { 1.0 } else { binomial::tail(happened - 1, trials, expected) };
                    binomial::cdf(happened, trials, expected).min(tail)
                }
            }
        };
        (2.0 * one_sided).min(1.0)
    }

    /// The points between which chance alone leaves a value with all but this chance.
    pub(super) fn bounds(self, baseline: f64, denominator: f64, trials: f64, chance: f64) -> (f64, f64) {
        let expected = self.possible(baseline, trials);
        let far = -normal::quantile(chance / 2.0);
        let around = |deviation: f64| (expected - far * deviation, expected + far * deviation);
        match self {
            Self::Money => (f64::INFINITY, f64::NEG_INFINITY),
            Self::Count if expected >= NORMAL_FROM => around(expected.sqrt()),
            Self::Count => {
                let at = |p: f64| poisson::quantile(p, expected).map_or(expected, |count| count as f64);
                (at(chance / 2.0), at(1.0 - chance / 2.0))
            }
            Self::Rate => {
                let trials = denominator.round().max(1.0);
                if trials >= NORMAL_FROM {
                    return around((expected * (1.0 - expected) / trials).sqrt());
                }
                let at = |p: f64| {
                    binomial::quantile(p, trials as u64, expected).map_or(expected, |count| count as f64 / trials)
                };
                (at(chance / 2.0), at(1.0 - chance / 2.0))
            }
        }
    }

    /// A bound that values can reach.
    pub(super) fn within(self, bound: f64) -> f64 {
        match self {
            Self::Money => bound,
            Self::Count => bound.max(0.0),
            Self::Rate => bound.clamp(0.0, 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_where_the_p_value_falls_below_the_chance() {
        for expected in [0.3, 4.0, 80.0] {
            let (low, high) = Kind::Count.bounds(expected, 1.0, 1e9, 0.01);
            let p_value = |count: f64| Kind::Count.p_value(Point::of(count), expected, 1e9);
            assert!(p_value(low) >= 0.01 && p_value(high) >= 0.01, "{expected}: {low} {high}");
            assert!(p_value(high + 1.0) < 0.01);
            assert!(low == 0.0 || p_value(low - 1.0) < 0.01);
        }
    }

    #[test]
    fn a_rate_of_few_trials_may_be_anything() {
        let two_of_three = Point { value: 2.0 / 3.0, denominator: 3.0 };
        assert!(Kind::Rate.p_value(two_of_three, 0.2, 1_000.0) > 0.1);
        let of_many = Point { value: 2.0 / 3.0, denominator: 3_000.0 };
        assert!(Kind::Rate.p_value(of_many, 0.2, 1_000.0) < 1e-100);
        assert_eq!(Kind::Rate.bounds(0.2, 1.0, 1_000.0, 0.01), (0.0, 1.0));
    }

    #[test]
    fn what_never_happened_may_happen() {
        assert!(Kind::Count.p_value(Point::of(1.0), 0.0, 20.0) > 0.02);
        assert!(Kind::Count.p_value(Point::of(9.0), 0.0, 20.0) < 1e-9);
        assert!(Kind::Rate.p_value(Point { value: 0.5, denominator: 2.0 }, 0.0, 20.0) > 0.02);
    }

    #[test]
    fn enormous_counts_have_bounds() {
        for expected in [1e7, 1e18, 1e300] {
            let (low, high) = Kind::Count.bounds(expected, 1.0, 10.0, 0.01);
            assert!(low <= expected && expected <= high);
            assert!(Kind::Count.p_value(Point::of(expected), expected, 10.0) > 0.9);
        }
        assert!(Kind::Rate.unit(0.0, 1e15, 1e300).is_finite());
    }

    #[test]
    fn points_that_cannot_be_are_not_accepted() {
        assert!(Kind::Money.accepts(Point::of(-1e300)));
        assert!(!Kind::Money.accepts(Point::of(f64::NAN)));
        assert!(!Kind::Count.accepts(Point::of(-1.0)));
        assert!(!Kind::Rate.accepts(Point { value: 0.5, denominator: 0.0 }));
        assert!(!Kind::Rate.accepts(Point { value: 1.5, denominator: 2.0 }));
    }
}
