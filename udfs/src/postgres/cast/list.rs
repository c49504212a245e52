//! Arrays: `{1,NULL,"a b"}` to and from, and element by element.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, NullBufferBuilder, StringArray, StringBuilder};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;

use super::{Target, arrow, convert as convert_values, write};
use crate::postgres::zone::Zone;
use crate::value_error::{ValueError, ValueErrorKind};

/// Lists with their elements cast.
pub(super) fn convert(values: &ArrayRef, target: &Target, zone: Zone) -> Result<ArrayRef> {
    let DataType::List(field) = &target.data_type else { return arrow(values, &target.data_type) };
    let lists = values.as_list::<i32>();
    let element = element_target(field);
    let elements = convert_values(lists.values(), &element, zone)?;
    let lists = ListArray::try_new(Arc::clone(field), lists.offsets().clone(), elements, lists.nulls().cloned())?;
    Ok(Arc::new(lists))
}

fn element_target(field: &FieldRef) -> Target {
    Target { data_type: field.data_type().clone(), postgres_type: None, limit: None }
}

/// The texts of lists.
pub(super) fn texts(values: &ArrayRef, zone: Zone) -> Result<ArrayRef> {
    let lists = values.as_list::<i32>();
    let is_nested = matches!(lists.values().data_type(), DataType::List(_));
    let is_boolean = lists.values().data_type() == &DataType::Boolean;
    let elements = match lists.values().data_type() {
        DataType::Utf8 => Arc::clone(lists.values()),
        _ => write::texts(lists.values(), zone)?,
    };
    let elements = elements.as_string::<i32>();
    let mut out = StringBuilder::new();
    let mut text = String::new();
    for (row, bounds) in lists.offsets().windows(2).enumerate() {
        let &[start, end] = bounds else { continue };
        if lists.is_null(row) {
            out.append_null();
            continue;
        }
        text.clear();
        text.push('{');
        for index in start..end {
            if index > start {
                text.push(',');
            }
            let index = usize::try_from(index).unwrap_or_default();
            if elements.is_null(index) {
                text.push_str("NULL");
            } else if is_boolean {
                // Within an array a boolean has its short form.
                text.push_str(if elements.value(index) == "true" { "t" } else { "f" });
            } else if is_nested {
                text.push_str(elements.value(index));
            } else {
                push_element(elements.value(index), &mut text);
            }
        }
        text.push('}');
        out.append_value(&text);
    }
    Ok(Arc::new(out.finish()))
}

/// Quotes what could be read as something else.
fn push_element(element: &str, text: &mut String) {
    let is_special = |letter: char| matches!(letter, '{' | '}' | ',' | '"' | '\\' | ' ' | '\t'..='\r');
    if !element.is_empty() && !element.contains(is_special) && !element.eq_ignore_ascii_case("null") {
        text.push_str(element);
        return;
    }
    text.push('"');
    for letter in element.chars() {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('"');
}

/// Reads lists from their texts.
pub(super) fn read(texts: &StringArray, field: &FieldRef, target: &Target, zone: Zone) -> Result<ArrayRef> {
    let mut elements: Vec<Option<String>> = Vec::new();
    let mut lengths = Vec::with_capacity(texts.len());
    let mut nulls = NullBufferBuilder::new(texts.len());
    let is_nested = matches!(field.data_type(), DataType::List(_));
    for text in texts {
        let before = elements.len();
        nulls.append(text.is_some());
        if let Some(text) = text {
            split(text, is_nested, &mut elements)?;
        }
        lengths.push(elements.len() - before);
    }
    let elements: ArrayRef = Arc::new(StringArray::from(elements));
    let elements = convert_values(&elements, &Target { limit: target.limit, ..element_target(field) }, zone)?;
    let lists = ListArray::try_new(Arc::clone(field), OffsetBuffer::from_lengths(lengths), elements, nulls.finish())?;
    Ok(Arc::new(lists))
}

fn malformed(text: &str) -> ValueError {
    ValueError::new(ValueErrorKind::InvalidText, format!("malformed array literal: \"{text}\""))
}

/// Appends the elements of `{1,NULL,"a b"}`; those of a nested array are its inner arrays.
fn split(text: &str, is_nested: bool, elements: &mut Vec<Option<String>>) -> Result<(), ValueError> {
    let malformed = || malformed(text);
    let inner = text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(malformed)?;
    let mut rest = inner.trim_start();
    if rest.is_empty() {
        return Ok(());
    }
    loop {
        let (element, after) = if is_nested { inner_array(rest) } else { next(rest) }.ok_or_else(malformed)?;
        elements.push(element);
        let after = after.trim_start();
        if after.is_empty() {
            return Ok(());
        }
        rest = after.strip_prefix(',').ok_or_else(malformed)?.trim_start();
    }
}

/// The array that a text starts with, and what follows.
fn inner_array(text: &str) -> Option<(Option<String>, &str)> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    if !text.starts_with('{') {
        return None;
    }
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '{' if !is_quoted => depth += 1,
            '}' if !is_quoted => {
                depth -= 1;
                if depth == 0 {
                    let (array, rest) = text.split_at(at + 1);
                    return Some((Some(array.to_owned()), rest));
                }
            }
            _ => {}
        }
    }
    None
}

/// The element that a text starts with, `None` inside for NULL, and what follows.
fn next(text: &str) -> Option<(Option<String>, &str)> {
    let mut value = String::new();
    if let Some(quoted) = text.strip_prefix('"') {
        let mut letters = quoted.chars();
        loop {
            match letters.next()? {
                '"' => return Some((Some(value), letters.as_str())),
                '\\' => value.push(letters.next()?),
                letter => value.push(letter),
            }
        }
    }
    let mut letters = text.chars();
    let mut is_escaped = false;
    loop {
        let rest = letters.as_str();
        match letters.next() {
            None | Some(',') => {
                value.truncate(value.trim_end().len());
                return match value.as_str() {
                    "" => None,
                    word if !is_escaped && word.eq_ignore_ascii_case("null") => Some((None, rest)),
                    _ => Some((Some(value), rest)),
                };
            }
            Some('{' | '}' | '"') => return None,
            Some('\\') => {
                value.push(letters.next()?);
                is_escaped = true;
            }
            Some(letter) => value.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> Option<Vec<Option<String>>> {
        let mut elements = Vec::new();
        split(text, false, &mut elements).ok().map(|()| elements)
    }

    #[test]
    fn elements_have_nulls_quotes_and_escapes() {
        let texts = |values: &[Option<&str>]| Some(values.iter().map(|value| value.map(str::to_owned)).collect());
        assert_eq!(
            elements(r#"{a, NULL ,"NULL","b \"c\"\\",d\,e, f g }"#),
            texts(&[Some("a"), None, Some("NULL"), Some("b \"c\"\\"), Some("d,e"), Some("f g")])
        );
        assert_eq!(elements("{}"), texts(&[]));
        for text in ["", "{", "{a", "{a,}", "{,a}", "{\"a}", "{{a}}", "{a}b", "{\"a\"b}", "{a\\}"] {
            assert_eq!(elements(text), None, "{text}");
        }
    }
}
