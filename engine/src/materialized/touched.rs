//! Groups that a change touches, among those that a view's table holds.

use bellwether_catalog::FILE_COLUMN;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::common::{Column, NullEquality};
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder};
use futures::StreamExt;

use super::Planned;
use super::column::group;
use super::layout::Layout;
use super::shape::named;
use super::swap::Swap;
use crate::Result;

/// Below this number groups are always computed on their own.
const FEW_GROUPS: usize = 100_000;

/// Whether so many groups are touched that computing them alone is no less work than computing all.
pub(super) fn are_most(touched: usize, rows: Option<usize>) -> bool {
    touched > FEW_GROUPS && rows.is_none_or(|rows| touched > rows / 2)
}

/// The files of the view's table, by place, that hold one of these groups.
pub(super) async fn files(
    swap: &Swap<'_>,
    planned: &Planned,
    layout: &Layout,
    touched: LogicalPlan,
) -> Result<Vec<usize>> {
    let all: Vec<usize> = (0..swap.before.files().len()).collect();
    if all.len() < 2 || layout.keys.is_empty() {
        return Ok(all);
    }
    let fault = |error| swap.scope.error(error);
    let plan = || -> PlanResult<LogicalPlan> {
        let mut columns = layout.kept_keys();
        columns.push(named(FILE_COLUMN));
        let groups: Vec<String> = (0..layout.keys.len()).map(group).collect();
        let table = LogicalPlanBuilder::from(swap.table_of_files(&all)?).project(columns)?.build()?;
        let found = join(table, &groups, touched, JoinType::LeftSemi)?;
        LogicalPlanBuilder::from(found).aggregate([named(FILE_COLUMN)], Vec::<Expr>::new())?.build()
    };
    let mut rows = swap.scope.rows(&planned.state, &plan().map_err(fault)?).await?;
    let mut places = Vec::new();
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(fault)?;
        if let Some(files) = batch.column(0).as_primitive_opt::<UInt32Type>() {
            places.extend(files.values().iter().map(|&place| place as usize));
        }
    }
    places.sort_unstable();
    Ok(places)
}

/// The rows of these files of the view's table that are of none of the groups, with all the table's columns.
pub(super) fn untouched(
    swap: &Swap<'_>,
    layout: &Layout,
    places: &[usize],
    touched: LogicalPlan,
) -> PlanResult<LogicalPlan> {
    let table = swap.table_of_files(places)?;
    let columns: Vec<Expr> = swap.before.schema().fields().iter().map(|field| named(field.name())).collect();
    let groups: Vec<String> = (0..layout.keys.len()).map(group).collect();
    // A hidden key is called as its group already.
    let keys = layout.kept_keys().into_iter().zip(&groups).zip(&layout.keys);
    let keys = keys.filter(|((_, group), column)| group != column).map(|((key, _), _)| key);
    let with_groups = columns.iter().cloned().chain(keys);
    let table = LogicalPlanBuilder::from(table).project(with_groups.collect::<Vec<_>>())?.build()?;
    let rest = join(table, &groups, touched, JoinType::LeftAnti)?;
    LogicalPlanBuilder::from(rest).project(columns)?.build()
}

/// Rows whose groups are, or are not, among `touched`, which has the groups as its columns. NULLs are alike.
pub(super) fn join(
    rows: LogicalPlan,
    groups: &[String],
    touched: LogicalPlan,
    kind: JoinType,
) -> PlanResult<LogicalPlan> {
    let touched_name = |group: &String| format!("touched{group}");
    let renamed: Vec<Expr> = groups.iter().map(|group| named(group.as_str()).alias(touched_name(group))).collect();
    let touched = LogicalPlanBuilder::from(touched).project(renamed)?.build()?;
    let left: Vec<Column> = groups.iter().map(Column::new_unqualified).collect();
    let right: Vec<Column> = groups.iter().map(|group| Column::new_unqualified(touched_name(group))).collect();
    LogicalPlanBuilder::from(rows)
        .join_detailed(touched, kind, (left, right), None, NullEquality::NullEqualsNull)?
        .build()
}
