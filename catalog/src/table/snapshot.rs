//! One version of a table: its columns, its declarations, its files.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use deltalake::table::state::DeltaTableState;
use object_store::path::Path;

use super::definition::Declared;
use super::{Contents, DataFile, Table, from_delta, protocol};
use crate::Result;
use crate::schema::from_delta_schema;

/// One version of a table. It never changes, so any number of queries may share it.
#[derive(Debug)]
pub struct Snapshot {
    root: Path,
    state: DeltaTableState,
    schema: SchemaRef,
    partition_columns: Vec<String>,
    declared: Declared,
    contents: Option<Contents>,
    files: Vec<DataFile>,
}

impl Snapshot {
    pub(super) fn new(table: &Table, state: DeltaTableState) -> Result<Arc<Self>> {
        protocol::check_readable(table.root(), &state)?;
        let metadata = state.metadata();
        let partition_columns: Vec<String> = metadata.partition_columns().to_vec();
        let schema = from_delta_schema(&state.snapshot().arrow_schema());
        let declared = Declared::from_properties(metadata.configuration())?;
        let contents = Contents::from_properties(metadata.configuration())?;
        let stored = stored_order(&schema, &partition_columns);
        let mut files = Vec::with_capacity(state.log_data().num_files());
        for view in state.snapshot().try_log_data().map_err(from_delta)?.iter() {
            #[expect(deprecated, reason = "the only public way to a file's tags")]
            let file = DataFile::new(table.root(), &stored, &partition_columns, view.add_action())?;
            if let Some(checksum) = file.checksum {
                table.store().expect(&file.path, file.bytes, checksum);
            }
            files.push(file);
        }
        Ok(Arc::new(Self { root: table.root().clone(), state, schema, partition_columns, declared, contents, files }))
    }

    pub(crate) fn state(&self) -> &DeltaTableState {
        &self.state
    }

    /// The table's folder within the lake.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The version's number: 0 is the table's creation.
    pub fn version(&self) -> u64 {
        self.state.version()
    }

    /// When the version was committed, in milliseconds since 1970.
    pub fn committed_ms(&self) -> Option<i64> {
        self.state.version_timestamp(self.version())
    }

    /// This version with other columns and declarations and no files: what a writer of all-new rows writes for.
    pub fn altered(&self, schema: SchemaRef, declared: Declared) -> Self {
        Self {
            root: self.root.clone(),
            state: self.state.clone(),
            schema,
            partition_columns: self.partition_columns.clone(),
            declared,
            contents: self.contents.clone(),
            files: Vec::new(),
        }
    }

    /// This version with other files.
    pub fn with_files(&self, files: Vec<DataFile>) -> Self {
        Self { files, ..self.altered(Arc::clone(&self.schema), self.declared.clone()) }
    }

    /// The columns in the order they were declared.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The columns without those that only the engine reads.
    pub fn visible_schema(&self) -> SchemaRef {
        if self.declared.hidden.is_empty() {
            return Arc::clone(&self.schema);
        }
        let visible = self.schema.fields().iter().filter(|field| !self.declared.hidden.contains(field.name()));
        Arc::new(Schema::new(visible.cloned().collect::<Vec<_>>()))
    }

    /// What the rows of a materialized view were made from; nothing while it has none, and for other tables.
    pub fn contents(&self) -> Option<&Contents> {
        self.contents.as_ref()
    }

    /// The columns as a scan delivers them: those stored in files, then the partition columns, with text as
    /// [`scanned_type`] says.
    pub fn stored_schema(&self) -> Schema {
        stored_order(&self.schema, &self.partition_columns)
    }

    /// Columns whose values make folders.
    pub fn partition_columns(&self) -> &[String] {
        &self.partition_columns
    }

    /// Keys, constraints and defaults.
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// What the table is, in a sentence.
    pub fn comment(&self) -> Option<&str> {
        self.state.metadata().description().filter(|comment| !comment.is_empty())
    }

    /// The data files.
    pub fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// Rows of all files, when every file's statistics tell.
    pub fn rows(&self) -> Option<usize> {
        self.files.iter().map(DataFile::rows).sum()
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

fn stored_order(schema: &Schema, partition_columns: &[String]) -> Schema {
    let is_partition = |name: &str| partition_columns.iter().any(|column| column == name);
    let mut fields: Vec<_> =
        schema.fields().iter().filter(|field| !is_partition(field.name())).map(scanned_field).collect();
    for column in partition_columns {
        fields.extend(schema.fields().iter().find(|field| field.name() == column).cloned());
    }
    Schema::new(fields)
}

fn scanned_field(field: &FieldRef) -> FieldRef {
    Arc::new(field.as_ref().clone().with_data_type(scanned_type(field.data_type())))
}

/// The type a stored column is read as: text and bytes as views into the decoded page, so that filters and
/// exchanges between threads move sixteen bytes a value instead of the text.
fn scanned_type(stored: &DataType) -> DataType {
    match stored {
        DataType::Utf8 => DataType::Utf8View,
        DataType::Binary => DataType::BinaryView,
        other => other.clone(),
    }
}
