//! How long conversions take: their distribution over spans that people think in.

use super::durations::Durations;
use super::funnel::add;

/// The ends of the spans, in seconds, each exclusive; the last span has no end.
pub const SPAN_ENDS_SECONDS: [u64; 17] = [
    60,
    5 * 60,
    15 * 60,
    30 * 60,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    60 * DAY,
    90 * DAY,
    365 * DAY,
];
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// The number of spans.
pub const SPANS: usize = SPAN_ENDS_SECONDS.len() + 1;

/// Conversions by how long they took.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeToConvert {
    second: u64,
    counts: [u64; SPANS],
    times: Durations,
}

/// The conversions that took at least `from` and less than `to` seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The least number of seconds.
    pub from_seconds: u64,
    /// The number of seconds they all took less than, if there is one.
    pub to_seconds: Option<u64>,
    /// How many there are.
    pub customers: u64,
    /// Their share of all conversions.
    pub share: f64,
    /// The share of conversions that took less than `to`.
    pub cumulative_share: f64,
}

impl TimeToConvert {
    /// No conversions. `second` is the length of a second in the unit of the times.
    pub fn new(second: u64) -> Self {
        Self { second: second.max(1), counts: [0; SPANS], times: Durations::new() }
    }

    /// The conversions with these parts.
    pub fn from_parts(second: u64, counts: [u64; SPANS], times: Durations) -> Self {
        Self { counts, times, ..Self::new(second) }
    }

    /// The conversions by span, and their times.
    pub fn parts(&self) -> (&[u64; SPANS], &Durations) {
        (&self.counts, &self.times)
    }

    /// Adds a conversion.
    pub fn update(&mut self, time: u64) {
        let seconds = time / self.second;
        self.counts[SPAN_ENDS_SECONDS.partition_point(|&end| end <= seconds)] += 1;
        self.times.update(time);
    }

    /// Adds other conversions.
    pub fn merge(&mut self, other: &Self) {
        add(&mut self.counts, &other.counts);
        self.times.merge(&other.times);
    }

    /// The time that a share of the conversions stayed within.
    pub fn quantile(&mut self, p: f64) -> Option<f64> {
        self.times.quantile(p)
    }

    /// The spans from the first to the last that has conversions.
    pub fn finish(&self) -> Vec<Span> {
        let Some(last) = self.counts.iter().rposition(|&count| count > 0) else { return Vec::new() };
        let total: u64 = self.counts.iter().sum();
        let mut seen = 0;
        let span = |index: usize| {
            seen += self.counts[index];
            Span {
                from_seconds: index.checked_sub(1).map_or(0, |before| SPAN_ENDS_SECONDS[before]),
                to_seconds: SPAN_ENDS_SECONDS.get(index).copied(),
                customers: self.counts[index],
                share: self.counts[index] as f64 / total as f64,
                cumulative_share: seen as f64 / total as f64,
            }
        };
        (0..=last).map(span).collect()
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.times.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversion_belongs_to_the_span_that_begins_with_it() {
        let mut times = TimeToConvert::new(1_000);
        [0, 59_999, 60_000, 400 * DAY * 1_000].into_iter().for_each(|time| times.update(time));
        let spans = times.finish();
        assert_eq!(spans.len(), SPANS);
        assert_eq!((spans[0].customers, spans[1].customers, spans[17].customers), (2, 1, 1));
        assert_eq!((spans[1].from_seconds, spans[1].to_seconds), (60, Some(300)));
        assert_eq!((spans[17].to_seconds, spans[17].cumulative_share), (None, 1.0));
        assert_eq!(spans[0].share, 0.5);
    }

    #[test]
    fn spans_after_the_last_conversion_are_left_out() {
        let mut times = TimeToConvert::new(1);
        assert!(times.finish().is_empty());
        times.update(100);
        let mut other = TimeToConvert::new(1);
        other.merge(&times);
        assert_eq!(other, times);
        assert_eq!(other.finish().len(), 2);
        assert_eq!(other.quantile(0.5), Some(100.0));
    }
}
