//! Rows of which equal ones are one row with their number as weight.

use std::cmp::Ordering;
use std::mem::size_of;

/// Rows are not brought together before there are so many.
const ROWS_MIN: usize = 1024;

/// Rows of `N` numbers, in any order until they are read.
#[derive(Debug, Clone, Default)]
pub struct Weighted<const N: usize> {
    rows: Vec<([f64; N], f64)>,
    /// How many there were when equal ones were last brought together.
    together: usize,
}

impl<const N: usize> Weighted<N> {
    /// No rows.
    pub fn new() -> Self {
        Self { rows: Vec::new(), together: 0 }
    }

    /// Adds a row that is there `weight` times.
    pub fn update(&mut self, row: [f64; N], weight: f64) {
        // A negative zero is a zero.
        self.rows.push((row.map(|number| number + 0.0), weight));
        if self.rows.len() >= ROWS_MIN.max(2 * self.together) {
            self.bring_together();
        }
    }

    /// Adds the rows of another.
    pub fn merge(&mut self, other: &Self) {
        self.rows.extend_from_slice(&other.rows);
        if self.rows.len() >= ROWS_MIN.max(2 * self.together) {
            self.bring_together();
        }
    }

    /// The rows in ascending order, each once, with its weight.
    pub fn rows(&self) -> Vec<([f64; N], f64)> {
        let mut all = self.clone();
        all.bring_together();
        all.rows
    }

    /// The rows as they were added, some of them brought together.
    pub fn added(&self) -> &[([f64; N], f64)] {
        &self.rows
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<([f64; N], f64)>()
    }

    fn bring_together(&mut self) {
        self.rows.sort_unstable_by(|left, right| compare(&left.0, &right.0));
        self.rows.dedup_by(|next, kept| {
            let same = compare(&next.0, &kept.0) == Ordering::Equal;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.together = self.rows.len();
    }
}

fn compare<const N: usize>(left: &[f64; N], right: &[f64; N]) -> Ordering {
    let mut orders = left.iter().zip(right).map(|(left, right)| left.total_cmp(right));
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[[f64; 2]]) -> Weighted<2> {
        let mut weighted = Weighted::new();
        rows.iter().for_each(|row| weighted.update(*row, 1.0));
        weighted
    }

    #[test]
    fn equal_rows_become_one_with_their_number() {
        let found = of(&[[2.0, 1.0], [0.0, 3.0], [2.0, 1.0], [-0.0, 3.0]]).rows();
        assert_eq!(found, [([0.0, 3.0], 2.0), ([2.0, 1.0], 2.0)]);
        let mut many = Weighted::new();
        (0..10_000).for_each(|row| many.update([f64::from(row % 7)], 2.0));
        assert!(many.added().len() < 2_000);
        assert_eq!(many.rows().len(), 7);
        assert_eq!(many.rows().iter().map(|(_, weight)| weight).sum::<f64>(), 20_000.0);
    }

    #[test]
    fn merging_does_not_depend_on_order_and_empty_changes_nothing() {
        let (a, b) = (of(&[[1.0, 2.0], [3.0, 4.0]]), of(&[[1.0, 2.0], [0.0, 0.0]]));
        let (mut left, mut right) = (a.clone(), b.clone());
        left.merge(&b);
        right.merge(&a);
        right.merge(&Weighted::new());
        assert_eq!(left.rows(), right.rows());
        assert_eq!(left.rows().len(), 3);
    }
}
