//! `gradient_boost_fit(label, features [, seed])` and `gradient_boost_fit((rows), …)` — chances from many small trees.

use super::boosted::{Boosting, NAME};
use super::learn::{Learning, STATUSES, parameters};
use super::learner::{bound, record_type, table_parameters};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::TableFunction;

const PAGE: Page = Page {
    summary: "Learns the chance of a label from features by gradient boosting: some hundred trees of up to eight \
              leaves, each of which mends what those before it got wrong. Text is split by sets of levels, of which \
              the 254 most frequent are told apart; what is missing goes where it fits better. Rows that the trees \
              did not see decide how many there are and how large, and calibrate the chances. Of up to 50,000 rows the scores are the \
              mean of three such models, so that little is left to chance.",
    result: "record: status; n: rows; positives: rows with the label; trees; auc, pr_auc, brier, calibration_error \
             and lift_at_10, as `model_quality` tells them, on rows not seen; features: an array of records feature \
             and importance, which sum to 1, the most important first; encoded: the model as \
             `gradient_boost_predict` reads it.",
    nulls: "Rows whose label is NULL are left out. A NULL, NaN or infinite feature is missing.",
    undefined: STATUSES,
    errors: "argument label of gradient_boost_fit must be true or false, or 1 or 0, got 7.",
    cost: "The rows are held once, 8 bytes a number; then one byte a value. A tree takes about 3 ns for each value. Up \
           to 50,000 rows the scores are the mean of three models, and the trees of each are grown six times, for five \
           folds and for all, of the first with four and with eight leaves: some seconds for 10,000 rows of 20 features.",
    source: "Friedman (2001, 2002); histograms and sets of levels as in Ke et al., “LightGBM” (2017).",
    example: "SELECT (m).status, (m).n, (m).positives, (m).auc > 0.9 AS is_good, (m).features[1]['feature'] AS best
FROM (SELECT gradient_boost_fit((i % 10 > 4) = (i % 3 = 0), named_struct('x', i % 10, 'plan', CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END)) AS m
      FROM generate_series(1, 600) AS g(i)) AS fitted",
    output: "status | n | positives | is_good | best
ok | 600 | 300 | t | plan",
};

const TABLE_PAGE: Page = Page {
    summary: "Learns the chance of a label from columns by gradient boosting, as the aggregate does; the columns give \
              the features their names. With `ts` the last fifth of the rows, by time, is held out: what is learnt \
              from the past is judged by what came after.",
    result: "The `by` columns; n: rows; positives: rows with the label; auc: on rows not seen; status; model: the \
             record that the aggregate gives.",
    example: "WITH customers AS (
  SELECT (i % 10 > 4) = (i % 3 = 0) AS churned, i % 10 AS tenure, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS plan
  FROM generate_series(1, 600) AS g(i))
SELECT n, positives, auc > 0.9 AS is_good, status
FROM gradient_boost_fit(customers, label => 'churned', features => ARRAY['tenure', 'plan'])",
    output: "n | positives | is_good | status
600 | 300 | t | ok",
    ..PAGE
};

const SEED: Constant = Constant::Integer(0, i64::MAX);

const SEED_MEANING: &str = "Decides which rows and features a tree sees.";

pub(super) fn aggregate() -> Function {
    let mut parameters = parameters();
    parameters.push(Parameter::option("seed", SEED, SEED_MEANING).or_integer(1));
    Function::aggregate(Aggregate {
        declared: Declared { name: NAME, parameters, page: PAGE },
        result: |_types| Ok(record_type::<Boosting>()),
        bind: |arguments| Ok(Learning(Boosting { seed: arguments.integer("seed")? as u64, in_time: false })),
    })
}

pub(super) fn table() -> Function {
    let mut parameters = table_parameters();
    let ts = Parameter::order("ts", "The column of when a row was known: the last fifth is held out.");
    parameters.extend([ts.optional(), Parameter::constant("seed", SEED, SEED_MEANING).or_integer(1), Parameter::by()]);
    Function::table(TableFunction {
        declared: Declared { name: NAME, parameters, page: TABLE_PAGE },
        bind: |call| bound(call, Boosting { seed: call.integer("seed")? as u64, in_time: call.has("ts") }),
    })
}
