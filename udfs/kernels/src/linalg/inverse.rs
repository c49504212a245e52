//! The inverse of a dense matrix whose diagonal dominates its rows.
//!
//! Gauss–Jordan elimination in place. Dominance makes pivoting needless (Higham 2002, §9.5). It works by blocks
//! of rows, so that a row is read once for a block of pivots, not once for each: for thousands of rows the time
//! is that of the arithmetic, `n³`, not of the memory.

/// The pivots eliminated together: as many rows as the second-level cache holds.
const BLOCK: usize = 32;

/// Replaces the `n × n` matrix, whose rows follow each other, by its inverse; `None` if a pivot is zero or the
/// matrix is not square.
pub fn invert(mut matrix: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    if n.checked_mul(n) != Some(matrix.len()) {
        return None;
    }
    for first in (0..n).step_by(BLOCK) {
        let size = BLOCK.min(n - first);
        let mut pivot = vec![0.0; size * size];
        for (i, row) in pivot.chunks_exact_mut(size).enumerate() {
            let own = &mut matrix[(first + i) * n + first..(first + i) * n + first + size];
            row.copy_from_slice(own);
            own.fill(0.0);
            own[i] = 1.0;
        }
        invert_small(&mut pivot, size)?;
        let mut panel = vec![0.0; size * n];
        for (row, factors) in panel.chunks_exact_mut(n).zip(pivot.chunks_exact(size)) {
            add_rows(row, factors, &matrix[first * n..(first + size) * n], 1.0);
        }
        let mut factors = vec![0.0; size];
        for (i, row) in matrix.chunks_exact_mut(n).enumerate() {
            if (first..first + size).contains(&i) {
                row.copy_from_slice(&panel[(i - first) * n..(i - first + 1) * n]);
                continue;
            }
            factors.copy_from_slice(&row[first..first + size]);
            row[first..first + size].fill(0.0);
            add_rows(row, &factors, &panel, -1.0);
        }
    }
    Some(matrix)
}

/// Adds to `row` the `rows` times their factors and `sign`, four rows at a time so that `row` is passed less.
fn add_rows(row: &mut [f64], factors: &[f64], rows: &[f64], sign: f64) {
    let n = row.len();
    for (factors, rows) in factors.chunks(4).zip(rows.chunks(4 * n)) {
        if let [a, b, c, d] = *factors {
            let (a, b, c, d) = (sign * a, sign * b, sign * c, sign * d);
            let (first, rest) = rows.split_at(n);
            let (second, rest) = rest.split_at(n);
            let (third, fourth) = rest.split_at(n);
            for ((((row, first), second), third), fourth) in
                row.iter_mut().zip(first).zip(second).zip(third).zip(fourth)
            {
                *row += (a * first + b * second) + (c * third + d * fourth);
            }
            continue;
        }
        for (factor, other) in factors.iter().zip(rows.chunks_exact(n)) {
            for (row, other) in row.iter_mut().zip(other) {
                *row += sign * factor * other;
            }
        }
    }
}

/// The same, pivot by pivot.
fn invert_small(matrix: &mut [f64], n: usize) -> Option<()> {
    let mut top = vec![0.0; n];
    for pivot in 0..n {
        let row = &mut matrix[pivot * n..(pivot + 1) * n];
        let scale = 1.0 / row[pivot];
        if !scale.is_finite() {
            return None;
        }
        row[pivot] = 1.0;
        for value in row.iter_mut() {
            *value *= scale;
        }
        top.copy_from_slice(row);
        for (i, row) in matrix.chunks_exact_mut(n).enumerate() {
            if i == pivot {
                continue;
            }
            let factor = row[pivot];
            row[pivot] = 0.0;
            for (value, top) in row.iter_mut().zip(&top) {
                *value -= factor * top;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_matrix_without_an_inverse_has_none() {
        assert!(invert(vec![1.0, 2.0, 2.0, 4.0], 2).is_none());
        assert!(invert(vec![0.0], 1).is_none());
        assert!(invert(vec![1.0, 2.0], 2).is_none());
        assert_eq!(invert(Vec::new(), 0), Some(Vec::new()));
    }

    #[test]
    fn an_inverse_times_its_matrix_is_one() {
        let mut random = Random::new(5);
        for n in [1, 2, 5, 31, 32, 33, 70, 97] {
            let mut matrix: Vec<f64> = (0..n * n).map(|_| random.unit() - 0.5).collect();
            for row in 0..n {
                matrix[row * n + row] += n as f64 / 2.0 + 0.1;
            }
            let inverse = invert(matrix.clone(), n).unwrap();
            for row in 0..n {
                for column in 0..n {
                    let product: f64 = (0..n).map(|k| matrix[row * n + k] * inverse[k * n + column]).sum();
                    let expected = f64::from(u8::from(row == column));
                    assert!((product - expected).abs() < 1e-12, "{n}: {product}");
                }
            }
        }
    }
}
