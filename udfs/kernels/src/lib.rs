//! Bellwether's mathematics: numbers come in as slices and leave as numbers.
//!
//! Nothing here knows Arrow, DataFusion, a clock, a file or a thread. What is random takes a seed; what can
//! fail to have an answer says so in its result. A state that is folded over rows has `new`, `update`,
//! `merge` and a reading of its result, and merging is associative with the empty state as identity.
//!
//! - [`anomaly`]: values that are not as they should be, changes of level, moments and order of moving windows;
//! - [`attribution`]: what each touchpoint on the way to a conversion has earned;
//! - [`customer`]: what customers are worth: models of buying and leaving, of order values, of contracts;
//! - [`decompose`]: a time series taken apart into trend, seasons and remainder, and the periods it has;
//! - [`distribution`]: probability distributions;
//! - [`finance`]: what the cash at hand will be;
//! - [`forecast`]: what a series will do: models, their choice, intervals;
//! - [`journey`]: what the events of a customer say: funnels, sequences, sessions, paths;
//! - [`linalg`]: linear systems;
//! - [`numeric`]: decimals with PostgreSQL's digits;
//! - [`operations`]: how many agents calls need, and what ratings say;
//! - [`optimize`]: least values of functions, and their roots;
//! - [`ordering`]: rows of groups, brought together and into order without comparing keys across groups;
//! - [`random`]: chance from a seed;
//! - [`score`]: the chance of a label from features, and how good such chances are;
//! - [`segment`]: customers who resemble each other;
//! - [`special`]: special functions of mathematics.

pub mod anomaly;
pub mod attribution;
pub mod customer;
pub mod decompose;
pub mod distribution;
pub mod finance;
pub mod forecast;
mod hash;
pub mod journey;
pub mod linalg;
pub mod numeric;
pub mod operations;
pub mod optimize;
pub mod ordering;
pub mod random;
pub mod score;
pub mod segment;
pub mod special;
