//! Whether two groups differ: tests of two by two tables, and q-values for many tests at once.

use crate::distribution::chi_squared;
use crate::special::ln_factorial;

/// The expected count below which the χ² distribution is too coarse for a table (Cochran 1954).
const EXPECTED_MIN: f64 = 5.0;

/// Two groups, each with how many have something and how many have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoByTwo {
    /// In the first group, with and without.
    pub first: (u64, u64),
    /// In the second group, with and without.
    pub second: (u64, u64),
}

impl TwoByTwo {
    /// The two-sided p-value of the groups having the same rate: by Pearson's χ² without correction, or by
    /// Fisher's exact test where an expected count is below 5. `None` where a margin is empty: nothing to tell.
    pub fn p_value(&self) -> Option<f64> {
        let rows = [total(self.first), total(self.second)];
        let columns = [self.first.0 + self.second.0, self.first.1 + self.second.1];
        if rows.contains(&0) || columns.contains(&0) {
            return None;
        }
        let all = (rows[0] + rows[1]) as f64;
        let least = rows[0].min(rows[1]) as f64 * (columns[0].min(columns[1]) as f64 / all);
        Some(if least < EXPECTED_MIN {
            fisher(self.first.0, rows, columns)
        } else {
            self.chi_square(rows, columns, all)
        })
    }

    fn chi_square(&self, rows: [u64; 2], columns: [u64; 2], all: f64) -> f64 {
        let expected = |row: u64, column: u64| row as f64 * (column as f64 / all);
        // In a table of two by two every count is off by the same amount.
        let off = self.first.0 as f64 - expected(rows[0], columns[0]);
        let cells = rows.into_iter().flat_map(|row| columns.map(|column| off * off / expected(row, column)));
        chi_squared::tail(cells.sum(), 1.0)
    }
}

fn total((with, without): (u64, u64)) -> u64 {
    with + without
}

/// Fisher's exact test: the probability of all tables with these margins that are no likelier than this one.
fn fisher(observed: u64, rows: [u64; 2], columns: [u64; 2]) -> f64 {
    let all = rows[0] + rows[1];
    let constant = ln_factorial(rows[0]) + ln_factorial(rows[1]) + ln_factorial(columns[0]) + ln_factorial(columns[1])
        - ln_factorial(all);
    let probability = |count: u64| {
        let others = [count, rows[0] - count, columns[0] - count, rows[1] + count - columns[0]];
        (constant - others.into_iter().map(ln_factorial).sum::<f64>()).exp()
    };
    // Tables as likely as the observed one must not fall out by rounding.
    let limit = probability(observed) * (1.0 + 1e-7);
    let least = columns[0].saturating_sub(rows[1]);
    let sum: f64 = (least..=rows[0].min(columns[0])).map(probability).filter(|&p| p <= limit).sum();
    sum.min(1.0)
}

/// The q-values of p-values, in their order: the smallest false discovery rate at which each would be called
/// different (Benjamini & Hochberg 1995). Tests without a p-value take no part.
pub fn q_values(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> =
        p_values.iter().enumerate().filter_map(|(test, p)| p.map(|p| (p, test))).collect();
    order.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let mut q_values = vec![None; p_values.len()];
    let mut least = 1.0_f64;
    for (rank, &(p, test)) in order.iter().enumerate().rev() {
        least = least.min(p * order.len() as f64 / (rank + 1) as f64);
        q_values[test] = Some(least);
    }
    q_values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(first: (u64, u64), second: (u64, u64)) -> f64 {
        TwoByTwo { first, second }.p_value().unwrap()
    }

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= expected.abs() * 1e-9
    }

    #[test]
    fn small_tables_have_fishers_p_value() {
        // Fisher's tea: 3 of 4 against 1 of 4, two-sided 34/70.
        assert!(close(p((3, 1), (1, 3)), 34.0 / 70.0));
        // scipy.stats.fisher_exact([[8, 2], [1, 5]])
        assert!(close(p((8, 2), (1, 5)), 0.034_965_034_965_034_975));
        assert!(close(p((5, 0), (0, 5)), 2.0 / 252.0));
    }

    #[test]
    fn large_tables_have_pearsons_p_value() {
        // (a d − b c)² n / (r₁ r₂ c₁ c₂) = 200/21, whose tail Python's math.erfc gives.
        assert!(close(p((40, 60), (20, 80)), 0.002_028_231_148_452_082));
        assert!((p((500, 500), (500, 500)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_margin_without_anybody_tells_nothing() {
        assert_eq!(TwoByTwo { first: (0, 0), second: (3, 4) }.p_value(), None);
        assert_eq!(TwoByTwo { first: (0, 5), second: (0, 4) }.p_value(), None);
        assert!(p((u32::MAX.into(), 1), (1, u32::MAX.into())) < 1e-300);
    }

    #[test]
    fn q_values_follow_benjamini_and_hochberg() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")
        let found = q_values(&[Some(0.01), Some(0.04), None, Some(0.03), Some(0.005)]);
        let expected = [Some(0.02), Some(0.04), None, Some(0.04), Some(0.02)];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found.is_some(), expected.is_some());
            assert!((found.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-15);
        }
    }
}
