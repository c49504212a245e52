//! The lake as a [`Catalogue`]: gathered when it changed since the last time, shared by all statements until then.
//!
//! A table's definition is in its log. Logs are read once a process and then known; a statement that asks the
//! catalogue compares versions and takes the same value again where no definition changed.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use bellwether_catalog::{
    Access, COMMENT, Declared, ForeignKey, Key, Lake, Namespace, PUBLIC, Privileges, Relation as Named, Snapshot,
};
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::catalog::SchemaProvider;
use datafusion::execution::session_state::SessionState;
use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::Pinned;
use super::catalogue::{Catalogue, Column, Constraint, Default, Kind, Relation, Role, Rule, Schema};
use super::declared;
use super::depend;
use super::function::bind;
use super::object_id::{self, ObjectIds};
use super::proc::{self, Function};
use super::types::PostgresType;
use crate::access::Authority;
use crate::names::RelationName;
use crate::resolve::Relations;
use crate::system::SystemSchema;
use crate::{Principal, clock, temporary};

/// Logs read at a time.
const CONCURRENT: usize = 16;

/// Gathers the catalogue of a lake.
pub(crate) struct Gatherer {
    lake: Arc<Lake>,
    /// Plans views, to learn their columns.
    template: SessionState,
    functions: Arc<Vec<Function>>,
    own: OnceCell<Vec<(String, SchemaRef)>>,
    started_us: i64,
    known: Mutex<Known>,
}

/// What was found the last time.
#[derive(Default)]
struct Known {
    /// What the catalogue was made of, and the catalogue.
    latest: Option<(u64, Arc<Catalogue>)>,
    tables: HashMap<String, Definition>,
    views: HashMap<RelationName, (u64, SchemaRef)>,
}

/// A table's definition, as of a version.
#[derive(Clone)]
struct Definition {
    version: u64,
    /// Differs where definitions do.
    print: u64,
    columns: SchemaRef,
    declared: Arc<Declared>,
    comment: Option<String>,
    /// Whether it holds a materialized view's rows.
    is_populated: bool,
}

impl std::fmt::Debug for Gatherer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gatherer").finish_non_exhaustive()
    }
}

impl Gatherer {
    pub(crate) fn new(lake: Arc<Lake>, template: SessionState) -> Self {
        let functions = Arc::new(proc::functions(&template));
        Self { lake, template, functions, own: OnceCell::new(), started_us: clock::now_us(), known: Mutex::default() }
    }

    /// When the engine was started, in microseconds since 1970.
    pub(crate) fn started_us(&self) -> i64 {
        self.started_us
    }

    /// The catalogue for a statement.
    pub(crate) async fn gather(&self, pinned: &Arc<Pinned>) -> Arc<Catalogue> {
        let names = &pinned.names;
        let tables = self.tables(names).await;
        let print = print_of(names, &tables);
        if let Some((known, catalogue)) = &self.known.lock().latest
            && *known == print
        {
            return Arc::clone(catalogue);
        }
        let views = self.views(pinned, &tables).await;
        let own = self.own.get_or_init(|| own(&pinned.system)).await;
        let catalogue = Arc::new(self.assemble(names, &tables, &views, own));
        // What only one session has is not kept for the others.
        if !names.schemas.contains_key(temporary::SCHEMA) {
            self.known.lock().latest = Some((print, Arc::clone(&catalogue)));
        }
        catalogue
    }

    /// The definitions of all tables; one that cannot be read is left out, so that it does not hide the others.
    async fn tables(&self, names: &Namespace) -> HashMap<String, Definition> {
        let named = names.schemas.values().flat_map(|schema| schema.relations.values());
        let wanted: Vec<String> = named.filter_map(|named| named.table_id().map(str::to_owned)).collect();
        let lake = self.lake.as_ref();
        let read: Vec<Option<(String, Arc<Snapshot>)>> = futures::stream::iter(wanted)
            .map(|id| async move {
                match known(lake, &id).await {
                    Ok(snapshot) => Some((id, snapshot)),
                    Err(error) => {
                        tracing::warn!(table = id, %error, "a table cannot be listed");
                        None
                    }
                }
            })
            .buffered(CONCURRENT)
            .collect()
            .await;
        let mut known = self.known.lock();
        let mut tables = HashMap::with_capacity(read.len());
        for (id, snapshot) in read.into_iter().flatten() {
            let definition = match known.tables.get(&id) {
                Some(same) if same.version == snapshot.version() => same.clone(),
                _ => Definition::of(&snapshot),
            };
            tables.insert(id, definition);
        }
        known.tables.clone_from(&tables);
        tables
    }

    /// The columns of all views. One whose tables are gone has none any more, but it is still there.
    async fn views(
        &self,
        pinned: &Arc<Pinned>,
        tables: &HashMap<String, Definition>,
    ) -> HashMap<RelationName, SchemaRef> {
        let mut columns = HashMap::new();
        let mut fresh = HashMap::new();
        let (lake, names) = (Arc::clone(&self.lake), &pinned.names);
        let mut template = self.template.clone();
        bind(&mut template, pinned);
        let (template, names_now) = (Arc::new(template), Arc::clone(names));
        let (catalogue, nothing) = (Arc::clone(pinned), Arc::default());
        let relations =
            Relations::new(Authority::Superuser, lake, nothing, names_now, template, catalogue, HashMap::new())
                .described();
        for (schema, entry) in &names.schemas {
            for (name, named) in &entry.relations {
                if !matches!(named, Named::View { .. }) {
                    continue;
                }
                let full = RelationName { schema: schema.clone(), name: name.clone() };
                let print = depend::print(names, &full, &|id| tables.get(id).map_or(0, |table| table.print));
                let known = self.known.lock().views.get(&full).filter(|(known, _)| *known == print).cloned();
                let found = match known {
                    Some((_, columns)) => columns,
                    None => match relations.columns(&full).await {
                        Ok(Some(columns)) => columns,
                        Ok(None) => continue,
                        Err(error) => {
                            tracing::warn!(schema, view = name, %error, "a view's columns cannot be listed");
                            continue;
                        }
                    },
                };
                fresh.insert(full.clone(), (print, Arc::clone(&found)));
                columns.insert(full, found);
            }
        }
        self.known.lock().views = fresh;
        columns
    }

    fn assemble(
        &self,
        names: &Namespace,
        tables: &HashMap<String, Definition>,
        views: &HashMap<RelationName, SchemaRef>,
        own: &[(String, SchemaRef)],
    ) -> Catalogue {
        let mut assembly = Assembly { ids: ObjectIds::default(), relations: Vec::new(), constraints: Vec::new() };
        let schemas = assembly.schemas(names);
        let ids = assembly.relation_ids(names);
        for schema in &schemas {
            let Some(entry) = names.schemas.get(&schema.name) else { continue };
            for (name, named) in &entry.relations {
                let full = RelationName { schema: schema.name.clone(), name: name.clone() };
                let Some(&id) = ids.get(&full) else { continue };
                let access = entry.relation_access.get(name).cloned().unwrap_or_default();
                match named {
                    Named::Table { id: stored } => {
                        assembly.table(id, schema.id, name, stored, tables.get(stored), access);
                    }
                    Named::MaterializedView(view) => {
                        let definition = tables.get(&view.id);
                        let kind = Kind::Materialized {
                            stored: view.id.clone(),
                            sql: view.sql.clone(),
                            reads: reads_of(names, named, &ids),
                            rule: assembly.ids.of(&format!("rule {}", view.id)),
                            is_populated: definition.is_some_and(|definition| definition.is_populated),
                        };
                        let columns = definition.map_or_else(Vec::new, |definition| columns_of(&definition.columns));
                        let comment = definition.and_then(|definition| definition.comment.clone());
                        let name = name.clone();
                        assembly.relations.push(Relation {
                            id,
                            schema: schema.id,
                            name,
                            kind,
                            columns,
                            comment,
                            access,
                        });
                    }
                    Named::View { sql, comment, column_comments, .. } => {
                        let reads = reads_of(names, named, &ids);
                        let rule = assembly.ids.of(&format!("rule {} {name}", schema.name));
                        let kind = Kind::View { sql: sql.clone(), reads, rule };
                        let mut columns = views.get(&full).map_or_else(Vec::new, |columns| columns_of(columns));
                        for column in &mut columns {
                            // What a view passes on of a table keeps the table's description.
                            let own = column_comments.get(&column.name);
                            column.comment = own.cloned().or_else(|| column.comment.take());
                        }
                        let (name, comment) = (name.clone(), comment.clone());
                        assembly.relations.push(Relation {
                            id,
                            schema: schema.id,
                            name,
                            kind,
                            columns,
                            comment,
                            access,
                        });
                    }
                }
            }
        }
        assembly.foreign_keys(names, &ids, tables);
        assembly.own(own);
        let roles = assembly.roles(names);
        Catalogue::new(schemas, assembly.relations, assembly.constraints, roles, Arc::clone(&self.functions))
    }
}

/// The ids of the relations that a view reads.
fn reads_of(names: &Namespace, view: &Named, ids: &HashMap<RelationName, u32>) -> Vec<u32> {
    depend::reads(names, view).iter().filter_map(|read| ids.get(read).copied()).collect()
}

/// The relations of `system` with their columns.
async fn own(system: &SystemSchema) -> Vec<(String, SchemaRef)> {
    let mut own = Vec::new();
    for name in system.table_names() {
        match system.table(&name).await {
            Ok(Some(found)) => own.push((name, found.schema())),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(relation = name, %error, "a relation cannot be listed");
                own.push((name, Arc::new(datafusion::arrow::datatypes::Schema::empty())));
            }
        }
    }
    own
}

async fn known(lake: &Lake, id: &str) -> bellwether_catalog::Result<Arc<Snapshot>> {
    lake.table(id)?.known().await
}

impl Definition {
    fn of(snapshot: &Snapshot) -> Self {
        let (columns, declared) = (snapshot.visible_schema(), Arc::new(snapshot.declared().clone()));
        let comment = snapshot.comment().map(str::to_owned);
        let mut print = DefaultHasher::new();
        columns.hash(&mut print);
        comment.hash(&mut print);
        let is_populated = snapshot.contents().is_some();
        is_populated.hash(&mut print);
        // The declarations are data of ours, whose debug form names every part.
        format!("{declared:?}").hash(&mut print);
        Self { version: snapshot.version(), print: print.finish(), columns, declared, comment, is_populated }
    }
}

/// Differs where catalogues do.
fn print_of(names: &Namespace, tables: &HashMap<String, Definition>) -> u64 {
    let mut print = DefaultHasher::new();
    for (name, schema) in &names.schemas {
        (name, &schema.comment, &schema.access, &schema.relation_access, &schema.future).hash(&mut print);
        for (name, named) in &schema.relations {
            name.hash(&mut print);
            match named {
                Named::Table { id } => (id, tables.get(id).map(|table| table.print)).hash(&mut print),
                Named::MaterializedView(view) => {
                    (&view.id, &view.sql, tables.get(&view.id).map(|table| table.print)).hash(&mut print);
                }
                Named::View { sql, columns, current_schema, comment, column_comments } => {
                    (sql, columns, current_schema, comment, column_comments).hash(&mut print);
                }
            }
        }
    }
    for (name, role) in &names.roles {
        (name, role.superuser).hash(&mut print);
    }
    names.access.hash(&mut print);
    print.finish()
}

/// A catalogue in the making.
struct Assembly {
    ids: ObjectIds,
    relations: Vec<Relation>,
    constraints: Vec<Constraint>,
}

impl Assembly {
    fn schemas(&mut self, names: &Namespace) -> Vec<Schema> {
        let own = [
            ("information_schema", object_id::INFORMATION_SCHEMA, "the relations of SQL's own catalogue"),
            ("pg_catalog", object_id::PG_CATALOG, "system catalog schema"),
            ("system", object_id::SYSTEM, "the engine seen from inside"),
        ];
        let mut schemas: Vec<Schema> = own
            .into_iter()
            .map(|(name, id, comment)| {
                let mut access = Access::default();
                access.grant(PUBLIC, Privileges::USAGE);
                let (name, comment) = (name.to_owned(), Some(comment.to_owned()));
                Schema { id, name, comment, access, future: Access::default() }
            })
            .collect();
        for (name, entry) in &names.schemas {
            let id = self.ids.of(&format!("schema {name}"));
            let (comment, access) = (entry.comment.clone(), entry.access.clone());
            schemas.push(Schema { id, name: name.clone(), comment, access, future: entry.future.clone() });
        }
        schemas.sort_by(|one, other| one.name.cmp(&other.name));
        schemas
    }

    /// The ids of tables and views, drawn in the order of what identifies them.
    fn relation_ids(&mut self, names: &Namespace) -> HashMap<RelationName, u32> {
        let mut identities = BTreeMap::new();
        for (schema, entry) in &names.schemas {
            for (name, named) in &entry.relations {
                let identity = match named {
                    Named::Table { id } => format!("table {id}"),
                    Named::MaterializedView(view) => format!("table {}", view.id),
                    Named::View { .. } => format!("view {schema} {name}"),
                };
                identities.insert(identity, RelationName { schema: schema.clone(), name: name.clone() });
            }
        }
        identities.into_iter().map(|(identity, name)| (name, self.ids.of(&identity))).collect()
    }

    fn table(
        &mut self,
        id: u32,
        schema: u32,
        name: &str,
        stored: &str,
        definition: Option<&Definition>,
        access: Access,
    ) {
        let kind = Kind::Table { stored: stored.to_owned() };
        let mut columns = definition.map_or_else(Vec::new, |definition| columns_of(&definition.columns));
        if let Some(definition) = definition {
            for column in &mut columns {
                let sql = definition.declared.defaults.get(&column.name);
                column.default = sql.map(|sql| Default {
                    id: self.ids.of(&format!("default {stored} {}", column.name)),
                    sql: sql.clone(),
                });
            }
        }
        let comment = definition.and_then(|definition| definition.comment.clone());
        let name = name.to_owned();
        self.relations.push(Relation { id, schema, name, kind, columns, comment, access });
        let Some(definition) = definition else { return };
        let declared = &definition.declared;
        if let Some(key) = &declared.primary_key {
            self.key(id, schema, stored, key, &definition.columns, true);
        }
        for key in &declared.unique {
            self.key(id, schema, stored, key, &definition.columns, false);
        }
        for check in &declared.checks {
            let columns = depend::columns_in(&check.expression, &definition.columns);
            self.constraints.push(Constraint {
                id: self.ids.of(&format!("constraint {stored} {}", check.name)),
                schema,
                table: id,
                name: check.name.clone(),
                columns: places(&definition.columns, columns.iter().copied()),
                rule: Rule::Check { sql: check.expression.clone() },
            });
        }
    }

    /// A primary or unique key: a constraint, and the index PostgreSQL would keep for it.
    fn key(&mut self, table: u32, schema: u32, stored: &str, key: &Key, of: &SchemaRef, is_primary: bool) {
        let index = self.ids.of(&format!("index {stored} {}", key.name));
        let columns = places(of, key.columns.iter().map(String::as_str));
        let fields = key.columns.iter().filter_map(|name| of.field_with_name(name).ok());
        self.relations.push(Relation {
            id: index,
            schema,
            name: key.name.clone(),
            kind: Kind::Index { table, columns: columns.clone(), is_primary },
            columns: fields.map(column_of).map(|column| Column { not_null: false, comment: None, ..column }).collect(),
            comment: None,
            access: Access::default(),
        });
        self.constraints.push(Constraint {
            id: self.ids.of(&format!("constraint {stored} {}", key.name)),
            schema,
            table,
            name: key.name.clone(),
            columns,
            rule: if is_primary { Rule::Primary { index } } else { Rule::Unique { index } },
        });
    }

    /// Foreign keys come last: they name other tables' keys.
    fn foreign_keys(
        &mut self,
        names: &Namespace,
        ids: &HashMap<RelationName, u32>,
        tables: &HashMap<String, Definition>,
    ) {
        for (schema, entry) in &names.schemas {
            for (name, named) in &entry.relations {
                let Named::Table { id: stored } = named else { continue };
                let full = RelationName { schema: schema.clone(), name: name.clone() };
                let (Some(definition), Some(&table)) = (tables.get(stored), ids.get(&full)) else { continue };
                for key in &definition.declared.foreign_keys {
                    self.foreign_key(names, ids, tables, table, stored, &definition.columns, key);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a foreign key stands between two tables, each known by three names")]
    fn foreign_key(
        &mut self,
        names: &Namespace,
        ids: &HashMap<RelationName, u32>,
        tables: &HashMap<String, Definition>,
        table: u32,
        stored: &str,
        columns: &SchemaRef,
        key: &ForeignKey,
    ) {
        let other = RelationName { schema: key.foreign_schema.clone(), name: key.foreign_table.clone() };
        // A reference to a table that is gone is no constraint any more.
        let Some(Named::Table { id: other_stored }) = names.relation(&other.schema, &other.name) else { return };
        let (Some(&other), Some(definition)) = (ids.get(&other), tables.get(other_stored)) else { return };
        let referred = match (&key.foreign_columns, &definition.declared.primary_key) {
            (named, Some(primary)) if named.is_empty() => &primary.columns,
            (named, _) => named,
        };
        let referred = places(&definition.columns, referred.iter().map(String::as_str));
        let mut wanted = referred.clone();
        wanted.sort_unstable();
        let index = self.relations.iter().find_map(|relation| match &relation.kind {
            Kind::Index { table, columns, .. } if *table == other => {
                let mut columns = columns.clone();
                columns.sort_unstable();
                (columns == wanted).then_some(relation.id)
            }
            _ => None,
        });
        let schema = self.relations.iter().find(|relation| relation.id == table).map_or(0, |relation| relation.schema);
        self.constraints.push(Constraint {
            id: self.ids.of(&format!("constraint {stored} {}", key.name)),
            schema,
            table,
            name: key.name.clone(),
            columns: places(columns, key.columns.iter().map(String::as_str)),
            rule: Rule::Foreign { table: other, columns: referred, index: index.unwrap_or(0) },
        });
    }

    /// The relations the engine makes up.
    fn own(&mut self, system: &[(String, SchemaRef)]) {
        let postgres = declared::pg_catalog().iter().map(|relation| (object_id::PG_CATALOG, relation));
        let standard = declared::information_schema().iter().map(|relation| (object_id::INFORMATION_SCHEMA, relation));
        for (schema, relation) in postgres.chain(standard) {
            self.relations.push(Relation {
                id: relation.id,
                schema,
                name: relation.name.to_owned(),
                kind: Kind::Own { letter: relation.kind },
                columns: columns_of(&relation.schema),
                comment: None,
                access: readable(),
            });
        }
        for (id, (name, columns)) in (object_id::SYSTEM + 1..).zip(system) {
            self.relations.push(Relation {
                id,
                schema: object_id::SYSTEM,
                name: name.clone(),
                kind: Kind::Own { letter: "v" },
                columns: columns_of(columns),
                comment: None,
                access: readable(),
            });
        }
    }

    fn roles(&mut self, names: &Namespace) -> Vec<Role> {
        let owner = Principal::owner();
        let mut roles: Vec<Role> = Vec::with_capacity(names.roles.len() + 1);
        for (name, role) in &names.roles {
            let id = if *name == owner.name { object_id::OWNER } else { self.ids.of(&format!("role {name}")) };
            roles.push(Role { id, name: name.clone(), superuser: role.superuser, can_login: true });
        }
        if !names.roles.contains_key(&owner.name) {
            roles.push(Role { id: object_id::OWNER, name: owner.name, superuser: true, can_login: false });
        }
        roles.sort_by(|one, other| one.name.cmp(&other.name));
        roles
    }
}

/// What may be done with the engine's own relations: everybody may read them.
fn readable() -> Access {
    let mut access = Access::default();
    access.grant(PUBLIC, Privileges::SELECT);
    access
}

/// The places of columns in a table, counted from one.
fn places<'a>(table: &SchemaRef, columns: impl Iterator<Item = &'a str>) -> Vec<i16> {
    columns.filter_map(|column| i16::try_from(table.index_of(column).ok()? + 1).ok()).collect()
}

fn columns_of(schema: &SchemaRef) -> Vec<Column> {
    schema.fields().iter().map(|field| column_of(field)).collect()
}

fn column_of(field: &Field) -> Column {
    Column {
        name: field.name().clone(),
        data_type: PostgresType::of(field),
        not_null: !field.is_nullable(),
        default: None,
        comment: field.metadata().get(COMMENT).cloned(),
    }
}
