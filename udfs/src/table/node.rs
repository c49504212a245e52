//! The logical node of a call: its inputs projected to what the function reads, its constants as expressions.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::common::{DFSchema, DFSchemaRef, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use super::TableFunction;
use super::call::{Given, Planned, projected};

/// A call of a table function.
#[derive(Debug, Clone)]
pub(super) struct TableFunctionNode {
    inputs: Vec<LogicalPlan>,
    call: Arc<Planned>,
    schema: DFSchemaRef,
}

impl TableFunctionNode {
    /// A node over inputs that have the columns [`projected`] tells, in that order.
    pub(super) fn new(function: Arc<TableFunction>, given: Vec<Given>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let schemas = inputs.iter().map(|input| Arc::clone(input.schema().inner())).collect();
        let call = Arc::new(Planned::new(function, given, schemas)?);
        let schema = Arc::new(DFSchema::try_from(Arc::clone(&call.schema))?);
        Ok(Self { inputs, call, schema })
    }

    /// The call.
    pub(super) fn call(&self) -> &Arc<Planned> {
        &self.call
    }
}

impl UserDefinedLogicalNodeCore for TableFunctionNode {
    fn name(&self) -> &str {
        "TableFunction"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        let constants = self.call.given.iter().filter_map(|given| match given {
            Given::Constant(expr) => Some(expr.clone()),
            Given::Missing | Given::Column(_) | Given::Columns(_) => None,
        });
        constants.collect()
    }

    /// A condition on keys can be met below: a group's rows depend on nothing but its own rows.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let parameters = &self.call.function.declared.parameters;
        let mut kept: HashSet<String> = self.schema.fields().iter().map(|field| field.name().clone()).collect();
        // Where groups are folded or seen together, a row depends on all groups of its `by` columns.
        let divides = if self.call.folds() { self.call.by } else { self.call.dividing_keys() };
        for (_, _, name) in projected(parameters, &self.call.given, 0).into_iter().take(divides) {
            kept.remove(&name);
        }
        kept
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableFunction: {}", self.call.shown())
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let mut exprs = exprs.into_iter();
        let mut given = self.call.given.clone();
        for value in &mut given {
            if let Given::Constant(constant) = value {
                match exprs.next() {
                    Some(Expr::Alias(alias)) => *constant = *alias.expr,
                    Some(expr) => *constant = expr,
                    None => return internal_err!("a table function lost one of its arguments"),
                }
            }
        }
        Self::new(Arc::clone(&self.call.function), given, inputs)
    }
}

impl PartialEq for TableFunctionNode {
    fn eq(&self, other: &Self) -> bool {
        self.call.name() == other.call.name() && self.call.given == other.call.given && self.inputs == other.inputs
    }
}

impl Eq for TableFunctionNode {}

impl Hash for TableFunctionNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.call.name().hash(state);
        self.call.given.hash(state);
        self.inputs.hash(state);
    }
}

impl PartialOrd for TableFunctionNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            return Some(Ordering::Equal);
        }
        let order = self.call.name().cmp(other.call.name()).then_with(|| self.call.shown().cmp(&other.call.shown()));
        (order != Ordering::Equal).then_some(order)
    }
}
