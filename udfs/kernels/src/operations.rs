//! Operations: how many agents calls need, and what ratings say.
//!
//! - [`erlang`]: calls that wait, calls that are lost, and agents for a service level;
//! - [`rating`]: the net promoter score.

pub mod erlang;
pub mod rating;
