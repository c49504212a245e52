//! Values that clients bind to `$1`, `$2`, … , as scalars of the types the plan expects.
//!
//! A value is read by the type it was announced as, since that is what the client encoded, and
//! then converted to the plan's type where the two differ.

mod array;
mod binary;
mod datetime;
mod decimal;
mod interval;
mod text;

use arrow::datatypes::DataType;
use bellwether::{Error, ErrorKind, Result};
use datafusion::scalar::ScalarValue;

use super::body::utf8;
use super::frontend::Format;
use super::types;
use super::zone::Zone;

/// The value of a parameter announced as `oid` and planned as `target`.
pub(super) fn decode(
    oid: u32,
    format: Format,
    bytes: Option<&[u8]>,
    target: &DataType,
    zone: Zone,
) -> Result<ScalarValue> {
    let Some(bytes) = bytes else {
        return Ok(ScalarValue::try_new_null(target).unwrap_or(ScalarValue::Null));
    };
    let value = match (types::element_of(oid), format) {
        (Some(element), Format::Text) => array::text(element, utf8(bytes)?, target, zone)?,
        (Some(element), Format::Binary) => array::binary(element, bytes, target, zone)?,
        (None, Format::Text) => text::scalar(oid, utf8(bytes)?, target, zone)?,
        (None, Format::Binary) => binary::scalar(oid, bytes, target)?,
    };
    if value.data_type() == *target || *target == DataType::Null {
        return Ok(value);
    }
    value.cast_to(target).map_err(|error| {
        let message = format!("a parameter of type {} is not a value of type {target}", types::name(oid));
        Error::new(ErrorKind::InvalidText, message).with_source(error)
    })
}

/// A text that is not a value of its type, in PostgreSQL's words.
fn invalid(oid: u32, text: &str) -> Error {
    let message = format!("invalid input syntax for type {}: \"{}\"", types::name(oid), shown(text));
    Error::new(ErrorKind::InvalidText, message)
}

/// A value that is too large for its type, in PostgreSQL's words.
fn out_of_range(oid: u32, text: &str) -> Error {
    let message = format!("value \"{}\" is out of range for type {}", shown(text), types::name(oid));
    Error::new(ErrorKind::NumericOutOfRange, message)
}

/// The start of a text, enough to recognise it in a message.
fn shown(text: &str) -> String {
    const CHARACTERS_MAX: usize = 80;
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{IntervalMonthDayNano, TimeUnit};
    use rand::rngs::StdRng;
    use rand::{RngCore, SeedableRng};

    use super::*;
    use crate::pgwire::types::{oid, parameter_type};

    const ALL: [u32; 24] = [
        16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 700, 701, 1082, 1083, 1114, 1184, 1186, 1700, 2950, 3802, 1007, 1009,
        1231, 1185,
    ];

    fn natural(oid: u32) -> DataType {
        parameter_type(oid).unwrap_or(DataType::Utf8)
    }

    fn text(oid: u32, value: &str) -> Result<ScalarValue> {
        decode(oid, Format::Text, Some(value.as_bytes()), &natural(oid), Zone::Utc)
    }

    fn binary(oid: u32, value: &[u8]) -> Result<ScalarValue> {
        decode(oid, Format::Binary, Some(value), &natural(oid), Zone::Utc)
    }

    #[test]
    fn texts_are_read_as_postgresql_reads_them() {
        assert_eq!(text(oid::INT4, " -7 ").unwrap(), ScalarValue::Int32(Some(-7)));
        assert_eq!(text(oid::BOOL, "on").unwrap(), ScalarValue::Boolean(Some(true)));
        assert_eq!(text(oid::FLOAT8, "-Infinity").unwrap(), ScalarValue::Float64(Some(f64::NEG_INFINITY)));
        assert_eq!(text(oid::BYTEA, "\\x00ff").unwrap(), ScalarValue::Binary(Some(vec![0, 255])));
        assert_eq!(text(oid::VARCHAR, "ä").unwrap(), ScalarValue::Utf8(Some("ä".into())));
        assert_eq!(text(oid::DATE, "2024-02-29").unwrap(), ScalarValue::Date32(Some(19_782)));
        assert_eq!(
            text(oid::INTERVAL, "1 day 02:00:00").unwrap(),
            ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(0, 1, 7_200_000_000_000)))
        );
    }

    #[test]
    fn what_is_not_a_value_is_told_in_postgresqls_words() {
        let error = text(oid::INT4, "abc").unwrap_err();
        assert_eq!(error.message(), "invalid input syntax for type integer: \"abc\"");
        let error = text(oid::INT2, "40000").unwrap_err();
        assert_eq!(error.message(), "value \"40000\" is out of range for type smallint");
        assert_eq!(error.kind(), ErrorKind::NumericOutOfRange);
    }

    #[test]
    fn binary_values_are_read_by_their_announced_type() {
        assert_eq!(binary(oid::INT8, &5_i64.to_be_bytes()).unwrap(), ScalarValue::Int64(Some(5)));
        assert_eq!(binary(oid::DATE, &0_i32.to_be_bytes()).unwrap(), ScalarValue::Date32(Some(10_957)));
        assert_eq!(
            binary(oid::TIMESTAMP, &1_i64.to_be_bytes()).unwrap(),
            ScalarValue::TimestampMicrosecond(Some(946_684_800_000_001), None)
        );
        let uuid = [0x55, 0x0e, 0x84, 0, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0];
        assert_eq!(
            binary(oid::UUID, &uuid).unwrap(),
            ScalarValue::Utf8(Some("550e8400-e29b-41d4-a716-446655440000".into()))
        );
        assert_eq!(binary(oid::JSONB, b"\x01{}").unwrap(), ScalarValue::Utf8(Some("{}".into())));
    }

    #[test]
    fn values_are_converted_to_the_type_of_the_plan() {
        let target = DataType::Timestamp(TimeUnit::Nanosecond, None);
        assert_eq!(
            decode(oid::TIMESTAMP, Format::Text, Some(b"1970-01-01 00:00:01"), &target, Zone::Utc).unwrap(),
            ScalarValue::TimestampNanosecond(Some(1_000_000_000), None)
        );
        assert_eq!(
            decode(oid::INT2, Format::Binary, Some(&[0, 7]), &DataType::Int8, Zone::Utc).unwrap(),
            ScalarValue::Int8(Some(7))
        );
        assert_eq!(decode(oid::TEXT, Format::Text, None, &DataType::Utf8, Zone::Utc).unwrap(), ScalarValue::Utf8(None));
    }

    #[test]
    fn no_bytes_make_a_decoder_panic() {
        let mut random = StdRng::seed_from_u64(11);
        let mut bytes = [0; 40];
        const ALPHABET: &[u8] = b"0123456789-+:.{}\",\\ TZeENULdaysmonBC'x/\xc3\xa4";
        for round in 0..300_000_u32 {
            random.fill_bytes(&mut bytes);
            match round % 3 {
                0 => {}
                1 => bytes.iter_mut().for_each(|byte| *byte %= 3),
                _ => bytes.iter_mut().for_each(|byte| *byte = ALPHABET[usize::from(*byte) % ALPHABET.len()]),
            }
            let value = &bytes[..(random.next_u32() % 41) as usize];
            let oid = ALL[random.next_u32() as usize % ALL.len()];
            let zone = Zone::named("Europe/Paris");
            drop(decode(oid, Format::Binary, Some(value), &natural(oid), zone));
            drop(decode(oid, Format::Text, Some(value), &natural(oid), zone));
        }
    }
}
