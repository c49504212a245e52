//! The scale on which the errors of a series are of one size, whatever the level: its values, their roots or their
//! logarithms.
//!
//! Sums of money vary more on good days than on bad ones, and more upwards than downwards. Of the power transformations
//! of Box and Cox (1964) the likeliest is taken, by an error that one in twenty exceeds, so that few values do not decide
//! it.

use super::location::median;

/// Values below this part of the median are taken as that part: a day without sales has no logarithm.
const FLOOR: f64 = 0.01;

/// Of a series with more such values only the values themselves are looked at.
const FLOORED_MAX: f64 = 0.02;

/// The part of all errors that is not larger than the one by which they are measured: those in the middle differ little
/// from scale to scale.
const MEASURED: f64 = 0.95;

/// Another scale must be better by more than so many deviations of chance: of the logarithm of that error.
const BETTER: f64 = 1.0;

/// A scale. Values are never below the floor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// The values.
    Plain,
    /// Their roots.
    Root { floor: f64 },
    /// Their logarithms.
    Logarithm { floor: f64 },
}

impl Scale {
    /// The scales that a series can have; NaN is no value.
    pub(super) fn of(values: &[f64]) -> Vec<Self> {
        let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let floor = FLOOR * median(&mut known).unwrap_or(0.0);
        let floored = known.iter().filter(|value| **value < floor).count() as f64;
        if floor > 0.0 && floored <= FLOORED_MAX * known.len() as f64 {
            return vec![Self::Plain, Self::Root { floor }, Self::Logarithm { floor }];
        }
        vec![Self::Plain]
    }

    /// A value on the scale.
    pub(super) fn to(self, value: f64) -> f64 {
        match self {
            Self::Plain => value,
            Self::Root { floor } => value.max(floor).sqrt(),
            Self::Logarithm { floor } => value.max(floor).ln(),
        }
    }

    /// The value of a point of the scale; zero stands for all that is below the floor.
    pub(super) fn back(self, point: f64) -> f64 {
        let (value, floor) = match self {
            Self::Plain => return point,
            Self::Root { floor } => (point.max(0.0) * point.max(0.0), floor),
            Self::Logarithm { floor } => (point.exp(), floor),
        };
        if value < floor { 0.0 } else { value }
    }

    /// How many values a step of the scale is, as a logarithm.
    fn ln_step(self, value: f64) -> f64 {
        match self {
            Self::Plain => 0.0,
            Self::Root { floor } => (2.0 * value.max(floor).sqrt()).ln(),
            Self::Logarithm { floor } => value.max(floor).ln(),
        }
    }

    /// How unlikely the errors of values around baselines on the scale are, for each of them, and what of that may be
    /// chance. NaN is no value.
    fn unlikelihood(self, values: &[f64], baselines: &[f64]) -> f64 {
        let (mut errors, mut steps) = (Vec::with_capacity(values.len()), 0.0);
        for (value, baseline) in values.iter().zip(baselines).filter(|(value, _)| !value.is_nan()) {
            errors.push((self.to(*value) - baseline).abs());
            steps += self.ln_step(*value);
        }
        errors.sort_unstable_by(f64::total_cmp);
        let measured = errors.get((MEASURED * errors.len() as f64) as usize);
        measured.map_or(f64::INFINITY, |error| error.ln() + steps / errors.len() as f64)
    }

    /// The likeliest of scales with the baselines of `values` on them; the first unless another is clearly better.
    pub(super) fn likeliest(values: &[f64], known: usize, tried: Vec<(Self, Vec<f64>)>) -> Option<(Self, Vec<f64>)> {
        let margin = BETTER / (known as f64).sqrt();
        let mut tried = tried.into_iter();
        let mut best = tried.next()?;
        let mut least = best.0.unlikelihood(values, &best.1) - margin;
        for (scale, baselines) in tried {
            let unlikelihood = scale.unlikelihood(values, &baselines);
            if unlikelihood < least {
                (best, least) = ((scale, baselines), unlikelihood);
            }
        }
        Some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn found(values: &[f64]) -> Scale {
        let middle = |scale: Scale| {
            let mut points: Vec<f64> = values.iter().map(|value| scale.to(*value)).collect();
            vec![median(&mut points).unwrap(); values.len()]
        };
        let tried = Scale::of(values).into_iter().map(|scale| (scale, middle(scale))).collect();
        Scale::likeliest(values, values.len(), tried).unwrap().0
    }

    #[test]
    fn growth_by_factors_is_seen_in_logarithms_and_noise_as_it_is() {
        let mut random = Random::new(12);
        let mut noise = || (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
        let plain: Vec<f64> = (0..400).map(|_| 100.0 + 20.0 * noise()).collect();
        assert_eq!(found(&plain), Scale::Plain);
        let factors: Vec<f64> = (0..400).map(|_| 100.0 * (0.7 * noise()).exp()).collect();
        assert!(matches!(found(&factors), Scale::Logarithm { .. }));
    }

    #[test]
    fn what_goes_there_comes_back_and_what_is_below_zero_has_one_scale() {
        for scale in Scale::of(&[3.0, 5.0, 400.0, 9.0]) {
            assert!((scale.back(scale.to(7.0)) - 7.0).abs() < 1e-12);
            assert!(scale.to(-5.0) <= scale.to(5.0) && scale.to(-5.0).is_finite());
            assert!(scale == Scale::Plain || scale.back(scale.to(0.01) - 1.0) == 0.0);
        }
        assert_eq!(Scale::of(&[-1.0, 3.0, -5.0]), [Scale::Plain]);
        assert_eq!(Scale::of(&[f64::NAN]), [Scale::Plain]);
    }
}
