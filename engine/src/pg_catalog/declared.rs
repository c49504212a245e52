//! The relations of `pg_catalog` and `information_schema` with the columns and types that PostgreSQL gives them.
//!
//! They are data (`data/relations.txt`, `data/information_schema.txt`): a relation that is always empty here needs no
//! more than its line there, and `SELECT *` has the columns that tools read by position.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// Object ids of the relations of `information_schema` are counted on from here, by name.
const INFORMATION_SCHEMA_ID: u32 = 13_000;

/// A relation as it is declared.
#[derive(Debug)]
pub(crate) struct Declared {
    pub name: &'static str,
    pub id: u32,
    /// `r` for a table, `v` for a view.
    pub kind: &'static str,
    pub schema: SchemaRef,
}

static PG_CATALOG: LazyLock<Vec<Declared>> = LazyLock::new(|| {
    let lines = include_str!("data/relations.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(pg_catalog_relation).collect()
});

static INFORMATION_SCHEMA: LazyLock<Vec<Declared>> = LazyLock::new(|| {
    let lines = include_str!("data/information_schema.txt").lines().filter(|line| !line.starts_with('#'));
    let relation = |(line, id)| {
        let (name, columns): (&'static str, _) = str::split_once(line, ": ")?;
        Some(Declared { name, id, kind: "v", schema: columns_of(columns) })
    };
    lines.zip(INFORMATION_SCHEMA_ID..).filter_map(relation).collect()
});

static BY_NAME: LazyLock<HashMap<&'static str, &'static Declared>> =
    LazyLock::new(|| PG_CATALOG.iter().map(|relation| (relation.name, relation)).collect());

static INFORMATION_BY_NAME: LazyLock<HashMap<&'static str, &'static Declared>> =
    LazyLock::new(|| INFORMATION_SCHEMA.iter().map(|relation| (relation.name, relation)).collect());

/// The relations of `pg_catalog`, by name.
pub(crate) fn pg_catalog() -> &'static [Declared] {
    &PG_CATALOG
}

/// The relations of `information_schema`, by name.
pub(crate) fn information_schema() -> &'static [Declared] {
    &INFORMATION_SCHEMA
}

/// A relation of `pg_catalog`.
pub(crate) fn in_pg_catalog(name: &str) -> Option<&'static Declared> {
    BY_NAME.get(name).copied()
}

/// A relation of `information_schema`.
pub(crate) fn in_information_schema(name: &str) -> Option<&'static Declared> {
    INFORMATION_BY_NAME.get(name).copied()
}

/// What a function makes: no relation, but rows with names and types.
pub(crate) fn made_up(name: &'static str, columns: &str) -> Declared {
    Declared { name, id: 0, kind: "f", schema: columns_of(columns) }
}

/// `name id kind: columns`.
fn pg_catalog_relation(line: &'static str) -> Option<Declared> {
    let (head, columns) = line.split_once(": ")?;
    let mut words = head.split(' ');
    let (name, id, kind) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    Some(Declared { name, id, kind, schema: columns_of(columns) })
}

/// `name type, name type!, …`.
fn columns_of(text: &str) -> SchemaRef {
    let column = |column: &str| {
        let (name, data_type) = column.split_once(' ').unwrap_or((column, "text"));
        match data_type.strip_suffix('!') {
            Some(data_type) => field(name, data_type, false),
            None => field(name, data_type, true),
        }
    };
    Arc::new(Schema::new(text.split(", ").map(column).collect::<Vec<_>>()))
}

/// A column of a PostgreSQL type. What Arrow has no type for carries the type's name.
pub(crate) fn field(name: &str, data_type: &str, nullable: bool) -> Field {
    if let Some(element) = data_type.strip_suffix("[]") {
        let element = field("item", element, true);
        let named = postgres_type::of(&element).map(|name| format!("_{name}"));
        // What the elements are is said of the whole, so that lists of one Arrow type are of one type.
        let list = DataType::new_list(element.data_type().clone(), true);
        return marked(Field::new(name, list, nullable), named);
    }
    let (arrow, is_named) = match data_type {
        "bool" => (DataType::Boolean, false),
        "int2" => (DataType::Int16, false),
        "int4" => (DataType::Int32, false),
        "int8" => (DataType::Int64, false),
        "float4" => (DataType::Float32, false),
        "float8" => (DataType::Float64, false),
        "numeric" => (DataType::Decimal128(38, 6), false),
        "text" => (DataType::Utf8, false),
        "oid" => (DataType::UInt32, false),
        "bytea" => (DataType::Binary, false),
        "timestamptz" => (DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false),
        "interval" => (DataType::Interval(datafusion::arrow::datatypes::IntervalUnit::MonthDayNano), false),
        "xid" => (DataType::UInt32, true),
        "int2vector" => (DataType::new_list(DataType::Int16, true), true),
        "oidvector" => (DataType::new_list(DataType::UInt32, true), true),
        "anyarray" => (DataType::new_list(DataType::Utf8, true), true),
        name if is_reg(name) => (DataType::UInt32, true),
        _ => (DataType::Utf8, true),
    };
    marked(Field::new(name, arrow, nullable), is_named.then(|| data_type.to_owned()))
}

/// Whether values of a type are object ids that are shown as names.
pub(crate) fn is_reg(data_type: &str) -> bool {
    matches!(
        data_type,
        "regproc"
            | "regprocedure"
            | "regoper"
            | "regoperator"
            | "regclass"
            | "regtype"
            | "regrole"
            | "regnamespace"
            | "regconfig"
            | "regdictionary"
            | "regcollation"
    )
}

fn marked(field: Field, data_type: Option<String>) -> Field {
    match data_type {
        Some(data_type) => postgres_type::mark(field, &data_type),
        None => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_declares_a_relation() {
        assert_eq!(pg_catalog().len(), include_str!("data/relations.txt").lines().count() - 2);
        assert_eq!(information_schema().len(), include_str!("data/information_schema.txt").lines().count() - 2);
        assert!(pg_catalog().iter().all(|relation| !relation.schema.fields().is_empty()));
    }

    #[test]
    fn a_relation_has_postgresqls_id_and_columns() {
        let class = in_pg_catalog("pg_class").unwrap();
        assert_eq!((class.id, class.kind), (1259, "r"));
        let name = class.schema.field_with_name("relname").unwrap();
        assert_eq!((name.data_type(), name.is_nullable()), (&DataType::Utf8, false));
        assert_eq!(postgres_type::of(name), Some("name"));
        let options = class.schema.field_with_name("reloptions").unwrap();
        assert_eq!(postgres_type::of(options), None);
    }

    #[test]
    fn an_array_of_a_type_without_a_twin_is_named_after_it() {
        let acl = field("relacl", "aclitem[]", true);
        assert_eq!(postgres_type::of(&acl), Some("_aclitem"));
    }
}
