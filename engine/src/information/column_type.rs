//! What `information_schema.columns` says about a type, in PostgreSQL's words.

use datafusion::arrow::datatypes::DataType;

/// A type as the standard describes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ColumnType {
    pub name: &'static str,
    /// The longest value of a text, in bytes.
    pub octets: Option<i32>,
    pub precision: Option<i32>,
    /// The base the precision counts digits in.
    pub radix: Option<i32>,
    pub scale: Option<i32>,
    /// Digits of a second.
    pub fraction_digits: Option<i32>,
}

/// PostgreSQL's number for text without a declared length.
const TEXT_OCTETS: i32 = 1 << 30;

impl ColumnType {
    pub(super) fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => named("boolean"),
            DataType::Int8 | DataType::UInt8 | DataType::Int16 => integer("smallint", 16),
            DataType::UInt16 | DataType::Int32 => integer("integer", 32),
            DataType::UInt32 | DataType::Int64 => integer("bigint", 64),
            DataType::UInt64 => numeric(20, 0),
            DataType::Float16 | DataType::Float32 => float("real", 24),
            DataType::Float64 => float("double precision", 53),
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => numeric(i32::from(*precision), i32::from(*scale)),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                named("bytea")
            }
            DataType::Date32 | DataType::Date64 => time("date", 0),
            DataType::Time32(_) | DataType::Time64(_) => time("time without time zone", 6),
            DataType::Timestamp(_, None) => time("timestamp without time zone", 6),
            DataType::Timestamp(_, Some(_)) => time("timestamp with time zone", 6),
            DataType::Interval(_) | DataType::Duration(_) => time("interval", 6),
            DataType::Dictionary(_, values) => Self::of(values),
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                // PostgreSQL's arrays are rectangular; lists of lists travel as JSON, as structures do.
                let nested = matches!(
                    item.data_type(),
                    DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _)
                );
                named(if nested { "json" } else { "ARRAY" })
            }
            DataType::Struct(_) | DataType::Map(_, _) => named("json"),
            _ => Self { octets: Some(TEXT_OCTETS), ..named("text") },
        }
    }
}

fn named(name: &'static str) -> ColumnType {
    ColumnType { name, ..ColumnType::default() }
}

fn integer(name: &'static str, bits: i32) -> ColumnType {
    ColumnType { precision: Some(bits), radix: Some(2), scale: Some(0), ..named(name) }
}

fn float(name: &'static str, bits: i32) -> ColumnType {
    ColumnType { precision: Some(bits), radix: Some(2), ..named(name) }
}

fn numeric(digits: i32, scale: i32) -> ColumnType {
    ColumnType { precision: Some(digits), radix: Some(10), scale: Some(scale), ..named("numeric") }
}

fn time(name: &'static str, fraction_digits: i32) -> ColumnType {
    ColumnType { fraction_digits: Some(fraction_digits), ..named(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_described_as_postgresql_16_describes_them() {
        let described = |data_type: DataType| {
            let of = ColumnType::of(&data_type);
            (of.name, of.precision, of.radix, of.scale)
        };
        assert_eq!(described(DataType::Int32), ("integer", Some(32), Some(2), Some(0)));
        assert_eq!(described(DataType::Float64), ("double precision", Some(53), Some(2), None));
        assert_eq!(described(DataType::Decimal128(18, 4)), ("numeric", Some(18), Some(10), Some(4)));
        assert_eq!(described(DataType::Utf8), ("text", None, None, None));
        assert_eq!(ColumnType::of(&DataType::Date32).fraction_digits, Some(0));
    }

    #[test]
    fn a_list_is_an_array_and_a_list_of_lists_is_json() {
        let list = DataType::new_list(DataType::Int64, true);
        assert_eq!(ColumnType::of(&list).name, "ARRAY");
        assert_eq!(ColumnType::of(&DataType::new_list(list, true)).name, "json");
    }
}
