//! Gauss' hypergeometric function ₂F₁ for real arguments below one.

use std::f64::consts::PI;

use super::gamma::ln_gamma;

const TERMS_MAX: u32 = 200_000;

/// Beyond this argument the series in z is slow, and the one in 1 − z is fast.
const SLOW: f64 = 0.9;

/// How far a difference of parameters is kept from a whole number, at which the two parts of the series in 1 − z
/// are infinite and cancel. The mean of both sides is off by about the square of it.
const APART: f64 = 1e-5;

/// ₂F₁(a, b; c; z) for z < 1; NaN for z ≥ 1 and where c is zero or a negative whole number.
pub fn hyp2f1(a: f64, b: f64, c: f64, z: f64) -> f64 {
    if !(a.is_finite() && b.is_finite() && c.is_finite() && z < 1.0) || (c <= 0.0 && c == c.floor()) {
        return f64::NAN;
    }
    if z < 0.0 {
        // Pfaff's transformation brings the argument into [0, 1).
        return (1.0 - z).powf(-b) * hyp2f1(c - a, b, c, z / (z - 1.0));
    }
    if z <= SLOW {
        return series(a, b, c, z);
    }
    let excess = c - a - b;
    let off = excess - excess.round();
    if off.abs() >= APART {
        return reflected(a, b, c, z);
    }
    // Between the two sides of the parameter at which the excess is whole.
    let share = 0.5 * (1.0 - off / APART);
    share * reflected(a + (off + APART), b, c, z) + (1.0 - share) * reflected(a + (off - APART), b, c, z)
}

/// Σ (a)ₙ (b)ₙ / (c)ₙ zⁿ / n!
fn series(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for step in 0..TERMS_MAX {
        let n = f64::from(step);
        let ratio = (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        term *= ratio;
        sum += term;
        // A small term ends the sum only once the terms fall.
        if term == 0.0 || (ratio.abs() < 1.0 && term.abs() < f64::abs(sum) * 1e-17 * (1.0 - ratio.abs())) {
            break;
        }
    }
    sum
}

/// The series in 1 − z (Abramowitz & Stegun 15.3.6).
fn reflected(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (excess, y) = (c - a - b, 1.0 - z);
    let gamma_c = ln_gamma_signed(c);
    let regular = product(gamma_c, ln_gamma_signed(excess), ln_gamma_signed(c - a), ln_gamma_signed(c - b), 0.0);
    let singular = product(gamma_c, ln_gamma_signed(-excess), ln_gamma_signed(a), ln_gamma_signed(b), excess * y.ln());
    let mut sum = 0.0;
    if regular != 0.0 {
        sum += regular * series(a, b, 1.0 - excess, y);
    }
    if singular != 0.0 {
        sum += singular * series(c - a, c - b, 1.0 + excess, y);
    }
    sum
}

/// Γ(p) Γ(q) / (Γ(r) Γ(s)) e^ln.
fn product(p: (f64, f64), q: (f64, f64), r: (f64, f64), s: (f64, f64), ln: f64) -> f64 {
    p.1 * q.1 * r.1 * s.1 * (p.0 + q.0 - r.0 - s.0 + ln).exp()
}

/// ln |Γ(x)| and its sign, for every x; +∞ at the poles.
fn ln_gamma_signed(x: f64) -> (f64, f64) {
    if x > 0.0 {
        return (ln_gamma(x), 1.0);
    }
    let whole = x.round();
    if x == whole {
        return (f64::INFINITY, 1.0);
    }
    // Γ(x) Γ(1 − x) = π / sin πx, whose digits near a pole are those of the distance to it.
    let sine = (PI * (x - whole)).sin();
    let sign = if whole % 2.0 == 0.0 { sine.signum() } else { -sine.signum() };
    ((PI / sine.abs()).ln() - ln_gamma(1.0 - x), sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= expected.abs() * tolerance, "{found} is not {expected}");
    }

    #[test]
    fn values_equal_those_of_mpmath() {
        let cases = [
            (0.6, 1.2, 2.3, 0.5, 1.219_578_503_441_023_7),
            (2.24, 4.4, 4.2, 0.95, 1_311.281_458_852_425),
            (-0.2, 2.2, 2.2, 0.97, 0.495_934_419_641_283_14),
            (0.5, 1.0, 1.5, 0.99, 3.008_302_149_854_818_6),
            (1.5, 0.7, 2.2, 0.9999, 8.850_269_785_233_433),
            (0.3, -0.6, 0.4, 0.93, 0.423_558_757_784_650_05),
            (0.8, 1.1, 0.4, -3.0, -0.107_370_979_815_011_98),
            (26.2, 28.4, 28.2, 0.6, 31_754_673_484.969_46),
        ];
        for (a, b, c, z, expected) in cases {
            close(hyp2f1(a, b, c, z), expected, 3e-9);
        }
        assert!(hyp2f1(1.0, 1.0, -2.0, 0.5).is_nan() && hyp2f1(1.0, 1.0, 2.0, 1.0).is_nan());
        assert_eq!(hyp2f1(1.0, 2.0, 3.0, 0.0), 1.0);
    }
}
