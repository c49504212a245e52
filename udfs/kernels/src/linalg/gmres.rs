//! GMRES: solves `A x = b` for an `A` that is known only by what it does to a vector.
//!
//! Saad & Schultz (1986), restarted. It minimises the residual over a growing Krylov space, so a few slow
//! directions, which fixed-point iterations creep along, cost it a few steps.

/// The directions kept before it starts anew from what it has.
const DIRECTIONS: usize = 40;

/// Improves `x` until `|b − A x|₂ ≤ tolerance` or `steps` products with `A` are spent, and returns the residual
/// it believes to have reached. `apply(v, out)` writes `A v` to `out`.
pub fn solve(apply: impl Fn(&[f64], &mut [f64]), b: &[f64], x: &mut [f64], tolerance: f64, steps: usize) -> f64 {
    let mut spent = 0;
    let mut product = vec![0.0; b.len()];
    loop {
        apply(x, &mut product);
        let mut residual: Vec<f64> = b.iter().zip(&product).map(|(b, product)| b - product).collect();
        let norm = norm(&residual);
        if norm <= tolerance || spent >= steps || !norm.is_finite() {
            return norm;
        }
        scale(&mut residual, 1.0 / norm);
        let mut basis =
            Basis { directions: vec![residual], triangle: Vec::new(), rotations: Vec::new(), right: vec![norm] };
        while basis.triangle.len() < DIRECTIONS && spent < steps {
            apply(&basis.directions[basis.triangle.len()], &mut product);
            spent += 1;
            if basis.extend(&product) <= tolerance {
                break;
            }
        }
        let before = x.to_vec();
        basis.add_solution(x);
        if x == before.as_slice() {
            return norm;
        }
    }
}

/// An orthonormal basis of the Krylov space, and the least-squares problem in it made triangular.
struct Basis {
    directions: Vec<Vec<f64>>,
    triangle: Vec<Vec<f64>>,
    rotations: Vec<(f64, f64)>,
    right: Vec<f64>,
}

impl Basis {
    /// Adds the direction of `product` and returns the residual that can now be reached.
    fn extend(&mut self, product: &[f64]) -> f64 {
        let mut direction = product.to_vec();
        let mut column = Vec::with_capacity(self.directions.len() + 1);
        for known in &self.directions {
            let along = dot(known, &direction);
            column.push(along);
            for (value, known) in direction.iter_mut().zip(known) {
                *value -= along * known;
            }
        }
        let rest = norm(&direction);
        for (i, &(cos, sin)) in self.rotations.iter().enumerate() {
            let (upper, lower) = (column[i], column[i + 1]);
            column[i] = cos * upper + sin * lower;
            column[i + 1] = cos * lower - sin * upper;
        }
        let last = column.len() - 1;
        let length = column[last].hypot(rest);
        let (cos, sin) = if length > 0.0 { (column[last] / length, rest / length) } else { (1.0, 0.0) };
        column[last] = length;
        self.rotations.push((cos, sin));
        self.triangle.push(column);
        let right = self.right[last];
        self.right[last] = cos * right;
        self.right.push(-sin * right);
        if rest > 0.0 {
            scale(&mut direction, 1.0 / rest);
        }
        self.directions.push(direction);
        (sin * right).abs()
    }

    fn add_solution(&self, x: &mut [f64]) {
        let n = self.triangle.len();
        let mut factors = self.right[..n].to_vec();
        for i in (0..n).rev() {
            for j in i + 1..n {
                factors[i] -= self.triangle[j][i] * factors[j];
            }
            // A direction that A maps to nothing cannot reduce the residual.
            factors[i] = if self.triangle[i][i] == 0.0 { 0.0 } else { factors[i] / self.triangle[i][i] };
        }
        for (factor, direction) in factors.iter().zip(&self.directions) {
            for (x, direction) in x.iter_mut().zip(direction) {
                *x += factor * direction;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn scale(a: &mut [f64], factor: f64) {
    for value in a {
        *value *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::super::inverse;
    use super::*;

    #[test]
    fn a_system_with_slow_directions_is_solved() {
        // A long walk to and fro, absorbed with little chance: fixed-point iteration needs ten thousands of steps.
        let n = 60;
        let mut matrix = vec![0.0; n * n];
        for i in 0..n {
            matrix[i * n + i] = 1.0;
            matrix[i * n + (i + 1) % n] -= 0.5;
            matrix[i * n + (i + n - 1) % n] -= 0.499_9;
        }
        let right: Vec<f64> = (0..n).map(|i| (i % 7) as f64).collect();
        let apply = |v: &[f64], out: &mut [f64]| {
            for (i, out) in out.iter_mut().enumerate() {
                *out = dot(&matrix[i * n..(i + 1) * n], v);
            }
        };
        let mut x = vec![0.0; n];
        solve(apply, &right, &mut x, 1e-11, 10_000);
        let inverse = inverse::invert(matrix.clone(), n).unwrap();
        for (x, row) in x.iter().zip(inverse.chunks_exact(n)) {
            let expected = dot(row, &right);
            assert!((x - expected).abs() < 1e-7 * expected.abs(), "{x} is not {expected}");
        }
    }

    #[test]
    fn a_solution_is_left_as_it_is() {
        let mut x = vec![1.0, 2.0];
        let residual = solve(|v, out| out.copy_from_slice(v), &[1.0, 2.0], &mut x, 0.0, 10);
        assert_eq!((residual, x), (0.0, vec![1.0, 2.0]));
    }
}
