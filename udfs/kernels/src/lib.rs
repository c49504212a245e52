//! Bellwether's mathematics: numbers come in as slices and leave as numbers.
//!
//! Nothing here knows Arrow, DataFusion, a clock, a file or a thread. What is random takes a seed; what can
//! fail to have an answer says so in its result. A state that is folded over rows has `new`, `update`,
//! `merge` and a reading of its result, and merging is associative with the empty state as identity.
//!
//! - [`attribution`]: what each touchpoint on the way to a conversion has earned;
//! - [`journey`]: what the events of a customer say: funnels, sequences, sessions, paths;
//! - [`linalg`]: linear systems;
//! - [`numeric`]: decimals with PostgreSQL's digits;
//! - [`ordering`]: rows of groups, brought together and into order without comparing keys across groups;
//! - [`random`]: chance from a seed.

pub mod attribution;
mod hash;
pub mod journey;
pub mod linalg;
pub mod numeric;
pub mod ordering;
pub mod random;
