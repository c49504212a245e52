//! What series will do: forecasts with intervals, their quality on the past, and what they are made of.

mod forecast_backtest;
mod forecast_components;
mod goal_projection;
mod list;
mod reconciled;
mod request;
mod rows;
mod seasonality;
mod table;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str =
    "What series will do: forecasts with intervals, their quality on the past, and what they are made of.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        table::function(),
        list::function(),
        forecast_backtest::function(),
        forecast_components::function(),
        goal_projection::function(),
        seasonality::function(),
    ]
}
