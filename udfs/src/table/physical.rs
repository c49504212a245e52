//! The logical node becomes operators: one that makes rows of groups, or one that folds and one that merges.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::Field;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::call::{Given, Planned, literal};
use super::node::TableFunctionNode;
use super::operator::{Stage, TableFunctionExec};
use crate::argument::Takes;
use crate::error::CallError;

/// A planner that knows table functions.
#[derive(Debug, Default)]
pub struct TableFunctionPlanner;

#[async_trait]
impl QueryPlanner for TableFunctionPlanner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(Calls)]);
        planner.create_physical_plan(logical_plan, session).await
    }
}

struct Calls;

#[async_trait]
impl ExtensionPlanner for Calls {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        _session: &dyn Session,
        _context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<TableFunctionNode>() else { return Ok(None) };
        let call = node.call();
        let name = call.name();
        for (parameter, given) in call.function.declared.parameters.iter().zip(&call.given) {
            if let (Given::Constant(expr), Takes::Constant(constant)) = (given, &parameter.takes)
                && literal(expr).is_none()
            {
                // NULL is told apart here: while a statement was described, it stood for a value.
                if let Expr::Literal(null, _) = expr {
                    constant.read(name, parameter.name, null)?;
                }
                return Err(
                    CallError::invalid(format!("argument {} of {name} must be a constant", parameter.name)).into()
                );
            }
        }
        let mut inputs = physical_inputs.to_vec();
        if let (true, [first, second]) = (call.bound.matched, physical_inputs) {
            inputs[0] = matched(call, first, second)?;
        }
        if call.bound.costly {
            let pass = |input| TableFunctionExec::new(Arc::clone(call), Stage::Pass, vec![input]);
            for input in &mut inputs {
                *input = Arc::new(pass(Arc::clone(input))?);
            }
        }
        if !call.folds() {
            return Ok(Some(Arc::new(TableFunctionExec::new(Arc::clone(call), Stage::Groups, inputs)?)));
        }
        let folded = TableFunctionExec::new(Arc::clone(call), Stage::Fold, inputs)?;
        let merged = TableFunctionExec::new(Arc::clone(call), Stage::Merge, vec![Arc::new(folded)])?;
        Ok(Some(Arc::new(merged)))
    }
}

/// The rows of `first` whose key `second` has. The second input is read twice, once for its keys: it is the small one.
/// Each reading has a plan of its own, since scans that share one also share the files that are left to read.
fn matched(
    call: &Arc<Planned>,
    first: &Arc<dyn ExecutionPlan>,
    second: &Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let key = |(place, field): (usize, &Arc<Field>)| {
        (Arc::new(Column::new(field.name(), place)) as Arc<dyn PhysicalExpr>, field.name().clone())
    };
    let keys: Vec<_> = second.schema().fields().iter().take(call.keys()).enumerate().map(key).collect();
    let keys = Arc::new(ProjectionExec::try_new(keys, reset_plan_states(Arc::clone(second))?)?);
    Ok(Arc::new(TableFunctionExec::new(Arc::clone(call), Stage::Match, vec![Arc::clone(first), keys])?))
}
