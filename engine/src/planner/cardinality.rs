//! How many rows an operator gives, where nothing is known of it.
//!
//! A join holds its left side in memory, so the planner swaps the sides when the left is the larger one. DataFusion
//! knows the rows of a table, but of a join by texts, of a function of ours and of all that stands above them nothing,
//! and leaves the sides as they were written: `million_rows CROSS JOIN one_row` then holds the million. A guess is
//! enough to tell large from small, so where DataFusion gives none, the rows are those of the larger input, as if every
//! row of it met one of the other.

use std::sync::Arc;

use datafusion::common::stats::Precision;
use datafusion::common::{JoinType, Statistics};
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};
use datafusion::physical_plan::operator_statistics::{
    ExtendedStatistics, StatisticsProvider, StatisticsRegistry, StatisticsResult,
};
use datafusion::physical_plan::statistics::StatisticsArgs;

/// What the planner asks for the size of a plan.
pub(super) fn registry() -> StatisticsRegistry {
    StatisticsRegistry::with_providers(vec![Arc::new(RowsOfInputs)])
}

/// DataFusion's statistics, and the rows of the inputs where they have none.
#[derive(Debug)]
struct RowsOfInputs;

impl StatisticsProvider for RowsOfInputs {
    fn compute_statistics(&self, plan: &dyn ExecutionPlan, inputs: &[ExtendedStatistics]) -> Result<StatisticsResult> {
        let inputs: Vec<Arc<Statistics>> = inputs.iter().map(|input| Arc::clone(input.base_arc())).collect();
        let mut known = plan.statistics_from_inputs(&inputs, &StatisticsArgs::new())?;
        if known.num_rows.get_value().is_none()
            && let Some(rows) = guess(plan, &inputs)
        {
            Arc::make_mut(&mut known).num_rows = Precision::Inexact(rows);
        }
        Ok(StatisticsResult::Computed(ExtendedStatistics::new_arc(known)))
    }
}

/// The rows of an operator that says nothing of them.
fn guess(plan: &dyn ExecutionPlan, inputs: &[Arc<Statistics>]) -> Option<usize> {
    let rows = |input: &Arc<Statistics>| input.num_rows.get_value().copied();
    let join = plan
        .downcast_ref::<HashJoinExec>()
        .map(HashJoinExec::join_type)
        .or_else(|| plan.downcast_ref::<NestedLoopJoinExec>().map(NestedLoopJoinExec::join_type));
    match join {
        Some(JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark) => inputs.first().and_then(rows),
        Some(JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark) => inputs.last().and_then(rows),
        _ => inputs.iter().filter_map(rows).max(),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
    use datafusion::execution::session_state::SessionStateBuilder;
    use datafusion::physical_plan::joins::CrossJoinExec;
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::*;

    fn texts(rows: usize) -> RecordBatch {
        let keys: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|row| format!("key {row}"))));
        RecordBatch::try_from_iter([("k", keys)]).unwrap()
    }

    /// The plan of a query over a table of 10,000 texts and one of 1,000.
    async fn planned(sql: &str) -> Arc<dyn ExecutionPlan> {
        let mut config = SessionConfig::new().with_target_partitions(1);
        config.options_mut().optimizer.use_statistics_registry = true;
        let builder = SessionStateBuilder::new().with_config(config).with_default_features();
        let context = SessionContext::new_with_state(builder.with_statistics_registry(registry()).build());
        context.register_batch("large", texts(10_000)).unwrap();
        context.register_batch("small", texts(1_000)).unwrap();
        context.sql(sql).await.unwrap().create_physical_plan().await.unwrap()
    }

    fn find<Node: ExecutionPlan>(plan: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        let mut found = vec![Arc::clone(plan)];
        while let Some(node) = found.pop() {
            if node.is::<Node>() {
                return node;
            }
            found.extend(node.children().into_iter().map(Arc::clone));
        }
        panic!("no such operator");
    }

    fn rows(plan: &Arc<dyn ExecutionPlan>) -> Precision<usize> {
        registry().compute(plan.as_ref()).unwrap().base().num_rows
    }

    #[tokio::test]
    async fn a_join_of_which_nothing_is_known_gives_the_rows_of_its_larger_side() {
        let plan = planned("SELECT l.k FROM large AS l JOIN small AS s ON l.k = upper(s.k)").await;
        let join = find::<HashJoinExec>(&plan);
        let of = |rows: usize| {
            Arc::new(Statistics { num_rows: Precision::Exact(rows), ..Statistics::new_unknown(&texts(0).schema()) })
        };
        assert_eq!(guess(join.as_ref(), &[of(7), of(10_000)]), Some(10_000));
        assert_eq!(guess(join.as_ref(), &[of(7), Arc::new(Statistics::new_unknown(&texts(0).schema()))]), Some(7));
    }

    #[tokio::test]
    async fn a_join_that_asks_for_existence_gives_at_most_the_rows_that_ask() {
        let plan = planned("SELECT k FROM small WHERE k NOT IN (SELECT k FROM large WHERE k <> 'x')").await;
        let rows = rows(&find::<HashJoinExec>(&plan));
        assert!(rows.get_value().is_some_and(|rows| *rows <= 1_000), "{rows}");
    }

    #[tokio::test]
    async fn one_row_is_held_beside_a_join_and_not_the_join() {
        let joined = "SELECT l.k FROM large AS l JOIN small AS s ON l.k = upper(s.k)";
        let plan = planned(&format!("SELECT * FROM ({joined}) AS j CROSS JOIN (SELECT max(k) AS m FROM large)")).await;
        let cross = find::<CrossJoinExec>(&plan);
        let held = Arc::clone(cross.children()[0]);
        assert!(rows(&held).get_value().is_some_and(|rows| *rows <= 1), "{}", rows(&held));
    }
}
