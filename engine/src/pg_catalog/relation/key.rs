//! `pg_constraint` and `pg_index`: keys, references and conditions.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::{Catalogue, Kind, Rule};
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::operator_classes;
use crate::pg_catalog::rows::{Rows, Value};
use crate::pg_catalog::types::by_id;

pub(super) fn constraints(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = [
        "oid",
        "conname",
        "connamespace",
        "contype",
        "convalidated",
        "conrelid",
        "conindid",
        "confrelid",
        "confupdtype",
        "confdeltype",
        "confmatchtype",
        "conislocal",
        "connoinherit",
        "conkey",
        "confkey",
        "conbin",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for constraint in &catalogue.constraints {
        let (index, other, referred, condition) = match &constraint.rule {
            Rule::Primary { index } | Rule::Unique { index } => (*index, 0, None, None),
            Rule::Foreign { table, columns, index } => (*index, *table, Some(columns), None),
            Rule::Check { sql } => (0, 0, None, Some(sql)),
        };
        // Nothing follows a reference's other side: NO ACTION, simple match.
        let action = if referred.is_some() { "a" } else { " " };
        rows.push([
            constraint.id.into(),
            Value::from(&constraint.name),
            constraint.schema.into(),
            constraint.rule.letter().into(),
            // Keys are declared and not checked, conditions are.
            condition.is_some().into(),
            constraint.table.into(),
            index.into(),
            other.into(),
            action.into(),
            action.into(),
            if referred.is_some() { "s" } else { " " }.into(),
            true.into(),
            condition.is_none().into(),
            numbers(&constraint.columns).into(),
            referred.map(|columns| numbers(columns)).into(),
            condition.into(),
        ]);
    }
    rows.finish()
}

pub(super) fn indexes(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = [
        "indexrelid",
        "indrelid",
        "indnatts",
        "indnkeyatts",
        "indisunique",
        "indisprimary",
        "indimmediate",
        "indisvalid",
        "indisready",
        "indislive",
        "indkey",
        "indcollation",
        "indclass",
        "indoption",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        let Kind::Index { table, columns, is_primary } = &relation.kind else { continue };
        let types: Vec<u32> = relation.columns.iter().map(|column| column.data_type.id).collect();
        let collations = types.iter().map(|id| i64::from(by_id(*id).map_or(0, |found| found.collation))).collect();
        let classes = types.iter().map(|id| i64::from(operator_classes::of(*id))).collect();
        rows.push([
            relation.id.into(),
            (*table).into(),
            columns.len().into(),
            columns.len().into(),
            true.into(),
            (*is_primary).into(),
            true.into(),
            true.into(),
            true.into(),
            true.into(),
            numbers(columns).into(),
            Value::Ints(collations),
            Value::Ints(classes),
            Value::Ints(vec![0; columns.len()]),
        ]);
    }
    rows.finish()
}

fn numbers(places: &[i16]) -> Vec<i64> {
    places.iter().map(|place| i64::from(*place)).collect()
}
