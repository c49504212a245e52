//! A share of a count, with its confidence interval.

/// The quantile of the standard normal distribution that leaves 2.5 % above: for intervals of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// `part` of `whole`, `None` of nothing.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Wilson's interval of 95 % for the rate behind `part` of `whole`.
pub fn wilson(part: u64, whole: u64) -> Option<(f64, f64)> {
    wilson_at(part, whole, Z)
}

/// Wilson's interval for the rate behind `part` of `whole` (Wilson 1927), `z` standard deviations to either side: it
/// stays between 0 and 1 and holds for small counts too. `None` of nothing.
pub fn wilson_at(part: u64, whole: u64, z: f64) -> Option<(f64, f64)> {
    let rate = share(part, whole)?;
    let n = whole as f64;
    let scale = 1.0 + z * z / n;
    let middle = rate + z * z / (2.0 * n);
    let half = z * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
    // With none or all the bound is exact; rounding must not push it over.
    let low = if part == 0 { 0.0 } else { (middle - half) / scale };
    let high = if part == whole { 1.0 } else { (middle + half) / scale };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_equals_published_values() {
        // R: prop.test(81, 263, correct = FALSE), the example of Newcombe (1998), method 3.
        let (low, high) = wilson(81, 263).unwrap();
        assert!((low - 0.255_3).abs() < 5e-5 && (high - 0.366_2).abs() < 5e-5, "{low} {high}");
        let (low, high) = wilson(1, 29).unwrap();
        assert!((low - 0.006_1).abs() < 5e-5 && (high - 0.171_8).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn the_interval_stays_between_none_and_all() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(0, 7).unwrap().0, 0.0);
        assert_eq!(wilson(7, 7).unwrap().1, 1.0);
    }
}
