//! By how much two segments differ, with an interval, whether or not some customers are in both.
//!
//! The two values of a customer who is in both go together, which makes the difference more certain. Of means the
//! interval is Student's with that taken into account (Derrick, Russ, Toher & White 2017): with nobody in both it is
//! Welch's, with everybody that of pairs. Of shares it is made of Wilson's intervals (Newcombe 1998; Zou & Donner 2008),
//! which hold for few customers and never leave what is possible.

use crate::anomaly::Moments;
use crate::distribution::{normal, student_t};
use crate::journey::rate::{share, wilson_at};

/// What the second segment is, less the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The mean, or the share, in the first segment; `None` if nobody there has a value.
    pub first: Option<f64>,
    /// The same in the second.
    pub second: Option<f64>,
    /// Between these the difference lies with the probability that was asked for; `None` where nothing is known of it.
    pub bounds: Option<(f64, f64)>,
}

/// A number that customers of two segments have.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Means {
    /// Of those in the first, as `y`.
    pub first: Moments,
    /// Of those in the second, as `y`.
    pub second: Moments,
    /// Of those in both: `x` what they have in the first, `y` what they have in the second.
    pub both: Moments,
}

impl Means {
    /// Adds a customer, with the number he has in each segment that he is in.
    pub fn update(&mut self, first: Option<f64>, second: Option<f64>) {
        if let Some(value) = first {
            self.first = self.first.merged(&Moments::of(0.0, value));
        }
        if let Some(value) = second {
            self.second = self.second.merged(&Moments::of(0.0, value));
        }
        if let (Some(first), Some(second)) = (first, second) {
            self.both = self.both.merged(&Moments::of(first, second));
        }
    }

    /// Adds the customers of another.
    pub fn merge(&mut self, other: &Self) {
        self.first = self.first.merged(&other.first);
        self.second = self.second.merged(&other.second);
        self.both = self.both.merged(&other.both);
    }

    /// The difference of the means, with an interval of this probability. It has none with fewer than two values in a
    /// segment, or where the values never vary.
    pub fn difference(&self, level: f64) -> Difference {
        let mean = |moments: &Moments| (moments.count > 0.0).then_some(moments.mean_y);
        let (first, second) = (mean(&self.first), mean(&self.second));
        let bounds = first.zip(second).zip(self.error()).map(|((first, second), (error, freedom))| {
            let half = student_t::quantile(0.5 + level / 2.0, freedom) * error;
            (second - first - half, second - first + half)
        });
        Difference { first, second, bounds }
    }

    /// The standard error of the difference, and its degrees of freedom.
    fn error(&self) -> Option<(f64, f64)> {
        let (n, m, pairs) = (self.first.count, self.second.count, self.both.count);
        if n < 2.0 || m < 2.0 {
            return None;
        }
        let (first, second) = (self.first.yy / (n - 1.0), self.second.yy / (m - 1.0));
        let (of_first, of_second) = (first / n, second / m);
        let spread = (self.both.xx * self.both.yy).sqrt();
        let correlation = if spread > 0.0 { self.both.xy / spread } else { 0.0 };
        let together = 2.0 * correlation * (first * second).sqrt() * pairs / (n * m);
        let alone = of_first + of_second;
        let variance = alone - together;
        // What is left by rounding where everybody moved by the same is no spread.
        if variance <= alone * 1e-12 {
            return None;
        }
        let welch = alone * alone / (of_first * of_first / (n - 1.0) + of_second * of_second / (m - 1.0));
        let single = n + m - 2.0 * pairs;
        let freedom = pairs - 1.0 + (welch - pairs + 1.0) / (n + m) * single;
        (freedom > 0.0).then_some((variance.sqrt(), freedom))
    }
}

/// How many customers two segments have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// In the first.
    pub first: u64,
    /// In the second.
    pub second: u64,
    /// In both.
    pub both: u64,
}

impl Sizes {
    /// Adds a customer.
    pub fn update(&mut self, in_first: bool, in_second: bool) {
        self.first += u64::from(in_first);
        self.second += u64::from(in_second);
        self.both += u64::from(in_first && in_second);
    }

    /// Adds the customers of another.
    pub fn merge(&mut self, other: &Self) {
        self.first += other.first;
        self.second += other.second;
        self.both += other.both;
    }
}

/// How many customers of two segments have a value that others do not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shares {
    /// Who has it in the first, in the second, or in both.
    pub with: Sizes,
    /// Of those in both segments: who has it in the first.
    pub then: u64,
    /// Of those in both segments: who has it in the second.
    pub now: u64,
}

impl Shares {
    /// Adds a customer who has the value in one of the segments, at least.
    pub fn update(&mut self, has_in_first: bool, has_in_second: bool, is_in_both: bool) {
        self.with.update(has_in_first, has_in_second);
        self.then += u64::from(has_in_first && is_in_both);
        self.now += u64::from(has_in_second && is_in_both);
    }

    /// Adds the customers of another.
    pub fn merge(&mut self, other: &Self) {
        self.with.merge(&other.with);
        self.then += other.then;
        self.now += other.now;
    }

    /// The difference of the shares among all customers, with an interval of this probability.
    pub fn difference(&self, all: Sizes, level: f64) -> Difference {
        let (first, second) = (share(self.with.first, all.first), share(self.with.second, all.second));
        let z = normal::quantile(0.5 + level / 2.0);
        let limits = wilson_at(self.with.first, all.first, z).zip(wilson_at(self.with.second, all.second, z));
        let bounds = first.zip(second).zip(limits).map(|((first, second), (of_first, of_second))| {
            let correlation = self.correlation(all);
            let reach =
                |one: f64, other: f64| (one * one + other * other - 2.0 * correlation * one * other).max(0.0).sqrt();
            let difference = second - first;
            let below = reach(second - of_second.0, of_first.1 - first);
            let above = reach(of_second.1 - second, first - of_first.0);
            (difference - below, difference + above)
        });
        Difference { first, second, bounds }
    }

    /// The correlation of the two shares, as far as some customers are in both.
    fn correlation(&self, all: Sizes) -> f64 {
        let [both, then, now, same] = [all.both, self.then, self.now, self.with.both].map(|count| count as f64);
        let spread = (then * (both - then) * now * (both - now)).sqrt();
        if spread <= 0.0 {
            return 0.0;
        }
        (both * same - then * now) / spread * both / (all.first as f64 * all.second as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(values: &[(Option<f64>, Option<f64>)]) -> Means {
        let mut means = Means::default();
        values.iter().for_each(|(first, second)| means.update(*first, *second));
        means
    }

    fn close(found: Option<(f64, f64)>, expected: (f64, f64)) {
        let found = found.unwrap();
        assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9, "{found:?} {expected:?}");
    }

    #[test]
    fn of_other_customers_the_interval_is_welchs() {
        // scipy.stats.ttest_ind([2, 4, 6, 8], [1, 2, 3, 4], equal_var=False).confidence_interval(0.95)
        let mut found = means(&[1.0, 2.0, 3.0, 4.0].map(|value| (Some(value), None)));
        found.merge(&means(&[2.0, 4.0, 6.0, 8.0].map(|value| (None, Some(value)))));
        let difference = found.difference(0.95);
        assert_eq!((difference.first, difference.second), (Some(2.5), Some(5.0)));
        close(difference.bounds, (-1.364_167_215_486_197, 6.364_167_215_486_197));
    }

    #[test]
    fn of_the_same_customers_the_interval_is_that_of_pairs() {
        // Differences of 1, 3, 2 and 6: scipy.stats.ttest_1samp([1, 3, 2, 6], 0).confidence_interval(0.9)
        let pairs = [(1.0, 2.0), (2.0, 5.0), (5.0, 7.0), (4.0, 10.0)];
        let found = means(&pairs.map(|(first, second)| (Some(first), Some(second))));
        close(found.difference(0.9).bounds, (0.458_076_968_322_484_1, 5.541_923_031_677_514_5));
    }

    #[test]
    fn with_some_in_both_it_lies_between() {
        let found = means(&[
            (Some(1.0), Some(2.0)),
            (Some(2.0), Some(4.0)),
            (Some(3.0), Some(6.0)),
            (Some(4.0), None),
            (None, Some(8.0)),
        ]);
        // By hand: a variance of 5/6, and 2 + 2 × (75/17 − 2) / 8 degrees of freedom.
        let half = student_t::quantile(0.975, 2.0 + (75.0 / 17.0 - 2.0) / 4.0) * (5.0_f64 / 6.0).sqrt();
        close(found.difference(0.95).bounds, (2.5 - half, 2.5 + half));
    }

    #[test]
    fn too_few_values_or_none_that_vary_have_no_interval() {
        assert_eq!(means(&[]).difference(0.95), Difference { first: None, second: None, bounds: None });
        assert_eq!(means(&[(Some(1.0), None), (None, Some(2.0))]).difference(0.95).bounds, None);
        assert_eq!(means(&[(Some(7.0), Some(7.0)), (Some(7.0), Some(7.0))]).difference(0.95).bounds, None);
        // Everybody moved by one: nothing varies but where they began.
        assert_eq!(means(&[(Some(1.0), Some(2.0)), (Some(5.0), Some(6.0))]).difference(0.95).bounds, None);
    }

    #[test]
    fn shares_have_the_interval_that_newcombe_published() {
        // 48 of 80 and 56 of 70, method 10 of his comparison: 0.0524 to 0.3339.
        let shares = Shares { with: Sizes { first: 48, second: 56, both: 0 }, then: 0, now: 0 };
        let found = shares.difference(Sizes { first: 80, second: 70, both: 0 }, 0.95);
        let (low, high) = found.bounds.unwrap();
        assert!((low - 0.052_4).abs() < 5e-5 && (high - 0.333_9).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn who_is_the_same_in_both_makes_the_interval_of_shares_narrow() {
        let all = Sizes { first: 100, second: 100, both: 100 };
        let mut same = Shares::default();
        (0..30).for_each(|_| same.update(true, true, true));
        let other = Shares { with: Sizes { both: 9, ..same.with }, ..same };
        let width = |shares: Shares| shares.difference(all, 0.95).bounds.map(|(low, high)| high - low).unwrap();
        assert!(width(same) < 0.05 && width(other) > 0.2, "{} {}", width(same), width(other));
        assert_eq!(Shares::default().difference(Sizes::default(), 0.95).bounds, None);
    }

    #[test]
    fn merging_with_empty_changes_nothing() {
        let mut found = means(&[(Some(1.0), Some(2.0)), (Some(3.0), None)]);
        let before = found;
        found.merge(&Means::default());
        assert_eq!(found, before);
        let mut shares = Shares::default();
        shares.update(true, false, true);
        let before = shares;
        shares.merge(&Shares::default());
        assert_eq!(shares, before);
    }
}
