//! `gradient_boost_fit(label, features [, seed])` and `gradient_boost_fit((rows), …)` — chances from many small trees.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::boosted::{Boosting, NAME, fields, records};
use super::frame::Frame;
use super::learn::{Learning, STATUSES, parameters};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, FeatureColumn, Group, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "Learns the chance of a label from features by gradient boosting: some hundred trees of up to eight \
              leaves, each of which mends what those before it got wrong. Text is split by sets of levels, of which \
              the 254 most frequent are told apart; what is missing goes where it fits better. Rows that the trees \
              did not see decide how many there are and calibrate the chances.",
    result: "record: status; n: rows; positives: rows with the label; trees; auc, pr_auc, brier, calibration_error \
             and lift_at_10, as `model_quality` tells them, on rows not seen; features: an array of records feature \
             and importance, which sum to 1, the most important first; encoded: the model as \
             `gradient_boost_predict` reads it.",
    nulls: "Rows whose label is NULL are left out. A NULL, NaN or infinite feature is missing.",
    undefined: STATUSES,
    errors: "argument label of gradient_boost_fit must be true or false, or 1 or 0, got 7.",
    cost: "The rows are held once, 8 bytes a number; then one byte a value. A tree takes about 3 ns for each value. Up \
           to 50,000 rows the trees are grown six times, for five folds and for all.",
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
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |arguments| Ok(Learning(Boosting { seed: arguments.integer("seed")? as u64, in_time: false })),
    })
}

pub(super) fn table() -> Function {
    let declared = Declared {
        name: NAME,
        parameters: vec![
            Parameter::input("rows", "Rows whose label is known."),
            Parameter::rows("label", Type::Label, "The column of what is to be told: true or false, or 1 or 0."),
            Parameter::features("features", "The columns it is told from."),
            Parameter::order("ts", "The column of when a row was known: the last fifth is held out.").optional(),
            Parameter::constant("seed", SEED, SEED_MEANING).or_integer(1),
            Parameter::by(),
        ],
        page: TABLE_PAGE,
    };
    Function::table(TableFunction { declared, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("n"),
        ResultColumn::integer("positives"),
        ResultColumn::number("auc"),
        ResultColumn::text("status"),
        ResultColumn::value("model", DataType::Struct(fields())),
    ];
    let boosting = Boosting { seed: call.integer("seed")? as u64, in_time: call.has("ts") };
    Ok(Bound::each_group(columns, Table { label: call.slot("label")?, features: call.features(0), boosting }))
}

#[derive(Debug, Clone)]
struct Table {
    label: Slot,
    features: Vec<FeatureColumn>,
    boosting: Boosting,
}

impl EachGroup for Table {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let frame = Frame::of_rows(&group.rows(0), &self.features, self.label, NAME)?;
        let (n, positives) = (frame.rows(), frame.positives());
        let fitted = self.boosting.fit(frame)?;
        let mut row = out.row();
        row.integer(n as i64).integer(positives as i64).number(fitted.auc());
        row.text(fitted.status.as_str()).value(records(&[fitted])?);
        Ok(())
    }
}
