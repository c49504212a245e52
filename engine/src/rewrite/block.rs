//! An aggregation in the form in which two of them can be compared: which tables are joined, which rows are kept,
//! what they are grouped by and what is computed of each group.
//!
//! Whatever a statement calls its tables and columns, and through however many subqueries and views it reads them,
//! in a block a column is called by its table's id and its own name. The rows of a block are
//! `filter(((t1 × t2 × …) left join o1) left join o2 …)`: conditions of inner joins are filters, and outer joins
//! stand above all inner ones, which changes no row, since each only adds columns to rows that are there anyway.

use bellwether_catalog::TableScan;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, JoinType, NullEquality, TableReference};
use datafusion::datasource::source_as_provider;
use datafusion::error::Result;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Aggregate, Expr, Join, LogicalPlan};

use super::canonical::canonical;

/// A table of a block.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The folder under `tables/`.
    pub id: String,
    /// What a statement calls it.
    pub name: String,
    /// The version it is read at.
    pub version: u64,
    /// The scan of all its columns.
    pub scan: LogicalPlan,
}

impl Source {
    /// The version that is scanned.
    pub(crate) fn table(&self) -> Result<TableScan> {
        let LogicalPlan::TableScan(scan) = &self.scan else {
            return datafusion::common::internal_err!("a table of a query is no scan");
        };
        let provider = source_as_provider(&scan.source)?;
        match provider.downcast_ref::<TableScan>() {
            Some(table) => Ok(table.clone()),
            None => datafusion::common::internal_err!("a table of a query is none of the lake"),
        }
    }
}

/// A left join.
#[derive(Debug, Clone)]
pub(crate) struct Outer {
    /// The table whose columns may be missing.
    pub table: Source,
    pub on: Vec<Expr>,
}

/// The rows that are grouped.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// Tables that are joined by filters alone.
    pub tables: Vec<Source>,
    pub outer: Vec<Outer>,
    pub filters: Vec<Expr>,
}

/// An aggregation.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub rows: Rows,
    pub groups: Vec<Expr>,
    pub aggregates: Vec<Expr>,
}

/// Why a plan is no block.
#[derive(Debug)]
pub(crate) enum Unfit {
    Because(String),
    Failed(datafusion::error::DataFusionError),
}

impl From<datafusion::error::DataFusionError> for Unfit {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::Failed(error)
    }
}

fn unfit<T>(reason: impl Into<String>) -> Result<T, Unfit> {
    Err(Unfit::Because(reason.into()))
}

/// What a plan's output columns are in terms of its tables' columns.
pub(crate) type Columns = Vec<(Column, Expr)>;

impl Block {
    /// The block of an aggregation.
    pub(crate) fn of(aggregate: &Aggregate) -> Result<Self, Unfit> {
        if aggregate.group_expr.iter().any(|expr| matches!(expr, Expr::GroupingSet(_))) {
            return unfit("it groups in several ways at once");
        }
        let mut rows = Rows::default();
        let columns = rows.flatten(&aggregate.input)?;
        let in_tables =
            |exprs: &[Expr]| exprs.iter().map(|expr| resolve(expr, &columns)).collect::<Result<Vec<_>, _>>();
        let (groups, aggregates) = (in_tables(&aggregate.group_expr)?, in_tables(&aggregate.aggr_expr)?);
        rows.filters.sort_by_cached_key(ToString::to_string);
        rows.filters.dedup();
        Ok(Self { rows, groups, aggregates })
    }

    /// The tables, those of outer joins as well.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.rows.sources()
    }
}

impl Rows {
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.tables.iter().chain(self.outer.iter().map(|outer| &outer.table))
    }

    /// Adds what `plan` reads, and tells what its columns are.
    pub(crate) fn flatten(&mut self, plan: &LogicalPlan) -> Result<Columns, Unfit> {
        match plan {
            LogicalPlan::TableScan(_) => {
                let (source, columns) = source(plan)?;
                self.admit(&source)?;
                self.tables.push(source);
                Ok(columns)
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let columns = self.flatten(&alias.input)?;
                Ok(alias.schema.columns().into_iter().zip(columns.into_iter().map(|(_, expr)| expr)).collect())
            }
            LogicalPlan::Projection(projection) => {
                let below = self.flatten(&projection.input)?;
                let exprs = projection.expr.iter().map(|expr| resolve(expr, &below)).collect::<Result<Vec<_>, _>>()?;
                Ok(projection.schema.columns().into_iter().zip(exprs).collect())
            }
            LogicalPlan::Filter(filter) => {
                let columns = self.flatten(&filter.input)?;
                self.keep(resolve(&filter.predicate, &columns)?);
                Ok(columns)
            }
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => self.flatten(&sort.input),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Limit(_) => unfit("it reads a limited number of rows"),
            LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_) => unfit("it groups what is grouped already"),
            LogicalPlan::Union(_) => unfit("it reads a union"),
            LogicalPlan::Window(_) => unfit("it reads a window's results"),
            LogicalPlan::Extension(extension) => unfit(format!("it reads {}", extension.node.name())),
            other => unfit(format!("it reads {}", other.display().to_string().to_lowercase())),
        }
    }

    fn join(&mut self, join: &Join) -> Result<Columns, Unfit> {
        let is_plain = join.null_equality == NullEquality::NullEqualsNothing;
        let (mut columns, outer) = match join.join_type {
            JoinType::Inner if is_plain => {
                let mut columns = self.flatten(&join.left)?;
                columns.extend(self.flatten(&join.right)?);
                (columns, None)
            }
            JoinType::Left if is_plain => {
                let mut columns = self.flatten(&join.left)?;
                let (table, right) = self.missing_side(&join.right)?;
                columns.extend(right);
                (columns, Some(table))
            }
            JoinType::Right if is_plain => {
                let right = self.flatten(&join.right)?;
                let (table, mut columns) = self.missing_side(&join.left)?;
                columns.extend(right);
                (columns, Some(table))
            }
            _ => return unfit(format!("it reads a {} join", join.join_type.to_string().to_lowercase())),
        };
        let mut conditions = Vec::new();
        for (left, right) in &join.on {
            conditions.push(canonical(resolve(left, &columns)?.eq(resolve(right, &columns)?))?);
        }
        if let Some(filter) = &join.filter {
            conditions.extend(split_conjunction_owned(resolve(filter, &columns)?));
        }
        // The columns of a join are those of both sides in their order.
        for (column, (name, _)) in join.schema.columns().into_iter().zip(&mut columns) {
            *name = column;
        }
        match outer {
            None => self.filters.extend(conditions),
            Some(table) => {
                conditions.sort_by_cached_key(ToString::to_string);
                self.outer.push(Outer { table, on: conditions });
            }
        }
        Ok(columns)
    }

    /// The side of an outer join whose columns may be missing: one table as it is, because whatever is computed
    /// or filtered below the join would be another thing above it.
    fn missing_side(&self, plan: &LogicalPlan) -> Result<(Source, Columns), Unfit> {
        let mut below = Self::default();
        let columns = below.flatten(plan)?;
        let is_bare = below.filters.is_empty() && below.outer.is_empty();
        let are_columns = columns.iter().all(|(_, expr)| matches!(expr, Expr::Column(_)));
        match below.tables.pop() {
            Some(source) if is_bare && are_columns && below.tables.is_empty() => {
                self.admit(&source)?;
                Ok((source, columns))
            }
            _ => unfit("it reads an outer join with more than a table"),
        }
    }

    fn admit(&self, source: &Source) -> Result<(), Unfit> {
        match self.sources().any(|other| other.id == source.id) {
            true => unfit(format!("it reads {} twice", source.name)),
            false => Ok(()),
        }
    }

    fn keep(&mut self, filter: Expr) {
        self.filters.extend(split_conjunction_owned(filter));
    }
}

/// The table of a scan, and its columns.
fn source(plan: &LogicalPlan) -> Result<(Source, Columns), Unfit> {
    let LogicalPlan::TableScan(scan) = plan else { return unfit("it reads no table") };
    let name = scan.table_name.to_string();
    let provider = source_as_provider(&scan.source)?;
    let Some(table) = provider.downcast_ref::<TableScan>() else {
        return unfit(format!("it reads {name}, which is no table of the lake"));
    };
    if scan.fetch.is_some() || !scan.filters.is_empty() {
        return unfit(format!("it reads a part of {name}"));
    }
    let id = table.snapshot().root().filename().unwrap_or_default().to_owned();
    let column = |field: &str| Expr::Column(Column::new(Some(TableReference::bare(id.as_str())), field));
    let columns = scan.projected_schema.columns();
    let columns = columns.into_iter().map(|output| (output.clone(), column(&output.name))).collect();
    let version = table.snapshot().version();
    Ok((Source { id, name, version, scan: plan.clone() }, columns))
}

/// An expression over a plan's columns as one over its tables' columns, in the form in which it is compared.
pub(crate) fn resolve(expr: &Expr, columns: &[(Column, Expr)]) -> Result<Expr, Unfit> {
    let mut reason = None;
    expr.apply(|inner| {
        let what = match inner {
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_) | Expr::ScalarSubquery(_) => "a subquery",
            Expr::OuterReferenceColumn(..) => "a column of the query around it",
            Expr::Placeholder(_) => "an open parameter",
            Expr::WindowFunction(_) => "a window",
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        reason = Some(format!("it compares with {what}"));
        Ok(TreeNodeRecursion::Stop)
    })?;
    if let Some(reason) = reason {
        return unfit(reason);
    }
    let resolved = expr.clone().transform_up(|inner| {
        let Expr::Column(column) = &inner else { return Ok(Transformed::no(inner)) };
        let found = columns.iter().find(|(output, _)| output == column).or_else(|| {
            // A column without a qualifier is unique by its name.
            columns.iter().find(|(output, _)| column.relation.is_none() && output.name == column.name)
        });
        match found {
            Some((_, expr)) => Ok(Transformed::yes(expr.clone())),
            None => datafusion::common::plan_err!("column {column} is not among those of its input"),
        }
    })?;
    Ok(canonical(resolved.data)?)
}
