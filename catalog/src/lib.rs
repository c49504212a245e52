//! The lake's tables: where they are stored, how they are read and changed, and what they are called.
//!
//! - [`store`]: a folder or bucket that keeps what it acknowledged, and notices when it did not.
//! - [`Table`], [`Snapshot`]: one Delta table and one version of it.
//! - [`TableScan`]: a version as DataFusion reads it.
//! - [`Lake`], [`Namespace`]: tables, views, schemas and roles by name.

mod error;
mod lake;
mod namespace;
mod provider;
mod schema;
pub mod store;
mod table;

pub use deltalake::kernel::Add;
pub use error::{Error, ErrorKind, Result};
pub use lake::Lake;
pub use namespace::{
    DEFAULT_SCHEMA, Namespace, RESERVED_SCHEMAS, Relation, RoleEntry, SchemaEntry, no_relation, no_schema,
};
pub use provider::{FILE_COLUMN, TableScan};
pub use schema::{COMMENT, storable_schema, storable_type};
pub use table::{
    Alteration, Append, BatchId, Change, Check, DataFile, DataWriter, Declared, ForeignKey, Key, Maintenance,
    Operation, Snapshot, Table, TableDefinition, conform,
};
