//! Decimals as PostgreSQL's numeric.
//!
//! Both forms start from the digits of the unscaled number, which exist for every width; the
//! binary one packs them four at a time, aligned to the decimal point. NaN and the infinities are
//! constants beside them, of which the binary form has a header only.

use bellwether::Result;

use super::out_of_range;

/// Where a numeric is positive or negative in its binary header.
const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
/// What stands there for what is no number.
const NAN: u16 = 0xc000;
const INFINITY: u16 = 0xd000;
const NEGATIVE_INFINITY: u16 = 0xf000;

/// Decimal digits of a number, without sign.
pub(super) struct Digits<'a> {
    negative: bool,
    digits: &'a [u8],
}

impl<'a> Digits<'a> {
    /// The digits of an integer's usual text.
    pub(super) fn of(text: &'a str) -> Self {
        match text.strip_prefix('-') {
            Some(digits) => Self { negative: true, digits: digits.as_bytes() },
            None => Self { negative: false, digits: text.as_bytes() },
        }
    }

    /// Appends the number with `scale` digits after the point: `-12.50`.
    pub(super) fn text(&self, scale: i8, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let Ok(after) = usize::try_from(scale) else {
            out.extend_from_slice(self.digits);
            if self.digits != b"0" {
                out.extend(std::iter::repeat_n(b'0', usize::from(scale.unsigned_abs())));
            }
            return;
        };
        if after == 0 {
            out.extend_from_slice(self.digits);
            return;
        }
        match self.digits.len().checked_sub(after) {
            Some(before) if before > 0 => {
                let (whole, fraction) = self.digits.split_at(before);
                out.extend_from_slice(whole);
                out.push(b'.');
                out.extend_from_slice(fraction);
            }
            _ => {
                out.extend_from_slice(b"0.");
                out.extend(std::iter::repeat_n(b'0', after - self.digits.len()));
                out.extend_from_slice(self.digits);
            }
        }
    }

    /// Appends PostgreSQL's binary form: digits to the base 10000 with the weight of the first.
    pub(super) fn binary(&self, scale: i8, out: &mut Vec<u8>) {
        let leading = self.digits.iter().take_while(|&&digit| digit == b'0').count();
        let digits = &self.digits[leading..];
        // How many digits stand before the point; negative when zeros follow it.
        let point = digits.len() as i32 - i32::from(scale);
        let trailing = digits.iter().rev().take_while(|&&digit| digit == b'0').count();
        let digits = &digits[..digits.len() - trailing];

        let groups_before_point = (point + 3).div_euclid(4);
        let padding = (groups_before_point * 4 - point) as usize;
        let groups = (padding + digits.len()).div_ceil(4);
        let (groups, weight, sign) = if digits.is_empty() {
            (0, 0, POSITIVE)
        } else {
            (groups, groups_before_point - 1, if self.negative { NEGATIVE } else { POSITIVE })
        };
        out.extend_from_slice(&(groups as u16).to_be_bytes());
        out.extend_from_slice(&(weight as i16).to_be_bytes());
        out.extend_from_slice(&sign.to_be_bytes());
        out.extend_from_slice(&i16::from(scale.max(0)).to_be_bytes());
        let mut at = 0;
        for group in 0..groups {
            let mut value = 0_u16;
            for place in 0..4 {
                value *= 10;
                if group * 4 + place >= padding
                    && let Some(digit) = digits.get(at)
                {
                    value += u16::from(digit - b'0');
                    at += 1;
                }
            }
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}

/// Appends a float as a numeric: `NaN`, `-Infinity`, `12.5`.
pub(super) fn special_text(value: f64, out: &mut Vec<u8>) -> Result<()> {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"Infinity" } else { b"-Infinity" });
    } else {
        let (digits, scale) = digits_of(value)?;
        Digits::of(&digits).text(scale, out);
    }
    Ok(())
}

/// Appends a float in the binary form of a numeric.
pub(super) fn special_binary(value: f64, out: &mut Vec<u8>) -> Result<()> {
    if value.is_finite() {
        let (digits, scale) = digits_of(value)?;
        Digits::of(&digits).binary(scale, out);
        return Ok(());
    }
    let sign = match value.is_nan() {
        true => NAN,
        false if value > 0.0 => INFINITY,
        false => NEGATIVE_INFINITY,
    };
    // No digits, no weight, the sign, no scale.
    for part in [0, 0, sign, 0] {
        out.extend_from_slice(&part.to_be_bytes());
    }
    Ok(())
}

/// The shortest digits that mean a finite float, and how many of them stand after the point.
fn digits_of(value: f64) -> Result<(String, i8)> {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let after = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len()) as i64;
    let scale = exponent.parse::<i64>().ok().and_then(|exponent| i8::try_from(after - exponent).ok());
    Ok((mantissa.replace('.', ""), scale.ok_or_else(|| out_of_range("numeric"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_a_header_alone() {
        // PostgreSQL: select numeric_send('NaN'), numeric_send('-Infinity').
        let binary = |value| {
            let mut out = Vec::new();
            special_binary(value, &mut out).unwrap();
            out
        };
        assert_eq!(binary(f64::NAN), [0, 0, 0, 0, 0xc0, 0, 0, 0]);
        assert_eq!(binary(f64::NEG_INFINITY), [0, 0, 0, 0, 0xf0, 0, 0, 0]);
        assert_eq!(binary(12.5), [0, 2, 0, 0, 0, 0, 0, 1, 0, 12, 0x13, 0x88]);
    }

    #[test]
    fn floats_among_them_are_written_with_all_their_digits() {
        let text = |value| {
            let mut out = Vec::new();
            special_text(value, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(f64::INFINITY), "Infinity");
        for (value, shown) in [(-12.5, "-12.5"), (1e20, "100000000000000000000"), (1.5e-7, "0.00000015"), (0.0, "0")] {
            assert_eq!(text(value), shown);
        }
        assert!(special_text(1e300, &mut Vec::new()).is_err());
    }

    fn text(number: &str, scale: i8) -> String {
        let mut out = Vec::new();
        Digits::of(number).text(scale, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn binary(number: &str, scale: i8) -> Vec<i16> {
        let mut out = Vec::new();
        Digits::of(number).binary(scale, &mut out);
        out.chunks(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect()
    }

    #[test]
    fn the_text_shows_the_declared_scale() {
        assert_eq!(text("125000", 4), "12.5000");
        assert_eq!(text("-5", 2), "-0.05");
        assert_eq!(text("0", 2), "0.00");
        assert_eq!(text("7", 0), "7");
        assert_eq!(text("7", -3), "7000");
        assert_eq!(text("0", -3), "0");
        assert_eq!(text("99", 2), "0.99");
    }

    #[test]
    fn the_binary_form_is_that_of_numeric_send() {
        // From select encode(numeric_send(…), 'hex') in PostgreSQL: digits, weight, sign, scale, groups.
        assert_eq!(binary("125000", 4), [2, 0, 0, 4, 12, 5000]);
        assert_eq!(binary("123456789", 2), [3, 1, 0, 2, 123, 4567, 8900]);
        assert_eq!(binary("-5", 2), [1, -1, 0x4000, 2, 500]);
        assert_eq!(binary("0", 2), [0, 0, 0, 2]);
        assert_eq!(binary("10000", 0), [1, 1, 0, 0, 1]);
        assert_eq!(binary("1", 8), [1, -2, 0, 8, 1]);
        assert_eq!(binary("1", 5), [1, -2, 0, 5, 1000]);
        assert_eq!(binary("7", -3), [1, 0, 0, 0, 7000]);
        assert_eq!(binary("12", -3), [2, 1, 0, 0, 1, 2000]);
    }

    #[test]
    fn the_longest_decimals_fit() {
        let digits = "9".repeat(76);
        let groups = binary(&digits, 76);
        assert_eq!(groups[..4], [19, -1, 0, 76]);
        assert!(groups[4..].iter().all(|&group| group == 9999));
    }
}
