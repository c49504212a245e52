//! The optimizer rule that puts [`GroupedWindowExec`] into plans.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;

use super::chain::Chain;
use super::exec::GroupedWindowExec;
use super::narrow::narrow;

/// Replaces a sort and the window functions above it where all partition by the same keys and all are known.
///
/// Runs after DataFusion's own rules: by then every sort that a window function needs is in the plan, a limit has
/// been pushed into it where that is possible, and what is above relies on no order that the operator does not keep.
#[derive(Debug, Default)]
pub(crate) struct GroupWindows;

impl PhysicalOptimizerRule for GroupWindows {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|node| {
            if let Some(filter) = narrow(&node)? {
                return Ok(Transformed::yes(filter));
            }
            Ok(match Chain::ending_with(&node) {
                Some((chain, input)) => {
                    let grouped: Arc<dyn ExecutionPlan> = Arc::new(GroupedWindowExec::new(chain, input, &node));
                    Transformed::yes(grouped)
                }
                None => Transformed::no(node),
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "group_windows"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
