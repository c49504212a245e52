//! The lake's upkeep, now and then in the background: small files joined, unreadable files removed.

use std::sync::Arc;
use std::time::Duration;

use bellwether_catalog::{ErrorKind, Lake, Maintenance, Result, Snapshot, Table, TableScan};
use datafusion::datasource::provider_as_source;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::ident;
use futures::StreamExt;
use object_store::ObjectStoreExt;

use crate::fault::from_datafusion;
use crate::memory::QueryMemory;
use crate::{Engine, clock};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A folder nobody names is left alone for this long: its table may be about to get its name.
const ORPHAN_MS: i64 = DAY_MS;

/// Starts the rounds, unless they are switched off.
pub(crate) fn start(engine: &Engine) {
    let seconds = engine.config().maintenance_seconds;
    if seconds == 0 || !engine.config().background_work {
        return;
    }
    let stop = engine.inner.stop.clone();
    let inner = Arc::downgrade(&engine.inner);
    engine.spawn_background(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            }
            // The rounds must not keep an engine alive that nobody holds any more.
            let Some(engine) = Engine::upgrade(&inner) else { return };
            if !engine.does_background_work() {
                continue;
            }
            if let Err(error) = engine.maintain_while(|engine| engine.is_ready() && engine.does_background_work()).await
            {
                tracing::warn!(%error, "upkeep failed; it is tried again in the next round");
            }
        }
    });
}

impl Engine {
    /// One round of upkeep over all tables.
    pub async fn maintain(&self) -> Result<Maintenance> {
        self.maintain_while(|_| true).await
    }

    /// A round that ends early when the work has become another server's.
    async fn maintain_while(&self, is_ours: impl Fn(&Self) -> bool + Send + Sync) -> Result<Maintenance> {
        let lake = self.lake();
        let names = lake.names().await?;
        let mut done = Maintenance::default();
        for (schema, entry) in &names.schemas {
            for (name, relation) in &entry.relations {
                let Some(id) = relation.table_id() else { continue };
                if !is_ours(self) {
                    return Ok(done);
                }
                // One damaged table must not keep the others from their upkeep.
                match self.maintain_table(&lake.table(id)?).await {
                    Ok(one) => {
                        done.files_joined += one.files_joined;
                        done.files_removed += one.files_removed;
                    }
                    // A view was refreshed meanwhile: its new files are joined in the next round.
                    Err(error) if error.kind() == ErrorKind::Conflict => {}
                    Err(error) => tracing::warn!(schema, name, %error, "a table's upkeep failed"),
                }
            }
        }
        let one = self.maintain_table(lake.catalog()).await?;
        done.files_removed += one.files_removed;
        done.files_removed += self.remove_dropped(lake).await?;
        Ok(done)
    }

    async fn maintain_table(&self, table: &Arc<Table>) -> Result<Maintenance> {
        let mut done = Maintenance::default();
        let mut snapshot = table.latest().await?;
        for places in Table::compactable(&snapshot) {
            let joined = places.len();
            snapshot = self.join_files(table, &snapshot, places).await?;
            done.files_joined += joined;
            // Places count in the version they were found in; the next round finds the rest.
            break;
        }
        let retention_ms =
            i64::try_from(self.config().retention_days).unwrap_or(i64::MAX / DAY_MS).saturating_mul(DAY_MS);
        if retention_ms > 0 {
            done.files_removed = table.vacuum(&snapshot, clock::now_ms(), retention_ms).await?;
        }
        Ok(done)
    }

    async fn join_files(
        &self,
        table: &Arc<Table>,
        snapshot: &Arc<Snapshot>,
        places: Vec<usize>,
    ) -> Result<Arc<Snapshot>> {
        let fault = |error| from_datafusion(error, "");
        let memory = QueryMemory::new(Arc::clone(&self.inner.memory), self.config().query_memory_percent);
        let environment = RuntimeEnvBuilder::from_runtime_env(&self.inner.environment)
            .with_memory_pool(memory)
            .build_arc()
            .map_err(fault)?;
        let state =
            SessionStateBuilder::new_from_existing(self.inner.template.clone()).with_runtime_env(environment).build();
        let scan = TableScan::of_files(Arc::clone(table.store()), Arc::clone(snapshot), Some(places.clone()))
            .map_err(fault)?;
        let columns: Vec<usize> = (0..snapshot.schema().fields().len()).collect();
        // Sorted files are merged; others are sorted by operators that spill.
        let by: Vec<_> = snapshot.declared().cluster_by.iter().map(|column| ident(column).sort(true, false)).collect();
        let plan = LogicalPlanBuilder::scan("joined", provider_as_source(Arc::new(scan)), Some(columns))
            .and_then(|plan| if by.is_empty() { plan.build() } else { plan.sort(by)?.build() })
            .map_err(fault)?;
        let operators = state.create_physical_plan(&plan).await.map_err(fault)?;
        let rows = execute_stream(operators, state.task_ctx()).map_err(fault)?;
        let rows = rows.map(|batch| batch.map_err(|error| from_datafusion(error, "")));
        table.compact(snapshot, &places, rows.boxed()).await
    }

    /// Removes the folders of tables that lost their name long enough ago.
    async fn remove_dropped(&self, lake: &Lake) -> Result<usize> {
        let retention_ms =
            i64::try_from(self.config().retention_days).unwrap_or(i64::MAX / DAY_MS).saturating_mul(DAY_MS);
        let horizon_ms = clock::now_ms() - retention_ms.max(ORPHAN_MS);
        let names = lake.names().await?;
        let mut removed = 0;
        for (id, since_ms) in &names.dropped {
            if *since_ms > horizon_ms {
                continue;
            }
            let store = lake.store().object_store();
            let root = lake.table(id)?.root().clone();
            let mut listed = store.list(Some(&root));
            let mut paths = Vec::new();
            while let Some(object) = listed.next().await {
                paths.push(object.map_err(bellwether_catalog::store::from_object_store)?.location);
            }
            drop(listed);
            for path in &paths {
                store.delete(path).await.map_err(bellwether_catalog::store::from_object_store)?;
                lake.store().forget(path);
            }
            removed += paths.len();
            lake.change(|names| {
                names.dropped.remove(id);
                Ok(())
            })
            .await?;
            lake.forget(id);
        }
        Ok(removed)
    }
}
