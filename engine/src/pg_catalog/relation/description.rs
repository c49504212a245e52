//! `pg_description`: comments on tables, views, columns and schemas, and what functions say of themselves.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::Catalogue;
use crate::pg_catalog::declared::{Declared, in_pg_catalog};
use crate::pg_catalog::rows::{Rows, Value};

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let id = |name: &str| in_pg_catalog(name).map_or(0, |relation| relation.id);
    let (class, namespace, function) = (id("pg_class"), id("pg_namespace"), id("pg_proc"));
    let mut rows = Rows::new(declared, ["objoid", "classoid", "objsubid", "description"])?;
    for schema in &catalogue.schemas {
        if let Some(comment) = &schema.comment {
            rows.push([schema.id.into(), namespace.into(), 0_i32.into(), Value::from(comment)]);
        }
    }
    for relation in &catalogue.relations {
        if let Some(comment) = &relation.comment {
            rows.push([relation.id.into(), class.into(), 0_i32.into(), Value::from(comment)]);
        }
        for (place, column) in relation.placed() {
            if let Some(comment) = &column.comment {
                rows.push([relation.id.into(), class.into(), place.into(), Value::from(comment)]);
            }
        }
    }
    for described in catalogue.functions.iter() {
        if let Some(description) = &described.description {
            rows.push([described.id.into(), function.into(), 0_i32.into(), Value::from(description)]);
        }
    }
    rows.finish()
}
