//! Array parameters of one dimension.

use arrow::array::new_empty_array;
use arrow::datatypes::DataType;
use bellwether::{Error, ErrorKind, Result};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::scalar::ScalarValue;

use super::decode;
use crate::pgwire::body::Body;
use crate::pgwire::frontend::Format;
use crate::pgwire::types::{self, name};
use crate::pgwire::zone::Zone;

/// The most elements of an array: each becomes a value of its own until the array is built.
const ELEMENTS_MAX: usize = 1_000_000;

/// `{1,NULL,"a b"}`.
pub(super) fn text(element: u32, text: &str, target: &DataType, zone: Zone) -> Result<ScalarValue> {
    let malformed = || {
        Error::new(ErrorKind::InvalidText, format!("malformed array literal: \"{}\"", super::shown(text)))
            .with_hint("an array parameter is written as {1,2,NULL} or {\"a b\",c}")
    };
    let element_type = element_type(element, target);
    let inner = text.trim_ascii().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(malformed)?;
    let mut values = Vec::new();
    let mut rest = inner.trim_ascii();
    while !rest.is_empty() || !values.is_empty() {
        check_count(values.len())?;
        let (value, after) = next_element(rest).ok_or_else(malformed)?;
        values.push(decode(element, Format::Text, value.as_deref().map(str::as_bytes), &element_type, zone)?);
        match after {
            Some(after) => rest = after,
            None => break,
        }
    }
    list(values, &element_type)
}

/// What `array_recv` accepts.
pub(super) fn binary(element: u32, bytes: &[u8], target: &DataType, zone: Zone) -> Result<ScalarValue> {
    let mut body = Body::new(bytes);
    let (dimensions, _has_nulls, found) = (body.i32()?, body.i32()?, body.u32()?);
    if found != element {
        return Err(Error::new(
            ErrorKind::TypeMismatch,
            format!("an array of type {found} was sent for an array of {}", name(element)),
        ));
    }
    let element_type = element_type(element, target);
    let count = match dimensions {
        0 => 0,
        1 => {
            let (length, _first_index) = (body.i32()?, body.i32()?);
            usize::try_from(length)
                .map_err(|_| Error::new(ErrorKind::Protocol, format!("an array has the length {length}")))?
        }
        _ => {
            return Err(Error::unsupported(format!("arrays of {dimensions} dimensions are not offered"))
                .with_hint("send an array of one dimension"));
        }
    };
    let mut values = Vec::new();
    for _ in 0..count {
        check_count(values.len())?;
        values.push(decode(element, Format::Binary, body.value()?, &element_type, zone)?);
    }
    body.end()?;
    list(values, &element_type)
}

/// The first element, `None` inside for NULL, and what follows its comma, `None` at the end.
fn next_element(text: &str) -> Option<(Option<String>, Option<&str>)> {
    let text = text.trim_ascii_start();
    let mut value = String::new();
    if let Some(quoted) = text.strip_prefix('"') {
        let mut characters = quoted.chars();
        loop {
            match characters.next()? {
                '"' => return Some((Some(value), after_element(characters.as_str())?)),
                '\\' => value.push(characters.next()?),
                character => value.push(character),
            }
        }
    }
    let mut characters = text.chars();
    let mut escaped = false;
    loop {
        let rest = characters.as_str();
        match characters.next() {
            None | Some(',') => {
                value.truncate(value.trim_ascii_end().len());
                return match &*value {
                    "" => None,
                    word if !escaped && word.eq_ignore_ascii_case("null") => Some((None, after_element(rest)?)),
                    _ => Some((Some(value), after_element(rest)?)),
                };
            }
            Some('{' | '}' | '"') => return None,
            Some('\\') => {
                value.push(characters.next()?);
                escaped = true;
            }
            Some(character) => value.push(character),
        }
    }
}

fn after_element(text: &str) -> Option<Option<&str>> {
    let text = text.trim_ascii_start();
    if text.is_empty() { Some(None) } else { text.strip_prefix(',').map(Some) }
}

fn element_type(element: u32, target: &DataType) -> DataType {
    match types::element(target) {
        Some(element_type) => element_type.clone(),
        None => types::parameter_type(element).unwrap_or(DataType::Utf8),
    }
}

fn check_count(count: usize) -> Result<()> {
    if count < ELEMENTS_MAX {
        return Ok(());
    }
    Err(Error::new(ErrorKind::LimitExceeded, format!("an array parameter has more than {ELEMENTS_MAX} elements"))
        .with_hint("load the values into a table and join it"))
}

fn list(values: Vec<ScalarValue>, element_type: &DataType) -> Result<ScalarValue> {
    let array = if values.is_empty() {
        new_empty_array(element_type)
    } else {
        ScalarValue::iter_to_array(values).map_err(|error| {
            Error::new(ErrorKind::TypeMismatch, "the elements of an array parameter have several types")
                .with_source(error)
        })?
    };
    Ok(SingleRowListArrayBuilder::new(array).with_nullable(true).build_list_scalar())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[Option<&str>]) -> ScalarValue {
        let values: Vec<_> = values.iter().map(|value| ScalarValue::Utf8(value.map(str::to_owned))).collect();
        ScalarValue::List(ScalarValue::new_list_nullable(&values, &DataType::Utf8))
    }

    #[test]
    fn texts_have_nulls_quotes_and_escapes() {
        let list = |text| super::text(25, text, &DataType::new_list(DataType::Utf8, true), Zone::Utc);
        assert_eq!(
            list(r#"{a, NULL ,"NULL","b \"c\"\\",d\,e, f g }"#).unwrap(),
            texts(&[Some("a"), None, Some("NULL"), Some("b \"c\"\\"), Some("d,e"), Some("f g")])
        );
        assert_eq!(list("{}").unwrap(), texts(&[]));
        for text in ["", "{", "{a", "{a,}", "{,a}", "{\"a}", "{{a}}", "{a}b", "{\"a\"b}", "{a\\}"] {
            assert!(list(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_the_element_type_of_the_plan() {
        let target = DataType::new_list(DataType::Int64, true);
        let value = decode(1007, Format::Text, Some(b"{1,2}"), &target, Zone::Utc).unwrap();
        assert_eq!(value.data_type(), target);
    }

    #[test]
    fn binary_arrays_have_one_dimension() {
        let words = |words: &[i32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
        let target = DataType::new_list(DataType::Int32, true);
        let list = |bytes: &[u8]| binary(23, bytes, &target, Zone::Utc);
        let numbers =
            |values: &[ScalarValue]| ScalarValue::List(ScalarValue::new_list_nullable(values, &DataType::Int32));
        assert_eq!(
            list(&words(&[1, 1, 23, 2, 1, 4, 7, -1])).unwrap(),
            numbers(&[ScalarValue::Int32(Some(7)), ScalarValue::Int32(None)])
        );
        assert_eq!(list(&words(&[0, 0, 23])).unwrap(), numbers(&[]));
        assert!(list(&words(&[2, 0, 23, 1, 1, 1, 1, 4, 7])).is_err());
        assert!(list(&words(&[1, 0, 23, i32::MAX, 1])).is_err());
        assert!(list(&words(&[1, 0, 25, 0, 1])).is_err());
    }
}
