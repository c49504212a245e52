//! What came next after a sequence of events: `sequence_next_node`.
//!
//! From a base event the events one after another must meet conditions 1, 2, … k, forwards or backwards in time,
//! the base event itself condition 1; the result is the event that follows the last of them. Nothing may lie
//! between.

use super::event::Event;

/// Which way to go from the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To later events.
    Forward,
    /// To earlier events.
    Backward,
}

/// Where the base is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// The first event, if it may be the base.
    Head,
    /// The last event, if it may be the base.
    Tail,
    /// The first event that may be the base and meets condition 1.
    FirstMatch,
    /// The last event that may be the base and meets condition 1.
    LastMatch,
}

impl Direction {
    /// Its name, and back.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "forward" => Some(Self::Forward),
            "backward" => Some(Self::Backward),
            _ => None,
        }
    }
}

impl Base {
    /// Reads the name of a base.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "head" => Some(Self::Head),
            "tail" => Some(Self::Tail),
            "first_match" => Some(Self::FirstMatch),
            "last_match" => Some(Self::LastMatch),
            _ => None,
        }
    }

    /// Whether one can go this way from it: nothing comes after the tail or before the head.
    pub fn allows(self, direction: Direction) -> bool {
        !matches!((self, direction), (Self::Head, Direction::Backward) | (Self::Tail, Direction::Forward))
    }
}

/// The bit of [`Event::met`] that says that an event may be the base; the conditions have the bits below.
pub const BASE: u32 = 1 << 31;

/// The position of the event that follows a sequence of `conditions` events from the base, if there is one.
/// `events` are all events of the customer, also those that meet nothing, in their order.
pub fn next_node(direction: Direction, base: Base, conditions: usize, events: &[Event]) -> Option<usize> {
    let may_start = |event: &Event| event.met & BASE != 0;
    let starts_sequence = |event: &Event| may_start(event) && event.met & 1 != 0;
    let base = match base {
        Base::Head => events.first().filter(|event| may_start(event)).map(|_| 0),
        Base::Tail => events.last().filter(|event| may_start(event)).map(|_| events.len() - 1),
        Base::FirstMatch => events.iter().position(starts_sequence),
        Base::LastMatch => events.iter().rposition(starts_sequence),
    }?;
    let place = |step: usize| match direction {
        Direction::Forward => Some(base + step).filter(|&place| place < events.len()),
        Direction::Backward => base.checked_sub(step),
    };
    for condition in 0..conditions {
        if events[place(condition)?].met >> condition & 1 == 0 {
            return None;
        }
    }
    place(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: u32 = 1;
    const B: u32 = 2;

    fn events(met: &[u32]) -> Vec<Event> {
        met.iter().zip(0..).map(|(&met, ts)| Event { ts, met: met | BASE }).collect()
    }

    #[test]
    fn the_published_examples_give_the_published_results() {
        // Home, Gift, Exit: after Home and Gift comes Exit.
        let journey = events(&[A, B, 0]);
        assert_eq!(next_node(Direction::Forward, Base::Head, 2, &journey), Some(2));
        // Home, Home, Gift, Basket: the head is followed by Home, not by Gift.
        assert_eq!(next_node(Direction::Forward, Base::Head, 2, &events(&[A, A, B, 0])), None);
        assert_eq!(next_node(Direction::Forward, Base::FirstMatch, 2, &events(&[A, A, B, 0])), None);
        assert_eq!(next_node(Direction::Forward, Base::LastMatch, 2, &events(&[A, A, B, 0])), Some(3));
        // Backwards from the tail: Basket, before it Gift.
        assert_eq!(next_node(Direction::Backward, Base::Tail, 2, &events(&[0, B, A])), Some(0));
    }

    #[test]
    fn only_an_event_that_may_be_the_base_is() {
        let mut journey = events(&[A, B, A, B]);
        journey[0].met &= !BASE;
        assert_eq!(next_node(Direction::Forward, Base::Head, 1, &journey), None);
        assert_eq!(next_node(Direction::Forward, Base::FirstMatch, 1, &journey), Some(3));
        assert_eq!(next_node(Direction::Backward, Base::FirstMatch, 1, &journey), Some(1));
    }

    #[test]
    fn beyond_the_ends_there_is_nothing() {
        assert_eq!(next_node(Direction::Forward, Base::FirstMatch, 1, &[]), None);
        assert_eq!(next_node(Direction::Forward, Base::FirstMatch, 1, &events(&[A])), None);
        assert_eq!(next_node(Direction::Backward, Base::FirstMatch, 1, &events(&[A])), None);
        assert_eq!(next_node(Direction::Forward, Base::Head, 2, &events(&[A, B])), None);
    }

    #[test]
    fn there_is_no_way_back_from_the_head_or_on_from_the_tail() {
        assert!(!Base::Head.allows(Direction::Backward));
        assert!(!Base::Tail.allows(Direction::Forward));
        assert!(Base::FirstMatch.allows(Direction::Backward));
    }
}
