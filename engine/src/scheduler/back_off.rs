//! How long a view that failed to refresh is left alone.

use bellwether_catalog::RefreshFailure;

/// After the first failure.
const FIRST_MS: i64 = 5_000;

/// However often it failed.
const MOST_MS: i64 = 10 * 60 * 1000;

/// When a failed refresh is tried again, in milliseconds since 1970: twice as long after each failure.
pub(crate) fn retry_at_ms(failure: &RefreshFailure) -> i64 {
    let doublings = failure.count.saturating_sub(1).min(16);
    failure.at_ms.saturating_add((FIRST_MS << doublings).min(MOST_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_ten_minutes() {
        let waits: Vec<i64> = [1, 2, 3, 7, 8, 9, u32::MAX]
            .into_iter()
            .map(|count| retry_at_ms(&RefreshFailure { message: String::new(), at_ms: 1_000, count }) - 1_000)
            .collect();
        assert_eq!(waits, [5_000, 10_000, 20_000, 320_000, 600_000, 600_000, 600_000]);
    }
}
