//! Regular expressions of PostgreSQL, run by an engine that takes time in proportion to the text.
//!
//! - [`translate`]: a pattern of PostgreSQL, or of `SIMILAR TO`, in the engine's syntax;
//! - [`find`]: `regexp_match`, `regexp_matches`, `regexp_count`, `regexp_instr`, `regexp_like`, `regexp_substr`;
//! - [`replace`]: `regexp_replace`;
//! - [`split`]: `regexp_split_to_array`, `regexp_split_to_table`;
//! - [`substring`]: `substring(text FROM pattern)`, and by position;
//! - [`matching`]: `~`, `SIMILAR TO` and their like.
//!
//! Back references and looking around are refused, because no engine has them in linear time. Of alternatives the
//! first that fits is taken, where PostgreSQL takes the longest.

mod find;
mod matching;
mod replace;
mod split;
mod substring;
mod translate;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use regex::{Regex, RegexBuilder};

use super::call::Call;
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) use matching::Matching;
pub(super) use substring::function as substring;

/// Memory that a compiled pattern may take.
const PROGRAM_BYTES_MAX: usize = 10 << 20;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let mut functions = find::functions();
    functions.extend(matching::functions());
    functions.extend(replace::functions());
    functions.extend(split::functions());
    functions.push(substring::function());
    functions
}

/// A compiled pattern, and whether flags ask for all matches.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    pub(super) is_global: bool,
}

/// Compiles a pattern with PostgreSQL's flags.
pub(super) fn compile(pattern: &str, flags: &str) -> Result<Pattern, ValueError> {
    let translated = translate::advanced(pattern, flags)?;
    Ok(Pattern { regex: built(&translated)?, is_global: flags.contains('g') })
}

fn built(translated: &str) -> Result<Regex, ValueError> {
    RegexBuilder::new(translated).size_limit(PROGRAM_BYTES_MAX).build().map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        ValueError::new(ValueErrorKind::InvalidRegularExpression, format!("invalid regular expression: {reason}"))
    })
}

/// The patterns of a call, compiled again only where pattern or flags change from row to row.
pub(super) struct Patterns<'a> {
    call: &'a Call<'a>,
    pattern: usize,
    flags: Option<usize>,
    last: Option<(String, String, Pattern)>,
}

impl<'a> Patterns<'a> {
    pub(super) fn new(call: &'a Call<'a>, pattern: usize, flags: Option<usize>) -> Self {
        Self { call, pattern, flags, last: None }
    }

    /// The pattern of a row; `None` for a NULL.
    pub(super) fn at(&mut self, row: usize) -> Result<Option<&Pattern>> {
        let Some(pattern) = self.call.text(self.pattern, row) else { return Ok(None) };
        let flags = match self.flags {
            Some(index) => match self.call.text(index, row) {
                Some(flags) => flags,
                None => return Ok(None),
            },
            None => "",
        };
        let is_same = self.last.as_ref().is_some_and(|(last, last_flags, _)| last == pattern && last_flags == flags);
        if !is_same {
            self.last = Some((pattern.to_owned(), flags.to_owned(), compile(pattern, flags)?));
        }
        Ok(self.last.as_ref().map(|(_, _, compiled)| compiled))
    }
}

/// The byte at which the character at a position, counted from 1, begins; the end of the text for one beyond it.
pub(super) fn byte_of(text: &str, position: i64) -> usize {
    let skipped = usize::try_from(position - 1).unwrap_or(0);
    text.char_indices().nth(skipped).map_or(text.len(), |(byte, _)| byte)
}

/// A position or count that must be at least `least`.
pub(super) fn at_least(value: i64, least: i64, name: &str) -> Result<i64, ValueError> {
    if value < least {
        return Err(ValueError::invalid_parameter(format!("invalid value for parameter \"{name}\": {value}")));
    }
    Ok(value)
}
