//! Primary and foreign keys, as Tableau and JDBC's metadata ask for them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow_flight::sql::{
    CommandGetCrossReference, CommandGetExportedKeys, CommandGetImportedKeys, CommandGetPrimaryKeys, UpdateDeleteRules,
};
use bellwether::{Error, Result, Session};

use super::lookup;
use super::tables::{CATALOG, is_ours};

const PRIMARY_KEYS: &str = "\
    SELECT k.table_schema, k.table_name, k.column_name, k.constraint_name, k.ordinal_position \
    FROM information_schema.table_constraints c \
    JOIN information_schema.key_column_usage k \
      ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name \
     AND k.table_schema = c.table_schema AND k.table_name = c.table_name \
    WHERE c.constraint_type = 'PRIMARY KEY' \
    ORDER BY k.table_schema, k.table_name, k.ordinal_position";

const FOREIGN_KEYS: &str = "\
    SELECT p.table_schema, p.table_name, p.column_name, p.constraint_name, \
           f.table_schema, f.table_name, f.column_name, f.constraint_name, \
           f.ordinal_position, r.update_rule, r.delete_rule \
    FROM information_schema.referential_constraints r \
    JOIN information_schema.key_column_usage f \
      ON f.constraint_schema = r.constraint_schema AND f.constraint_name = r.constraint_name \
    JOIN information_schema.key_column_usage p \
      ON p.constraint_schema = r.unique_constraint_schema AND p.constraint_name = r.unique_constraint_name \
     AND p.ordinal_position = f.position_in_unique_constraint \
    ORDER BY p.table_schema, p.table_name, f.table_schema, f.table_name, f.constraint_name, f.ordinal_position";

/// A table a client names; what it leaves out fits everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    catalog: Option<String>,
    schema: Option<String>,
    name: String,
}

impl Table {
    fn fits(&self, schema: &str, name: &str) -> bool {
        is_ours(self.catalog.as_deref())
            && self.schema.as_deref().is_none_or(|given| given == schema)
            && self.name == name
    }
}

/// Whose foreign keys: those of one table, those to one table, or those between two.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    to: Option<Table>,
    from: Option<Table>,
}

impl From<CommandGetImportedKeys> for Reference {
    fn from(command: CommandGetImportedKeys) -> Self {
        let table = Table { catalog: command.catalog, schema: command.db_schema, name: command.table };
        Self { to: None, from: Some(table) }
    }
}

impl From<CommandGetExportedKeys> for Reference {
    fn from(command: CommandGetExportedKeys) -> Self {
        let table = Table { catalog: command.catalog, schema: command.db_schema, name: command.table };
        Self { to: Some(table), from: None }
    }
}

impl From<CommandGetCrossReference> for Reference {
    fn from(command: CommandGetCrossReference) -> Self {
        let to = Table { catalog: command.pk_catalog, schema: command.pk_db_schema, name: command.pk_table };
        let from = Table { catalog: command.fk_catalog, schema: command.fk_db_schema, name: command.fk_table };
        Self { to: Some(to), from: Some(from) }
    }
}

/// The answer to GetPrimaryKeys.
pub(super) async fn primary(session: &Session, command: CommandGetPrimaryKeys) -> Result<RecordBatch> {
    let table = Table { catalog: command.catalog, schema: command.db_schema, name: command.table };
    let mut rows = lookup::rows_if_there::<5>(session, PRIMARY_KEYS).await?;
    rows.retain(|[schema, name, ..]| table.fits(text(schema), text(name)));
    batch(
        primary_schema(),
        vec![
            catalog(rows.len()),
            texts(&rows, 0),
            texts(&rows, 1),
            texts(&rows, 2),
            texts(&rows, 3),
            numbers(&rows, 4),
        ],
    )
}

/// The columns of GetPrimaryKeys.
pub(super) fn primary_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("catalog_name", DataType::Utf8, true),
        Field::new("db_schema_name", DataType::Utf8, true),
        Field::new("table_name", DataType::Utf8, false),
        Field::new("column_name", DataType::Utf8, false),
        Field::new("key_name", DataType::Utf8, true),
        Field::new("key_sequence", DataType::Int32, false),
    ]))
}

/// The answer to GetImportedKeys, GetExportedKeys and GetCrossReference.
pub(super) async fn foreign(session: &Session, reference: Reference) -> Result<RecordBatch> {
    let mut rows = lookup::rows_if_there::<11>(session, FOREIGN_KEYS).await?;
    rows.retain(|row| {
        reference.to.as_ref().is_none_or(|table| table.fits(text(&row[0]), text(&row[1])))
            && reference.from.as_ref().is_none_or(|table| table.fits(text(&row[4]), text(&row[5])))
    });
    batch(
        foreign_schema(),
        vec![
            catalog(rows.len()),
            texts(&rows, 0),
            texts(&rows, 1),
            texts(&rows, 2),
            catalog(rows.len()),
            texts(&rows, 4),
            texts(&rows, 5),
            texts(&rows, 6),
            numbers(&rows, 8),
            texts(&rows, 7),
            texts(&rows, 3),
            rules(&rows, 9),
            rules(&rows, 10),
        ],
    )
}

/// The columns of GetImportedKeys, GetExportedKeys and GetCrossReference.
pub(super) fn foreign_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("pk_catalog_name", DataType::Utf8, true),
        Field::new("pk_db_schema_name", DataType::Utf8, true),
        Field::new("pk_table_name", DataType::Utf8, false),
        Field::new("pk_column_name", DataType::Utf8, false),
        Field::new("fk_catalog_name", DataType::Utf8, true),
        Field::new("fk_db_schema_name", DataType::Utf8, true),
        Field::new("fk_table_name", DataType::Utf8, false),
        Field::new("fk_column_name", DataType::Utf8, false),
        Field::new("key_sequence", DataType::Int32, false),
        Field::new("fk_key_name", DataType::Utf8, true),
        Field::new("pk_key_name", DataType::Utf8, true),
        Field::new("update_rule", DataType::UInt8, false),
        Field::new("delete_rule", DataType::UInt8, false),
    ]))
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

fn catalog(rows: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(std::iter::repeat_n(CATALOG, rows)))
}

fn texts<const N: usize>(rows: &[[Option<String>; N]], column: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter(rows.iter().map(|row| row[column].as_deref())))
}

fn numbers<const N: usize>(rows: &[[Option<String>; N]], column: usize) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| text(&row[column]).parse().unwrap_or(0))))
}

fn rules<const N: usize>(rows: &[[Option<String>; N]], column: usize) -> ArrayRef {
    Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| rule(text(&row[column])) as u8)))
}

fn rule(name: &str) -> UpdateDeleteRules {
    match name {
        "CASCADE" => UpdateDeleteRules::Cascade,
        "RESTRICT" => UpdateDeleteRules::Restrict,
        "SET NULL" => UpdateDeleteRules::SetNull,
        "SET DEFAULT" => UpdateDeleteRules::SetDefault,
        _ => UpdateDeleteRules::NoAction,
    }
}

fn batch(schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(schema, columns).map_err(|error| Error::internal("keys cannot be listed").with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_by_name_and_by_schema_where_one_is_given() {
        let orders = Table { name: "orders".into(), ..Table::default() };
        assert!(orders.fits("sales", "orders"));
        assert!(!orders.fits("sales", "customers"));
        let of_sales = Table { schema: Some("sales".into()), ..orders.clone() };
        assert!(of_sales.fits("sales", "orders"));
        assert!(!of_sales.fits("core", "orders"));
        assert!(!Table { catalog: Some("other".into()), ..orders }.fits("sales", "orders"));
    }

    #[test]
    fn imported_keys_are_looked_for_at_the_referencing_end_and_exported_ones_at_the_other() {
        let imported = Reference::from(CommandGetImportedKeys { table: "orders".into(), ..Default::default() });
        assert!(imported.to.is_none() && imported.from.is_some());
        let exported = Reference::from(CommandGetExportedKeys { table: "customers".into(), ..Default::default() });
        assert!(exported.to.is_some() && exported.from.is_none());
    }

    #[test]
    fn rules_have_the_numbers_of_jdbc() {
        assert_eq!(rule("CASCADE") as u8, 0);
        assert_eq!(rule("NO ACTION") as u8, 3);
        assert_eq!(rule("") as u8, 3);
    }
}
