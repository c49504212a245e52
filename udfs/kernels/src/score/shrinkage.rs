//! Rates of few rows, drawn towards the rate of all.
//!
//! The rates of the groups are taken to come from a beta distribution, whose mean is that of all rows and whose
//! spread is what the groups differ by beyond chance (Kleinman 1973, by moments). A group of few rows lies near the
//! mean, one of many where its own rows are.

/// Where rates come from: a beta distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    pub mean: f64,
    /// How many rows of its own a group must have for half of the weight; infinite where groups differ by chance.
    pub strength: f64,
}

/// The prior of groups with `successes` of `trials`; `None` without trials. Groups without trials say nothing.
pub fn prior(successes: &[f64], trials: &[f64]) -> Option<Prior> {
    let groups = || successes.iter().zip(trials).filter(|(_, n)| **n > 0.0);
    let total: f64 = groups().map(|(_, n)| n).sum();
    if total <= 0.0 {
        return None;
    }
    let mean = groups().map(|(k, _)| k).sum::<f64>() / total;
    let spread: f64 = groups().map(|(k, n)| n * (k / n - mean).powi(2)).sum();
    let count = groups().count() as f64;
    let squares: f64 = groups().map(|(_, n)| n * n).sum();
    // Were there no differences, the spread would be (groups − 1)·mean·(1 − mean); with a correlation ρ among the
    // rows of a group it grows by ρ·mean·(1 − mean)·(total − Σn²/total − (groups − 1)).
    let chance = mean * (1.0 - mean);
    let excess = spread - (count - 1.0) * chance;
    let room = chance * (total - squares / total - (count - 1.0));
    let correlation = if room > 0.0 { (excess / room).clamp(0.0, 1.0) } else { 0.0 };
    let strength = if correlation > 0.0 { (1.0 - correlation) / correlation } else { f64::INFINITY };
    Some(Prior { mean, strength })
}

impl Prior {
    /// The rate of a group, drawn towards the mean.
    pub fn shrink(&self, successes: f64, trials: f64) -> f64 {
        if self.strength.is_infinite() {
            return self.mean;
        }
        let weight = trials + self.strength;
        if weight > 0.0 { (successes + self.mean * self.strength) / weight } else { self.mean }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn groups_that_differ_by_chance_get_the_common_rate() {
        let found = prior(&[5.0, 5.0, 5.0], &[10.0, 10.0, 10.0]).unwrap();
        assert_eq!(found, Prior { mean: 0.5, strength: f64::INFINITY });
        assert_eq!(found.shrink(1.0, 1.0), 0.5);
    }

    #[test]
    fn groups_that_differ_altogether_keep_their_rates() {
        let found = prior(&[0.0, 1000.0], &[1000.0, 1000.0]).unwrap();
        assert!(found.strength < 1e-3);
        assert!(found.shrink(1000.0, 1000.0) > 0.999);
    }

    #[test]
    fn the_strength_of_a_known_beta_is_found() {
        // Rates of Beta(4, 16): the mean of 4 of 19 uniform numbers in order is the 4th smallest of 19.
        let mut random = Random::new(11);
        let (mut successes, mut trials) = (Vec::new(), Vec::new());
        for group in 0..3000 {
            let mut uniform: Vec<f64> = (0..19).map(|_| random.unit()).collect();
            uniform.sort_by(f64::total_cmp);
            let n = 20 + group % 60;
            successes.push((0..n).filter(|_| random.unit() < uniform[3]).count() as f64);
            trials.push(f64::from(n));
        }
        let found = prior(&successes, &trials).unwrap();
        assert!((found.mean - 0.2).abs() < 0.01, "{found:?}");
        assert!((found.strength - 20.0).abs() < 3.0, "{found:?}");
    }

    #[test]
    fn nothing_has_no_rate_and_one_group_has_its_own() {
        assert_eq!(prior(&[], &[]), None);
        assert_eq!(prior(&[0.0], &[0.0]), None);
        assert_eq!(prior(&[3.0], &[4.0]).unwrap().shrink(3.0, 4.0), 0.75);
    }
}
