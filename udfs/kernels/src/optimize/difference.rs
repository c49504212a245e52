//! Second derivatives from gradients, by central differences; for tests also gradients from values.

/// ε^⅓: where the error of the formula and that of rounding are equal.
const STEP: f64 = 6.055_454_452_393_343e-6;

fn step(x: f64) -> f64 {
    let step = STEP * x.abs().max(1.0);
    // The step that the sum takes, not the one that was meant.
    (x + step) - x
}

/// The gradient of `f` at `point`, written to `gradient`: what tests hold gradients against.
#[cfg(test)]
pub(crate) fn gradient(mut f: impl FnMut(&[f64]) -> f64, point: &[f64], gradient: &mut [f64]) {
    let mut near = point.to_vec();
    for (index, slope) in gradient.iter_mut().enumerate() {
        let h = step(point[index]);
        near[index] = point[index] + h;
        let above = f(&near);
        near[index] = point[index] - h;
        let below = f(&near);
        near[index] = point[index];
        *slope = (above - below) / (2.0 * h);
    }
}

/// The matrix of second derivatives, row after row, from a gradient: `f(point, gradient)`.
pub fn hessian_of_gradient(mut f: impl FnMut(&[f64], &mut [f64]) -> f64, point: &[f64]) -> Vec<f64> {
    let n = point.len();
    let (mut near, mut above, mut below) = (point.to_vec(), vec![0.0; n], vec![0.0; n]);
    let mut hessian = vec![0.0; n * n];
    for row in 0..n {
        let h = step(point[row]);
        near[row] = point[row] + h;
        f(&near, &mut above);
        near[row] = point[row] - h;
        f(&near, &mut below);
        near[row] = point[row];
        for column in 0..n {
            // Half from each of the two places that a mixed derivative stands in.
            let second = (above[column] - below[column]) / (2.0 * h);
            hessian[row * n + column] += second / 2.0;
            hessian[column * n + row] += second / 2.0;
        }
    }
    hessian
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(x: &[f64]) -> f64 {
        x[0].powi(3) * x[1] + (2.0 * x[1]).exp()
    }

    #[test]
    fn differences_are_derivatives() {
        let point = [1.5, 0.25];
        let mut slopes = [0.0; 2];
        gradient(f, &point, &mut slopes);
        let exact = [3.0 * 2.25 * 0.25, 3.375 + 2.0 * 0.5_f64.exp()];
        assert!((slopes[0] - exact[0]).abs() < 1e-9 && (slopes[1] - exact[1]).abs() < 1e-9, "{slopes:?}");
        let second = [6.0 * 1.5 * 0.25, 3.0 * 2.25, 3.0 * 2.25, 4.0 * 0.5_f64.exp()];
        let with_gradient = |x: &[f64], slopes: &mut [f64]| {
            slopes.copy_from_slice(&[3.0 * x[0] * x[0] * x[1], x[0].powi(3) + 2.0 * (2.0 * x[1]).exp()]);
            f(x)
        };
        for (found, expected) in hessian_of_gradient(with_gradient, &point).iter().zip(second) {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
    }
}
