//! A column's array, downcast once so that its values can be written without asking again.

use std::ops::Range;

use arrow::array::{
    Array, AsArray, BinaryArray, BinaryViewArray, BooleanArray, FixedSizeBinaryArray, Float16Array, LargeBinaryArray,
    LargeStringArray, StringArray, StringViewArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::*;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bellwether::{Error, Result};

use super::declared;
use super::json::Nested;
use super::record::Record;
use crate::pgwire::types::{self, Type, oid};

/// A column: which rows are NULL, and the values of the others.
pub(super) struct Column<'a> {
    nulls: Option<NullBuffer>,
    pub(super) values: Values<'a>,
}

/// Values by their Arrow type.
pub(super) enum Values<'a> {
    /// Every row is NULL.
    Null,
    Bool(&'a BooleanArray),
    Int8(&'a [i8]),
    Int16(&'a [i16]),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    UInt8(&'a [u8]),
    UInt16(&'a [u16]),
    UInt32(&'a [u32]),
    UInt64(&'a [u64]),
    Float16(&'a Float16Array),
    Float32(&'a [f32]),
    Float64(&'a [f64]),
    /// Numerics among which may be NaN and the infinities, which decimals do not have.
    Special(&'a [f64]),
    /// Decimals with their scale.
    Decimal32(&'a [i32], i8),
    Decimal64(&'a [i64], i8),
    Decimal128(&'a [i128], i8),
    Decimal256(&'a [i256], i8),
    Utf8(&'a StringArray),
    LargeUtf8(&'a LargeStringArray),
    Utf8View(&'a StringViewArray),
    Binary(&'a BinaryArray),
    LargeBinary(&'a LargeBinaryArray),
    BinaryView(&'a BinaryViewArray),
    FixedSizeBinary(&'a FixedSizeBinaryArray),
    Date32(&'a [i32]),
    Date64(&'a [i64]),
    Time32(&'a [i32], TimeUnit),
    Time64(&'a [i64], TimeUnit),
    Timestamp(&'a [i64], TimeUnit),
    TimestampTz(&'a [i64], TimeUnit),
    YearMonth(&'a [i32]),
    DayTime(&'a [IntervalDayTime]),
    MonthDayNano(&'a [IntervalMonthDayNano]),
    Duration(&'a [i64], TimeUnit),
    /// Travels as an array.
    List(List<'a>),
    /// Travels as json.
    Nested(Nested<'a>),
    /// Travels as a row.
    Record(Record<'a>),
    /// Text that has bytes of its own in binary.
    Declared(u32, Box<Values<'a>>),
    Dictionary(Vec<usize>, Box<Column<'a>>),
    /// Types that PostgreSQL has no relative of travel as text.
    Other(ArrayFormatter<'a>),
}

/// Lists of any kind.
pub(super) struct List<'a> {
    ranges: Ranges<'a>,
    pub(super) element: Box<Column<'a>>,
    /// PostgreSQL's number of the element type.
    pub(super) element_oid: u32,
    /// Whether it travels as `int2vector` or `oidvector`, which count from zero and are written without braces.
    pub(super) is_vector: bool,
}

enum Ranges<'a> {
    Offsets(&'a [i32]),
    LargeOffsets(&'a [i64]),
    Fixed(usize),
}

impl<'a> Column<'a> {
    /// Looks up the type of an array.
    pub(super) fn new(array: &'a dyn Array) -> Result<Self> {
        Ok(Self { nulls: array.logical_nulls(), values: Values::new(array)? })
    }

    /// A column of a result: its field may say more than its array.
    pub(super) fn of(field: &Field, array: &'a dyn Array) -> Result<Self> {
        let mut column = Self::new(array)?;
        if let Values::List(list) = &mut column.values {
            list.is_vector = matches!(Type::of(field).oid, oid::INT2VECTOR | oid::OIDVECTOR);
        }
        if let Values::Float64(values) = column.values
            && Type::of(field).oid == oid::NUMERIC
        {
            column.values = Values::Special(values);
        }
        if let Some(rows) = array.as_struct_opt()
            && Type::of(field).oid == oid::RECORD
        {
            column.values = Values::Record(Record::of(rows)?);
        }
        let announced = Type::of(field).oid;
        if declared::has_bytes(announced) {
            column.values = Values::Declared(announced, Box::new(column.values));
        }
        Ok(column)
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }
}

impl List<'_> {
    /// The element rows of a list.
    pub(super) fn range(&self, row: usize) -> Range<usize> {
        match self.ranges {
            Ranges::Offsets(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
            Ranges::LargeOffsets(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
            Ranges::Fixed(length) => row * length..(row + 1) * length,
        }
    }
}

impl<'a> Values<'a> {
    fn new(array: &'a dyn Array) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Int8 => Self::Int8(array.as_primitive::<Int8Type>().values()),
            DataType::Int16 => Self::Int16(array.as_primitive::<Int16Type>().values()),
            DataType::Int32 => Self::Int32(array.as_primitive::<Int32Type>().values()),
            DataType::Int64 => Self::Int64(array.as_primitive::<Int64Type>().values()),
            DataType::UInt8 => Self::UInt8(array.as_primitive::<UInt8Type>().values()),
            DataType::UInt16 => Self::UInt16(array.as_primitive::<UInt16Type>().values()),
            DataType::UInt32 => Self::UInt32(array.as_primitive::<UInt32Type>().values()),
            DataType::UInt64 => Self::UInt64(array.as_primitive::<UInt64Type>().values()),
            DataType::Float16 => Self::Float16(array.as_primitive::<Float16Type>()),
            DataType::Float32 => Self::Float32(array.as_primitive::<Float32Type>().values()),
            DataType::Float64 => Self::Float64(array.as_primitive::<Float64Type>().values()),
            DataType::Decimal32(_, scale) => Self::Decimal32(array.as_primitive::<Decimal32Type>().values(), *scale),
            DataType::Decimal64(_, scale) => Self::Decimal64(array.as_primitive::<Decimal64Type>().values(), *scale),
            DataType::Decimal128(_, scale) => Self::Decimal128(array.as_primitive::<Decimal128Type>().values(), *scale),
            DataType::Decimal256(_, scale) => Self::Decimal256(array.as_primitive::<Decimal256Type>().values(), *scale),
            DataType::Utf8 => Self::Utf8(array.as_string()),
            DataType::LargeUtf8 => Self::LargeUtf8(array.as_string()),
            DataType::Utf8View => Self::Utf8View(array.as_string_view()),
            DataType::Binary => Self::Binary(array.as_binary()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary()),
            DataType::BinaryView => Self::BinaryView(array.as_binary_view()),
            DataType::FixedSizeBinary(_) => Self::FixedSizeBinary(array.as_fixed_size_binary()),
            DataType::Date32 => Self::Date32(array.as_primitive::<Date32Type>().values()),
            DataType::Date64 => Self::Date64(array.as_primitive::<Date64Type>().values()),
            DataType::Time32(unit) => Self::Time32(
                match unit {
                    TimeUnit::Second => array.as_primitive::<Time32SecondType>().values(),
                    _ => array.as_primitive::<Time32MillisecondType>().values(),
                },
                *unit,
            ),
            DataType::Time64(unit) => Self::Time64(
                match unit {
                    TimeUnit::Microsecond => array.as_primitive::<Time64MicrosecondType>().values(),
                    _ => array.as_primitive::<Time64NanosecondType>().values(),
                },
                *unit,
            ),
            DataType::Timestamp(unit, zone) => {
                let values: &[i64] = match unit {
                    TimeUnit::Second => array.as_primitive::<TimestampSecondType>().values(),
                    TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().values(),
                    TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().values(),
                    TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().values(),
                };
                match zone {
                    None => Self::Timestamp(values, *unit),
                    Some(_) => Self::TimestampTz(values, *unit),
                }
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                Self::YearMonth(array.as_primitive::<IntervalYearMonthType>().values())
            }
            DataType::Interval(IntervalUnit::DayTime) => {
                Self::DayTime(array.as_primitive::<IntervalDayTimeType>().values())
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                Self::MonthDayNano(array.as_primitive::<IntervalMonthDayNanoType>().values())
            }
            DataType::Duration(unit) => Self::Duration(
                match unit {
                    TimeUnit::Second => array.as_primitive::<DurationSecondType>().values(),
                    TimeUnit::Millisecond => array.as_primitive::<DurationMillisecondType>().values(),
                    TimeUnit::Microsecond => array.as_primitive::<DurationMicrosecondType>().values(),
                    TimeUnit::Nanosecond => array.as_primitive::<DurationNanosecondType>().values(),
                },
                *unit,
            ),
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                Self::list(array, Ranges::Offsets(list.value_offsets()), list.values())?
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                Self::list(array, Ranges::LargeOffsets(list.value_offsets()), list.values())?
            }
            DataType::FixedSizeList(_, length) => {
                let list = array.as_fixed_size_list();
                Self::list(array, Ranges::Fixed(usize::try_from(*length).unwrap_or(0)), list.values())?
            }
            DataType::Struct(_) => Self::Nested(Nested::of_struct(array.as_struct())?),
            DataType::Map(_, _) => Self::Nested(Nested::of_map(array.as_map())?),
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                if dictionary.values().is_empty() {
                    // Without values every key is NULL.
                    return Ok(Self::Null);
                }
                let values = Column::new(dictionary.values().as_ref())?;
                Self::Dictionary(dictionary.normalized_keys(), Box::new(values))
            }
            _ => Self::Other(formatter(array)?),
        })
    }

    fn list(array: &'a dyn Array, ranges: Ranges<'a>, elements: &'a dyn Array) -> Result<Self> {
        let element = match array.data_type() {
            DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
                (Type::of(field).oid, Column::of(field, elements)?)
            }
            _ => (Type::of_arrow(elements.data_type()).oid, Column::new(elements)?),
        };
        let list = List { ranges, element: Box::new(element.1), element_oid: element.0, is_vector: false };
        Ok(match types::element(array.data_type()) {
            Some(_) => Self::List(list),
            None => Self::Nested(Nested::List(list)),
        })
    }
}

fn formatter(array: &dyn Array) -> Result<ArrayFormatter<'_>> {
    ArrayFormatter::try_new(array, &FormatOptions::new()).map_err(|error| {
        Error::unsupported(format!("values of type {} have no text form", array.data_type())).with_source(error)
    })
}
