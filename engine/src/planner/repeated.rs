//! Long constants in many rows: few rows at a time.
//!
//! A constant of a select list is written out for every row of a batch. `unnest(range(0, 1000000))` beside a table is
//! a list of 8 MB, of which the eight thousand rows of a batch would make 64 GB, past the memory pool that all
//! operators share. Below such a select list, batches are cut so short that what is written out stays within the limit
//! of a single value: operators above, `unnest` first of all, hold it several times over. And where rows are dealt out
//! to several threads, that happens before they get their constants: dealt out behind them, they pile up in front of
//! the slowest thread.

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
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::stream::BatchSplitStream;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
    ReplaceChildrenOptions, SendableRecordBatchStream,
};

/// The optimizer's rules between ours: one comes before select lists are moved into scans, one when rows have been
/// dealt out.
pub(super) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    rules.insert(0, Arc::new(CutBeforeLongConstants));
    rules.push(Arc::new(DealBeforeLongConstants));
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

/// Deals rows out to threads below select lists with long constants instead of above them.
#[derive(Debug)]
struct DealBeforeLongConstants;

impl PhysicalOptimizerRule for DealBeforeLongConstants {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| dealt_before(&node).map(|dealt| dealt.map_or(Transformed::no(node), Transformed::yes)))
            .data()
    }

    fn name(&self) -> &str {
        "deal_before_long_constants"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The plan with the dealing below its cut, if it deals out rows that were cut.
fn dealt_before(node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(deal) = node.downcast_ref::<RepartitionExec>() else { return Ok(None) };
    let Partitioning::RoundRobinBatch(_) = deal.partitioning() else { return Ok(None) };
    let Some(projection) = deal.input().downcast_ref::<ProjectionExec>() else { return Ok(None) };
    let Some(cut) = projection.input().downcast_ref::<CutBatchesExec>() else { return Ok(None) };
    let dealt = RepartitionExec::try_new(Arc::clone(&cut.input), deal.partitioning().clone())?;
    let cut: Arc<dyn ExecutionPlan> = Arc::new(CutBatchesExec::new(Arc::new(dealt), cut.rows_max));
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(deal.input()).replace_children(vec![cut], options).map(Some)
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

    fn cut(constant: &str) -> Arc<dyn ExecutionPlan> {
        let input = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
        let column = ProjectionExpr { expr: lit(constant), alias: "constant".into() };
        let plan = Arc::new(ProjectionExec::try_new(vec![column], input).unwrap());
        CutBeforeLongConstants.optimize(plan, &ConfigOptions::default()).unwrap()
    }

    /// The names of the operators, from the last to the first.
    fn dealt(input: Arc<dyn ExecutionPlan>, partitioning: Partitioning) -> Vec<String> {
        let plan = Arc::new(RepartitionExec::try_new(input, partitioning).unwrap());
        let mut node = DealBeforeLongConstants.optimize(plan, &ConfigOptions::default()).unwrap();
        let mut names = vec![node.name().to_owned()];
        while let Some(input) = node.children().first().map(|input| Arc::clone(input)) {
            names.push(input.name().to_owned());
            node = input;
        }
        names
    }

    fn optimized(constant: &str) -> String {
        displayable(cut(constant).as_ref()).indent(false).to_string()
    }

    #[test]
    fn rows_are_dealt_out_before_they_get_a_long_constant() {
        let long = cut(&"x".repeat(1 << 20));
        let expected = ["ProjectionExec", "CutBatchesExec", "RepartitionExec", "EmptyExec"];
        assert_eq!(dealt(Arc::clone(&long), Partitioning::RoundRobinBatch(4)), expected);
        let by_value = Partitioning::Hash(vec![lit(1)], 4);
        assert_eq!(dealt(long, by_value)[0], "RepartitionExec");
        assert_eq!(dealt(cut("x"), Partitioning::RoundRobinBatch(4))[0], "RepartitionExec");
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
