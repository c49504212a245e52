//! `sbg_fit(periods, ended)` — the shifted beta-geometric model of how long contracts last.

use bellwether_kernels::customer::sbg;

use super::fits;
use super::model::{self, Fitted};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const FITTED: Fitted<2, 2> = Fitted {
    function: "sbg_fit",
    parameters: PARAMETERS,
    refuse: |&[periods, _]| (!periods.is_finite() || periods < 1.0 || periods.fract() != 0.0).then_some(0),
    refusals: &[("periods", "must be a whole number of at least 1")],
    skip: |_| false,
    fit: sbg::fit,
    beside: None,
};

/// The names of the parameters.
pub(super) const PARAMETERS: [&str; 2] = ["alpha", "beta"];

const PAGE: Page = Page {
    summary: "The likeliest shifted beta-geometric model of contracts that are renewed or not at the end of each \
              period: each customer leaves with a probability of his own, beta distributed. Retention then rises \
              with age, as those who leave easily leave first.",
    result: "record: alpha, beta, both positive; their standard errors alpha_se, beta_se, on the scale of \
             logarithms times the parameter; log_likelihood; n: customers; iterations; status.",
    nulls: fits::NULLS,
    undefined: fits::UNDEFINED,
    errors: "argument periods must be a whole number of at least 1; argument weight \
             must be a finite number that is not negative.",
    cost: "Equal rows are one with a weight, 24 bytes each, so that a fit takes well under a millisecond.",
    source: "Fader & Hardie, “How to Project Customer Retention” (2007), whose high-end case is the example.",
    example: "WITH customers(periods, ended, n) AS (VALUES
  (1, true, 131), (2, true, 126), (3, true, 90), (4, true, 60), (5, true, 42), (6, true, 34), (7, true, 26),
  (7, false, 491))
SELECT round((model).alpha, 3) AS alpha, round((model).beta, 3) AS beta, (model).n, (model).status
FROM (SELECT sbg_fit(periods, ended, n) AS model FROM customers) AS fitted",
    output: "alpha | beta | n | status
0.668 | 3.806 | 1000 | ok",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: FITTED.function,
            parameters: vec![
                Parameter::value("periods", Type::Number, "Periods the customer stayed: a whole number, at least 1."),
                Parameter::value("ended", Type::Flag, "Whether he left after the last of them, or is still there."),
                model::weight(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(FITTED.data_type()),
        bind: |_arguments| Ok(FITTED),
    })
}
