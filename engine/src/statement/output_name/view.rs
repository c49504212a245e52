//! The names of a view's columns.

use std::collections::HashSet;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::logical_expr::LogicalPlan;

use super::mark::{is_marked, visible};

/// The names to store with a view: those `given`, and those of all its columns if one of the others is marked.
pub(in crate::statement) fn view_columns(plan: &LogicalPlan, given: Vec<String>) -> Result<Vec<String>> {
    let fields = plan.schema().fields();
    let others = fields.iter().skip(given.len());
    let has_marks = others.clone().any(|field| is_marked(field.name()));
    let all: Vec<String> = given.iter().cloned().chain(others.map(|field| visible(field.name()).to_owned())).collect();
    let mut seen = HashSet::new();
    for name in &all {
        if !seen.insert(name) {
            return Err(Error::new(ErrorKind::DuplicateColumn, format!("column \"{name}\" specified more than once")));
        }
    }
    Ok(if has_marks { all } else { given })
}
