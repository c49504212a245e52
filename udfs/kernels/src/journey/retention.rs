//! Who came back: `retention(c1, c2, …)`.
//!
//! The result of a customer has one flag for each condition: the first says whether some event met condition 1,
//! the i-th whether some event met condition 1 and some event, the same or another, met condition i.

/// The conditions met by the events of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    met: u32,
}

impl Retention {
    /// No events.
    pub fn new() -> Self {
        Self::default()
    }

    /// The state with these conditions met.
    pub fn from_bits(met: u32) -> Self {
        Self { met }
    }

    /// The conditions met so far, as bits.
    pub fn bits(self) -> u32 {
        self.met
    }

    /// Adds an event that meets these conditions.
    pub fn update(&mut self, met: u32) {
        self.met |= met;
    }

    /// Adds the events of another state of the same customer.
    pub fn merge(&mut self, other: Self) {
        self.met |= other.met;
    }

    /// The flags: bit i for condition i + 1.
    pub fn finish(self) -> u32 {
        if self.met & 1 == 1 { self.met } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_first_condition_nobody_is_retained() {
        let mut state = Retention::new();
        assert_eq!(state.finish(), 0);
        state.update(0b110);
        assert_eq!(state.finish(), 0);
        state.update(0b001);
        assert_eq!(state.finish(), 0b111);
    }

    #[test]
    fn merging_is_the_same_as_taking_all_events_in_any_order() {
        for (left, right) in (0..8).flat_map(|left| (0..8).map(move |right| (left, right))) {
            let mut one = Retention::from_bits(left);
            one.merge(Retention::from_bits(right));
            let mut other = Retention::from_bits(right);
            other.merge(Retention::from_bits(left));
            let mut all = Retention::new();
            all.update(left);
            all.update(right);
            assert_eq!(one, other);
            assert_eq!(one, all);
            assert_eq!(Retention::from_bits(all.bits()), all);
        }
    }
}
