//! The steps of a chain, over the rows of a few whole partitions at a time.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::{SortOptions, take, take_record_batch};
use arrow::datatypes::SchemaRef;
use bellwether_kernels::ordering::sort_groups;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr_common::utils::evaluate_expressions_to_arrays;

use super::chain::{Chain, Step};
use super::layout::{Layout, Peers};
use super::order::SortKeys;
use super::table::Table;

/// The result for the rows of some partitions; partition `p` is `rows[offsets[p]..offsets[p + 1]]`.
pub(super) fn evaluate(chain: &Chain, table: &Table, rows: &[u32], offsets: &[u32]) -> Result<RecordBatch> {
    let mut batch = gather(chain, table, rows, offsets)?;
    for step in &chain.steps {
        batch = apply(step, &batch, offsets)?;
    }
    Ok(batch)
}

/// The columns that the steps read, in the order of the chain.
fn gather(chain: &Chain, table: &Table, rows: &[u32], offsets: &[u32]) -> Result<RecordBatch> {
    let mut addresses = table.addresses(rows);
    let keys = chain.key_columns.iter().map(|column| table.gather(*column, &addresses)).collect::<Result<Vec<_>>>()?;
    let key_batch = batch_of(&chain.key_schema, keys, rows.len())?;
    let order = order_of(&chain.keys, &key_batch, offsets)?;
    if let Some(order) = &order {
        addresses = order.values().iter().map(|place| addresses[*place as usize]).collect();
    }
    let mut columns = Vec::with_capacity(chain.columns.len());
    for column in &chain.columns {
        // A key was gathered already; its rows are near now.
        columns.push(match (chain.key_columns.binary_search(column), &order) {
            (Ok(key), Some(order)) => take(key_batch.column(key).as_ref(), order, None)?,
            (Ok(key), None) => Arc::clone(key_batch.column(key)),
            (Err(_), _) => table.gather(*column, &addresses)?,
        });
    }
    batch_of(&chain.schema, columns, rows.len())
}

fn apply(step: &Step, batch: &RecordBatch, offsets: &[u32]) -> Result<RecordBatch> {
    match step {
        Step::Window { functions, order_by, schema } => {
            let peers = match functions.iter().any(|function| function.needs_peers()) {
                true => Some(Peers::new(offsets, &evaluate_expressions_to_arrays(order_by, batch)?)?),
                false => None,
            };
            let layout = Layout::new(offsets, peers);
            let mut columns = batch.columns().to_vec();
            for function in functions {
                columns.push(function.evaluate(batch, &layout)?);
            }
            batch_of(schema, columns, batch.num_rows())
        }
        Step::Project { expressions, schema } => {
            batch_of(schema, evaluate_expressions_to_arrays(expressions, batch)?, batch.num_rows())
        }
        Step::Sort(keys) => match order_of(keys, batch, offsets)? {
            Some(order) => Ok(take_record_batch(batch, &order)?),
            None => Ok(batch.clone()),
        },
    }
}

/// The places of the rows of each partition in the order of the keys; `None` when they are in order.
fn order_of(keys: &[PhysicalSortExpr], batch: &RecordBatch, offsets: &[u32]) -> Result<Option<UInt32Array>> {
    if keys.is_empty() {
        return Ok(None);
    }
    let values = evaluate_expressions_to_arrays(keys.iter().map(|key| &key.expr), batch)?;
    let options = keys.iter().map(|key| key.options);
    let keys = SortKeys::new(&values, options.collect::<Vec<SortOptions>>())?;
    let mut order: Vec<u32> = (0..batch.num_rows() as u32).collect();
    sort_groups(offsets, &keys.as_keys(), &mut order);
    let is_identity = order.iter().zip(0..).all(|(place, row)| *place == row);
    Ok((!is_identity).then(|| UInt32Array::from(order)))
}

fn batch_of(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
