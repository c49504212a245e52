//! `kmeans_assign(model, features)` — the cluster whose centre is nearest to a row.

use std::sync::Arc;

use bellwether_kernels::segment::kmeans::nearest;
use bellwether_kernels::segment::points::Points;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::model::centres;
use super::point;
use crate::adapter::column::{Column, Columns};
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "kmeans_assign";

const PAGE: Page = Page {
    summary: "The cluster of a model of `kmeans_fit` whose centre is nearest to a row, of equals the first.",
    result: "bigint, from 1: the clusters' number in the model.",
    nulls: "NULL when a feature is NULL, NaN or infinite, and without a model.",
    undefined: "NULL of a model without clusters.",
    errors: "argument features of kmeans_assign has 2 values in one row and 3 in another; argument features of \
             kmeans_assign must be numbers; argument model of kmeans_assign must be a model of kmeans_fit.",
    cost: "A distance for each cluster and row. A model from a scalar subquery is read once a batch.",
    source: "Lloyd (1982).",
    example: "WITH t(x, y) AS (VALUES (1, 1), (1, 2), (2, 1), (9, 9), (9, 8)),
  fitted AS (SELECT kmeans_fit(ARRAY[x, y], 2) AS model FROM t)
SELECT x, y, kmeans_assign((SELECT model FROM fitted), ARRAY[x, y]) AS cluster FROM t ORDER BY x, y",
    output: "x | y | cluster
1 | 1 | 1
1 | 2 | 1
2 | 1 | 1
9 | 8 | 2
9 | 9 | 2",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::value("model", Type::Model, "The model: the record that kmeans_fit gave."),
                point::parameter(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Int64),
        bind: |_arguments| Ok(Assign),
    })
}

struct Assign;

impl Map for Assign {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let record = match columns.column(0) {
            Some(Column::Any(array)) => array.as_struct_opt(),
            _ => None,
        };
        let record = record.filter(|record| record.column_by_name("clusters").is_some()).ok_or_else(|| {
            CallError::invalid(format!("argument model of {NAME} must be a model of kmeans_fit")).at("model")
        })?;
        let mut clusters = Int64Builder::with_capacity(columns.rows());
        let mut point = Vec::new();
        // The model of the row before: one stands for all rows, or they are read one by one.
        let mut known = centres(record, 0);
        for row in 0..columns.rows() {
            if record.len() > 1 && row > 0 {
                known = centres(record, row);
            }
            point.clear();
            let given = point::read(columns, 1, row, &mut point);
            let given = given.map_err(|refused| CallError::invalid(refused.told(NAME)).at("features"))?;
            let Some((values, dimensions)) = known.as_ref().filter(|_| given > 0) else {
                clusters.append_null();
                continue;
            };
            if *dimensions != given {
                let fact = point::Refused::Lengths(*dimensions, given).told(NAME);
                return Err(CallError::invalid(fact).at("features").into());
            }
            let cluster = nearest(Points::new(values, *dimensions), &point);
            clusters.append_option(cluster.map(|(place, _)| place as i64 + 1));
        }
        Ok(Arc::new(clusters.finish()))
    }
}
