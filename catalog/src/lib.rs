//! The lake's tables: where they are stored, how they are read and changed, and what they are called.
//!
//! - [`store`]: a folder or bucket that keeps what it acknowledged, and notices when it did not.
//! - [`Table`], [`Snapshot`]: one Delta table and one version of it.
//! - [`TableScan`]: a version as DataFusion reads it.
//! - [`Lake`], [`Namespace`]: tables, views, schemas and roles by name.
//! - [`Lease`]: which of several servers does the lake's background work.
//! - [`Model`]: a view as a file, with a [`Header`] that says what it answers; [`in_order`]: which comes first.

mod error;
mod header;
mod lake;
mod lease;
mod lineage;
mod materialized;
mod model;
mod namespace;
mod privilege;
mod provider;
mod schema;
pub mod store;
mod table;

pub use deltalake::kernel::Add;
pub use error::{Error, ErrorKind, Result};
pub use header::{Audit, Header};
pub use lake::Lake;
pub use lease::{LEASE_STEP, LEASE_TERM, Lease};
pub use lineage::in_order;
pub use materialized::{MaterializedDefinition, RefreshClass, RefreshFailure, RefreshOptions};
pub use model::{Model, ModelName, models_markdown};
pub use namespace::{
    DEFAULT_SCHEMA, Namespace, RESERVED_SCHEMAS, Relation, RoleEntry, SchemaEntry, no_relation, no_role, no_schema,
};
pub use privilege::{Access, PUBLIC, Privileges};
pub use provider::{FILE_COLUMN, KeptRows, TableScan};
pub use schema::{COMMENT, storable_schema, storable_type};
pub use table::{
    Alteration, Append, Base, BatchId, Change, Check, Contents, DataFile, DataWriter, Declared, FileChanges,
    ForeignKey, Key, Maintenance, Operation, Pending, Snapshot, Table, TableDefinition, conform,
};
