//! Rows of a copy as columns of the table's types.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use bellwether::{Error, ErrorKind, Result};
use datafusion::scalar::ScalarValue;

use super::fields::Fields;
use crate::pgwire::frontend::Format;
use crate::pgwire::parameter;
use crate::pgwire::types::{Type, oid};
use crate::pgwire::zone::Zone;

/// A batch has at most so many rows, and not many more bytes.
const ROWS_MAX: usize = 8 << 10;
const BYTES_MAX: usize = 8 << 20;
/// What an error shows of a value.
const SHOWN_CHARACTERS: usize = 100;

/// The rows that are being collected.
pub(super) struct Batch {
    schema: SchemaRef,
    /// PostgreSQL's numbers of the columns' types.
    types: Vec<u32>,
    format: Format,
    zone: Zone,
    columns: Vec<Vec<ScalarValue>>,
    rows: usize,
    bytes: usize,
}

impl Batch {
    /// Rows of a table's columns, with values written in a format, and local times in a zone.
    pub(super) fn new(columns: &Schema, format: Format, zone: Zone) -> Result<Self> {
        let mut types = Vec::with_capacity(columns.fields().len());
        let mut fields = Vec::with_capacity(columns.fields().len());
        for field in columns.fields() {
            let Type { oid, .. } = Type::of_arrow(field.data_type());
            if oid == oid::JSON {
                let message = format!("COPY cannot fill column \"{}\" of type {}", field.name(), field.data_type());
                return Err(
                    Error::unsupported(message).with_hint("load nested values from JSON, Parquet or Arrow files")
                );
            }
            types.push(oid);
            // NOT NULL is judged where the rows are written, together with the other constraints.
            fields.push(field.as_ref().clone().with_nullable(true));
        }
        let columns = types.iter().map(|_| Vec::new()).collect();
        Ok(Self { schema: Arc::new(Schema::new(fields)), types, format, zone, columns, rows: 0, bytes: 0 })
    }

    /// Adds a row; `place` says where it stands, for errors.
    pub(super) fn push(&mut self, fields: &Fields, place: impl Fn() -> String) -> Result<()> {
        if fields.len() > self.types.len() {
            let error = Error::new(ErrorKind::InvalidText, "extra data after last expected column");
            return Err(located(error, place()));
        }
        let columns = self.columns.iter_mut().zip(self.schema.fields()).zip(&self.types);
        for (((column, field), &oid), value) in columns.zip(fields.values()) {
            let decoded = parameter::decode(oid, self.format, value, field.data_type(), self.zone);
            column.push(decoded.map_err(|error| {
                let column = field.name();
                let place = match (value, self.format) {
                    (Some(value), Format::Text) => format!("{}, column {column}: \"{}\"", place(), shown(value)),
                    _ => format!("{}, column {column}", place()),
                };
                located(error, place)
            })?);
        }
        if let Some(field) = self.schema.fields().get(fields.len()) {
            let message = format!("missing data for column \"{}\"", field.name());
            return Err(located(Error::new(ErrorKind::InvalidText, message), place()));
        }
        self.rows += 1;
        self.bytes += fields.size();
        Ok(())
    }

    /// Whether it is time to pass the rows on.
    pub(super) fn is_full(&self) -> bool {
        self.rows >= ROWS_MAX || self.bytes >= BYTES_MAX
    }

    /// The rows collected so far, `None` when there are none.
    pub(super) fn take(&mut self) -> Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        (self.rows, self.bytes) = (0, 0);
        let columns = self.columns.iter_mut().map(|values| ScalarValue::iter_to_array(values.drain(..)));
        let columns = columns
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Error::internal("the rows of a copy could not be made a batch").with_source(error))?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map(Some)
            .map_err(|error| Error::internal("the rows of a copy could not be made a batch").with_source(error))
    }
}

/// An error with where in the data it is.
pub(super) fn located(error: Error, place: String) -> Error {
    let detail = match error.detail() {
        Some(detail) => format!("{place}: {detail}"),
        None => place,
    };
    error.with_detail(detail)
}

fn shown(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field};

    use super::super::text;
    use super::*;

    fn orders() -> Schema {
        Schema::new(vec![
            Field::new("id", DataType::Int64, false),
            Field::new("amount", DataType::Decimal128(18, 4), true),
            Field::new("day", DataType::Date32, true),
            Field::new("note", DataType::Utf8, true),
        ])
    }

    fn push(batch: &mut Batch, line: u64, row: &str) -> Result<()> {
        let mut fields = Fields::default();
        text::read(row.as_bytes(), b',', b"\\N", &mut fields).unwrap();
        batch.push(&fields, || format!("COPY orders, line {line}"))
    }

    fn collected() -> Batch {
        Batch::new(&orders(), Format::Text, Zone::Utc).unwrap()
    }

    #[test]
    fn values_take_the_types_of_the_columns() {
        let mut batch = collected();
        push(&mut batch, 1, "7,12.5,2024-02-29,ä").unwrap();
        push(&mut batch, 2, "\\N,\\N,\\N,\\N").unwrap();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![Some(7), None])),
            Arc::new(Decimal128Array::from(vec![Some(125_000), None]).with_precision_and_scale(18, 4).unwrap()),
            Arc::new(Date32Array::from(vec![Some(19_782), None])),
            Arc::new(StringArray::from(vec![Some("ä"), None])),
        ];
        assert_eq!(batch.take().unwrap().unwrap().columns(), columns);
        assert!(batch.take().unwrap().is_none());
    }

    #[test]
    fn an_error_says_where_in_the_data_it_is() {
        let error = push(&mut collected(), 3, "1,x,2024-01-01,").unwrap_err();
        assert_eq!(error.message(), "invalid input syntax for type numeric: \"x\"");
        assert_eq!(error.detail(), Some("COPY orders, line 3, column amount: \"x\""));
        let error = push(&mut collected(), 4, "1,2").unwrap_err();
        assert_eq!(error.message(), "missing data for column \"day\"");
        assert_eq!(error.detail(), Some("COPY orders, line 4"));
        let error = push(&mut collected(), 5, "1,2,2024-01-01,a,b").unwrap_err();
        assert_eq!(error.message(), "extra data after last expected column");
    }

    #[test]
    fn a_batch_is_full_by_rows_or_by_bytes() {
        let mut batch = collected();
        for line in 0..ROWS_MAX as u64 {
            assert!(!batch.is_full());
            push(&mut batch, line, "1,2,2024-01-01,a").unwrap();
        }
        assert!(batch.is_full());
        assert_eq!(batch.take().unwrap().unwrap().num_rows(), ROWS_MAX);
        push(&mut batch, 1, &format!("1,2,2024-01-01,{}", "a".repeat(BYTES_MAX))).unwrap();
        assert!(batch.is_full());
    }

    #[test]
    fn nested_columns_are_refused_at_once() {
        let nested = Schema::new(vec![Field::new(
            "point",
            DataType::Struct(vec![Field::new("x", DataType::Int32, true)].into()),
            true,
        )]);
        assert!(Batch::new(&nested, Format::Text, Zone::Utc).is_err());
    }
}
