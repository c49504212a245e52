//! Numbers by a pattern.
//!
//! A number is spelled with as many digits after the point as the pattern has places, and its digits then fall into
//! the places one by one; blanks or zeros stand where it has none. What does not fit becomes `#`.

use super::number::{Mark, Part, Picture, SignPlace};
use super::ordinal;
use crate::postgres::decimal::{Decimal, power_of_ten};
use crate::value_error::ValueError;

/// Digits that are certain in a double and in a float.
const DOUBLE_DIGITS: usize = 15;
const FLOAT_DIGITS: usize = 6;

/// A number spelled out for a picture.
struct Spelled {
    is_negative: bool,
    /// Digits, perhaps with a point; or `#` where they are too many.
    text: String,
    /// Places before the point that the number does not fill.
    blanks: usize,
}

/// A decimal by a pattern.
pub(in crate::postgres) fn decimal(picture: &Picture, value: Decimal, is_whole: bool) -> Result<String, ValueError> {
    if picture.is_roman {
        return Ok(fill(picture, &roman_of(value.round(0)?.unscaled)));
    }
    if picture.is_scientific {
        return Ok(scientific_decimal(value, picture.after, is_whole));
    }
    let factor = power_of_ten(u32::try_from(picture.shift).unwrap_or(u32::MAX))?;
    let shifted = value.unscaled.checked_mul(factor).ok_or_else(ValueError::numeric_overflow)?;
    let value = Decimal { unscaled: shifted, scale: value.scale };
    let after = u32::try_from(picture.after).unwrap_or(u32::MAX);
    // Zeros that no decimal can hold are spelled all the same.
    let rounded = if after < value.scale { value.round(after)? } else { value };
    let mut text = rounded.to_string();
    let missing = picture.after - (rounded.scale as usize).min(picture.after);
    if missing > 0 && !text.contains('.') {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', missing));
    Ok(write(picture, spelled(picture, &text, picture.after)))
}

/// A double by a pattern; of a float fewer digits are certain.
pub(in crate::postgres) fn double(picture: &Picture, value: f64, is_float: bool) -> Result<String, ValueError> {
    if picture.is_roman {
        let rounded = value.round_ties_even();
        // What is not in the range of numerals is not spelled anyway.
        return Ok(fill(picture, &roman_of(if rounded.is_finite() { rounded as i128 } else { 0 })));
    }
    if picture.is_scientific {
        if !value.is_finite() {
            let mut text = " ".to_owned();
            text.extend(std::iter::repeat_n('#', picture.before));
            text.push('.');
            text.extend(std::iter::repeat_n('#', picture.after + 4));
            return Ok(text);
        }
        let spelled = exponent(value, picture.after);
        return Ok(if value.is_sign_negative() { spelled } else { format!(" {spelled}") });
    }
    let shift = i32::try_from(picture.shift).unwrap_or(i32::MAX);
    let value = value * 10_f64.powi(shift);
    let certain = if is_float { FLOAT_DIGITS } else { DOUBLE_DIGITS };
    let before = text_of(value.abs(), 0).len();
    let after = picture.after.min(certain.saturating_sub(before));
    Ok(write(picture, spelled(picture, &text_of(value, after), after)))
}

fn text_of(value: f64, after: usize) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    format!("{value:.after$}")
}

fn spelled(picture: &Picture, text: &str, after: usize) -> Spelled {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let before = digits.find('.').unwrap_or(digits.len());
    let places = picture.before + picture.shift;
    if before > places {
        let text = format!("{}.{}", "#".repeat(places), "#".repeat(after));
        return Spelled { is_negative, text, blanks: 0 };
    }
    Spelled { is_negative, text: digits.to_owned(), blanks: places - before }
}

/// Walks through the pattern and lets the digits fall into their places.
fn write(picture: &Picture, spelled: Spelled) -> String {
    let mut writer = Writer::new(picture, &spelled);
    for part in &picture.parts {
        match part {
            Part::Text(char) => writer.out.push(*char),
            Part::Mark(mark) => writer.mark(*mark),
        }
    }
    writer.out
}

struct Writer<'a> {
    picture: &'a Picture,
    is_negative: bool,
    text: &'a [u8],
    /// The next character of `text`.
    at: usize,
    blanks: usize,
    /// The place that comes next, from 0.
    place: usize,
    places: usize,
    zero_start: Option<usize>,
    sign: Option<SignPlace>,
    is_bracketed: bool,
    is_sign_written: bool,
    /// Whether the last place had a digit in it.
    is_within: bool,
    /// The last character that fill mode keeps.
    last_kept: Option<usize>,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(picture: &'a Picture, spelled: &'a Spelled) -> Self {
        let is_negative = spelled.is_negative;
        let text = spelled.text.as_bytes();
        let places = picture.before + picture.shift;
        let (mut sign, mut is_bracketed) = (picture.sign, picture.is_bracketed);
        let is_sign_written;
        if picture.has_plus || picture.has_minus {
            // The sign has a mark of its own, except that a plus alone leaves a minus with the number.
            is_sign_written = picture.has_minus;
        } else {
            is_bracketed &= is_negative || !picture.is_fill_mode;
            is_sign_written = !is_negative && picture.is_fill_mode && sign.is_none();
            if sign == Some(SignPlace::Before) && places == picture.before_sign {
                sign = Some(SignPlace::After);
            }
        }
        let mut last_kept = None;
        if picture.is_fill_mode && picture.has_point {
            last_kept = last_kept_digit(text);
            if let Some(kept) = last_kept
                && picture.zero_end > spelled.blanks
            {
                // Zeros that a `0` asks for stay.
                let asked = (picture.zero_end - spelled.blanks).min(text.len().saturating_sub(1));
                last_kept = Some(kept.max(asked));
            }
        }
        Self {
            picture,
            is_negative,
            text,
            at: 0,
            blanks: spelled.blanks,
            place: 0,
            places: (picture.after + places + usize::from(!is_sign_written && spelled.blanks == 0)).saturating_sub(1),
            zero_start: picture.zero_start.checked_sub(1),
            sign,
            is_bracketed,
            is_sign_written,
            is_within: false,
            last_kept,
            out: String::new(),
        }
    }

    fn mark(&mut self, mark: Mark) {
        let is_fill_mode = self.picture.is_fill_mode;
        match mark {
            Mark::Nine | Mark::Zero | Mark::Point | Mark::LocalePoint => self.digit(mark == Mark::Zero),
            Mark::Comma | Mark::LocaleComma if self.is_within => self.out.push(','),
            Mark::Comma | Mark::LocaleComma if is_fill_mode => {}
            Mark::Comma | Mark::LocaleComma | Mark::Currency => self.out.push(' '),
            Mark::Minus if self.is_negative => self.out.push('-'),
            Mark::Plus if !self.is_negative => self.out.push('+'),
            Mark::Minus | Mark::Plus if !is_fill_mode => self.out.push(' '),
            Mark::PlusMinus => self.out.push(if self.is_negative { '-' } else { '+' }),
            Mark::Ordinal { is_upper } => {
                let is_spelled = self.text.first() != Some(&b'#');
                if is_spelled && !self.is_negative && !self.picture.has_point {
                    let digits = String::from_utf8_lossy(self.text);
                    self.out.push_str(ordinal(&digits, is_upper));
                }
            }
            _ => {}
        }
    }

    /// `0.1` in `9.9` is `.1`.
    fn hides_leading_zero(&self) -> bool {
        self.zero_start.is_none() && self.at == 0 && self.text.first() == Some(&b'0') && self.picture.after != 0
    }

    /// Whether fill mode keeps nothing behind the point.
    fn ends_with_point(&self) -> bool {
        self.last_kept.is_some_and(|kept| self.text.get(kept) == Some(&b'.'))
    }

    fn digit(&mut self, is_zero: bool) {
        let is_fill_mode = self.picture.is_fill_mode;
        self.is_within = false;
        let is_due = self.place >= self.blanks || self.zero_start == Some(self.place);
        if !self.is_sign_written && is_due && (!self.hides_leading_zero() || self.ends_with_point()) {
            self.leading_sign();
        }
        if self.place < self.blanks {
            if self.zero_start.is_some_and(|start| start <= self.place) {
                self.out.push('0');
                self.is_within = true;
            } else if !is_fill_mode {
                self.out.push(' ');
            }
        } else {
            match self.text.get(self.at) {
                Some(b'.') => self.out.push('.'),
                _ if self.last_kept.is_some_and(|kept| self.at > kept) && !is_zero => {}
                _ if self.hides_leading_zero() => {
                    if !is_fill_mode {
                        self.out.push(' ');
                    } else if self.ends_with_point() {
                        self.out.push('0');
                    }
                }
                Some(digit) => {
                    self.out.push(char::from(*digit));
                    self.is_within = true;
                }
                None => {}
            }
            if self.at < self.text.len() {
                self.at += 1;
            }
        }
        let mut end = self.places + usize::from(self.blanks > 0) + usize::from(self.picture.has_point);
        if self.last_kept == Some(self.at) {
            end = self.place;
        }
        if self.place + 1 == end {
            self.trailing_sign();
        }
        self.place += 1;
    }

    fn leading_sign(&mut self) {
        match self.sign {
            Some(SignPlace::Before) => {
                self.out.push(if self.is_negative { '-' } else { '+' });
                self.is_sign_written = true;
            }
            Some(SignPlace::After) => {}
            None => {
                if self.is_bracketed {
                    self.out.push(if self.is_negative { '<' } else { ' ' });
                } else if self.is_negative {
                    self.out.push('-');
                } else if !self.picture.is_fill_mode {
                    self.out.push(' ');
                }
                self.is_sign_written = true;
            }
        }
    }

    fn trailing_sign(&mut self) {
        if self.is_sign_written && self.is_bracketed {
            self.out.push(if self.is_negative { '>' } else { ' ' });
        } else if self.sign == Some(SignPlace::After) {
            self.out.push(if self.is_negative { '-' } else { '+' });
        }
    }
}

/// Where the last digit behind the point is that is no zero, or the point itself.
fn last_kept_digit(text: &[u8]) -> Option<usize> {
    let point = text.iter().position(|byte| *byte == b'.')?;
    let after = text[point..].iter().rposition(|byte| *byte != b'0')?;
    Some(point + after)
}

/// The most digits of a double that are not zeros, after the first.
const EXACT_DIGITS: usize = 766;

/// A double in scientific notation, as `1.23e+04`, with so many digits after the point.
fn exponent(value: f64, after: usize) -> String {
    // `format!` panics where it is asked for more than 65,535.
    let exact = after.min(EXACT_DIGITS);
    let text = format!("{value:.exact$e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    let zeros = "0".repeat(after - exact);
    format!("{digits}{zeros}e{sign}{exponent:0>2}")
}

/// A decimal in scientific notation, exactly rounded.
fn scientific_decimal(value: Decimal, after: usize, is_whole: bool) -> String {
    if is_whole && value.unscaled.unsigned_abs() < 1 << 53 && value.scale == 0 {
        let text = exponent(value.unscaled as f64, after);
        return if value.unscaled < 0 { text } else { format!(" {text}") };
    }
    let digits = value.unscaled.unsigned_abs().to_string();
    let mut power = digits.len() as i64 - 1 - i64::from(value.scale);
    let kept = after + 1;
    let mut digits = if digits.len() > kept {
        let excess = u32::try_from(digits.len() - kept).unwrap_or(0);
        let rounded = Decimal::new(value.unscaled, excess).round(0).map_or(0, |rounded| rounded.unscaled);
        rounded.unsigned_abs().to_string()
    } else {
        digits
    };
    if digits.len() > kept {
        // 9.99 became 10.0.
        digits.pop();
        power += 1;
    }
    digits.extend(std::iter::repeat_n('0', kept - digits.len().min(kept)));
    if value.unscaled == 0 {
        power = 0;
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if value.unscaled < 0 { "-" } else { " " };
    let power_sign = if power < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}e{power_sign}{:0>2}", power.abs())
}

/// A Roman numeral; `#` where there is none.
fn roman_of(number: i128) -> String {
    const NUMERALS: &[(i128, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..4000).contains(&number) {
        return "#".repeat(15);
    }
    let (mut rest, mut numeral) = (number, String::new());
    for (value, letters) in NUMERALS {
        while rest >= *value {
            numeral.push_str(letters);
            rest -= value;
        }
    }
    numeral
}

/// The pattern with the numeral in the place of `RN`.
fn fill(picture: &Picture, numeral: &str) -> String {
    let mut out = String::new();
    for part in &picture.parts {
        match part {
            Part::Text(char) => out.push(*char),
            Part::Mark(Mark::Roman { is_upper }) => {
                let numeral = if *is_upper { numeral.to_owned() } else { numeral.to_lowercase() };
                let width = if picture.is_fill_mode { 0 } else { 15 };
                out.push_str(&format!("{numeral:>width$}"));
            }
            // Marks of a number leave their blanks.
            Part::Mark(Mark::Currency) => out.push(' '),
            Part::Mark(Mark::Comma | Mark::LocaleComma | Mark::Minus | Mark::Plus) if !picture.is_fill_mode => {
                out.push(' ');
            }
            Part::Mark(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::number::parse;
    use super::*;

    fn shown(unscaled: i128, scale: u32, pattern: &str) -> String {
        decimal(&parse(pattern).unwrap(), Decimal::new(unscaled, scale), scale == 0).unwrap()
    }

    #[test]
    fn an_exponent_follows_any_number_of_digits() {
        let pattern = format!("9.{}EEEE", "9".repeat(70_000));
        let text = double(&parse(&pattern).unwrap(), 0.1, false).unwrap();
        assert!(text.starts_with(" 1.0000000000000000555") && text.ends_with("000e-01"), "{}", &text[..40]);
        assert_eq!(text.len(), " 1.".len() + 70_000 + "e-01".len());
    }

    #[test]
    fn digits_fall_into_their_places() {
        // From select to_char(…) in PostgreSQL 15.
        assert_eq!(shown(125, 0, "999"), " 125");
        assert_eq!(shown(-125, 0, "999S"), "125-");
        assert_eq!(shown(12, 0, "9,999"), "    12");
        assert_eq!(shown(1_234_567, 0, "FM9,999,999"), "1,234,567");
        assert_eq!(shown(1485, 1, "FM999.990"), "148.500");
        assert_eq!(shown(1, 1, "9.9"), "  .1");
        assert_eq!(shown(1250, 0, "999"), " ###");
        assert_eq!(shown(-12_345, 1, "9999.99PR"), "<1234.50>");
        assert_eq!(shown(485, 0, "FMRN"), "CDLXXXV");
        assert_eq!(shown(4859, 7, "9.99EEEE"), " 4.86e-04");
    }

    #[test]
    fn any_pattern_shows_any_number() {
        let pieces = ["9", "0", ".", ",", "FM", "S", "PR", "MI", "PL", "SG", "V", "EEEE", "RN", "th", "G", "D", "x"];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let Ok(picture) = parse(&format!("{first}{second}{third}")) else { continue };
                    for number in [0, 1, -1, i128::from(i64::MIN), i128::MAX] {
                        let _ = decimal(&picture, Decimal::new(number, 3), false);
                    }
                    for number in [0.0, -0.0, 1e300, f64::MIN_POSITIVE, f64::NAN, f64::NEG_INFINITY] {
                        let _ = double(&picture, number, false);
                    }
                }
            }
        }
    }
}
