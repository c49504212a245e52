//! The simplest forecasts: the last value, the last season, a straight line through the ends, the mean.

use super::classical::mean;

/// The last value again and again. Nothing for an empty series.
pub fn naive(values: &[f64], horizon: usize) -> Vec<f64> {
    values.last().map_or_else(Vec::new, |last| vec![*last; horizon])
}

/// The last season again and again; the last value where there is no whole season.
pub fn seasonal_naive(values: &[f64], season: usize, horizon: usize) -> Vec<f64> {
    match values.len().checked_sub(season.max(1)) {
        Some(start) => values[start..].iter().copied().cycle().take(horizon).collect(),
        None => naive(values, horizon),
    }
}

/// The line through the first and the last value, continued.
pub fn drift(values: &[f64], horizon: usize) -> Vec<f64> {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return Vec::new() };
    let slope = if values.len() > 1 { (last - first) / (values.len() - 1) as f64 } else { 0.0 };
    (1..=horizon).map(|step| last + slope * step as f64).collect()
}

/// The mean again and again.
pub fn average(values: &[f64], horizon: usize) -> Vec<f64> {
    if values.is_empty() { Vec::new() } else { vec![mean(values); horizon] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_continues_the_series_in_its_way() {
        let values = [1.0, 2.0, 3.0, 5.0];
        assert_eq!(naive(&values, 2), [5.0, 5.0]);
        assert_eq!(seasonal_naive(&values, 2, 3), [3.0, 5.0, 3.0]);
        assert_eq!(drift(&[1.0, 2.0, 5.0], 2), [7.0, 9.0]);
        assert_eq!(average(&[1.0, 3.0], 1), [2.0]);
    }

    #[test]
    fn too_short_a_series_repeats_its_last_value_and_an_empty_one_gives_nothing() {
        assert_eq!(seasonal_naive(&[7.0], 12, 2), [7.0, 7.0]);
        assert_eq!(drift(&[7.0], 2), [7.0, 7.0]);
        assert!(naive(&[], 3).is_empty() && seasonal_naive(&[], 4, 3).is_empty() && drift(&[], 3).is_empty());
    }
}
