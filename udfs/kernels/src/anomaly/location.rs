//! Where values lie and how far they spread, whatever a few of them are.

/// 1 / Φ⁻¹(3/4): the standard deviation of a normal distribution whose median absolute deviation is 1.
pub const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;
/// √(π/2): the same for the mean absolute deviation.
pub const MEAN_DEVIATION_TO_SIGMA: f64 = 1.253_314_137_315_500_3;
/// Φ⁻¹(3/4) − Φ⁻¹(1/4), inverted: the same for the distance of the quartiles.
pub const IQR_TO_SIGMA: f64 = 0.741_301_109_252_801;
/// A frame of fewer values says nothing of its spread: with two, the median deviation is half their distance.
pub const VALUES_MIN: usize = 3;

/// The middle value, or the mean of both in the middle. The values are put into another order. None without values.
pub fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    let lower = below.iter().copied().max_by(f64::total_cmp);
    match lower {
        Some(lower) if values.len().is_multiple_of(2) => Some(lower * 0.5 + upper * 0.5),
        _ => Some(upper),
    }
}

/// The robust standard deviation around a centre: from the median deviation, or the mean deviation where that is 0.
pub fn robust_deviation(values: &[f64], centre: f64) -> Option<f64> {
    let mut away: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    let deviation = median(&mut away)?;
    if deviation > 0.0 {
        return Some(deviation * MAD_TO_SIGMA);
    }
    let count = away.len() as f64;
    Some(away.iter().map(|away| away / count).sum::<f64>() * MEAN_DEVIATION_TO_SIGMA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_between_both_middles() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0]), Some(3.0));
        assert_eq!(median(&mut [3.0, 1.0]), Some(2.0));
        assert_eq!(median(&mut [9.0, 3.0, 1.0]), Some(3.0));
        assert_eq!(median(&mut [9.0, 3.0, 1.0, 5.0]), Some(4.0));
    }

    #[test]
    fn one_wild_value_does_not_change_the_spread() {
        let values = [1.0, 2.0, 3.0, 4.0, 1e300];
        assert_eq!(robust_deviation(&values, 3.0), Some(MAD_TO_SIGMA));
        assert_eq!(robust_deviation(&[5.0; 4], 5.0), Some(0.0));
    }
}
