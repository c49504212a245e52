//! Customer journeys: what one customer's events, in the order of time, say about the customer.
//!
//! One customer:
//!
//! - [`event`]: an event, and the order of simultaneous ones;
//! - [`funnel_mode`], [`window_funnel`]: how far a customer came through ordered steps;
//! - [`pattern`], [`sequence`]: whether the events match a pattern, and how often;
//! - [`next_node`]: what came next after a sequence of events;
//! - [`retention`]: who came back;
//! - [`sessionize`]: runs of events without a long gap.
//!
//! Many customers, as totals that merge:
//!
//! - [`funnel`], [`dropoff`], [`time_to_convert`], [`bottlenecks`]: a funnel's steps, and who leaves where;
//! - [`paths`]: the paths that customers take;
//! - [`compare`]: what sets converters apart;
//! - [`stored`]: journeys as bytes that merge and answer new questions;
//! - [`durations`], [`rate`], [`significance`]: the statistics they rest on.

pub mod bottlenecks;
pub mod compare;
pub mod dropoff;
pub mod durations;
pub mod event;
pub mod funnel;
pub mod funnel_mode;
pub mod next_node;
pub mod paths;
pub mod pattern;
#[cfg(test)]
mod random;
pub mod rate;
pub mod retention;
pub mod sequence;
pub mod sessionize;
pub mod significance;
pub mod stored;
pub mod time_to_convert;
pub mod window_funnel;
