//! `mbg_nbd_fit(frequency, recency, t)` — the MBG/NBD model of customers who may leave after any purchase.

use bellwether_kernels::customer::buying::Kind;

use super::model::Fitted;
use super::{fits, history};
use crate::adapter::aggregate::Aggregate;
use crate::function::Function;
use crate::page::Page;

const FITTED: Fitted<3, 4> = Fitted::of(Kind::MbgNbd);

const PAGE: Page = Page {
    summary: "The likeliest MBG/NBD model of customers, each a row of rfm_summary. While a customer is active he \
              buys at random times at his own rate; after a purchase, the first too, he leaves with a probability \
              of his own. Rates are gamma distributed (r, alpha), probabilities beta distributed (a, b).",
    result: "record: r, alpha, a, b, all positive; their standard errors r_se, alpha_se, a_se, b_se, on the scale \
             of logarithms times the parameter, so that the interval of 95 % is x × exp(± 1.96 × x_se / x); \
             log_likelihood; n: customers; iterations; status.",
    nulls: fits::NULLS,
    undefined: fits::UNDEFINED,
    errors: history::ERRORS,
    cost: "Equal rows are one with a weight, 32 bytes each. About 30 steps of the search, each 60 ns for every \
           different row.",
    source: "Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007).",
    example: "WITH customers(frequency, recency, t, n) AS (VALUES
  (0, 0, 40, 1400), (1, 5, 40, 180), (1, 25, 40, 130), (2, 15, 40, 80), (2, 35, 40, 110), (3, 30, 40, 60),
  (5, 20, 40, 20), (5, 38, 40, 70), (10, 39, 40, 40))
SELECT round((model).r, 3) AS r, round((model).alpha, 3) AS alpha, round((model).a, 3) AS a, round((model).b, 3) AS b, (model).n, (model).status
FROM (SELECT mbg_nbd_fit(frequency, recency, t, n) AS model FROM customers) AS fitted",
    output: "r | alpha | a | b | n | status
1.213 | 20.616 | 0.334 | 0.274 | 2090 | ok",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: FITTED.declared(PAGE),
        result: |_types| Ok(FITTED.data_type()),
        bind: |_arguments| Ok(FITTED),
    })
}
