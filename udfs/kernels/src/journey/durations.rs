//! How long things took: a mergeable summary with quantiles.
//!
//! Up to [`EXACT_MAX`] durations are kept, and quantiles are exact. Beyond that they are counted in buckets of
//! 1/128 of their power of two, so that a quantile is off by at most 1/256 of itself. What is kept depends on
//! the durations alone, not on the order in which they came or were merged.

/// The largest number of durations that are kept as they are: half a megabyte.
pub const EXACT_MAX: usize = 65_536;

/// The number of buckets for each power of two.
const BUCKETS: u64 = 128;
const BUCKET_BITS: u32 = BUCKETS.ilog2();

/// The bucket of any duration is below this.
const BUCKETS_END: usize = (BUCKETS * (64 - BUCKET_BITS as u64 + 1)) as usize;

/// A set of durations, in any unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Durations {
    /// All of them, while they are few.
    exact: Vec<u64>,
    /// How many fall into each bucket, once they are many.
    counts: Vec<u64>,
    len: u64,
}

impl Durations {
    /// No durations.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one.
    pub fn update(&mut self, duration: u64) {
        self.len += 1;
        if self.len <= EXACT_MAX as u64 {
            self.exact.push(duration);
            return;
        }
        self.count_exact();
        self.count(bucket(duration), 1);
    }

    /// Adds those of another set.
    pub fn merge(&mut self, other: &Self) {
        self.len += other.len;
        if self.len <= EXACT_MAX as u64 {
            self.exact.extend_from_slice(&other.exact);
            return;
        }
        self.count_exact();
        for &duration in &other.exact {
            self.count(bucket(duration), 1);
        }
        for (bucket, &count) in other.counts.iter().enumerate() {
            self.count(bucket, count);
        }
    }

    /// The smallest duration that the share `p` of all lies at or below, interpolated between neighbours
    /// (Hyndman & Fan's type 7). `None` without durations.
    pub fn quantile(&mut self, p: f64) -> Option<f64> {
        let last = self.len.checked_sub(1)?;
        let rank = p.clamp(0.0, 1.0) * last as f64;
        let below = rank.floor();
        self.exact.sort_unstable();
        let low = self.at(below as u64)?;
        let high = self.at((below as u64 + 1).min(last))?;
        Some((high - low).mul_add(rank - below, low))
    }

    /// The durations that are kept, and the counts by bucket: one of them is empty.
    pub fn parts(&self) -> (&[u64], &[u64]) {
        (&self.exact, &self.counts)
    }

    /// The set with these parts, `None` if no set has them.
    pub fn from_parts(exact: Vec<u64>, counts: Vec<u64>) -> Option<Self> {
        let counted = counts.iter().try_fold(0_u64, |sum, &count| sum.checked_add(count))?;
        let one_empty = exact.is_empty() || counts.is_empty();
        let in_range = exact.len() <= EXACT_MAX && counts.len() <= BUCKETS_END;
        (one_empty && in_range).then(|| Self { len: counted + exact.len() as u64, exact, counts })
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        (self.exact.capacity() + self.counts.capacity()) * size_of::<u64>()
    }

    fn at(&self, rank: u64) -> Option<f64> {
        if let Some(&duration) = usize::try_from(rank).ok().and_then(|rank| self.exact.get(rank)) {
            return Some(duration as f64);
        }
        let mut seen = 0;
        let bucket = self.counts.iter().position(|&count| {
            seen += count;
            seen > rank
        })?;
        Some(middle(bucket))
    }

    fn count_exact(&mut self) {
        for duration in std::mem::take(&mut self.exact) {
            self.count(bucket(duration), 1);
        }
    }

    fn count(&mut self, bucket: usize, count: u64) {
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += count;
    }
}

/// The bucket of a duration: itself while small, then its power of two and the bits below the highest.
fn bucket(duration: u64) -> usize {
    let shift = (63 - (duration | 1).leading_zeros()).saturating_sub(BUCKET_BITS);
    (u64::from(shift) * BUCKETS + (duration >> shift)) as usize
}

/// The middle of a bucket.
fn middle(bucket: usize) -> f64 {
    let bucket = bucket as u64;
    let shift = (bucket / BUCKETS).saturating_sub(1);
    let first = (bucket - shift * BUCKETS) << shift;
    first as f64 + ((1_u64 << shift) - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn all(values: impl IntoIterator<Item = u64>) -> Durations {
        let mut durations = Durations::new();
        values.into_iter().for_each(|value| durations.update(value));
        durations
    }

    #[test]
    fn few_durations_have_exact_quantiles() {
        let mut durations = all([40, 10, 30, 20]);
        assert_eq!(durations.quantile(0.5), Some(25.0));
        assert_eq!(durations.quantile(0.0), Some(10.0));
        assert_eq!(durations.quantile(1.0), Some(40.0));
        assert_eq!(Durations::new().quantile(0.5), None);
        assert_eq!(all([u64::MAX]).quantile(0.9), Some(u64::MAX as f64));
    }

    #[test]
    fn every_duration_lies_in_its_bucket() {
        let mut random = Random::new(1);
        for _ in 0..10_000 {
            let value = random.bits() >> random.below(64);
            let error = (middle(bucket(value)) - value as f64).abs();
            assert!(error <= value as f64 / 256.0, "{value} {error}");
            assert!(bucket(value) < BUCKETS_END);
        }
        assert!(bucket(u64::MAX) < BUCKETS_END);
    }

    #[test]
    fn many_durations_have_quantiles_within_the_stated_error() {
        let mut random = Random::new(2);
        let mut values: Vec<u64> = (0..200_000).map(|_| random.bits() >> random.below(40)).collect();
        let mut durations = all(values.iter().copied());
        values.sort_unstable();
        for p in [0.01, 0.5, 0.9, 0.999] {
            let exact = values[(p * 199_999.0) as usize] as f64;
            let found = durations.quantile(p).unwrap();
            assert!((found - exact).abs() <= exact / 200.0, "{p} {found} {exact}");
        }
    }

    #[test]
    fn merging_is_associative_and_commutative_and_empty_is_its_identity() {
        let mut random = Random::new(3);
        for len in [10, 30_000, 70_000] {
            let mut part = || all((0..len).map(|_| random.bits() >> 30));
            let (a, b, c) = (part(), part(), part());
            let merged = |left: &Durations, right: &Durations| {
                let mut merged = left.clone();
                merged.merge(right);
                merged
            };
            let quantile = |mut durations: Durations| (durations.len(), durations.quantile(0.37));
            let left = quantile(merged(&merged(&a, &b), &c));
            assert_eq!(left, quantile(merged(&a, &merged(&b, &c))));
            assert_eq!(left, quantile(merged(&c, &merged(&b, &a))));
            assert_eq!(merged(&a, &Durations::new()), a);
            assert_eq!(merged(&Durations::new(), &a), a);
        }
    }

    #[test]
    fn a_set_survives_its_parts_and_others_are_refused() {
        for len in [0, 5, 70_000] {
            let durations = all(0..len);
            let (exact, counts) = durations.parts();
            assert_eq!(Durations::from_parts(exact.to_vec(), counts.to_vec()), Some(durations.clone()));
        }
        assert_eq!(Durations::from_parts(vec![1], vec![1]), None);
        assert_eq!(Durations::from_parts(vec![], vec![u64::MAX, 1]), None);
        assert_eq!(Durations::from_parts(vec![], vec![0; BUCKETS_END + 1]), None);
    }
}
