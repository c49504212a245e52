//! What is called what: schemas, tables, views and roles, as one value.
//!
//! A namespace is read whole and replaced whole, so every statement sees one consistent set of names and
//! two writers cannot both succeed with contradicting changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, MaterializedDefinition, RefreshFailure, Result};

/// The schema that holds relations created without naming one.
pub const DEFAULT_SCHEMA: &str = "public";

/// Schemas the engine fills itself.
pub const RESERVED_SCHEMAS: [&str; 3] = ["system", "information_schema", "pg_catalog"];

/// Everything that has a name in the lake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Schemas with their relations, by name.
    pub schemas: BTreeMap<String, SchemaEntry>,
    /// Users, by name.
    pub roles: BTreeMap<String, RoleEntry>,
    /// Tables without a name, whose files wait to be removed: id → since when, in milliseconds since 1970.
    pub dropped: BTreeMap<String, i64>,
    /// Materialized views whose latest refresh failed, by the id of their table.
    pub failures: BTreeMap<String, RefreshFailure>,
}

/// A schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaEntry {
    /// What the schema is for.
    pub comment: Option<String>,
    /// Its relations, by name.
    #[serde(skip)]
    pub relations: BTreeMap<String, Relation>,
}

/// Something that can stand in FROM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Relation {
    /// A table, stored under its id.
    Table {
        /// The folder under `tables/`.
        id: String,
    },
    /// A view: a query with a name.
    View {
        /// The query.
        sql: String,
        /// Names of its columns, when they were given.
        columns: Vec<String>,
        /// The schema that unqualified names in the query belong to.
        current_schema: String,
        /// What the view is.
        comment: Option<String>,
    },
    /// A materialized view: a query with a name, and a table with its rows.
    MaterializedView(Box<MaterializedDefinition>),
}

impl Relation {
    /// The folder under `tables/` that holds the relation's rows; a view has none.
    pub fn table_id(&self) -> Option<&str> {
        match self {
            Self::Table { id } => Some(id),
            Self::MaterializedView(view) => Some(&view.id),
            Self::View { .. } => None,
        }
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleEntry {
    /// What checks a password, in PostgreSQL's form `SCRAM-SHA-256$…`.
    pub verifier: String,
    /// Whether the user may do everything.
    pub superuser: bool,
}

/// One row of the stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub kind: String,
    pub schema: String,
    pub name: String,
    pub body: String,
}

impl Namespace {
    /// The names a new lake starts with.
    pub(crate) fn initial() -> Self {
        let mut namespace = Self::default();
        namespace.schemas.insert(DEFAULT_SCHEMA.to_owned(), SchemaEntry::default());
        namespace
    }

    /// A schema, or the error PostgreSQL gives.
    pub fn schema(&self, schema: &str) -> Result<&SchemaEntry> {
        self.schemas.get(schema).ok_or_else(|| no_schema(schema))
    }

    /// A schema to change.
    pub fn schema_mut(&mut self, schema: &str) -> Result<&mut SchemaEntry> {
        if RESERVED_SCHEMAS.contains(&schema) {
            return Err(Error::new(ErrorKind::PermissionDenied, format!("schema \"{schema}\" belongs to the engine")));
        }
        self.schemas.get_mut(schema).ok_or_else(|| no_schema(schema))
    }

    /// A relation, when there is one.
    pub fn relation(&self, schema: &str, name: &str) -> Option<&Relation> {
        self.schemas.get(schema)?.relations.get(name)
    }

    /// Gives a relation a name nobody has.
    pub fn add_relation(&mut self, schema: &str, name: &str, relation: Relation) -> Result<()> {
        let entry = self.schema_mut(schema)?;
        if entry.relations.contains_key(name) {
            return Err(Error::new(ErrorKind::DuplicateTable, format!("relation \"{name}\" already exists")));
        }
        entry.relations.insert(name.to_owned(), relation);
        Ok(())
    }

    /// Takes a relation's name away; a table's files wait for removal from then on.
    pub fn remove_relation(&mut self, schema: &str, name: &str, now_ms: i64) -> Result<Relation> {
        let relation = self.schema_mut(schema)?.relations.remove(name).ok_or_else(|| no_relation(name))?;
        if let Some(id) = relation.table_id() {
            self.dropped.insert(id.to_owned(), now_ms);
            self.failures.remove(id);
        }
        Ok(relation)
    }

    pub(crate) fn to_rows(&self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (schema, entry) in &self.schemas {
            rows.push(row("schema", schema, "", entry)?);
            for (name, relation) in &entry.relations {
                rows.push(row("relation", schema, name, relation)?);
            }
        }
        for (name, role) in &self.roles {
            rows.push(row("role", "", name, role)?);
        }
        for (id, since) in &self.dropped {
            rows.push(row("dropped", "", id, since)?);
        }
        for (id, failure) in &self.failures {
            rows.push(row("failure", "", id, failure)?);
        }
        Ok(rows)
    }

    pub(crate) fn from_rows(rows: Vec<Row>) -> Result<Self> {
        let mut namespace = Self::default();
        let mut relations = Vec::new();
        for row in rows {
            match row.kind.as_str() {
                "schema" => {
                    namespace.schemas.insert(row.schema.clone(), parse(&row)?);
                }
                "relation" => relations.push(row),
                "role" => {
                    namespace.roles.insert(row.name.clone(), parse(&row)?);
                }
                "dropped" => {
                    namespace.dropped.insert(row.name.clone(), parse(&row)?);
                }
                "failure" => {
                    namespace.failures.insert(row.name.clone(), parse(&row)?);
                }
                other => {
                    return Err(Error::corrupt(format!("the catalog holds an entry of kind `{other}`"))
                        .with_hint("the lake may have been written by a newer version"));
                }
            }
        }
        for row in relations {
            let relation = parse(&row)?;
            let entry = namespace.schemas.get_mut(&row.schema).ok_or_else(|| {
                Error::corrupt(format!("the catalog names relation `{}` in a schema that is not there", row.name))
            })?;
            entry.relations.insert(row.name, relation);
        }
        Ok(namespace)
    }
}

fn row(kind: &str, schema: &str, name: &str, body: &impl Serialize) -> Result<Row> {
    let body = serde_json::to_string(body)
        .map_err(|source| Error::internal("a catalog entry cannot be written as JSON").with_source(source))?;
    Ok(Row { kind: kind.into(), schema: schema.into(), name: name.into(), body })
}

fn parse<T: serde::de::DeserializeOwned>(row: &Row) -> Result<T> {
    serde_json::from_str(&row.body).map_err(|source| {
        Error::corrupt(format!("the catalog entry of {} `{}` is not what was written", row.kind, row.name))
            .with_source(source)
    })
}

/// The error for a schema that is not there.
pub fn no_schema(schema: &str) -> Error {
    Error::new(ErrorKind::UndefinedSchema, format!("schema \"{schema}\" does not exist"))
}

/// The error for a relation that is not there, with its name as people wrote it.
pub fn no_relation(name: &str) -> Error {
    Error::new(ErrorKind::UndefinedTable, format!("relation \"{name}\" does not exist"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RefreshClass, RefreshOptions};

    #[test]
    fn a_namespace_survives_its_stored_form() {
        let mut namespace = Namespace::initial();
        namespace.schemas.insert("shop".into(), SchemaEntry { comment: Some("orders".into()), ..Default::default() });
        namespace.add_relation("shop", "orders", Relation::Table { id: "t1".into() }).unwrap();
        let view = Relation::View {
            sql: "select 1".into(),
            columns: vec!["n".into()],
            current_schema: "shop".into(),
            comment: None,
        };
        namespace.add_relation("shop", "one", view).unwrap();
        namespace.roles.insert("ann".into(), RoleEntry { verifier: "SCRAM-SHA-256$…".into(), superuser: true });
        namespace.dropped.insert("t0".into(), 7);
        let definition = MaterializedDefinition {
            id: "t2".into(),
            sql: "select 1".into(),
            columns: vec!["n".into()],
            outputs: vec!["Int64(1)".into()],
            current_schema: "shop".into(),
            time_zone: "UTC".into(),
            options: RefreshOptions { refresh: Some("on change".into()), ..RefreshOptions::default() },
            class: RefreshClass::Whole,
            reason: Some("it has no base".into()),
        };
        namespace.add_relation("shop", "kept", Relation::MaterializedView(Box::new(definition))).unwrap();
        namespace.failures.insert("t2".into(), RefreshFailure { message: "no".into(), at_ms: 3, count: 1 });
        assert_eq!(Namespace::from_rows(namespace.to_rows().unwrap()).unwrap(), namespace);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut namespace = Namespace::initial();
        namespace.add_relation("public", "a", Relation::Table { id: "1".into() }).unwrap();
        let error = namespace.add_relation("public", "a", Relation::Table { id: "2".into() }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DuplicateTable);
    }

    #[test]
    fn a_dropped_table_is_remembered_until_its_files_are_gone() {
        let mut namespace = Namespace::initial();
        namespace.add_relation("public", "a", Relation::Table { id: "1".into() }).unwrap();
        namespace.remove_relation("public", "a", 42).unwrap();
        assert_eq!(namespace.dropped.get("1"), Some(&42));
    }
}
