//! Features as models read them: numbers, or categories by code.

/// The code of a category that is missing.
pub const MISSING: u32 = u32::MAX;

/// The code of a category that the model has no level of its own for.
pub const OTHER: u32 = u32::MAX - 1;

/// The values of a feature, one for each row.
#[derive(Debug, Clone, Copy)]
pub enum Feature<'a> {
    /// Numbers; NaN is missing.
    Number(&'a [f64]),
    /// Codes of levels, from zero; or [`MISSING`] or [`OTHER`].
    Category(&'a [u32]),
}

impl Feature<'_> {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Number(values) => values.len(),
            Self::Category(codes) => codes.len(),
        }
    }
}

/// The levels of a category that a model keeps: at most `most`, those that occur most often, first the most frequent,
/// of equals the lower code.
pub fn levels(codes: &[u32], most: usize) -> Vec<u32> {
    let size = codes.iter().filter(|code| **code < OTHER).max().map_or(0, |code| *code as usize + 1);
    let mut counts = vec![0_usize; size];
    codes.iter().filter(|code| **code < OTHER).for_each(|code| counts[*code as usize] += 1);
    let mut levels: Vec<u32> = (0..size as u32).filter(|code| counts[*code as usize] > 0).collect();
    levels.sort_by_key(|code| std::cmp::Reverse(counts[*code as usize]));
    levels.truncate(most);
    levels
}

/// Codes as places among `levels`; what is not among them is [`OTHER`].
pub fn places(codes: &[u32], levels: &[u32]) -> Vec<u32> {
    let size = levels.iter().max().map_or(0, |code| *code as usize + 1);
    let mut place_of = vec![OTHER; size];
    for (place, code) in (0..).zip(levels) {
        place_of[*code as usize] = place;
    }
    let place = |code: &u32| match *code {
        MISSING => MISSING,
        code => place_of.get(code as usize).copied().unwrap_or(OTHER),
    };
    codes.iter().map(place).collect()
}

/// Whether a feature alone tells the two labels apart without a mistake: numbers by a threshold, categories by
/// levels, and what is missing as a value of its own. Such a feature often knows what it should not: it was written
/// down after the fact.
pub fn separates(feature: &Feature<'_>, labels: &[bool]) -> bool {
    match feature {
        Feature::Number(values) => numbers_separate(values, labels),
        Feature::Category(codes) => categories_separate(codes, labels),
    }
}

fn numbers_separate(values: &[f64], labels: &[bool]) -> bool {
    // Lowest and highest number, and rows in all and missing, of either label.
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    let mut rows = [0_usize; 2];
    let mut missing = [0_usize; 2];
    for (value, label) in values.iter().zip(labels) {
        let label = usize::from(*label);
        rows[label] += 1;
        if value.is_nan() {
            missing[label] += 1;
        } else {
            low[label] = low[label].min(*value);
            high[label] = high[label].max(*value);
        }
    }
    let both = |counts: [usize; 2]| counts[0] > 0 && counts[1] > 0;
    both(rows) && !both(missing) && (high[0] < low[1] || high[1] < low[0])
}

fn categories_separate(codes: &[u32], labels: &[bool]) -> bool {
    let mut sorted: Vec<(u32, bool)> = codes.iter().copied().zip(labels.iter().copied()).collect();
    sorted.sort_unstable();
    let both = sorted.iter().any(|(_, label)| *label) && sorted.iter().any(|(_, label)| !label);
    let mut pairs = sorted.windows(2);
    both && pairs.all(|pair| pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_levels_are_kept_and_the_rest_is_other() {
        let codes = [3, 1, 3, 0, MISSING, 1, 3];
        let kept = levels(&codes, 2);
        assert_eq!(kept, [3, 1]);
        assert_eq!(places(&codes, &kept), [0, 1, 0, OTHER, MISSING, 1, 0]);
        assert!(levels(&[], 5).is_empty() && places(&[], &[]).is_empty());
    }

    #[test]
    fn a_threshold_or_levels_or_what_is_missing_can_separate() {
        let labels = [false, false, true, true];
        assert!(separates(&Feature::Number(&[1.0, 2.0, 3.0, 4.0]), &labels));
        assert!(!separates(&Feature::Number(&[1.0, 3.0, 3.0, 4.0]), &labels));
        assert!(separates(&Feature::Number(&[f64::NAN, f64::NAN, 3.0, 1.0]), &labels));
        assert!(!separates(&Feature::Number(&[f64::NAN, 0.0, f64::NAN, 1.0]), &labels));
        assert!(separates(&Feature::Category(&[0, 1, 2, 2]), &labels));
        assert!(!separates(&Feature::Category(&[0, 1, 1, 2]), &labels));
        assert!(!separates(&Feature::Number(&[1.0, 2.0]), &[true, true]));
    }
}
