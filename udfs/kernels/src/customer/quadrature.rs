//! Gauss' quadrature: integrals as weighted sums over few places.

/// Places in (−1, 1) and their weights, exact for polynomials below degree 2n (Gauss–Legendre).
#[derive(Debug, Clone)]
pub(super) struct Legendre<const N: usize> {
    pub places: [f64; N],
    pub weights: [f64; N],
}

impl<const N: usize> Legendre<N> {
    pub(super) fn new() -> Self {
        let (mut places, mut weights) = ([0.0; N], [0.0; N]);
        for index in 0..N {
            // Tricomi's approximation of the root, then Newton's steps.
            let mut x = (std::f64::consts::PI * (index as f64 + 0.75) / (N as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..20 {
                let (value, before) = polynomials(N, x);
                slope = N as f64 * (x * value - before) / (x * x - 1.0);
                let change = value / slope;
                x -= change;
                if change.abs() < 1e-16 {
                    break;
                }
            }
            places[index] = x;
            weights[index] = 2.0 / ((1.0 - x * x) * slope * slope);
        }
        Self { places, weights }
    }
}

/// Legendre's polynomials of degree n and n − 1.
fn polynomials(n: usize, x: f64) -> (f64, f64) {
    let (mut value, mut before) = (1.0, 0.0);
    for degree in 0..n {
        let degree = degree as f64;
        (value, before) = (((2.0 * degree + 1.0) * x * value - degree * before) / (degree + 1.0), value);
    }
    (value, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        let rule = Legendre::<12>::new();
        assert!((rule.weights.iter().sum::<f64>() - 2.0).abs() < 1e-14);
        for degree in 0..23 {
            let sum: f64 = rule.places.iter().zip(&rule.weights).map(|(x, weight)| weight * x.powi(degree)).sum();
            let exact = if degree % 2 == 0 { 2.0 / f64::from(degree + 1) } else { 0.0 };
            assert!((sum - exact).abs() < 1e-14, "{degree}: {sum}");
        }
    }
}
