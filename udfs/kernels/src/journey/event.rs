//! One customer's event, as the journey kernels see it: a time and the conditions it meets.

/// The largest number of conditions one call can have: one bit each in [`Event::met`].
pub const CONDITIONS_MAX: usize = 32;

/// One event of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When it happened, in any unit; the windows and gaps it is compared with are in the same one.
    pub ts: i64,
    /// The conditions it meets: bit `i` is condition `i + 1`.
    pub met: u32,
}

impl Event {
    /// The rank of an event: by time, and of simultaneous events the one that meets the earlier condition first.
    ///
    /// Events of the same rank meet the same conditions at the same time, so that the order of the rows they
    /// came from cannot show in a result.
    pub fn rank(&self) -> (i64, u32) {
        (self.ts, !self.met.reverse_bits())
    }
}

/// Puts the events of one customer in the order of [`Event::rank`], which is what every kernel here expects.
pub fn sort(events: &mut [Event]) {
    if !events.is_sorted_by_key(Event::rank) {
        events.sort_unstable_by_key(Event::rank);
    }
}

/// The time from `earlier` to `later`, which must not be before it: exact over the whole range of `i64`.
pub fn elapsed(earlier: i64, later: i64) -> u64 {
    later.abs_diff(earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simultaneous_events_come_in_the_order_of_the_first_condition_they_meet() {
        let mut events = [
            Event { ts: 5, met: 0 },
            Event { ts: 5, met: 0b100 },
            Event { ts: 5, met: 0b110 },
            Event { ts: 5, met: 0b001 },
            Event { ts: 4, met: 0b100 },
        ];
        sort(&mut events);
        assert_eq!(events.map(|event| event.met), [0b100, 0b001, 0b110, 0b100, 0]);
    }

    #[test]
    fn the_longest_possible_time_is_exact() {
        assert_eq!(elapsed(i64::MIN, i64::MAX), u64::MAX);
        assert_eq!(elapsed(-3, -3), 0);
    }
}
