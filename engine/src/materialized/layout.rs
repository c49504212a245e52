//! Which column of a view's table holds which group, and which the state of which aggregate.
//!
//! A column of the view serves where it is the group itself, or an aggregate whose state is its result. What the view
//! does not show is in hidden columns behind its own.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema};
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast};

use super::column::{self, part};
use super::shape::{Shape, named};
use super::states::{self, Call};

/// Aggregates of exact values that keep more than their result.
const EXACT_MOMENTS: [&str; 4] = ["stddev", "stddev_pop", "var_samp", "var_pop"];

/// Aggregates whose states are the same for the same rows, in whatever order they came.
const SKETCHES: [&str; 3] = ["approx_distinct", "journey_agg", "journey_merge"];

/// Where a view's table keeps what.
#[derive(Debug)]
pub(super) struct Layout {
    /// The columns that hold the groups.
    pub keys: Vec<String>,
    /// The types of the groups.
    pub key_types: Vec<DataType>,
    /// The aggregates with the columns that hold the fields of their states; nothing where states are not kept.
    pub states: Option<Vec<(Call, Vec<String>)>>,
    /// Columns behind the view's own.
    pub hidden: Vec<String>,
}

impl Layout {
    /// The layout for an aggregation, and why its aggregates cannot be merged if they cannot. Nothing for other shapes.
    pub(super) fn of(shape: &Shape) -> Result<Option<(Self, Option<String>)>> {
        let Some(aggregation) = &shape.aggregation else { return Ok(None) };
        let input = shape.input(shape.scans())?;
        let schema = input.schema();
        let mut hidden = Vec::new();
        let mut keys = Vec::with_capacity(aggregation.groups.len());
        let mut key_types = Vec::with_capacity(aggregation.groups.len());
        for (place, group) in aggregation.groups.iter().enumerate() {
            let column = shown(shape, &column::group(place));
            keys.push(column.unwrap_or_else(|| hide(&mut hidden, column::group(place))));
            key_types.push(group.get_type(schema)?);
        }
        if !aggregation.having.is_empty() {
            let reason = "it leaves out groups by HAVING".to_owned();
            return Ok(Some((Self { keys, key_types, states: None, hidden }, Some(reason))));
        }
        let hidden_keys = hidden.len();
        let mut merged = Vec::with_capacity(aggregation.aggregates.len());
        for (place, aggregate) in aggregation.aggregates.iter().enumerate() {
            let call = match aggregate {
                Expr::AggregateFunction(call) => call,
                other => return datafusion::common::internal_err!("{other} is no aggregate"),
            };
            if let Some(reason) = unmergeable(call, schema)? {
                hidden.truncate(hidden_keys);
                return Ok(Some((Self { keys, key_types, states: None, hidden }, Some(reason))));
            }
            let described = Call::new(call, schema)?;
            let fields = described.state_fields()?;
            let is_result = states::is_own_result(call.func.name())
                && matches!(&fields[..], [one] if one.data_type() == described.result_field()?.data_type());
            let column = shown(shape, &column::aggregate(place)).filter(|_| is_result);
            let columns = match column {
                Some(column) => vec![column],
                None => (0..fields.len()).map(|field| hide(&mut hidden, column::state(place, field))).collect(),
            };
            merged.push((described, columns));
        }
        Ok(Some((Self { keys, key_types, states: Some(merged), hidden }, None)))
    }

    /// The rows of the table for `input`, which has the groups as columns `__group_…` beside the tables' own.
    pub(super) fn computed(&self, shape: &Shape, input: LogicalPlan) -> Result<LogicalPlan> {
        let Some(aggregation) = &shape.aggregation else {
            return datafusion::common::internal_err!("rows that are not grouped have no layout");
        };
        let groups: Vec<Expr> = (0..self.keys.len()).map(|place| named(column::group(place))).collect();
        let Some(states) = &self.states else {
            let aggregates = aggregation.aggregates.iter().enumerate();
            let aggregates = aggregates.map(|(place, call)| call.clone().alias(column::aggregate(place)));
            let plan = LogicalPlanBuilder::from(input).aggregate(groups, aggregates)?.build()?;
            return self.shown(shape, plan, None);
        };
        let mut of_rows = Vec::with_capacity(states.len());
        for (place, ((call, _), aggregate)) in states.iter().zip(&aggregation.aggregates).enumerate() {
            let Expr::AggregateFunction(written) = aggregate else {
                return datafusion::common::internal_err!("an aggregate is called otherwise than classified");
            };
            of_rows.push(states::of_rows(call, written).alias(column::aggregate(place)));
        }
        let plan = LogicalPlanBuilder::from(input).aggregate(groups, of_rows)?.build()?;
        self.shown(shape, plan, Some(states))
    }

    /// Groups and states of `input`, as rows that [`Self::merged`] takes.
    pub(super) fn parts(&self, shape: &Shape, input: LogicalPlan) -> Result<LogicalPlan> {
        let (Some(aggregation), Some(states)) = (&shape.aggregation, &self.states) else {
            return datafusion::common::internal_err!("the view keeps no states");
        };
        let groups: Vec<Expr> = (0..self.keys.len()).map(|place| named(column::group(place))).collect();
        let mut of_rows = Vec::with_capacity(states.len());
        for (place, ((call, _), aggregate)) in states.iter().zip(&aggregation.aggregates).enumerate() {
            let Expr::AggregateFunction(written) = aggregate else {
                return datafusion::common::internal_err!("an aggregate is called otherwise than classified");
            };
            of_rows.push(states::of_rows(call, written).alias(column::aggregate(place)));
        }
        let plan = LogicalPlanBuilder::from(input).aggregate(groups.clone(), of_rows)?;
        let mut columns = groups;
        for (place, (_, fields)) in states.iter().enumerate() {
            for field in 0..fields.len() {
                let value = states::field(named(column::aggregate(place)), field);
                columns.push(value.alias(part(place, field)));
            }
        }
        plan.project(columns)?.build()
    }

    /// Groups and states that the table holds, as rows that [`Self::merged`] takes.
    pub(super) fn kept(&self, table: LogicalPlan) -> Result<LogicalPlan> {
        let Some(states) = &self.states else {
            return datafusion::common::internal_err!("the view keeps no states");
        };
        let mut columns = self.kept_keys();
        for (place, (call, fields)) in states.iter().enumerate() {
            for (field, (column, kept)) in fields.iter().zip(call.state_fields()?.iter()).enumerate() {
                let value = cast(named(column.as_str()), kept.data_type().clone());
                columns.push(value.alias(part(place, field)));
            }
        }
        LogicalPlanBuilder::from(table).project(columns)?.build()
    }

    /// Why groups that were touched cannot be found among those the table holds, if they cannot.
    pub(super) fn unfindable(&self) -> Option<String> {
        if self.keys.is_empty() {
            return Some("all its rows are one group".to_owned());
        }
        let lossy = self.key_types.iter().find(|data_type| !is_kept(data_type))?;
        Some(format!("it groups by {lossy}, of which a table may keep another value"))
    }

    /// The groups that the table holds, in the groups' own types.
    pub(super) fn kept_keys(&self) -> Vec<Expr> {
        let keys = self.keys.iter().zip(&self.key_types).enumerate();
        keys.map(|(place, (column, data_type))| {
            cast(named(column.as_str()), data_type.clone()).alias(column::group(place))
        })
        .collect()
    }

    /// The rows of the table for groups and states, those of the same group merged.
    pub(super) fn merged(&self, shape: &Shape, parts: LogicalPlan) -> Result<LogicalPlan> {
        let Some(states) = &self.states else {
            return datafusion::common::internal_err!("the view keeps no states");
        };
        let groups: Vec<Expr> = (0..self.keys.len()).map(|place| named(column::group(place))).collect();
        let merged = states.iter().enumerate().map(|(place, (call, fields))| {
            let fields = (0..fields.len()).map(|field| named(part(place, field))).collect();
            states::merged(call, fields).alias(column::aggregate(place))
        });
        let plan = LogicalPlanBuilder::from(parts).aggregate(groups, merged.collect::<Vec<_>>())?.build()?;
        self.shown(shape, plan, Some(states))
    }

    /// The table's columns from groups and aggregates, or their states.
    fn shown(
        &self,
        shape: &Shape,
        plan: LogicalPlan,
        states: Option<&Vec<(Call, Vec<String>)>>,
    ) -> Result<LogicalPlan> {
        let fields = |place: usize, columns: &[String]| -> Vec<Expr> {
            (0..columns.len()).map(|field| states::field(named(column::aggregate(place)), field)).collect()
        };
        let drawn = |expr: Expr| {
            expr.transform_up(|inner| {
                let Expr::Column(Column { name, .. }) = &inner else { return Ok(Transformed::no(inner)) };
                let found = states.into_iter().flatten().enumerate();
                let mut found = found.filter(|(place, _)| *name == column::aggregate(*place));
                Ok(match found.next() {
                    Some((place, (call, columns))) => Transformed::yes(states::result(call, fields(place, columns))),
                    None => Transformed::no(inner),
                })
            })
            .map(|drawn| drawn.data)
        };
        let mut plan = LogicalPlanBuilder::from(plan);
        for condition in shape.aggregation.iter().flat_map(|aggregation| &aggregation.having) {
            plan = plan.filter(drawn(condition.clone())?)?;
        }
        let mut columns = Vec::with_capacity(shape.outputs.len() + self.hidden.len());
        for (name, expr) in &shape.outputs {
            columns.push(drawn(expr.clone())?.alias(name));
        }
        for (place, key) in self.keys.iter().enumerate() {
            if self.hidden.contains(key) {
                columns.push(named(column::group(place)).alias(key));
            }
        }
        for (place, (_, kept)) in states.into_iter().flatten().enumerate() {
            for (column, field) in kept.iter().zip(fields(place, kept)) {
                if self.hidden.contains(column) {
                    columns.push(field.alias(column));
                }
            }
        }
        plan.project(columns)?.build()
    }
}

/// Whether a table gives back exactly the values of a type, and equal values are equal in every way.
fn is_kept(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(unit, _) => *unit == TimeUnit::Microsecond,
        DataType::Dictionary(_, values) => is_kept(values),
        other => {
            other.is_integer()
                || other.is_decimal()
                || matches!(
                    other,
                    DataType::Boolean
                        | DataType::Utf8
                        | DataType::LargeUtf8
                        | DataType::Utf8View
                        | DataType::Binary
                        | DataType::LargeBinary
                        | DataType::BinaryView
                        | DataType::Date32
                )
        }
    }
}

fn hide(hidden: &mut Vec<String>, column: String) -> String {
    hidden.push(column.clone());
    column
}

/// The view's column that is this group or aggregate and nothing else.
fn shown(shape: &Shape, name: &str) -> Option<String> {
    let is_it = |expr: &Expr| matches!(expr, Expr::Column(column) if column.name == name);
    shape.outputs.iter().find(|(_, expr)| is_it(expr)).map(|(column, _)| column.clone())
}

/// Why the states of an aggregate would not merge into exactly what it gives for all rows together.
fn unmergeable(call: &AggregateFunction, schema: &DFSchema) -> Result<Option<String>> {
    let name = call.func.name();
    let params = &call.params;
    if params.distinct && !["min", "max", "bool_and", "bool_or"].contains(&name) {
        return Ok(Some(format!("{name}(DISTINCT …) cannot be merged")));
    }
    if !params.order_by.is_empty() || params.null_treatment.is_some() {
        return Ok(Some(format!("{name}(… ORDER BY …) cannot be merged")));
    }
    if SKETCHES.contains(&name) || name == "count" {
        return Ok(None);
    }
    if !states::is_own_result(name) && !EXACT_MOMENTS.contains(&name) {
        return Ok(Some(format!("{name}() cannot be merged")));
    }
    for argument in &params.args {
        if argument.get_type(schema)?.is_floating() {
            return Ok(Some(format!("{name}() over floating point depends on the order of the rows")));
        }
    }
    Ok(None)
}
