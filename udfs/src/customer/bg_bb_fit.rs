//! `bg_bb_fit(frequency, recency, periods)` — the BG/BB model of customers who have occasions to buy.

use bellwether_kernels::customer::bg_bb;

use super::model::{self, Fitted};
use super::{fits, occasions};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const FITTED: Fitted<3, 4> = Fitted {
    function: "bg_bb_fit",
    parameters: occasions::PARAMETERS,
    refuse: occasions::refuse,
    refusals: occasions::REFUSALS,
    skip: |_| false,
    fit: bg_bb::fit,
    beside: None,
};

const PAGE: Page = Page {
    summary: "The likeliest BG/BB model of customers who can buy once in each of a number of periods, as donors of \
              yearly campaigns: on each occasion an active customer buys with a probability of his own (alpha, \
              beta), before each he leaves with another (gamma, delta).",
    result: "record: alpha, beta, gamma, delta, all positive; their standard errors alpha_se, beta_se, gamma_se, \
             delta_se, on the scale of logarithms times the parameter; log_likelihood; n: customers; iterations; \
             status.",
    nulls: fits::NULLS,
    undefined: fits::UNDEFINED,
    errors: occasions::ERRORS,
    cost: "Equal rows are one with a weight, 32 bytes each. About 40 steps of the search, each 0.3 µs for every \
           different row and period after its last purchase.",
    source: "Fader, Hardie & Shang, “Customer-Base Analysis in a Discrete-Time Noncontractual Setting” (2010), \
             whose donations are the example.",
    example: "WITH donors(frequency, recency, periods, n) AS (VALUES
  (0, 0, 6, 3464), (1, 1, 6, 1091), (1, 2, 6, 277), (1, 3, 6, 129), (1, 4, 6, 78), (1, 5, 6, 119),
  (1, 6, 6, 129), (2, 2, 6, 613), (2, 3, 6, 255), (2, 4, 6, 155), (2, 5, 6, 173), (2, 6, 6, 234),
  (3, 3, 6, 322), (3, 4, 6, 181), (3, 5, 6, 225), (3, 6, 6, 357), (4, 4, 6, 240), (4, 5, 6, 284),
  (4, 6, 6, 512), (5, 5, 6, 335), (5, 6, 6, 728), (6, 6, 6, 1203))
SELECT round((model).alpha, 3) AS alpha, round((model).beta, 3) AS beta, round((model).gamma, 3) AS gamma,
       round((model).delta, 3) AS delta, (model).n, (model).status
FROM (SELECT bg_bb_fit(frequency, recency, periods, n) AS model FROM donors) AS fitted",
    output: "alpha | beta | gamma | delta | n | status
1.204 | 0.750 | 0.657 | 2.783 | 11104 | ok",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: FITTED.function,
            parameters: vec![
                Parameter::value("frequency", Type::Number, "Occasions on which the customer bought: a whole number."),
                Parameter::value("recency", Type::Number, "The last of them, counted from 1; 0 without."),
                Parameter::value("periods", Type::Number, "All occasions he had: a whole number up to 10000."),
                model::weight(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(FITTED.data_type()),
        bind: |_arguments| Ok(FITTED),
    })
}
