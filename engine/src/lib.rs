//! Bellwether: an embedded OLAP engine over a lake of Delta tables, with business mathematics as SQL.
//!
//! ```no_run
//! # async fn example() -> bellwether::Result<()> {
//! use futures::StreamExt;
//!
//! let engine = bellwether::Engine::open("./lake").await?;
//! engine.sql("create table orders (customer_id text, amount decimal(18, 4))").await?;
//! engine.sql("insert into orders values ('ann', 12.5), ('ben', 7)").await?;
//! let mut rows = engine.sql("select customer_id, sum(amount) from orders group by 1").await?;
//! while let Some(batch) = rows.next().await {
//!     println!("{} customers", batch?.num_rows());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - [`Engine`]: an open lake. [`Session`]: one connection to it. [`Config`]: everything that can be set.
//! - `statement`: what each SQL statement does, one file each; `resolve`: what its relations are.
//! - [`Ingest`] and [`Load`]: rows from clients and from files.
//! - `system`: the engine seen from inside, as relations.

mod access;
mod activity;
mod backup;
mod claimed;
mod clock;
mod config;
mod contained;
mod dialect;
mod engine;
mod fault;
mod information;
mod ingest;
mod lease;
mod limit;
mod load;
mod materialized;
mod memory;
mod model;
mod names;
mod pg_catalog;
mod planner;
mod resolve;
mod rewrite;
mod role;
mod runtime;
mod scheduler;
mod session;
mod setting;
mod statement;
mod system;
mod temporary;
mod uncommitted;
mod upkeep;
mod verify;
mod window;

pub use access::Principal;
pub use backup::BackupReport;
pub use bellwether_catalog::{
    Audit, BatchId, Error, ErrorKind, Header as ModelHeader, Maintenance, Model, ModelName, Result, in_order,
    models_markdown,
};
pub use bellwether_udfs::{FunctionKind, Listed as ListedFunction, functions, functions_markdown};
pub use claimed::{LENGTH_MAX, unbelievable_length};
pub use config::{Config, ConfigOption, LogFormat};
pub use contained::{contained, is_contained};
pub use engine::Engine;
pub use ingest::{Ingest, IngestMode};
pub use load::{FileFormat, FileOptions, Load, LoadReport, OnBadRow, Progress};
pub use model::{AuditFinding, ModelsInstalled, models_in};
pub use pg_catalog::PostgresType;
pub use role::{Role, ScramVerifier};
pub use session::{ClientInfo, Done, Door, Outcome, Prepared, RecordStream, Session, Statement, TransactionStatus};
pub use statement::{Copy, CopyFormat, CopyFrom, CopyTo};
pub use verify::CheckReport;
