//! Bellwether's SQL functions.
//!
//! The mathematics of marketing and business, in families of functions:
//!
//! - [`function`]: the families, how to add a function, and how all are listed and registered;
//! - [`argument`]: what functions declare of their arguments, and the values of a call;
//! - [`adapter`]: scalar, aggregate and window functions; [`table`]: table functions;
//! - [`page`]: a function's page, from which [`functions_markdown`] makes `FUNCTIONS.md`.
//!
//! And what a PostgreSQL server has:
//!
//! - [`bounded`]: functions of DataFusion whose results can be larger than any memory, with limits;
//! - [`numeric`]: what PostgreSQL's operators on numbers give;
//! - [`postgres`]: functions of PostgreSQL that DataFusion lacks or answers differently;
//! - [`postgres_type`]: types of PostgreSQL that Arrow has no type of its own for;
//! - [`server`]: functions by which PostgreSQL's clients ask what they are connected to.
//!
//! [`register`] puts all of them in place of what is registered under their names.

mod adapter;
mod anomaly;
mod argument;
mod attribution;
mod bounded;
mod calendar;
mod common_type;
mod customer;
mod error;
mod finance;
mod first_last;
mod forecast;
mod function;
mod general;
mod interval;
mod journey;
pub mod numeric;
mod operations;
mod page;
mod postgres;
pub mod postgres_type;
mod score;
mod segment;
mod server;
mod table;
mod value_error;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;

pub use argument::fill_skipped;
pub use bounded::{BATCH_BYTES_MAX, CENTROIDS_MAX, LimitExceeded, VALUE_BYTES_MAX, What};
pub use calendar::day_of_timestamp;
pub use error::{CallError, CallErrorKind};
pub use function::{FunctionKind, Listed, argument_type, functions};
pub use page::functions_markdown;
pub use postgres::{Planner, exact_constant, json_cast, marked_array_agg};
pub use postgres::{cast, quantified, temporal};
pub use server::POSTGRES_VERSION;
pub use table::{TableFunctionCodec, TableFunctionPlanner, TableFunctionRelations, name_relations};
pub use value_error::{ValueError, ValueErrorKind};

/// Registers every function of this crate. DataFusion's own must be registered before.
pub fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    bounded::register(registry)?;
    common_type::register(registry)?;
    first_last::register(registry)?;
    numeric::register(registry)?;
    postgres::register(registry)?;
    server::register(registry)?;
    function::register(registry)
}
