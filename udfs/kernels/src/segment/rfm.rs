//! Scores of recency, frequency and monetary value, and the segment that they say.

/// The inner edges of `bins` bins of equally many values: quantiles by linear interpolation (type 7).
pub fn edges(values: &mut [f64], bins: usize) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return Vec::new() };
    let quantile = |bin: usize| {
        let position = last as f64 * bin as f64 / bins as f64;
        let below = position.floor() as usize;
        let above = (below + 1).min(last);
        values[below] + (position - below as f64) * (values[above] - values[below])
    };
    (1..bins).map(quantile).collect()
}

/// The bin of a value, from 1: how many edges lie below it, and one more. Equal values share a bin.
pub fn bin(value: f64, edges: &[f64]) -> usize {
    1 + edges.partition_point(|edge| *edge < value)
}

/// The bin, from 1, of the row that stands at `place` of `rows` in order: the first bins have one more row where the
/// rows do not divide, as SQL's NTILE has it.
pub fn ntile(place: usize, rows: usize, bins: usize) -> usize {
    let (each, larger) = (rows / bins, rows % bins);
    let in_larger = larger * (each + 1);
    match place < in_larger {
        true => place / (each + 1) + 1,
        false => larger + (place - in_larger) / each.max(1) + 1,
    }
}

/// The customary name of customers with these scores, each from 1 to `bins`.
pub fn segment(recency: usize, frequency: usize, monetary: usize, bins: usize) -> &'static str {
    let fifth = |score: usize| (score * 5).div_ceil(bins);
    let value = (fifth(frequency) + fifth(monetary)).div_ceil(2);
    match (fifth(recency), value) {
        (5, 4..) | (4, 5) => "champions",
        (3.., 4..) => "loyal",
        (5, 1) => "new",
        (4.., 2..) => "potential loyal",
        (4, _) => "promising",
        (3, 3) => "needs attention",
        (3, _) => "about to sleep",
        (1, 5) => "cannot lose",
        (_, 3..) => "at risk",
        (2, _) => "hibernating",
        _ => "lost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_quantiles_and_ties_share_a_bin() {
        let mut values = [1.0, 1.0, 1.0, 2.0, 5.0, 9.0];
        let edges = edges(&mut values, 5);
        assert_eq!(edges, [1.0, 1.0, 2.0, 5.0]);
        assert_eq!([1.0, 2.0, 5.0, 9.0].map(|value| bin(value, &edges)), [1, 3, 4, 5]);
        assert!(super::edges(&mut [], 5).is_empty());
    }

    #[test]
    fn tiles_are_those_of_sql() {
        let tiles: Vec<usize> = (0..8).map(|place| ntile(place, 8, 3)).collect();
        assert_eq!(tiles, [1, 1, 1, 2, 2, 2, 3, 3]);
        let few: Vec<usize> = (0..2).map(|place| ntile(place, 2, 5)).collect();
        assert_eq!(few, [1, 2]);
    }

    #[test]
    fn every_score_has_a_segment() {
        assert_eq!(segment(5, 5, 5, 5), "champions");
        assert_eq!(segment(1, 1, 1, 5), "lost");
        assert_eq!(segment(1, 5, 5, 5), "cannot lose");
        assert_eq!(segment(10, 1, 1, 10), "new");
        for score in 0..125 {
            assert!(!segment(score / 25 + 1, score / 5 % 5 + 1, score % 5 + 1, 5).is_empty());
        }
    }
}
