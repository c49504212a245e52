//! The operator of a call: groups in, rows out; or groups in, states out; or states in, rows out.

use std::fmt;
use std::sync::{Arc, OnceLock};

use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, InputDistributionRequirements, PlanProperties,
};

use super::call::Planned;
use super::matching::{self, Known};
use super::run;

/// What an operator does of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Leaves out rows of the first input whose key the second does not have.
    Match,
    /// Hands rows on and does not tell how many there are: so they are spread over threads even if they are few.
    Pass,
    /// Makes rows of each group.
    Groups,
    /// Folds the groups of a partition into a state for each value of the `by` columns.
    Fold,
    /// Merges the states of all partitions, and makes rows.
    Merge,
}

impl Stage {
    /// Whether rows of the first input come out as they went in.
    fn hands_on(self) -> bool {
        matches!(self, Self::Match | Self::Pass)
    }
}

/// A stage of a call of a table function.
#[derive(Debug)]
pub(super) struct TableFunctionExec {
    call: Arc<Planned>,
    stage: Stage,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
    /// The keys of the second input, for the stage that asks for them.
    known: OnceLock<Known>,
}

impl TableFunctionExec {
    pub(super) fn new(call: Arc<Planned>, stage: Stage, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Self> {
        let schema = match stage {
            Stage::Groups | Stage::Merge => Arc::clone(&call.schema),
            Stage::Fold => states_schema(&call, &inputs[0].schema()),
            Stage::Match | Stage::Pass => inputs[0].schema(),
        };
        let partitions = match stage {
            Stage::Merge => 1,
            Stage::Groups | Stage::Fold | Stage::Match | Stage::Pass => {
                inputs[0].output_partitioning().partition_count()
            }
        };
        let equivalences = match stage {
            Stage::Match | Stage::Pass => inputs[0].equivalence_properties().clone(),
            Stage::Groups | Stage::Fold | Stage::Merge => EquivalenceProperties::new(schema),
        };
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let metrics = ExecutionPlanMetricsSet::new();
        Ok(Self { call, stage, inputs, properties: Arc::new(properties), metrics, known: OnceLock::new() })
    }

    pub(super) fn call(&self) -> &Arc<Planned> {
        &self.call
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    /// The first `count` columns of an input, which are keys.
    fn keys(&self, input: usize, count: usize) -> Vec<Arc<dyn PhysicalExpr>> {
        let schema = self.inputs[input].schema();
        let keys = schema.fields().iter().take(count).enumerate();
        keys.map(|(place, field)| Arc::new(Column::new(field.name(), place)) as Arc<dyn PhysicalExpr>).collect()
    }

    /// Whether the only input is sorted by the keys, so that a group is complete when the next one begins.
    fn comes_in_groups(&self) -> bool {
        let [input] = self.inputs.as_slice() else { return false };
        let keys = self.keys(0, self.call.keys());
        if keys.is_empty() || self.stage != Stage::Groups || self.call.bound.together {
            return false;
        }
        let directions = [(false, true), (false, false), (true, true), (true, false)];
        directions.into_iter().any(|(descending, nulls_first)| {
            let options = SortOptions { descending, nulls_first };
            let order = keys.iter().map(|key| PhysicalSortExpr::new(Arc::clone(key), options));
            input.equivalence_properties().ordering_satisfy(order).unwrap_or(false)
        })
    }
}

impl TableFunctionExec {
    /// Rows of the first input whose key the second has. Its keys are read once, for all partitions.
    fn matching(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let [first, second] = self.inputs.as_slice() else {
            return internal_err!("keys of one input match themselves");
        };
        let keys = self.call.keys();
        let known = self.known.get_or_init(|| matching::known(Arc::clone(second), keys, Arc::clone(&context)));
        let batch_rows = context.session_config().batch_size();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(matching::matching(first.execute(partition, context)?, known.clone(), keys, batch_rows, metrics))
    }
}

/// The columns of states: the `by` columns, and the state.
fn states_schema(call: &Planned, input: &Schema) -> SchemaRef {
    let mut fields: Vec<Field> = input.fields().iter().take(call.by).map(|field| field.as_ref().clone()).collect();
    fields.push(Field::new("state", DataType::Binary, false));
    Arc::new(Schema::new(fields))
}

impl ExecutionPlan for TableFunctionExec {
    fn name(&self) -> &'static str {
        "TableFunctionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        // Groups that are seen together stay on one thread.
        let keys = self.call.dividing_keys();
        let distributions: Vec<Distribution> = (0..self.inputs.len())
            .map(|input| match self.stage {
                Stage::Groups | Stage::Fold if keys > 0 => Distribution::KeyPartitioned(self.keys(input, keys)),
                Stage::Match if input == 0 => Distribution::UnspecifiedDistribution,
                Stage::Pass => Distribution::UnspecifiedDistribution,
                Stage::Match | Stage::Groups | Stage::Fold | Stage::Merge => Distribution::SinglePartition,
            })
            .collect();
        if distributions.len() > 1 && keys > 0 && !self.stage.hands_on() {
            return InputDistributionRequirements::co_partitioned(distributions);
        }
        InputDistributionRequirements::new(distributions)
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        (0..self.inputs.len()).map(|input| self.stage.hands_on() && input == 0).collect()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        // What is handed on is read in as many partitions as it comes in.
        (0..self.inputs.len()).map(|_| !self.stage.hands_on()).collect()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::new(Arc::clone(&self.call), self.stage, children)?))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::new(Arc::clone(&self.call), self.stage, children)?))
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        // Keys are columns by their place, which nothing may rewrite.
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        match self.stage {
            Stage::Match => return self.matching(partition, context),
            Stage::Pass => return self.inputs[0].execute(partition, context),
            Stage::Groups | Stage::Fold | Stage::Merge => {}
        }
        let streams = self
            .inputs
            .iter()
            .map(|input| input.execute(partition, Arc::clone(&context)))
            .collect::<Result<Vec<_>>>()?;
        let parts = run::Parts {
            call: Arc::clone(&self.call),
            input_schema: self.inputs[0].schema(),
            schema: self.schema(),
            streams,
            partition,
            metrics: &self.metrics,
        };
        match self.stage {
            Stage::Groups => run::groups(parts, &context, self.comes_in_groups()),
            Stage::Fold => run::fold(parts, &context),
            Stage::Merge => run::merge(parts, &context),
            Stage::Match | Stage::Pass => internal_err!("rows that are handed on have no groups"),
        }
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

impl DisplayAs for TableFunctionExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Groups if self.comes_in_groups() => "groups, sorted",
            Stage::Groups => "groups",
            Stage::Fold => "fold",
            Stage::Merge => "merge",
            Stage::Match => "match",
            Stage::Pass => "pass",
        };
        write!(f, "TableFunctionExec: {}, {stage}", self.call.shown())
    }
}
