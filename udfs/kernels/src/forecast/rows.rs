//! The rows of a series as they come: times, values, and what was on beside them.

/// Rows in ascending order of time.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// When, in microseconds since 1970.
    pub times: &'a [i64],
    /// The values. NaN and infinities are missing: such rows may still tell what is on.
    pub values: &'a [f64],
    /// Events: for each row how much of it there is, for example one of a holiday, or the share of a discount. NaN is
    /// nothing. Rows after the last value tell what is known to come; steps without a row are as usual.
    pub events: &'a [Vec<f64>],
}

impl<'a> Rows<'a> {
    /// Rows without events.
    pub fn new(times: &'a [i64], values: &'a [f64]) -> Self {
        Self { times, values, events: &[] }
    }
}
