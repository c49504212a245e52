//! How good chances are: whether they rank the labels, and whether they are true.

/// How many groups of equally many rows calibration is measured in.
const CALIBRATION_GROUPS: usize = 10;

/// What chances are worth, by the labels that came true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// The chance that a row with the label has a higher score than one without; of equal scores one half.
    pub auc: f64,
    /// The precision at each row with the label, averaged (average precision).
    pub pr_auc: f64,
    /// The mean square of label less chance.
    pub brier: f64,
    /// The mean negative logarithm of the chance that was given to what came true.
    pub log_loss: f64,
    /// The mean difference between chance and frequency over ten groups of rows of rising chance.
    pub calibration_error: f64,
    /// The frequency of the label in the tenth of rows with the highest chance, over that of all.
    pub lift_at_10: f64,
}

/// Chances that are measured; they get sorted.
#[derive(Debug, Clone, Default)]
pub struct Scored {
    pub rows: Vec<(f64, bool)>,
}

/// The rows of one chance.
struct Tie {
    rows: f64,
    positives: f64,
}

impl Scored {
    /// The quality, `None` when one of the labels does not occur.
    pub fn quality(&mut self) -> Option<Quality> {
        self.rows.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let n = self.rows.len() as f64;
        let positives = self.rows.iter().filter(|(_, label)| *label).count() as f64;
        if positives == 0.0 || positives == n {
            return None;
        }
        let (mut auc, mut pr_auc, mut top) = (0.0, 0.0, 0.0);
        // Rows and positives above the current chance.
        let (mut above, mut found) = (0.0, 0.0);
        let tenth = n / 10.0;
        for tie in self.ties() {
            let negatives = tie.rows - tie.positives;
            auc += negatives * (found + tie.positives / 2.0);
            let room = (tenth - above).clamp(0.0, tie.rows);
            top += room * tie.positives / tie.rows;
            above += tie.rows;
            found += tie.positives;
            pr_auc += tie.positives * found / above;
        }
        let brier = self.rows.iter().map(|(chance, label)| (f64::from(u8::from(*label)) - chance).powi(2));
        // A chance of zero for what came true is counted as the least chance a double tells from it.
        let surprise = |(chance, label): &(f64, bool)| {
            let given = if *label { *chance } else { 1.0 - chance };
            -given.max(f64::EPSILON).ln()
        };
        Some(Quality {
            auc: auc / (positives * (n - positives)),
            pr_auc: pr_auc / positives,
            brier: brier.sum::<f64>() / n,
            log_loss: self.rows.iter().map(surprise).sum::<f64>() / n,
            calibration_error: self.calibration_error(),
            lift_at_10: top / tenth / (positives / n),
        })
    }

    /// Rows of equal chance, from the highest.
    fn ties(&self) -> impl Iterator<Item = Tie> + '_ {
        self.rows
            .chunk_by(|left, right| left.0 == right.0)
            .map(|tie| Tie { rows: tie.len() as f64, positives: tie.iter().filter(|(_, label)| *label).count() as f64 })
    }

    fn calibration_error(&self) -> f64 {
        let n = self.rows.len();
        let mut error = 0.0;
        for group in 0..CALIBRATION_GROUPS.min(n) {
            let groups = CALIBRATION_GROUPS.min(n);
            let rows = &self.rows[group * n / groups..(group + 1) * n / groups];
            let difference = rows.iter().map(|(chance, label)| f64::from(u8::from(*label)) - chance).sum::<f64>();
            error += difference.abs();
        }
        error / n as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn random(n: usize, seed: u64, steps: f64) -> Scored {
        let mut random = Random::new(seed);
        let mut rows = Vec::new();
        for _ in 0..n {
            let chance = (random.unit() * steps).floor() / steps;
            rows.push((chance, random.unit() < chance));
        }
        Scored { rows }
    }

    #[test]
    fn the_area_is_that_of_counted_pairs() {
        for (n, seed, steps) in [(20, 1, 5.0), (200, 2, 1e9), (333, 3, 10.0)] {
            let mut scored = random(n, seed, steps);
            let (mut pairs, mut right) = (0.0, 0.0);
            for (high, _) in scored.rows.iter().filter(|(_, label)| *label) {
                for (low, _) in scored.rows.iter().filter(|(_, label)| !label) {
                    pairs += 1.0;
                    right += if high > low { 1.0 } else { f64::from(u8::from(high == low)) / 2.0 };
                }
            }
            assert!((scored.quality().unwrap().auc - right / pairs).abs() < 1e-12);
        }
    }

    #[test]
    fn perfect_chances_are_perfect() {
        let mut scored = Scored { rows: (0..20).map(|i| (f64::from(u8::from(i < 2)), i < 2)).collect() };
        let quality = scored.quality().unwrap();
        let expected =
            Quality { auc: 1.0, pr_auc: 1.0, brier: 0.0, log_loss: -0.0, calibration_error: 0.0, lift_at_10: 10.0 };
        assert_eq!(quality, expected);
    }

    #[test]
    fn average_precision_of_four_rows_by_hand() {
        // As scikit-learn's documentation has it: 0.83.
        let mut scored = Scored { rows: vec![(0.1, false), (0.4, false), (0.35, true), (0.8, true)] };
        let quality = scored.quality().unwrap();
        assert!((quality.pr_auc - 5.0 / 6.0).abs() < 1e-12);
        assert!((quality.auc - 0.75).abs() < 1e-12);
    }

    #[test]
    fn one_chance_for_all_ranks_nothing_and_lifts_nothing() {
        let mut scored = Scored { rows: (0..40).map(|i| (0.25, i % 4 == 0)).collect() };
        let quality = scored.quality().unwrap();
        assert_eq!((quality.auc, quality.pr_auc, quality.lift_at_10), (0.5, 0.25, 1.0));
    }

    #[test]
    fn labels_that_are_all_the_same_have_no_quality() {
        assert_eq!(Scored { rows: vec![(0.5, true); 9] }.quality(), None);
        assert_eq!(Scored::default().quality(), None);
    }
}
