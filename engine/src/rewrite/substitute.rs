//! The plan that computes an aggregation from a view, under the aggregation's own column names.

use std::sync::Arc;

use bellwether_catalog::TableScan;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::catalog::TableProvider;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, JoinType, ScalarValue, TableReference};
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::error::Result;
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::{self, Aggregate, Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};

use super::block::Source;
use super::form::Form;
use super::matching::Match;
use super::roll_up::Rolled;

/// Rows that a table got after a view was made.
pub(super) struct Appended {
    /// The table.
    pub id: String,
    /// These rows alone.
    pub scan: TableScan,
}

/// Puts a view in the place of an aggregation, or says why its table does not allow it: it lacks a column that would
/// be hidden, or a column has another type than what it holds, so that values may have changed when they were stored.
pub(super) fn substitute(
    aggregate: &Aggregate,
    form: &Form,
    found: Match,
    scan: TableScan,
    appended: Option<&Appended>,
) -> Result<std::result::Result<LogicalPlan, String>> {
    if lacks(&found, form, &scan.schema()) {
        return Ok(Err("its table does not hold the states of its aggregates".into()));
    }
    let Match { joined, outer, filters, groups, stored, rolled } = found;
    let mut plan = LogicalPlanBuilder::scan(form.alias(), provider_as_source(Arc::new(scan)), None)?;
    for source in &joined {
        plan = plan.cross_join(table(source)?)?;
    }
    for outer in outer {
        plan = plan.join_on(table(&outer.table)?, JoinType::Left, outer.on)?;
    }
    for filter in filters {
        plan = plan.filter(filter)?;
    }
    let values = match (appended, stored, rolled) {
        (None, Some(columns), _) => groups.into_iter().chain(columns).collect(),
        (None, None, Some(rolled)) => {
            let parts: Vec<Expr> = rolled.iter().map(|rolled| rolled.part.clone()).collect();
            let grouped = together(plan, groups, parts, &rolled)?;
            plan = grouped.0;
            grouped.1
        }
        (Some(appended), _, Some(rolled)) if rolled.iter().all(|rolled| !rolled.is_of_values) => {
            let first = groups.len();
            let parts = groups.into_iter().chain(rolled.iter().map(|rolled| rolled.part.clone()));
            let Some(both) = united(plan, parts.collect(), aggregate, appended)? else {
                return Ok(Err("its table holds values of other types".into()));
            };
            let (groups, parts) = ((0..first).map(value), (first..first + rolled.len()).map(value));
            let grouped = together(both, groups.collect(), parts.collect(), &rolled)?;
            plan = grouped.0;
            grouped.1
        }
        _ => return Ok(Err("what it keeps cannot be put together with new rows".into())),
    };
    let mut columns = Vec::with_capacity(values.len());
    for (value, (qualifier, field)) in values.into_iter().zip(aggregate.schema.iter()) {
        let found = value.get_type(plan.schema())?;
        if found != *field.data_type() && !keeps_values(&found, field.data_type()) {
            return Ok(Err(format!("its table holds {found} where {} was computed", field.data_type())));
        }
        let value = value.cast_to(field.data_type(), plan.schema())?;
        // What clients are told of a column's type beyond its values.
        let metadata = (!field.metadata().is_empty()).then(|| FieldMetadata::new_from_field(field));
        columns.push(value.alias_qualified_with_metadata(qualifier.cloned(), field.name(), metadata));
    }
    plan.project(columns)?.build().map(Ok)
}

/// Groups the rows of `plan` and puts their parts together; gives the results as well.
fn together(
    plan: LogicalPlanBuilder,
    groups: Vec<Expr>,
    parts: Vec<Expr>,
    rolled: &[Rolled],
) -> Result<(LogicalPlanBuilder, Vec<Expr>)> {
    let first = groups.len();
    let groups = groups.into_iter().enumerate().map(|(place, group)| group.alias(result_name(place)));
    let wholes = rolled.iter().zip(parts).enumerate();
    let wholes = wholes.map(|(place, (rolled, part))| rolled.of(part).alias(result_name(first + place)));
    let plan = plan.aggregate(groups.collect::<Vec<_>>(), wholes.collect::<Vec<_>>())?;
    let mut values: Vec<Expr> =
        (0..first + rolled.len()).map(|place| Expr::Column(Column::new_unqualified(result_name(place)))).collect();
    for (value, rolled) in values.iter_mut().skip(first).zip(rolled) {
        if rolled.is_count {
            let count = value.clone().cast_to(&DataType::Int64, plan.schema())?;
            *value = coalesce(vec![count, Expr::Literal(ScalarValue::Int64(Some(0)), None)]);
        }
    }
    Ok((plan, values))
}

/// The view's groups and parts, and those of the rows that a table got since.
fn united(
    view: LogicalPlanBuilder,
    parts: Vec<Expr>,
    aggregate: &Aggregate,
    appended: &Appended,
) -> Result<Option<LogicalPlanBuilder>> {
    let mut kept = Vec::with_capacity(parts.len());
    for (place, (part, (_, field))) in parts.into_iter().zip(aggregate.schema.iter()).enumerate() {
        let found = part.get_type(view.schema())?;
        if found != *field.data_type() && !keeps_values(&found, field.data_type()) {
            return Ok(None);
        }
        kept.push(part.cast_to(field.data_type(), view.schema())?.alias(value_name(place)));
    }
    let fresh = LogicalPlan::Aggregate(aggregate.clone()).transform_down(|node| {
        let LogicalPlan::TableScan(scan) = &node else { return Ok(Transformed::no(node)) };
        let provider = source_as_provider(&scan.source)?;
        let table = provider.downcast_ref::<TableScan>();
        if table.and_then(|table| table.snapshot().root().filename()) != Some(appended.id.as_str()) {
            return Ok(Transformed::no(node));
        }
        let source = provider_as_source(Arc::new(appended.scan.clone()));
        Ok(Transformed::yes(LogicalPlan::TableScan(logical_expr::TableScan { source, ..scan.clone() })))
    })?;
    let columns = fresh.data.schema().columns().into_iter().enumerate();
    let columns: Vec<Expr> = columns.map(|(place, column)| Expr::Column(column).alias(value_name(place))).collect();
    let fresh = LogicalPlanBuilder::from(fresh.data).project(columns)?.build()?;
    view.project(kept)?.union(fresh).map(Some)
}

/// What columns are called on their way from the view to the results.
fn value_name(place: usize) -> String {
    format!("value {place}")
}

fn value(place: usize) -> Expr {
    Expr::Column(Column::new_unqualified(value_name(place)))
}

fn result_name(place: usize) -> String {
    format!("result {place}")
}

/// Whether a match needs columns that the view's table has not.
fn lacks(found: &Match, form: &Form, columns: &Schema) -> bool {
    let aggregates: Vec<&Expr> = match (&found.stored, &found.rolled) {
        (Some(columns), _) => columns.iter().collect(),
        (None, rolled) => rolled.iter().flatten().map(|rolled| &rolled.part).collect(),
    };
    let on = found.outer.iter().flat_map(|outer| &outer.on);
    let mut exprs = found.filters.iter().chain(&found.groups).chain(on).chain(aggregates);
    let alias = form.alias();
    exprs.any(|expr| {
        expr.column_refs()
            .into_iter()
            .any(|column| column.relation.as_ref() == Some(&alias) && columns.field_with_name(&column.name).is_err())
    })
}

/// A table under its id, which is what expressions call it.
fn table(source: &Source) -> Result<LogicalPlan> {
    let LogicalPlan::TableScan(scan) = &source.scan else {
        return datafusion::common::internal_err!("a table of a query is no scan");
    };
    let name = TableReference::bare(source.id.as_str());
    LogicalPlanBuilder::scan(name, Arc::clone(&scan.source), None)?.build()
}

/// Whether a stored value of type `found` is the same value as `wanted`: texts and bytes are however they are laid
/// out, and sums of sums only have more room.
fn keeps_values(found: &DataType, wanted: &DataType) -> bool {
    match (found, wanted) {
        (DataType::Decimal128(_, found), DataType::Decimal128(_, wanted)) => found == wanted,
        (DataType::Decimal256(_, found), DataType::Decimal128(_, wanted)) => found == wanted,
        (DataType::Decimal128(_, 0) | DataType::Decimal256(_, 0), wanted) => wanted.is_integer(),
        (found, wanted) => {
            (found.is_string() && wanted.is_string())
                || (found.is_binary() && wanted.is_binary())
                || (found.is_integer() && wanted.is_integer())
        }
    }
}
