//! Who asks, and what they may do.
//!
//! As in PostgreSQL, a relation and a schema belong to somebody, who may do everything with them; others may do what is
//! granted to them or to everybody, a superuser whatever there is to do. What a superuser makes belongs to the lake's
//! owner, whoever that superuser is.
//!
//! What a query reads is judged where its relations are looked up ([`crate::resolve`]), what a statement changes before
//! it runs ([`crate::statement`]), whichever door it came through. A view reads with the rights of whom it belongs to.

use bellwether_catalog::{Access, Error, ErrorKind, Namespace, Privileges, RESERVED_SCHEMAS, Relation};

use crate::names::{RelationName, quote};
use crate::{Result, temporary};

/// The authenticated user of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The user's name.
    pub name: String,
    /// Whether the user may do everything.
    pub superuser: bool,
}

impl Principal {
    /// The owner of an embedded engine and of the command line: whoever can open the lake's files.
    pub fn owner() -> Self {
        Self { name: "bellwether".into(), superuser: true }
    }
}

/// With whose rights something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authority {
    /// A superuser's, who may do everything.
    Superuser,
    /// A user's.
    User(String),
}

impl Authority {
    /// A session's.
    pub(crate) fn of(principal: &Principal) -> Self {
        if principal.superuser { Self::Superuser } else { Self::User(principal.name.clone()) }
    }

    /// A user's of this name; of nobody's where there is no such user.
    pub(crate) fn of_role(names: &Namespace, role: &str) -> Self {
        let is_superuser = match names.roles.get(role) {
            Some(role) => role.superuser,
            None => role == Principal::owner().name,
        };
        if is_superuser { Self::Superuser } else { Self::User(role.to_owned()) }
    }

    /// Those of whom a relation belongs to.
    pub(crate) fn of_owner(names: &Namespace, schema: &str, name: &str) -> Self {
        match names.relation_access(schema, name).and_then(|access| access.owner.as_deref()) {
            Some(owner) => Self::of_role(names, owner),
            None => Self::Superuser,
        }
    }

    /// Whom that which is made now belongs to; the lake's owner where there is none.
    pub(crate) fn owner(&self) -> Option<&str> {
        match self {
            Self::Superuser => None,
            Self::User(name) => Some(name),
        }
    }

    /// Whether it has the rights of a user, as that user or as a superuser.
    pub(crate) fn is_of(&self, role: &str) -> bool {
        match self {
            Self::Superuser => true,
            Self::User(user) => user == role,
        }
    }

    /// Whether an object with this access is its own to alter, to drop and to grant on.
    fn owns(&self, access: Option<&Access>) -> bool {
        match self {
            Self::Superuser => true,
            Self::User(user) => access.and_then(|access| access.owner.as_ref()) == Some(user),
        }
    }

    /// What is granted on an object.
    fn granted(&self, access: Option<&Access>) -> Privileges {
        match (self, access) {
            (Self::User(user), Some(access)) => access.granted(user),
            _ => Privileges::NONE,
        }
    }

    /// What may be done with the lake as a whole.
    pub(crate) fn on_lake(&self, names: &Namespace) -> Privileges {
        match self {
            Self::Superuser => Privileges::OF_LAKE,
            Self::User(user) => names.access.granted(user),
        }
    }

    /// What may be done with a schema.
    pub(crate) fn on_schema(&self, names: &Namespace, schema: &str) -> Privileges {
        if RESERVED_SCHEMAS.contains(&schema) {
            return Privileges::USAGE;
        }
        let access = names.schemas.get(schema).map(|entry| &entry.access);
        match schema == temporary::SCHEMA || self.owns(access) {
            true => Privileges::OF_SCHEMA,
            false => self.granted(access),
        }
    }

    /// What may be done with a relation of the lake, once its schema may be used.
    pub(crate) fn on_relation(&self, names: &Namespace, schema: &str, name: &str) -> Privileges {
        match names.relation(schema, name) {
            Some(relation) if self.owns_relation(names, schema, name) => relation.privileges(),
            Some(_) => self.granted(names.relation_access(schema, name)),
            None => Privileges::NONE,
        }
    }

    /// Whether a relation is listed: something may be done with it.
    pub(crate) fn sees(&self, names: &Namespace, schema: &str, name: &str) -> bool {
        RESERVED_SCHEMAS.contains(&schema) || !self.on_relation(names, schema, name).is_empty()
    }

    /// Refuses what may not be done with a relation. One that is not there is for others to tell.
    pub(crate) fn require(&self, names: &Namespace, schema: &str, name: &str, wanted: Privileges) -> Result<()> {
        let (Self::User(user), Some(relation)) = (self, names.relation(schema, name)) else { return Ok(()) };
        self.require_schema(names, schema, Privileges::USAGE)?;
        if self.on_relation(names, schema, name).contains(wanted) {
            return Ok(());
        }
        let full = RelationName { schema: schema.to_owned(), name: name.to_owned() };
        Err(denied(kind_of(relation), name).with_hint(remedy(wanted, &full.quoted(), user)))
    }

    /// Refuses what may not be done with a schema. One that is not there is for others to tell.
    pub(crate) fn require_schema(&self, names: &Namespace, schema: &str, wanted: Privileges) -> Result<()> {
        let Self::User(user) = self else { return Ok(()) };
        if !names.schemas.contains_key(schema) || self.on_schema(names, schema).contains(wanted) {
            return Ok(());
        }
        Err(denied("schema", schema).with_hint(remedy(wanted, &format!("SCHEMA {}", quote(schema)), user)))
    }

    /// Refuses to make a schema.
    pub(crate) fn require_lake(&self, names: &Namespace, database: &str) -> Result<()> {
        let Self::User(user) = self else { return Ok(()) };
        if self.on_lake(names).contains(Privileges::CREATE) {
            return Ok(());
        }
        let on = format!("DATABASE {}", quote(database));
        Err(denied("database", database).with_hint(remedy(Privileges::CREATE, &on, user)))
    }

    /// Whether a relation is its own to alter, to drop and to grant on.
    pub(crate) fn owns_relation(&self, names: &Namespace, schema: &str, name: &str) -> bool {
        schema == temporary::SCHEMA || self.owns(names.relation_access(schema, name))
    }

    /// Whether a schema is.
    pub(crate) fn owns_schema(&self, names: &Namespace, schema: &str) -> bool {
        self.owns(names.schemas.get(schema).map(|entry| &entry.access))
    }

    /// Refuses what only the owner of a relation may do.
    pub(crate) fn require_ownership(&self, names: &Namespace, schema: &str, name: &str) -> Result<()> {
        match names.relation(schema, name) {
            Some(relation) if !self.owns_relation(names, schema, name) => Err(not_owner(kind_of(relation), name)),
            _ => Ok(()),
        }
    }

    /// Refuses what only the owner of a schema may do.
    pub(crate) fn require_schema_ownership(&self, names: &Namespace, schema: &str) -> Result<()> {
        match names.schemas.contains_key(schema) && !self.owns_schema(names, schema) {
            true => Err(not_owner("schema", schema)),
            false => Ok(()),
        }
    }
}

/// What a superuser, or the owner, can do about a refusal.
fn remedy(wanted: Privileges, on: &str, user: &str) -> String {
    let words: Vec<&str> = wanted.words().collect();
    format!("its owner or a superuser can GRANT {} ON {on} TO {}", words.join(", "), quote(user))
}

/// What PostgreSQL calls a relation.
pub(crate) fn kind_of(relation: &Relation) -> &'static str {
    match relation {
        Relation::Table { .. } => "table",
        Relation::View { .. } => "view",
        Relation::MaterializedView(_) => "materialized view",
    }
}

/// The error for what may not be done.
pub(crate) fn denied(kind: &str, name: &str) -> Error {
    Error::new(ErrorKind::PermissionDenied, format!("permission denied for {kind} {name}"))
}

fn not_owner(kind: &str, name: &str) -> Error {
    Error::new(ErrorKind::PermissionDenied, format!("must be owner of {kind} {name}"))
}
