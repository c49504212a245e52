//! `like_escape(pattern, escape)`: a pattern of `LIKE` with another escape character, as one with the backslash.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "like_escape",
        "like_escape(pattern, escape)",
        "Returns a pattern of LIKE whose escape character is `escape`, none if it is empty, as one whose escape \
         character is the backslash. **Nulls** NULL gives NULL. **Errors** more than one character. \
         **Source** PostgreSQL 16, section 9.7.1.",
    )
    .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), escaped)
    .build()
}

fn escaped(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let (Some(pattern), Some(escape)) = (call.text(0, row), call.text(1, row)) else { return Ok(None) };
        let mut letters = escape.chars();
        let escape = letters.next();
        if letters.next().is_some() {
            return Err(ValueError::new(ValueErrorKind::InvalidParameter, "invalid escape string").into());
        }
        Ok(Some(rewritten(pattern, escape)))
    })
}

fn rewritten(pattern: &str, escape: Option<char>) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut is_escaped = false;
    for letter in pattern.chars() {
        if !is_escaped && Some(letter) == escape {
            is_escaped = true;
            out.push('\\');
            continue;
        }
        if letter == '\\' && !is_escaped {
            out.push('\\');
        }
        out.push(letter);
        is_escaped = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backslash_takes_the_place_of_the_escape_character() {
        assert_eq!(rewritten("a!_b!!%", Some('!')), "a\\_b\\!%");
        assert_eq!(rewritten("a\\b", Some('!')), "a\\\\b");
        assert_eq!(rewritten("a\\b_", None), "a\\\\b_");
        assert_eq!(rewritten("a\\_", Some('\\')), "a\\_");
    }
}
