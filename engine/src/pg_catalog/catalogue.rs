//! Everything that has an object id, as one value: what every relation and function of the catalogue answers from.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use bellwether_catalog::{Access, Privileges};
use datafusion::arrow::array::RecordBatch;
use parking_lot::Mutex;

use super::object_id::OWNER;
use super::proc::Function;
use super::types::PostgresType;

/// The most relations whose rows are kept.
const BATCHES_MAX: usize = 1000;

/// The lake at one moment, as PostgreSQL's catalogue describes a database. It never changes.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// By name.
    pub schemas: Vec<Schema>,
    /// By schema and name, the keys of a table after it.
    pub relations: Vec<Relation>,
    pub constraints: Vec<Constraint>,
    /// By name.
    pub roles: Vec<Role>,
    pub functions: Arc<Vec<Function>>,
    by_id: HashMap<u32, usize>,
    by_name: HashMap<u32, BTreeMap<String, usize>>,
    /// Relations whose rows follow from this value alone, once they were asked for.
    batches: Mutex<HashMap<(String, &'static str), RecordBatch>>,
}

#[derive(Debug)]
pub(crate) struct Schema {
    pub id: u32,
    pub name: String,
    pub comment: Option<String>,
    pub access: Access,
    /// What is granted on relations that it is to get.
    pub future: Access,
}

/// Something in `pg_class`.
#[derive(Debug)]
pub(crate) struct Relation {
    pub id: u32,
    pub schema: u32,
    pub name: String,
    pub kind: Kind,
    pub columns: Vec<Column>,
    pub comment: Option<String>,
    pub access: Access,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// A table of the lake, stored under this id.
    Table { stored: String },
    /// A relation whose rows the engine makes up: of PostgreSQL's catalogue, or of `system`.
    Own { letter: &'static str },
    /// A view, its query, and the relations it reads.
    View { sql: String, reads: Vec<u32>, rule: u32 },
    /// A materialized view: its table, its query, the relations it reads, and whether it was ever filled.
    Materialized { stored: String, sql: String, reads: Vec<u32>, rule: u32, is_populated: bool },
    /// What stands for a key: where PostgreSQL has an index.
    Index { table: u32, columns: Vec<i16>, is_primary: bool },
}

#[derive(Debug)]
pub(crate) struct Column {
    pub name: String,
    pub data_type: PostgresType,
    pub not_null: bool,
    pub default: Option<Default>,
    pub comment: Option<String>,
}

/// A column's default as SQL.
#[derive(Debug)]
pub(crate) struct Default {
    pub id: u32,
    pub sql: String,
}

/// A constraint of a table.
#[derive(Debug)]
pub(crate) struct Constraint {
    pub id: u32,
    pub schema: u32,
    pub table: u32,
    pub name: String,
    /// Places of the columns in the table, counted from one.
    pub columns: Vec<i16>,
    pub rule: Rule,
}

/// What a constraint demands.
#[derive(Debug)]
pub(crate) enum Rule {
    Primary {
        index: u32,
    },
    Unique {
        index: u32,
    },
    /// A reference to another table's columns, and to the index of their key if there is one.
    Foreign {
        table: u32,
        columns: Vec<i16>,
        index: u32,
    },
    Check {
        sql: String,
    },
}

/// A user.
#[derive(Debug)]
pub(crate) struct Role {
    pub id: u32,
    pub name: String,
    pub superuser: bool,
    pub can_login: bool,
}

fn item(role: &str, privileges: Privileges, grantor: &str) -> String {
    format!("{}={}/{}", quoted(role), privileges.letters(), quoted(grantor))
}

/// A role's name in a list of privileges; everybody's is empty.
fn quoted(role: &str) -> String {
    let is_plain = role.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    if is_plain { role.to_owned() } else { crate::names::quote(role) }
}

impl Kind {
    /// `relkind`.
    pub(crate) fn letter(&self) -> &'static str {
        match self {
            Self::Table { .. } => "r",
            Self::Own { letter } => letter,
            Self::View { .. } => "v",
            Self::Materialized { .. } => "m",
            Self::Index { .. } => "i",
        }
    }
}

impl Rule {
    /// `contype`.
    pub(crate) fn letter(&self) -> &'static str {
        match self {
            Self::Primary { .. } => "p",
            Self::Unique { .. } => "u",
            Self::Foreign { .. } => "f",
            Self::Check { .. } => "c",
        }
    }
}

impl Relation {
    /// What there is to be done with it: the lake's tables can be changed, all else can be read.
    pub(crate) fn privileges(&self) -> Privileges {
        match self.kind {
            Kind::Table { .. } => Privileges::OF_TABLE,
            _ => Privileges::OF_VIEW,
        }
    }

    /// The column at a place counted from one.
    pub(crate) fn column(&self, place: i64) -> Option<&Column> {
        usize::try_from(place).ok()?.checked_sub(1).and_then(|index| self.columns.get(index))
    }

    /// The columns with their places, counted from one.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (i16, &Column)> {
        (1..).zip(&self.columns)
    }
}

impl Catalogue {
    /// Puts what was gathered together.
    pub(crate) fn new(
        schemas: Vec<Schema>,
        relations: Vec<Relation>,
        constraints: Vec<Constraint>,
        roles: Vec<Role>,
        functions: Arc<Vec<Function>>,
    ) -> Self {
        let mut by_name: HashMap<u32, BTreeMap<String, usize>> = HashMap::new();
        let mut by_id = HashMap::with_capacity(relations.len());
        for (index, relation) in relations.iter().enumerate() {
            by_id.insert(relation.id, index);
            // A key may be called as a table is; the table was there first.
            by_name.entry(relation.schema).or_default().entry(relation.name.clone()).or_insert(index);
        }
        Self { schemas, relations, constraints, roles, functions, by_id, by_name, batches: Mutex::default() }
    }

    /// The relation of an id.
    pub(crate) fn relation(&self, id: u32) -> Option<&Relation> {
        self.by_id.get(&id).and_then(|index| self.relations.get(*index))
    }

    /// The relation of a name.
    pub(crate) fn relation_named(&self, schema: &str, name: &str) -> Option<&Relation> {
        let schema = self.schema_named(schema)?;
        self.by_name.get(&schema.id)?.get(name).and_then(|index| self.relations.get(*index))
    }

    /// Tables that have a key.
    pub(crate) fn keyed_tables(&self) -> HashSet<u32> {
        let table = |relation: &Relation| match relation.kind {
            Kind::Index { table, .. } => Some(table),
            _ => None,
        };
        self.relations.iter().filter_map(table).collect()
    }

    /// The schema of an id.
    pub(crate) fn schema(&self, id: u32) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.id == id)
    }

    /// The schema of a name.
    pub(crate) fn schema_named(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }

    /// The name of a schema, empty for one that is not there.
    pub(crate) fn schema_name(&self, id: u32) -> &str {
        self.schema(id).map_or("", |schema| schema.name.as_str())
    }

    /// The constraint of an id.
    pub(crate) fn constraint(&self, id: u32) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.id == id)
    }

    /// The function of an id.
    pub(crate) fn function(&self, id: u32) -> Option<&Function> {
        self.functions.iter().find(|function| function.id == id)
    }

    /// Who may do what with a relation; with what stands for a key, what may be done with its table.
    pub(crate) fn access<'a>(&'a self, relation: &'a Relation) -> &'a Access {
        let table = match relation.kind {
            Kind::Index { table, .. } => self.relation(table),
            _ => None,
        };
        &table.unwrap_or(relation).access
    }

    /// Whom something belongs to.
    pub(crate) fn owner(&self, access: &Access) -> u32 {
        let owner = access.owner.as_ref().and_then(|owner| self.roles.iter().find(|role| role.name == *owner));
        owner.map_or(OWNER, |role| role.id)
    }

    /// The name of whom something belongs to.
    pub(crate) fn owner_name(&self, access: &Access) -> String {
        access.owner.clone().unwrap_or_else(|| self.role_name(OWNER))
    }

    /// What may be done with an object as PostgreSQL lists it, `ann=ar/bellwether` for each user; nothing where that
    /// is its owner alone.
    pub(crate) fn listed_access(&self, access: &Access, all: Privileges) -> Option<Vec<String>> {
        if access.grants.is_empty() {
            return None;
        }
        let owner = self.owner_name(access);
        let mut listed = vec![item(&owner, all, &owner)];
        listed.extend(self.listed_grants(access));
        Some(listed)
    }

    /// What is granted on an object to others than its owner, as PostgreSQL lists it.
    pub(crate) fn listed_grants(&self, access: &Access) -> Vec<String> {
        let owner = self.owner_name(access);
        let others = access.grants.iter().filter(|(role, _)| **role != owner);
        others.map(|(role, privileges)| item(role, *privileges, &owner)).collect()
    }

    /// The name of a role, or what PostgreSQL says where there is none.
    pub(crate) fn role_name(&self, id: u32) -> String {
        let found = self.roles.iter().find(|role| role.id == id);
        found.map_or_else(|| format!("unknown (OID={id})"), |role| role.name.clone())
    }

    /// The rows of a relation, made by `make` the first time they are asked for.
    pub(crate) fn batch<E>(
        &self,
        database: &str,
        name: &'static str,
        make: impl FnOnce(&Self) -> Result<RecordBatch, E>,
    ) -> Result<RecordBatch, E> {
        let key = (database.to_owned(), name);
        if let Some(known) = self.batches.lock().get(&key) {
            return Ok(known.clone());
        }
        let made = make(self)?;
        let mut batches = self.batches.lock();
        // Each name a client gives the database has rows of its own; names nobody uses any more are not kept for ever.
        if batches.len() >= BATCHES_MAX {
            batches.clear();
        }
        batches.insert(key, made.clone());
        Ok(made)
    }
}
