//! `pareto_nbd_fit(frequency, recency, t)` — the Pareto/NBD model of customers who may leave at any time.

use bellwether_kernels::customer::buying::Kind;

use super::model::Fitted;
use super::{fits, history};
use crate::adapter::aggregate::Aggregate;
use crate::function::Function;
use crate::page::Page;

const FITTED: Fitted<3, 4> = Fitted::of(Kind::ParetoNbd);

const PAGE: Page = Page {
    summary: "The likeliest Pareto/NBD model of customers, each a row of rfm_summary. While a customer is active \
              he buys at random times at his own rate, and he leaves at a random time at a rate of his own. Both \
              rates are gamma distributed (r, alpha and s, beta).",
    result: "record: r, alpha, s, beta, all positive; their standard errors r_se, alpha_se, s_se, beta_se, on the \
             scale of logarithms times the parameter, so that the interval of 95 % is x × exp(± 1.96 × x_se / x); \
             log_likelihood; n: customers; iterations; status.",
    nulls: fits::NULLS,
    undefined: fits::UNDEFINED,
    errors: history::ERRORS,
    cost: "Equal rows are one with a weight, 32 bytes each. About 40 steps of the search, each 1 µs for every \
           different row.",
    source: "Schmittlein, Morrison & Colombo (1987); Fader & Hardie, “A Note on Deriving the Pareto/NBD Model” \
             (2005). The likelihood is integrated where the published form overflows.",
    example: "WITH customers(frequency, recency, t, n) AS (VALUES
  (0, 0, 40, 1400), (1, 5, 40, 180), (1, 25, 40, 130), (2, 15, 40, 80), (2, 35, 40, 110), (3, 30, 40, 60),
  (5, 20, 40, 20), (5, 38, 40, 70), (10, 39, 40, 40))
SELECT round((model).r, 3) AS r, round((model).alpha, 3) AS alpha, round((model).s, 3) AS s, round((model).beta, 3) AS beta, (model).n, (model).status
FROM (SELECT pareto_nbd_fit(frequency, recency, t, n) AS model FROM customers) AS fitted",
    output: "r | alpha | s | beta | n | status
0.394 | 15.172 | 0.370 | 18.041 | 2090 | ok",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: FITTED.declared(PAGE),
        result: |_types| Ok(FITTED.data_type()),
        bind: |_arguments| Ok(FITTED),
    })
}
