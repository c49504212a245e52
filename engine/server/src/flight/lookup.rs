//! Small questions to the catalogue, asked as SQL and answered as text.

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use bellwether::{Error, ErrorKind, Outcome, Result, Session};
use futures::TryStreamExt;

use super::plain;

/// The rows of a query with `N` columns, each value as text.
pub(super) async fn rows<const N: usize>(session: &Session, sql: &str) -> Result<Vec<[Option<String>; N]>> {
    let Outcome::Rows(mut batches) = session.run(sql).await? else {
        return Err(Error::internal("a catalogue query gave no rows"));
    };
    let mut rows = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        let mut columns = Vec::with_capacity(N);
        for column in batch.columns() {
            columns.push(plain::cast(column, &DataType::Utf8, "catalogue")?);
        }
        if columns.len() != N {
            return Err(Error::internal(format!("a catalogue query gave {} columns where {N} belong", columns.len())));
        }
        for row in 0..batch.num_rows() {
            rows.push(std::array::from_fn(|column| {
                let column = columns[column].as_string::<i32>();
                column.is_valid(row).then(|| column.value(row).to_owned())
            }));
        }
    }
    Ok(rows)
}

/// The same, where a catalogue without the asked relation has no rows.
pub(super) async fn rows_if_there<const N: usize>(session: &Session, sql: &str) -> Result<Vec<[Option<String>; N]>> {
    match rows(session, sql).await {
        Err(error) if matches!(error.kind(), ErrorKind::UndefinedTable | ErrorKind::UndefinedColumn) => Ok(Vec::new()),
        answer => answer,
    }
}

/// A name as SQL takes it whatever its characters.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_name_stays_one_name() {
        assert_eq!(quoted("orders"), "\"orders\"");
        assert_eq!(quoted("a\"; DROP TABLE b; --"), "\"a\"\"; DROP TABLE b; --\"");
    }
}
