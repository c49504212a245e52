//! `gamma_gamma_fit(frequency, monetary)` — the Gamma-Gamma model of what an order is worth.

use bellwether_kernels::customer::gamma_gamma::{self, Spending};

use super::fits;
use super::model::{self, Fitted};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const FITTED: Fitted<2, 3> = Fitted {
    function: "gamma_gamma_fit",
    parameters: PARAMETERS,
    refuse: |&[frequency, monetary]| match () {
        () if !frequency.is_finite() || frequency < 0.0 || frequency.fract() != 0.0 => Some(0),
        () if frequency > 0.0 && !(monetary > 0.0 && monetary.is_finite()) => Some(1),
        () => None,
    },
    refusals: &[
        ("frequency", "must be a whole number that is not negative"),
        ("monetary", "must be a finite number above 0 where frequency is above 0"),
    ],
    skip: |&[frequency, _]| frequency == 0.0,
    fit: gamma_gamma::fit,
    beside: Some(("correlation", |customers| Spending::of(&customers.rows())?.correlation)),
};

/// The names of the parameters.
pub(super) const PARAMETERS: [&str; 3] = ["p", "q", "v"];

const PAGE: Page = Page {
    summary: "The likeliest Gamma-Gamma model of customers, each a row of rfm_summary: the values of a customer’s \
              orders vary around a mean of his own, and the means of customers vary. The model holds only where \
              who buys often does not spend more an order: see correlation. Customers without a repeated purchase \
              are left out.",
    result: "record: p, q, v, all positive; their standard errors p_se, q_se, v_se, on the scale of logarithms \
             times the parameter; log_likelihood; correlation of frequency and monetary, which should be near 0: \
             beyond ± 0.3 the model is of the wrong customers; n: customers with repeated purchases; iterations; \
             status.",
    nulls: "Rows where an argument is NULL are left out.",
    undefined: fits::UNDEFINED,
    errors: "argument frequency must be a whole number that is not negative; argument monetary must be a finite \
             number above 0 where frequency is above 0; argument weight must be a finite number that is not \
             negative.",
    cost: "Equal rows are one with a weight, 24 bytes each. About 30 steps of the search, each 50 ns for every \
           different row.",
    source: "Fader & Hardie, “The Gamma-Gamma Model of Monetary Value” (2013).",
    example: "WITH customers(frequency, monetary, n) AS (VALUES
  (1, 8, 40), (1, 20, 60), (1, 45, 25), (2, 12, 40), (2, 30, 40), (4, 15, 20), (4, 35, 20), (9, 22, 10), (9, 60, 5))
SELECT round((model).p, 3) AS p, round((model).q, 3) AS q, round((model).v, 3) AS v, (model).n, (model).status
FROM (SELECT gamma_gamma_fit(frequency, monetary, n) AS model FROM customers) AS fitted",
    output: "p | q | v | n | status
4.719 | 7.031 | 29.614 | 260 | ok",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: FITTED.function,
            parameters: vec![
                Parameter::value("frequency", Type::Number, "Purchases after the first: a whole number, at least 0."),
                Parameter::value("monetary", Type::Number, "Mean value of these purchases, above 0."),
                model::weight(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(FITTED.data_type()),
        bind: |_arguments| Ok(FITTED),
    })
}
