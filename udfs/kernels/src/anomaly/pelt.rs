//! Where the level of a series changes: the division into segments that fits best, each change at a price.
//!
//! Killick, Fearnhead and Eckley (2012), "Optimal Detection of Changepoints With a Linear Computational Cost", JASA
//! 107. The cost of a segment is the sum of squares around its mean; the division is the best there is, not an
//! approximation.

/// The best division of values into segments of at least `shortest`, for a price per change: where each segment but
/// the first starts. The values are finite.
pub fn pelt(values: &[f64], price: f64, shortest: usize) -> Vec<usize> {
    let (count, shortest) = (values.len(), shortest.max(1));
    if count < 2 * shortest {
        return Vec::new();
    }
    let cost = Cost::new(values);
    // The best cost of the first so many values, and where the last segment of that starts.
    let mut best = vec![f64::INFINITY; count + 1];
    let mut start_of = vec![0; count + 1];
    best[0] = -price;
    // Where a last segment may start, and the end from which on it need not be looked at.
    let mut starts: Vec<(usize, usize)> = vec![(0, usize::MAX)];
    for end in shortest..=count {
        if end >= 2 * shortest {
            starts.push((end - shortest, usize::MAX));
        }
        starts.retain(|(_, useless_from)| end < *useless_from);
        for (start, _) in &starts {
            let total = best[*start] + cost.of(*start, end) + price;
            if total < best[end] {
                (best[end], start_of[end]) = (total, *start);
            }
        }
        for (start, useless_from) in &mut starts {
            // A segment that starts here and goes on past `end` is no better than one that starts at `end`, which
            // is possible once it is long enough.
            if *useless_from == usize::MAX && best[*start] + cost.of(*start, end) >= best[end] {
                *useless_from = end + shortest;
            }
        }
    }
    let mut changes = Vec::new();
    let mut end = count;
    while start_of[end] > 0 {
        end = start_of[end];
        changes.push(end);
    }
    changes.reverse();
    changes
}

/// Sums of squares around the mean of any range.
struct Cost {
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl Cost {
    /// Values are taken from their mean, which keeps the digits of their squares.
    fn new(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean: f64 = values.iter().map(|value| value / count).sum();
        let (mut sums, mut squares) = (vec![0.0], vec![0.0]);
        let (mut sum, mut square) = (0.0, 0.0);
        for value in values {
            sum += value - mean;
            square += (value - mean) * (value - mean);
            sums.push(sum);
            squares.push(square);
        }
        Self { sums, squares }
    }

    fn of(&self, start: usize, end: usize) -> f64 {
        let sum = self.sums[end] - self.sums[start];
        self.squares[end] - self.squares[start] - sum * sum / (end - start) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The least cost of all divisions, by trying every start of every last segment.
    fn least(values: &[f64], price: f64, shortest: usize) -> f64 {
        let cost = Cost::new(values);
        let mut best = vec![f64::INFINITY; values.len() + 1];
        best[0] = -price;
        for end in shortest..=values.len() {
            for start in 0..=end - shortest {
                best[end] = best[end].min(best[start] + cost.of(start, end) + price);
            }
        }
        best[values.len()]
    }

    fn total(values: &[f64], changes: &[usize], price: f64) -> f64 {
        let cost = Cost::new(values);
        let starts = std::iter::once(0).chain(changes.iter().copied());
        let ends = changes.iter().copied().chain([values.len()]);
        starts.zip(ends).map(|(start, end)| cost.of(start, end) + price).sum::<f64>() - price
    }

    #[test]
    fn the_division_is_the_best_of_all() {
        let mut random = Random::new(21);
        for round in 0..200 {
            let count = 5 + random.below(60);
            let mut level = 0.0;
            let values: Vec<f64> = (0..count)
                .map(|_| {
                    if random.below(10) == 0 {
                        level = 5.0 * random.unit();
                    }
                    level + random.unit()
                })
                .collect();
            for (price, shortest) in [(0.5, 1), (0.5, 2), (0.1, 5), (3.0, 3)] {
                if count < 2 * shortest {
                    continue;
                }
                let changes = pelt(&values, price, shortest);
                let (ours, all) = (total(&values, &changes, price), least(&values, price, shortest));
                assert!((ours - all).abs() < 1e-9, "round {round}: {ours} against {all}, {changes:?}");
                let edges: Vec<usize> = [0].into_iter().chain(changes).chain([count]).collect();
                assert!(edges.windows(2).all(|edge| edge[1] - edge[0] >= shortest));
            }
        }
    }

    #[test]
    fn what_does_not_change_has_no_changes() {
        assert_eq!(pelt(&[], 1.0, 2), []);
        assert_eq!(pelt(&[1.0], 1.0, 2), []);
        assert_eq!(pelt(&[7.0; 100], 1e-9, 2), []);
    }
}
