//! A filter over windows that passes on few columns: a projection below it, so that no others are gathered.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use super::chain::{Chain, Step};

/// The same filter over the columns alone that it reads or passes on; `None` when it has no chain of windows as its
/// input, or reads everything.
pub(super) fn narrow(node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(filter) = node.downcast_ref::<FilterExec>() else { return Ok(None) };
    let Some(passed) = filter.projection() else { return Ok(None) };
    let input = filter.input();
    let ends_with_window =
        Chain::ending_with(input).is_some_and(|(chain, _)| matches!(chain.steps.last(), Some(Step::Window { .. })));
    let mut kept: Vec<usize> = collect_columns(filter.predicate()).iter().map(Column::index).collect();
    kept.extend(passed.iter());
    kept.sort_unstable();
    kept.dedup();
    let schema = input.schema();
    if !ends_with_window || kept.len() == schema.fields().len() {
        return Ok(None);
    }
    let place = |column: usize| kept.partition_point(|kept| *kept < column);
    let columns = kept.iter().map(|column| {
        let name = schema.field(*column).name();
        ProjectionExpr { expr: Arc::new(Column::new(name, *column)), alias: name.clone() }
    });
    let narrowed = Arc::new(ProjectionExec::try_new(columns, Arc::clone(input))?);
    let predicate = Arc::clone(filter.predicate()).transform_up(|node| {
        Ok(match node.downcast_ref::<Column>() {
            Some(column) => {
                let column = Column::new(column.name(), place(column.index()));
                Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>)
            }
            None => Transformed::no(node),
        })
    });
    let filter = FilterExecBuilder::new(predicate.data()?, narrowed)
        .apply_projection(Some(passed.iter().map(|column| place(*column)).collect()))?
        .with_default_selectivity(filter.default_selectivity())
        .with_batch_size(filter.batch_size())
        .with_fetch(filter.fetch())
        .build()?;
    Ok(Some(Arc::new(filter)))
}
