//! `information_schema.columns` — every column in order, with its type, its default and whether it may be NULL.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::CatalogProvider;
use datafusion::error::Result;

use super::Source;
use super::array::{
    database, no_text, number_field, numbers, optional_text, optional_text_field, ordinal, text, text_field,
};
use super::column_type::ColumnType;
use super::declaration::Declarations;

pub(super) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        text_field("table_catalog"),
        text_field("table_schema"),
        text_field("table_name"),
        text_field("column_name"),
        number_field("ordinal_position"),
        optional_text_field("column_default"),
        text_field("is_nullable"),
        text_field("data_type"),
        number_field("character_maximum_length"),
        number_field("character_octet_length"),
        number_field("numeric_precision"),
        number_field("numeric_precision_radix"),
        number_field("numeric_scale"),
        number_field("datetime_precision"),
        optional_text_field("interval_type"),
    ]))
}

struct Row {
    schema: String,
    table: String,
    column: String,
    position: Option<i32>,
    default: Option<String>,
    is_nullable: bool,
    described: ColumnType,
}

pub(super) async fn batch(source: &Source) -> Result<RecordBatch> {
    let rows = rows(source).await;
    let number = |value: fn(&ColumnType) -> Option<i32>| numbers(rows.iter().map(|row| value(&row.described)));
    let columns = vec![
        database(rows.len()),
        text(rows.iter().map(|row| row.schema.as_str())),
        text(rows.iter().map(|row| row.table.as_str())),
        text(rows.iter().map(|row| row.column.as_str())),
        numbers(rows.iter().map(|row| row.position)),
        optional_text(rows.iter().map(|row| row.default.as_deref())),
        text(rows.iter().map(|row| if row.is_nullable { "YES" } else { "NO" })),
        text(rows.iter().map(|row| row.described.name)),
        // No type of ours is bounded in characters.
        number(|_| None),
        number(|described| described.octets),
        number(|described| described.precision),
        number(|described| described.radix),
        number(|described| described.scale),
        number(|described| described.fraction_digits),
        no_text(rows.len()),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

async fn rows(source: &Source) -> Vec<Row> {
    let declarations = Declarations::read(source).await;
    let mut rows = Vec::new();
    for schema in source.relations.schema_names() {
        let Some(provider) = source.relations.schema(&schema) else { continue };
        for table in provider.table_names() {
            if let Some(known) = declarations.get(&schema, &table) {
                let default = |column: &str| known.declared.defaults.get(column).cloned();
                push(&mut rows, &schema, &table, &known.columns, default);
                continue;
            }
            match provider.table(&table).await {
                Ok(Some(found)) => push(&mut rows, &schema, &table, &found.schema(), |_| None),
                Ok(None) => {}
                // A view whose tables are gone has no columns any more; the others still have theirs.
                Err(error) => tracing::warn!(schema, table, %error, "a relation's columns cannot be listed"),
            }
        }
    }
    rows
}

fn push(rows: &mut Vec<Row>, schema: &str, table: &str, columns: &Schema, default: impl Fn(&str) -> Option<String>) {
    for (index, field) in columns.fields().iter().enumerate() {
        rows.push(Row {
            schema: schema.to_owned(),
            table: table.to_owned(),
            column: field.name().clone(),
            position: ordinal(index),
            default: default(field.name()),
            is_nullable: field.is_nullable(),
            described: ColumnType::of(field.data_type()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::datatypes::{DataType, Field};

    #[test]
    fn columns_are_counted_from_one_and_keep_their_defaults() {
        let columns =
            Schema::new(vec![Field::new("id", DataType::Int64, false), Field::new("state", DataType::Utf8, true)]);
        let mut rows = Vec::new();
        push(&mut rows, "shop", "orders", &columns, |column| (column == "state").then(|| "'new'".to_owned()));
        let listed: Vec<_> = rows
            .iter()
            .map(|row| (row.column.as_str(), row.position, row.default.as_deref(), row.is_nullable))
            .collect();
        assert_eq!(listed, [("id", Some(1), None, false), ("state", Some(2), Some("'new'"), true)]);
    }
}
