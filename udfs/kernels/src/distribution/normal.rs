//! The standard normal distribution.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::special::erfc;

/// The probability of at most `z`.
pub fn cdf(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// The probability of more than `z`.
pub fn tail(z: f64) -> f64 {
    0.5 * erfc(z * FRAC_1_SQRT_2)
}

/// The value that is exceeded with probability `1 − p`: Wichura's AS 241 (1988), to sixteen digits; NaN outside [0, 1].
pub fn quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let from_middle = p - 0.5;
    if from_middle.abs() <= 0.425 {
        return from_middle * quotient(&CENTRE, 0.180_625 - from_middle * from_middle);
    }
    let beyond = p.min(1.0 - p);
    if beyond == 0.0 {
        return f64::INFINITY.copysign(from_middle);
    }
    let r = (-beyond.ln()).sqrt();
    let z = if r <= 5.0 { quotient(&MIDDLE, r - 1.6) } else { quotient(&TAIL, r - 5.0) };
    z.copysign(from_middle)
}

/// A quotient of two polynomials, their coefficients from the highest power down.
type Quotient = [[f64; 8]; 2];

fn quotient([numerator, denominator]: &Quotient, x: f64) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient);
    value(numerator) / value(denominator)
}

/// Where 85 % of the probability lies.
const CENTRE: Quotient = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

/// Beyond it, up to a probability of e⁻²⁵.
const MIDDLE: Quotient = [
    [
        0.000_774_545_014_278_341_4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        0.000_547_593_808_499_534_5,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

/// Beyond that.
const TAIL: Quotient = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_7e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        0.000_786_869_131_145_613_3,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_scipy() {
        assert!((cdf(1.3) - 0.903_199_515_414_389_7).abs() < 1e-15);
        assert!((cdf(-3.0) - 0.001_349_898_031_630_093_3).abs() < 1e-15);
        assert!((tail(10.0) / 7.619_853_024_160_47e-24 - 1.0).abs() < 1e-12);
        for (p, expected) in [
            (0.975, 1.959_963_984_540_054),
            (0.6, 0.253_347_103_135_799_7),
            (1e-20, -9.262_340_089_798_409),
            (0.01, -2.326_347_874_040_840_8),
        ] {
            assert!((quantile(p) - expected).abs() < 1e-14, "{} {expected}", quantile(p));
        }
        assert_eq!((quantile(0.5), quantile(0.0), quantile(1.0)), (0.0, f64::NEG_INFINITY, f64::INFINITY));
        assert!(quantile(1.1).is_nan() && quantile(f64::NAN).is_nan());
    }

    #[test]
    fn a_quantile_leaves_its_probability_below() {
        for step in 1..1000 {
            let p = f64::from(step) / 1000.0;
            assert!((cdf(quantile(p)) - p).abs() < 1e-14, "{p}");
        }
    }
}
