//! Clusters as a record: what `kmeans_fit` gives and `kmeans_assign` takes.

use std::sync::Arc;

use bellwether_kernels::segment::kmeans::Clusters;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Float64Builder, Int64Array, Int64Builder, ListArray, StringArray,
    StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::error::Result;

/// Clusters that were found, and of what.
pub(super) struct Found {
    pub status: &'static str,
    pub n: usize,
    pub dimensions: usize,
    pub clusters: Clusters,
    pub silhouette: Option<f64>,
}

fn numbers() -> DataType {
    DataType::new_list(DataType::Float64, true)
}

fn cluster_fields() -> Fields {
    vec![
        Field::new("cluster", DataType::Int64, false),
        Field::new("size", DataType::Int64, false),
        Field::new("centre", numbers(), false),
    ]
    .into()
}

/// The fields of the record.
pub(super) fn fields() -> Fields {
    vec![
        Field::new("status", DataType::Utf8, false),
        Field::new("n", DataType::Int64, false),
        Field::new("k", DataType::Int64, false),
        Field::new("inertia", DataType::Float64, true),
        Field::new("silhouette", DataType::Float64, true),
        Field::new("clusters", DataType::new_list(DataType::Struct(cluster_fields()), true), false),
    ]
    .into()
}

/// The records of what was found.
pub(super) fn records(found: &[Found]) -> Result<ArrayRef> {
    let (mut places, mut sizes, mut values) = (Int64Builder::new(), Int64Builder::new(), Float64Builder::new());
    let (mut lengths, mut dimensions) = (Vec::new(), Vec::new());
    for own in found {
        lengths.push(own.clusters.sizes.len());
        for (place, size) in (1..).zip(&own.clusters.sizes) {
            places.append_value(place);
            sizes.append_value(*size as i64);
            dimensions.push(own.dimensions);
        }
        values.append_slice(&own.clusters.centres);
    }
    let item = Arc::new(Field::new_list_field(DataType::Float64, true));
    let centres = ListArray::try_new(item, OffsetBuffer::from_lengths(dimensions), Arc::new(values.finish()), None)?;
    let arrays: Vec<ArrayRef> = vec![Arc::new(places.finish()), Arc::new(sizes.finish()), Arc::new(centres)];
    let clusters = StructArray::try_new(cluster_fields(), arrays, None)?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(cluster_fields()), true));
    let clusters = ListArray::try_new(item, OffsetBuffer::from_lengths(lengths), Arc::new(clusters), None)?;
    let count = |count: fn(&Found) -> usize| found.iter().map(|own| count(own) as i64).collect::<Int64Array>();
    let number = |number: fn(&Found) -> Option<f64>| found.iter().map(number).collect::<Float64Array>();
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(found.iter().map(|own| Some(own.status)).collect::<StringArray>()),
        Arc::new(count(|own| own.n)),
        Arc::new(count(|own| own.clusters.sizes.len())),
        Arc::new(number(|own| (!own.clusters.sizes.is_empty()).then_some(own.clusters.inertia))),
        Arc::new(number(|own| own.silhouette)),
        Arc::new(clusters),
    ];
    Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
}

/// The centres of a record of such, one after the other, and their dimensions; `None` where there are none.
pub(super) fn centres(records: &StructArray, row: usize) -> Option<(Vec<f64>, usize)> {
    let clusters = records.column_by_name("clusters")?.as_list_opt::<i32>()?;
    if records.is_null(row) || clusters.is_null(row) {
        return None;
    }
    let clusters = clusters.value(row);
    let lists = cast(clusters.as_struct_opt()?.column_by_name("centre")?, &numbers()).ok()?;
    let lists = lists.as_list_opt::<i32>()?;
    let (mut values, mut dimensions) = (Vec::new(), 0);
    for place in 0..lists.len() {
        let centre = lists.value(place);
        let centre = centre.as_primitive_opt::<Float64Type>()?;
        if place > 0 && centre.len() != dimensions {
            return None;
        }
        dimensions = centre.len();
        values.extend_from_slice(centre.values());
    }
    (dimensions > 0).then_some((values, dimensions))
}
