//! `substring(text FROM start FOR length)`, `substring(text FROM pattern)` and
//! `substring(text SIMILAR pattern ESCAPE char)`.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::functions::unicode::substr;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF};
use regex::Regex;

use super::{Patterns, built, translate};
use crate::postgres::argument::Type;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::value_error::ValueError;

pub(in crate::postgres) fn function() -> Arc<ScalarUDF> {
    let text = Gives::One(|| DataType::Utf8);
    let bytes = Gives::One(|| DataType::Binary);
    Function::new(
        "substring",
        "substring(text FROM start [FOR length]) or substring(text FROM pattern)",
        "Returns a part of a text or of bytes: from a position on, or what a pattern fits (its first group, if it has \
         any). **Nulls** NULL gives NULL, and so does a pattern that fits nowhere. **Errors** a negative length.",
    )
    .takes(&[Type::Text, Type::Int4], text, of_characters)
    .takes(&[Type::Text, Type::Int4, Type::Int4], text, of_characters)
    .takes(&[Type::Bytea, Type::Int4], bytes, of_bytes)
    .takes(&[Type::Bytea, Type::Int4, Type::Int4], bytes, of_bytes)
    .takes(&[Type::Text, Type::Text], text, of_pattern)
    .takes(&[Type::Text, Type::Text, Type::Text], text, of_similar)
    // By this name DataFusion's own form would come back.
    .alias("substr")
    .simplifies(to_substr)
    .build()
}

/// By position of a text there is a faster one.
fn to_substr(args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
    let is = |index: usize, holds: fn(&DataType) -> bool| {
        args.get(index).is_none_or(|arg| arg.get_type(info.schema()).is_ok_and(|data_type| holds(&data_type)))
    };
    if !is(0, DataType::is_string) || !is(1, DataType::is_integer) || !is(2, DataType::is_integer) {
        return Ok(ExprSimplifyResult::Original(args));
    }
    // Types are settled before expressions are simplified, so what the faster one wants is asked for here.
    let mut exact = Vec::with_capacity(args.len());
    for (index, arg) in args.into_iter().enumerate() {
        exact.push(if index == 0 { arg } else { arg.cast_to(&DataType::Int64, info.schema())? });
    }
    let part = substr().call(exact);
    Ok(ExprSimplifyResult::Simplified(part.cast_to(&DataType::Utf8, info.schema())?))
}

/// From which to which position, counted from 0; an error for a negative length.
fn range(call: &Call, row: usize, length: usize) -> Result<Option<std::ops::Range<usize>>, ValueError> {
    let Some(start) = call.integer(1, row) else { return Ok(None) };
    let start = start.saturating_sub(1);
    let end = match call.integer(2, row) {
        Some(count) if count < 0 => return Err(ValueError::invalid_parameter("negative substring length not allowed")),
        Some(count) => start.saturating_add(count),
        None => i64::MAX,
    };
    let fit = |position: i64| usize::try_from(position.max(0)).unwrap_or(usize::MAX).min(length);
    Ok(Some(fit(start)..fit(end).max(fit(start))))
}

fn of_characters(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        let Some(range) = range(call, row, text.len())? else { return Ok(None) };
        Ok(Some(text.chars().skip(range.start).take(range.len()).collect()))
    })
}

fn of_bytes(call: &Call) -> Result<ArrayRef> {
    call.each_bytes(|row| {
        let Some(bytes) = call.bytes(0, row) else { return Ok(None) };
        Ok(range(call, row, bytes.len())?.map(|range| bytes[range].to_vec()))
    })
}

fn of_pattern(call: &Call) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, None);
    call.each_text(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        let Some(captures) = pattern.regex.captures(text) else { return Ok(None) };
        let group = captures.get(usize::from(captures.len() > 1));
        Ok(group.map(|group| group.as_str().to_owned()))
    })
}

fn of_similar(call: &Call) -> Result<ArrayRef> {
    let mut last: Option<(String, Regex)> = None;
    call.each_text(|row| {
        let (Some(text), Some(pattern), Some(escape)) = (call.text(0, row), call.text(1, row), call.text(2, row))
        else {
            return Ok(None);
        };
        let key = format!("{escape}\0{pattern}");
        if last.as_ref().is_none_or(|(of, _)| *of != key) {
            let mut escapes = escape.chars();
            let (escape, more) = (escapes.next(), escapes.next());
            if more.is_some() {
                return Err(ValueError::invalid_parameter("invalid escape string").into());
            }
            last = Some((key, built(&translate::similar(pattern, escape)?)?));
        }
        let captures = last.as_ref().and_then(|(_, regex)| regex.captures(text));
        Ok(captures
            .and_then(|captures| captures.get(usize::from(captures.len() > 1)).map(|part| part.as_str().to_owned())))
    })
}
