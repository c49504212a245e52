//! The types that PostgreSQL's functions take, and how what a query has becomes one of them.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, IntervalUnit, TimeUnit};

/// A type of PostgreSQL, as far as functions are chosen by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Type {
    /// Whatever comes.
    Any,
    Bool,
    Int4,
    Int8,
    Float4,
    Float8,
    /// A decimal of any precision; of whole numbers one without digits after the point.
    Numeric,
    /// As `Numeric`, and whole numbers stay what they are.
    Number,
    Text,
    Bytea,
    Date,
    Time,
    Timestamp,
    /// An instant; a date or local timestamp is one in the session's zone.
    Timestamptz,
    Interval,
    /// An array of anything.
    Array,
    TextArray,
}

/// A local timestamp.
pub(super) const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
/// An interval.
pub(super) const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);
/// A time of day.
pub(super) const TIME: DataType = DataType::Time64(TimeUnit::Microsecond);

/// An instant.
pub(super) fn timestamptz() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")))
}

/// An array of texts.
pub(super) fn text_array() -> DataType {
    DataType::new_list(DataType::Utf8, true)
}

impl Type {
    /// How far a value of `from` is from this type; `None` if it never becomes one.
    ///
    /// As in PostgreSQL, a whole number would rather be a double than a decimal, a date rather an instant than a
    /// local timestamp; a text, which may be a literal without a type, becomes anything but likes best to stay.
    pub(super) fn distance(self, from: &DataType) -> Option<u32> {
        let whole = from.is_integer();
        let decimal = from.is_decimal();
        let distance = match (self, from) {
            (Self::Any, _) | (_, DataType::Null) => 1,
            (_, DataType::Dictionary(_, values)) => return self.distance(values),
            (Self::Bool, DataType::Boolean) | (Self::Date, DataType::Date32 | DataType::Date64) => 0,
            (Self::Int4, DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16) => 0,
            // Literals are wider than PostgreSQL's.
            (Self::Int4, _) if whole => 1,
            (Self::Int8, DataType::Int64 | DataType::UInt32 | DataType::UInt64) => 0,
            (Self::Int8, _) if whole => 1,
            (Self::Float4, DataType::Float32 | DataType::Float16) => 0,
            (Self::Float8, DataType::Float64) => 0,
            (Self::Float8, DataType::Float32 | DataType::Float16) => 1,
            (Self::Float8, _) if whole => 3,
            (Self::Float8, _) if decimal => 2,
            (Self::Numeric | Self::Number, _) if decimal => 0,
            (Self::Numeric | Self::Number, _) if whole => 4,
            (Self::Numeric | Self::Number, _) if from.is_floating() => 50,
            (Self::Text, _) if from.is_string() => 0,
            (Self::Bytea, _) if from.is_binary() => 0,
            (Self::Time, DataType::Time32(_) | DataType::Time64(_)) => 0,
            (Self::Timestamp, DataType::Timestamp(_, None)) | (Self::Timestamptz, DataType::Timestamp(_, Some(_))) => 0,
            (Self::Timestamptz, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None)) => 1,
            (Self::Timestamp, DataType::Date32 | DataType::Date64) => 2,
            (Self::Interval, DataType::Interval(_) | DataType::Duration(_)) => 0,
            (Self::Array, _) if is_list(from) => 0,
            (Self::TextArray, _) if is_list(from) => 1,
            (Self::Array, _) => return None,
            (_, _) if from.is_string() => 20,
            _ => return None,
        };
        Some(distance)
    }

    /// What a value of `from` is cast to before a function sees it.
    pub(super) fn arrow(self, from: &DataType) -> DataType {
        match self {
            Self::Any | Self::Array => plain(from),
            Self::Bool => DataType::Boolean,
            // How wide the numbers are decides how wide a result is.
            Self::Int4 => match from {
                DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => {
                    DataType::Int32
                }
                _ => DataType::Int64,
            },
            Self::Int8 => DataType::Int64,
            Self::Float4 => DataType::Float32,
            Self::Float8 => DataType::Float64,
            Self::Number if from.is_integer() && *from != DataType::UInt64 => from.clone(),
            Self::Numeric | Self::Number => numeric(from),
            Self::Text => DataType::Utf8,
            Self::Bytea => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Time => TIME,
            Self::Timestamp => TIMESTAMP,
            // What has no zone gets the session's, which a cast does not know.
            Self::Timestamptz => match from {
                DataType::Date32 | DataType::Date64 => DataType::Date32,
                DataType::Timestamp(_, None) => TIMESTAMP,
                _ => timestamptz(),
            },
            Self::Interval => INTERVAL,
            Self::TextArray => text_array(),
        }
    }
}

fn is_list(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _))
}

/// A type without the encodings that only storage cares about.
fn plain(from: &DataType) -> DataType {
    match from {
        DataType::Dictionary(_, values) => plain(values),
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        DataType::Timestamp(_, None) => TIMESTAMP,
        DataType::Timestamp(_, Some(_)) => timestamptz(),
        DataType::Interval(_) | DataType::Duration(_) => INTERVAL,
        DataType::Date64 => DataType::Date32,
        DataType::Time32(_) | DataType::Time64(_) => TIME,
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            DataType::new_list(plain(field.data_type()), true)
        }
        other => other.clone(),
    }
}

fn numeric(from: &DataType) -> DataType {
    match from {
        DataType::Decimal128(..) | DataType::Decimal256(..) => from.clone(),
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::UInt64 => DataType::Decimal128(20, 0),
        _ if from.is_integer() => DataType::Int64,
        _ if from.is_floating() => DataType::Float64,
        // A literal without a type, or NULL.
        _ => DataType::Decimal128(38, 18),
    }
}
