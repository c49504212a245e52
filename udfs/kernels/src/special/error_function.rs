//! The error function and its complement.

use super::gamma;

/// erf(x) = 2/√π ∫₀ˣ e^(−t²) dt.
pub fn erf(x: f64) -> f64 {
    if x.is_nan() { x } else { gamma::gamma_p(0.5, x * x).copysign(x) }
}

/// erfc(x) = 1 − erf(x), with its own digits in the far tail.
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
            (0.0, 0.0, 1.0),
            (0.1, 0.112_462_916_018_284_9, 0.887_537_083_981_715_1),
            (-0.7, -0.677_801_193_837_418_4, 1.677_801_193_837_418_4),
            (1.5, 0.966_105_146_475_310_8, 0.033_894_853_524_689_274),
            (5.0, 0.999_999_999_998_462_5, 1.537_459_794_428_035e-12),
            (20.0, 1.0, 5.395_865_611_607_9e-176),
        ];
        for (x, expected, complement) in cases {
            assert!((erf(x) - expected).abs() <= 1e-15, "erf({x}) = {}", erf(x));
            assert!((erfc(x) - complement).abs() <= complement * 1e-12, "erfc({x}) = {}", erfc(x));
        }
        assert_eq!((erf(f64::NEG_INFINITY), erfc(f64::INFINITY)), (-1.0, 0.0));
        assert!(erf(f64::NAN).is_nan() && erfc(f64::NAN).is_nan());
    }
}
