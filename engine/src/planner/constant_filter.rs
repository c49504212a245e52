//! Filters that read no column, kept above aggregations without groups.
//!
//! DataFusion moves below an aggregation what reads group columns alone, and what reads no column is taken for that.
//! But without groups there is a row whatever the filter leaves: `SELECT … FROM (SELECT count(*), NULL AS f FROM t) AS s
//! WHERE f IS NOT NULL` counted nothing and gave the row. With grouping sets the row of the empty set is the same.

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// DataFusion's rule, but for these filters.
#[derive(Debug, Default)]
pub(super) struct ConstantFiltersStay(PushDownFilter);

impl OptimizerRule for ConstantFiltersStay {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if let LogicalPlan::Filter(filter) = &plan
            && let LogicalPlan::Aggregate(aggregate) = filter.input.as_ref()
            && has_a_row_of_nothing(aggregate)
            && split_conjunction(&filter.predicate).into_iter().any(|condition| condition.column_refs().is_empty())
        {
            return Ok(Transformed::no(plan));
        }
        self.0.rewrite(plan, config)
    }
}

/// Whether an aggregation of no rows has one.
fn has_a_row_of_nothing(aggregate: &Aggregate) -> bool {
    aggregate.group_expr.iter().all(|group| matches!(group, Expr::GroupingSet(_)))
}
