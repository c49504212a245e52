//! The Cholesky factor of a symmetric matrix that is positive definite, or is so without some of its columns.
//!
//! Cholesky–Banachiewicz, row by row. A column that the columns before it determine leaves a remainder of nearly
//! nothing on the diagonal; it is left out, its share of every solution is zero, and [`Cholesky::keeps`] tells. That
//! is what a regression wants of a feature that repeats others (Higham 2002, §10.3).

/// The lower factor `L` of `matrix = L·Lᵀ`.
#[derive(Debug, Clone)]
pub struct Cholesky {
    n: usize,
    /// Row by row, all of it; above the diagonal it is zero.
    factor: Vec<f64>,
}

impl Cholesky {
    /// Factors the `n × n` matrix, whose rows follow each other and of which the lower half is read. Columns whose
    /// remainder is below `tolerance` times their own diagonal are left out. `None` if the matrix is not square, or
    /// has values that are not finite.
    pub fn new(mut matrix: Vec<f64>, n: usize, tolerance: f64) -> Option<Self> {
        if n.checked_mul(n) != Some(matrix.len()) {
            return None;
        }
        for row in 0..n {
            let (above, own) = matrix.split_at_mut(row * n);
            for (column, other) in above.chunks_exact(n).enumerate() {
                let remainder = own[column] - dot(&own[..column], &other[..column]);
                let pivot = other[column];
                own[column] = if pivot > 0.0 { remainder / pivot } else { 0.0 };
            }
            let diagonal = own[row];
            let remainder = diagonal - dot(&own[..row], &own[..row]);
            if !remainder.is_finite() {
                return None;
            }
            own[row] = if remainder > tolerance * diagonal { remainder.sqrt() } else { 0.0 };
            own[row + 1..n].fill(0.0);
        }
        Some(Self { n, factor: matrix })
    }

    /// Whether a column is not determined by those before it.
    pub fn keeps(&self, column: usize) -> bool {
        self.factor.get(column * (self.n + 1)).is_some_and(|pivot| *pivot > 0.0)
    }

    /// How many columns are kept.
    pub fn rank(&self) -> usize {
        (0..self.n).filter(|column| self.keeps(*column)).count()
    }

    /// Replaces `right` by the solution of `matrix·x = right`; what belongs to columns left out is zero.
    pub fn solve(&self, right: &mut [f64]) {
        let n = self.n;
        for row in 0..n {
            let own = &self.factor[row * n..row * n + row];
            let pivot = self.factor[row * n + row];
            right[row] = if pivot > 0.0 { (right[row] - dot(own, &right[..row])) / pivot } else { 0.0 };
        }
        for row in (0..n).rev() {
            let pivot = self.factor[row * n + row];
            if pivot > 0.0 {
                right[row] /= pivot;
            }
            let value = right[row];
            for (right, factor) in right[..row].iter_mut().zip(&self.factor[row * n..]) {
                *right -= factor * value;
            }
        }
    }

    /// The inverse, row by row; rows and columns left out are zero.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.n;
        let mut inverse = vec![0.0; n * n];
        for (column, unit) in inverse.chunks_exact_mut(n.max(1)).enumerate() {
            if self.keeps(column) {
                unit[column] = 1.0;
                self.solve(unit);
            }
        }
        inverse
    }

    /// The logarithm of the determinant of the columns kept.
    pub fn log_determinant(&self) -> f64 {
        let pivots = (0..self.n).map(|row| self.factor[row * (self.n + 1)]);
        2.0 * pivots.filter(|pivot| *pivot > 0.0).map(f64::ln).sum::<f64>()
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const TOLERANCE: f64 = 1e-10;

    /// `AᵀA` of random rows, and the last column again if `repeated`.
    fn gram(n: usize, repeated: bool) -> Vec<f64> {
        let mut random = Random::new(n as u64);
        let rows: Vec<Vec<f64>> = (0..3 * n + 2)
            .map(|_| {
                let mut row: Vec<f64> = (0..n).map(|_| random.unit() - 0.3).collect();
                if repeated && n > 1 {
                    row[n - 1] = 2.0 * row[0];
                }
                row
            })
            .collect();
        let entry = |i: usize, j: usize| rows.iter().map(|row| row[i] * row[j]).sum();
        (0..n * n).map(|place| entry(place / n, place % n)).collect()
    }

    #[test]
    fn a_solution_solves_and_an_inverse_inverts() {
        for n in [1, 2, 3, 8, 21] {
            let matrix = gram(n, false);
            let factor = Cholesky::new(matrix.clone(), n, TOLERANCE).unwrap();
            assert_eq!(factor.rank(), n);
            let expected: Vec<f64> = (0..n).map(|i| i as f64 - 1.5).collect();
            let mut solved: Vec<f64> = matrix.chunks_exact(n).map(|row| dot(row, &expected)).collect();
            factor.solve(&mut solved);
            assert!(solved.iter().zip(&expected).all(|(left, right)| (left - right).abs() < 1e-8));
            let inverse = factor.inverse();
            for i in 0..n {
                let product: f64 = (0..n).map(|k| matrix[i * n + k] * inverse[k * n + i]).sum();
                assert!((product - 1.0).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn a_column_that_repeats_another_is_left_out() {
        let n = 6;
        let factor = Cholesky::new(gram(n, true), n, TOLERANCE).unwrap();
        assert_eq!(factor.rank(), n - 1);
        assert!(!factor.keeps(n - 1));
        let mut right = vec![1.0; n];
        factor.solve(&mut right);
        assert_eq!(right[n - 1], 0.0);
        assert!(right.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn the_determinant_is_the_product_of_the_pivots() {
        let factor = Cholesky::new(vec![4.0, 0.0, 2.0, 5.0], 2, TOLERANCE).unwrap();
        assert!((factor.log_determinant() - 16_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_matrix_of_numbers_has_no_factor() {
        assert!(Cholesky::new(vec![1.0, 2.0], 2, TOLERANCE).is_none());
        assert!(Cholesky::new(vec![f64::NAN], 1, TOLERANCE).is_none());
        assert_eq!(Cholesky::new(Vec::new(), 0, TOLERANCE).unwrap().rank(), 0);
    }
}
