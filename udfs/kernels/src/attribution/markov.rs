//! Markov attribution: what would be lost without a channel.
//!
//! A path is a walk through states, from a start to a conversion or to nothing. A state is the last `k`
//! channels, `k` being the order. The chances of every step are counted from the paths; from them follows the
//! chance `P` of a conversion, and `P_c`, when every state that holds channel `c` leads to nothing instead.
//! The removal effect of a channel is `1 − P_c / P`, and the conversions are credited in proportion to it.
//! For the value, a conversion counts by what it was worth.
//!
//! The effects are solved for, not simulated, to twelve digits: for order one from one dense inverse for
//! all channels together, else by sweeps over the sparse chain, several channels at a time.
//!
//! Anderl, Becker, von Wangenheim & Schumann (2016), *Mapping the customer journey*, IJRM 33(3).

mod chain;
mod dense;
mod removal;
mod sparse;
mod transition;

pub use removal::{ChannelCredit, Unsolved, removal_effects};
pub use transition::{ORDER_MAX, STATES_MAX, TooManyStates, Transitions};

#[cfg(test)]
mod tests;
