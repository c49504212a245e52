//! Values in PostgreSQL's text format.

use std::io::Write;

use bellwether::{Error, Result};
use bellwether_kernels::numeric::float_text::{float4, float8};

use super::array;
use super::datetime::{date_text, time_text, timestamp_text};
use super::interval::Interval;
use super::numeric::{Digits, special_text};
use super::values::Values;
use crate::pgwire::calendar::DAY_MICROS;
use crate::pgwire::zone::Zone;

impl Values<'_> {
    /// Appends the text of a row that is not NULL.
    pub(super) fn text(&self, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Null => {}
            Self::Bool(values) => out.push(if values.value(row) { b't' } else { b'f' }),
            Self::Int8(values) => integer(values[row], out),
            Self::Int16(values) => integer(values[row], out),
            Self::Int32(values) => integer(values[row], out),
            Self::Int64(values) => integer(values[row], out),
            Self::UInt8(values) => integer(values[row], out),
            Self::UInt16(values) => integer(values[row], out),
            Self::UInt32(values) => integer(values[row], out),
            Self::UInt64(values) => integer(values[row], out),
            Self::Float16(values) => float4(values.value(row).to_f32(), out),
            Self::Float32(values) => float4(values[row], out),
            Self::Float64(values) => float8(values[row], out),
            Self::Special(values) => special_text(values[row], out)?,
            Self::Decimal32(values, scale) => {
                Digits::of(itoa::Buffer::new().format(values[row])).text(*scale, out);
            }
            Self::Decimal64(values, scale) => {
                Digits::of(itoa::Buffer::new().format(values[row])).text(*scale, out);
            }
            Self::Decimal128(values, scale) => {
                Digits::of(itoa::Buffer::new().format(values[row])).text(*scale, out);
            }
            Self::Decimal256(values, scale) => Digits::of(&values[row].to_string()).text(*scale, out),
            Self::Utf8(values) => out.extend_from_slice(values.value(row).as_bytes()),
            Self::LargeUtf8(values) => out.extend_from_slice(values.value(row).as_bytes()),
            Self::Utf8View(values) => out.extend_from_slice(values.value(row).as_bytes()),
            Self::Binary(values) => hex(values.value(row), out),
            Self::LargeBinary(values) => hex(values.value(row), out),
            Self::BinaryView(values) => hex(values.value(row), out),
            Self::FixedSizeBinary(values) => hex(values.value(row), out),
            Self::Date32(values) => date_text(i64::from(values[row]), out),
            Self::Date64(values) => date_text(values[row].div_euclid(DAY_MICROS / 1000), out),
            Self::Time32(values, unit) => time_text(i64::from(values[row]), *unit, out)?,
            Self::Time64(values, unit) => time_text(values[row], *unit, out)?,
            Self::Timestamp(values, unit) => timestamp_text(values[row], *unit, None, out)?,
            Self::TimestampTz(values, unit) => timestamp_text(values[row], *unit, Some(zone), out)?,
            Self::YearMonth(values) => Interval::of_months(values[row]).text(out),
            Self::DayTime(values) => Interval::of_day_time(values[row]).text(out),
            Self::MonthDayNano(values) => Interval::of_month_day_nano(values[row]).text(out),
            Self::Duration(values, unit) => Interval::of_duration(values[row], *unit)?.text(out),
            Self::List(list) => array::text(list, row, zone, out)?,
            Self::Nested(nested) => nested.json(row, zone, out)?,
            Self::Record(record) => record.text(row, zone, out)?,
            Self::Declared(_, values) => values.text(row, zone, out)?,
            Self::Dictionary(keys, values) => values.values.text(keys[row], zone, out)?,
            Self::Other(formatter) => write!(out, "{}", formatter.value(row))
                .map_err(|error| Error::internal("a value has no text form").with_source(error))?,
        }
        Ok(())
    }
}

fn integer(value: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// `\x` and two digits a byte, PostgreSQL's `bytea_output = 'hex'`.
fn hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend_from_slice(b"\\x");
    for byte in bytes {
        out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        BinaryArray, BinaryViewArray, BooleanArray, Decimal128Array, Decimal256Array, DictionaryArray,
        FixedSizeBinaryArray, Int8Array, Int64Array, NullArray, StringArray, StringViewArray, UInt64Array,
    };
    use arrow::datatypes::{Int32Type, i256};

    use super::super::tests::{encoded, text};
    use crate::pgwire::frontend::Format;
    use crate::pgwire::zone::Zone;

    #[test]
    fn values_look_as_in_postgresql() {
        assert_eq!(text(&BooleanArray::from(vec![true])), "t");
        assert_eq!(text(&BooleanArray::from(vec![false])), "f");
        assert_eq!(text(&Int8Array::from(vec![-128])), "-128");
        assert_eq!(text(&Int64Array::from(vec![i64::MIN])), "-9223372036854775808");
        assert_eq!(text(&UInt64Array::from(vec![u64::MAX])), "18446744073709551615");
        let long = "a text too long to be inlined in a view";
        assert_eq!(text(&StringViewArray::from(vec![long])), long);
        assert_eq!(text(&BinaryArray::from(vec![&b"\x00\xff"[..]])), "\\x00ff");
        assert_eq!(text(&BinaryViewArray::from(vec![&b""[..]])), "\\x");
        let pairs = FixedSizeBinaryArray::try_from_iter([[0xab, 0xcd]].into_iter()).unwrap();
        assert_eq!(text(&pairs), "\\xabcd");
    }

    #[test]
    fn decimals_of_every_width_show_their_scale() {
        let money = Decimal128Array::from(vec![-12_345]).with_precision_and_scale(18, 4).unwrap();
        assert_eq!(text(&money), "-1.2345");
        let wide = Decimal256Array::from(vec![i256::MAX]).with_precision_and_scale(76, 0).unwrap();
        assert_eq!(text(&wide), i256::MAX.to_string());
    }

    #[test]
    fn a_dictionary_is_written_as_its_values() {
        let dictionary: DictionaryArray<Int32Type> = [Some("b"), Some("a"), None].into_iter().collect();
        assert_eq!(text(&dictionary), "b");
        assert_eq!(text(&dictionary.slice(1, 1)), "a");
        let nulls: DictionaryArray<Int32Type> = [None::<&str>].into_iter().collect();
        assert!(encoded(&nulls, Format::Text, Zone::Utc).is_empty());
    }

    #[test]
    fn null_is_a_length_without_a_value() {
        assert!(encoded(&NullArray::new(1), Format::Binary, Zone::Utc).is_empty());
        assert!(encoded(&StringArray::from(vec![None::<&str>]), Format::Text, Zone::Utc).is_empty());
    }
}
