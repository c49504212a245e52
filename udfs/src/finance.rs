//! Money: what was spent and comes back, what is owed, how long it lasts, and why figures changed.

mod breakeven_units;
mod bridge;
mod burn;
mod cash_conversion_cycle;
mod cash_forecast;
mod dpo;
mod dso;
mod formula;
mod margin_waterfall;
mod outstanding;
mod pacing;
mod payback_days;
mod price_volume_mix;
mod runway;
mod variance_bridge;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str =
    "What was spent and comes back, what is owed, how long it lasts, and why figures changed.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        breakeven_units::function(),
        burn::function(),
        cash_conversion_cycle::function(),
        cash_forecast::function(),
        dpo::function(),
        dso::function(),
        margin_waterfall::function(),
        pacing::function(),
        payback_days::function(),
        price_volume_mix::function(),
        runway::function(),
        variance_bridge::function(),
    ]
}
