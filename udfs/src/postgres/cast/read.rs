//! Texts as values of PostgreSQL's types.

use std::num::IntErrorKind;
use std::str::FromStr;
use std::sync::Arc;

use bellwether_kernels::numeric::division::rescale_big;
use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Decimal256Array, Float32Array, Float64Array,
    Int16Array, Int32Array, Int64Array, IntervalMonthDayNanoArray, StringArray, Time64MicrosecondArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, i256};
use datafusion::error::Result;

use super::{Limit, Target, arrow, datetime, interval, list, rounded, type_name};
use crate::numeric::{digits_of, parts, wide};
use crate::postgres::zone::Zone;
use crate::value_error::{ValueError, ValueErrorKind};

/// Reads texts as the target's type.
pub(super) fn values(texts: &StringArray, target: &Target, zone: Zone) -> Result<ArrayRef> {
    let digits = match target.limit {
        Some(Limit::Digits(digits)) => digits,
        _ => 6,
    };
    let is_uuid = target.postgres_type.as_deref() == Some("uuid");
    Ok(match &target.data_type {
        DataType::Boolean => Arc::new(each(texts, boolean)?.into_iter().collect::<BooleanArray>()),
        DataType::Int16 => Arc::new(each(texts, |text| integer(text, "smallint"))?.into_iter().collect::<Int16Array>()),
        DataType::Int32 => Arc::new(each(texts, |text| integer(text, "integer"))?.into_iter().collect::<Int32Array>()),
        DataType::Int64 => Arc::new(each(texts, |text| integer(text, "bigint"))?.into_iter().collect::<Int64Array>()),
        DataType::Float32 => {
            Arc::new(each(texts, |text| real(text).map(|value| value as f32))?.into_iter().collect::<Float32Array>())
        }
        DataType::Float64 => Arc::new(each(texts, double)?.into_iter().collect::<Float64Array>()),
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            return decimals(texts, *precision, *scale, &target.data_type);
        }
        DataType::Binary => {
            let values = each(texts, bytes)?;
            Arc::new(BinaryArray::from_iter(values))
        }
        DataType::Date32 => {
            Arc::new(each(texts, |text| datetime::date(text, zone))?.into_iter().collect::<Date32Array>())
        }
        DataType::Time64(_) => Arc::new(
            each(texts, |text| datetime::time(text).map(|micros| rounded(micros, digits)))?
                .into_iter()
                .collect::<Time64MicrosecondArray>(),
        ),
        DataType::Timestamp(_, name) => {
            let zone = name.is_some().then_some(zone);
            let read = |text: &str| datetime::timestamp(text, zone).map(|micros| rounded(micros, digits));
            let values: TimestampMicrosecondArray = each(texts, read)?.into_iter().collect();
            Arc::new(values.with_data_type(target.data_type.clone()))
        }
        DataType::Interval(_) => {
            Arc::new(each(texts, |text| interval::read(text))?.into_iter().collect::<IntervalMonthDayNanoArray>())
        }
        DataType::List(field) => return list::read(texts, field, target, zone),
        DataType::Utf8 if is_uuid => Arc::new(each(texts, uuid)?.into_iter().collect::<StringArray>()),
        DataType::Utf8 => Arc::new(texts.clone()),
        other => {
            let texts: ArrayRef = Arc::new(texts.clone());
            return arrow(&texts, other);
        }
    })
}

fn each<T>(texts: &StringArray, read: impl Fn(&str) -> Result<T, ValueError>) -> Result<Vec<Option<T>>, ValueError> {
    texts.iter().map(|text| text.map(&read).transpose()).collect()
}

/// `t`, `yes`, `on`, `1` and their beginnings.
fn boolean(text: &str) -> Result<bool, ValueError> {
    let lower = text.trim().to_ascii_lowercase();
    let begins = |word: &str| !lower.is_empty() && word.starts_with(&lower);
    match lower.as_str() {
        "1" | "on" => Ok(true),
        "0" | "of" | "off" => Ok(false),
        _ if begins("true") || begins("yes") => Ok(true),
        _ if begins("false") || begins("no") => Ok(false),
        _ => Err(ValueError::invalid_text("boolean", text)),
    }
}

fn integer<T: FromStr<Err = std::num::ParseIntError>>(text: &str, type_name: &str) -> Result<T, ValueError> {
    text.trim().parse().map_err(|error: std::num::ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => out_of_range(text, type_name),
        _ => ValueError::invalid_text(type_name, text),
    })
}

fn out_of_range(text: &str, type_name: &str) -> ValueError {
    ValueError::new(ValueErrorKind::OutOfRange, format!("value \"{text}\" is out of range for type {type_name}"))
}

fn float(text: &str, type_name: &str) -> Result<f64, ValueError> {
    let trimmed = text.trim();
    let is_word = trimmed.trim_start_matches(['+', '-']).starts_with(|letter: char| letter.is_ascii_alphabetic());
    let value: f64 = trimmed.parse().map_err(|_| ValueError::invalid_text(type_name, text))?;
    if value.is_infinite() && !is_word {
        return Err(ValueError::new(
            ValueErrorKind::OutOfRange,
            format!("\"{text}\" is out of range for type {type_name}"),
        ));
    }
    Ok(value)
}

fn real(text: &str) -> Result<f64, ValueError> {
    float(text, "real")
}

fn double(text: &str) -> Result<f64, ValueError> {
    float(text, "double precision")
}

fn decimals(texts: &StringArray, precision: u8, scale: i8, data_type: &DataType) -> Result<ArrayRef> {
    let read = |text: &str| {
        let (value, own) = parts(text.trim()).ok_or_else(|| ValueError::invalid_text("numeric", text))?;
        let value = rescale_big(&value, own, i32::from(scale));
        if digits_of(&value) > usize::from(precision) {
            return Err(ValueError::new(ValueErrorKind::OutOfRange, "numeric field overflow"));
        }
        Ok(value)
    };
    let values = each(texts, read)?;
    Ok(match data_type {
        DataType::Decimal128(..) => {
            let values: Decimal128Array =
                values.iter().map(|value| value.as_ref().and_then(|value| i128::try_from(value).ok())).collect();
            Arc::new(values.with_data_type(data_type.clone()))
        }
        _ => {
            let values: Vec<Option<i256>> = values.iter().map(|value| value.as_ref().and_then(wide)).collect();
            Arc::new(Decimal256Array::from(values).with_data_type(data_type.clone()))
        }
    })
}

/// `\x00ff`, or the older form with `\ooo` for unprintable bytes.
fn bytes(text: &str) -> Result<Vec<u8>, ValueError> {
    let invalid = || ValueError::invalid_text(&type_name(&DataType::Binary), text);
    if let Some(digits) = text.strip_prefix("\\x") {
        let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let nibble = |byte: u8| {
            char::from(byte).to_digit(16).ok_or_else(|| {
                let digit = char::from(byte);
                ValueError::new(ValueErrorKind::InvalidParameter, format!("invalid hexadecimal digit: \"{digit}\""))
            })
        };
        let mut bytes = Vec::with_capacity(digits.len() / 2);
        for pair in digits.chunks(2) {
            match *pair {
                [high, low] => bytes.push(((nibble(high)? << 4) | nibble(low)?) as u8),
                _ => {
                    let message = "invalid hexadecimal data: odd number of digits";
                    return Err(ValueError::new(ValueErrorKind::InvalidParameter, message));
                }
            }
        }
        return Ok(bytes);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            bytes.push(first);
            continue;
        }
        match *rest {
            [b'\\', ref after @ ..] => {
                bytes.push(b'\\');
                rest = after;
            }
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ref after @ ..] => {
                bytes.push(((a - b'0') << 6) | ((b - b'0') << 3) | (c - b'0'));
                rest = after;
            }
            _ => return Err(invalid()),
        }
    }
    Ok(bytes)
}

/// 32 hexadecimal digits, with hyphens after any group of four and perhaps in braces.
fn uuid(text: &str) -> Result<String, ValueError> {
    let invalid = || ValueError::invalid_text("uuid", text);
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').ok_or_else(invalid)?,
        None => text,
    };
    let mut digits = String::with_capacity(36);
    let mut count = 0;
    let mut after_hyphen = true;
    for letter in inner.chars() {
        if letter == '-' && count % 4 == 0 && !after_hyphen {
            after_hyphen = true;
            continue;
        }
        if !letter.is_ascii_hexdigit() || count == 32 {
            return Err(invalid());
        }
        if matches!(count, 8 | 12 | 16 | 20) {
            digits.push('-');
        }
        digits.push(letter.to_ascii_lowercase());
        count += 1;
        after_hyphen = false;
    }
    if count == 32 && !after_hyphen { Ok(digits) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_words_and_their_beginnings() {
        assert_eq!(boolean(" T "), Ok(true));
        assert_eq!(boolean("off"), Ok(false));
        assert!(boolean("o").is_err());
        assert!(boolean("").is_err());
    }

    #[test]
    fn bytes_are_digits_or_escapes() {
        assert_eq!(bytes("\\x00fF"), Ok(vec![0, 255]));
        assert_eq!(bytes("a\\001\\\\"), Ok(vec![b'a', 1, b'\\']));
        assert!(bytes("\\x0").is_err());
        assert!(bytes("\\9").is_err());
    }

    #[test]
    fn a_uuid_has_one_form() {
        let form = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        assert_eq!(uuid("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11").unwrap(), form);
        assert_eq!(uuid("{a0eebc999c0b4ef8bb6d6bb9bd380a11}").unwrap(), form);
        assert_eq!(uuid("a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11").unwrap(), form);
        for text in ["", "a0eebc99", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", "a0eebc99--9c0b4ef8bb6d6bb9bd380a11"] {
            assert!(uuid(text).is_err(), "{text}");
        }
    }
}
