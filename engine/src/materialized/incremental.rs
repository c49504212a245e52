//! A change of some tables taken over into a view without computing the rows it does not concern.
//!
//! Rows that a definition keeps or groups are sums over the rows of each of its tables: what changes with a table is
//! what the definition gives for its changed rows alone. Of several changed tables each one's changes are joined with
//! the new rows of those before it and the old rows of those after, so that nothing is counted twice. The missing
//! side of an outer join is no such sum: its changes are not taken over this way.

use std::sync::Arc;

use bellwether_catalog::{DataFile, Snapshot, TableScan};
use datafusion::arrow::array::RecordBatch;
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder, lit};
use futures::TryStreamExt;

use super::changed::ChangedTable;
use super::layout::Layout;
use super::refresh::Mode;
use super::shape::{Shape, named};
use super::swap::Swap;
use super::{Planned, column, reach, touched};
use crate::Result;

/// What of a changed table's rows is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Added,
    Removed,
}

/// A change, and the definition it is taken over into.
pub(super) struct Incremental<'a> {
    pub swap: &'a Swap<'a>,
    pub planned: &'a Planned,
    pub shape: &'a Shape,
    pub layout: Option<&'a Layout>,
    pub changed: &'a [ChangedTable],
}

/// How a change can be taken over.
pub(super) enum Way {
    Append,
    Merge,
    Groups,
}

impl Incremental<'_> {
    /// How the change can be taken over, or why only by computing all rows.
    pub(super) fn way(&self) -> std::result::Result<Way, String> {
        for outer in &self.shape.rows.outer {
            if self.changed.iter().any(|changed| changed.base.id == outer.table.id) {
                return Err(format!("{}, the missing side of an outer join, has changed", outer.table.name));
            }
        }
        let changed_rows = self.changed.iter().find(|changed| !changed.files.removed.is_empty());
        let kept = &self.swap.before.declared().hidden;
        match (self.layout, changed_rows) {
            (None, None) => Ok(Way::Append),
            (None, Some(changed)) => Err(format!("rows of {} were changed or removed", changed.base.name)),
            (Some(layout), _) if layout.hidden != *kept => Err("it keeps other states than before".to_owned()),
            (Some(layout), None) if layout.states.is_some() => Ok(Way::Merge),
            (Some(layout), _) => match layout.unfindable() {
                Some(reason) => Err(reason),
                None => Ok(Way::Groups),
            },
        }
    }

    /// Takes the change over; gives the number of rows written, or why all rows have to be computed after all.
    pub(super) async fn take_over(&self, way: Way) -> Result<std::result::Result<(Mode, u64), String>> {
        match way {
            Way::Append => self.append().await.map(|rows| Ok((Mode::Merge, rows))),
            Way::Merge => self.merge().await.map(|rows| Ok((Mode::Merge, rows))),
            Way::Groups => match self.groups().await? {
                Some(rows) => Ok(Ok((Mode::Groups, rows))),
                None => Ok(Err("most of its groups have changed".to_owned())),
            },
        }
    }

    /// Adds the definition's rows for added rows of its tables.
    async fn append(&self) -> Result<u64> {
        let swap = self.swap;
        let mut parts = Vec::new();
        for place in self.places() {
            let input = self.shape.input(self.sources(place, Part::Added).await?);
            let outputs = self.shape.outputs.iter().map(|(name, expr)| expr.clone().alias(name));
            let plan = input
                .and_then(|input| LogicalPlanBuilder::from(input).project(outputs.collect::<Vec<_>>())?.build())
                .map_err(|error| swap.scope.error(error))?;
            parts.push(swap.scope.rows(&self.planned.state, &plan).await?);
        }
        let (add, rows) = swap.write(swap.before, parts).await?;
        swap.commit(swap.before, self.planned.contents(Mode::Merge), add, Vec::new()).await?;
        Ok(rows)
    }

    /// Merges the states of added rows into those the view keeps.
    async fn merge(&self) -> Result<u64> {
        let (swap, Some(layout)) = (self.swap, self.layout) else { return Ok(0) };
        let fault = |error| swap.scope.error(error);
        let mut parts = Vec::new();
        for place in self.places() {
            let sources = self.sources(place, Part::Added).await?;
            let input = self.shape.grouped_input(sources).and_then(|input| layout.parts(self.shape, input));
            parts.extend(self.collected(&input.map_err(fault)?).await?);
        }
        let Some(parts) = table_of(parts).map_err(fault)? else {
            swap.commit(swap.before, self.planned.contents(Mode::Merge), Vec::new(), Vec::new()).await?;
            return Ok(0);
        };
        let touched = self.group_columns(parts.clone()).map_err(fault)?;
        let places = touched::files(swap, self.planned, layout, touched).await?;
        let kept = swap.table_of_files(&places).and_then(|table| layout.kept(table)).map_err(fault)?;
        let plan = LogicalPlanBuilder::from(kept)
            .union(parts)
            .and_then(LogicalPlanBuilder::build)
            .and_then(|parts| layout.merged(self.shape, parts))
            .map_err(fault)?;
        let rows = swap.scope.rows(&self.planned.state, &plan).await?;
        let (add, rows) = swap.write(swap.before, vec![rows]).await?;
        swap.commit(swap.before, self.planned.contents(Mode::Merge), add, places).await?;
        Ok(rows)
    }

    /// Computes the groups that changed rows belong to or belonged to.
    async fn groups(&self) -> Result<Option<u64>> {
        let (swap, Some(layout)) = (self.swap, self.layout) else { return Ok(None) };
        let fault = |error| swap.scope.error(error);
        let mut found = Vec::new();
        for place in self.places() {
            for part in [Part::Added, Part::Removed] {
                let sources = self.sources(place, part).await?;
                let keys = self.shape.grouped_input(sources).and_then(|input| self.group_columns(input));
                let keys = keys.and_then(|keys| LogicalPlanBuilder::from(keys).distinct()?.build());
                found.extend(self.collected(&keys.map_err(fault)?).await?);
            }
        }
        let count: usize = found.iter().map(RecordBatch::num_rows).sum();
        if touched::are_most(count, swap.before.rows()) {
            return Ok(None);
        }
        let input = self.input_of(&found).map_err(fault)?;
        let Some(found) = table_of(found).map_err(fault)? else {
            swap.commit(swap.before, self.planned.contents(Mode::Groups), Vec::new(), Vec::new()).await?;
            return Ok(Some(0));
        };
        let places = touched::files(swap, self.planned, layout, found.clone()).await?;
        let groups: Vec<String> = (0..layout.keys.len()).map(column::group).collect();
        let computed = touched::join(input, &groups, found.clone(), JoinType::LeftSemi)
            .and_then(|input| layout.computed(self.shape, input))
            .map_err(fault)?;
        let kept = touched::untouched(swap, layout, &places, found).map_err(fault)?;
        let computed = swap.scope.rows(&self.planned.state, &computed).await?;
        let kept = swap.scope.rows(&self.planned.state, &kept).await?;
        let (add, rows) = swap.write(swap.before, vec![kept, computed]).await?;
        swap.commit(swap.before, self.planned.contents(Mode::Groups), add, places).await?;
        Ok(Some(rows))
    }

    /// The rows that these groups can be made of, and some others.
    fn input_of(&self, groups: &[RecordBatch]) -> datafusion::error::Result<LogicalPlan> {
        let input = self.shape.grouped_input(self.shape.scans())?;
        let Some(aggregation) = &self.shape.aggregation else { return Ok(input) };
        match reach::condition(&aggregation.groups, input.schema(), groups)? {
            Some(condition) => LogicalPlanBuilder::from(input).filter(condition)?.build(),
            None => Ok(input),
        }
    }

    /// The places among the tables of those that have changed.
    fn places(&self) -> Vec<usize> {
        let sources = self.shape.rows.sources().enumerate();
        sources.filter(|(_, source)| self.changed_table(&source.id).is_some()).map(|(place, _)| place).collect()
    }

    fn changed_table(&self, id: &str) -> Option<&ChangedTable> {
        self.changed.iter().find(|changed| changed.base.id == id)
    }

    /// The tables with a part of the changes in the place of one of them: those before it as they are now, those after
    /// it as they were.
    async fn sources(&self, place: usize, part: Part) -> Result<Vec<LogicalPlan>> {
        let fault = |error| self.swap.scope.error(error);
        let mut sources = Vec::new();
        // Collected first: an iterator over closures cannot be held while a future waits.
        let all: Vec<_> = self.shape.rows.sources().collect();
        for (at, source) in all.into_iter().enumerate() {
            sources.push(match self.changed_table(&source.id) {
                Some(changed) if at == place => self.net(changed, part).map_err(fault)?,
                Some(changed) if at > place => {
                    let before = changed.table.at_version(changed.before).await?;
                    let files = before.files().to_vec();
                    self.scan(&changed.now, files).map_err(fault)?
                }
                _ => source.scan.clone(),
            });
        }
        Ok(sources)
    }

    /// The rows that came or went. Where both did, rows that only moved from file to file are neither.
    fn net(&self, changed: &ChangedTable, part: Part) -> datafusion::error::Result<LogicalPlan> {
        let files = &changed.files;
        let added = self.scan(&changed.now, files.added.clone())?;
        let removed = self.scan(&changed.now, files.removed.clone())?;
        let (wanted, other) = match part {
            Part::Added => (added, removed),
            Part::Removed => (removed, added),
        };
        let is_nested = wanted.schema().fields().iter().any(|field| field.data_type().is_nested());
        if files.removed.is_empty() || files.added.is_empty() || is_nested {
            return Ok(wanted);
        }
        const COUNT: &str = "__count";
        let columns: Vec<Expr> = wanted.schema().columns().into_iter().map(Expr::Column).collect();
        let counted = |plan: LogicalPlan, count: i64| {
            let columns = columns.iter().cloned().chain([lit(count).alias(COUNT)]);
            LogicalPlanBuilder::from(plan).project(columns.collect::<Vec<_>>())?.build()
        };
        let both = LogicalPlanBuilder::from(counted(wanted, 1)?).union(counted(other, -1)?)?.build()?;
        let grouped: Vec<Expr> = both.schema().columns().into_iter().take(columns.len()).map(Expr::Column).collect();
        LogicalPlanBuilder::from(both)
            .aggregate(grouped.clone(), [sum(named(COUNT)).alias(COUNT)])?
            .filter(named(COUNT).gt(lit(0_i64)))?
            .project(grouped)?
            .build()
    }

    fn scan(&self, version: &Snapshot, files: Vec<DataFile>) -> datafusion::error::Result<LogicalPlan> {
        let store = Arc::clone(self.swap.table.store());
        let scan = TableScan::new(store, Arc::new(version.with_files(files)))?;
        LogicalPlanBuilder::scan(TableReference::bare("changed"), provider_as_source(Arc::new(scan)), None)?.build()
    }

    /// The groups of a plan that has them as columns.
    fn group_columns(&self, plan: LogicalPlan) -> datafusion::error::Result<LogicalPlan> {
        let groups = self.shape.aggregation.as_ref().map_or(0, |aggregation| aggregation.groups.len());
        LogicalPlanBuilder::from(plan)
            .project((0..groups).map(|place| named(column::group(place))).collect::<Vec<_>>())?
            .build()
    }

    async fn collected(&self, plan: &LogicalPlan) -> Result<Vec<RecordBatch>> {
        let rows = self.swap.scope.rows(&self.planned.state, plan).await?;
        let batches: Vec<RecordBatch> = rows.try_collect().await.map_err(|error| self.swap.scope.error(error))?;
        Ok(batches.into_iter().filter(|batch| batch.num_rows() > 0).collect())
    }
}

/// Rows in memory as a table; nothing when there are none.
fn table_of(batches: Vec<RecordBatch>) -> datafusion::error::Result<Option<LogicalPlan>> {
    let Some(first) = batches.first() else { return Ok(None) };
    let table = MemTable::try_new(first.schema(), vec![batches])?;
    let plan = LogicalPlanBuilder::scan(TableReference::bare("parts"), provider_as_source(Arc::new(table)), None)?;
    plan.build().map(Some)
}
