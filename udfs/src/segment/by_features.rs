//! `segment((customers), …)` — customers who resemble each other, by features.

use std::mem::size_of;

use bellwether_kernels::segment::kmeans::{Clusters, nearest};
use bellwether_kernels::segment::points::Points;
use bellwether_kernels::segment::scale::Scale;
use datafusion::error::Result;

use super::kmeans_fit::{clusters, find};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, FeatureColumn, Group, ResultColumn, Sink, TableFunction};

const NAME: &str = "segment";

const PAGE: Page = Page {
    summary: "Divides customers into segments whose members resemble each other, by k-means. Features are brought to \
              like scales before: of amounts and counts with a long tail the logarithm of one more is taken, then all \
              are standardised. `describe_segments` says what makes each segment different.",
    result: "The `by` columns; customer_id; segment: from 1, the largest first; distance: from the segment's centre, in standard \
             deviations; k: how many segments there are; silhouette: with k 'auto' how well they are apart, from -1 to \
             1.",
    nulls: "Customers whose id is NULL are left out. A NULL, NaN or infinite feature counts as its mean. Of several \
            rows of a customer the mean counts.",
    undefined: "There are fewer segments than k where there are fewer different customers.",
    errors: "argument k of segment must be 'auto' or an integer from 1 to 1000, got '0'; argument features of segment \
             must be numbers, column \"plan\" is text.",
    cost: "As `kmeans_fit`, on one thread for each value of the `by` columns; 'auto' tries 2 to 10 segments. 16 bytes \
           for each feature of a customer.",
    source: "As `kmeans_fit`.",
    example:
        "WITH customers(id, orders, revenue) AS (VALUES (1, 1, 10), (2, 1, 12), (3, 2, 11), (4, 30, 900), (5, 28, 950))
SELECT customer_id, segment, k FROM segment(customers, customer => 'id', features => ARRAY['orders', 'revenue'], k => 2)
ORDER BY customer_id",
    output: "customer_id | segment | k
1 | 1 | 2
2 | 1 | 2
3 | 1 | 2
4 | 2 | 2
5 | 2 | 2",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::input("customers", "Customers with their features, one row each."),
                Parameter::key("customer", "customer_id", "The column of the customer."),
                Parameter::features("features", "The columns of numbers they are compared by."),
                Parameter::constant("k", Constant::Text, "How many segments: a number, or 'auto'.").or("auto"),
                Parameter::constant("seed", Constant::Integer(0, i64::MAX), "Decides where the search begins.")
                    .or_integer(1),
                Parameter::by(),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::key("customer"),
        ResultColumn::integer("segment"),
        ResultColumn::number("distance"),
        ResultColumn::integer("k"),
        ResultColumn::number("silhouette"),
    ];
    let features = call.features(0);
    super::refuse_text(call, &features)?;
    let (k, seed) = (clusters(call)?, call.integer("seed")? as u64);
    let customers = Customers { features, k, seed, places: Vec::new(), points: Vec::new(), found: None };
    Ok(Bound::each_group(columns, customers).together())
}

#[derive(Debug, Clone)]
struct Customers {
    features: Vec<FeatureColumn>,
    k: Option<usize>,
    seed: u64,
    /// The place of each customer's id.
    places: Vec<u32>,
    /// Their points, one after the other.
    points: Vec<f64>,
    /// The segments, once all customers were shown.
    found: Option<Found>,
}

/// The segments of all customers.
#[derive(Debug, Clone)]
struct Found {
    scale: Scale,
    clusters: Clusters,
    silhouette: Option<f64>,
}

impl Customers {
    /// The means of a customer's features; NaN is missing.
    fn point(&self, group: &Group<'_>) -> Vec<f64> {
        let rows = group.rows(0);
        self.features.iter().map(|feature| super::mean(&rows, feature.slot)).collect()
    }
}

impl EachGroup for Customers {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        self.points.extend(self.point(group));
        self.places.push(group.rank()? as u32);
        Ok(())
    }

    fn work(&mut self) -> Result<bool> {
        let (places, points) = (std::mem::take(&mut self.places), std::mem::take(&mut self.points));
        let dimensions = self.features.len().max(1);
        // In the order of ids, so that what is found does not depend on how rows came.
        let mut values = vec![0.0; points.len()];
        for (place, point) in places.into_iter().zip(points.chunks_exact(dimensions)) {
            let start = place as usize * dimensions;
            values[start..start + dimensions].copy_from_slice(point);
        }
        drop(points);
        let scale = Scale::new(&values, dimensions);
        values.chunks_exact_mut(dimensions).for_each(|point| scale.apply(point));
        let (clusters, silhouette) = find(Points::new(&values, dimensions), self.k, self.seed);
        self.found = Some(Found { scale, clusters, silhouette });
        Ok(false)
    }

    fn heap_bytes(&self) -> usize {
        // Once more for the points in order.
        2 * self.points.capacity() * size_of::<f64>() + self.places.capacity() * size_of::<u32>()
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let mut point = self.point(group);
        let Some(found) = &self.found else { return Ok(()) };
        found.scale.apply(&mut point);
        let centres = Points::new(&found.clusters.centres, point.len());
        let Some((place, away)) = nearest(centres, &point) else { return Ok(()) };
        let mut row = out.row();
        row.integer(place as i64 + 1).number(away.sqrt());
        row.integer(found.clusters.sizes.len() as i64).number(found.silhouette);
        Ok(())
    }
}
