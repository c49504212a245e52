//! One call of a function for a batch of rows: its arguments row by row, and its results bounded.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryBuilder, BooleanBuilder, ListBuilder, PrimitiveArray,
    PrimitiveBuilder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, FieldRef, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalMonthDayNanoType, Time64MicrosecondType, TimestampMicrosecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use datafusion::scalar::ScalarValue;

use super::calendar::DAY;
use super::decimal::Decimal;
use super::interval::Interval;
use super::zone::Zone;
use crate::bounded::{BATCH_BYTES_MAX, LimitExceeded, VALUE_BYTES_MAX, What};
use crate::postgres_type;

/// The arguments of one call.
pub(super) struct Call<'a> {
    function: &'a str,
    columns: Vec<Column>,
    rows: usize,
    is_constant: bool,
    is_strict: bool,
    zone: Zone,
    fields: &'a [FieldRef],
    result: &'a DataType,
}

struct Column {
    values: ArrayRef,
    is_constant: bool,
}

impl<'a> Call<'a> {
    /// The call, of a single row when all arguments are constants and what it gives is one.
    pub(super) fn new(
        function: &'a str,
        args: &'a ScalarFunctionArgs,
        is_strict: bool,
        is_volatile: bool,
    ) -> Result<Self> {
        let mut columns = Vec::with_capacity(args.args.len());
        for arg in &args.args {
            columns.push(match arg {
                ColumnarValue::Array(values) => Column { values: Arc::clone(values), is_constant: false },
                ColumnarValue::Scalar(value) => Column { values: value.to_array()?, is_constant: true },
            });
        }
        let is_constant = !is_volatile && columns.iter().all(|column| column.is_constant);
        let rows = if is_constant { args.number_rows.min(1) } else { args.number_rows };
        let zone = Zone::of_session(args.config_options.execution.time_zone.as_deref());
        Ok(Self {
            function,
            columns,
            rows,
            is_constant,
            is_strict,
            zone,
            fields: &args.arg_fields,
            result: args.return_field.data_type(),
        })
    }

    /// The function's name.
    pub(super) fn name(&self) -> &str {
        self.function
    }

    /// How many arguments there are.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The session's time zone.
    pub(super) fn zone(&self) -> Zone {
        self.zone
    }

    /// The type the result has.
    pub(super) fn result(&self) -> &DataType {
        self.result
    }

    pub(super) fn data_type(&self, index: usize) -> &DataType {
        self.columns.get(index).map_or(&DataType::Null, |column| column.values.data_type())
    }

    /// The name of an argument's type that Arrow has no own type for.
    pub(super) fn postgres_type(&self, index: usize) -> Option<&str> {
        self.fields.get(index).and_then(|field| postgres_type::of(field))
    }

    /// Whether an argument is `json` or `jsonb`.
    pub(super) fn is_json(&self, index: usize) -> bool {
        matches!(self.postgres_type(index), Some("json" | "jsonb"))
    }

    /// Where the value of an argument is; `None` for a NULL or no such argument.
    pub(super) fn value(&self, index: usize, row: usize) -> Option<(&ArrayRef, usize)> {
        let column = self.columns.get(index)?;
        let row = if column.is_constant { 0 } else { row };
        let is_null = column.values.data_type().is_null() || column.values.is_null(row);
        (!is_null).then_some((&column.values, row))
    }

    pub(super) fn is_null(&self, index: usize, row: usize) -> bool {
        self.value(index, row).is_none()
    }

    pub(super) fn text(&self, index: usize, row: usize) -> Option<&str> {
        let (values, row) = self.value(index, row)?;
        Some(values.as_string_opt::<i32>()?.value(row))
    }

    pub(super) fn bytes(&self, index: usize, row: usize) -> Option<&[u8]> {
        let (values, row) = self.value(index, row)?;
        Some(values.as_binary_opt::<i32>()?.value(row))
    }

    pub(super) fn boolean(&self, index: usize, row: usize) -> Option<bool> {
        let (values, row) = self.value(index, row)?;
        Some(values.as_boolean_opt()?.value(row))
    }

    pub(super) fn integer(&self, index: usize, row: usize) -> Option<i64> {
        let (values, row) = self.value(index, row)?;
        integer(values.as_ref(), row)
    }

    pub(super) fn double(&self, index: usize, row: usize) -> Option<f64> {
        let (values, row) = self.value(index, row)?;
        match values.data_type() {
            DataType::Float64 => Some(values.as_primitive::<Float64Type>().value(row)),
            DataType::Float32 => Some(values.as_primitive::<Float32Type>().value(row).into()),
            _ => decimal(values.as_ref(), row).map(Decimal::to_double),
        }
    }

    /// A decimal of any number; `None` also for one with more than 38 digits before the point, NaN and infinity.
    pub(super) fn decimal(&self, index: usize, row: usize) -> Option<Decimal> {
        let (values, row) = self.value(index, row)?;
        decimal(values.as_ref(), row)
    }

    /// A day, counted from 1970.
    pub(super) fn date(&self, index: usize, row: usize) -> Option<i64> {
        let (values, row) = self.value(index, row)?;
        Some(values.as_primitive_opt::<Date32Type>()?.value(row).into())
    }

    /// Microseconds since midnight.
    pub(super) fn time(&self, index: usize, row: usize) -> Option<i64> {
        let (values, row) = self.value(index, row)?;
        Some(values.as_primitive_opt::<Time64MicrosecondType>()?.value(row))
    }

    /// A local timestamp; of an instant the one in the session's zone.
    pub(super) fn timestamp(&self, index: usize, row: usize) -> Option<i64> {
        let (values, row) = self.value(index, row)?;
        match values.data_type() {
            DataType::Date32 => i64::from(values.as_primitive::<Date32Type>().value(row)).checked_mul(DAY),
            DataType::Timestamp(_, zone) => {
                let timestamp = values.as_primitive_opt::<TimestampMicrosecondType>()?.value(row);
                Some(if zone.is_some() { self.zone.local(timestamp) } else { timestamp })
            }
            _ => None,
        }
    }

    /// An instant; of a date or local timestamp the one in the session's zone.
    pub(super) fn instant(&self, index: usize, row: usize) -> Option<i64> {
        let (values, at) = self.value(index, row)?;
        if let DataType::Timestamp(_, Some(_)) = values.data_type() {
            return Some(values.as_primitive_opt::<TimestampMicrosecondType>()?.value(at));
        }
        self.timestamp(index, row).map(|local| self.zone.instant(local))
    }

    pub(super) fn interval(&self, index: usize, row: usize) -> Option<Interval> {
        let (values, row) = self.value(index, row)?;
        Some(Interval::of(values.as_primitive_opt::<IntervalMonthDayNanoType>()?.value(row)))
    }

    /// The items of an array.
    pub(super) fn array(&self, index: usize, row: usize) -> Option<ArrayRef> {
        let (values, row) = self.value(index, row)?;
        Some(values.as_list_opt::<i32>()?.value(row))
    }

    /// The items of an array of texts.
    pub(super) fn texts(&self, index: usize, row: usize) -> Option<StringArray> {
        Some(self.array(index, row)?.as_string_opt::<i32>()?.clone())
    }

    /// Whether a row has a NULL in it, and the function then gives NULL.
    fn is_skipped(&self, row: usize) -> bool {
        self.is_strict && (0..self.columns.len()).any(|index| self.is_null(index, row))
    }

    /// A text for each row.
    pub(super) fn each_text(&self, mut of: impl FnMut(usize) -> Result<Option<String>>) -> Result<ArrayRef> {
        let mut builder = StringBuilder::new();
        let mut total = 0;
        for row in 0..self.rows {
            let text = if self.is_skipped(row) { None } else { of(row)? };
            self.bound(text.as_ref().map_or(0, String::len), &mut total)?;
            builder.append_option(text);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Bytes for each row.
    pub(super) fn each_bytes(&self, mut of: impl FnMut(usize) -> Result<Option<Vec<u8>>>) -> Result<ArrayRef> {
        let mut builder = BinaryBuilder::new();
        let mut total = 0;
        for row in 0..self.rows {
            let bytes = if self.is_skipped(row) { None } else { of(row)? };
            self.bound(bytes.as_ref().map_or(0, Vec::len), &mut total)?;
            builder.append_option(bytes);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A truth value for each row.
    pub(super) fn each_boolean(&self, mut of: impl FnMut(usize) -> Result<Option<bool>>) -> Result<ArrayRef> {
        let mut builder = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(if self.is_skipped(row) { None } else { of(row)? });
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A number, date or time for each row, in the type of the result.
    pub(super) fn each<T: ArrowPrimitiveType>(
        &self,
        mut of: impl FnMut(usize) -> Result<Option<T::Native>>,
    ) -> Result<ArrayRef> {
        let mut builder = PrimitiveBuilder::<T>::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(if self.is_skipped(row) { None } else { of(row)? });
        }
        let values: PrimitiveArray<T> = builder.finish().with_data_type(self.result.clone());
        Ok(Arc::new(values))
    }

    /// A decimal for each row, in the scale of the result.
    pub(super) fn each_decimal(&self, mut of: impl FnMut(usize) -> Result<Option<Decimal>>) -> Result<ArrayRef> {
        let scale = match self.result {
            DataType::Decimal128(_, scale) => u32::try_from(*scale).unwrap_or(0),
            _ => 0,
        };
        self.each::<Decimal128Type>(|row| match of(row)? {
            Some(value) => Ok(Some(value.round(scale)?.unscaled)),
            None => Ok(None),
        })
    }

    /// An array of texts for each row.
    pub(super) fn each_text_array(
        &self,
        mut of: impl FnMut(usize) -> Result<Option<Vec<Option<String>>>>,
    ) -> Result<ArrayRef> {
        let mut builder = ListBuilder::new(StringBuilder::new());
        let mut total = 0;
        for row in 0..self.rows {
            let texts = if self.is_skipped(row) { None } else { of(row)? };
            let Some(texts) = texts else {
                builder.append(false);
                continue;
            };
            let bytes = texts.iter().map(|text| text.as_ref().map_or(0, String::len) + 8).sum();
            self.bound(bytes, &mut total)?;
            for text in texts {
                builder.values().append_option(text);
            }
            builder.append(true);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Refuses a value of so many bytes, or the batch it is one too many of.
    pub(super) fn bound(&self, bytes: usize, total: &mut u64) -> Result<()> {
        let refuse = |what, amount| Err(LimitExceeded { function: self.function.into(), what, amount }.into());
        let bytes = bytes as u64;
        if bytes > VALUE_BYTES_MAX {
            return refuse(What::Value, bytes);
        }
        *total += bytes;
        if *total > BATCH_BYTES_MAX {
            return refuse(What::Batch, *total);
        }
        Ok(())
    }

    /// Something made of a text argument, made once for as long as the text stays the same.
    pub(super) fn compiled<T>(&self, index: usize, compile: fn(&str) -> Result<T>) -> Compiled<'_, T> {
        Compiled { call: self, index, compile, last: None }
    }

    /// The result as an expression has it: a constant of constants.
    pub(super) fn finish(&self, values: ArrayRef) -> Result<ColumnarValue> {
        if self.is_constant && values.len() == 1 {
            // A list is taken as it is, because a new one would lose the marks of its items.
            return Ok(ColumnarValue::Scalar(match values.as_list_opt::<i32>() {
                Some(list) => ScalarValue::List(Arc::new(list.clone())),
                None => ScalarValue::try_from_array(&values, 0)?,
            }));
        }
        Ok(ColumnarValue::Array(values))
    }
}

/// Something made of a text argument, kept from row to row.
pub(super) struct Compiled<'a, T> {
    call: &'a Call<'a>,
    index: usize,
    compile: fn(&str) -> Result<T>,
    last: Option<(String, T)>,
}

impl<T> Compiled<'_, T> {
    /// What was made of the text of a row; `None` for a NULL.
    pub(super) fn at(&mut self, row: usize) -> Result<Option<&T>> {
        let Some(text) = self.call.text(self.index, row) else { return Ok(None) };
        if self.last.as_ref().is_none_or(|(of, _)| of != text) {
            self.last = Some((text.to_owned(), (self.compile)(text)?));
        }
        Ok(self.last.as_ref().map(|(_, made)| made))
    }
}

/// A whole number of any width.
pub(super) fn integer(values: &dyn Array, row: usize) -> Option<i64> {
    Some(match values.data_type() {
        DataType::Int64 => values.as_primitive::<Int64Type>().value(row),
        DataType::Int32 => values.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int16 => values.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int8 => values.as_primitive::<Int8Type>().value(row).into(),
        DataType::UInt8 => values.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => values.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => values.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => i64::try_from(values.as_primitive::<UInt64Type>().value(row)).ok()?,
        _ => return None,
    })
}

/// A number of any type as a decimal.
fn decimal(values: &dyn Array, row: usize) -> Option<Decimal> {
    match values.data_type() {
        DataType::Decimal128(_, scale) => scaled(values.as_primitive::<Decimal128Type>().value(row), *scale),
        DataType::Decimal256(_, scale) => Decimal::of_wide(values.as_primitive::<Decimal256Type>().value(row), *scale),
        DataType::Float64 => Decimal::of_double(values.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => {
            let value = values.as_primitive::<Float32Type>().value(row);
            // The shortest text of the float, not of the double it widens to.
            Decimal::of_double(format!("{value}").parse().ok()?)
        }
        _ => integer(values, row).map(|value| Decimal::new(value.into(), 0)),
    }
}

fn scaled(unscaled: i128, scale: i8) -> Option<Decimal> {
    match u32::try_from(scale) {
        Ok(scale) => Some(Decimal::new(unscaled, scale)),
        Err(_) => {
            let factor = 10_i128.checked_pow(u32::from(scale.unsigned_abs()))?;
            Some(Decimal::new(unscaled.checked_mul(factor)?, 0))
        }
    }
}
