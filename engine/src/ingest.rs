//! Batches from a client or a file into a table, whole or not at all.

use std::sync::Arc;

use bellwether_catalog::{
    DEFAULT_SCHEMA, Declared, Error, ErrorKind, Namespace, Privileges, Relation, Snapshot, Table, TableDefinition,
    storable_schema,
};
use datafusion::arrow::array::{ArrayRef, RecordBatch, new_null_array};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use futures::stream::BoxStream;
use futures::{FutureExt, SinkExt, StreamExt};
use uuid::Uuid;

use crate::access::Authority;
use crate::names::{RelationName, quote};
use crate::statement::{self, Gathered, RowChecks};
use crate::{BatchId, Outcome, Result, Session, clock, temporary};

/// Batches that wait for the writer; then their source waits.
const BATCHES_AHEAD: usize = 4;

/// What to do with the rows, and with a table that is or is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IngestMode {
    /// The table must not exist; it is created.
    Create,
    /// The table must exist; rows are added.
    Append,
    /// The table is created when it is not there; rows are added.
    CreateAppend,
    /// The table's rows are replaced; it is created when it is not there.
    Replace,
    /// Rows replace those with the same key, others are added; created when it is not there.
    Upsert {
        /// The columns of the key.
        key: Vec<String>,
    },
}

/// Where batches go and how.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// Schema of the table; the session's current schema unless given.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// What to do.
    pub mode: IngestMode,
    /// Protects against applying a retried batch twice; appends only.
    pub batch: Option<BatchId>,
    /// Columns that the table is clustered by when it is created or replaced; one that stays must be so already.
    /// Not asked for when empty.
    pub cluster_by: Vec<String>,
}

impl Session {
    /// Writes all `batches` (each of `schema`) in one commit and gives the number of rows once they are durable.
    ///
    /// Columns are matched by name; columns of the table that `schema` does not have become NULL. A batch id that
    /// was applied before adds nothing and gives 0.
    pub async fn ingest(
        &self,
        ingest: Ingest,
        schema: SchemaRef,
        mut batches: BoxStream<'_, Result<RecordBatch>>,
    ) -> Result<u64> {
        self.admit_work()?;
        let running = self.start_work(&format!("ingest into {}", ingest.table));
        let limits = self.limits();
        // The rows come from wherever the caller reads them; encoding them is for the computing threads.
        let (sender, receiver) = futures::channel::mpsc::channel(BATCHES_AHEAD);
        let session = self.clone();
        let work =
            self.inner.engine.compute(async move { session.take(ingest, schema, complete(receiver)).await }.boxed());
        let feed = async move {
            let mut sender = sender;
            while let Some(batch) = batches.next().await {
                if sender.send(Some(batch)).await.is_err() {
                    return;
                }
            }
            let _ = sender.send(None).await;
        };
        let both = async {
            let (outcome, ()) = futures::join!(work, feed);
            outcome
        };
        let outcome = limits.bound(both).await;
        if let Err(error) = &outcome {
            running.failed(error);
        }
        outcome
    }

    async fn take(
        &self,
        ingest: Ingest,
        schema: SchemaRef,
        batches: BoxStream<'_, Result<RecordBatch>>,
    ) -> Result<u64> {
        let lake = &self.inner.engine.inner.lake;
        let names = lake.names().await?;
        let names = self.inner.temporaries.lock().over(names);
        let is_temporary = names.relation(temporary::SCHEMA, &ingest.table).is_some();
        let schema_of_bare_names = || if is_temporary { temporary::SCHEMA.to_owned() } else { self.current_schema() };
        let name = RelationName {
            schema: ingest.schema.clone().unwrap_or_else(schema_of_bare_names),
            name: ingest.table.clone(),
        };
        let existing = match names.relation(&name.schema, &name.name) {
            None => None,
            Some(Relation::Table { id }) => Some(lake.table(id)?),
            Some(Relation::View { .. }) => {
                return Err(Error::new(ErrorKind::Unsupported, format!("\"{}\" is a view", name.name)));
            }
            Some(Relation::MaterializedView(_)) => {
                let fact = format!("cannot change materialized view \"{}\"", name.name);
                return Err(Error::new(ErrorKind::WrongObjectType, fact));
            }
        };
        if !names.schemas.contains_key(&name.schema) {
            return Err(
                bellwether_catalog::no_schema(&name.schema).with_hint(format!("CREATE SCHEMA {}", quote(&name.schema)))
            );
        }
        self.authorize(&ingest.mode, &names, &name)?;
        if let Some(table) = existing.as_ref().filter(|_| ingest.mode != IngestMode::Replace) {
            require_cluster_by(&name, self.inner.changes.declared(table).await?.declared(), &ingest.cluster_by)?;
        }
        match (&ingest.mode, existing) {
            (IngestMode::Create, Some(_)) => {
                Err(Error::new(ErrorKind::DuplicateTable, format!("relation \"{}\" already exists", name.name)))
            }
            (IngestMode::Append, None) => Err(bellwether_catalog::no_relation(&name.name)),
            (IngestMode::Append | IngestMode::CreateAppend, Some(table)) => {
                let snapshot = self.inner.changes.declared(&table).await?;
                let rows = self.gather(&name, &table, &snapshot, &schema, batches).await?;
                rows.append_in(self, &name, &table, &snapshot, ingest.batch).await
            }
            (IngestMode::Upsert { key }, Some(_)) => self.upsert(&name, key, &schema, batches).await,
            (IngestMode::Replace, Some(table)) => {
                self.replace(&name, &table, ingest.cluster_by, &schema, batches).await
            }
            (mode, None) => {
                let mut definition = TableDefinition::of_columns(storable_schema(&schema)?);
                definition.declared.cluster_by = ingest.cluster_by;
                if let IngestMode::Upsert { key } = mode {
                    definition = with_key(definition, key, &name)?;
                }
                let (table, snapshot) = lake.create_table(&definition).await?;
                let rows = self.gather(&name, &table, &snapshot, &schema, batches).await?;
                let rows = rows.append_to(&table, ingest.batch).await?;
                self.publish(&name, &table, None).await?;
                Ok(rows)
            }
        }
    }

    /// Refuses rows that the user may not write.
    fn authorize(&self, mode: &IngestMode, names: &Namespace, name: &RelationName) -> Result<()> {
        if name.schema != temporary::SCHEMA {
            statement::transaction::require_writing(self, "COPY FROM")?;
        }
        let authority = Authority::of(self.principal());
        let is_there = names.relation(&name.schema, &name.name).is_some();
        let wanted = match mode {
            IngestMode::Append if !is_there => return Ok(()),
            _ if !is_there => return authority.require_schema(names, &name.schema, Privileges::CREATE),
            // A table that takes another's place may have other columns.
            IngestMode::Replace => return authority.require_ownership(names, &name.schema, &name.name),
            IngestMode::Upsert { .. } => Privileges::INSERT.with(Privileges::UPDATE).with(Privileges::SELECT),
            IngestMode::Create | IngestMode::Append | IngestMode::CreateAppend => Privileges::INSERT,
        };
        authority.require(names, &name.schema, &name.name, wanted)
    }

    fn current_schema(&self) -> String {
        crate::names::current_schema(self.setting("search_path").as_deref().unwrap_or(DEFAULT_SCHEMA))
    }

    /// The rows as the table has them, none of them in it yet.
    async fn gather(
        &self,
        name: &RelationName,
        table: &Arc<Table>,
        snapshot: &Arc<Snapshot>,
        schema: &Schema,
        batches: BoxStream<'_, Result<RecordBatch>>,
    ) -> Result<Gathered> {
        let places = places(schema, snapshot.schema(), name)?;
        let checks = RowChecks::new(&self.inner.engine.inner.template, &name.name, snapshot)?;
        let wanted = Arc::clone(snapshot.schema());
        let rows = batches.map(move |batch| arranged(&batch?, &places, &wanted));
        statement::gather(table, snapshot, &checks, rows).await
    }

    /// Puts a new table with the old one's declarations in its place.
    async fn replace(
        &self,
        name: &RelationName,
        old: &Arc<Table>,
        cluster_by: Vec<String>,
        schema: &SchemaRef,
        batches: BoxStream<'_, Result<RecordBatch>>,
    ) -> Result<u64> {
        let lake = &self.inner.engine.inner.lake;
        let before = old.latest().await?;
        let mut definition = TableDefinition {
            columns: Arc::clone(before.schema()),
            partition_by: before.partition_columns().to_vec(),
            comment: before.comment().map(str::to_owned),
            declared: before.declared().clone(),
        };
        if !cluster_by.is_empty() {
            definition.declared.cluster_by = cluster_by;
        }
        let (table, snapshot) = lake.create_table(&definition).await?;
        let rows = self.gather(name, &table, &snapshot, schema, batches).await?.append_to(&table, None).await?;
        self.publish(name, &table, Some(old.id())).await?;
        Ok(rows)
    }

    /// Gives a complete table its name, in place of `old` if that still has it.
    async fn publish(&self, name: &RelationName, table: &Table, old: Option<&str>) -> Result<()> {
        let now_ms = clock::now_ms();
        let relation = Relation::Table { id: table.id().to_owned() };
        let authority = Authority::of(self.principal());
        self.inner
            .engine
            .inner
            .lake
            .change(|names| {
                let current = names.relation(&name.schema, &name.name);
                if let (Some(old), Some(Relation::Table { id })) = (old, current)
                    && id == old
                {
                    return names.replace_relation(&name.schema, &name.name, relation.clone(), now_ms);
                }
                names.add_relation(&name.schema, &name.name, relation.clone(), authority.owner())
            })
            .await
    }

    /// Stages the rows in a table nobody else sees by name for long, and merges it in.
    async fn upsert(
        &self,
        name: &RelationName,
        key: &[String],
        schema: &SchemaRef,
        batches: BoxStream<'_, Result<RecordBatch>>,
    ) -> Result<u64> {
        let lake = &self.inner.engine.inner.lake;
        let (staged, snapshot) = lake.create_table(&TableDefinition::of_columns(storable_schema(schema)?)).await?;
        let staging = RelationName { schema: name.schema.clone(), name: format!("staged_{}", Uuid::new_v4().simple()) };
        let rows = self.gather(&staging, &staged, &snapshot, schema, batches).await?.append_to(&staged, None).await?;
        self.publish(&staging, &staged, None).await?;
        let merged = match self.refuse_repeated_keys(&staging, key).await {
            Ok(()) => self.merge(name, &staging, key, schema).await,
            Err(error) => Err(error),
        };
        let now_ms = clock::now_ms();
        lake.change(|names| names.remove_relation(&staging.schema, &staging.name, now_ms).map(drop)).await?;
        merged.map(|()| rows)
    }

    /// Two rows with one key would leave it to chance which of them stays.
    async fn refuse_repeated_keys(&self, staging: &RelationName, key: &[String]) -> Result<()> {
        let columns = key.iter().map(|column| quote(column)).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns}, count(*) FROM {} GROUP BY {columns} HAVING count(*) > 1 ORDER BY {columns} LIMIT 1",
            staging.quoted()
        );
        let Outcome::Rows(mut rows) = Box::pin(self.run(&sql)).await? else { return Ok(()) };
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            let text = |column: usize| {
                datafusion::arrow::util::display::array_value_to_string(batch.column(column), 0).unwrap_or_default()
            };
            let values: Vec<String> = (0..key.len()).map(text).collect();
            return Err(Error::new(
                ErrorKind::UniqueViolation,
                format!("key ({})=({}) occurs in {} rows", key.join(", "), values.join(", "), text(key.len())),
            )
            .with_hint("give one row for each key, or load into another table and choose there"));
        }
        Ok(())
    }

    async fn merge(&self, name: &RelationName, staging: &RelationName, key: &[String], schema: &Schema) -> Result<()> {
        if key.is_empty() {
            return Err(Error::invalid_parameter("an upsert needs the columns of a key"));
        }
        let columns: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
        if let Some(missing) = key.iter().find(|column| !columns.contains(column)) {
            return Err(Error::new(
                ErrorKind::UndefinedColumn,
                format!("key column \"{missing}\" is not among the rows' columns"),
            ));
        }
        let on: Vec<String> = key.iter().map(|column| format!("t.{0} = s.{0}", quote(column))).collect();
        let set: Vec<String> = columns
            .iter()
            .filter(|column| !key.contains(column))
            .map(|column| format!("{0} = s.{0}", quote(column)))
            .collect();
        let names: Vec<String> = columns.iter().map(|column| quote(column)).collect();
        let values: Vec<String> = columns.iter().map(|column| format!("s.{}", quote(column))).collect();
        let update =
            if set.is_empty() { String::new() } else { format!("WHEN MATCHED THEN UPDATE SET {} ", set.join(", ")) };
        let sql = format!(
            "MERGE INTO {} AS t USING {} AS s ON {} {update}WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
            name.quoted(),
            staging.quoted(),
            on.join(" AND "),
            names.join(", "),
            values.join(", ")
        );
        // This runs on a computing thread already, within the ingest's own limits.
        match Box::pin(self.run(&sql)).await? {
            Outcome::Done(_) => Ok(()),
            Outcome::Rows(_) => Err(Error::internal("a merge returned rows")),
        }
    }
}

/// The batches up to the `None` that says they were all. A channel that closes without it is a caller that went
/// away half-way, whose rows must not be taken for all there were.
fn complete(
    receiver: futures::channel::mpsc::Receiver<Option<Result<RecordBatch>>>,
) -> BoxStream<'static, Result<RecordBatch>> {
    futures::stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.next().await {
            Some(Some(batch)) => Some((batch, Some(receiver))),
            Some(None) => None,
            None => Some((Err(Error::new(ErrorKind::Cancelled, "the source of the rows went away")), None)),
        }
    })
    .boxed()
}

/// Refuses to write into a table that is not clustered as it is asked for.
fn require_cluster_by(name: &RelationName, declared: &Declared, wanted: &[String]) -> Result<()> {
    if wanted.is_empty() || declared.cluster_by == wanted {
        return Ok(());
    }
    let fact = match declared.cluster_by.as_slice() {
        [] => format!("table \"{}\" is not clustered", name.name),
        columns => format!("table \"{}\" is clustered by {}", name.name, columns.join(", ")),
    };
    let wanted = wanted.join(", ");
    Err(Error::invalid_parameter(fact).with_hint(format!("ALTER TABLE … SET (cluster_by = '{wanted}') first")))
}

fn with_key(mut definition: TableDefinition, key: &[String], name: &RelationName) -> Result<TableDefinition> {
    let mut fields: Vec<_> = definition.columns.fields().iter().map(|field| field.as_ref().clone()).collect();
    for column in key {
        let Some(field) = fields.iter_mut().find(|field| field.name() == column) else {
            return Err(Error::new(
                ErrorKind::UndefinedColumn,
                format!("key column \"{column}\" is not among the rows' columns"),
            ));
        };
        field.set_nullable(false);
    }
    definition.columns = Arc::new(Schema::new(fields));
    definition.declared.primary_key =
        Some(bellwether_catalog::Key { name: format!("{}_pkey", name.name), columns: key.to_vec() });
    Ok(definition)
}

/// For each column of the table, its place among the rows' columns.
fn places(rows: &Schema, table: &Schema, name: &RelationName) -> Result<Vec<Option<usize>>> {
    let mut places = vec![None; table.fields().len()];
    for (index, field) in rows.fields().iter().enumerate() {
        let exact = table.index_of(field.name()).ok();
        let folded = || {
            let mut alike =
                table.fields().iter().enumerate().filter(|(_, other)| other.name().eq_ignore_ascii_case(field.name()));
            alike.next().filter(|_| alike.next().is_none()).map(|(place, _)| place)
        };
        let Some(place) = exact.or_else(folded) else {
            let columns: Vec<&str> = table.fields().iter().map(|field| field.name().as_str()).collect();
            return Err(Error::new(
                ErrorKind::UndefinedColumn,
                format!("column \"{}\" of relation \"{}\" does not exist", field.name(), name.name),
            )
            .with_hint(format!("its columns are {}", columns.join(", "))));
        };
        places[place] = Some(index);
    }
    Ok(places)
}

fn arranged(batch: &RecordBatch, places: &[Option<usize>], schema: &SchemaRef) -> Result<RecordBatch> {
    let columns: Vec<ArrayRef> = places
        .iter()
        .zip(schema.fields())
        .map(|(place, field)| match place {
            Some(index) => Arc::clone(batch.column(*index)),
            None => new_null_array(field.data_type(), batch.num_rows()),
        })
        .collect();
    let fields: Vec<_> = columns
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| datafusion::arrow::datatypes::Field::new(field.name(), column.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|source| Error::internal("rows could not be arranged").with_source(source))
}

/// What makes a repeated write harmless, when the session says so: `bellwether.writer` and `bellwether.batch`.
pub(crate) fn batch_id(session: &Session) -> Result<Option<BatchId>> {
    let (writer, number) = (session.setting("bellwether.writer"), session.setting("bellwether.batch"));
    match (writer.filter(|text| !text.is_empty()), number.filter(|text| !text.is_empty())) {
        (None, _) | (_, None) => Ok(None),
        (Some(writer), Some(number)) => {
            let number = number.parse().map_err(|_| {
                Error::invalid_parameter(format!("bellwether.batch must be an integer, got \"{number}\""))
            })?;
            Ok(Some(BatchId { writer, number }))
        }
    }
}
