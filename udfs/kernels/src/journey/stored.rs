//! Journeys as bytes: all events of one customer in a value that merges, is kept in a table, and answers new
//! questions without the rows it was made of.
//!
//! A journey is a multiset of (time, event, channel, value): events and channels are texts, values are numbers; channel
//! and value may be missing. Equal events count as often as they occur, in one journey or in two that are merged. The
//! bytes depend on the multiset alone, so that merging is associative and commutative to the byte, and the journey
//! without events is its identity.
//!
//! Versions 1 and 2, all integers little-endian or LEB128 varints. A journey is of version 2 if one of its events has
//! a value, and only then has the part of values:
//!
//! | part | bytes |
//! |---|---|
//! | version | 1: the number 1 or 2 |
//! | flags | 1: bits 0–1 the unit of times (1 µs, 1 ms, 1 s, 1 day: the coarsest that all are multiples of), bits 2–3 the width of codes (0, 1, 2, 4 bytes), bit 4 whether a channel is missing somewhere |
//! | count | varint: the number of events; nothing follows 0 |
//! | event names | varints of their number and their length in bytes, then each as varint of its length and UTF-8, in byte order |
//! | channel names | the same |
//! | first | varint: the first time, in units, its sign in the lowest bit |
//! | values | varint of their length in bytes; how many digits decimals have after the point, or 255 for double precision; then for every event with a value a varint of how many without one come before it, and the value: in units of the last digit, as a varint with the sign in the lowest bit, or in 8 bytes |
//! | controls | one byte an event, in the order of (time, event, channel, value, missing first): bits 5–7 the length of the difference (7 for 8 bytes), bits 0–4 the code if codes have no bytes of their own |
//! | codes | for every event its code: the event's place × the number of channels (one more if one is missing) + the channel's place |
//! | differences | for every event the time since the one before in units, in as many bytes as its control says |
//!
//! What is read is checked for its lengths; damaged bytes give [`Damaged`] or wrong answers, never a panic.

mod attribution;
mod credit;
mod funnel;
mod gather;
mod meanings;
mod period;
mod read;
mod retention;
mod scratch;
#[cfg(test)]
mod tests;
mod value;
mod vocabulary;
mod write;

pub use attribution::{StoredAttribution, StoredModel};
pub use credit::{Amount, AttributionTotals, ChannelCredit, Counts, Earned, Refused};
pub use funnel::StoredFunnel;
pub use gather::{Journey, entries_of};
pub use period::Period;
pub use read::{Moment, Stored};
pub use retention::{RetentionCell, RetentionTotals, StoredRetention};
pub use scratch::Scratch;
pub use value::{Digits, Value, number, word};
pub use vocabulary::Vocabulary;
pub use write::{Entry, Writer};

/// The version of the encoding of journeys without values.
const VERSION: u8 = 1;

/// The version of the encoding of journeys with values.
const VERSION_WITH_VALUES: u8 = 2;

/// Units of time, in microseconds, coarsest last.
const UNITS: [u64; 4] = [1, 1_000, 1_000_000, 86_400_000_000];

/// How many codes fit into a control byte.
const CONTROL_CODES: usize = 32;

/// The bytes are no journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;
