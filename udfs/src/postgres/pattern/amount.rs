//! Numbers out of a text by a pattern.

use super::number::{Mark, Part, Picture, SignPlace};
use crate::postgres::decimal::Decimal;
use crate::value_error::{ValueError, ValueErrorKind};

/// Reads a number; its scale is the number of digits that were read after the point.
pub(in crate::postgres) fn read(picture: &Picture, text: &str) -> Result<Decimal, ValueError> {
    for (is_used, name) in [(picture.is_scientific, "EEEE"), (picture.is_roman, "RN")] {
        if is_used {
            return Err(ValueError::new(ValueErrorKind::Syntax, format!("\"{name}\" not supported for input")));
        }
    }
    let mut sign = picture.sign;
    if sign == Some(SignPlace::Before) && picture.before == picture.before_sign {
        sign = Some(SignPlace::After);
    }
    let chars = text.chars().collect();
    let mut reader =
        Reader { picture, sign, text: chars, at: 0, is_negative: None, digits: String::new(), after: None };
    for part in &picture.parts {
        if reader.at >= reader.text.len() {
            break;
        }
        match part {
            Part::Text(_) => reader.at += 1,
            Part::Mark(mark) => reader.mark(*mark),
        }
    }
    reader.finish()
}

struct Reader<'a> {
    picture: &'a Picture,
    sign: Option<SignPlace>,
    text: Vec<char>,
    at: usize,
    is_negative: Option<bool>,
    digits: String,
    /// Digits read after the point, once it was read.
    after: Option<usize>,
}

impl Reader<'_> {
    fn next(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn mark(&mut self, mark: Mark) {
        match mark {
            Mark::Nine | Mark::Zero | Mark::Point | Mark::LocalePoint => {
                self.place(matches!(mark, Mark::Nine | Mark::Zero));
                self.at += 1;
            }
            Mark::Comma | Mark::LocaleComma if self.next() == Some(',') => self.at += 1,
            Mark::Minus | Mark::Plus | Mark::PlusMinus => {
                let is_negative = match self.next() {
                    Some('-') if mark != Mark::Plus => true,
                    Some('+') if mark != Mark::Minus => false,
                    _ => return self.skip(1),
                };
                self.is_negative = Some(is_negative);
                self.at += 1;
            }
            Mark::Currency => self.skip(1),
            Mark::Ordinal { .. } => self.skip(2),
            _ => {}
        }
    }

    /// Passes over characters that cannot belong to a number.
    fn skip(&mut self, most: usize) {
        for _ in 0..most {
            match self.next() {
                Some(char) if !char.is_ascii_digit() && !".,+-".contains(char) => self.at += 1,
                _ => return,
            }
        }
    }

    /// Reads what stands in a place for a digit; leaves `at` on the last character taken.
    fn place(&mut self, is_digit_place: bool) {
        if self.next() == Some(' ') {
            self.at += 1;
        }
        if self.is_negative.is_none() && is_digit_place && self.digits.is_empty() && self.after.is_none() {
            self.leading_sign();
        }
        let mut is_read = false;
        match self.next() {
            None => return,
            Some(digit) if digit.is_ascii_digit() => {
                if let Some(after) = &mut self.after {
                    if *after == self.picture.after {
                        return;
                    }
                    *after += 1;
                }
                self.digits.push(digit);
                is_read = true;
            }
            Some('.') if self.picture.has_point && self.after.is_none() => {
                self.after = Some(0);
                is_read = true;
            }
            Some(_) => {}
        }
        if self.is_negative.is_some() || self.digits.is_empty() {
            return;
        }
        // A sign behind the last digit.
        if self.sign.is_some() && is_read {
            match self.text.get(self.at + 1) {
                Some('-') => self.is_negative = Some(true),
                Some('+') => self.is_negative = Some(false),
                _ => return,
            }
            self.at += 1;
        } else if self.sign.is_none() && !is_read {
            match self.next() {
                Some('-') => self.is_negative = Some(true),
                Some('+') => self.is_negative = Some(false),
                _ => {}
            }
        }
    }

    fn leading_sign(&mut self) {
        let is_expected = self.sign != Some(SignPlace::After);
        match self.next() {
            Some('-') if is_expected => self.is_negative = Some(true),
            Some('<') if self.picture.is_bracketed => self.is_negative = Some(true),
            Some('+') if is_expected => self.is_negative = Some(false),
            _ => return,
        }
        self.at += 1;
    }

    fn finish(self) -> Result<Decimal, ValueError> {
        let error = || ValueError::invalid_text("numeric", if self.is_negative == Some(true) { "-" } else { " " });
        if self.digits.is_empty() {
            return Err(error());
        }
        let whole = self.digits.len() - self.after.unwrap_or(0);
        let zeros = self.digits.bytes().take_while(|digit| *digit == b'0').count();
        if whole.saturating_sub(zeros) > self.picture.before + self.picture.shift {
            return Err(ValueError::new(ValueErrorKind::OutOfRange, "numeric field overflow"));
        }
        let unscaled: i128 = self.digits.parse().map_err(|_| ValueError::numeric_overflow())?;
        let scale = self.after.unwrap_or(0) + self.picture.shift;
        let scale = u32::try_from(scale).map_err(|_| ValueError::numeric_overflow())?;
        Ok(Decimal::new(if self.is_negative == Some(true) { -unscaled } else { unscaled }, scale))
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::parse;
    use super::*;

    fn number(text: &str, pattern: &str) -> Result<String, String> {
        let picture = parse(pattern).map_err(|error| error.to_string())?;
        read(&picture, text).map(|decimal| decimal.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_text_is_read_place_by_place() {
        // From select to_number(…) in PostgreSQL 15.
        assert_eq!(number("12,454.8-", "99G999D9S").unwrap(), "-12454.8");
        assert_eq!(number("-34,338,492", "99G999G999").unwrap(), "-34338492");
        assert_eq!(number("<564646.654564>", "999999.999999PR").unwrap(), "-564646.654564");
        assert_eq!(number("5.01-", "FM9.999999MI").unwrap(), "-5.01");
        assert_eq!(number("$1234.56", "L9,999.99").unwrap(), "1234.56");
        assert_eq!(number("123456", "999G999").unwrap(), "123456");
        assert!(number("abc", "999").is_err());
    }
}
