//! Limits on functions that make more than they are given.
//!
//! `repeat('x', 2000000000)` allocates its result in one piece, past the memory pool that all
//! operators share, and where the machine has no such piece the whole process ends. The functions
//! listed here are therefore asked beforehand how much they would make, row by row, and refused
//! when a value or a batch of values would be too large. Everything else about them (names,
//! arguments, NULLs, results) is DataFusion's.
//!
//! | limit | |
//! |---|---|
//! | a value | [`VALUE_BYTES_MAX`], 16 MiB |
//! | a batch of values | [`BATCH_BYTES_MAX`], 256 MiB |
//! | a text of `string_agg` | 1 GiB |
//! | centroids of a percentile | [`CENTROIDS_MAX`], 10,000 |
//!
//! Sizes are upper bounds that cost less than the result: exact for plain text and numbers, a
//! little too large where characters differ in length or matches cannot be known beforehand.

mod argument;
mod collected;
mod limit;
mod list;
mod percentile;
mod rewrite;
mod scalar;
mod series;
#[cfg(test)]
mod tests;
mod text;
mod textcat;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

use self::collected::BoundedText;
pub use self::limit::{BATCH_BYTES_MAX, CENTROIDS_MAX, LimitExceeded, VALUE_BYTES_MAX, What};
use self::percentile::BoundedPercentile;
use self::rewrite::ReplaceByBounded;
use self::scalar::{BoundedScalar, Size};

/// The functions by name, with what tells the size of a result.
const SCALARS: &[(&str, Size)] = &[
    ("array_append", list::together),
    ("array_concat", list::concat),
    ("array_prepend", list::together),
    ("array_repeat", list::repeat),
    ("array_resize", list::resize),
    ("array_to_string", list::to_string),
    ("concat", text::concat),
    ("concat_ws", text::concat_ws),
    ("lpad", text::pad),
    ("make_array", list::together),
    ("overlay", text::overlay),
    ("range", series::size),
    ("repeat", text::repeat),
    ("replace", text::replace),
    ("rpad", text::pad),
    ("translate", text::translate),
];

/// The aggregates by name, with the position of the number of centroids.
const PERCENTILES: &[(&str, usize)] = &[("approx_percentile_cont", 2), ("approx_percentile_cont_with_weight", 3)];

/// Puts a bounded form in the place of every function listed above, and of `||`.
pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let mut by_name = HashMap::new();
    for (name, size) in SCALARS {
        let bounded = Arc::new(ScalarUDF::from(BoundedScalar::new(registry.udf(name)?, *size)));
        by_name.insert((*name).to_owned(), Arc::clone(&bounded));
        registry.register_udf(bounded)?;
    }
    for (name, centroids) in PERCENTILES {
        let bounded = BoundedPercentile::new(registry.udaf(name)?, *centroids);
        registry.register_udaf(Arc::new(AggregateUDF::from(bounded)))?;
    }
    let collected = BoundedText::new(registry.udaf("string_agg")?);
    registry.register_udaf(Arc::new(AggregateUDF::from(collected)))?;
    let textcat = textcat::function();
    registry.register_udf(Arc::clone(&textcat))?;
    registry.register_function_rewrite(Arc::new(ReplaceByBounded { by_name, textcat }))
}
