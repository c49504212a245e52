//! The complement of the error function.

use super::gamma;

/// erfc(x) = 2/√π ∫ₓ^∞ e^(−t²) dt, with its digits in the far tail.
pub fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < 0.0 { 1.0 + gamma::gamma_p(0.5, x * x) } else { gamma::gamma_q(0.5, x * x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_pythons_math_module() {
        let cases = [
            (0.0, 1.0),
            (0.1, 0.887_537_083_981_715_1),
            (-0.7, 1.677_801_193_837_418_4),
            (1.5, 0.033_894_853_524_689_274),
            (5.0, 1.537_459_794_428_035e-12),
            (20.0, 5.395_865_611_607_9e-176),
        ];
        for (x, expected) in cases {
            assert!((erfc(x) - expected).abs() <= expected * 1e-12, "erfc({x}) = {}", erfc(x));
        }
        assert_eq!((erfc(f64::NEG_INFINITY), erfc(f64::INFINITY)), (2.0, 0.0));
        assert!(erfc(f64::NAN).is_nan());
    }
}
