//! The operator: window functions over rows grouped by code instead of sorted by comparison.

use std::fmt::{self, Formatter};
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{assert_eq_or_internal_err, internal_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{Distribution, PhysicalExpr};
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, EmissionType, SchedulingType};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties, ReplaceChildrenOptions,
    SendableRecordBatchStream,
};

use super::chain::Chain;
use super::run::Run;

/// Does what the nodes of a [`Chain`] do, in the same order of rows.
#[derive(Debug, Clone)]
pub(super) struct GroupedWindowExec {
    chain: Arc<Chain>,
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl GroupedWindowExec {
    /// In the place of `original`, the node at the top of the chain, over the input at its bottom.
    pub(super) fn new(chain: Chain, input: Arc<dyn ExecutionPlan>, original: &Arc<dyn ExecutionPlan>) -> Self {
        let properties = PlanProperties::clone(original.properties())
            .with_emission_type(EmissionType::Final)
            .with_scheduling_type(SchedulingType::Cooperative);
        Self {
            chain: Arc::new(chain),
            input,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for GroupedWindowExec {
    fn fmt_as(&self, kind: DisplayFormatType, out: &mut Formatter<'_>) -> fmt::Result {
        let list = |keys: &[datafusion::physical_expr::PhysicalSortExpr]| {
            keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let functions = self.chain.function_names().collect::<Vec<_>>().join(", ");
        let partition_by = list(&self.chain.partition_by);
        let order_by = list(&self.chain.order_by);
        match kind {
            DisplayFormatType::Default | DisplayFormatType::Verbose => write!(
                out,
                "GroupedWindowExec: partition_by=[{partition_by}], order_by=[{order_by}], functions=[{functions}]"
            ),
            DisplayFormatType::TreeRender => {
                writeln!(out, "partition_by={partition_by}")?;
                writeln!(out, "order_by={order_by}")?;
                writeln!(out, "select_list={functions}")
            }
        }
    }
}

impl ExecutionPlan for GroupedWindowExec {
    fn name(&self) -> &'static str {
        "GroupedWindowExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let keys = self.chain.partition_by.iter().map(|key| Arc::clone(&key.expr)).collect();
        InputDistributionRequirements::new(vec![Distribution::KeyPartitioned(keys)])
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for key in self.chain.partition_by.iter().chain(&self.chain.order_by) {
            if visit(&key.expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else { return internal_err!("GroupedWindowExec needs an input") };
        assert_eq_or_internal_err!(input.schema(), self.input.schema(), "the input of GroupedWindowExec changed");
        // The order and the partitions of the output do not depend on those of the input.
        Ok(Arc::new(Self { input, metrics: ExecutionPlanMetricsSet::new(), ..Self::clone(&self) }))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(datafusion::physical_plan::ChildrenPropertiesMode::Recompute),
        )
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let run = Run::new(Arc::clone(&self.chain), self.schema(), input, partition, context, &self.metrics);
        Ok(make_cooperative(run.into_stream()))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}
