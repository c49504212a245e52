//! Fields of records as Arrow arrays.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BinaryBuilder, BooleanBuilder, PrimitiveArray, PrimitiveBuilder, StringBuilder,
};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimeUnit, TimestampMicrosecondType,
};

use super::block::{FieldKind, Records, Row};
use super::column::{Column, DateFormat};
use super::parse;

/// Whether text can fill a column of this type.
pub(super) fn is_readable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Timestamp(TimeUnit::Microsecond, _)
        | DataType::Utf8
        | DataType::Binary => true,
        DataType::Decimal128(_, scale) => *scale >= 0,
        _ => false,
    }
}

/// The field of every row that fills one column.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) records: &'a Records,
    pub(super) rows: &'a [Row],
    /// Index of the field within the row.
    pub(super) field: usize,
    /// The text that stands for NULL besides the empty one.
    pub(super) null: Option<&'a str>,
}

impl<'a> Cells<'a> {
    /// A row's text as it stands in the file, without blanks around it; `None` for NULL.
    fn trimmed(&self, row: &Row) -> Option<&'a str> {
        let field = self.records.field(row, self.field);
        let text = self.records.written(field).trim_matches(' ');
        let is_null = text.is_empty()
            || match field.kind {
                FieldKind::Null => true,
                FieldKind::Plain => self.null == Some(text),
                FieldKind::Quoted | FieldKind::Escaped | FieldKind::Text => false,
            };
        (!is_null).then_some(text)
    }

    /// A row's value as a text column holds it: a quoted empty field is an empty text, not NULL.
    pub(super) fn text(&self, row: &Row) -> Option<std::borrow::Cow<'a, str>> {
        let field = self.records.field(row, self.field);
        match field.kind {
            FieldKind::Null => None,
            FieldKind::Plain => {
                let text = self.records.written(field);
                (!text.is_empty() && self.null != Some(text)).then_some(text.into())
            }
            FieldKind::Quoted | FieldKind::Escaped | FieldKind::Text => Some(self.records.meant(field)),
        }
    }
}

/// The column's values, or the index of the first row whose text is none.
pub(super) fn array(cells: Cells<'_>, column: &Column) -> Result<ArrayRef, usize> {
    let array: ArrayRef = match &column.data_type {
        DataType::Boolean => booleans(cells, column)?,
        DataType::Int8 => Arc::new(integers::<Int8Type>(cells, column)?),
        DataType::Int16 => Arc::new(integers::<Int16Type>(cells, column)?),
        DataType::Int32 => Arc::new(integers::<Int32Type>(cells, column)?),
        DataType::Int64 => Arc::new(integers::<Int64Type>(cells, column)?),
        DataType::Float32 => Arc::new(primitives::<Float32Type>(cells, column, parse::single)?),
        DataType::Float64 => Arc::new(primitives::<Float64Type>(cells, column, parse::double)?),
        DataType::Decimal128(precision, scale) => {
            let (precision, digits) = (*precision, scale.unsigned_abs());
            let numbers = primitives::<Decimal128Type>(cells, column, |text| parse::decimal(text, precision, digits))?;
            Arc::new(numbers.with_data_type(column.data_type.clone()))
        }
        DataType::Date32 => Arc::new(dates(cells, column)?),
        DataType::Timestamp(_, zone) => {
            Arc::new(timestamps(cells, column, zone.is_some())?.with_data_type(column.data_type.clone()))
        }
        DataType::Binary => binaries(cells, column)?,
        _ => texts(cells, column)?,
    };
    Ok(array)
}

fn primitives<T: ArrowPrimitiveType>(
    cells: Cells<'_>,
    column: &Column,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>, usize> {
    let mut builder = PrimitiveBuilder::<T>::with_capacity(cells.rows.len());
    for (index, row) in cells.rows.iter().enumerate() {
        match cells.trimmed(row) {
            Some(text) => builder.append_value(parse(text).ok_or(index)?),
            None if column.nullable => builder.append_null(),
            None => return Err(index),
        }
    }
    Ok(builder.finish())
}

fn integers<T: ArrowPrimitiveType<Native: TryFrom<i64>>>(
    cells: Cells<'_>,
    column: &Column,
) -> Result<PrimitiveArray<T>, usize> {
    primitives::<T>(cells, column, |text| <T::Native as TryFrom<i64>>::try_from(parse::integer(text)?).ok())
}

fn dates(cells: Cells<'_>, column: &Column) -> Result<PrimitiveArray<Date32Type>, usize> {
    match &column.dates {
        DateFormat::Iso => primitives(cells, column, parse::iso_date),
        DateFormat::Compact => primitives(cells, column, parse::compact_date),
        DateFormat::Pattern(pattern) => primitives(cells, column, |text| parse::date(text, pattern)),
    }
}

/// A text without a zone is UTC in a column with one; a text with one does not fit a column without.
fn timestamps(
    cells: Cells<'_>,
    column: &Column,
    zoned: bool,
) -> Result<PrimitiveArray<TimestampMicrosecondType>, usize> {
    let fitting = |moment: parse::Moment| (zoned || !moment.zoned).then_some(moment.microseconds);
    match &column.timestamps {
        Some(pattern) => primitives(cells, column, |text| parse::patterned_moment(text, pattern).and_then(fitting)),
        None => primitives(cells, column, |text| parse::moment(text).and_then(fitting)),
    }
}

fn booleans(cells: Cells<'_>, column: &Column) -> Result<ArrayRef, usize> {
    let mut builder = BooleanBuilder::with_capacity(cells.rows.len());
    for (index, row) in cells.rows.iter().enumerate() {
        match cells.trimmed(row) {
            Some(text) => builder.append_value(parse::boolean(text).ok_or(index)?),
            None if column.nullable => builder.append_null(),
            None => return Err(index),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn binaries(cells: Cells<'_>, column: &Column) -> Result<ArrayRef, usize> {
    let mut builder = BinaryBuilder::new();
    for (index, row) in cells.rows.iter().enumerate() {
        match cells.trimmed(row) {
            Some(text) => builder.append_value(parse::bytes(text).ok_or(index)?),
            None if column.nullable => builder.append_null(),
            None => return Err(index),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn texts(cells: Cells<'_>, column: &Column) -> Result<ArrayRef, usize> {
    let bytes = match (cells.rows.first(), cells.rows.last()) {
        (Some(first), Some(last)) => (last.end - first.start) as usize / first.fields.max(1) as usize,
        _ => 0,
    };
    let mut builder = StringBuilder::with_capacity(cells.rows.len(), bytes);
    for (index, row) in cells.rows.iter().enumerate() {
        match cells.text(row) {
            Some(text) => builder.append_value(text),
            None if column.nullable => builder.append_null(),
            None => return Err(index),
        }
    }
    Ok(Arc::new(builder.finish()))
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;

    use super::super::block::Block;
    use super::super::check::check;
    use super::super::column::Origin;
    use super::super::split::{Separator, Splitter};
    use super::*;

    fn records(text: &str) -> Records {
        let mut block = Block { bytes: text.as_bytes().to_vec(), first_line: 1, ..Block::default() };
        Splitter { separator: Separator::Byte(b','), quote: Some(b'"') }.split(&mut block, true, usize::MAX).unwrap();
        check(block, Some(2), &"a.csv".into()).0
    }

    fn column(data_type: DataType) -> Column {
        Column {
            name: "a".into(),
            data_type,
            nullable: true,
            origin: Origin::Rows,
            dates: DateFormat::Iso,
            timestamps: None,
        }
    }

    fn built(records: &Records, column: &Column) -> Result<ArrayRef, usize> {
        array(Cells { records, rows: &records.rows, field: 0, null: Some("NA") }, column)
    }

    #[test]
    fn empty_and_declared_null_texts_are_null() {
        let records = records("1,x\n,x\nNA,x\n 2 ,x\n\"\",x\n");
        let array = built(&records, &column(DataType::Int64)).unwrap();
        let values: Vec<_> = array.as_primitive::<Int64Type>().iter().collect();
        assert_eq!(values, [Some(1), None, None, Some(2), None]);
    }

    #[test]
    fn a_quoted_empty_field_is_an_empty_text() {
        let records = records("\"\",x\n,x\n\"NA\",x\nNA,x\n\"a \"\"b\"\"\",x\n c ,x\n");
        let array = built(&records, &column(DataType::Utf8)).unwrap();
        let values: Vec<_> = array.as_string::<i32>().iter().collect();
        assert_eq!(values, [Some(""), None, Some("NA"), None, Some("a \"b\""), Some(" c ")]);
    }

    #[test]
    fn the_first_row_that_does_not_fit_is_told() {
        let records = records("1,x\n300,x\nabc,x\n");
        assert_eq!(built(&records, &column(DataType::Int64)).unwrap_err(), 2);
        assert_eq!(built(&records, &column(DataType::Int8)).unwrap_err(), 1);
        assert!(built(&records, &column(DataType::Utf8)).is_ok());
    }

    #[test]
    fn null_does_not_fit_a_not_null_column() {
        let records = records("1,x\n,x\n");
        let strict = Column { nullable: false, ..column(DataType::Int64) };
        assert_eq!(built(&records, &strict).unwrap_err(), 1);
    }

    #[test]
    fn types_keep_their_parameters() {
        let records = records("2024-01-01,1.5\n2024-01-02 00:00:00+01:00,2\n");
        let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        assert_eq!(built(&records, &column(zoned.clone())).unwrap().data_type(), &zoned);
        let plain = DataType::Timestamp(TimeUnit::Microsecond, None);
        assert_eq!(built(&records, &column(plain)).unwrap_err(), 1);
        let money = column(DataType::Decimal128(18, 4));
        let cells = Cells { records: &records, rows: &records.rows, field: 1, null: None };
        assert_eq!(array(cells, &money).unwrap().data_type(), &money.data_type);
    }
}
