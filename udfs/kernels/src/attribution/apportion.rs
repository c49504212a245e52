//! Money divided by weights, to the last unit.
//!
//! Hamilton's method of largest remainders: every share is rounded towards zero, and the units that are left
//! go one each to the largest remainders, among equal remainders to the earliest. So the shares sum to the
//! total exactly, and none is a whole unit away from `total × weight`.

/// Up to here `f64` computes a share to a fraction of a unit that cannot add up to a unit over the path.
const EXACT_IN_FLOATS: u128 = 1 << 50;

/// A weight of one, in the integers that exact division works with.
const ONE: f64 = (1_u64 << 52) as f64;

/// Divides totals by weights, reusing its memory from one path to the next.
#[derive(Debug, Clone, Default)]
pub struct Apportioner {
    remainders: Vec<(u128, usize)>,
    scaled: Vec<u64>,
}

impl Apportioner {
    /// One without anything remembered.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the shares of `total`, in its units, in proportion to `weights`: at least zero each, one in sum.
    /// Weights that are all zero share equally. Without weights there is nobody to give anything to.
    /// (`i128::MIN`, which no decimal reaches, has no positive counterpart and is divided as its neighbour.)
    pub fn divide(&mut self, total: i128, weights: &[f64], shares: &mut Vec<i128>) {
        if weights.is_empty() {
            return;
        }
        let start = shares.len();
        let amount = total.unsigned_abs();
        let touches = weights.len() as u128 + 1;
        let left = match amount.checked_mul(touches).is_some_and(|bound| bound < EXACT_IN_FLOATS) {
            true => self.round_floats(amount, weights, shares),
            false => self.round_integers(amount, weights, shares),
        };
        let shares = &mut shares[start..];
        self.hand_out(left, shares);
        if total < 0 {
            for share in shares {
                *share = -*share;
            }
        }
    }

    /// Rounds every share down and returns how many units are left.
    fn round_floats(&mut self, amount: u128, weights: &[f64], shares: &mut Vec<i128>) -> usize {
        let total = amount as f64;
        let mut given = 0;
        self.remainders.clear();
        for (position, weight) in weights.iter().enumerate() {
            let share = total * weight;
            let whole = share.floor().clamp(0.0, total);
            given += whole as u64;
            shares.push(i128::from(whole as u64));
            self.remainders.push((u128::from(((share - whole) * ONE) as u64), position));
        }
        // Weights that do not sum to one would leave more than one unit a touch: divide those exactly.
        match amount.checked_sub(u128::from(given)).and_then(|left| usize::try_from(left).ok()) {
            Some(left) if left <= weights.len() => left,
            _ => {
                shares.truncate(shares.len() - weights.len());
                self.round_integers(amount, weights, shares)
            }
        }
    }

    /// The same in whole numbers, for amounts that `f64` cannot hold.
    fn round_integers(&mut self, amount: u128, weights: &[f64], shares: &mut Vec<i128>) -> usize {
        self.scaled.clear();
        self.scaled.extend(weights.iter().map(|weight| (weight.clamp(0.0, 1.0) * ONE).round() as u64));
        let mut sum: u128 = self.scaled.iter().copied().map(u128::from).sum();
        if sum == 0 {
            self.scaled.fill(1);
            sum = weights.len() as u128;
        }
        // amount × weight may not fit, so whole multiples of the sum and the rest are shared apart.
        let (multiples, rest) = (amount / sum, amount % sum);
        let mut given = 0;
        self.remainders.clear();
        for (position, &weight) in self.scaled.iter().enumerate() {
            let weight = u128::from(weight);
            let product = rest * weight;
            let share = multiples * weight + product / sum;
            given += share;
            shares.push(i128::try_from(share).unwrap_or(i128::MAX));
            self.remainders.push((product % sum, position));
        }
        usize::try_from(amount - given).unwrap_or(0)
    }

    fn hand_out(&mut self, left: usize, shares: &mut [i128]) {
        if left == 0 {
            return;
        }
        let by_remainder = |a: &(u128, usize), b: &(u128, usize)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if left < self.remainders.len() {
            self.remainders.select_nth_unstable_by(left, by_remainder);
        }
        for &(_, position) in self.remainders.iter().take(left) {
            shares[position] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn divide(total: i128, weights: &[f64]) -> Vec<i128> {
        let mut shares = Vec::new();
        Apportioner::new().divide(total, weights, &mut shares);
        shares
    }

    #[test]
    fn the_unit_that_is_left_goes_to_the_earliest_of_equals() {
        assert_eq!(divide(100, &[1.0 / 3.0; 3]), [34, 33, 33]);
        assert_eq!(divide(-100, &[1.0 / 3.0; 3]), [-34, -33, -33]);
        assert_eq!(divide(1, &[0.25; 4]), [1, 0, 0, 0]);
    }

    #[test]
    fn the_unit_that_is_left_goes_to_the_largest_remainder() {
        assert_eq!(divide(7, &[0.2, 0.5, 0.3]), [1, 4, 2]);
        assert_eq!(divide(10_000, &[0.4, 0.2, 0.4]), [4_000, 2_000, 4_000]);
    }

    #[test]
    fn nothing_divided_is_nothing_and_nobody_gets_nothing() {
        assert_eq!(divide(0, &[0.5, 0.5]), [0, 0]);
        assert_eq!(divide(5, &[]), [0_i128; 0]);
        assert_eq!(divide(5, &[0.0, 0.0]), [3, 2]);
    }

    #[test]
    fn the_largest_amounts_are_divided_exactly() {
        for total in [i128::MAX, i128::MIN + 1, i128::from(i64::MAX), 1 << 100] {
            let shares = divide(total, &[0.4, 0.05, 0.15, 0.4]);
            assert_eq!(shares.iter().sum::<i128>(), total);
            assert_eq!(divide(total, &[0.0, 1.0, 0.0]), [0, total, 0]);
        }
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_total_and_are_within_a_unit_of_their_weight(
            total in -1_000_000_000_000_i128..1_000_000_000_000,
            parts in prop::collection::vec(0.0..1.0_f64, 1..200),
        ) {
            let sum: f64 = parts.iter().sum();
            prop_assume!(sum > 0.0);
            let weights: Vec<f64> = parts.iter().map(|part| part / sum).collect();
            let shares = divide(total, &weights);
            prop_assert_eq!(shares.iter().sum::<i128>(), total);
            for (share, weight) in shares.iter().zip(&weights) {
                prop_assert!((*share as f64 - total as f64 * weight).abs() < 1.001);
            }
        }

        #[test]
        fn any_weights_and_any_total_lose_nothing(
            total in any::<i128>().prop_filter("has a negative", |total| *total != i128::MIN),
            weights in prop::collection::vec(any::<f64>(), 1..20),
        ) {
            prop_assert_eq!(divide(total, &weights).iter().sum::<i128>(), total);
        }
    }
}
