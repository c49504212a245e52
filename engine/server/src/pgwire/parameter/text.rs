//! Parameters in text format.

use std::num::IntErrorKind;
use std::str::FromStr;

use arrow::datatypes::DataType;
use bellwether::{Error, Result};
use datafusion::scalar::ScalarValue;

use super::{datetime, decimal, interval, invalid, out_of_range};
use crate::pgwire::types::oid;
use crate::pgwire::zone::Zone;

/// Reads a text as the type announced, which decides all but a numeric's scale.
pub(super) fn scalar(oid: u32, text: &str, target: &DataType, zone: Zone) -> Result<ScalarValue> {
    let value = text.trim_ascii();
    Ok(match oid {
        oid::BOOL => ScalarValue::Boolean(Some(boolean(value).ok_or_else(|| invalid(oid, text))?)),
        oid::INT2 => ScalarValue::Int16(Some(integer(oid, value)?)),
        oid::INT4 => ScalarValue::Int32(Some(integer(oid, value)?)),
        oid::INT8 => ScalarValue::Int64(Some(integer(oid, value)?)),
        oid::OID => ScalarValue::Int64(Some(i64::from(integer::<u32>(oid, value)?))),
        oid::FLOAT4 => ScalarValue::Float32(Some(value.parse().map_err(|_| invalid(oid, text))?)),
        oid::FLOAT8 => ScalarValue::Float64(Some(value.parse().map_err(|_| invalid(oid, text))?)),
        oid::NUMERIC => decimal::text(value, target)?,
        oid::BYTEA => ScalarValue::Binary(Some(bytes(text).ok_or_else(|| invalid(oid, text))?)),
        oid::UUID => {
            let uuid = uuid::Uuid::parse_str(value).map_err(|_| invalid(oid, text))?;
            ScalarValue::Utf8(Some(uuid.to_string()))
        }
        oid::DATE => ScalarValue::Date32(Some(datetime::date(value).ok_or_else(|| unreadable(oid, text))?)),
        oid::TIME => ScalarValue::Time64Microsecond(Some(datetime::time(value).ok_or_else(|| unreadable(oid, text))?)),
        oid::TIMESTAMP => {
            let micros = datetime::timestamp(value, None).ok_or_else(|| unreadable(oid, text))?;
            ScalarValue::TimestampMicrosecond(Some(micros), None)
        }
        oid::TIMESTAMPTZ => {
            let micros = datetime::timestamp(value, Some(zone)).ok_or_else(|| unreadable(oid, text))?;
            ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into()))
        }
        oid::INTERVAL => {
            ScalarValue::IntervalMonthDayNano(Some(interval::parse(value).ok_or_else(|| unreadable(oid, text))?))
        }
        _ => ScalarValue::Utf8(Some(text.to_owned())),
    })
}

/// `t`, `yes`, `on`, `1` and their beginnings, as PostgreSQL takes them.
fn boolean(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    let begins = |word: &str| !lower.is_empty() && word.starts_with(&lower);
    match &*lower {
        "1" | "on" => Some(true),
        "0" | "of" | "off" => Some(false),
        _ if begins("true") || begins("yes") => Some(true),
        _ if begins("false") || begins("no") => Some(false),
        _ => None,
    }
}

fn integer<T: FromStr<Err = std::num::ParseIntError>>(oid: u32, text: &str) -> Result<T> {
    text.parse().map_err(|error: std::num::ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => out_of_range(oid, text),
        _ => invalid(oid, text),
    })
}

/// `\x00ff`, or the older form with `\ooo` for unprintable bytes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    if let Some(digits) = text.strip_prefix("\\x") {
        let nibble = |byte: &u8| char::from(*byte).to_digit(16);
        let pairs = digits.as_bytes().chunks(2);
        return pairs
            .map(|pair| match pair {
                [high, low] => Some(((nibble(high)? << 4) | nibble(low)?) as u8),
                _ => None,
            })
            .collect();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            out.push(first);
            continue;
        }
        match rest {
            [b'\\', after @ ..] => {
                out.push(b'\\');
                rest = after;
            }
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] => {
                out.push(((a - b'0') << 6) | ((b - b'0') << 3) | (c - b'0'));
                rest = after;
            }
            _ => return None,
        }
    }
    Some(out)
}

fn unreadable(oid: u32, text: &str) -> Error {
    invalid(oid, text).with_hint(match oid {
        oid::INTERVAL => "write an interval as 1 year 2 mons 3 days 04:05:06",
        _ => "write it in ISO form, for example 2024-02-29, 13:05:00 or 2024-02-29 13:05:00+01",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_has_many_spellings() {
        for text in ["t", "TRUE", "tr", "y", "yes", "on", "1"] {
            assert_eq!(boolean(text), Some(true), "{text}");
        }
        for text in ["f", "false", "n", "no", "off", "of", "0"] {
            assert_eq!(boolean(text), Some(false), "{text}");
        }
        for text in ["", "o", "2", "truest", "ja"] {
            assert_eq!(boolean(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_come_in_two_forms() {
        assert_eq!(bytes("\\x00fF").unwrap(), [0, 255]);
        assert_eq!(bytes("a\\\\b\\001").unwrap(), b"a\\b\x01");
        assert_eq!(bytes("\\x0"), None);
        assert_eq!(bytes("\\xzz"), None);
        assert_eq!(bytes("\\9"), None);
    }
}
