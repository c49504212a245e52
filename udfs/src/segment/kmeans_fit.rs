//! `kmeans_fit(features, k [, seed])` — centres of groups of rows that resemble each other.

use std::mem::size_of;

use bellwether_kernels::segment::kmeans::{Clusters, fit};
use bellwether_kernels::segment::points::Points;
use bellwether_kernels::segment::silhouette::best;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::model::{Found, fields, records};
use super::point::{self, Refused};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "kmeans_fit";

/// The most clusters that `auto` tries.
const AUTO_MAX: usize = 10;

/// The most clusters.
const K_MAX: usize = 1000;

const PAGE: Page = Page {
    summary: "The centres with the least sum of squared distances from rows to the nearest of them. Features count as \
              they are: bring them to like scales before, as `(x - avg(x) OVER ()) / stddev(x) OVER ()`, or use \
              `segment`, which does.",
    result: "record: status; n: rows; k: clusters; inertia: the sum of squared distances; silhouette: with k 'auto' how \
             well the clusters are apart, from -1 to 1; clusters: an array of records cluster (from 1, by falling \
             size), size and centre, as `kmeans_assign` reads it.",
    nulls: "Rows with a feature that is NULL, NaN or infinite are left out.",
    undefined: "There are fewer clusters than k where there are fewer different rows. Without rows status is \
                insufficient_data.",
    errors: "argument k of kmeans_fit must be 'auto' or an integer from 1 to 1000, got '0'; argument features of \
             kmeans_fit has 2 values in one row and 3 in another; argument features of kmeans_fit must be numbers.",
    cost: "The rows are held once. Twenty starts of some twenty moves, each a distance from every row to every centre; \
           of more than 50,000 rows the starts see a sample.",
    source: "k-means++ (Arthur & Vassilvitskii 2007), Lloyd (1982), Hartigan (1975); 'auto' takes the k from 2 to 10 \
             with the greatest silhouette (Rousseeuw 1987).",
    example: "SELECT (m).k, round((m).inertia, 6) AS inertia, (m).clusters[1]['size'] AS largest
FROM (SELECT kmeans_fit(ARRAY[x, y], 2) AS m
      FROM (VALUES (1, 1), (1, 2), (2, 1), (9, 9), (9, 8)) AS t(x, y)) AS fitted",
    output: "k | inertia | largest
2 | 1.833333 | 3",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: NAME,
            parameters: vec![
                point::parameter(),
                Parameter::option("k", Constant::Text, "How many clusters: a number, or 'auto'."),
                Parameter::option("seed", Constant::Integer(0, i64::MAX), "Decides where the search begins.")
                    .or_integer(1),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |arguments| Ok(KMeans { k: clusters(arguments)?, seed: arguments.integer("seed")? as u64 }),
    })
}

/// The argument `k`: `None` for 'auto'.
pub(super) fn clusters(arguments: &Arguments) -> Result<Option<usize>> {
    let given = arguments.text("k")?;
    if given.eq_ignore_ascii_case("auto") {
        return Ok(None);
    }
    match given.parse() {
        Ok(k) if (1..=K_MAX).contains(&k) => Ok(Some(k)),
        // What is not known yet is planned with as if it fitted.
        _ if !arguments.is_complete() => Ok(None),
        _ => {
            Err(arguments.invalid("k", format!("must be 'auto' or an integer from 1 to {K_MAX}, got '{given}'")).into())
        }
    }
}

/// The clusters of points, and their silhouette if the number was looked for.
pub(super) fn find(points: Points<'_>, k: Option<usize>, seed: u64) -> (Clusters, Option<f64>) {
    match k {
        Some(k) => (fit(points, k, seed), None),
        None => best(points, AUTO_MAX, seed),
    }
}

struct KMeans {
    k: Option<usize>,
    seed: u64,
}

/// The rows of a group, one after the other.
#[derive(Debug, Clone, Default)]
struct Rows {
    values: Vec<f64>,
    dimensions: usize,
    refused: Option<Refused>,
}

impl Call for KMeans {
    type State = Rows;

    fn empty(&self) -> Rows {
        Rows::default()
    }

    fn update(&self, state: &mut Rows, columns: &Columns, row: usize) {
        let before = state.values.len();
        match point::read(columns, 0, row, &mut state.values) {
            Ok(0) => {}
            Ok(dimensions) if state.dimensions == 0 || dimensions == state.dimensions => state.dimensions = dimensions,
            Ok(dimensions) => {
                state.values.truncate(before);
                state.refused = Some(Refused::Lengths(state.dimensions, dimensions));
            }
            Err(refused) => state.refused = Some(refused),
        }
    }

    fn merge(&self, state: &mut Rows, other: Rows) {
        if state.dimensions > 0 && other.dimensions > 0 && state.dimensions != other.dimensions {
            state.refused = Some(Refused::Lengths(state.dimensions, other.dimensions));
        }
        state.refused = state.refused.or(other.refused);
        state.dimensions = state.dimensions.max(other.dimensions);
        state.values.extend(other.values);
    }

    fn evaluate(&self, states: &[Rows]) -> Result<ArrayRef> {
        let mut found = Vec::with_capacity(states.len());
        for state in states {
            if let Some(refused) = state.refused {
                return Err(CallError::invalid(refused.told(NAME)).into());
            }
            let values = in_order(&state.values, state.dimensions);
            let points = Points::new(&values, state.dimensions);
            let (clusters, silhouette) = find(points, self.k, self.seed);
            let status = if points.is_empty() { "insufficient_data" } else { "ok" };
            found.push(Found { status, n: points.len(), dimensions: state.dimensions, clusters, silhouette });
        }
        records(&found)
    }
}

/// The points in an order of their own, so that what is found does not depend on how rows came.
fn in_order(values: &[f64], dimensions: usize) -> Vec<f64> {
    let mut points: Vec<&[f64]> = values.chunks_exact(dimensions.max(1)).collect();
    points.sort_unstable_by(|left, right| {
        let mut orders = left.iter().zip(*right).map(|(left, right)| left.total_cmp(right));
        orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    points.concat()
}

impl State for Rows {
    fn save(&self, writer: &mut Writer) {
        let (kind, left, right) = match self.refused {
            None => (0, 0, 0),
            Some(Refused::Lengths(left, right)) => (1, left, right),
            Some(Refused::Text) => (2, 0, 0),
        };
        writer.u8(kind);
        writer.count(left as u64);
        writer.count(right as u64);
        writer.count(self.dimensions as u64);
        writer.count(self.values.len() as u64);
        self.values.iter().for_each(|value| writer.f64(*value));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let kind = reader.u8()?;
        let (left, right) = (reader.count()? as usize, reader.count()? as usize);
        let refused = match kind {
            0 => None,
            1 => Some(Refused::Lengths(left, right)),
            _ => Some(Refused::Text),
        };
        let dimensions = reader.count()? as usize;
        let count = reader.length(8)?;
        let values = (0..count).map(|_| reader.f64()).collect::<Result<_>>()?;
        Ok(Self { values, dimensions, refused })
    }

    fn heap_bytes(&self) -> usize {
        self.values.capacity() * size_of::<f64>()
    }
}
