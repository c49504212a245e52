//! Bytes: `encode`, `decode`, `convert_from`, `convert_to`, `get_byte`, `length` and `bit_count` of them.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use crate::value_error::{ValueError, ValueErrorKind};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Characters after which PostgreSQL breaks a line of base64.
const BASE64_LINE: usize = 76;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let text = Gives::One(|| DataType::Utf8);
    let bytes = Gives::One(|| DataType::Binary);
    let integer = Gives::One(|| DataType::Int32);
    vec![
        Function::new("encode", "encode(bytes, format)", "Returns bytes as text: hex, base64 or escape.")
            .takes(&[Type::Bytea, Type::Text], text, encode)
            .build(),
        Function::new(
            "decode",
            "decode(text, format)",
            "Returns the bytes that a text in hex, base64 or escape means.",
        )
        .takes(&[Type::Text, Type::Text], bytes, decode)
        .build(),
        Function::new("convert_from", "convert_from(bytes, encoding)", "Returns bytes in UTF8 as text.")
            .takes(&[Type::Bytea, Type::Text], text, convert_from)
            .build(),
        Function::new("convert_to", "convert_to(text, encoding)", "Returns the bytes of a text in UTF8.")
            .takes(&[Type::Text, Type::Text], bytes, convert_to)
            .build(),
        Function::new("get_byte", "get_byte(bytes, n)", "Returns the nth byte, counted from 0.")
            .takes(&[Type::Bytea, Type::Int4], integer, get_byte)
            .build(),
        Function::new("bit_count", "bit_count(bytes)", "Returns how many bits of some bytes are set.")
            .takes(&[Type::Bytea], Gives::One(|| DataType::Int64), bit_count)
            .build(),
        Function::new("octet_length", "octet_length(text or bytes)", "Returns the number of bytes.")
            .takes(&[Type::Text], integer, octets)
            .takes(&[Type::Bytea], integer, octets)
            .build(),
    ]
}

fn encode(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let (Some(bytes), Some(format)) = (call.bytes(0, row), call.text(1, row)) else { return Ok(None) };
        // No format makes more than four characters of a byte.
        call.bound(bytes.len().saturating_mul(2), &mut 0)?;
        Ok(Some(match format.to_ascii_lowercase().as_str() {
            "hex" => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            "base64" => base64(bytes),
            "escape" => escape(bytes),
            _ => return Err(no_format(format).into()),
        }))
    })
}

fn decode(call: &Call) -> Result<ArrayRef> {
    call.each_bytes(|row| {
        let (Some(text), Some(format)) = (call.text(0, row), call.text(1, row)) else { return Ok(None) };
        Ok(Some(match format.to_ascii_lowercase().as_str() {
            "hex" => of_hex(text)?,
            "base64" => of_base64(text)?,
            "escape" => of_escape(text)?,
            _ => return Err(no_format(format).into()),
        }))
    })
}

fn no_format(format: &str) -> ValueError {
    ValueError::invalid_parameter(format!("unrecognized encoding: \"{format}\""))
}

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (index, group) in bytes.chunks(3).enumerate() {
        if index > 0 && index * 4 % BASE64_LINE == 0 {
            out.push('\n');
        }
        let word = group.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            if place <= group.len() {
                out.push(char::from(BASE64[(word >> (18 - 6 * place)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

fn of_base64(text: &str) -> Result<Vec<u8>, ValueError> {
    let refused = |message: String| ValueError::new(ValueErrorKind::InvalidParameter, message);
    let (mut out, mut word, mut count, mut padding) = (Vec::new(), 0_u32, 0, 0);
    for char in text.chars() {
        if char.is_ascii_whitespace() {
            continue;
        }
        let value = match char {
            '=' => {
                padding += 1;
                0
            }
            _ if padding > 0 => return Err(refused("unexpected \"=\" while decoding base64 sequence".to_owned())),
            _ => match BASE64.iter().position(|known| char::from(*known) == char) {
                Some(value) => value as u32,
                None => return Err(refused(format!("invalid symbol \"{char}\" found while decoding base64 sequence"))),
            },
        };
        word = (word << 6) | value;
        count += 1;
        if count == 4 {
            out.extend_from_slice(&word.to_be_bytes()[1..4 - padding.min(2)]);
            (word, count) = (0, 0);
        }
    }
    if count != 0 {
        return Err(refused("invalid base64 end sequence".to_owned()));
    }
    Ok(out)
}

fn of_hex(text: &str) -> Result<Vec<u8>, ValueError> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for char in text.chars().filter(|char| !char.is_ascii_whitespace()) {
        let Some(digit) = char.to_digit(16) else {
            return Err(ValueError::invalid_parameter(format!("invalid hexadecimal digit: \"{char}\"")));
        };
        match high.take() {
            Some(high) => out.push((high * 16 + digit) as u8),
            None => high = Some(digit),
        }
    }
    match high {
        Some(_) => Err(ValueError::invalid_parameter("invalid hexadecimal data: odd number of digits")),
        None => Ok(out),
    }
}

fn escape(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            0 | 0x80.. => out.push_str(&format!("\\{byte:03o}")),
            _ => out.push(char::from(*byte)),
        }
    }
    out
}

fn of_escape(text: &str) -> Result<Vec<u8>, ValueError> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'\\' {
            out.push(*first);
            rest = after;
            continue;
        }
        match after {
            [b'\\', more @ ..] => {
                out.push(b'\\');
                rest = more;
            }
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', more @ ..] => {
                out.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                rest = more;
            }
            _ => return Err(ValueError::invalid_text("bytea", text)),
        }
    }
    Ok(out)
}

fn check_encoding(name: &str) -> Result<(), ValueError> {
    if ["utf8", "utf-8", "unicode"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(ValueError::invalid_parameter(format!("invalid encoding name \"{name}\"; texts are in UTF8")))
}

fn convert_from(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let (Some(bytes), Some(encoding)) = (call.bytes(0, row), call.text(1, row)) else { return Ok(None) };
        check_encoding(encoding)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => {
                Err(ValueError::new(ValueErrorKind::InvalidText, "invalid byte sequence for encoding \"UTF8\"").into())
            }
        }
    })
}

fn convert_to(call: &Call) -> Result<ArrayRef> {
    call.each_bytes(|row| {
        let (Some(text), Some(encoding)) = (call.text(0, row), call.text(1, row)) else { return Ok(None) };
        check_encoding(encoding)?;
        Ok(Some(text.as_bytes().to_vec()))
    })
}

fn get_byte(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let (Some(bytes), Some(index)) = (call.bytes(0, row), call.integer(1, row)) else { return Ok(None) };
        let byte = usize::try_from(index).ok().and_then(|index| bytes.get(index));
        match byte {
            Some(byte) => Ok(Some(i32::from(*byte))),
            None => {
                let message = format!("index {index} out of valid range, 0..{}", bytes.len() as i64 - 1);
                Err(ValueError::invalid_parameter(message).into())
            }
        }
    })
}

fn bit_count(call: &Call) -> Result<ArrayRef> {
    call.each::<Int64Type>(|row| {
        Ok(call.bytes(0, row).map(|bytes| bytes.iter().map(|byte| i64::from(byte.count_ones())).sum()))
    })
}

fn octets(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let length = call.bytes(0, row).map(<[u8]>::len).or_else(|| call.text(0, row).map(str::len));
        Ok(length.map(|length| i32::try_from(length).unwrap_or(i32::MAX)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_comes_back_as_the_same_bytes() {
        for bytes in [&b""[..], b"a", b"ab", b"abc", b"\x00\xff\\'", &[7; 100]] {
            assert_eq!(of_base64(&base64(bytes)).unwrap(), bytes);
            assert_eq!(of_escape(&escape(bytes)).unwrap(), bytes);
        }
        assert_eq!(base64(b"abc"), "YWJj");
        assert_eq!(of_hex("61 62").unwrap(), b"ab");
    }

    #[test]
    fn what_is_no_encoding_is_refused() {
        for text in ["a", "a=bc", "é===", "===="] {
            let _ = of_base64(text);
        }
        assert!(of_base64("YWJ").is_err());
        assert!(of_hex("abc").is_err() && of_hex("zz").is_err());
        assert!(of_escape("\\9").is_err() && of_escape("\\").is_err());
    }
}
