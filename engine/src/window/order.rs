//! Values as something that compares fast: words or bytes whose order is the order of the values.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use bellwether_kernels::ordering::{SortKey, ascending_f64, ascending_i64};
use datafusion::common::internal_err;
use datafusion::error::Result;

/// The values of an array in ascending order; what stands in the place of a NULL has no meaning.
#[derive(Debug)]
pub(super) enum Ordered<'a> {
    Words(Vec<u64>),
    /// Two words a value.
    Wide {
        high: Vec<u64>,
        low: Vec<u64>,
    },
    Bytes(Vec<&'a [u8]>),
}

/// Whether [`Ordered`] knows the type.
pub(super) fn is_ordered(data_type: &DataType) -> bool {
    is_integer_like(data_type)
        || matches!(
            data_type,
            DataType::Float32
                | DataType::Float64
                | DataType::Decimal128(..)
                | DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Utf8View
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView
        )
}

/// Whether values are whole numbers of at most 64 bits, so that neighbours have neighbouring words.
pub(super) fn is_integer_like(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Boolean
                | DataType::Date32
                | DataType::Date64
                | DataType::Time32(_)
                | DataType::Time64(_)
                | DataType::Timestamp(..)
                | DataType::Duration(_)
                | DataType::Decimal32(..)
                | DataType::Decimal64(..)
        )
}

impl<'a> Ordered<'a> {
    pub(super) fn new(array: &'a ArrayRef) -> Result<Self> {
        use DataType as Type;
        use TimeUnit as Unit;
        Ok(match array.data_type() {
            Type::Boolean => Self::Words(array.as_boolean().values().iter().map(u64::from).collect()),
            Type::Int8 => signed::<Int8Type>(array),
            Type::Int16 => signed::<Int16Type>(array),
            Type::Int32 => signed::<Int32Type>(array),
            Type::Int64 => signed::<Int64Type>(array),
            Type::UInt8 => unsigned::<UInt8Type>(array),
            Type::UInt16 => unsigned::<UInt16Type>(array),
            Type::UInt32 => unsigned::<UInt32Type>(array),
            Type::UInt64 => unsigned::<UInt64Type>(array),
            Type::Date32 => signed::<Date32Type>(array),
            Type::Date64 => signed::<Date64Type>(array),
            Type::Time32(Unit::Second) => signed::<Time32SecondType>(array),
            Type::Time32(_) => signed::<Time32MillisecondType>(array),
            Type::Time64(Unit::Microsecond) => signed::<Time64MicrosecondType>(array),
            Type::Time64(_) => signed::<Time64NanosecondType>(array),
            Type::Timestamp(Unit::Second, _) => signed::<TimestampSecondType>(array),
            Type::Timestamp(Unit::Millisecond, _) => signed::<TimestampMillisecondType>(array),
            Type::Timestamp(Unit::Microsecond, _) => signed::<TimestampMicrosecondType>(array),
            Type::Timestamp(Unit::Nanosecond, _) => signed::<TimestampNanosecondType>(array),
            Type::Duration(Unit::Second) => signed::<DurationSecondType>(array),
            Type::Duration(Unit::Millisecond) => signed::<DurationMillisecondType>(array),
            Type::Duration(Unit::Microsecond) => signed::<DurationMicrosecondType>(array),
            Type::Duration(Unit::Nanosecond) => signed::<DurationNanosecondType>(array),
            Type::Decimal32(..) => signed::<Decimal32Type>(array),
            Type::Decimal64(..) => signed::<Decimal64Type>(array),
            Type::Float32 => {
                let values = array.as_primitive::<Float32Type>().values();
                Self::Words(values.iter().map(|value| ascending_f32(*value)).collect())
            }
            Type::Float64 => {
                let values = array.as_primitive::<Float64Type>().values();
                Self::Words(values.iter().map(|value| ascending_f64(*value)).collect())
            }
            Type::Decimal128(..) => {
                let values = array.as_primitive::<Decimal128Type>().values();
                Self::Wide {
                    high: values.iter().map(|value| ascending_i64((*value >> 64) as i64)).collect(),
                    low: values.iter().map(|value| *value as u64).collect(),
                }
            }
            Type::Utf8 => bytes(array.as_string::<i32>().iter().map(|value| value.map(str::as_bytes))),
            Type::LargeUtf8 => bytes(array.as_string::<i64>().iter().map(|value| value.map(str::as_bytes))),
            Type::Utf8View => bytes(array.as_string_view().iter().map(|value| value.map(str::as_bytes))),
            Type::Binary => bytes(array.as_binary::<i32>().iter()),
            Type::LargeBinary => bytes(array.as_binary::<i64>().iter()),
            Type::BinaryView => bytes(array.as_binary_view().iter()),
            other => return internal_err!("values of type {other} have no words that compare like them"),
        })
    }
}

fn signed<'a, T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Ordered<'a> {
    let values = array.as_primitive::<T>().values();
    Ordered::Words(values.iter().map(|value| ascending_i64((*value).into())).collect())
}

fn unsigned<'a, T: ArrowPrimitiveType<Native: Into<u64>>>(array: &ArrayRef) -> Ordered<'a> {
    let values = array.as_primitive::<T>().values();
    Ordered::Words(values.iter().map(|value| (*value).into()).collect())
}

fn bytes<'a>(values: impl Iterator<Item = Option<&'a [u8]>>) -> Ordered<'a> {
    Ordered::Bytes(values.map(Option::unwrap_or_default).collect())
}

/// A word that compares like [`f32::total_cmp`].
fn ascending_f32(value: f32) -> u64 {
    let bits = value.to_bits();
    u64::from(if bits >> 31 == 0 { bits | (1 << 31) } else { !bits })
}

/// The keys that put values into the order of some sort options, with NULLs where they belong.
#[derive(Debug)]
pub(super) struct SortKeys<'a> {
    columns: Vec<Column<'a>>,
}

#[derive(Debug)]
enum Column<'a> {
    Words(Vec<u64>),
    Bytes { values: Vec<&'a [u8]>, descending: bool },
}

impl<'a> SortKeys<'a> {
    pub(super) fn new(arrays: &'a [ArrayRef], options: impl IntoIterator<Item = SortOptions>) -> Result<Self> {
        let mut keys = Self { columns: Vec::with_capacity(arrays.len()) };
        for (array, options) in arrays.iter().zip(options) {
            keys.add(array, options)?;
        }
        Ok(keys)
    }

    fn add(&mut self, array: &'a ArrayRef, options: SortOptions) -> Result<()> {
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
        if let Some(nulls) = nulls {
            let ranks = nulls.iter().map(|valid| u64::from(valid == options.nulls_first)).collect();
            self.columns.push(Column::Words(ranks));
        }
        let mut words = |mut words: Vec<u64>| {
            if options.descending {
                words.iter_mut().for_each(|word| *word = !*word);
            }
            if let Some(nulls) = nulls {
                for (word, valid) in words.iter_mut().zip(nulls) {
                    *word = if valid { *word } else { 0 };
                }
            }
            self.columns.push(Column::Words(words));
        };
        match Ordered::new(array)? {
            Ordered::Words(all) => words(all),
            Ordered::Wide { high, low } => {
                words(high);
                words(low);
            }
            Ordered::Bytes(values) => {
                self.columns.push(Column::Bytes { values, descending: options.descending });
            }
        }
        Ok(())
    }

    /// As the kernel takes them.
    pub(super) fn as_keys(&self) -> Vec<SortKey<'_>> {
        let mut keys = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            keys.push(match column {
                Column::Words(words) => SortKey::Words(words),
                Column::Bytes { values, descending } => SortKey::Bytes { values, descending: *descending },
            });
        }
        keys
    }
}
