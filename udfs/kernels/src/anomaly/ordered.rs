//! Numbers in order, of which some come and some go: medians, quantiles and median deviations of a moving window.
//!
//! The numbers stand in blocks, each in order. Adding and removing one moves a part of one block; nothing is sorted
//! again.

use super::location::{MAD_TO_SIGMA, MEAN_DEVIATION_TO_SIGMA};

/// A block that reaches this many numbers is divided: moving half of it is about as fast as finding it.
const BLOCK_MAX: usize = 1_024;

/// Numbers in ascending order. NaN is not among them.
#[derive(Debug, Clone, Default)]
pub struct Ordered {
    /// No block is empty.
    blocks: Vec<Vec<f64>>,
    count: usize,
}

impl Ordered {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a number; NaN is not added.
    pub fn insert(&mut self, number: f64) {
        if number.is_nan() {
            return;
        }
        self.count += 1;
        let index = self.block_of(number);
        let Some(block) = self.blocks.get_mut(index) else {
            self.blocks.push(vec![number]);
            return;
        };
        let place = block.partition_point(|known| *known < number);
        block.insert(place, number);
        if block.len() >= BLOCK_MAX {
            let upper = block.split_off(BLOCK_MAX / 2);
            self.blocks.insert(index + 1, upper);
        }
    }

    /// Removes a number; one that is not there is not removed.
    pub fn remove(&mut self, number: f64) {
        let index = self.block_of(number);
        let Some(block) = self.blocks.get_mut(index) else { return };
        let place = block.partition_point(|known| *known < number);
        if block.get(place) != Some(&number) {
            return;
        }
        block.remove(place);
        if block.is_empty() {
            self.blocks.remove(index);
        }
        self.count -= 1;
    }

    /// The first block whose last number is not smaller, or the last block.
    fn block_of(&self, number: f64) -> usize {
        let before = self.blocks.partition_point(|block| block.last().is_some_and(|last| *last < number));
        before.min(self.blocks.len().saturating_sub(1))
    }

    /// The number of a rank, from 0.
    pub fn at(&self, rank: usize) -> Option<f64> {
        let mut before = 0;
        for block in &self.blocks {
            if let Some(number) = block.get(rank - before) {
                return Some(*number);
            }
            before += block.len();
        }
        None
    }

    /// The middle number, or the mean of both in the middle.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The number below which the part `p` lies, on a straight line between its neighbours, as PostgreSQL's
    /// `percentile_cont`.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let rank = p * self.count.checked_sub(1)? as f64;
        let (low, high) = (self.at(rank.floor() as usize)?, self.at(rank.ceil() as usize)?);
        Some(between(low, high, rank.fract()))
    }

    /// The median of the distances from a number.
    pub fn median_deviation(&self, from: f64) -> Option<f64> {
        self.deviation_quantile(from, 0.5)
    }

    /// The distance from a number within which the part `p` of all numbers lies.
    pub fn deviation_quantile(&self, from: f64, p: f64) -> Option<f64> {
        let rank = p * self.count.checked_sub(1)? as f64;
        let below: usize = self.rank_of(from);
        let low = self.deviation(from, below, rank.floor() as usize)?;
        let high = if rank.fract() == 0.0 { low } else { self.deviation(from, below, rank.ceil() as usize)? };
        Some(between(low, high, rank.fract()))
    }

    /// The robust standard deviation around the median: the median deviation, or where more than half of the numbers
    /// are equal the mean deviation, each scaled to what it is for a normal distribution.
    pub fn robust_deviation(&self, median: f64) -> Option<f64> {
        let deviation = self.median_deviation(median)?;
        if deviation > 0.0 {
            return Some(deviation * MAD_TO_SIGMA);
        }
        let count = self.count as f64;
        let mean: f64 = self.blocks.iter().flatten().map(|number| (number - median).abs() / count).sum();
        Some(mean * MEAN_DEVIATION_TO_SIGMA)
    }

    fn rank_of(&self, number: f64) -> usize {
        let index = self.block_of(number);
        let before: usize = self.blocks[..index].iter().map(Vec::len).sum();
        before + self.blocks.get(index).map_or(0, |block| block.partition_point(|known| *known < number))
    }

    /// The distance of a rank among the distances from a number that `below` numbers are below. The distances
    /// downward and those upward are both in order: a binary search finds how many of the nearer ones are downward.
    fn deviation(&self, from: f64, below: usize, rank: usize) -> Option<f64> {
        let above = self.count - below;
        let (mut least, mut most) = ((rank + 1).saturating_sub(above), (rank + 1).min(below));
        while least < most {
            let taken = (least + most) / 2;
            // Too few are downward if the next one downward is nearer than the last one taken upward.
            let next_down = from - self.at(below - taken - 1)?;
            let last_up = self.at(below + rank - taken)? - from;
            if next_down < last_up { least = taken + 1 } else { most = taken }
        }
        let upward = rank + 1 - least;
        let down = if least > 0 { from - self.at(below - least)? } else { 0.0 };
        let up = if upward > 0 { self.at(below + upward - 1)? - from } else { 0.0 };
        Some(down.max(up))
    }
}

/// A point between two numbers that may be far apart.
fn between(low: f64, high: f64, part: f64) -> f64 {
    if low == high { low } else { low * (1.0 - part) + high * part }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn sorted_median(values: &[f64]) -> f64 {
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len() / 2;
        if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
    }

    fn assert_is(ordered: &Ordered, window: &[f64]) {
        assert_eq!(ordered.len(), window.len());
        if window.is_empty() {
            assert_eq!((ordered.median(), ordered.median_deviation(0.0)), (None, None));
            return;
        }
        let median = sorted_median(window);
        assert_eq!(ordered.median(), Some(median));
        for from in [median, 0.0, 3.0, -100.0, 100.0] {
            let away: Vec<f64> = window.iter().map(|value| (value - from).abs()).collect();
            assert_eq!(ordered.median_deviation(from), Some(sorted_median(&away)), "of {window:?} from {from}");
        }
    }

    #[test]
    fn a_moving_window_equals_sorting_it_again() {
        let mut random = Random::new(1);
        for (length, kinds) in [(1, 9), (2, 9), (7, 5), (28, 100), (29, 3), (400, 1_000)] {
            let values: Vec<f64> = (0..600).map(|_| random.below(kinds) as f64 / 4.0).collect();
            let mut ordered = Ordered::default();
            for end in 0..values.len() {
                if end >= length {
                    ordered.remove(values[end - length]);
                }
                ordered.insert(values[end]);
                assert_is(&ordered, &values[(end + 1).saturating_sub(length)..=end]);
            }
        }
    }

    #[test]
    fn many_numbers_stand_in_many_blocks() {
        let mut random = Random::new(2);
        let mut values: Vec<f64> = (0..20_000).map(|_| random.unit().powi(4)).collect();
        let mut ordered = Ordered::default();
        values.iter().for_each(|value| ordered.insert(*value));
        assert!(ordered.blocks.len() > 10);
        assert_is(&ordered, &values);
        for value in values.split_off(3) {
            ordered.remove(value);
        }
        assert_is(&ordered, &values);
    }

    #[test]
    fn quantiles_are_those_of_percentile_cont() {
        let mut ordered = Ordered::default();
        [10.0, 20.0, 20.0, 40.0, f64::NAN].into_iter().for_each(|value| ordered.insert(value));
        assert_eq!(ordered.quantile(0.25), Some(17.5));
        assert_eq!(ordered.quantile(0.75), Some(25.0));
        assert_eq!((ordered.quantile(0.0), ordered.quantile(1.0)), (Some(10.0), Some(40.0)));
    }

    #[test]
    fn where_most_numbers_are_equal_the_mean_deviation_stands_in() {
        let mut ordered = Ordered::default();
        [5.0, 5.0, 5.0, 9.0].into_iter().for_each(|value| ordered.insert(value));
        assert_eq!(ordered.robust_deviation(5.0), Some(MEAN_DEVIATION_TO_SIGMA));
        ordered.remove(9.0);
        ordered.remove(7.0);
        assert_eq!(ordered.robust_deviation(5.0), Some(0.0));
    }
}
