//! `information_schema.routines` and `parameters` — functions, with what they say of themselves.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use super::column_type::ColumnType;
use crate::pg_catalog::{Catalogue, Declared, Function, FunctionKind, PostgresType, Rows, Value};

pub(super) fn routines(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "specific_catalog",
        "specific_schema",
        "specific_name",
        "routine_catalog",
        "routine_schema",
        "routine_name",
        "routine_type",
        "data_type",
        "type_udt_catalog",
        "type_udt_schema",
        "type_udt_name",
        "dtd_identifier",
        "routine_body",
        "external_language",
        "parameter_style",
        "is_deterministic",
        "sql_data_access",
        "schema_level_routine",
        "security_type",
        "description",
        "syntax_example",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for function in catalogue.functions.iter() {
        let schema = function.schema_name();
        let result = result(function);
        rows.push([
            database.into(),
            schema.into(),
            specific(function).into(),
            database.into(),
            schema.into(),
            Value::from(&function.name),
            "FUNCTION".into(),
            result.name.into(),
            database.into(),
            "pg_catalog".into(),
            result.udt.into(),
            "0".into(),
            "EXTERNAL".into(),
            "INTERNAL".into(),
            "GENERAL".into(),
            "NO".into(),
            "MODIFIES".into(),
            "YES".into(),
            "INVOKER".into(),
            function.description.as_deref().into(),
            function.syntax.as_deref().into(),
        ]);
    }
    rows.finish()
}

pub(super) fn parameters(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "specific_catalog",
        "specific_schema",
        "specific_name",
        "ordinal_position",
        "parameter_mode",
        "is_result",
        "as_locator",
        "data_type",
        "udt_catalog",
        "udt_schema",
        "udt_name",
        "dtd_identifier",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for function in catalogue.functions.iter() {
        for (place, id) in (1_i32..).zip(&function.arguments) {
            let described = ColumnType::of(PostgresType { id: *id, modifier: -1 });
            rows.push([
                database.into(),
                function.schema_name().into(),
                specific(function).into(),
                place.into(),
                "IN".into(),
                "NO".into(),
                "NO".into(),
                described.name.into(),
                database.into(),
                "pg_catalog".into(),
                described.udt.into(),
                place.to_string().into(),
            ]);
        }
    }
    rows.finish()
}

/// A name of no other function, as PostgreSQL makes it.
fn specific(function: &Function) -> String {
    format!("{}_{}", function.name, function.id)
}

fn result(function: &Function) -> ColumnType {
    let described = ColumnType::of(PostgresType { id: function.result, modifier: -1 });
    match function.kind {
        FunctionKind::Table => ColumnType { name: "TABLE".to_owned(), ..described },
        _ => described,
    }
}
