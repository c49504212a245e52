//! Floating-point numbers as PostgreSQL prints them.
//!
//! The digits are the fewest that read back as the same number; the form is fixed for exponents
//! from −4 up to a bound, and scientific outside (`1e+15`, `1e-05`).

use std::io::Write;

/// The first exponent that is printed in scientific form.
const FLOAT4_SCIENTIFIC: i32 = 6;
const FLOAT8_SCIENTIFIC: i32 = 15;

/// Digits of the longest shortest form of a double.
const DIGITS_MAX: usize = 17;

/// The text of a `real`.
#[must_use]
pub fn float4_text(value: f32) -> String {
    let mut out = Vec::new();
    float4(value, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// The text of a `double precision`.
#[must_use]
pub fn float8_text(value: f64) -> String {
    let mut out = Vec::new();
    float8(value, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends the text of a `real`.
pub fn float4(value: f32, out: &mut Vec<u8>) {
    if !special(f64::from(value), out) {
        let start = out.len();
        // Writing to memory cannot fail.
        let _ = write!(out, "{value:e}");
        reshape(start, FLOAT4_SCIENTIFIC, out);
    }
}

/// Appends the text of a `double precision`.
pub fn float8(value: f64, out: &mut Vec<u8>) {
    if !special(value, out) {
        let start = out.len();
        // Writing to memory cannot fail.
        let _ = write!(out, "{value:e}");
        reshape(start, FLOAT8_SCIENTIFIC, out);
    }
}

fn special(value: f64, out: &mut Vec<u8>) -> bool {
    let name: &[u8] = if value.is_nan() {
        b"NaN"
    } else if value == f64::INFINITY {
        b"Infinity"
    } else if value == f64::NEG_INFINITY {
        b"-Infinity"
    } else {
        return false;
    };
    out.extend_from_slice(name);
    true
}

/// Rewrites Rust's `1.25e-7` from `start` on.
fn reshape(start: usize, scientific: i32, out: &mut Vec<u8>) {
    let mut buffer = [0; DIGITS_MAX];
    let mut count = 0;
    let mut negative = false;
    let mut exponent = 0;
    let mut exponent_negative = false;
    let mut after_e = false;
    for &byte in out.get(start..).unwrap_or_default() {
        match byte {
            b'-' if after_e => exponent_negative = true,
            b'-' => negative = true,
            b'e' => after_e = true,
            b'0'..=b'9' if after_e => exponent = exponent * 10 + i32::from(byte - b'0'),
            b'0'..=b'9' => {
                if let Some(place) = buffer.get_mut(count) {
                    *place = byte;
                    count += 1;
                }
            }
            _ => {}
        }
    }
    let digits = &buffer[..count];
    let exponent = if exponent_negative { -exponent } else { exponent };
    out.truncate(start);
    if negative {
        out.push(b'-');
    }
    if exponent < -4 || exponent >= scientific {
        let (first, rest) = digits.split_at(1.min(count));
        out.extend_from_slice(first);
        if !rest.is_empty() {
            out.push(b'.');
            out.extend_from_slice(rest);
        }
        let _ = write!(out, "e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs());
    } else if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', exponent.unsigned_abs() as usize - 1));
        out.extend_from_slice(digits);
    } else {
        let whole = exponent as usize + 1;
        let (before, after) = digits.split_at(whole.min(count));
        out.extend_from_slice(before);
        out.extend(std::iter::repeat_n(b'0', whole - before.len()));
        if !after.is_empty() {
            out.push(b'.');
            out.extend_from_slice(after);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_look_as_in_postgresql() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1234.5678, "1234.5678"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e14, "100000000000000"),
            (1e15, "1e+15"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (1e100, "1e+100"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, expected) in cases {
            assert_eq!(float8_text(value), expected);
        }
    }

    #[test]
    fn single_floats_turn_scientific_earlier() {
        assert_eq!(float4_text(0.1), "0.1");
        assert_eq!(float4_text(100_000.0), "100000");
        assert_eq!(float4_text(1_000_000.0), "1e+06");
        assert_eq!(float4_text(1_234_567.0), "1.234567e+06");
    }

    #[test]
    fn every_text_reads_back_as_the_same_number() {
        let mut bits = 1_u64;
        for _ in 0..10_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(bits);
            if value.is_finite() {
                assert_eq!(float8_text(value).parse::<f64>().unwrap().to_bits(), bits);
            }
        }
    }
}
