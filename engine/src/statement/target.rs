//! The table a statement changes: which of its files the statement touches, and what stands in their place.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_catalog::{Add, Error, FILE_COLUMN, Operation, Result, Snapshot, Table, TableScan};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{Int64Type, UInt32Type};
use datafusion::catalog::TableProvider;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::TableFactor;
use futures::StreamExt;

use super::{Scope, query};
use crate::names::{RelationName, identifier, quote};

/// The table a statement changes, and how the statement calls it.
pub(super) struct Target {
    pub name: RelationName,
    pub alias: String,
    pub table: Arc<Table>,
    pub snapshot: Arc<Snapshot>,
}

impl Target {
    pub(super) async fn new(scope: &Scope, factor: &TableFactor) -> Result<Self> {
        let TableFactor::Table { name, alias, args: None, .. } = factor else {
            return Err(Error::unsupported(format!("{factor} is not a table")));
        };
        let name = scope.relation_name(name)?;
        let alias = alias.as_ref().map_or_else(|| name.name.clone(), |alias| identifier(&alias.name));
        let table = scope.table(&name)?;
        let snapshot = scope.session.inner.changes.latest(&table).await?;
        Ok(Self { name, alias, table, snapshot })
    }

    /// Takes the newest version; called once the writer's place is held.
    pub(super) async fn refresh(&mut self, scope: &Scope) -> Result<()> {
        self.snapshot = scope.session.inner.changes.latest(&self.table).await?;
        Ok(())
    }

    /// The table as the statement's FROM has it.
    pub(super) fn from(&self) -> String {
        format!("{} AS {}", self.name.quoted(), quote(&self.alias))
    }

    /// Its columns, qualified.
    pub(super) fn columns(&self) -> String {
        let alias = quote(&self.alias);
        let fields = self.snapshot.schema().fields();
        fields.iter().map(|field| format!("{alias}.{}", quote(field.name()))).collect::<Vec<_>>().join(", ")
    }

    /// A query for the files with rows that meet `condition`, and how many.
    pub(super) fn matching(&self, condition: &str) -> String {
        let file = format!("{}.{}", quote(&self.alias), quote(FILE_COLUMN));
        format!("SELECT {file}, count(*) FROM {} WHERE {condition} GROUP BY {file}", self.from())
    }

    /// A planner that sees some files of the table (all of them when `None`), each row with its file.
    pub(super) fn state(&self, scope: &Scope, places: Option<Vec<usize>>) -> Result<SessionState> {
        let scan = TableScan::of_files(Arc::clone(self.table.store()), Arc::clone(&self.snapshot), places)
            .map_err(|error| scope.error(error))?;
        let provider: Arc<dyn TableProvider> = Arc::new(scan);
        Ok(scope.relations_with(HashMap::from([(self.name.clone(), provider)])).state())
    }

    pub(super) async fn plan(&self, scope: &Scope, places: Option<Vec<usize>>, sql: &str) -> Result<LogicalPlan> {
        scope.plan_text(&self.state(scope, places)?, sql).await
    }

    /// The files a [`matching`](Self::matching) query finds, and the number of its rows.
    pub(super) async fn matches(
        &self,
        scope: &Scope,
        sql: &str,
        parameters: &[ScalarValue],
    ) -> Result<(Vec<usize>, u64)> {
        let state = self.state(scope, None)?;
        let plan = query::with_parameters(scope, scope.plan_text(&state, sql).await?, parameters.to_vec())?;
        let mut rows = scope.rows(&state, &plan).await?;
        let mut places = Vec::new();
        let mut count = 0;
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(|error| scope.error(error))?;
            let files = batch.column(0).as_primitive_opt::<UInt32Type>();
            let counts = batch.column(1).as_primitive_opt::<Int64Type>();
            let (Some(files), Some(counts)) = (files, counts) else {
                return Err(Error::internal("the files of the changed rows could not be told"));
            };
            places.extend(files.values().iter().map(|&place| place as usize));
            count += counts.values().iter().sum::<i64>() as u64;
        }
        places.sort_unstable();
        Ok((places, count))
    }

    /// Puts files into the table and takes others out, by their place.
    pub(super) async fn change(
        &self,
        scope: &Scope,
        operation: Operation,
        add: Vec<Add>,
        remove: Vec<usize>,
    ) -> Result<()> {
        scope.session.change(&self.name, &self.table, &self.snapshot, operation, add, remove).await
    }

    /// Takes every file out.
    pub(super) async fn remove_all(&self, scope: &Scope, operation: Operation) -> Result<()> {
        match self.snapshot.files().len() {
            0 => Ok(()),
            count => self.change(scope, operation, Vec::new(), (0..count).collect()).await,
        }
    }
}
