//! The demo business as Arrow batches, column for column as `schema.sql` declares its tables.

use std::iter;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::error::ArrowError;
use bellwether::{Error, Result};

use super::advertising::AdSpend;
use super::business::{Business, Customer, Kind, Order, Touchpoint};
use super::phone::Call;

const CURRENCY: &str = "USD";

/// The tables in the order they are written, referenced ones first.
pub(super) const NAMES: [&str; 5] = ["customers", "touchpoints", "orders", "calls", "ad_spend"];

/// The rows of each of [`NAMES`].
pub(super) fn batches(business: &Business) -> Result<[RecordBatch; NAMES.len()]> {
    Ok([
        customers(&business.customers)?,
        touchpoints(&business.touchpoints)?,
        orders(&business.orders)?,
        calls(&business.calls)?,
        ad_spend(&business.ad_spend)?,
    ])
}

fn customers(rows: &[Customer]) -> Result<RecordBatch> {
    batch([
        ("customer_id", required(Int64Array::from_iter_values(rows.iter().map(|row| row.id)))),
        ("name", required(StringArray::from_iter_values(rows.iter().map(|row| &row.name)))),
        ("email", required(StringArray::from_iter_values(rows.iter().map(|row| &row.email)))),
        ("postcode", required(StringArray::from_iter_values(rows.iter().map(|row| row.postcode)))),
        ("newsletter", required(BooleanArray::from_iter(rows.iter().map(|row| Some(row.newsletter))))),
        ("created_at", required(timestamps(rows.iter().map(|row| row.created_at)))),
    ])
}

fn touchpoints(rows: &[Touchpoint]) -> Result<RecordBatch> {
    batch([
        ("touchpoint_id", required(numbers(rows.len()))),
        ("customer_id", required(Int64Array::from_iter_values(rows.iter().map(|row| row.customer_id)))),
        ("ts", required(timestamps(rows.iter().map(|row| row.at)))),
        ("channel", required(StringArray::from_iter_values(rows.iter().map(|row| row.channel)))),
        ("campaign", optional(StringArray::from_iter(rows.iter().map(|row| row.campaign)))),
        ("device", required(StringArray::from_iter_values(rows.iter().map(|row| row.device)))),
    ])
}

fn orders(rows: &[Order]) -> Result<RecordBatch> {
    batch([
        ("order_id", required(numbers(rows.len()))),
        ("customer_id", required(Int64Array::from_iter_values(rows.iter().map(|row| row.customer_id)))),
        ("ordered_at", required(timestamps(rows.iter().map(|row| row.at)))),
        ("kind", required(StringArray::from_iter_values(rows.iter().map(|row| kind(row.kind))))),
        ("booked_by", required(StringArray::from_iter_values(rows.iter().map(booked_by)))),
        ("amount", required(money(rows.iter().map(|row| row.cents))?)),
        ("currency", required(currency(rows.len()))),
    ])
}

fn calls(rows: &[Call]) -> Result<RecordBatch> {
    batch([
        ("call_id", required(numbers(rows.len()))),
        ("customer_id", optional(Int64Array::from_iter(rows.iter().map(|row| row.customer_id)))),
        ("started_at", required(timestamps(rows.iter().map(|row| row.at)))),
        ("answered", required(BooleanArray::from_iter(rows.iter().map(|row| Some(row.answered))))),
        ("ring_seconds", required(Int32Array::from_iter_values(rows.iter().map(|row| row.ring_seconds)))),
        ("talk_seconds", required(Int32Array::from_iter_values(rows.iter().map(|row| row.talk_seconds)))),
        ("order_id", optional(Int64Array::from_iter(rows.iter().map(|row| row.order_id)))),
    ])
}

fn ad_spend(rows: &[AdSpend]) -> Result<RecordBatch> {
    batch([
        ("day", required(Date32Array::from_iter_values(rows.iter().map(|row| row.day as i32)))),
        ("channel", required(StringArray::from_iter_values(rows.iter().map(|row| row.channel)))),
        ("campaign", required(StringArray::from_iter_values(rows.iter().map(|row| row.campaign)))),
        ("spend", required(money(rows.iter().map(|row| row.cents))?)),
        ("currency", required(currency(rows.len()))),
        ("impressions", required(Int64Array::from_iter_values(rows.iter().map(|row| row.impressions)))),
        ("clicks", required(Int64Array::from_iter_values(rows.iter().map(|row| row.clicks)))),
    ])
}

/// A column and whether it may hold NULL.
type Column = (ArrayRef, bool);

fn required(values: impl arrow::array::Array + 'static) -> Column {
    (Arc::new(values), false)
}

fn optional(values: impl arrow::array::Array + 'static) -> Column {
    (Arc::new(values), true)
}

fn batch<const N: usize>(columns: [(&str, Column); N]) -> Result<RecordBatch> {
    let columns = columns.into_iter().map(|(name, (values, nullable))| (name, values, nullable));
    RecordBatch::try_from_iter_with_nullable(columns).map_err(contradiction)
}

/// Row numbers from one: the rows are in the order of time, and so are their keys.
fn numbers(rows: usize) -> Int64Array {
    Int64Array::from_iter_values(1..=rows as i64)
}

fn timestamps(seconds: impl Iterator<Item = i64>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from_iter_values(seconds.map(|second| second * 1_000_000)).with_timezone("UTC")
}

fn money(cents: impl Iterator<Item = i64>) -> Result<Decimal128Array> {
    Decimal128Array::from_iter_values(cents.map(|cents| i128::from(cents) * 100))
        .with_precision_and_scale(18, 4)
        .map_err(contradiction)
}

fn currency(rows: usize) -> StringArray {
    StringArray::from_iter_values(iter::repeat_n(CURRENCY, rows))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Service => "service",
        Kind::Shop => "shop",
    }
}

fn booked_by(order: &Order) -> &'static str {
    if order.by_phone { "phone" } else { "web" }
}

fn contradiction(error: ArrowError) -> Error {
    Error::internal("the demo's rows do not fit their columns").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_the_columns_that_the_schema_declares() {
        let schema = include_str!("schema.sql");
        let batches = batches(&Business::generate(1, 180)).unwrap();
        for (name, batch) in NAMES.iter().zip(&batches) {
            assert!(batch.num_rows() > 0, "{name} is empty");
            for field in batch.schema().fields() {
                let comment = format!("comment on column core.{name}.{} is", field.name());
                assert!(schema.contains(&comment), "{comment}");
            }
        }
    }

    #[test]
    fn money_is_kept_to_the_cent() {
        let values = money([12_345].into_iter()).unwrap();
        assert_eq!(values.value_as_string(0), "123.4500");
    }
}
