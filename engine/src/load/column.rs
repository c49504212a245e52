//! The columns a load fills, and what they are called in SQL.

use arrow::datatypes::{DataType, Field, Schema, TimeUnit};

use crate::names::quote;

/// Who decided a column's type; a message says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The first rows of the files.
    Rows,
    /// The declared columns.
    Declared,
    /// The table that is there.
    Table,
}

/// How dates are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DateFormat {
    /// `YYYY-MM-DD`.
    Iso,
    /// `YYYYMMDD`.
    Compact,
    /// In `strftime` letters.
    Pattern(String),
}

/// One column of the table, as text files fill it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
    pub(super) origin: Origin,
    pub(super) dates: DateFormat,
    /// How timestamps are written, in `strftime` letters; ISO 8601 unless given.
    pub(super) timestamps: Option<String>,
}

/// The Arrow schema of some columns.
pub(super) fn schema(columns: &[Column]) -> Schema {
    let field = |column: &Column| Field::new(&column.name, column.data_type.clone(), column.nullable);
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

/// The name of a type in SQL.
pub(super) fn sql_name(data_type: &DataType) -> String {
    let name = match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 => "smallint",
        DataType::Int32 => "integer",
        DataType::Int64 => "bigint",
        DataType::Float32 => "real",
        DataType::Float64 => "double precision",
        DataType::Utf8 => "text",
        DataType::Binary => "bytea",
        DataType::Date32 => "date",
        DataType::Timestamp(TimeUnit::Microsecond, None) => "timestamp",
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => "timestamptz",
        DataType::Decimal128(precision, scale) => return format!("decimal({precision},{scale})"),
        other => return other.to_string(),
    };
    name.to_owned()
}

/// The index of the one name that equals `wanted`, or else of the only one that does apart from case.
pub(super) fn find<'a>(names: impl Iterator<Item = &'a str> + Clone, wanted: &str) -> Option<usize> {
    if let Some(index) = names.clone().position(|name| name == wanted) {
        return Some(index);
    }
    let wanted = wanted.to_lowercase();
    let mut alike = names.enumerate().filter(|(_, name)| name.to_lowercase() == wanted);
    match (alike.next(), alike.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

/// The names that occur more than once apart from case, as they are written first.
pub(super) fn repeated(names: &[String]) -> Vec<&str> {
    let mut seen = std::collections::HashMap::new();
    for name in names {
        seen.entry(name.to_lowercase()).or_insert_with(|| (name.as_str(), 0)).1 += 1;
    }
    let mut repeated: Vec<&str> = seen.into_values().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
    repeated.sort_unstable();
    repeated
}

/// A name as SQL needs it: plain names as they are, others in quotes.
pub(super) fn sql_identifier(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_plain { name.to_owned() } else { quote(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_exactly_or_by_the_only_one_alike() {
        let names = ["id", "ID", "Price"];
        assert_eq!(find(names.into_iter(), "ID"), Some(1));
        assert_eq!(find(names.into_iter(), "price"), Some(2));
        assert_eq!(find(names.into_iter(), "Id"), None);
    }

    #[test]
    fn repeated_names_are_listed_once() {
        let names = ["b", "a", "B", "c", "A", "a"].map(String::from);
        assert_eq!(repeated(&names), ["a", "b"]);
    }

    #[test]
    fn only_names_that_are_not_plain_are_quoted() {
        assert_eq!(sql_identifier("unit_price2"), "unit_price2");
        assert_eq!(sql_identifier("Price"), "\"Price\"");
        assert_eq!(sql_identifier("2024"), "\"2024\"");
    }
}
