//! A definition taken apart: the tables it joins, the rows it keeps, what it groups them by, what it computes of each
//! group, and what its columns are in these terms.
//!
//! The rows are in the form in which queries are compared with views ([`Rows`]). Columns of tables are called by the
//! table's id and their own name, groups and aggregates as [`column`] says.

use datafusion::common::{Column, JoinType, TableReference};
use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, LogicalPlanBuilder, lit};

use super::column;
use crate::rewrite::block::{Block, Columns, Rows, Unfit, resolve};
use crate::rewrite::settled;

/// A definition, taken apart.
#[derive(Debug)]
pub(crate) struct Shape {
    pub rows: Rows,
    /// Nothing where the definition keeps rows as they are.
    pub aggregation: Option<Aggregation>,
    /// The columns with their names: over the tables' columns, or over groups and aggregates.
    pub outputs: Vec<(String, Expr)>,
}

/// Groups, and what is computed of them.
#[derive(Debug)]
pub(crate) struct Aggregation {
    pub groups: Vec<Expr>,
    pub aggregates: Vec<Expr>,
    /// Conditions on groups, over groups and aggregates.
    pub having: Vec<Expr>,
}

impl Shape {
    /// Takes a definition's plan apart, or says why it cannot be.
    pub(crate) fn of(state: &SessionState, plan: &LogicalPlan) -> Result<Self, Unfit> {
        let plan = settled(state, plan.clone())?;
        let mut shape = Self { rows: Rows::default(), aggregation: None, outputs: Vec::new() };
        let columns = shape.take(&plan)?;
        shape.outputs = columns.into_iter().map(|(column, expr)| (column.name, expr)).collect();
        Ok(shape)
    }

    fn take(&mut self, plan: &LogicalPlan) -> Result<Columns, Unfit> {
        match plan {
            LogicalPlan::Aggregate(aggregate) => {
                let Block { rows, groups, aggregates } = Block::of(aggregate)?;
                let names = (0..groups.len()).map(column::group).chain((0..aggregates.len()).map(column::aggregate));
                let columns = aggregate.schema.columns().into_iter().zip(names.map(named)).collect();
                self.rows = rows;
                self.aggregation = Some(Aggregation { groups, aggregates, having: Vec::new() });
                Ok(columns)
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let mut rows = Rows::default();
                let below = rows.flatten(input)?;
                let groups: Vec<Expr> = below.iter().map(|(_, expr)| expr.clone()).collect();
                let names = (0..groups.len()).map(column::group).map(named);
                let columns = below.into_iter().map(|(column, _)| column).zip(names).collect();
                self.rows = rows;
                self.aggregation = Some(Aggregation { groups, aggregates: Vec::new(), having: Vec::new() });
                Ok(columns)
            }
            LogicalPlan::Projection(projection) if is_grouped(plan) => {
                let below = self.take(&projection.input)?;
                let exprs = projection.expr.iter().map(|expr| resolve(expr, &below)).collect::<Result<Vec<_>, _>>()?;
                Ok(projection.schema.columns().into_iter().zip(exprs).collect())
            }
            LogicalPlan::SubqueryAlias(alias) if is_grouped(plan) => {
                let below = self.take(&alias.input)?;
                Ok(alias.schema.columns().into_iter().zip(below.into_iter().map(|(_, expr)| expr)).collect())
            }
            LogicalPlan::Filter(filter) if is_grouped(plan) => {
                let below = self.take(&filter.input)?;
                let condition = resolve(&filter.predicate, &below)?;
                if let Some(aggregation) = &mut self.aggregation {
                    aggregation.having.push(condition);
                }
                Ok(below)
            }
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => self.take(&sort.input),
            _ => self.rows.flatten(plan),
        }
    }

    /// [`Self::input`] with the groups as columns beside the tables' own.
    pub(super) fn grouped_input(&self, sources: Vec<LogicalPlan>) -> Result<LogicalPlan> {
        let input = self.input(sources)?;
        let mut columns: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
        let groups = self.aggregation.iter().flat_map(|aggregation| &aggregation.groups).enumerate();
        columns.extend(groups.map(|(place, expr)| expr.clone().alias(column::group(place))));
        LogicalPlanBuilder::from(input).project(columns)?.build()
    }

    /// The tables as the definition's plan reads them.
    pub(super) fn scans(&self) -> Vec<LogicalPlan> {
        self.rows.sources().map(|source| source.scan.clone()).collect()
    }

    /// The joined and filtered rows, with `sources` in the place of the tables, in the order of [`Rows::sources`].
    pub(super) fn input(&self, sources: Vec<LogicalPlan>) -> Result<LogicalPlan> {
        let mut aliased = Vec::with_capacity(sources.len());
        for (source, plan) in self.rows.sources().zip(sources) {
            aliased.push(LogicalPlanBuilder::from(plan).alias(TableReference::bare(source.id.as_str()))?.build()?);
        }
        let mut aliased = aliased.into_iter();
        let Some(first) = aliased.next() else {
            return datafusion::common::internal_err!("a definition without tables was taken apart");
        };
        let mut plan = LogicalPlanBuilder::from(first);
        for table in aliased.by_ref().take(self.rows.tables.len().saturating_sub(1)) {
            plan = plan.cross_join(table)?;
        }
        for (outer, table) in self.rows.outer.iter().zip(aliased) {
            let on = conjunction(outer.on.iter().cloned()).unwrap_or_else(|| lit(true));
            plan = plan.join_on(table, JoinType::Left, [on])?;
        }
        match conjunction(self.rows.filters.iter().cloned()) {
            Some(filter) => plan.filter(filter)?.build(),
            None => plan.build(),
        }
    }
}

/// A column by its name alone.
pub(super) fn named(name: impl Into<String>) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// Whether a plan arranges the results of an aggregation.
fn is_grouped(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(Distinct::All(_)) => true,
        LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) | LogicalPlan::Filter(_) | LogicalPlan::Sort(_) => {
            plan.inputs().into_iter().all(is_grouped)
        }
        _ => false,
    }
}
