//! `pg_tables`, `pg_views`, `pg_matviews` and `pg_indexes`: relations by their names.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::{Catalogue, Kind};
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::definition;
use crate::pg_catalog::rows::{Rows, Value};

pub(super) fn tables(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let keyed = catalogue.keyed_tables();
    let mut rows = Rows::new(declared, ["schemaname", "tablename", "tableowner", "hasindexes"])?;
    for relation in &catalogue.relations {
        if relation.kind.letter() != "r" {
            continue;
        }
        rows.push([
            catalogue.schema_name(relation.schema).into(),
            Value::from(&relation.name),
            catalogue.owner_name(&relation.access).into(),
            keyed.contains(&relation.id).into(),
        ]);
    }
    rows.finish()
}

pub(super) fn views(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["schemaname", "viewname", "viewowner", "definition"])?;
    for relation in &catalogue.relations {
        if relation.kind.letter() != "v" {
            continue;
        }
        let sql = match &relation.kind {
            Kind::View { sql, .. } => Some(sql),
            _ => None,
        };
        let schema = catalogue.schema_name(relation.schema).into();
        rows.push([schema, Value::from(&relation.name), catalogue.owner_name(&relation.access).into(), sql.into()]);
    }
    rows.finish()
}

pub(super) fn materialized_views(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = ["schemaname", "matviewname", "matviewowner", "hasindexes", "ispopulated", "definition"];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        let Kind::Materialized { sql, is_populated, .. } = &relation.kind else { continue };
        rows.push([
            catalogue.schema_name(relation.schema).into(),
            Value::from(&relation.name),
            catalogue.owner_name(&relation.access).into(),
            false.into(),
            (*is_populated).into(),
            format!(" {sql};").into(),
        ]);
    }
    rows.finish()
}

pub(super) fn indexes(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["schemaname", "tablename", "indexname", "indexdef"])?;
    for relation in &catalogue.relations {
        let Kind::Index { table, .. } = &relation.kind else { continue };
        rows.push([
            catalogue.schema_name(relation.schema).into(),
            catalogue.relation(*table).map_or("", |table| table.name.as_str()).into(),
            Value::from(&relation.name),
            definition::index(catalogue, relation).into(),
        ]);
    }
    rows.finish()
}
