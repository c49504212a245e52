//! Models in a lake: installed in the order in which they read each other, and held to what their headers say.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use bellwether_catalog::{Audit, Error, ErrorKind, Model, ModelName, Namespace, RefreshOptions, Relation, in_order};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::sql::sqlparser::ast;
use futures::StreamExt;

use crate::names::identifier;
use crate::statement::{Parsed, comments_of_columns};
use crate::{Outcome, Result, Session, Statement};

/// What installing models changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ModelsInstalled {
    /// Views that were not there.
    pub created: Vec<ModelName>,
    /// Views whose definition, or that of one they read, was another.
    pub replaced: Vec<ModelName>,
    /// Views left as they were.
    pub unchanged: Vec<ModelName>,
}

/// Rows of a model that are not as its header says.
#[derive(Debug, PartialEq, Eq)]
pub struct AuditFinding {
    /// The model.
    pub model: ModelName,
    /// What does not hold.
    pub audit: String,
    /// For how many rows; for how many values of the key, where rows repeat it.
    pub rows: i64,
}

/// The models in a folder with one folder for each area: `marketing/roi_daily.sql`. Files that declare tables are
/// passed over.
pub fn models_in(folder: &Path) -> Result<Vec<Model>> {
    let mut models = Vec::new();
    for area in entries(folder)? {
        let Some(schema) = area.file_name().and_then(|name| name.to_str()) else { continue };
        if !area.is_dir() || schema.starts_with('.') {
            continue;
        }
        for file in entries(&area)? {
            let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
            if !name.ends_with(".sql") {
                continue;
            }
            let source = std::fs::read_to_string(&file).map_err(|error| unreadable(&file, error))?;
            if Model::is(&source) {
                models.push(Model::parse(&format!("{schema}/{name}"), &source)?);
            }
        }
    }
    Ok(models)
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let listed = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<_> = listed.map_err(|error| unreadable(folder, error))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::io(format!("{} cannot be read: {error}", path.display())).with_source(error)
}

impl Session {
    /// Makes each model a view of its area's schema, telling its name before it starts with it. A view whose
    /// definition is the same stays as it is.
    pub async fn install_models(
        &self,
        models: Vec<Model>,
        mut starting: impl FnMut(&ModelName),
    ) -> Result<ModelsInstalled> {
        let mut installed = ModelsInstalled::default();
        let mut changed = BTreeSet::new();
        let mut schemas = BTreeSet::new();
        for model in in_order(models)? {
            starting(&model.name);
            let statement = self.definition(&model)?;
            let names = self.inner.engine.lake().names().await?;
            let below = model.reads.iter().any(|read| changed.contains(read));
            let was_there = names.relation(&model.name.schema, &model.name.name).is_some();
            if was_there && !below && is_installed(&names, &model, &statement) {
                installed.unchanged.push(model.name);
                continue;
            }
            if schemas.insert(model.name.schema.clone()) && !names.schemas.contains_key(&model.name.schema) {
                self.run(&format!("create schema if not exists {}", model.name.schema)).await?;
            }
            let made = async { self.execute(&self.prepare(&statement, &[]).await?, Vec::new()).await }.await;
            made.map_err(|error| in_model(&model.name, error))?;
            changed.insert(model.name.clone());
            let list = if was_there { &mut installed.replaced } else { &mut installed.created };
            list.push(model.name);
        }
        Ok(installed)
    }

    /// What does not hold of the models' rows, as they are now.
    pub async fn audit_models(&self, models: &[Model]) -> Result<Vec<AuditFinding>> {
        let mut findings = Vec::new();
        for model in models {
            for (audits, query) in audit_queries(model) {
                let counts = self.counts(&query).await.map_err(|error| in_model(&model.name, error))?;
                for (audit, rows) in audits.into_iter().zip(counts).filter(|(_, rows)| *rows > 0) {
                    findings.push(AuditFinding { model: model.name.clone(), audit: audit.to_string(), rows });
                }
            }
        }
        Ok(findings)
    }

    /// The statement that makes the view, its description with it.
    fn definition(&self, model: &Model) -> Result<Statement> {
        let (name, query) = (&model.name, &model.query);
        let sql = match kept(model) {
            None => format!("create or replace view {name} as {query}"),
            Some(options) => {
                let [refresh, grain, audits] =
                    [options.refresh, options.grain, options.audits].map(|option| literal(&option.unwrap_or_default()));
                format!(
                    "create or replace materialized view {name} with (refresh = {refresh}, grain = {grain}, audits = {audits}) \
                     as {query}"
                )
            }
        };
        let parsed = self.parse(&sql).map_err(|error| in_model(&model.name, error))?;
        let [statement] = parsed.as_slice() else {
            return Err(Error::internal(format!("model {} is not one statement", model.name)));
        };
        let mut ast = statement.parsed.ast.clone();
        if let ast::Statement::CreateView(create) = &mut ast {
            create.comment = Some(model.header.description.clone());
            create.columns = described_columns(model, &create.query);
        }
        Ok(Statement { parsed: Arc::new(Parsed { text: Arc::clone(&statement.parsed.text), ast }) })
    }

    /// The numbers in the one row of a query.
    async fn counts(&self, query: &str) -> Result<Vec<i64>> {
        let Outcome::Rows(mut rows) = self.run(query).await? else { return Ok(Vec::new()) };
        let mut counts = Vec::new();
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            for column in batch.columns().iter().filter(|_| batch.num_rows() > 0) {
                counts.push(column.as_primitive_opt::<Int64Type>().map_or(0, |column| column.value(0)));
            }
        }
        Ok(counts)
    }
}

/// Whether the view that the statement makes is there already. When a view whose rows are kept is refreshed may be
/// set otherwise in the lake than its model has it.
fn is_installed(names: &Namespace, model: &Model, statement: &Statement) -> bool {
    let ast::Statement::CreateView(wanted) = &statement.parsed.ast else { return false };
    match (names.relation(&model.name.schema, &model.name.name), kept(model)) {
        (Some(Relation::View { sql, comment, column_comments, .. }), None) => {
            *sql == wanted.query.to_string()
                && *comment == wanted.comment
                && *column_comments == comments_of_columns(&wanted.columns)
        }
        (Some(Relation::MaterializedView(view)), Some(options)) => {
            view.sql == wanted.query.to_string()
                && view.options.grain == options.grain
                && view.options.audits == options.audits
        }
        _ => false,
    }
}

/// The view's columns with what the header says of each; none where the header does not name those of the query, so
/// that it cannot give a column the name of another.
fn described_columns(model: &Model, query: &ast::Query) -> Vec<ast::ViewColumnDef> {
    let described = &model.header.columns;
    let names = outputs(&query.body);
    if !names.is_some_and(|names| names.iter().eq(described.iter().map(|(name, _)| name))) {
        return Vec::new();
    }
    let columns = described.iter().map(|(name, meaning)| ast::ViewColumnDef {
        name: ast::Ident::new(name),
        data_type: None,
        options: Some(ast::ColumnOptions::SpaceSeparated(vec![ast::ColumnOption::Comment(meaning.clone())])),
    });
    columns.collect()
}

/// The names that a query gives its columns, where its text tells them all.
fn outputs(body: &ast::SetExpr) -> Option<Vec<String>> {
    match body {
        ast::SetExpr::Select(select) => select.projection.iter().map(output).collect(),
        ast::SetExpr::SetOperation { left, .. } => outputs(left),
        ast::SetExpr::Query(query) => outputs(&query.body),
        _ => None,
    }
}

fn output(item: &ast::SelectItem) -> Option<String> {
    match item {
        ast::SelectItem::ExprWithAlias { alias, .. } => Some(identifier(alias)),
        ast::SelectItem::UnnamedExpr(ast::Expr::Identifier(name)) => Some(identifier(name)),
        ast::SelectItem::UnnamedExpr(ast::Expr::CompoundIdentifier(parts)) => parts.last().map(identifier),
        _ => None,
    }
}

/// What a view whose rows are kept is made with; nothing for one that is computed whenever it is read.
fn kept(model: &Model) -> Option<RefreshOptions> {
    let refresh = model.header.refresh.clone()?;
    let audits: Vec<String> = model.header.audits.iter().map(ToString::to_string).collect();
    Some(RefreshOptions {
        refresh: Some(refresh),
        max_staleness: None,
        grain: Some(model.header.grain.join(", ")),
        audits: Some(audits.join(", ")),
    })
}

/// A text as SQL writes it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Queries that count what is not as the audits say: one for all that can be seen of a row alone, and one for each key.
fn audit_queries(model: &Model) -> Vec<(Vec<&Audit>, String)> {
    let name = &model.name;
    let mut of_rows = Vec::new();
    let mut counts = Vec::new();
    let mut queries = Vec::new();
    for audit in &model.header.audits {
        match audit {
            Audit::Unique(columns) => {
                let key = columns.join(", ");
                let repeated = format!("select {key} from {name} group by {key} having count(*) > 1");
                queries.push((vec![audit], format!("select count(*) from ({repeated}) as repeated")));
            }
            Audit::NotNull(columns) => {
                let missing: Vec<String> = columns.iter().map(|column| format!("{column} is null")).collect();
                counts.push(format!("count(*) filter (where {}) as audit_{}", missing.join(" or "), counts.len()));
                of_rows.push(audit);
            }
            Audit::Holds(condition) => {
                counts.push(format!("count(*) filter (where not ({condition})) as audit_{}", counts.len()));
                of_rows.push(audit);
            }
        }
    }
    if !counts.is_empty() {
        queries.push((of_rows, format!("select {} from {name}", counts.join(", "))));
    }
    queries
}

/// The error, with the model in front: the statement it came from is none that the reader wrote.
fn in_model(name: &ModelName, error: Error) -> Error {
    if error.kind() == ErrorKind::ShuttingDown {
        return error;
    }
    let mut told = Error::new(error.kind(), format!("model {name}: {}", error.message()));
    if let Some(detail) = error.detail() {
        told = told.with_detail(detail);
    }
    if let Some(hint) = error.hint() {
        told = told.with_hint(hint);
    }
    told.with_source(error)
}
