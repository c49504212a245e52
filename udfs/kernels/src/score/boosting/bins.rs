//! Features cut into bins: numbers between cuts, categories by level.

use super::tree::{MISSING_BIN, OTHER_BIN};
use crate::score::feature::{Feature, MISSING, OTHER};

/// The most levels of a category; the others share a bin.
pub const LEVELS_MAX: usize = OTHER_BIN as usize;

/// The most cuts of a number.
const CUTS_MAX: usize = OTHER_BIN as usize - 1;

/// The values from which cuts are chosen.
const CHOSEN_FROM: usize = 200_000;

/// How the values of a feature fall into bins.
#[derive(Debug, Clone, PartialEq)]
pub enum Cuts {
    /// Ascending: the bin of a number is how many cuts lie below it.
    Number(Vec<f64>),
    /// The level is the bin.
    Category,
}

impl Cuts {
    fn new(feature: &Feature<'_>) -> Self {
        let Feature::Number(values) = feature else { return Self::Category };
        let step = values.len().div_ceil(CHOSEN_FROM).max(1);
        let mut sorted: Vec<f64> = values.iter().step_by(step).copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        let between = |left: f64, right: f64| left + (right - left) / 2.0;
        if distinct.len() <= CUTS_MAX + 1 {
            return Self::Number(distinct.windows(2).map(|pair| between(pair[0], pair[1])).collect());
        }
        let mut cuts = Vec::with_capacity(CUTS_MAX);
        for bin in 1..=CUTS_MAX {
            let value = sorted[bin * sorted.len() / (CUTS_MAX + 1)];
            let next = distinct.partition_point(|other| *other <= value);
            if let Some(next) = distinct.get(next) {
                cuts.push(between(value, *next));
            }
        }
        cuts.dedup();
        Self::Number(cuts)
    }

    /// The bin of a number.
    pub(super) fn bin_of_number(cuts: &[f64], value: f64) -> u8 {
        match value.is_nan() {
            true => MISSING_BIN,
            false => cuts.partition_point(|cut| *cut < value) as u8,
        }
    }

    /// The bin of a level.
    pub(super) fn bin_of_level(level: u32) -> u8 {
        match level {
            MISSING => MISSING_BIN,
            OTHER => OTHER_BIN,
            level => level.min(u32::from(OTHER_BIN)) as u8,
        }
    }

    /// The bins of values. A feature of the other kind is missing.
    pub(super) fn bins(&self, feature: &Feature<'_>, bins: &mut Vec<u8>) {
        bins.clear();
        match (self, feature) {
            (Self::Number(cuts), Feature::Number(values)) => {
                bins.extend(values.iter().map(|value| Self::bin_of_number(cuts, *value)));
            }
            (Self::Category, Feature::Category(levels)) => {
                bins.extend(levels.iter().map(|level| Self::bin_of_level(*level)));
            }
            _ => bins.resize(feature.rows(), MISSING_BIN),
        }
    }
}

/// All rows as bins, feature by feature.
#[derive(Debug)]
pub(super) struct Binned {
    pub cuts: Vec<Cuts>,
    pub columns: Vec<Vec<u8>>,
    pub rows: usize,
}

impl Binned {
    /// So many rows, which there are of a model without features too.
    pub(super) fn new(features: &[Feature<'_>], rows: usize) -> Self {
        let cuts: Vec<Cuts> = features.iter().map(Cuts::new).collect();
        let column = |(cuts, feature): (&Cuts, &Feature<'_>)| {
            let mut bins = Vec::new();
            cuts.bins(feature, &mut bins);
            bins
        };
        let columns = cuts.iter().zip(features).map(column).collect();
        Self { cuts, columns, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each() {
        let values = [3.0, 1.0, f64::NAN, 2.0, 1.0];
        let cuts = Cuts::new(&Feature::Number(&values));
        assert_eq!(cuts, Cuts::Number(vec![1.5, 2.5]));
        let mut bins = Vec::new();
        cuts.bins(&Feature::Number(&values), &mut bins);
        assert_eq!(bins, [2, 0, MISSING_BIN, 1, 0]);
    }

    #[test]
    fn many_values_share_bins_of_like_size() {
        let values: Vec<f64> = (0..100_000).map(|i| f64::from(i) * f64::from(i)).collect();
        let cuts = Cuts::new(&Feature::Number(&values));
        let mut bins = Vec::new();
        cuts.bins(&Feature::Number(&values), &mut bins);
        let mut counts = [0_u32; 256];
        bins.iter().for_each(|bin| counts[usize::from(*bin)] += 1);
        assert!(counts[..254].iter().all(|count| (380..=410).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_value_that_most_rows_have_is_cut_off_once() {
        let values: Vec<f64> = (0..5000).map(|i| if i % 10 == 0 { f64::from(i) } else { 0.0 }).collect();
        let Cuts::Number(cuts) = Cuts::new(&Feature::Number(&values)) else { panic!("a number") };
        assert!(cuts.is_sorted_by(|left, right| left < right));
        assert!(cuts[0] > 0.0);
    }

    #[test]
    fn levels_without_a_bin_share_one() {
        let mut bins = Vec::new();
        Cuts::Category.bins(&Feature::Category(&[0, 7, OTHER, MISSING, 9999]), &mut bins);
        assert_eq!(bins, [0, 7, OTHER_BIN, MISSING_BIN, OTHER_BIN]);
    }
}
