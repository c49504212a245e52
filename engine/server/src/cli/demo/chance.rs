//! The random draws that the demo is made of: one stream of numbers for each thing that happens, so that everything
//! can be made in any order and always comes out the same.

use std::f64::consts::TAU;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

/// SplitMix64's finaliser (Steele, Lea & Flood 2014): every bit of the input moves every bit of the output.
pub(super) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// SplitMix64's step: 2⁶⁴ divided by the golden ratio, made odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Chance {
    /// The stream of thing number `index` of a kind.
    pub(super) fn of(seed: u64, kind: u64, index: u64) -> Self {
        Self(mix(mix(seed.wrapping_mul(STEP) ^ kind.wrapping_add(STEP)) ^ index.wrapping_mul(STEP)))
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// From 0 to below 1.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number from 0 to below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// One of `items`, each as often as any other; the caller's lists are never empty.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// The place of one of `weights`, as often as its share of their sum.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.uniform() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (place, weight) in weights.enumerate() {
            left -= weight;
            last = place;
            if left < 0.0 {
                break;
            }
        }
        last
    }

    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        // One minus a number below 1 is never 0, whose logarithm does not exist.
        -(1.0 - self.uniform()).ln() * mean
    }

    pub(super) fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (TAU * self.uniform()).cos()
    }

    /// A value whose logarithm is normally distributed around that of `median`, as delays and prices are.
    pub(super) fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }

    /// Gamma-distributed with mean `shape * scale`, after Marsaglia & Tsang (2000).
    pub(super) fn gamma(&mut self, shape: f64, scale: f64) -> f64 {
        if shape < 1.0 {
            // A draw of a shape larger by one, times a power of a uniform one, has the shape wanted.
            let boost = (1.0 - self.uniform()).powf(1.0 / shape);
            return self.gamma(shape + 1.0, scale) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.uniform()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v * scale;
            }
        }
    }

    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a, 1.0), self.gamma(b, 1.0));
        x / (x + y)
    }

    /// A number of events when `mean` are expected.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 60.0 {
            // The normal distribution is as near as these counts can tell.
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u32;
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = 20_000;

    fn average(mut draw: impl FnMut(&mut Chance) -> f64) -> f64 {
        let mut chance = Chance::of(7, 0, 0);
        (0..DRAWS).map(|_| draw(&mut chance)).sum::<f64>() / f64::from(DRAWS)
    }

    #[test]
    fn draws_average_what_their_parameters_say() {
        assert!((average(|chance| chance.exponential(3.0)) - 3.0).abs() < 0.1);
        assert!((average(|chance| chance.gamma(0.5, 4.0)) - 2.0).abs() < 0.1);
        assert!((average(|chance| chance.gamma(6.0, 2.0)) - 12.0).abs() < 0.15);
        assert!((average(|chance| chance.beta(1.0, 3.0)) - 0.25).abs() < 0.01);
        assert!((average(|chance| f64::from(chance.poisson(4.0))) - 4.0).abs() < 0.1);
        assert!((average(|chance| f64::from(chance.poisson(200.0))) - 200.0).abs() < 0.5);
        assert!(average(Chance::normal).abs() < 0.03);
    }

    #[test]
    fn places_are_drawn_as_often_as_their_weights_say() {
        let share = average(|chance| if chance.weighted([1.0, 2.0, 5.0].into_iter()) == 1 { 1.0 } else { 0.0 });
        assert!((share - 0.25).abs() < 0.01, "{share}");
    }

    #[test]
    fn streams_of_different_things_differ_and_of_the_same_thing_agree() {
        let first = |seed, kind, index| Chance::of(seed, kind, index).bits();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        assert!([first(2, 2, 3), first(1, 3, 3), first(1, 2, 4)].iter().all(|other| *other != first(1, 2, 3)));
    }
}
