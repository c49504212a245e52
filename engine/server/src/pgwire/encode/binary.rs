//! Values in PostgreSQL's binary format: the numbers big-endian, as `…_send` writes them.

use bellwether::Result;

use super::array;
use super::datetime::{date_binary, time_binary, timestamp_binary};
use super::declared;
use super::interval::Interval;
use super::numeric::{Digits, special_binary};
use super::values::Values;
use crate::pgwire::calendar::DAY_MICROS;
use crate::pgwire::zone::Zone;

impl Values<'_> {
    /// Appends the bytes of a row that is not NULL.
    pub(super) fn binary(&self, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Bool(values) => out.push(u8::from(values.value(row))),
            Self::Int8(values) => out.extend_from_slice(&i16::from(values[row]).to_be_bytes()),
            Self::UInt8(values) => out.extend_from_slice(&i16::from(values[row]).to_be_bytes()),
            Self::Int16(values) => out.extend_from_slice(&values[row].to_be_bytes()),
            Self::UInt16(values) => out.extend_from_slice(&i32::from(values[row]).to_be_bytes()),
            Self::Int32(values) => out.extend_from_slice(&values[row].to_be_bytes()),
            Self::UInt32(values) => out.extend_from_slice(&values[row].to_be_bytes()),
            Self::Int64(values) => out.extend_from_slice(&values[row].to_be_bytes()),
            Self::UInt64(values) => Digits::of(itoa::Buffer::new().format(values[row])).binary(0, out),
            Self::Float16(values) => out.extend_from_slice(&values.value(row).to_f32().to_be_bytes()),
            Self::Float32(values) => out.extend_from_slice(&values[row].to_be_bytes()),
            Self::Float64(values) => out.extend_from_slice(&values[row].to_be_bytes()),
            Self::Special(values) => special_binary(values[row], out)?,
            Self::Decimal32(values, scale) => {
                Digits::of(itoa::Buffer::new().format(values[row])).binary(*scale, out);
            }
            Self::Decimal64(values, scale) => {
                Digits::of(itoa::Buffer::new().format(values[row])).binary(*scale, out);
            }
            Self::Decimal128(values, scale) => {
                Digits::of(itoa::Buffer::new().format(values[row])).binary(*scale, out);
            }
            Self::Decimal256(values, scale) => Digits::of(&values[row].to_string()).binary(*scale, out),
            Self::Binary(values) => out.extend_from_slice(values.value(row)),
            Self::LargeBinary(values) => out.extend_from_slice(values.value(row)),
            Self::BinaryView(values) => out.extend_from_slice(values.value(row)),
            Self::FixedSizeBinary(values) => out.extend_from_slice(values.value(row)),
            Self::Date32(values) => date_binary(i64::from(values[row]), out)?,
            Self::Date64(values) => date_binary(values[row].div_euclid(DAY_MICROS / 1000), out)?,
            Self::Time32(values, unit) => time_binary(i64::from(values[row]), *unit, out)?,
            Self::Time64(values, unit) => time_binary(values[row], *unit, out)?,
            Self::Timestamp(values, unit) | Self::TimestampTz(values, unit) => {
                timestamp_binary(values[row], *unit, out)?;
            }
            Self::YearMonth(values) => Interval::of_months(values[row]).binary(out),
            Self::DayTime(values) => Interval::of_day_time(values[row]).binary(out),
            Self::MonthDayNano(values) => Interval::of_month_day_nano(values[row]).binary(out),
            Self::Duration(values, unit) => Interval::of_duration(values[row], *unit)?.binary(out),
            Self::List(list) => array::binary(list, row, zone, out)?,
            Self::Record(record) => record.binary(row, zone, out)?,
            Self::Declared(announced, values) => {
                let mut text = Vec::new();
                values.text(row, zone, &mut text)?;
                declared::binary(*announced, &text, out)?;
            }
            Self::Dictionary(keys, values) => values.values.binary(keys[row], zone, out)?,
            // Texts and json are the same in both formats.
            Self::Null | Self::Utf8(_) | Self::LargeUtf8(_) | Self::Utf8View(_) | Self::Nested(_) | Self::Other(_) => {
                self.text(row, zone, out)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        BinaryArray, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int8Array, Int64Array,
        LargeStringArray, UInt16Array, UInt32Array, UInt64Array,
    };

    use super::super::tests::binary;

    #[test]
    fn numbers_are_big_endian_in_the_announced_width() {
        assert_eq!(binary(&BooleanArray::from(vec![true])), [1]);
        assert_eq!(binary(&Int8Array::from(vec![-1])), [0xff, 0xff]);
        assert_eq!(binary(&UInt16Array::from(vec![65_535])), [0, 0, 0xff, 0xff]);
        assert_eq!(binary(&UInt32Array::from(vec![u32::MAX])), [0xff, 0xff, 0xff, 0xff]);
        assert_eq!(binary(&Int64Array::from(vec![2])), [0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(binary(&Float32Array::from(vec![1.5])), 1.5_f32.to_be_bytes());
        assert_eq!(binary(&Float64Array::from(vec![-0.1])), (-0.1_f64).to_be_bytes());
    }

    #[test]
    fn numerics_are_groups_of_four_digits() {
        let money = Decimal128Array::from(vec![-12_500]).with_precision_and_scale(18, 4).unwrap();
        assert_eq!(binary(&money), [0, 2, 0, 0, 0x40, 0, 0, 4, 0, 1, 0x09, 0xc4]);
        assert_eq!(binary(&UInt64Array::from(vec![10_000])), [0, 1, 0, 1, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn texts_and_bytes_are_as_they_are() {
        assert_eq!(binary(&LargeStringArray::from(vec!["ä"])), "ä".as_bytes());
        assert_eq!(binary(&BinaryArray::from(vec![&[0, 255][..]])), [0, 255]);
    }
}
