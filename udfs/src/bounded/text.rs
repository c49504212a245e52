//! How large the results of functions on text are.

use datafusion::error::Result;

use super::argument::Arguments;
use super::limit::VALUE_BYTES_MAX;

/// `repeat(text, count)`.
pub(super) fn repeat(args: &Arguments, row: usize) -> Result<u64> {
    Ok(args.bytes(0, row).saturating_mul(args.count(1, row)))
}

/// `lpad(text, length [, fill])` and `rpad`; lengths are in characters.
pub(super) fn pad(args: &Arguments, row: usize) -> Result<u64> {
    let Some(text) = args.text(0, row) else {
        return Ok(0);
    };
    let fill = if args.len() > 2 { args.text(2, row) } else { Some(" ") };
    let Some(fill) = fill else {
        return Ok(0);
    };
    let added = args.count(1, row).saturating_sub(text.chars().count() as u64);
    Ok(added.saturating_mul(widest(fill)).saturating_add(text.len() as u64))
}

/// `concat(text, …)`.
pub(super) fn concat(args: &Arguments, row: usize) -> Result<u64> {
    Ok((0..args.len()).map(|index| args.bytes(index, row)).sum())
}

/// `concat_ws(separator, text, …)`.
pub(super) fn concat_ws(args: &Arguments, row: usize) -> Result<u64> {
    let separators = args.len().saturating_sub(2) as u64;
    let texts: u64 = (1..args.len()).map(|index| args.bytes(index, row)).sum();
    Ok(args.bytes(0, row).saturating_mul(separators).saturating_add(texts))
}

/// `overlay(text placing text from …)`: at most both.
pub(super) fn overlay(args: &Arguments, row: usize) -> Result<u64> {
    Ok(args.bytes(0, row) + args.bytes(1, row))
}

/// `replace(text, from, to)`.
pub(super) fn replace(args: &Arguments, row: usize) -> Result<u64> {
    let (Some(text), Some(from), Some(to)) = (args.text(0, row), args.text(1, row), args.text(2, row)) else {
        return Ok(0);
    };
    let length = text.len() as u64;
    let most = length.checked_div(from.len() as u64).unwrap_or(length + 1);
    let bound = length.saturating_add(most.saturating_mul(to.len() as u64));
    if bound <= VALUE_BYTES_MAX {
        return Ok(bound);
    }
    // Only where it could matter are the matches counted.
    let matches = text.matches(from).count() as u64;
    let kept = length - matches * from.len() as u64;
    Ok(kept.saturating_add(matches.saturating_mul(to.len() as u64)))
}

/// `translate(text, from, to)`: character by character.
pub(super) fn translate(args: &Arguments, row: usize) -> Result<u64> {
    let (Some(text), Some(to)) = (args.text(0, row), args.text(2, row)) else {
        return Ok(0);
    };
    let widest = widest(to);
    Ok(text.chars().map(|char| widest.max(char.len_utf8() as u64)).sum())
}

/// Bytes of the widest character.
fn widest(text: &str) -> u64 {
    text.chars().map(char::len_utf8).max().unwrap_or(0) as u64
}
