//! Answers from few rows: computed by one thread, because handing rows from thread to thread takes longer.

use bellwether_catalog::TableScan;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;

/// Rows that one thread groups in the time it takes to hand them to two and to put their results together.
const ROWS_MAX: usize = 100_000;

/// Lets `plan` be computed by one thread where it reads few rows and makes no more of them.
pub(super) fn compute_alone(state: &mut SessionState, plan: &LogicalPlan) -> Result<()> {
    if is_small(plan)? {
        state.config_mut().options_mut().execution.target_partitions = 1;
    }
    Ok(())
}

/// Whether a plan arranges and groups the rows of small tables and joins none of them.
fn is_small(plan: &LogicalPlan) -> Result<bool> {
    let (mut is_small, mut read) = (true, 0_usize);
    plan.apply_with_subqueries(|node| {
        is_small = match node {
            LogicalPlan::TableScan(scan) => {
                let provider = source_as_provider(&scan.source)?;
                let rows = provider.downcast_ref::<TableScan>().and_then(|table| table.snapshot().rows());
                read = read.saturating_add(rows.unwrap_or(usize::MAX));
                read <= ROWS_MAX
            }
            LogicalPlan::Projection(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Union(_)
            | LogicalPlan::Values(_)
            | LogicalPlan::EmptyRelation(_)
            | LogicalPlan::Explain(_) => true,
            _ => false,
        };
        Ok(if is_small { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
    })?;
    Ok(is_small)
}
