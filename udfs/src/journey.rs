//! What customers do one after another: funnels, sequences, sessions, who comes back.
//!
//! | over | functions |
//! |---|---|
//! | the rows of a group, with conditions | `window_funnel`, `window_funnel_events`, `sequence_match`, `sequence_match_events`, `sequence_count`, `sequence_next_node`, `retention` |
//! | a relation of events | `funnel`, `funnel_dropoff`, `funnel_bottlenecks`, `time_to_convert`, `paths`, `journey_compare`, `sessions` |
//! | the rows of a window | `sessionize` |
//! | journeys that `journey_agg` and `journey_merge` keep | `funnel_from`, `retention_from`, `attribution_from` |

mod attribution_from;
mod condition;
mod funnel;
mod funnel_bottlenecks;
mod funnel_dropoff;
mod funnel_from;
mod gather;
mod journey_agg;
mod journey_compare;
mod journey_merge;
mod list;
mod mode;
mod paths;
mod pattern;
mod retention;
mod retention_from;
mod sequence_count;
mod sequence_match;
mod sequence_match_events;
mod sequence_next_node;
mod sessionize;
mod sessions;
mod steps;
mod stored;
mod time_to_convert;
pub(crate) mod totals;
mod value;
mod window_funnel;
mod window_funnel_events;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "What customers do one after another: funnels, sequences, sessions, who comes back.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        window_funnel::function(),
        window_funnel_events::function(),
        sequence_match::function(),
        sequence_match_events::function(),
        sequence_count::function(),
        sequence_next_node::function(),
        retention::function(),
        sessionize::function(),
        sessions::function(),
        funnel::function(),
        funnel_dropoff::function(),
        funnel_bottlenecks::function(),
        time_to_convert::function(),
        paths::function(),
        journey_compare::function(),
        journey_agg::function(),
        journey_merge::function(),
        funnel_from::function(),
        retention_from::function(),
        attribution_from::function(),
    ]
}
