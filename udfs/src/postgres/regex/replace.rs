//! `regexp_replace(text, pattern, replacement [, start [, n]] [, flags])`.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use regex::Captures;

use super::{Pattern, Patterns, at_least, byte_of};
use crate::bounded::VALUE_BYTES_MAX;
use crate::postgres::argument::Type;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};

const TEXT: Type = Type::Text;
const INT: Type = Type::Int4;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let text = Gives::One(|| DataType::Utf8);
    let function = Function::new(
        "regexp_replace",
        "regexp_replace(text, pattern, replacement [, start [, n]] [, flags])",
        "Returns a text with the first match of a pattern replaced, with the flag g or n = 0 all of them, or the nth. \
         `\\1` to `\\9` in the replacement are the match's groups, `\\&` all of it. **Nulls** NULL gives NULL.",
    )
    .takes(&[TEXT, TEXT, TEXT], text, |call| replace(call, None))
    .takes(&[TEXT, TEXT, TEXT, TEXT], text, |call| replace(call, Some(3)))
    .takes(&[TEXT, TEXT, TEXT, INT], text, |call| replace(call, None))
    .takes(&[TEXT, TEXT, TEXT, INT, INT], text, |call| replace(call, None))
    .takes(&[TEXT, TEXT, TEXT, INT, INT, TEXT], text, |call| replace(call, Some(5)));
    vec![function.build()]
}

fn replace(call: &Call, flags: Option<usize>) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, flags);
    // The third argument after the texts is a position only where it is no flags.
    let has_start = call.len() > 3 && flags != Some(3);
    call.each_text(|row| {
        let (Some(text), Some(pattern), Some(replacement)) = (call.text(0, row), patterns.at(row)?, call.text(2, row))
        else {
            return Ok(None);
        };
        let start = if has_start { at_least(call.integer(3, row).unwrap_or(1), 1, "start")? } else { 1 };
        let n = if call.len() > 4 { at_least(call.integer(4, row).unwrap_or(1), 0, "n")? } else { 1 };
        let is_all = n == 0 || (call.len() <= 4 && pattern.is_global);
        let which = if is_all { None } else { usize::try_from(n - 1).ok() };
        let replaced = replaced(text, pattern, replacement, byte_of(text, start), which);
        call.bound(replaced.len(), &mut 0)?;
        Ok(Some(replaced))
    })
}

/// The text with a match replaced, or all; it stops growing where it is larger than any value may be.
fn replaced(text: &str, pattern: &Pattern, replacement: &str, start: usize, which: Option<usize>) -> String {
    let mut out = text[..start].to_owned();
    let mut copied = start;
    let mut at = start;
    let mut index = 0;
    while at <= text.len() && (out.len() as u64) <= VALUE_BYTES_MAX {
        let Some(captures) = pattern.regex.captures_at(text, at) else { break };
        let Some(found) = captures.get(0) else { break };
        if which.is_none_or(|which| which == index) {
            out.push_str(&text[copied..found.start()]);
            expand(replacement, &captures, &mut out);
            copied = found.end();
        }
        if which == Some(index) {
            break;
        }
        index += 1;
        at = if found.is_empty() {
            found.end() + text[found.end()..].chars().next().map_or(1, char::len_utf8)
        } else {
            found.end()
        };
    }
    out.push_str(&text[copied..]);
    out
}

/// Appends the replacement with its references filled in.
fn expand(replacement: &str, captures: &Captures<'_>, out: &mut String) {
    let mut chars = replacement.chars();
    while let Some(char) = chars.next() {
        if out.len() as u64 > VALUE_BYTES_MAX {
            return;
        }
        if char != '\\' {
            out.push(char);
            continue;
        }
        let group = match chars.next() {
            Some('&') => 0,
            Some(digit @ '1'..='9') => digit.to_digit(10).unwrap_or(0) as usize,
            Some('\\') => {
                out.push('\\');
                continue;
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
                continue;
            }
            None => {
                out.push('\\');
                continue;
            }
        };
        out.push_str(captures.get(group).map_or("", |group| group.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile;
    use super::*;

    fn replaced_in(text: &str, pattern: &str, replacement: &str, which: Option<usize>) -> String {
        replaced(text, &compile(pattern, "").unwrap(), replacement, 0, which)
    }

    #[test]
    fn references_are_filled_in() {
        assert_eq!(replaced_in("foobarbaz", "b(..)", "X\\1Y", None), "fooXarYXazY");
        assert_eq!(replaced_in("abc", "b", "[\\&]$1\\x\\\\", Some(0)), "a[b]$1\\x\\c");
        assert_eq!(replaced_in("aaa", "a", "x", Some(1)), "axa");
    }

    #[test]
    fn a_pattern_may_fit_nothing() {
        assert_eq!(replaced_in("abc", "", "-", None), "-a-b-c-");
        assert_eq!(replaced_in("é", "x*", "-", None), "-é-");
        assert_eq!(replaced_in("", "", "-", None), "-");
    }
}
