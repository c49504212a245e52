//! `format(pattern, value, …)`: values in a text, as they are, as names or as literals.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use super::{output, quote};
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "format",
        "format(pattern [, value, …])",
        "Returns a text with values in the place of `%s` (as they are), `%I` (as names), `%L` (as literals); \
         `%2$s` takes the second, `%-10s` and `%*s` pad. **Nulls** a NULL is nothing, for `%L` the word NULL; a pattern \
         that is NULL gives NULL. **Errors** a specifier that there is not, too few values, NULL as a name.",
    )
    .takes(&[Type::Text], Gives::One(|| DataType::Utf8), format)
    .takes_many(&[Type::Text, Type::Any], Gives::One(|| DataType::Utf8), format)
    .sees_nulls()
    .volatility(Volatility::Stable)
    .build()
}

fn format(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(pattern) = call.text(0, row) else { return Ok(None) };
        let mut writer = Writer { call, row, next: 1, out: String::new() };
        writer.all(pattern)?;
        Ok(Some(writer.out))
    })
}

struct Writer<'a> {
    call: &'a Call<'a>,
    row: usize,
    /// The value that comes next.
    next: usize,
    out: String,
}

impl Writer<'_> {
    fn all(&mut self, pattern: &str) -> Result<()> {
        let mut chars = pattern.chars().peekable();
        while let Some(char) = chars.next() {
            if char != '%' {
                self.out.push(char);
            } else if chars.next_if_eq(&'%').is_some() {
                self.out.push('%');
            } else {
                self.specifier(&mut chars)?;
            }
        }
        Ok(())
    }

    fn specifier(&mut self, chars: &mut Peekable<Chars<'_>>) -> Result<()> {
        let mut place = None;
        let mut width = None;
        let mut is_left = false;
        // Digits are a place if `$` follows, else the width.
        if let Some(number) = number(chars)? {
            if chars.next_if_eq(&'$').is_some() {
                place = Some(position(number)?);
            } else {
                width = Some(number);
            }
        }
        if width.is_none() {
            while chars.next_if_eq(&'-').is_some() {
                is_left = true;
            }
            if chars.next_if_eq(&'*').is_some() {
                let at = match number(chars)? {
                    Some(number) if chars.next_if_eq(&'$').is_some() => position(number)?,
                    Some(_) => {
                        let message = "width argument position must be ended by \"$\"";
                        return Err(ValueError::invalid_parameter(message).into());
                    }
                    None => self.advance(),
                };
                let wanted = self.integer(at)?;
                is_left |= wanted < 0;
                width = Some(wanted.saturating_abs());
            } else {
                width = number(chars)?;
            }
        }
        let Some(kind) = chars.next() else {
            let message = "unterminated format() type specifier";
            return Err(ValueError::invalid_parameter(message).into());
        };
        if !matches!(kind, 's' | 'I' | 'L') {
            let message = format!("unrecognized format() type specifier \"{kind}\"");
            return Err(ValueError::invalid_parameter(message).into());
        }
        let at = place.unwrap_or_else(|| self.advance());
        // The next value is the one after the last one taken.
        self.next = at + 1;
        let text = self.value(at, kind)?;
        self.pad(&text, width.unwrap_or(0), is_left)
    }

    fn advance(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn checked(&self, at: usize) -> Result<usize> {
        if at >= self.call.len() {
            return Err(ValueError::invalid_parameter("too few arguments for format()").into());
        }
        Ok(at)
    }

    fn integer(&self, at: usize) -> Result<i64> {
        let at = self.checked(at)?;
        let own = self.call.integer(at, self.row);
        let text = || self.call.text(at, self.row).and_then(|text| text.trim().parse().ok());
        if self.call.is_null(at, self.row) {
            return Ok(0);
        }
        match own.or_else(text) {
            Some(width) => Ok(width),
            None => Err(ValueError::invalid_text("integer", "width").into()),
        }
    }

    fn value(&self, at: usize, kind: char) -> Result<String> {
        let at = self.checked(at)?;
        let Some((values, index)) = self.call.value(at, self.row) else {
            return match kind {
                'L' => Ok("NULL".to_owned()),
                'I' => Err(ValueError::new(
                    ValueErrorKind::InvalidParameter,
                    "null values cannot be formatted as an SQL identifier",
                )
                .into()),
                _ => Ok(String::new()),
            };
        };
        let text = output::text(values, index, self.call.zone())?;
        Ok(match kind {
            'I' => quote::identifier(&text).into_owned(),
            'L' => quote::literal(&text),
            _ => text,
        })
    }

    fn pad(&mut self, text: &str, width: i64, is_left: bool) -> Result<()> {
        let wanted = usize::try_from(width).unwrap_or(0);
        let missing = wanted.saturating_sub(text.chars().count());
        self.call.bound(self.out.len().saturating_add(missing), &mut 0)?;
        let blanks = std::iter::repeat_n(' ', missing);
        if is_left {
            self.out.push_str(text);
            self.out.extend(blanks);
        } else {
            self.out.extend(blanks);
            self.out.push_str(text);
        }
        self.call.bound(self.out.len(), &mut 0)
    }
}

/// Digits that come next.
fn number(chars: &mut Peekable<Chars<'_>>) -> Result<Option<i64>> {
    let mut number: Option<i64> = None;
    while let Some(digit) = chars.peek().and_then(|char| char.to_digit(10)) {
        chars.next();
        let value = number.unwrap_or(0) * 10 + i64::from(digit);
        if value > i64::from(i32::MAX) {
            return Err(ValueError::new(ValueErrorKind::OutOfRange, "number is out of range").into());
        }
        number = Some(value);
    }
    Ok(number)
}

fn position(number: i64) -> Result<usize> {
    match usize::try_from(number) {
        Ok(place) if place > 0 => Ok(place),
        _ => {
            let message = "format specifies argument 0, but arguments are numbered from 1";
            Err(ValueError::invalid_parameter(message).into())
        }
    }
}
