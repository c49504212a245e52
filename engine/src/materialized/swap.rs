//! New rows in place of old ones: written where nobody sees them, audited, and committed with what they were made from.

use std::sync::Arc;

use bellwether_catalog::{
    Add, Alteration, Contents, DataWriter, Declared, Snapshot, Table, TableScan, storable_schema,
};
use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use futures::StreamExt;

use super::{MaterializedView, audit};
use crate::Result;
use crate::statement::{Scope, output_name};

/// The table of a view that is being refreshed.
pub(super) struct Swap<'a> {
    pub scope: &'a Scope,
    pub view: &'a MaterializedView,
    pub table: &'a Arc<Table>,
    /// The version that the new rows take the place of.
    pub before: &'a Arc<Snapshot>,
}

impl Swap<'_> {
    /// Files of the view's table with all columns, and which file each row is in.
    pub(super) fn table_of_files(&self, places: &[usize]) -> datafusion::error::Result<LogicalPlan> {
        let store = Arc::clone(self.table.store());
        let scan = TableScan::of_files(store, Arc::clone(self.before), Some(places.to_vec()))?;
        LogicalPlanBuilder::scan(TableReference::bare("kept"), provider_as_source(Arc::new(scan)), None)?.build()
    }

    /// Writes rows into files of a table with these columns.
    pub(super) async fn write(
        &self,
        target: &Snapshot,
        parts: Vec<SendableRecordBatchStream>,
    ) -> Result<(Vec<Add>, u64)> {
        let mut writer = DataWriter::new(Arc::clone(self.table), target)?;
        for part in parts {
            let mut rows = output_name::visible_rows(part);
            while let Some(batch) = rows.next().await {
                let batch = batch.map_err(|error| self.scope.error(error))?;
                writer.write(&batch).await?;
            }
        }
        writer.finish().await
    }

    /// Puts new files in the place of those at `remove`, if the rows that stand then pass the audits.
    pub(super) async fn commit(
        &self,
        target: &Snapshot,
        contents: Contents,
        add: Vec<Add>,
        remove: Vec<usize>,
    ) -> Result<()> {
        let mut files = Vec::with_capacity(self.before.files().len() + add.len());
        for (place, file) in self.before.files().iter().enumerate() {
            if !remove.contains(&place) {
                files.push(file.clone());
            }
        }
        for new in &add {
            files.push(self.table.data_file(target, new)?);
        }
        audit::check(self.scope, self.view, target.with_files(files)).await?;
        let columns = (target.schema() != self.before.schema()).then(|| SchemaRef::clone(target.schema()));
        let declared = (target.declared() != self.before.declared()).then(|| target.declared().clone());
        let alteration = Alteration { columns, declared, contents: Some(Some(contents)), ..Alteration::default() };
        self.table.refresh(self.before, alteration, add, remove).await?;
        Ok(())
    }
}

/// The columns of a table for the rows of a query; the last ones, which only the engine reads, are `hidden`.
pub(crate) fn stored_columns(schema: &SchemaRef, hidden: &[String]) -> Result<(SchemaRef, Declared)> {
    let schema = output_name::visible_schema(schema);
    let fields = schema.fields().iter().map(|field| {
        let column = Field::new(field.name(), field.data_type().clone(), true);
        match postgres_type::of(field) {
            Some(declared) => postgres_type::mark(column, declared),
            None => column,
        }
    });
    let columns = storable_schema(&Schema::new(fields.collect::<Vec<_>>()))?;
    Ok((columns, Declared { hidden: hidden.to_vec(), ..Declared::default() }))
}
