//! Long constants in many rows: few rows at a time.
//!
//! A constant of a select list is written out for every row of a batch. `unnest(range(0, 1000000))` beside a table is
//! a list of 8 MB, of which the eight thousand rows of a batch would make 64 GB, past the memory pool that all
//! operators share. Below such a select list, batches are cut so short that what is written out stays within the limit
//! of a single value: operators above, `unnest` first of all, hold it several times over.

use std::fmt;
use std::sync::Arc;

use bellwether_udfs::VALUE_BYTES_MAX;
use datafusion::common::config::ConfigOptions;
use datafusion::common::internal_err;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet, SplitMetrics};
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::BatchSplitStream;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions,
    SendableRecordBatchStream,
};

/// The optimizer's rules behind ours, which comes before select lists are moved into scans.
pub(super) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    rules.insert(0, Arc::new(CutBeforeLongConstants));
    rules
}

/// Cuts batches below select lists with long constants.
#[derive(Debug)]
struct CutBeforeLongConstants;

impl PhysicalOptimizerRule for CutBeforeLongConstants {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(projection) = node.downcast_ref::<ProjectionExec>() else { return Ok(Transformed::no(node)) };
            let rows_max = rows_within_limit(projection)?;
            let input = projection.input();
            if rows_max >= config.execution.batch_size.get() || input.is::<PlaceholderRowExec>() {
                return Ok(Transformed::no(node));
            }
            let cut = CutBatchesExec::new(Arc::clone(input), rows_max);
            let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
            node.replace_children(vec![Arc::new(cut)], options).map(Transformed::yes)
        })
        .data()
    }

    fn name(&self) -> &str {
        "cut_before_long_constants"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The rows for which the constants of a select list stay within the limit.
fn rows_within_limit(projection: &ProjectionExec) -> Result<usize> {
    let mut bytes = 0_usize;
    for column in projection.expr() {
        column.expr.apply(|inner| {
            let literal = inner.downcast_ref::<Literal>();
            bytes = bytes.saturating_add(literal.map_or(0, |literal| literal.value().size()));
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    let limit = usize::try_from(VALUE_BYTES_MAX).unwrap_or(usize::MAX);
    Ok((limit / bytes.max(1)).max(1))
}

/// Passes batches on in pieces of few rows, which share their memory.
#[derive(Debug, Clone)]
struct CutBatchesExec {
    input: Arc<dyn ExecutionPlan>,
    rows_max: usize,
    metrics: ExecutionPlanMetricsSet,
}

impl CutBatchesExec {
    fn new(input: Arc<dyn ExecutionPlan>, rows_max: usize) -> Self {
        Self { input, rows_max, metrics: ExecutionPlanMetricsSet::new() }
    }
}

impl DisplayAs for CutBatchesExec {
    fn fmt_as(&self, _kind: DisplayFormatType, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CutBatchesExec: rows_max={}", self.rows_max)
    }
}

impl ExecutionPlan for CutBatchesExec {
    fn name(&self) -> &'static str {
        "CutBatchesExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else { return internal_err!("CutBatchesExec needs an input") };
        Ok(Arc::new(Self::new(input, self.rows_max)))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let metrics = SplitMetrics::new(&self.metrics, partition);
        Ok(Box::pin(BatchSplitStream::new(input, self.rows_max, metrics)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::Schema;
    use datafusion::physical_expr::expressions::lit;
    use datafusion::physical_expr::projection::ProjectionExpr;
    use datafusion::physical_plan::displayable;
    use datafusion::physical_plan::empty::EmptyExec;

    use super::*;

    fn optimized(constant: &str) -> String {
        let input = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
        let column = ProjectionExpr { expr: lit(constant), alias: "constant".into() };
        let plan = Arc::new(ProjectionExec::try_new(vec![column], input).unwrap());
        let optimized = CutBeforeLongConstants.optimize(plan, &ConfigOptions::default()).unwrap();
        displayable(optimized.as_ref()).indent(false).to_string()
    }

    #[test]
    fn rows_below_a_constant_of_a_megabyte_come_few_at_a_time() {
        let plan = optimized(&"x".repeat(1 << 20));
        assert!(plan.contains("CutBatchesExec: rows_max=15"), "{plan}");
    }

    #[test]
    fn short_constants_change_nothing() {
        assert!(!optimized("x").contains("CutBatchesExec"));
    }
}
