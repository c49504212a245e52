//! `json` and `jsonb`: texts that follow RFC 8259.
//!
//! A `json` value is kept as it was written. A `jsonb` value is brought to PostgreSQL's usual form when it is made: one
//! blank after commas and colons, keys by length and then by bytes, the last of equal keys, numbers without
//! exponents. Both are text columns marked with their type (`crate::postgres_type`), so functions take either.
//!
//! - [`scan`]: where values begin and end in a text;
//! - [`tree`]: a value taken apart;
//! - [`write`]: SQL values as JSON;
//! - [`path`]: `->`, `->>`, `#>`, `#>>` and the functions of the same meaning;
//! - [`build`]: `to_json`, `json_build_object`, `row_to_json` and their like;
//! - [`inspect`]: `json_typeof`, `json_array_length`, `jsonb_pretty`, containment;
//! - [`change`]: `jsonb_set`, `||`, `-`, `#-`, `json_strip_nulls`;
//! - [`aggregate`]: `json_agg`, `json_object_agg` and the same of `jsonb`;
//! - [`expand`]: `json_array_elements`, `json_each`, `json_object_keys`;
//! - [`cast`]: `::json` and `::jsonb`.

pub(super) mod aggregate;
mod build;
mod cast;
mod change;
mod expand;
mod inspect;
mod path;
mod scan;
mod tree;
mod write;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub(super) use cast::Casts;
pub use cast::json_cast;
pub(super) use path::Operators;

/// The names of the types.
const JSON: &str = "json";
const JSONB: &str = "jsonb";

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let mut functions = build::functions();
    functions.extend(cast::functions());
    functions.extend(change::functions());
    functions.extend(expand::functions());
    functions.extend(inspect::functions());
    functions.extend(path::functions());
    functions
}
