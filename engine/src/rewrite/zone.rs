//! Whether what a block computes depends on the time zone it is computed in.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, TableReference};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::block::{Block, Source};

/// The columns of a block's tables, under the tables' ids.
pub(super) fn schema_of<'a>(sources: impl Iterator<Item = &'a Source>) -> Result<DFSchema> {
    let mut schema = DFSchema::empty();
    for source in sources {
        let columns = source.scan.schema().as_arrow().clone();
        schema.merge(&DFSchema::try_from_qualified_schema(TableReference::bare(source.id.as_str()), &columns)?);
    }
    Ok(schema)
}

/// Whether instants, whose days and hours differ between zones, are anywhere in a block.
pub(super) fn matters(block: &Block) -> Result<bool> {
    let schema = schema_of(block.sources())?;
    let outer = block.rows.outer.iter().flat_map(|outer| &outer.on);
    let mut found = false;
    for expr in block.groups.iter().chain(&block.aggregates).chain(&block.rows.filters).chain(outer) {
        expr.apply(|inner| {
            found |= match inner {
                Expr::AggregateFunction(_) => false,
                // What has no type of its own is taken for something that depends on the zone.
                other => other.get_type(&schema).map_or(true, |data_type| is_instant(&data_type)),
            };
            Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })?;
    }
    Ok(found)
}

fn is_instant(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, Some(_)))
}
