//! How old a view's rows may be, as its `max_staleness` option says it: `'1 minute'`, `'36 hours'`.

use std::time::Duration;

use bellwether_catalog::{Error, Result};

/// Units with their seconds.
const UNITS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 60 * 60), ("day", 24 * 60 * 60)];

/// Reads the option's text.
pub(crate) fn parse(text: &str) -> Result<Duration> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let read = || {
        let [count, unit] = words.as_slice() else { return None };
        let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit.strip_suffix('s').unwrap_or(unit))?;
        count.parse::<u64>().ok()?.checked_mul(*seconds)
    };
    read().map(Duration::from_secs).ok_or_else(|| {
        Error::invalid_parameter(format!("max_staleness takes a time, got '{text}'"))
            .with_hint("write a whole number and a unit: '30 seconds', '1 minute', '36 hours', '2 days'")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_whole_number_and_a_unit() {
        assert_eq!(parse("1 minute").unwrap(), Duration::from_secs(60));
        assert_eq!(parse(" 36 Hours").unwrap(), Duration::from_secs(36 * 3600));
        for wrong in ["", "5", "a minute", "1 fortnight", "-1 second", "1.5 hours"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
