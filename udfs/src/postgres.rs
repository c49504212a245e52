//! Functions of PostgreSQL that DataFusion lacks or answers differently.
//!
//! Each function is a file; a [`function::Function`] holds its overloads, chosen by the types of the arguments as
//! PostgreSQL chooses them, and computes row by row over a [`call::Call`], which also bounds what comes out.

mod age;
mod argument;
mod array_agg;
mod array_text;
mod arrays;
mod bytes;
mod calendar;
mod call;
pub mod cast;
mod date_trunc;
mod decimal;
mod exact;
mod extract;
mod format;
mod function;
mod interval;
mod isfinite;
mod json;
mod justify;
mod like_escape;
mod logarithm;
mod make;
mod marks;
mod moment;
mod numbers;
mod ordered_set;
mod output;
mod overlaps;
mod pattern;
mod planner;
pub mod quantified;
mod quote;
mod regex;
mod rounding;
mod row;
mod series;
mod sleep;
pub mod temporal;
mod text;
mod timezone;
mod to_char;
mod to_date;
mod to_number;
mod to_timestamp;
mod trigonometry;
mod unique_rowid;
mod unit;
mod value;
mod width_bucket;
mod zone;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;

pub use array_agg::marked_array_agg;
pub use exact::exact_constant;
pub use json::json_cast;
pub(crate) use output::interval_text;
pub use planner::Planner;

/// Puts PostgreSQL's functions in the place of DataFusion's.
pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let mut functions = vec![
        age::function(),
        date_trunc::function(),
        format::function(),
        isfinite::function(),
        like_escape::function(),
        overlaps::function(),
        series::function(),
        sleep::function(),
        timezone::function(),
        to_char::function(),
        to_date::function(),
        to_number::function(),
        to_timestamp::function(),
        unique_rowid::function(),
        width_bucket::function(),
    ];
    functions.extend(arrays::functions());
    functions.extend(bytes::functions());
    functions.extend(extract::functions());
    functions.extend(json::functions());
    functions.extend(justify::functions());
    functions.extend(logarithm::functions());
    functions.extend(make::functions());
    functions.extend(value::functions());
    functions.extend(moment::functions());
    functions.extend(numbers::functions());
    functions.extend(quote::functions());
    functions.extend(regex::functions());
    functions.extend(rounding::functions());
    functions.extend(row::functions());
    functions.extend(text::functions());
    functions.extend(trigonometry::functions());
    for function in functions {
        // With its aliases: under one of them DataFusion's own form would come back.
        registry.deregister_udf(function.name())?;
        registry.register_udf(function)?;
    }
    for (name, alias) in [("bool_and", "every"), ("var_samp", "variance")] {
        let aggregate = registry.udaf(name)?.as_ref().clone().with_aliases([alias]);
        registry.register_udaf(Arc::new(aggregate))?;
    }
    for aggregate in json::aggregate::functions(&registry.udaf("array_agg")?) {
        registry.register_udaf(Arc::new(aggregate))?;
    }
    for aggregate in ordered_set::functions(registry.udaf("percentile_cont")?) {
        registry.register_udaf(Arc::new(aggregate))?;
    }
    registry.register_function_rewrite(Arc::new(text::Concatenations::default()))?;
    registry.register_function_rewrite(Arc::new(json::Casts::default()))?;
    registry.register_function_rewrite(Arc::new(marks::KeptMarks))?;
    registry.register_function_rewrite(Arc::new(regex::Matching::default()))
}
