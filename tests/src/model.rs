//! Lakes with the canonical tables, all ready views, and the rows that a specification is given.
//!
//! A specification under `slt/models/` names its rows in its second line, `# Given: shop`: the statements of
//! `slt/models/given/shop.inc`. Without that line it asks an empty lake.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use bellwether::{AuditFinding, ClientInfo, Door, Engine, Model, Outcome, Principal, Session, models_in};
use bellwether_server::core_tables;
use futures::TryStreamExt;
use sqllogictest::TestError;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::server::test_config;
use crate::shared::workspace;
use crate::{slt, text};

/// The models in `sql/`, as they are now rather than as the program was built with them.
pub fn models() -> Vec<Model> {
    models_in(&workspace().join("sql")).expect("the models can be read")
}

/// A lake with the canonical tables and all views.
#[derive(Debug)]
pub struct ModelLake {
    /// The engine over it.
    pub engine: Engine,
    folder: TempDir,
}

impl ModelLake {
    /// A lake with nothing in it, not even tables.
    pub async fn open_empty() -> Self {
        Self::open(tempfile::tempdir().expect("a temporary folder")).await
    }

    /// A lake without rows.
    pub async fn empty() -> Self {
        let lake = Self::open_empty().await;
        let session = lake.session();
        core_tables::install(&session).await.expect("the canonical tables can be made");
        session.install_models(models(), |_| {}).await.unwrap_or_else(|error| panic!("{error}"));
        lake
    }

    /// A copy of this lake with the rows of that name, and all views whose rows are kept refreshed.
    pub async fn given(&self, rows: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(self.folder.path(), folder.path());
        let lake = Self::open(folder).await;
        let file = specifications().join("given").join(rows).with_extension("inc");
        slt::run_in(&lake.engine, &file).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let session = lake.session();
        for model in models().iter().filter(|model| model.header.refresh.is_some()) {
            let refreshed = session.run(&format!("refresh materialized view {}", model.name)).await;
            refreshed.unwrap_or_else(|error| panic!("{} on {rows}: {error}", model.name));
        }
        lake
    }

    async fn open(folder: TempDir) -> Self {
        let config = test_config(folder.path().join("lake").display().to_string());
        Self { engine: Engine::start(config).await.expect("the lake opens"), folder }
    }

    /// A session of the owner.
    pub fn session(&self) -> Session {
        self.engine.session(Principal::owner(), Door::Embedded, ClientInfo::default()).expect("a session")
    }

    /// Runs a specification on this lake.
    pub async fn run(&self, file: &Path) -> Result<(), TestError> {
        slt::run_in(&self.engine, file).await
    }

    /// What does not hold of the views: their columns, examples and audits. Looked for in the background, with
    /// so many at a time.
    pub fn findings(&self, at_a_time: usize) -> JoinSet<Vec<String>> {
        let models = models();
        let each = models.len().div_ceil(at_a_time);
        models.chunks(each).map(|models| findings(self.session(), models.to_vec())).collect()
    }

    /// What does not hold of the rows of the views: their audits, and that values are numbers. Looked for as findings are.
    pub fn oddities(&self, at_a_time: usize) -> JoinSet<Vec<String>> {
        let models = models();
        let each = models.len().div_ceil(at_a_time);
        models.chunks(each).map(|models| oddities(self.session(), models.to_vec())).collect()
    }

    /// Ends the engine.
    pub async fn close(self) {
        self.engine.close().await;
    }
}

async fn findings(session: Session, models: Vec<Model>) -> Vec<String> {
    let mut findings = Vec::new();
    for model in &models {
        match columns(&session, &format!("select * from {} limit 0", model.name)).await {
            Ok(columns) => {
                let told: Vec<&String> = model.header.columns.iter().map(|(name, _)| name).collect();
                if columns.iter().map(|(name, _)| name).ne(told.iter().copied()) {
                    findings.push(format!("{} has the columns {columns:?}, its header {told:?}", model.name));
                }
            }
            Err(error) => findings.push(format!("{}: {error}", model.name)),
        }
        if let Err(error) = rows(&session, &model.header.example).await {
            findings.push(format!("example of {}: {error}", model.name));
        }
        findings.extend(audited(&session, model).await);
    }
    findings
}

async fn oddities(session: Session, models: Vec<Model>) -> Vec<String> {
    let mut findings = Vec::new();
    for model in &models {
        match columns(&session, &format!("select * from {} limit 0", model.name)).await {
            Ok(columns) => findings.extend(no_numbers(&session, model, &columns).await),
            Err(error) => findings.push(format!("{}: {error}", model.name)),
        }
        findings.extend(audited(&session, model).await);
    }
    findings
}

async fn audited(session: &Session, model: &Model) -> Vec<String> {
    match session.audit_models(std::slice::from_ref(model)).await {
        Ok(found) => {
            let told = |found: &AuditFinding| format!("{}: {} fails {} times", found.model, found.audit, found.rows);
            found.iter().map(told).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

/// The columns of a view in which some value is NaN or infinite: a division by zero.
async fn no_numbers(session: &Session, model: &Model, columns: &[(String, DataType)]) -> Option<String> {
    let floats: Vec<&str> =
        columns.iter().filter(|(_, kind)| kind.is_floating()).map(|(name, _)| name.as_str()).collect();
    if floats.is_empty() {
        return None;
    }
    let sums: Vec<String> = floats
        .iter()
        .map(|name| format!("count(*) filter (where \"{name}\" = 'NaN' or \"{name}\" in ('Infinity', '-Infinity'))"))
        .collect();
    match rows(session, &format!("select {} from {}", sums.join(", "), model.name)).await {
        Ok(found) => {
            let counts = floats.iter().zip(found.iter().flatten()).filter(|(_, count)| *count != "0");
            let wrong: Vec<&str> = counts.map(|(name, _)| *name).collect();
            (!wrong.is_empty()).then(|| format!("{} has values that are no numbers in {wrong:?}", model.name))
        }
        Err(error) => Some(format!("{}: {error}", model.name)),
    }
}

/// The specifications of models by the rows that they are given.
pub fn by_given() -> Vec<(Option<String>, Vec<PathBuf>)> {
    let wanted = std::env::var("BELLWETHER_TEST_SLT").unwrap_or_default();
    let mut groups: Vec<(Option<String>, Vec<PathBuf>)> = Vec::new();
    let mut files: Vec<PathBuf> = entries(&specifications()).iter().flat_map(|folder| entries(folder)).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "slt") && file.to_string_lossy().contains(&wanted));
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a specification can be read");
        let second = source.lines().nth(1).unwrap_or_default();
        let given = second.strip_prefix("# Given: ").map(|given| given.trim_end_matches('.').to_owned());
        match groups.iter_mut().find(|(known, _)| *known == given) {
            Some((_, files)) => files.push(file),
            None => groups.push((given, vec![file])),
        }
    }
    groups
}

fn specifications() -> PathBuf {
    workspace().join("tests/slt/models")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder of specifications")
        .map(|entry| entry.expect("an entry of the folder").path())
        .collect();
    paths.sort();
    paths
}

async fn columns(session: &Session, sql: &str) -> Result<Vec<(String, DataType)>, bellwether::Error> {
    let Outcome::Rows(stream) = session.run(sql).await? else { return Ok(Vec::new()) };
    Ok(stream.schema().fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect())
}

async fn rows(session: &Session, sql: &str) -> Result<Vec<Vec<String>>, bellwether::Error> {
    let Outcome::Rows(stream) = session.run(sql).await? else { return Ok(Vec::new()) };
    let batches: Vec<RecordBatch> = stream.try_collect().await?;
    Ok(batches.iter().flat_map(text::rows).collect())
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder of the lake") {
        let path = entry.expect("an entry of the lake").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            std::fs::create_dir_all(&target).expect("a folder can be made");
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}
