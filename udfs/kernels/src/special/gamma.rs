//! The gamma function's logarithm and derivative, and the incomplete gamma functions.

use std::f64::consts::PI;

use super::error_function::erfc;

/// ln √(2π).
const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// From here Stirling's series with eight terms is exact to the last digit.
const STIRLING_MIN: f64 = 10.0;

/// From this shape on the incomplete functions are Temme's expansion, whose error falls with the shape; below it the
/// series and the continued fraction need at most some thousand terms.
const TEMME_MIN: f64 = 1e7;

const TERMS_MAX: u32 = 100_000;

/// ln Γ(x), for x > 0; +∞ at 0, NaN below.
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || x == f64::INFINITY {
        return f64::INFINITY;
    }
    if x == 1.0 || x == 2.0 {
        return 0.0;
    }
    // Γ(x) = Γ(x + n) / (x (x + 1) … (x + n − 1))
    let (mut product, mut x) = (1.0, x);
    while x < STIRLING_MIN {
        product *= x;
        x += 1.0;
    }
    (x - 0.5) * x.ln() - x + LN_SQRT_2PI + stirling_rest(x) - product.ln()
}

/// What Stirling's formula (x − ½) ln x − x + ln √(2π) leaves of ln Γ(x), for x ≥ 10.
pub(super) fn stirling_rest(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) * inverse
}

/// ln Γ(x + d) − ln Γ(x), without the cancellation of large logarithms; x > 0, d ≥ 0.
pub fn ln_gamma_ratio(x: f64, d: f64) -> f64 {
    if x < STIRLING_MIN {
        return ln_gamma(x + d) - ln_gamma(x);
    }
    (x - 0.5) * (d / x).ln_1p() + d * (x + d).ln() - d + stirling_rest(x + d) - stirling_rest(x)
}

/// ln n!, exact to the last digits.
pub fn ln_factorial(n: u64) -> f64 {
    if n < 16 { ((2..=n).product::<u64>() as f64).ln() } else { ln_gamma(n as f64 + 1.0) }
}

/// ψ(x), the derivative of ln Γ, for x > 0; NaN elsewhere.
pub fn digamma(x: f64) -> f64 {
    const TERMS: [f64; 7] =
        [1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0, -691.0 / 32_760.0, 1.0 / 12.0];
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut shift, mut x) = (0.0, x);
    while x < STIRLING_MIN {
        shift += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) * square;
    x.ln() - 0.5 / x - series - shift
}

/// P(a, x), the regularised lower incomplete gamma function; NaN where a ≤ 0 or x < 0.
pub fn gamma_p(a: f64, x: f64) -> f64 {
    incomplete(a, x).0
}

/// Q(a, x) = 1 − P(a, x), with its own digits in the far tail.
pub fn gamma_q(a: f64, x: f64) -> f64 {
    incomplete(a, x).1
}

/// Both incomplete functions, the smaller one with all its digits.
fn incomplete(a: f64, x: f64) -> (f64, f64) {
    if a.is_nan() || x.is_nan() || a <= 0.0 || x < 0.0 {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    if a >= TEMME_MIN {
        return temme(a, x);
    }
    let density = density(a, x);
    if x < a + 1.0 {
        let p = (density * lower_series(a, x)).min(1.0);
        (p, 1.0 - p)
    } else {
        let q = (density * upper_fraction(a, x)).min(1.0);
        (1.0 - q, q)
    }
}

/// xᵃ e⁻ˣ / Γ(a).
fn density(a: f64, x: f64) -> f64 {
    if a < STIRLING_MIN {
        return (a * x.ln() - x - ln_gamma(a)).exp();
    }
    // Around x = a the three terms cancel; their deviation does not.
    (-a * deviation(x / a, (x - a) / a) - stirling_rest(a)).exp() * (a / (2.0 * PI)).sqrt()
}

/// λ − 1 − ln λ, given λ and λ − 1.
fn deviation(lambda: f64, above: f64) -> f64 {
    if above.abs() < 0.5 { above - above.ln_1p() } else { above - lambda.ln() }
}

/// Σ xⁿ / (a (a + 1) … (a + n)).
fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut shape) = (1.0 / a, 1.0 / a, a);
    for _ in 0..TERMS_MAX {
        shape += 1.0;
        term *= x / shape;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// The continued fraction of the upper function, by Lentz's method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (f64::MAX, 1.0 / b);
    let mut fraction = d;
    for step in 1..TERMS_MAX {
        let step = f64::from(step);
        let numerator = step * (a - step);
        b += 2.0;
        d = 1.0 / nonzero(numerator * d + b);
        c = nonzero(b + numerator / c);
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

pub(super) fn nonzero(x: f64) -> f64 {
    if x == 0.0 { f64::MIN_POSITIVE } else { x }
}

/// Temme's uniform expansion (1979), to its second term.
fn temme(a: f64, x: f64) -> (f64, f64) {
    let above = (x - a) / a;
    let eta = (2.0 * deviation(x / a, above)).sqrt().copysign(above);
    let scale = (-0.5 * a * eta * eta).exp() / (2.0 * PI * a).sqrt();
    // 1/(λ − 1) − 1/η cancels near λ = 1, where it is −1/3 + η/12.
    let first = if eta.abs() < 1e-4 { eta / 12.0 - 1.0 / 3.0 } else { 1.0 / above - 1.0 / eta };
    let z = eta * (a / 2.0).sqrt();
    (0.5 * erfc(-z) - scale * first, 0.5 * erfc(z) + scale * first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        let scale = expected.abs().max(f64::MIN_POSITIVE);
        assert!((found - expected).abs() <= scale * tolerance, "{found} is not {expected}");
    }

    #[test]
    fn the_logarithm_of_gamma_equals_published_values() {
        // mpmath.loggamma
        close(ln_gamma(0.5), 0.572_364_942_924_700_1, 1e-14);
        close(ln_gamma(1e-10), 23.025_850_929_882_735, 1e-14);
        close(ln_gamma(3.3), 0.987_098_577_894_734_6, 1e-13);
        close(ln_gamma(150.25), 601.261_504_032_499_7, 1e-14);
        close(ln_gamma(1e9), 19_723_265_827.503_716, 1e-15);
        assert_eq!(ln_gamma(0.0), f64::INFINITY);
        assert!(ln_gamma(-1.5).is_nan());
    }

    #[test]
    fn factorials_join_where_the_method_changes() {
        for n in 1..60_u64 {
            assert!((ln_factorial(n) - ln_factorial(n - 1) - (n as f64).ln()).abs() < 1e-12, "{n}");
        }
        assert!((ln_factorial(1_000_000) - 12_815_518.384_658_169).abs() < 1e-6);
    }

    #[test]
    fn ratios_of_large_gammas_keep_their_digits() {
        // Γ(x + 1) = x Γ(x)
        for x in [0.3, 5.0, 9.999, 10.0, 1e3, 1e6, 1e9, 1e12] {
            assert!((ln_gamma_ratio(x, 1.0) - x.ln()).abs() < 1e-13, "{x}");
        }
        close(ln_gamma_ratio(1e8, 2.5), 46.051_701_878_630_91, 1e-14);
    }

    #[test]
    fn digamma_equals_published_values() {
        close(digamma(1.0), -0.577_215_664_901_532_9, 1e-14);
        close(digamma(0.25), -4.227_453_533_376_265, 1e-14);
        close(digamma(100.5), 4.605_174_352_581_845, 1e-14);
        assert!(digamma(0.0).is_nan());
    }

    #[test]
    fn incomplete_gammas_equal_published_values() {
        // mpmath.gammainc(a, 0, x, regularized=True) and its complement.
        close(gamma_p(0.5, 0.5), 0.682_689_492_137_085_9, 1e-14);
        close(gamma_q(3.0, 10.0), 0.002_769_395_715_511_576, 1e-13);
        close(gamma_p(100.0, 80.0), 0.017_108_313_035_133_114, 1e-12);
        close(gamma_q(0.5, 200.0), 5.507_248_237_212_47e-89, 1e-12);
        close(gamma_q(1e5, 100_300.0), 0.171_363_688_748_792_35, 1e-11);
        assert_eq!((gamma_p(2.0, 0.0), gamma_q(2.0, f64::INFINITY)), (0.0, 0.0));
        assert!(gamma_p(-1.0, 1.0).is_nan());
    }

    #[test]
    fn incomplete_gammas_join_where_the_method_changes() {
        for x in [9_990_000.0, 10_000_000.0, 10_003_000.0] {
            let (below, above) = (incomplete(TEMME_MIN * (1.0 - 1e-15), x), incomplete(TEMME_MIN, x));
            assert!((below.0 - above.0).abs() < 1e-9 && (below.1 - above.1).abs() < 1e-9, "{below:?} {above:?}");
        }
    }
}
