//! How many steps of a series have no value, from the times of those that are there.

use super::ordered::Ordered;

/// The number of steps missing just before each time. Times ascend; a step is the median of their differences (the
/// lower one of two), where `online` of those so far.
pub fn missing_steps(times: &[i64], online: bool) -> Vec<u64> {
    let difference = |index: usize| times[index].abs_diff(times[index - 1]) as f64;
    let mut differences = Ordered::default();
    if !online {
        (1..times.len()).map(difference).filter(|known| *known > 0.0).for_each(|known| differences.insert(known));
    }
    let whole = if online { None } else { lower_median(&differences) };
    let mut missing = vec![0; times.len()];
    for index in 1..times.len() {
        let known = difference(index);
        if known == 0.0 {
            continue;
        }
        if online {
            differences.insert(known);
        }
        let Some(step) = whole.or_else(|| lower_median(&differences)) else { continue };
        missing[index] = ((known / step).round() as u64).saturating_sub(1);
    }
    missing
}

fn lower_median(differences: &Ordered) -> Option<f64> {
    differences.at(differences.len().checked_sub(1)? / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_counted_in_steps() {
        let times = [0, 10, 20, 20, 30, 60, 71, 1_000_080];
        assert_eq!(missing_steps(&times, false), [0, 0, 0, 0, 0, 2, 0, 100_000]);
        assert_eq!(missing_steps(&times, true), [0, 0, 0, 0, 0, 2, 0, 100_000]);
        assert_eq!(missing_steps(&[5, 5, 5], false), [0, 0, 0]);
        assert_eq!(missing_steps(&[i64::MIN, i64::MAX], true), [0, 0]);
        assert_eq!(missing_steps(&[], true), []);
    }

    #[test]
    fn months_are_steps() {
        let days = [0, 31, 59, 90, 120, 181];
        assert_eq!(missing_steps(&days, false), [0, 0, 0, 0, 0, 1]);
    }
}
