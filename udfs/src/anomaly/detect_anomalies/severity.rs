//! How grave an anomaly is, by how unlikely it is.

/// One value in a thousand, in ten thousand, in a million.
const GRADES: [(f64, &str); 3] = [(1e-6, "critical"), (1e-4, "high"), (1e-3, "medium")];

/// The grade of an anomaly of this p-value.
pub(super) fn severity(p_value: f64) -> &'static str {
    GRADES.iter().find(|(below, _)| p_value < *below).map_or("low", |(_, grade)| grade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_less_likely_is_graver() {
        assert_eq!([0.009, 0.0009, 0.00009, 0.0000009].map(severity), ["low", "medium", "high", "critical"]);
    }
}
