//! Distinct aggregates in two groupings, with the types that one grouping gives.
//!
//! DataFusion's rule groups by the distinct column as well, and then aggregates the aggregates. A sum of sums has
//! another type than the sum: more digits, or `numeric` for `bigint`. Conditions and expressions above were typed
//! before, and would not fit any more.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::single_distinct_to_groupby::SingleDistinctToGroupBy;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// DataFusion's rule, with the types of before.
#[derive(Debug, Default)]
pub(super) struct DistinctInTwoGroupings(SingleDistinctToGroupBy);

impl OptimizerRule for DistinctInTwoGroupings {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let before = Arc::clone(plan.schema());
        let rewritten = self.0.rewrite(plan, config)?;
        match rewritten.transformed {
            true => rewritten.map_data(|plan| in_types(plan, &before)),
            false => Ok(rewritten),
        }
    }
}

/// The plan with columns of these types, in the same places.
fn in_types(plan: LogicalPlan, wanted: &DFSchema) -> Result<LogicalPlan> {
    let mut columns = Vec::with_capacity(wanted.fields().len());
    let mut differs = false;
    for ((relation, field), wanted) in plan.schema().iter().zip(wanted.fields()) {
        let column = Expr::Column(Column::from((relation, field)));
        if field.data_type() == wanted.data_type() {
            columns.push(column);
            continue;
        }
        differs = true;
        columns.push(cast(column, wanted.data_type().clone()).alias_qualified(relation.cloned(), field.name()));
    }
    match differs {
        true => LogicalPlanBuilder::from(plan).project(columns)?.build(),
        false => Ok(plan),
    }
}
