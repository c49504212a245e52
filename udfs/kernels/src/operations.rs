//! Operations: how many agents calls need, and what ratings say.
//!
//! - [`erlang`]: calls that wait, calls that are lost, and agents for a service level;
//! - [`erlang_a`]: calls that wait and hang up when their patience ends;
//! - [`peaks`]: hours, days and months in which more comes than usual;
//! - [`rating`]: the net promoter score.

pub mod erlang;
pub mod erlang_a;
pub mod peaks;
pub mod rating;
