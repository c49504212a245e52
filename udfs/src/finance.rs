//! Money: what was spent and comes back, what is owed, how long it lasts, and why revenue changed.

mod breakeven_units;
mod cash_conversion_cycle;
mod dpo;
mod dso;
mod formula;
mod outstanding;
mod pacing;
mod payback_days;
mod price_volume_mix;
mod runway;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str =
    "What was spent and comes back, what is owed, how long it lasts, and why revenue changed.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        breakeven_units::function(),
        cash_conversion_cycle::function(),
        dpo::function(),
        dso::function(),
        pacing::function(),
        payback_days::function(),
        price_volume_mix::function(),
        runway::function(),
    ]
}
