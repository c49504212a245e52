//! `explain_score(model, features, …)` — which features raise or lower a row's score, and by how much.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Builder, ListArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::encoded::Learnt;
use super::prediction;
use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "explain_score";

/// The reasons that are told: a person reads no more.
const REASONS_MAX: usize = 5;

const PAGE: Page = Page {
    summary: "The reasons of a score: what each feature adds to the log odds of a row, compared with what is usual. \
              Of a regression that is the coefficient times the distance from the mean; of boosted trees it is \
              Shapley's value, the mean over all orders in which features become known, before calibration.",
    result: "An array of up to five records, the strongest first: feature; contribution, above 0 where the feature \
             makes the label likelier; direction, 'raises' or 'lowers'.",
    nulls: "As in `logistic_predict` and `gradient_boost_predict`; without a model NULL.",
    undefined: "Features that add nothing are left out.",
    errors: "Those of `gradient_boost_predict`.",
    cost: "Some 50 microseconds a row for 150 trees: explain the rows that somebody reads.",
    source: "Lundberg et al., “From local explanations to global understanding” (2020), for trees.",
    example: "WITH customers AS (SELECT i % 5 < 2 AND i % 11 > 2 AS churned, i % 11 AS tenure, i % 7 AS calls FROM generate_series(1, 300) AS g(i)),
  trained AS (SELECT logistic_fit(churned, named_struct('tenure', tenure, 'calls', calls)) AS model FROM customers)
SELECT r['feature'] AS feature, round(r['contribution'], 4) AS contribution, r['direction'] AS direction
FROM (SELECT unnest(explain_score((SELECT model FROM trained), 10, 6)) AS r) AS reasons",
    output: "feature | contribution | direction
tenure | 1.1803 | raises
calls | 0.0827 | raises",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: NAME, parameters: prediction::parameters(), page: PAGE },
        result: |_types| Ok(DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields()), true)))),
        bind: |_arguments| Ok(Explain),
    })
}

fn fields() -> Fields {
    vec![
        Field::new("feature", DataType::Utf8, false),
        Field::new("contribution", DataType::Float64, false),
        Field::new("direction", DataType::Utf8, false),
    ]
    .into()
}

struct Explain;

impl Map for Explain {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let (mut names, mut numbers, mut directions) =
            (StringBuilder::new(), Float64Builder::new(), StringBuilder::new());
        let (mut lengths, mut present) = (Vec::new(), Vec::new());
        prediction::each_run(columns, NAME, |run| {
            for row in 0..run.rows {
                present.push(run.model.is_some());
                let Some(encoded) = run.model else {
                    lengths.push(0);
                    continue;
                };
                let contributions = match &encoded.model {
                    Learnt::Logistic(regression) => regression.contributions(&run.features, row),
                    Learnt::Boosted(model) => model.contributions(&run.features, row),
                };
                let mut reasons: Vec<(&str, f64)> =
                    encoded.known.iter().map(|known| known.name.as_str()).zip(contributions).collect();
                reasons.retain(|(_, contribution)| *contribution != 0.0 && contribution.is_finite());
                reasons.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()).then(left.0.cmp(right.0)));
                reasons.truncate(REASONS_MAX);
                lengths.push(reasons.len());
                for (name, contribution) in reasons {
                    names.append_value(name);
                    numbers.append_value(contribution);
                    directions.append_value(if contribution > 0.0 { "raises" } else { "lowers" });
                }
            }
            Ok(())
        })?;
        let arrays: Vec<ArrayRef> =
            vec![Arc::new(names.finish()), Arc::new(numbers.finish()), Arc::new(directions.finish())];
        let reasons = StructArray::try_new(fields(), arrays, None)?;
        let item = Arc::new(Field::new_list_field(DataType::Struct(fields()), true));
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(reasons), Some(present.into()))?))
    }
}
