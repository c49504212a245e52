//! `regexp_split_to_array(text, pattern [, flags])` and the same as rows.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use regex::Regex;

use super::Patterns;
use crate::postgres::argument::{Type, text_array};
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    ["regexp_split_to_array", "regexp_split_to_table"]
        .into_iter()
        .map(|name| {
            let about = "Returns the parts of a text between the matches of a pattern. **Nulls** NULL gives NULL.";
            Function::new(name, "regexp_split_to_array(text, pattern [, flags])", about)
                .takes(&[Type::Text, Type::Text], Gives::One(text_array), split)
                .takes(&[Type::Text, Type::Text, Type::Text], Gives::One(text_array), split)
                .build()
        })
        .collect()
}

fn split(call: &Call) -> Result<ArrayRef> {
    let mut patterns = Patterns::new(call, 1, (call.len() > 2).then_some(2));
    call.each_text_array(|row| {
        let (Some(text), Some(pattern)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        Ok(Some(parts(text, &pattern.regex)))
    })
}

/// The parts between matches. A match of nothing counts only between two characters.
fn parts(text: &str, regex: &Regex) -> Vec<Option<String>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for found in regex.find_iter(text) {
        let is_nothing = found.is_empty() && (found.start() == start || found.end() == text.len());
        if is_nothing {
            continue;
        }
        parts.push(Some(text[start..found.start()].to_owned()));
        start = found.end();
    }
    parts.push(Some(text[start..].to_owned()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, pattern: &str) -> Vec<String> {
        parts(text, &Regex::new(pattern).unwrap()).into_iter().flatten().collect()
    }

    #[test]
    fn nothing_splits_between_characters() {
        assert_eq!(split("hello", "\\s*"), ["h", "e", "l", "l", "o"]);
        assert_eq!(split("the  fox", "\\s+"), ["the", "fox"]);
        assert_eq!(split(",a,", ","), ["", "a", ""]);
        assert_eq!(split("", ","), [""]);
    }
}
