//! Casts of timestamps to dates, done by division where rows are made or grouped.
//!
//! Filters keep the cast: DataFusion knows how to compare through it, and so to skip files.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Cast, Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// The rule.
#[derive(Debug)]
pub(super) struct DaysByDivision;

impl OptimizerRule for DaysByDivision {
    fn name(&self) -> &str {
        "days_by_division"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if !matches!(plan, LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_)) {
            return Ok(Transformed::no(plan));
        }
        let schema = merge_schema(&plan.inputs());
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expression| {
            let name = names.save(&expression);
            let divided = expression.transform_up(|inner| divide(inner, &schema))?;
            Ok(divided.update_data(|expression| name.restore(expression)))
        })
    }
}

fn divide(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::Cast(Cast { expr: moment, field }) = &expression else { return Ok(Transformed::no(expression)) };
    if field.data_type() != &DataType::Date32 {
        return Ok(Transformed::no(expression));
    }
    match bellwether_udfs::day_of_timestamp(&moment.get_type(schema)?) {
        Some(function) => Ok(Transformed::yes(function.call(vec![moment.as_ref().clone()]))),
        None => Ok(Transformed::no(expression)),
    }
}
