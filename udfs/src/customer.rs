//! What customers are worth: their orders in numbers, what they buy together, whether they come back.

mod base;
mod basket_rules;
mod bg_bb_expected_purchases;
mod bg_bb_fit;
mod bg_bb_probability_alive;
mod bg_nbd_expected_purchases;
mod bg_nbd_fit;
mod bg_nbd_probability_alive;
mod churn_risk;
mod clv;
mod cohort_retention;
mod fits;
mod gamma_gamma_expected_value;
mod gamma_gamma_fit;
mod history;
mod kaplan_meier;
mod log_rank;
mod mbg_nbd_expected_purchases;
mod mbg_nbd_fit;
mod mbg_nbd_probability_alive;
mod model;
mod occasions;
mod pareto_nbd_expected_purchases;
mod pareto_nbd_fit;
mod pareto_nbd_probability_alive;
mod prediction;
mod purchases;
mod revenue_movements;
mod rfm_summary;
mod sbg_fit;
mod sbg_survival;

pub(crate) use self::purchases::refuse_infinite;
use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str =
    "What customers are worth: their orders in numbers, what they buy together, whether they come back.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        rfm_summary::function(),
        clv::function(),
        churn_risk::function(),
        cohort_retention::function(),
        revenue_movements::function(),
        bg_nbd_fit::function(),
        bg_nbd_expected_purchases::function(),
        bg_nbd_probability_alive::function(),
        mbg_nbd_fit::function(),
        mbg_nbd_expected_purchases::function(),
        mbg_nbd_probability_alive::function(),
        pareto_nbd_fit::function(),
        pareto_nbd_expected_purchases::function(),
        pareto_nbd_probability_alive::function(),
        gamma_gamma_fit::function(),
        gamma_gamma_expected_value::function(),
        bg_bb_fit::function(),
        bg_bb_expected_purchases::function(),
        bg_bb_probability_alive::function(),
        sbg_fit::function(),
        sbg_survival::function(),
        kaplan_meier::function(),
        log_rank::function(),
        basket_rules::function(),
    ]
}
