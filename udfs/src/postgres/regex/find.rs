//! Matches of a pattern: whether, how many, where, and what they are.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use regex::{Captures, Regex};

use super::{Patterns, at_least, byte_of};
use crate::postgres::argument::{Type, text_array};
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::value_error::ValueError;

const TEXT: Type = Type::Text;
const INT: Type = Type::Int4;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let integer = Gives::One(|| DataType::Int32);
    let boolean = Gives::One(|| DataType::Boolean);
    let text = Gives::One(|| DataType::Utf8);
    vec![
        Function::new(
            "regexp_like",
            "regexp_like(text, pattern [, flags])",
            "Returns whether a pattern fits somewhere in a text. **Nulls** NULL gives NULL.",
        )
        .takes(&[TEXT, TEXT], boolean, like)
        .takes(&[TEXT, TEXT, TEXT], boolean, like)
        .build(),
        Function::new(
            "regexp_match",
            "regexp_match(text, pattern [, flags])",
            "Returns the groups of the first match of a pattern, or all of it if there are none; NULL without a match.",
        )
        .takes(&[TEXT, TEXT], Gives::One(text_array), first)
        .takes(&[TEXT, TEXT, TEXT], Gives::One(text_array), first)
        .build(),
        Function::new(
            "regexp_matches",
            "regexp_matches(text, pattern [, flags])",
            "Returns a row for the first match of a pattern, or with the flag g for each: its groups, or all of it.",
        )
        .takes(&[TEXT, TEXT], Gives::One(|| DataType::new_list(text_array(), true)), all)
        .takes(&[TEXT, TEXT, TEXT], Gives::One(|| DataType::new_list(text_array(), true)), all)
        .build(),
        Function::new(
            "regexp_count",
            "regexp_count(text, pattern [, start [, flags]])",
            "Returns how many times a pattern fits, from a position on. **Nulls** NULL gives NULL.",
        )
        .takes(&[TEXT, TEXT], integer, |call| count(call, None))
        .takes(&[TEXT, TEXT, INT], integer, |call| count(call, None))
        .takes(&[TEXT, TEXT, INT, TEXT], integer, |call| count(call, Some(3)))
        .build(),
        Function::new(
            "regexp_instr",
            "regexp_instr(text, pattern [, start [, n [, end [, flags [, group]]]]])",
            "Returns the position of the nth match of a pattern, or of the character after it; 0 without one.",
        )
        .takes(&[TEXT, TEXT], integer, |call| position(call, None))
        .takes(&[TEXT, TEXT, INT], integer, |call| position(call, None))
        .takes(&[TEXT, TEXT, INT, INT], integer, |call| position(call, None))
        .takes(&[TEXT, TEXT, INT, INT, INT], integer, |call| position(call, None))
        .takes(&[TEXT, TEXT, INT, INT, INT, TEXT], integer, |call| position(call, Some(5)))
        .takes(&[TEXT, TEXT, INT, INT, INT, TEXT, INT], integer, |call| position(call, Some(5)))
        .build(),
        Function::new(
            "regexp_substr",
            "regexp_substr(text, pattern [, start [, n [, flags [, group]]]])",
            "Returns the nth match of a pattern, or a group of it; NULL without one.",
        )
        .takes(&[TEXT, TEXT], text, |call| substr(call, None))
        .takes(&[TEXT, TEXT, INT], text, |call| substr(call, None))
        .takes(&[TEXT, TEXT, INT, INT], text, |call| substr(call, None))
        .takes(&[TEXT, TEXT, INT, INT, TEXT], text, |call| substr(call, Some(4)))
        .takes(&[TEXT, TEXT, INT, INT, TEXT, INT], text, |call| substr(call, Some(4)))
        .build(),
    ]
}

fn flags_of(call: &Call) -> Option<usize> {
    (call.len() > 2).then_some(2)
}

fn like(call: &Call) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags_of(call));
    call.each_boolean(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        Ok(Some(pattern.regex.is_match(text)))
    })
}

/// The groups of a match, or all of it if the pattern has none.
fn groups(captures: &Captures<'_>) -> Vec<Option<String>> {
    let skipped = usize::from(captures.len() > 1);
    captures.iter().skip(skipped).map(|group| group.map(|group| group.as_str().to_owned())).collect()
}

fn first(call: &Call) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags_of(call));
    call.each_text_array(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        if pattern.is_global {
            return Err(ValueError::invalid_parameter("regexp_match() does not support the \"global\" option").into());
        }
        Ok(pattern.regex.captures(text).map(|captures| groups(&captures)))
    })
}

fn all(call: &Call) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags_of(call));
    let mut builder = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
    let mut total = 0;
    for row in 0..call.rows() {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else {
            builder.append(false);
            continue;
        };
        let most = if pattern.is_global { usize::MAX } else { 1 };
        let mut bytes = 0;
        for captures in pattern.regex.captures_iter(text).take(most) {
            for group in groups(&captures) {
                bytes += group.as_ref().map_or(0, String::len) + 16;
                call.bound(bytes, &mut 0)?;
                builder.values().values().append_option(group);
            }
            builder.values().append(true);
        }
        call.bound(bytes, &mut total)?;
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}

fn start_of(call: &Call, row: usize, text: &str) -> Result<usize, ValueError> {
    Ok(byte_of(text, at_least(call.integer(2, row).unwrap_or(1), 1, "start")?))
}

fn count(call: &Call, flags: Option<usize>) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags);
    call.each::<Int32Type>(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        let start = start_of(call, row, text)?;
        let count = matches_from(&pattern.regex, text, start).count();
        Ok(Some(i32::try_from(count).unwrap_or(i32::MAX)))
    })
}

/// The matches that begin at a byte or after it.
fn matches_from<'a>(regex: &'a Regex, text: &'a str, start: usize) -> impl Iterator<Item = Captures<'a>> {
    let mut at = Some(start);
    std::iter::from_fn(move || {
        let captures = regex.captures_at(text, at?)?;
        let found = captures.get(0)?;
        at = if found.is_empty() {
            text[found.end()..].chars().next().map(|char| found.end() + char.len_utf8())
        } else {
            Some(found.end())
        };
        Some(captures)
    })
}

/// The nth match from the start, with the group that is asked for.
fn nth<'a>(
    call: &Call,
    row: usize,
    text: &'a str,
    regex: &'a Regex,
    group: Option<i64>,
) -> Result<Option<regex::Match<'a>>, ValueError> {
    let start = start_of(call, row, text)?;
    let n = at_least(call.integer(3, row).unwrap_or(1), 1, "n")?;
    let group = usize::try_from(at_least(group.unwrap_or(0), 0, "subexpr")?).unwrap_or(usize::MAX);
    let n = usize::try_from(n - 1).unwrap_or(usize::MAX);
    Ok(matches_from(regex, text, start).nth(n).and_then(|captures| captures.get(group)))
}

fn position(call: &Call, flags: Option<usize>) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags);
    call.each::<Int32Type>(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        let end = call.integer(4, row).unwrap_or(0);
        if !(0..=1).contains(&end) {
            return Err(
                ValueError::invalid_parameter(format!("invalid value for parameter \"endoption\": {end}")).into()
            );
        }
        let found = nth(call, row, text, &pattern.regex, call.integer(6, row))?;
        let byte = found.map(|found| if end == 1 { found.end() } else { found.start() });
        let position = byte.map_or(0, |byte| text[..byte].chars().count() + 1);
        Ok(Some(i32::try_from(position).unwrap_or(i32::MAX)))
    })
}

fn substr(call: &Call, flags: Option<usize>) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags);
    call.each_text(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        let found = nth(call, row, text, &pattern.regex, call.integer(5, row))?;
        Ok(found.map(|found| found.as_str().to_owned()))
    })
}
