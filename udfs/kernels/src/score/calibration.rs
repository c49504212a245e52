//! From scores to true chances: a rising line through what came true of rows that were not learnt from.
//!
//! First a straight line of the log odds (Platt 1999). Where there are rows enough, they are cut into groups of
//! rising score, and the line is bent so that each group has its frequency, drawn a little towards the straight line;
//! groups out of order are pooled (Zadrozny & Elkan 2002; Kumar, Liang & Ma 2019). The line rises
//! everywhere, so that chances rank rows as scores do.

use std::ops::Range;

use crate::score::feature::Feature;
use crate::score::logistic::{self, Status};

/// The rows of a group: its frequency is then known within two points.
const GROUP_ROWS: usize = 500;

/// The most groups.
const GROUPS_MAX: usize = 20;

/// How many rows the straight line counts for in each group.
const LINE_ROWS: f64 = 10.0;

/// How often the bent line is moved towards the frequencies of the groups: each time most of what is left goes.
const MOVES: usize = 3;

/// The least rise of the bent line, relative to the straight one.
const RISE_MIN: f64 = 0.05;

/// A rising line of log odds over scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Scores and log odds, both ascending; at least one.
    pub knots: Vec<(f64, f64)>,
    /// The rise before the first and after the last.
    pub slope: f64,
}

impl Calibration {
    /// The line through log odds and labels.
    pub fn new(scores: &[f64], labels: &[bool]) -> Self {
        let (slope, intercept) = straight(scores, labels);
        let mut line = Self { knots: vec![(0.0, intercept)], slope };
        let groups = (scores.len() / GROUP_ROWS).min(GROUPS_MAX);
        if groups >= 2 {
            line.bend(scores, labels, groups);
        }
        line
    }

    /// Whether it rises and is finite.
    pub fn is_sound(&self) -> bool {
        let finite = self.knots.iter().all(|(score, odds)| score.is_finite() && odds.is_finite());
        let rises = self.knots.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
        !self.knots.is_empty() && finite && rises && self.slope.is_finite() && self.slope > 0.0
    }

    /// The chance of a score.
    pub fn chance(&self, score: f64) -> f64 {
        let next = self.knots.partition_point(|(own, _)| *own < score);
        let beside = |(own, odds): (f64, f64), slope: f64| odds + slope * (score - own);
        let odds = match (next.checked_sub(1).and_then(|before| self.knots.get(before)), self.knots.get(next)) {
            (Some(&before), Some(&after)) => beside(before, (after.1 - before.1) / (after.0 - before.0)),
            (Some(&end), None) | (None, Some(&end)) => beside(end, self.slope),
            (None, None) => score,
        };
        1.0 / (1.0 + (-odds).exp())
    }

    fn bend(&mut self, scores: &[f64], labels: &[bool], groups: usize) {
        let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
        rows.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        let mut pooled: Vec<Group> = Vec::with_capacity(groups);
        for group in 0..groups {
            let own = group * rows.len() / groups..(group + 1) * rows.len() / groups;
            let expected = self.mean_chance(&rows[own.clone()]);
            pooled.push(Group::new(&rows, own, expected));
            while let [.., before, last] = pooled.as_mut_slice()
                && (before.frequency() >= last.frequency() || before.score() >= last.score())
            {
                before.end = last.end;
                before.scores += last.scores;
                before.drawn += last.drawn;
                pooled.pop();
            }
        }
        if pooled.len() < 2 {
            return;
        }
        let bent = pooled.iter().map(|group| (group.score(), ln_odds(group.frequency()))).collect();
        let straight = std::mem::replace(&mut self.knots, bent);
        self.rise();
        // A line through the means of groups gives them other mean chances than their frequencies: it is moved.
        for _ in 0..MOVES {
            let moved =
                |group: &Group| ln_odds(group.frequency()) - ln_odds(self.mean_chance(&rows[group.start..group.end]));
            let moves: Vec<f64> = pooled.iter().map(moved).collect();
            self.knots.iter_mut().zip(moves).for_each(|((_, odds), moved)| *odds += moved);
            self.rise();
        }
        // Where all rows of a group are certain, its odds are not finite.
        if !self.is_sound() {
            self.knots = straight;
        }
    }

    /// Lifts what does not rise.
    fn rise(&mut self) {
        for place in 1..self.knots.len() {
            let (before, least) = self.knots[place - 1];
            let (score, odds) = &mut self.knots[place];
            *odds = odds.max(least + RISE_MIN * self.slope * (*score - before));
        }
    }

    fn mean_chance(&self, rows: &[(f64, bool)]) -> f64 {
        rows.iter().map(|(score, _)| self.chance(*score)).sum::<f64>() / rows.len() as f64
    }
}

/// Rows of like scores.
struct Group {
    start: usize,
    end: usize,
    /// The sum of their scores.
    scores: f64,
    /// How many of them have the label, drawn towards what the straight line expects.
    drawn: f64,
}

impl Group {
    fn new(rows: &[(f64, bool)], own: Range<usize>, expected: f64) -> Self {
        let n = own.len() as f64;
        let positives = rows[own.clone()].iter().filter(|(_, label)| *label).count() as f64;
        let scores = rows[own.clone()].iter().map(|(score, _)| score).sum();
        let drawn = n * (positives + LINE_ROWS * expected) / (n + LINE_ROWS);
        Self { start: own.start, end: own.end, scores, drawn }
    }

    fn score(&self) -> f64 {
        self.scores / (self.end - self.start) as f64
    }

    fn frequency(&self) -> f64 {
        self.drawn / (self.end - self.start) as f64
    }
}

fn ln_odds(chance: f64) -> f64 {
    (chance / (1.0 - chance)).ln()
}

/// Slope and intercept of the log odds, those of the scores themselves where they cannot be learnt.
fn straight(scores: &[f64], labels: &[bool]) -> (f64, f64) {
    let fitted = logistic::fit(&[Feature::Number(scores)], labels, 0.0);
    match fitted.as_ref().map(|model| (&model.status, model.coefficients.as_slice())) {
        Ok((Status::Ok, [intercept, slope])) if slope.value > 0.0 => (slope.value, intercept.value),
        _ => (1.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::score::quality::Scored;

    fn sample(n: usize, seed: u64, odds: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<bool>) {
        let mut random = Random::new(seed);
        let scores: Vec<f64> = (0..n).map(|_| random.unit() * 6.0 - 3.0).collect();
        let labels = scores.iter().map(|score| random.unit() < 1.0 / (1.0 + (-odds(*score)).exp())).collect();
        (scores, labels)
    }

    #[test]
    fn scores_that_exaggerate_become_true() {
        let bent = |score: f64| 0.5 * score - if score > 0.0 { 1.0 } else { 0.2 };
        for n in [300, 5000] {
            let (scores, labels) = sample(n, 1, bent);
            let line = Calibration::new(&scores, &labels);
            assert!(line.is_sound());
            let (scores, labels) = sample(20_000, 2, bent);
            let chances = |line: &Calibration| {
                let rows = scores.iter().map(|score| line.chance(*score)).zip(labels.iter().copied()).collect();
                Scored { rows }.quality().unwrap()
            };
            let raw = chances(&Calibration { knots: vec![(0.0, 0.0)], slope: 1.0 });
            let found = chances(&line);
            assert!(found.calibration_error < raw.calibration_error / 3.0, "{found:?} {raw:?}");
            assert!((found.auc - raw.auc).abs() < 1e-12);
        }
    }

    #[test]
    fn chances_rise_with_scores_whatever_came_true() {
        let (scores, _) = sample(3000, 3, |_| 0.0);
        let labels: Vec<bool> = scores.iter().map(|score| (score * 3.0).sin() > 0.0).collect();
        let line = Calibration::new(&scores, &labels);
        assert!(line.is_sound(), "{line:?}");
        let chances: Vec<f64> = (-50..50).map(|i| line.chance(f64::from(i) / 5.0)).collect();
        assert!(chances.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn nothing_to_learn_from_leaves_scores_as_they_are() {
        let line = Calibration::new(&[0.5; 30], &[true; 30]);
        assert!((line.chance(0.0) - 0.5).abs() < 1e-12);
        let equal = Calibration::new(&[0.5; 1000], &(0..1000).map(|i| i % 2 == 0).collect::<Vec<_>>());
        assert!(equal.is_sound());
    }
}
