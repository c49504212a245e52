//! Whether a goal will be reached: the sum of what was and of what is to come, against what is wanted.

use super::outlook::{Outlook, Request};
use super::rows::Rows;

/// The quantiles that scenarios stand for: one in ten ends below the worst, one in ten above the best.
const SCENARIO_LEVEL: f64 = 0.8;

/// What a sum will be.
#[derive(Debug, Clone)]
pub struct Projection {
    /// What has come already.
    pub actual: f64,
    /// The sum if one in ten ends lower.
    pub worst: f64,
    /// The sum as expected.
    pub likely: f64,
    /// The sum if one in ten ends higher.
    pub best: f64,
    /// The probability that the sum is the goal or more. `None` without a backtest that tells how far it may be wrong.
    pub probability: Option<f64>,
    /// What each step ahead must bring for the goal.
    pub needed: f64,
    /// The forecast.
    pub outlook: Outlook,
}

impl Request {
    /// The sum of the values from `since` on and of the steps ahead, against `goal`. Values count as they are in the
    /// rows; without `since` only what is to come counts. `None` without a finite value.
    pub fn projection(&self, rows: Rows<'_>, goal: f64, since: Option<i64>) -> Option<Projection> {
        let outlook = self.outlook(rows)?;
        let counted = rows
            .times
            .iter()
            .zip(rows.values)
            .filter(|(time, value)| since.is_some_and(|since| **time >= since) && value.is_finite());
        let bounded = |value: f64| value.clamp(-f64::MAX, f64::MAX);
        let actual = bounded(counted.map(|(_, value)| value).sum());
        let ahead = outlook.steps.iter().map(|step| step.value).sum::<f64>();
        let likely = bounded(actual + ahead);
        let spread = outlook.sum_spread;
        let reach = spread.map_or(0.0, |spread| outlook.series.unscaled(spread.reach(self.horizon, SCENARIO_LEVEL)));
        let above = (goal - likely) / outlook.series.scale;
        let probability = spread
            .map(|spread| if above == 0.0 && reach == 0.0 { 1.0 } else { 1.0 - spread.below(self.horizon, above) });
        let worst = bounded(likely - reach);
        Some(Projection {
            actual,
            worst: if self.nonnegative { worst.max(actual) } else { worst },
            likely,
            best: bounded(likely + reach),
            probability,
            needed: bounded((goal - actual) / self.horizon as f64),
            outlook,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn rows() -> (Vec<i64>, Vec<f64>) {
        let mut random = crate::random::Random::new(8);
        ((0..100).map(|day| day * DAY).collect(), (0..100).map(|_| 90.0 + 20.0 * random.unit()).collect())
    }

    fn request() -> Request {
        Request { seasons: Some(vec![1]), horizon: 10, ..Request::default() }
    }

    #[test]
    fn a_goal_below_the_worst_is_likely_and_one_above_the_best_is_not() {
        let (times, values) = rows();
        let probability =
            |goal: f64| request().projection(Rows::new(&times, &values), goal, None).unwrap().probability.unwrap();
        assert!(probability(900.0) > 0.9 && probability(1100.0) < 0.1);
        assert!((0.2..0.8).contains(&probability(1000.0)), "{}", probability(1000.0));
        let projection = request().projection(Rows::new(&times, &values), 1000.0, None).unwrap();
        assert!(projection.worst < projection.likely && projection.likely < projection.best);
        assert!((probability(projection.best) - 0.1).abs() < 1e-9);
        assert_eq!((projection.actual, projection.needed), (0.0, 100.0));
    }

    #[test]
    fn what_came_since_counts_as_it_came() {
        let (times, values) = rows();
        let projection = request().projection(Rows::new(&times, &values), 2000.0, Some(90 * DAY)).unwrap();
        assert_eq!(projection.actual, values[90..].iter().sum::<f64>());
        assert!((projection.likely - 2000.0).abs() < 60.0);
    }

    #[test]
    fn a_constant_reaches_its_own_sum_surely() {
        let times: Vec<i64> = (0..30).map(|day| day * DAY).collect();
        let probability = |goal| request().projection(Rows::new(&times, &[2.0; 30]), goal, None).unwrap().probability;
        assert_eq!((probability(20.0), probability(20.5)), (Some(1.0), Some(0.0)));
    }
}
