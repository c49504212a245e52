//! Operations: agents for calls, lines for visitors, and what customers say.

mod agents_required;
mod csat;
mod dni_pool_size;
mod erlang_a;
mod erlang_b;
mod erlang_c;
mod nps;
mod peak_periods;
mod staffing_plan;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "Agents for calls, lines for visitors, and what customers say.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        agents_required::function(),
        csat::function(),
        dni_pool_size::function(),
        erlang_a::function(),
        erlang_b::function(),
        erlang_c::function(),
        nps::function(),
        peak_periods::function(),
        staffing_plan::function(),
    ]
}

/// Seconds of an hour.
const HOUR_SECONDS: f64 = 3600.0;

/// A number of agents: whole, not negative, and one that can be counted to.
fn agents(number: f64) -> Option<u32> {
    let most = f64::from(bellwether_kernels::operations::erlang::AGENTS_MAX);
    (number >= 0.0 && number.fract() == 0.0 && number <= most).then_some(number as u32)
}
