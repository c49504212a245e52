//! The random draws the demo is made of.

use rand::Rng;
use rand::rngs::StdRng;

/// A waiting time or count with the given mean.
pub(super) fn exponential(rng: &mut StdRng, mean: f64) -> f64 {
    // `random` gives [0, 1); one minus it never is 0, whose logarithm does not exist.
    -(1.0 - rng.random::<f64>()).ln() * mean
}

/// A value whose logarithm is normally distributed around that of `median`, as prices are.
pub(super) fn lognormal(rng: &mut StdRng, median: f64, spread: f64) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    let normal = radius * (std::f64::consts::TAU * rng.random::<f64>()).cos();
    median * (spread * normal).exp()
}

/// A whole number whose average is `mean`.
pub(super) fn rounded(rng: &mut StdRng, mean: f64) -> u64 {
    (mean + rng.random::<f64>()) as u64
}

/// One of `items`, each as often as any other.
pub(super) fn one_of<const N: usize>(rng: &mut StdRng, items: &[&'static str; N]) -> &'static str {
    items[rng.random_range(0..N)]
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    const DRAWS: u32 = 20_000;

    fn average(mut draw: impl FnMut(&mut StdRng) -> f64) -> f64 {
        let mut rng = StdRng::seed_from_u64(7);
        (0..DRAWS).map(|_| draw(&mut rng)).sum::<f64>() / f64::from(DRAWS)
    }

    #[test]
    fn exponential_draws_average_their_mean() {
        assert!((average(|rng| exponential(rng, 3.0)) - 3.0).abs() < 0.1);
    }

    #[test]
    fn lognormal_draws_lie_around_their_median() {
        let share_below = average(|rng| if lognormal(rng, 88.0, 0.45) < 88.0 { 1.0 } else { 0.0 });
        assert!((share_below - 0.5).abs() < 0.02);
    }

    #[test]
    fn rounding_keeps_the_mean() {
        assert!((average(|rng| rounded(rng, 2.3) as f64) - 2.3).abs() < 0.02);
    }
}
