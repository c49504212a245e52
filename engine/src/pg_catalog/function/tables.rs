//! Functions that stand in FROM: relations of the catalogue under the names of the functions that make them in
//! PostgreSQL, and its keywords.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::{MemTable, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::plan_err;
use datafusion::error::Result;

use crate::pg_catalog::declared::{Declared, in_pg_catalog, made_up};
use crate::pg_catalog::keyword;
use crate::pg_catalog::rows::Rows;
use crate::pg_catalog::{Listed, Pinned};

/// Each function and the relation it makes.
const RELATIONS: [(&str, &str); 7] = [
    ("pg_available_extensions", "pg_available_extensions"),
    ("pg_cursor", "pg_cursors"),
    ("pg_lock_status", "pg_locks"),
    ("pg_prepared_statement", "pg_prepared_statements"),
    ("pg_show_all_settings", "pg_settings"),
    ("pg_timezone_abbrevs", "pg_timezone_abbrevs"),
    ("pg_timezone_names", "pg_timezone_names"),
];

pub(super) fn functions(pinned: &Arc<Pinned>) -> Vec<(&'static str, Arc<dyn TableFunctionImpl>)> {
    let mut functions: Vec<(&str, Arc<dyn TableFunctionImpl>)> = vec![("pg_get_keywords", Arc::new(Keywords))];
    for (name, relation) in RELATIONS {
        if let Some(declared) = in_pg_catalog(relation) {
            functions.push((name, Arc::new(OfRelation { declared, pinned: Arc::clone(pinned) })));
        }
    }
    functions
}

#[derive(Debug)]
struct OfRelation {
    declared: &'static Declared,
    pinned: Arc<Pinned>,
}

impl TableFunctionImpl for OfRelation {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        if !args.exprs().is_empty() {
            return plan_err!("the function that makes {} takes no arguments", self.declared.name);
        }
        Ok(Arc::new(Listed { declared: self.declared, pinned: Arc::clone(&self.pinned) }))
    }
}

static KEYWORDS: LazyLock<Declared> = LazyLock::new(|| {
    made_up("pg_get_keywords", "word text, catcode char, barelabel bool, catdesc text, baredesc text")
});

#[derive(Debug)]
struct Keywords;

impl TableFunctionImpl for Keywords {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        if !args.exprs().is_empty() {
            return plan_err!("pg_get_keywords takes no arguments");
        }
        let rows = keywords()?;
        Ok(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?))
    }
}

fn keywords() -> Result<RecordBatch> {
    let mut rows = Rows::new(&KEYWORDS, ["word", "catcode", "barelabel", "catdesc", "baredesc"])?;
    for keyword in keyword::all() {
        let description = match keyword.category {
            "U" => "unreserved",
            "C" => "unreserved (cannot be function or type name)",
            "T" => "reserved (can be function or type name)",
            _ => "reserved",
        };
        let label = if keyword.is_bare_label { "can be bare label" } else { "requires AS" };
        rows.push([
            keyword.word.into(),
            keyword.category.into(),
            keyword.is_bare_label.into(),
            description.into(),
            label.into(),
        ]);
    }
    rows.finish()
}
