//! The terms of a regression, and each row's values of them: a few standardised numbers, and which indicators are one.

use crate::score::feature::{Feature, MISSING, OTHER};

/// The place that stands for no indicator.
const NONE: u32 = u32::MAX;

/// What a coefficient is multiplied with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// One.
    Intercept,
    /// A number; its mean where it is missing.
    Number { feature: usize },
    /// One where the feature has this level, or is [`OTHER`] or [`MISSING`].
    Level { feature: usize, level: u32 },
}

/// The values of the terms. First stands the intercept, then the numbers, then the indicators.
#[derive(Debug)]
pub(super) struct Design {
    terms: Vec<Term>,
    /// Mean and standard deviation of every term: the deviation is 1 where it does not scale.
    scales: Vec<(f64, f64)>,
    rows: usize,
    /// How many numbers a row has.
    numbers: usize,
    values: Vec<f64>,
    /// How many indicators may be one in a row.
    groups: usize,
    ones: Vec<u32>,
}

impl Design {
    pub(super) fn new(features: &[Feature<'_>]) -> Self {
        let rows = features.first().map_or(0, Feature::rows);
        let mut terms = vec![Term::Intercept];
        let mut scales = vec![(1.0, 1.0)];
        let mut numeric = Vec::new();
        for (feature, column) in features.iter().enumerate() {
            if let Feature::Number(values) = column {
                let scale = scale(values);
                terms.push(Term::Number { feature });
                scales.push(scale);
                numeric.push((*values, scale));
            }
        }
        let numbers = numeric.len();
        let mut values = Vec::with_capacity(rows * numbers);
        for row in 0..rows {
            for (column, (mean, deviation)) in &numeric {
                let value = column[row];
                values.push(if value.is_nan() { 0.0 } else { (value - mean) / deviation });
            }
        }
        let mut indicators = Vec::new();
        for (feature, column) in features.iter().enumerate() {
            let places = match column {
                Feature::Number(values) => missing(values, feature, &mut terms),
                Feature::Category(codes) => levels(codes, feature, &mut terms),
            };
            indicators.extend(places);
        }
        let groups = indicators.len();
        let mut ones = Vec::with_capacity(rows * groups);
        let mut counts = vec![0_usize; terms.len()];
        for row in 0..rows {
            for places in &indicators {
                ones.push(places[row]);
                if places[row] != NONE {
                    counts[places[row] as usize] += 1;
                }
            }
        }
        scales.extend(counts[scales.len()..].iter().map(|count| (*count as f64 / rows as f64, 1.0)));
        Self { terms, scales, rows, numbers, values, groups, ones }
    }

    /// The number of terms.
    pub(super) fn width(&self) -> usize {
        self.terms.len()
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Mean and standard deviation of a term.
    pub(super) fn scale(&self, term: usize) -> (f64, f64) {
        self.scales[term]
    }

    /// What was subtracted from a term's values.
    pub(super) fn centre(&self, term: usize) -> f64 {
        match self.terms[term] {
            Term::Number { .. } => self.scales[term].0,
            Term::Intercept | Term::Level { .. } => 0.0,
        }
    }

    /// The standardised numbers of a row, which belong to the terms from 1.
    pub(super) fn numbers(&self, row: usize) -> &[f64] {
        &self.values[row * self.numbers..(row + 1) * self.numbers]
    }

    /// The indicators that are one in a row.
    pub(super) fn ones(&self, row: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        let ones = &self.ones[row * self.groups..(row + 1) * self.groups];
        ones.iter().filter(|place| **place != NONE).map(|place| *place as usize)
    }

    /// The sum of a row's terms times their coefficients.
    pub(super) fn sum(&self, row: usize, coefficients: &[f64]) -> f64 {
        let numbers = self.numbers(row).iter().zip(&coefficients[1..]).map(|(value, own)| value * own);
        coefficients[0] + numbers.sum::<f64>() + self.ones(row).map(|place| coefficients[place]).sum::<f64>()
    }
}

/// Mean and standard deviation; the deviation is 1 of what never varies.
fn scale(values: &[f64]) -> (f64, f64) {
    let known = || values.iter().filter(|value| !value.is_nan());
    let n = known().count() as f64;
    if n == 0.0 {
        return (0.0, 1.0);
    }
    let mean = known().sum::<f64>() / n;
    let variance = known().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    // Below this, a spread is the rounding of equal numbers.
    let rounding = f64::EPSILON * 8.0 * mean.abs();
    (mean, if variance.sqrt() > rounding { variance.sqrt() } else { 1.0 })
}

/// The indicator of numbers that are missing, if some are.
fn missing(values: &[f64], feature: usize, terms: &mut Vec<Term>) -> Option<Vec<u32>> {
    if !values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let place = terms.len() as u32;
    terms.push(Term::Level { feature, level: MISSING });
    Some(values.iter().map(|value| if value.is_nan() { place } else { NONE }).collect())
}

/// The indicators of levels, all but the first, which is the most frequent.
fn levels(codes: &[u32], feature: usize, terms: &mut Vec<Term>) -> Option<Vec<u32>> {
    let count = codes.iter().filter(|code| **code < OTHER).max().map_or(0, |code| *code + 1);
    let first = terms.len() as u32;
    let mut place_of = |level: u32| {
        codes.contains(&level).then(|| {
            terms.push(Term::Level { feature, level });
            terms.len() as u32 - 1
        })
    };
    for level in 1..count {
        place_of(level);
    }
    let other = place_of(OTHER);
    let missing = place_of(MISSING);
    let place = |code: &u32| match *code {
        OTHER => other.unwrap_or(NONE),
        MISSING => missing.unwrap_or(NONE),
        0 => NONE,
        level => first + level - 1,
    };
    Some(codes.iter().map(place).collect())
}
