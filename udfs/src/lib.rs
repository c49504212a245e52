//! Bellwether's SQL functions.
//!
//! - [`bounded`]: functions of DataFusion whose results can be larger than any memory, with limits;
//! - [`server`]: functions by which PostgreSQL's clients ask what they are connected to.
//!
//! [`register`] puts all of them in place of what is registered under their names.

mod bounded;
mod server;
mod type_name;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;

pub use bounded::{BATCH_BYTES_MAX, CENTROIDS_MAX, LimitExceeded, VALUE_BYTES_MAX, What};
pub use server::POSTGRES_VERSION;

/// Registers every function of this crate. DataFusion's own must be registered before.
pub fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    bounded::register(registry)?;
    server::register(registry)?;
    type_name::register(registry)
}
