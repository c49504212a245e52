//! How many survive how long (Kaplan & Meier 1958), and whether groups differ (log-rank test, Mantel 1966).

use super::weighted::Weighted;
use crate::distribution::{chi_squared, normal};
use crate::linalg::cholesky::Cholesky;

/// A moment at which somebody's time ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// When, since the beginning of each.
    pub time: f64,
    /// Who was there until then.
    pub at_risk: f64,
    /// For whom it happened.
    pub events: f64,
    /// Who was seen no longer than until then.
    pub censored: f64,
    /// The share for whom it has not happened.
    pub survival: f64,
    /// Its standard error, by Greenwood's formula.
    pub error: f64,
    /// The interval around it, of the double logarithm, which stays between 0 and 1.
    pub bounds: (f64, f64),
}

/// The curve of rows of time and 1 where it happened then, 0 where it had not yet; intervals of probability `level`.
/// After the last event the bounds of a survival of zero are zero.
pub fn curve(lives: &Weighted<2>, level: f64) -> Vec<Step> {
    let z = normal::quantile(0.5 + 0.5 * level);
    let rows = lives.rows();
    let mut at_risk: f64 = rows.iter().map(|(_, weight)| weight).sum();
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut steps: Vec<Step> = Vec::new();
    for same in rows.chunk_by(|left, right| left.0[0] == right.0[0]) {
        let of = |event: f64| same.iter().filter(|(row, _)| row[1] == event).map(|(_, weight)| weight).sum::<f64>();
        let (events, censored) = (of(1.0), of(0.0));
        survival *= (at_risk - events) / at_risk;
        if events > 0.0 {
            greenwood += events / (at_risk * (at_risk - events));
        }
        steps.push(Step {
            time: same[0].0[0],
            at_risk,
            events,
            censored,
            survival,
            error: if survival > 0.0 { survival * greenwood.sqrt() } else { 0.0 },
            bounds: bounds(survival, greenwood, z),
        });
        at_risk -= events + censored;
    }
    steps
}

fn bounds(survival: f64, greenwood: f64, z: f64) -> (f64, f64) {
    let ln = survival.ln();
    if ln == 0.0 || survival == 0.0 {
        return (survival, survival);
    }
    // ln(−ln S) is nearly normal, with this spread (Kalbfleisch & Prentice 1980).
    let spread = z * greenwood.sqrt() / ln;
    ((ln * (-spread).exp()).exp(), (ln * spread.exp()).exp())
}

/// What the log-rank test says of groups being alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRank {
    /// The statistic.
    pub chi_squared: f64,
    /// Groups less one.
    pub degrees: usize,
    /// The probability of a statistic at least as large where the groups are alike.
    pub p_value: f64,
}

/// The test over groups, each given as for [`curve`]; `None` with fewer than two, and where nothing happened while
/// more than one was there.
pub fn log_rank(groups: &[Weighted<2>]) -> Option<LogRank> {
    let rows: Vec<_> = groups.iter().map(Weighted::rows).collect();
    let mut times: Vec<f64> = rows.iter().flatten().filter(|(row, _)| row[1] == 1.0).map(|(row, _)| row[0]).collect();
    times.sort_unstable_by(f64::total_cmp);
    times.dedup();
    let k = groups.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
    let mut next = vec![0; groups.len()];
    let mut at_risk: Vec<f64> = rows.iter().map(|rows| rows.iter().map(|(_, weight)| weight).sum()).collect();
    let (mut excess, mut covariance) = (vec![0.0; k], vec![0.0; k * k]);
    for time in times {
        let mut events = vec![0.0; groups.len()];
        for (group, rows) in rows.iter().enumerate() {
            while let Some((_, weight)) = rows.get(next[group]).filter(|(row, _)| row[0] < time) {
                at_risk[group] -= weight;
                next[group] += 1;
            }
            let here = rows[next[group]..].iter().take_while(|(row, _)| row[0] == time);
            events[group] = here.filter(|(row, _)| row[1] == 1.0).map(|(_, weight)| weight).sum();
        }
        let (all, died): (f64, f64) = (at_risk.iter().sum(), events.iter().sum());
        let spread = if all > 1.0 { died * (all - died) / (all - 1.0) } else { 0.0 };
        for group in 0..k {
            let share = at_risk[group] / all;
            excess[group] += events[group] - died * share;
            for other in 0..k {
                let same = if group == other { 1.0 } else { 0.0 };
                covariance[group * k + other] += spread * share * (same - at_risk[other] / all);
            }
        }
    }
    // A group that nothing could have happened to adds no degree of freedom.
    let factor = Cholesky::new(covariance, k, 1e-10)?;
    let degrees = factor.rank();
    let mut solved = excess.clone();
    factor.solve(&mut solved);
    let statistic: f64 = solved.iter().zip(&excess).map(|(left, right)| left * right).sum();
    (degrees > 0).then(|| LogRank {
        chi_squared: statistic,
        degrees,
        p_value: chi_squared::tail(statistic, degrees as f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::shared_data::text;

    fn lives(rows: &[(f64, f64)]) -> Weighted<2> {
        let mut lives = Weighted::new();
        rows.iter().for_each(|(time, event)| lives.update([*time, *event], 1.0));
        lives
    }

    /// Tenure and churn of the customers of each kind of contract.
    fn telco() -> Option<Vec<Weighted<2>>> {
        let text = text("data/churn/Telco-Customer-Churn.csv")?;
        let mut groups = vec![Weighted::new(); 3];
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let group = match cells[15] {
                "Month-to-month" => 0,
                "One year" => 1,
                _ => 2,
            };
            let event = f64::from(u8::from(cells[20] == "Yes"));
            groups[group].update([cells[5].parse().unwrap(), event], 1.0);
        }
        Some(groups)
    }

    #[test]
    fn the_curve_of_telco_customers_is_that_of_the_reference() {
        let (Some(groups), Some(reference)) = (telco(), text("reference/churn/telco_kaplan_meier.csv")) else { return };
        let mut all = Weighted::new();
        groups.iter().for_each(|group| all.merge(group));
        let steps = curve(&all, 0.95);
        assert_eq!(steps.len(), reference.lines().count() - 1);
        for (step, line) in steps.iter().zip(reference.lines().skip(1)) {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            let found = [step.time, step.events, step.censored, step.at_risk];
            assert_eq!(found, [cells[0], cells[2], cells[3], cells[5]]);
            for (found, expected) in [step.survival, step.bounds.0, step.bounds.1].iter().zip(&cells[6..9]) {
                assert!((found - expected).abs() < 1e-9, "{step:?} {line}");
            }
        }
    }

    #[test]
    fn contracts_differ_by_the_statistic_of_the_reference() {
        let Some(groups) = telco() else { return };
        let test = log_rank(&groups).unwrap();
        assert!((test.chi_squared - 2_352.872_5).abs() < 1e-4, "{test:?}");
        assert_eq!((test.degrees, test.p_value), (2, 0.0));
        let month = curve(&groups[0], 0.95);
        let at_12 = month.iter().find(|step| step.time == 12.0).unwrap();
        assert!((at_12.survival - 0.703_096_636_3).abs() < 1e-9);
    }

    #[test]
    fn survival_is_the_product_of_those_who_stayed() {
        let steps = curve(&lives(&[(1.0, 1.0), (2.0, 0.0), (3.0, 1.0), (3.0, 1.0)]), 0.95);
        let found: Vec<f64> = steps.iter().map(|step| step.survival).collect();
        assert_eq!(found, [0.75, 0.75, 0.0]);
        assert_eq!(steps[2].bounds, (0.0, 0.0));
        assert!(steps[0].bounds.0 < 0.75 && steps[0].bounds.1 > 0.75 && steps[0].error > 0.0);
        assert!(curve(&Weighted::new(), 0.95).is_empty());
    }

    #[test]
    fn groups_without_events_or_alone_are_not_compared() {
        let one = lives(&[(1.0, 1.0), (2.0, 1.0)]);
        assert_eq!(log_rank(std::slice::from_ref(&one)), None);
        let none = lives(&[(5.0, 0.0), (6.0, 0.0)]);
        assert_eq!(log_rank(&[none.clone(), none]), None);
        let same = log_rank(&[one.clone(), one]).unwrap();
        assert!(same.chi_squared < 1e-12 && (same.p_value - 1.0).abs() < 1e-6);
    }
}
