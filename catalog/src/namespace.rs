//! What is called what: schemas, tables, views and roles, as one value.
//!
//! A namespace is read whole and replaced whole, so every statement sees one consistent set of names and
//! two writers cannot both succeed with contradicting changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Access, Error, ErrorKind, MaterializedDefinition, PUBLIC, Privileges, RefreshFailure, Result};

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
    /// Who may do what with the lake as a whole.
    pub access: Access,
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
    /// Who may do what with the schema.
    #[serde(skip)]
    pub access: Access,
    /// Who may do what with its relations, by their names; those that belong to the lake's owner alone are left out.
    #[serde(skip)]
    pub relation_access: BTreeMap<String, Access>,
    /// What is granted on relations that are yet to be made.
    #[serde(skip)]
    pub future: Access,
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
        /// What its columns are, by their names.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        column_comments: BTreeMap<String, String>,
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

    /// What there is to be done with it.
    pub fn privileges(&self) -> Privileges {
        match self {
            Self::Table { .. } => Privileges::OF_TABLE,
            Self::View { .. } | Self::MaterializedView(_) => Privileges::OF_VIEW,
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
        let mut public = SchemaEntry::default();
        public.access.grant(PUBLIC, Privileges::USAGE);
        namespace.schemas.insert(DEFAULT_SCHEMA.to_owned(), public);
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

    /// Gives a relation a name nobody has. It belongs to `owner`, or to the lake's owner, and has what is granted on
    /// relations that the schema is to get.
    pub fn add_relation(&mut self, schema: &str, name: &str, relation: Relation, owner: Option<&str>) -> Result<()> {
        let entry = self.schema_mut(schema)?;
        if entry.relations.contains_key(name) {
            return Err(Error::new(ErrorKind::DuplicateTable, format!("relation \"{name}\" already exists")));
        }
        let mut access = Access::of(owner);
        for (role, privileges) in &entry.future.grants {
            access.grant(role, privileges.among(relation.privileges()));
        }
        if !access.is_plain() {
            entry.relation_access.insert(name.to_owned(), access);
        }
        entry.relations.insert(name.to_owned(), relation);
        Ok(())
    }

    /// Puts a relation in the place of another, whose owner and grants it keeps; the files of a table before it wait
    /// for removal from then on.
    pub fn replace_relation(&mut self, schema: &str, name: &str, relation: Relation, now_ms: i64) -> Result<()> {
        let relations = &mut self.schema_mut(schema)?.relations;
        let before = relations.insert(name.to_owned(), relation).ok_or_else(|| no_relation(name))?;
        self.forget_rows(&before, now_ms);
        Ok(())
    }

    /// Calls a relation otherwise, within its schema.
    pub fn rename_relation(&mut self, schema: &str, from: &str, to: &str) -> Result<()> {
        let entry = self.schema_mut(schema)?;
        if entry.relations.contains_key(to) {
            return Err(Error::new(ErrorKind::DuplicateTable, format!("relation \"{to}\" already exists")));
        }
        let relation = entry.relations.remove(from).ok_or_else(|| no_relation(from))?;
        entry.relations.insert(to.to_owned(), relation);
        if let Some(access) = entry.relation_access.remove(from) {
            entry.relation_access.insert(to.to_owned(), access);
        }
        Ok(())
    }

    /// Takes a relation's name away; a table's files wait for removal from then on.
    pub fn remove_relation(&mut self, schema: &str, name: &str, now_ms: i64) -> Result<Relation> {
        let entry = self.schema_mut(schema)?;
        let relation = entry.relations.remove(name).ok_or_else(|| no_relation(name))?;
        entry.relation_access.remove(name);
        self.forget_rows(&relation, now_ms);
        Ok(relation)
    }

    fn forget_rows(&mut self, relation: &Relation, now_ms: i64) {
        if let Some(id) = relation.table_id() {
            self.dropped.insert(id.to_owned(), now_ms);
            self.failures.remove(id);
        }
    }

    /// Who may do what with a relation.
    pub fn relation_access(&self, schema: &str, name: &str) -> Option<&Access> {
        self.schemas.get(schema)?.relation_access.get(name)
    }

    /// Who may do what with a relation, to change it.
    pub fn relation_access_mut(&mut self, schema: &str, name: &str) -> Result<&mut Access> {
        let entry = self.schema_mut(schema)?;
        if !entry.relations.contains_key(name) {
            return Err(no_relation(name));
        }
        Ok(entry.relation_access.entry(name.to_owned()).or_default())
    }

    /// Lets a user read everything in a schema, what is there and what comes.
    pub fn grant_reading(&mut self, schema: &str, role: &str) -> Result<()> {
        let entry = self.schema_mut(schema)?;
        entry.access.grant(role, Privileges::USAGE);
        entry.future.grant(role, Privileges::SELECT);
        for name in entry.relations.keys() {
            entry.relation_access.entry(name.clone()).or_default().grant(role, Privileges::SELECT);
        }
        Ok(())
    }

    /// Takes a user away with all that was granted to it. One that something belongs to stays.
    pub fn remove_role(&mut self, role: &str) -> Result<()> {
        if !self.roles.contains_key(role) {
            return Err(no_role(role));
        }
        let is_owner = |access: &Access| access.owner.as_deref() == Some(role);
        for (schema, entry) in &self.schemas {
            let owned = entry.relation_access.iter().find(|(_, access)| is_owner(access));
            let owned = owned.map(|(name, _)| format!("relation \"{schema}\".\"{name}\" belongs to it"));
            let owned = owned.or_else(|| is_owner(&entry.access).then(|| format!("schema \"{schema}\" belongs to it")));
            if let Some(detail) = owned {
                let fact = format!("role \"{role}\" cannot be dropped because some objects depend on it");
                return Err(Error::new(ErrorKind::DependentObjects, fact)
                    .with_detail(detail)
                    .with_hint("drop what belongs to it, or ALTER … OWNER TO another user"));
            }
        }
        self.access.grants.remove(role);
        for entry in self.schemas.values_mut() {
            entry.access.grants.remove(role);
            entry.future.grants.remove(role);
            for access in entry.relation_access.values_mut() {
                access.grants.remove(role);
            }
        }
        self.roles.remove(role);
        Ok(())
    }

    pub(crate) fn to_rows(&self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (schema, entry) in &self.schemas {
            rows.push(row("schema", schema, "", entry)?);
            for (name, relation) in &entry.relations {
                rows.push(row("relation", schema, name, relation)?);
            }
            let of_schema = [("access", "", &entry.access), ("future access", "", &entry.future)];
            let of_relations = entry.relation_access.iter().map(|(name, access)| ("access", name.as_str(), access));
            for (kind, name, access) in of_schema.into_iter().chain(of_relations) {
                if !access.is_plain() {
                    rows.push(row(kind, schema, name, access)?);
                }
            }
        }
        if !self.access.is_plain() {
            rows.push(row("access", "", "", &self.access)?);
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
        let (mut relations, mut accesses) = (Vec::new(), Vec::new());
        for row in rows {
            match row.kind.as_str() {
                "schema" => {
                    namespace.schemas.insert(row.schema.clone(), parse(&row)?);
                }
                "relation" => relations.push(row),
                "access" if row.schema.is_empty() => namespace.access = parse(&row)?,
                "access" | "future access" => accesses.push(row),
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
            namespace.stored_schema(&row)?.relations.insert(row.name, relation);
        }
        for row in accesses {
            let access = parse(&row)?;
            let entry = namespace.stored_schema(&row)?;
            match (row.kind.as_str(), row.name.is_empty()) {
                ("access", true) => entry.access = access,
                ("access", false) => {
                    entry.relation_access.insert(row.name, access);
                }
                _ => entry.future = access,
            }
        }
        Ok(namespace)
    }

    /// The schema of a stored row.
    fn stored_schema(&mut self, row: &Row) -> Result<&mut SchemaEntry> {
        self.schemas.get_mut(&row.schema).ok_or_else(|| {
            Error::corrupt(format!("the catalog names {} `{}` in a schema that is not there", row.kind, row.name))
        })
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

/// The error for a user that is not there.
pub fn no_role(name: &str) -> Error {
    Error::new(ErrorKind::UndefinedObject, format!("role \"{name}\" does not exist"))
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
        namespace.add_relation("shop", "orders", Relation::Table { id: "t1".into() }, None).unwrap();
        let view = Relation::View {
            sql: "select 1".into(),
            columns: vec!["n".into()],
            current_schema: "shop".into(),
            comment: None,
            column_comments: BTreeMap::from([("n".into(), "A number.".into())]),
        };
        namespace.add_relation("shop", "one", view, Some("ann")).unwrap();
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
        namespace.add_relation("shop", "kept", Relation::MaterializedView(Box::new(definition)), None).unwrap();
        namespace.grant_reading("shop", "bob").unwrap();
        namespace.access.grant("ann", Privileges::CREATE);
        namespace.failures.insert("t2".into(), RefreshFailure { message: "no".into(), at_ms: 3, count: 1 });
        assert_eq!(Namespace::from_rows(namespace.to_rows().unwrap()).unwrap(), namespace);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut namespace = Namespace::initial();
        namespace.add_relation("public", "a", Relation::Table { id: "1".into() }, None).unwrap();
        let error = namespace.add_relation("public", "a", Relation::Table { id: "2".into() }, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DuplicateTable);
    }

    #[test]
    fn a_dropped_table_is_remembered_until_its_files_are_gone() {
        let mut namespace = Namespace::initial();
        namespace.add_relation("public", "a", Relation::Table { id: "1".into() }, None).unwrap();
        namespace.remove_relation("public", "a", 42).unwrap();
        assert_eq!(namespace.dropped.get("1"), Some(&42));
    }

    fn table(id: &str) -> Relation {
        Relation::Table { id: id.into() }
    }

    #[test]
    fn a_reader_of_a_schema_reads_what_is_there_and_what_comes() {
        let mut namespace = Namespace::initial();
        namespace.add_relation("public", "a", table("1"), None).unwrap();
        namespace.grant_reading("public", "ann").unwrap();
        namespace.add_relation("public", "b", table("2"), Some("bob")).unwrap();
        for name in ["a", "b"] {
            let access = namespace.relation_access("public", name).unwrap();
            assert_eq!(access.granted("ann"), Privileges::SELECT);
        }
        assert_eq!(namespace.relation_access("public", "b").unwrap().owner.as_deref(), Some("bob"));
    }

    #[test]
    fn grants_follow_a_relation_that_is_renamed_or_replaced_and_go_with_one_that_is_removed() {
        let mut namespace = Namespace::initial();
        namespace.add_relation("public", "a", table("1"), Some("ann")).unwrap();
        namespace.rename_relation("public", "a", "b").unwrap();
        namespace.replace_relation("public", "b", table("2"), 3).unwrap();
        assert_eq!(namespace.relation_access("public", "b"), Some(&Access::of(Some("ann"))));
        assert_eq!(namespace.dropped.get("1"), Some(&3));
        namespace.remove_relation("public", "b", 4).unwrap();
        namespace.add_relation("public", "b", table("3"), None).unwrap();
        assert_eq!(namespace.relation_access("public", "b"), None);
    }

    #[test]
    fn a_user_goes_with_what_was_granted_but_not_while_something_belongs_to_it() {
        let mut namespace = Namespace::initial();
        for name in ["ann", "bob"] {
            namespace.roles.insert(name.into(), RoleEntry { verifier: String::new(), superuser: false });
        }
        namespace.add_relation("public", "a", table("1"), Some("ann")).unwrap();
        namespace.grant_reading("public", "bob").unwrap();
        assert_eq!(namespace.remove_role("ann").unwrap_err().kind(), ErrorKind::DependentObjects);
        namespace.remove_role("bob").unwrap();
        assert_eq!(namespace.relation_access("public", "a"), Some(&Access::of(Some("ann"))));
        assert_eq!(namespace.remove_role("bob").unwrap_err().message(), "role \"bob\" does not exist");
    }
}
