//! Which column of which file fills which column of the table, and with which type.
//!
//! A table that is there decides; then the declared columns; then what the first rows of all files
//! say together.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema};

use super::build::is_readable;
use super::column::{Column, DateFormat, Origin, find, repeated, sql_name};
use super::declared::Declared;
use super::evidence::Evidence;
use super::options::Reading;
use crate::{Error, ErrorKind, Result};

/// The columns of one file.
#[derive(Debug, Clone)]
pub(super) struct FileColumns {
    pub(super) file: Arc<str>,
    pub(super) names: Vec<String>,
    pub(super) evidence: Vec<Evidence>,
}

/// The columns to fill, and for each file the place of the field that fills each of them. A column
/// of the table that no file has is not among them.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) columns: Vec<Column>,
    pub(super) places: Vec<Vec<usize>>,
}

/// Settles the columns of files that must all have the same ones, in any order.
pub(super) fn resolve(mut files: Vec<FileColumns>, reading: &Reading, table: Option<&Schema>) -> Result<Resolved> {
    if let Some(first) = files.first()
        && !are_all_named(&reading.declared, first)
    {
        for file in &mut files {
            rename(file, &reading.declared)?;
        }
    }
    for file in &files {
        refuse_repeated(file)?;
    }
    let Some((first, others)) = files.split_first() else {
        return Err(Error::invalid_parameter("no file to load was named"));
    };
    let mut together = first.clone();
    for other in others {
        merge(&mut together, other)?;
    }
    let (columns, names) = match table {
        Some(table) => of_table(table, &together, reading)?,
        None => (of_files(&together, reading), together.names),
    };
    let place = |file: &FileColumns, name: &String| file.names.iter().position(|other| other == name);
    let places = files.iter().map(|file| names.iter().filter_map(|name| place(file, name)).collect()).collect();
    Ok(Resolved { columns, places })
}

/// Whether every declared column is one of the file's.
fn are_all_named(declared: &[Declared], file: &FileColumns) -> bool {
    declared.iter().all(|column| find(file.names.iter().map(String::as_str), &column.name).is_some())
}

/// Gives the file's columns the declared names, by position.
fn rename(file: &mut FileColumns, declared: &[Declared]) -> Result<()> {
    let names = || file.names.iter().map(String::as_str);
    let moved = declared
        .iter()
        .enumerate()
        .find(|(place, column)| find(names(), &column.name).is_some_and(|found| found != *place));
    if file.names.len() != declared.len() || moved.is_some() {
        let stranger = declared.iter().find(|column| find(names(), &column.name).is_none());
        let name = stranger.map(|column| column.name.as_str()).unwrap_or_default();
        return Err(Error::new(ErrorKind::UndefinedColumn, format!("{} has no column {name}", file.file))
            .with_detail(format!("its columns are {}", file.names.join(", ")))
            .with_hint(
                "declare columns by their names in the file, or all of them in the file's order to name them anew",
            ));
    }
    file.names = declared.iter().map(|column| column.name.clone()).collect();
    Ok(())
}

fn refuse_repeated(file: &FileColumns) -> Result<()> {
    let repeated = repeated(&file.names);
    if repeated.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::DuplicateColumn,
        format!("{} has more than one column {}", file.file, repeated.join(", ")),
    )
    .with_hint("rename them in the file, or declare all columns in the file's order with --columns"))
}

/// Adds what another file says of the same columns.
fn merge(together: &mut FileColumns, other: &FileColumns) -> Result<()> {
    let mut places = Vec::with_capacity(together.names.len());
    for name in &together.names {
        places.push(other.names.iter().position(|found| found == name));
    }
    let absent = together.names.iter().zip(&places).find(|(_, place)| place.is_none()).map(|(name, _)| name);
    let surplus = other.names.iter().find(|name| !together.names.contains(name));
    let fact = match (absent, surplus) {
        (Some(name), _) => format!("{} has no column {name}, which {} has", other.file, together.file),
        (None, Some(name)) => format!("{} has the column {name}, which {} does not have", other.file, together.file),
        (None, None) => {
            for (evidence, place) in together.evidence.iter_mut().zip(places) {
                evidence.merge(place.and_then(|place| other.evidence.get(place)).unwrap_or(&Evidence::default()));
            }
            return Ok(());
        }
    };
    Err(Error::new(ErrorKind::UndefinedColumn, fact).with_hint("load files with different columns one after the other"))
}

/// Columns for a table that is to be created.
fn of_files(file: &FileColumns, reading: &Reading) -> Vec<Column> {
    let mut columns = Vec::with_capacity(file.names.len());
    for (name, evidence) in file.names.iter().zip(&file.evidence) {
        columns.push(match declaration(name, file, &reading.declared) {
            Some(declared) => column(
                Field::new(name, declared.data_type.clone(), declared.nullable),
                Origin::Declared,
                evidence,
                reading,
            ),
            None => column(Field::new(name, evidence.data_type(), true), Origin::Rows, evidence, reading),
        });
    }
    columns
}

/// The columns of a table that is there which the files have, in the table's order, and the files'
/// names for them.
fn of_table(table: &Schema, file: &FileColumns, reading: &Reading) -> Result<(Vec<Column>, Vec<String>)> {
    let fields = table.fields();
    let mut found: Vec<Option<usize>> = vec![None; fields.len()];
    for (place, name) in file.names.iter().enumerate() {
        match find(fields.iter().map(|field| field.name().as_str()), name) {
            Some(target) => found[target] = Some(place),
            None => {
                let all: Vec<_> = fields.iter().map(|field| field.name().as_str()).collect();
                return Err(Error::new(
                    ErrorKind::UndefinedColumn,
                    format!("the table has no column {name}, which {} has", file.file),
                )
                .with_detail(format!("the table's columns are {}", all.join(", ")))
                .with_hint("add the column to the table, or name the file's columns with --columns"));
            }
        }
    }
    let (mut columns, mut names) = (Vec::new(), Vec::new());
    for (field, place) in fields.iter().zip(found) {
        let Some(place) = place else { continue };
        let name = &file.names[place];
        if !is_readable(field.data_type()) {
            return Err(Error::unsupported(format!(
                "the column {} is of type {}, which text files cannot fill",
                field.name(),
                field.data_type()
            ))
            .with_hint("load the column from Parquet or Arrow"));
        }
        if let Some(declared) = declaration(name, file, &reading.declared)
            && declared.data_type != *field.data_type()
        {
            return Err(Error::new(
                ErrorKind::TypeMismatch,
                format!(
                    "the column {} is declared as {} and is {} in the table",
                    field.name(),
                    sql_name(&declared.data_type),
                    sql_name(field.data_type())
                ),
            ));
        }
        let field = Field::new(field.name(), field.data_type().clone(), field.is_nullable());
        columns.push(column(field, Origin::Table, &file.evidence[place], reading));
        names.push(name.clone());
    }
    Ok((columns, names))
}

/// The declaration of the file's column `name`.
fn declaration<'a>(name: &str, file: &FileColumns, declared: &'a [Declared]) -> Option<&'a Declared> {
    let names = || file.names.iter().map(String::as_str);
    declared.iter().find(|column| find(names(), &column.name).is_some_and(|place| file.names[place] == name))
}

fn column(field: Field, origin: Origin, evidence: &Evidence, reading: &Reading) -> Column {
    let dates = match &reading.date_format {
        Some(pattern) => DateFormat::Pattern(pattern.clone()),
        None if evidence.is_compact_date() => DateFormat::Compact,
        None => DateFormat::Iso,
    };
    Column {
        name: field.name().clone(),
        data_type: field.data_type().clone(),
        nullable: field.is_nullable(),
        origin,
        dates,
        timestamps: reading.timestamp_format.clone(),
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::DataType;

    use super::super::FileOptions;
    use super::super::block::FieldKind;
    use super::*;

    fn file(name: &str, columns: &[(&str, &str)]) -> FileColumns {
        let evidence = |text: &str| {
            let mut evidence = Evidence::default();
            evidence.add(text, FieldKind::Plain);
            evidence
        };
        FileColumns {
            file: name.into(),
            names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            evidence: columns.iter().map(|(_, text)| evidence(text)).collect(),
        }
    }

    fn reading(columns: &str) -> Reading {
        let columns = (!columns.is_empty()).then(|| columns.to_owned());
        Reading::new(&FileOptions { columns, ..FileOptions::default() }).unwrap()
    }

    fn types(resolved: &Resolved) -> Vec<(&str, DataType)> {
        resolved.columns.iter().map(|column| (column.name.as_str(), column.data_type.clone())).collect()
    }

    #[test]
    fn files_agree_by_widening_whatever_their_order() {
        let files =
            vec![file("a.csv", &[("id", "1"), ("price", "2")]), file("b.csv", &[("price", "2.5"), ("id", "7")])];
        let resolved = resolve(files, &reading(""), None).unwrap();
        assert_eq!(types(&resolved), [("id", DataType::Int64), ("price", DataType::Decimal128(18, 4))]);
        assert_eq!(resolved.places, [[0, 1], [1, 0]]);
    }

    #[test]
    fn files_with_different_columns_are_refused() {
        let files = vec![file("a.csv", &[("id", "1")]), file("b.csv", &[("id", "1"), ("x", "7")])];
        let error = resolve(files, &reading(""), None).unwrap_err();
        assert_eq!(error.message(), "b.csv has the column x, which a.csv does not have");
        let files = vec![file("a.csv", &[("id", "1"), ("x", "7")]), file("b.csv", &[("id", "1")])];
        let error = resolve(files, &reading(""), None).unwrap_err();
        assert_eq!(error.message(), "b.csv has no column x, which a.csv has");
    }

    #[test]
    fn declared_columns_overrule_by_name() {
        let resolved = resolve(vec![file("a.csv", &[("Id", "1"), ("price", "2")])], &reading("id text"), None).unwrap();
        assert_eq!(types(&resolved), [("Id", DataType::Utf8), ("price", DataType::Int64)]);
        assert_eq!(resolved.columns[0].origin, Origin::Declared);
    }

    #[test]
    fn a_full_list_of_declared_columns_names_by_position() {
        let orders =
            file("cdnow.txt", &[("customer_id", "00001"), ("date", "19970101"), ("n", "1"), ("value", "11.77")]);
        let declared = reading("customer text, date date, quantity int, dollars decimal(18,4)");
        let resolved = resolve(vec![orders.clone()], &declared, None).unwrap();
        assert_eq!(
            types(&resolved),
            [
                ("customer", DataType::Utf8),
                ("date", DataType::Date32),
                ("quantity", DataType::Int32),
                ("dollars", DataType::Decimal128(18, 4)),
            ]
        );
        assert_eq!(resolved.columns[1].dates, DateFormat::Compact);
        let error = resolve(vec![orders.clone()], &reading("customer text"), None).unwrap_err();
        assert_eq!(error.message(), "cdnow.txt has no column customer");
        assert_eq!(error.detail(), Some("its columns are customer_id, date, n, value"));
        // The file's own date stands second, so this is no renaming by position.
        let swapped = reading("date date, customer text, quantity int, dollars decimal(18,4)");
        assert!(resolve(vec![orders], &swapped, None).is_err());
    }

    #[test]
    fn repeated_names_are_refused_unless_named_anew() {
        let twice = || vec![file("a.csv", &[("id", "1"), ("ID", "2")])];
        let error = resolve(twice(), &reading(""), None).unwrap_err();
        assert_eq!(error.message(), "a.csv has more than one column id");
        assert!(resolve(twice(), &reading("a int, b int"), None).is_ok());
    }

    #[test]
    fn a_table_that_is_there_decides() {
        let table = Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("note", DataType::Utf8, true),
            Field::new("price", DataType::Float64, true),
        ]);
        let resolved =
            resolve(vec![file("a.csv", &[("PRICE", "1"), ("id", "7")])], &reading(""), Some(&table)).unwrap();
        assert_eq!(resolved.places, [[1, 0]]);
        assert_eq!(types(&resolved), [("id", DataType::Utf8), ("price", DataType::Float64)]);
        assert!(!resolved.columns[0].nullable);

        let error = resolve(vec![file("a.csv", &[("id", "7"), ("x", "1")])], &reading(""), Some(&table)).unwrap_err();
        assert_eq!(error.message(), "the table has no column x, which a.csv has");
        assert_eq!(error.detail(), Some("the table's columns are id, note, price"));

        let error = resolve(vec![file("a.csv", &[("id", "7")])], &reading("id bigint"), Some(&table)).unwrap_err();
        assert_eq!(error.message(), "the column id is declared as bigint and is text in the table");
    }
}
