//! How paths ended, summed.

/// How often a path ended in a conversion, how often in nothing, and what the conversions were worth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outcome {
    conversions: f64,
    nulls: f64,
    value: f64,
}

impl Outcome {
    /// `None` if a count is negative or anything is not finite. The value may be negative: refunds are.
    pub fn new(conversions: f64, nulls: f64, value: f64) -> Option<Self> {
        let counts = conversions.is_finite() && nulls.is_finite() && conversions >= 0.0 && nulls >= 0.0;
        (counts && value.is_finite()).then_some(Self { conversions, nulls, value })
    }

    /// How often the path ended in a conversion.
    pub fn conversions(&self) -> f64 {
        self.conversions
    }

    /// How often the path ended without one.
    pub fn nulls(&self) -> f64 {
        self.nulls
    }

    /// What all of its conversions were worth.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// How often the path was seen.
    pub fn paths(&self) -> f64 {
        self.conversions + self.nulls
    }

    /// Adds what `other` has counted.
    pub fn add(&mut self, other: Self) {
        self.conversions += other.conversions;
        self.nulls += other.nulls;
        self.value += other.value;
    }
}
