//! Casts as PostgreSQL does them, where Arrow's differ.
//!
//! | cast | |
//! |---|---|
//! | text to anything | what PostgreSQL's types take as input, and its words for what they do not |
//! | anything to text | what PostgreSQL's types give as output |
//! | float to integer | to the nearest, halves to the even one |
//! | decimal to integer, or to fewer digits | to the nearest, halves away from zero |
//! | decimal to float | to the nearest |
//! | instant to date, time or timestamp, and back | in the session's time zone |
//! | text to `varchar(n)`, `char(n)` | cut to length |
//!
//! Everything else is left to Arrow. The planner puts this function in place when [`differs`] says so.

mod datetime;
mod interval;
mod list;
mod number;
mod read;
mod write;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, TimestampMicrosecondArray};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Field, FieldRef, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
};
use datafusion::arrow::util::display::FormatOptions;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::calendar::DAY;
use super::zone::Zone;
use crate::numeric::Shape;
use crate::postgres_type;
use crate::value_error::{ValueError, ValueErrorKind};

/// What a value is cast to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The Arrow type.
    pub data_type: DataType,
    /// The type of PostgreSQL, where it is told by the field and not by the Arrow type.
    pub postgres_type: Option<String>,
    /// The declared length of a text, or the digits of seconds.
    pub limit: Option<Limit>,
}

/// What a declaration adds to a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// `varchar(n)`.
    Varchar(usize),
    /// `char(n)`, filled up with blanks in PostgreSQL, which no comparison or function sees.
    Char(usize),
    /// Digits of a second.
    Digits(u32),
}

/// The function that casts to `target`.
pub fn cast(target: Target) -> Arc<ScalarUDF> {
    // In which time zone a text is read or written is the session's business.
    Arc::new(ScalarUDF::from(Cast { target, signature: Signature::any(1, Volatility::Stable) }))
}

/// Whether PostgreSQL casts `from` otherwise than Arrow.
pub fn differs(from: &DataType, target: &Target) -> bool {
    let to = &target.data_type;
    if target.postgres_type.is_some() || target.limit.is_some() {
        return true;
    }
    match (from, to) {
        (from, to) if from == to => false,
        (DataType::List(from), DataType::List(to)) => {
            let element = Target { data_type: to.data_type().clone(), postgres_type: None, limit: None };
            differs(from.data_type(), &element)
        }
        (from, to) if from.is_string() != to.is_string() && !from.is_null() => true,
        (from, to) if from.is_floating() && (to.is_integer() || to.is_decimal()) => true,
        (from, to) if from.is_decimal() && (to.is_integer() || to.is_floating()) => true,
        (from, to) if (from.is_decimal() || from.is_integer()) && to.is_decimal() => {
            // More digits hold the same numbers.
            !Shape::of(to).zip(Shape::of(from)).is_some_and(|(to, from)| to.holds(from))
        }
        (DataType::Timestamp(_, from), DataType::Timestamp(_, to)) => from.is_some() != to.is_some(),
        (DataType::Timestamp(_, Some(_)), DataType::Date32 | DataType::Time64(_)) => true,
        (DataType::Date32 | DataType::Date64, DataType::Timestamp(_, Some(_))) => true,
        (DataType::Time64(_), DataType::Interval(_)) | (DataType::Interval(_), DataType::Time64(_)) => true,
        _ => false,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cast {
    target: Target,
    signature: Signature,
}

impl ScalarUDFImpl for Cast {
    fn name(&self) -> &str {
        "pg_cast"
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        match args {
            [value] => Ok(format!("{}::{}", value.schema_name(), type_name(&self.target.data_type))),
            _ => plan_err!("a cast takes 1 argument, got {}", args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.target.data_type.clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let is_nullable = args.arg_fields.first().is_none_or(|field| field.is_nullable());
        let field = Field::new(self.name(), self.target.data_type.clone(), is_nullable);
        Ok(Arc::new(match &self.target.postgres_type {
            Some(name) => postgres_type::mark(field, name),
            None => field,
        }))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let zone = Zone::of_session(args.config_options.execution.time_zone.as_deref());
        match args.args.as_slice() {
            [ColumnarValue::Array(values)] => Ok(ColumnarValue::Array(convert(values, &self.target, zone)?)),
            [ColumnarValue::Scalar(value)] => {
                let converted = convert(&value.to_array()?, &self.target, zone)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&converted, 0)?))
            }
            other => plan_err!("a cast takes 1 argument, got {}", other.len()),
        }
    }
}

/// The values as another type.
fn convert(values: &ArrayRef, target: &Target, zone: Zone) -> Result<ArrayRef> {
    let to = &target.data_type;
    let from = values.data_type();
    if let DataType::Dictionary(_, plain) = from {
        return convert(&arrow(values, plain)?, target, zone);
    }
    if from.is_null() {
        return arrow(values, to);
    }
    if let Some(plain) = plain(from) {
        return convert(&arrow(values, &plain)?, target, zone);
    }
    let is_uuid = target.postgres_type.as_deref() == Some("uuid");
    if from.is_string() && (!to.is_string() || is_uuid) {
        return read::values(values.as_string::<i32>(), target, zone);
    }
    if to.is_string() {
        let texts = if from.is_string() { Arc::clone(values) } else { write::texts(values, zone)? };
        return limited(&texts, target.limit);
    }
    match (from, to) {
        (DataType::List(_), DataType::List(_)) => list::convert(values, target, zone),
        (from, to) if from.is_floating() && to.is_integer() => number::floats_to_integers(values, to),
        (from, to) if from.is_floating() && to.is_decimal() => number::floats_to_decimals(values, to),
        (from, to) if from.is_decimal() && to.is_integer() => number::decimals_to_integers(values, to),
        (from, to) if from.is_decimal() && to.is_floating() => number::decimals_to_floats(values, to),
        (from, to) if from.is_decimal() && to.is_decimal() => number::decimals(values, to),
        (from, to) if from.is_integer() && to.is_decimal() => match Shape::of(from) {
            Some(shape) => number::decimals(&arrow(values, &shape.data_type())?, to),
            None => arrow(values, to),
        },
        (DataType::Timestamp(..), DataType::Timestamp(..)) => Ok(timestamps(values, target, zone)),
        (DataType::Timestamp(_, Some(_)), DataType::Date32) => {
            let instants = values.as_primitive::<TimestampMicrosecondType>();
            let dates = instants.unary::<_, Date32Type>(|instant| zone.local(instant).div_euclid(DAY) as i32);
            Ok(Arc::new(dates))
        }
        (DataType::Timestamp(_, Some(_)), DataType::Time64(_)) => {
            let instants = values.as_primitive::<TimestampMicrosecondType>();
            let times = instants.unary::<_, Time64MicrosecondType>(|instant| zone.local(instant).rem_euclid(DAY));
            Ok(Arc::new(times))
        }
        (DataType::Date32, DataType::Timestamp(_, Some(_))) => {
            let dates = values.as_primitive::<Date32Type>();
            let instants =
                dates.unary::<_, TimestampMicrosecondType>(|day| zone.instant(i64::from(day).saturating_mul(DAY)));
            Ok(Arc::new(instants.with_data_type(to.clone())))
        }
        (DataType::Time64(_), DataType::Interval(_)) => {
            let times = values.as_primitive::<Time64MicrosecondType>();
            let intervals =
                times.try_unary::<_, datafusion::arrow::datatypes::IntervalMonthDayNanoType, ValueError>(|micros| {
                    crate::interval::of_parts(0, 0, micros)
                })?;
            Ok(Arc::new(intervals))
        }
        (DataType::Interval(_), DataType::Time64(_)) => {
            let intervals = values.as_primitive::<datafusion::arrow::datatypes::IntervalMonthDayNanoType>();
            let times = intervals
                .unary::<_, Time64MicrosecondType>(|interval| crate::interval::micros(interval).rem_euclid(DAY));
            Ok(Arc::new(times))
        }
        _ => arrow(values, to),
    }
}

/// The type without the encodings and units that only storage cares about, if it is another.
fn plain(from: &DataType) -> Option<DataType> {
    match from {
        DataType::LargeUtf8 | DataType::Utf8View => Some(DataType::Utf8),
        DataType::LargeBinary | DataType::BinaryView => Some(DataType::Binary),
        DataType::Timestamp(TimeUnit::Microsecond, _) | DataType::Time64(TimeUnit::Microsecond) => None,
        DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone())),
        DataType::Time32(_) | DataType::Time64(_) => Some(DataType::Time64(TimeUnit::Microsecond)),
        DataType::Date64 => Some(DataType::Date32),
        DataType::Float16 => Some(DataType::Float32),
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            Some(DataType::Decimal128(*precision, *scale))
        }
        DataType::LargeList(field) | DataType::FixedSizeList(field, _) => Some(DataType::List(Arc::clone(field))),
        _ => None,
    }
}

fn arrow(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, format_options: FormatOptions::default() };
    Ok(cast_with_options(values, to, &options)?)
}

fn timestamps(values: &ArrayRef, target: &Target, zone: Zone) -> ArrayRef {
    let DataType::Timestamp(_, target_zone) = &target.data_type else { return Arc::clone(values) };
    let source = values.as_primitive::<TimestampMicrosecondType>();
    let converted: TimestampMicrosecondArray = match (source.timezone().is_some(), target_zone.is_some()) {
        (true, false) => source.unary(|instant| zone.local(instant)),
        (false, true) => source.unary(|local| zone.instant(local)),
        _ => source.clone(),
    };
    let converted = match target.limit {
        Some(Limit::Digits(digits)) => converted.unary(|micros| rounded(micros, digits)),
        _ => converted,
    };
    Arc::new(converted.with_data_type(target.data_type.clone()))
}

/// Microseconds with so many digits of a second, halves up in absolute value as PostgreSQL rounds them.
fn rounded(micros: i64, digits: u32) -> i64 {
    let unit = 10_i64.pow(6_u32.saturating_sub(digits));
    if unit == 1 || micros == i64::MAX || micros == i64::MIN {
        return micros;
    }
    let half = if micros < 0 { -unit / 2 } else { unit / 2 };
    micros.saturating_add(half) / unit * unit
}

/// Texts cut to their declared length.
fn limited(texts: &ArrayRef, limit: Option<Limit>) -> Result<ArrayRef> {
    let (Some(Limit::Varchar(length) | Limit::Char(length)), Some(texts_array)) = (limit, texts.as_string_opt::<i32>())
    else {
        return Ok(Arc::clone(texts));
    };
    let is_char = matches!(limit, Some(Limit::Char(_)));
    let cut: StringArray = texts_array
        .iter()
        .map(|text| {
            let text = text?;
            let end = text.char_indices().nth(length).map_or(text.len(), |(end, _)| end);
            let text = text.get(..end).unwrap_or(text);
            // Trailing blanks of a char(n) do not count, so that it compares as in PostgreSQL.
            Some(if is_char { text.trim_end_matches(' ') } else { text })
        })
        .collect();
    Ok(Arc::new(cut))
}

/// What PostgreSQL calls a type.
pub fn type_name(data_type: &DataType) -> String {
    let name = match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 | DataType::UInt8 | DataType::Int16 => "smallint",
        DataType::UInt16 | DataType::Int32 => "integer",
        DataType::UInt32 | DataType::Int64 => "bigint",
        DataType::Float16 | DataType::Float32 => "real",
        DataType::Float64 => "double precision",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "bytea",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time without time zone",
        DataType::Timestamp(_, None) => "timestamp without time zone",
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            return format!("{}[]", type_name(field.data_type()));
        }
        decimal if decimal.is_decimal() || *decimal == DataType::UInt64 => "numeric",
        _ => "text",
    };
    name.to_owned()
}

/// Whether there is a cast from one type to the other at all: PostgreSQL's, and beside them a date as the number of
/// days since 1970 and a timestamp as microseconds, on which analysts count without a function call.
pub fn is_castable(from: &DataType, to: &DataType) -> bool {
    if from.is_string() || to.is_string() || from.is_null() || from == to {
        return true;
    }
    match (from, to) {
        (DataType::Boolean, to) => matches!(to, DataType::Int32),
        (from, DataType::Boolean) => matches!(from, DataType::Int32),
        (from, to) if from.is_numeric() => to.is_numeric(),
        (DataType::Date32 | DataType::Date64, to) => {
            matches!(
                to,
                DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Int32 | DataType::Int64
            )
        }
        (DataType::Timestamp(..), to) => {
            matches!(
                to,
                DataType::Date32
                    | DataType::Time32(_)
                    | DataType::Time64(_)
                    | DataType::Timestamp(..)
                    | DataType::Int64
            )
        }
        (DataType::Time32(_) | DataType::Time64(_), to) => {
            matches!(to, DataType::Time32(_) | DataType::Time64(_) | DataType::Interval(_))
        }
        (DataType::Interval(_) | DataType::Duration(_), to) => {
            matches!(to, DataType::Interval(_) | DataType::Time64(_) | DataType::Duration(_))
        }
        _ => true,
    }
}

/// The refusal of a cast that does not exist.
pub fn cannot_cast(from: &DataType, to: &DataType) -> ValueError {
    ValueError::new(ValueErrorKind::CannotCoerce, format!("cannot cast type {} to {}", type_name(from), type_name(to)))
}
