//! What ratings say: the net promoter score with its interval.

/// The quantile of the normal distribution beyond which 2.5 % lie.
const Z: f64 = 1.959_963_984_540_054;

/// How many would recommend less how many would not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetPromoter {
    /// In points, from −100 to 100.
    pub score: f64,
    pub low: f64,
    pub high: f64,
}

/// The net promoter score with its interval of 95 %; `None` without answers.
pub fn net_promoter(promoters: f64, passives: f64, detractors: f64) -> Option<NetPromoter> {
    let n = promoters + passives + detractors;
    if n <= 0.0 {
        return None;
    }
    let (p, d) = (promoters / n, detractors / n);
    let error = ((p + d - (p - d).powi(2)) / n).sqrt();
    let points = |share: f64| (100.0 * share).clamp(-100.0, 100.0);
    Some(NetPromoter { score: points(p - d), low: points(p - d - Z * error), high: points(p - d + Z * error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_of_a_thousand_answers() {
        let found = net_promoter(450.0, 300.0, 250.0).unwrap();
        assert!((found.score - 20.0).abs() < 1e-12);
        assert!((found.low - 14.964761354555156).abs() < 1e-9);
        assert!((found.high - 25.035238645444846).abs() < 1e-9);
        assert_eq!(net_promoter(0.0, 0.0, 0.0), None);
    }
}
