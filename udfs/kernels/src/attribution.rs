//! Attribution: what each touchpoint on the way to a conversion has earned.
//!
//! A path is the touches of one conversion in the order in which they happened, each with the code of its
//! channel. Codes are dense: `0..n` for `n` channels, given out by the caller; [`NO_CHANNEL`] is none of them.
//!
//! - [`model`] names the rule-based models, [`rules`] weighs the touches of one path by them;
//! - [`apportion`] turns weights into money without losing a unit of it;
//! - [`path`] keeps distinct paths and how often each of them was seen;
//! - [`markov`] credits a channel by what would be lost without it in a Markov chain of the paths;
//! - [`shapley`] credits a channel by its average contribution to the coalitions of channels;
//! - [`edge`] counts which channel follows which.
//!
//! Every model is conservative: the weights of a path sum to one, and the credits of all channels to what
//! the paths have earned. What was earned without any touch is kept apart and belongs to no channel.

pub mod apportion;
pub mod edge;
pub mod markov;
pub mod model;
mod outcome;
pub mod path;
pub mod rules;
pub mod shapley;

pub use outcome::Outcome;

/// The code that stands for the absence of a channel.
pub const NO_CHANNEL: u32 = u32::MAX;
