//! Which rows the trees learn from, and which judge them.

use crate::random::Random;

/// Up to so many rows each is judged once, by trees that did not see it.
const FOLDED_ROWS_MAX: usize = 50_000;

/// How many parts the rows are then divided into.
const FOLDS: usize = 5;

/// Of how many models the scores are the mean, up to so many rows.
const MODELS: usize = 3;

/// How rows are held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holdout {
    /// The last fifth, of rows in the order of time: what is learnt from the past is judged by what came after.
    Last,
    /// By chance, equally many of both labels: five folds, or a fifth of the rows where there are many.
    Random,
}

/// Rows by number.
#[derive(Debug)]
pub(super) struct Part {
    pub learns_from: Vec<u32>,
    pub judged_by: Vec<u32>,
}

impl Part {
    /// Whether both labels are on both sides.
    pub(super) fn has_both(&self, labels: &[bool]) -> bool {
        let both = |rows: &[u32]| {
            let positives = rows.iter().filter(|row| labels[**row as usize]).count();
            positives > 0 && positives < rows.len()
        };
        both(&self.learns_from) && both(&self.judged_by)
    }
}

impl Holdout {
    /// Of how many models the scores are the mean: what many rows say does not depend on which of them a tree sees.
    pub(super) fn models(self, rows: usize) -> usize {
        if rows > FOLDED_ROWS_MAX { 1 } else { MODELS }
    }

    pub(super) fn parts(self, labels: &[bool], seed: u64) -> Vec<Part> {
        let rows = labels.len();
        let fold_of = match self {
            Self::Last => {
                let first = rows - rows / FOLDS;
                (0..rows).map(|row| usize::from(row < first)).collect()
            }
            Self::Random => random_folds(labels, seed),
        };
        let folds = if self == Self::Last || rows > FOLDED_ROWS_MAX { 1 } else { FOLDS };
        let part = |fold: usize| {
            let (judged_by, learns_from) = (0..rows as u32).partition(|row| fold_of[*row as usize] == fold);
            Part { learns_from, judged_by }
        };
        (0..folds).map(part).collect()
    }
}

/// The fold of each row: rows of a label are dealt out in random order.
fn random_folds(labels: &[bool], seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut folds = vec![0; labels.len()];
    for wanted in [true, false] {
        let mut rows: Vec<usize> = (0..labels.len()).filter(|row| labels[*row] == wanted).collect();
        random.shuffle(&mut rows);
        rows.into_iter().enumerate().for_each(|(turn, row)| folds[row] = turn % FOLDS);
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_judged_once_by_trees_that_did_not_see_it() {
        let labels: Vec<bool> = (0..103).map(|row| row % 4 == 0).collect();
        let parts = Holdout::Random.parts(&labels, 1);
        let mut judged: Vec<u32> = parts.iter().flat_map(|part| part.judged_by.iter().copied()).collect();
        judged.sort_unstable();
        assert!(judged.into_iter().eq(0..103));
        assert!(parts.iter().all(|part| part.learns_from.len() + part.judged_by.len() == 103));
        assert!(parts.iter().all(|part| part.has_both(&labels)));
    }

    #[test]
    fn what_came_last_judges_what_was_learnt_before() {
        let parts = Holdout::Last.parts(&[true; 10], 1);
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].judged_by, [8, 9]);
        assert!(!parts[0].has_both(&[true; 10]));
    }
}
