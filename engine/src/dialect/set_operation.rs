//! `UNION`, `INTERSECT` and `EXCEPT` with PostgreSQL's types and numbers of rows.
//!
//! The columns of both queries meet in one type as values elsewhere do: a float and a `numeric` in a float, a literal
//! without a type in that of the other query. The planner finds these for UNION only, floats beside decimals apart;
//! INTERSECT and EXCEPT it makes joins that keep what the first query has.
//!
//! With ALL a row is taken as often as both queries have it, or as often as the first has it more. The join would take
//! all copies of a row or none, so rows are numbered among their like, and the numbers are compared as well.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, NullEquality};
use datafusion::error::Result;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{
    Distinct, Expr, ExprFunctionExt, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Union,
};

use super::cast::{is_unknown, to_type, unknown_as};
use super::comparison::{takes_unknown, together};
use super::with_ties;

/// The columns that tell the copies of a row apart, in either query.
const NUMBERS: [&str; 2] = ["number in first query", "number in second query"];

/// The plan of a query as it was written, with what the planner leaves open settled: the types and copies of set
/// operations, and ties.
pub(crate) fn settle(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut is_changed = false;
    let settled = plan.transform_up_with_subqueries(|node| {
        let node = match node {
            LogicalPlan::Union(union) => in_one_type(union)?,
            LogicalPlan::Join(join) if is_set_operation(&join) => compared(join)?,
            LogicalPlan::Limit(limit) => with_ties::ranked(limit)?,
            other => Transformed::no(other),
        };
        is_changed |= node.transformed;
        // Types above follow those below.
        if is_changed { node.map_data(LogicalPlan::recompute_schema) } else { Ok(node) }
    })?;
    Ok(settled.data)
}

/// The queries of a UNION with columns of the same types, where the planner would find others.
fn in_one_type(union: Union) -> Result<Transformed<LogicalPlan>> {
    let types = meeting(&union.inputs, |left, right| {
        let are_numbers = left.is_numeric() && right.is_numeric();
        if are_numbers && (left.is_floating() || right.is_floating()) { together(left, right) } else { None }
    });
    if types.iter().all(Option::is_none) {
        return Ok(Transformed::no(LogicalPlan::Union(union)));
    }
    let inputs: Vec<_> = union
        .inputs
        .iter()
        .map(|input| in_types(input.as_ref().clone(), &types).map(Arc::new))
        .collect::<Result<_>>()?;
    Ok(Transformed::yes(LogicalPlan::Union(Union::try_new_with_loose_types(inputs)?)))
}

/// Only set operations compare NULLs as equal before a plan is optimized.
fn is_set_operation(join: &Join) -> bool {
    matches!(join.join_type, JoinType::LeftSemi | JoinType::LeftAnti)
        && join.null_equality == NullEquality::NullEqualsNull
        && join.filter.is_none()
}

/// INTERSECT or EXCEPT with columns of the same types, and with ALL copy by copy.
fn compared(join: Join) -> Result<Transformed<LogicalPlan>> {
    let is_distinct = matches!(join.left.as_ref(), LogicalPlan::Distinct(Distinct::All(_)));
    let left = match join.left.as_ref() {
        LogicalPlan::Distinct(Distinct::All(input)) => Arc::clone(input),
        _ => Arc::clone(&join.left),
    };
    let sides = [left, Arc::clone(&join.right)];
    let types = meeting(&sides, together);
    if is_distinct && types.iter().all(Option::is_none) {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    }
    let [left, right] = sides.map(|side| in_types(side.as_ref().clone(), &types));
    let (left, right) = (left?, right?);
    let kept: Vec<Expr> = columns(left.schema()).map(Expr::Column).collect();
    let (left, right) = match is_distinct {
        true => (LogicalPlan::Distinct(Distinct::All(Arc::new(left))), right),
        false => (numbered(left, NUMBERS[0])?, numbered(right, NUMBERS[1])?),
    };
    let keys = (columns(left.schema()).collect::<Vec<_>>(), columns(right.schema()).collect::<Vec<_>>());
    let plan = LogicalPlanBuilder::from(left)
        .join_detailed(right, join.join_type, keys, None, NullEquality::NullEqualsNull)?
        .project(kept)?
        .build()?;
    Ok(Transformed::yes(plan))
}

/// For each column the type in which the queries meet; `None` where they are left as they are.
fn meeting(
    queries: &[Arc<LogicalPlan>],
    common: impl Fn(&DataType, &DataType) -> Option<DataType>,
) -> Vec<Option<DataType>> {
    let Some(first) = queries.first() else { return Vec::new() };
    (0..first.schema().fields().len()).map(|column| meeting_of(queries, column, &common)).collect()
}

fn meeting_of(
    queries: &[Arc<LogicalPlan>],
    column: usize,
    common: &impl Fn(&DataType, &DataType) -> Option<DataType>,
) -> Option<DataType> {
    let mut met: Option<DataType> = None;
    let mut is_needed = false;
    let mut has_unknown = false;
    for query in queries {
        if unknown(query, column).is_some() {
            has_unknown = true;
            continue;
        }
        let data_type = query.schema().fields().get(column)?.data_type();
        if data_type.is_null() {
            continue;
        }
        met = match met {
            None => Some(data_type.clone()),
            Some(met) if met == *data_type => Some(met),
            Some(met) => {
                let wider = common(&met, data_type);
                is_needed |= wider.is_some();
                Some(wider.unwrap_or(met))
            }
        };
    }
    let met = met?;
    is_needed |= has_unknown && takes_unknown(&met);
    is_needed.then_some(met)
}

/// The literal without a type that a query's column is.
fn unknown(query: &LogicalPlan, column: usize) -> Option<Expr> {
    let projection = match query {
        LogicalPlan::Projection(projection) => projection,
        // The queries of a set operation get names where their columns have the same.
        LogicalPlan::SubqueryAlias(named) => return unknown(&named.input, column),
        _ => return None,
    };
    let expression = projection.expr.get(column)?.clone().unalias();
    is_unknown(&expression).then_some(expression)
}

/// The query with columns of these types, under the same names.
fn in_types(query: LogicalPlan, types: &[Option<DataType>]) -> Result<LogicalPlan> {
    let mut cast = Vec::with_capacity(types.len());
    for (index, (relation, field)) in query.schema().iter().enumerate() {
        let column = Expr::Column(Column::from((relation, field)));
        cast.push(match types.get(index) {
            Some(Some(wanted)) if wanted != field.data_type() => {
                let value = match unknown(&query, index) {
                    Some(literal) => unknown_as(literal, wanted)?,
                    None => to_type(column, field.data_type(), wanted)?,
                };
                value.alias_qualified(relation.cloned(), field.name())
            }
            _ => column,
        });
    }
    LogicalPlanBuilder::from(query).project(cast)?.build()
}

/// The query with a number beside each row: the how many-th of its like it is.
fn numbered(query: LogicalPlan, name: &str) -> Result<LogicalPlan> {
    let rows: Vec<Expr> = columns(query.schema()).map(Expr::Column).collect();
    let number = row_number().partition_by(rows).build()?.alias(name);
    LogicalPlanBuilder::from(query).window([number])?.build()
}

fn columns(schema: &DFSchema) -> impl Iterator<Item = Column> {
    schema.iter().map(|(relation, field)| Column::from((relation, field)))
}
