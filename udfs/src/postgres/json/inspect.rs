//! What is in a JSON value: kind, length, keys, parts.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::scan::{Kind, Scanner, check, kind, unescape};
use super::tree::Tree;
use crate::postgres::argument::Type;
use crate::postgres::array_text;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::value_error::ValueError;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let mut functions = vec![contains(), contained(), exists(), exists_any(), exists_all()];
    for name in ["json_typeof", "jsonb_typeof"] {
        let about = "Returns the kind of a JSON value: object, array, string, number, boolean or null. **Nulls** NULL \
                     gives NULL. **Errors** a text that is no JSON.";
        functions.push(
            Function::new(name, "json_typeof(json)", about)
                .takes(&[Type::Text], Gives::One(|| DataType::Utf8), type_of)
                .build(),
        );
    }
    for name in ["json_array_length", "jsonb_array_length"] {
        let about = "Returns the number of items of a JSON array. **Nulls** NULL gives NULL. **Errors** what is no \
                     array.";
        functions.push(
            Function::new(name, "json_array_length(json)", about)
                .takes(&[Type::Text], Gives::One(|| DataType::Int32), array_length)
                .build(),
        );
    }
    functions.push(
        Function::new("jsonb_pretty", "jsonb_pretty(json)", "Returns a JSON value as text with a line for every item.")
            .takes(&[Type::Text], Gives::One(|| DataType::Utf8), pretty)
            .build(),
    );
    functions
}

/// `a @> b`
pub(super) fn contains() -> Arc<ScalarUDF> {
    Function::new("jsonb_contains", "jsonb_contains(json, part)", "Returns whether a JSON value contains another.")
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), |call| contains_at(call, 0, 1))
        .build()
}

fn contained() -> Arc<ScalarUDF> {
    Function::new("jsonb_contained", "jsonb_contained(part, json)", "Returns whether a JSON value is within another.")
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), |call| contains_at(call, 1, 0))
        .build()
}

/// `a ? b`
pub(super) fn exists() -> Arc<ScalarUDF> {
    let about = "Returns whether a text is a key of a JSON object or a string in a JSON array.";
    Function::new("jsonb_exists", "jsonb_exists(json, key)", about)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), |call| {
            call.each_boolean(|row| {
                let (Some(text), Some(key)) = (call.text(0, row), call.text(1, row)) else { return Ok(None) };
                Ok(Some(keys(text)?.iter().any(|name| name == key)))
            })
        })
        .build()
}

/// `a ?| b`
pub(super) fn exists_any() -> Arc<ScalarUDF> {
    let about = "Returns whether any of the texts is a key of a JSON object.";
    Function::new("jsonb_exists_any", "jsonb_exists_any(json, keys)", about)
        .takes(&[Type::Text, Type::TextArray], Gives::One(|| DataType::Boolean), any_of_array)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), any_of_literal)
        .build()
}

/// `a ?& b`
pub(super) fn exists_all() -> Arc<ScalarUDF> {
    let about = "Returns whether all of the texts are keys of a JSON object.";
    Function::new("jsonb_exists_all", "jsonb_exists_all(json, keys)", about)
        .takes(&[Type::Text, Type::TextArray], Gives::One(|| DataType::Boolean), all_of_array)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), all_of_literal)
        .build()
}

fn any_of_array(call: &Call) -> Result<ArrayRef> {
    each_keys(call, wanted_of_array, |names, wanted| wanted.iter().any(|wanted| names.contains(wanted)))
}

fn any_of_literal(call: &Call) -> Result<ArrayRef> {
    each_keys(call, wanted_of_literal, |names, wanted| wanted.iter().any(|wanted| names.contains(wanted)))
}

fn all_of_array(call: &Call) -> Result<ArrayRef> {
    each_keys(call, wanted_of_array, |names, wanted| wanted.iter().all(|wanted| names.contains(wanted)))
}

fn all_of_literal(call: &Call) -> Result<ArrayRef> {
    each_keys(call, wanted_of_literal, |names, wanted| wanted.iter().all(|wanted| names.contains(wanted)))
}

fn each_keys(
    call: &Call,
    wanted: fn(&Call, usize) -> Result<Vec<String>, ValueError>,
    holds: impl Fn(&[String], &[String]) -> bool,
) -> Result<ArrayRef> {
    call.each_boolean(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        Ok(Some(holds(&keys(text)?, &wanted(call, row)?)))
    })
}

fn wanted_of_array(call: &Call, row: usize) -> Result<Vec<String>, ValueError> {
    let Some(texts) = call.texts(1, row) else { return Ok(Vec::new()) };
    Ok((0..texts.len()).filter(|at| texts.is_valid(*at)).map(|at| texts.value(at).to_owned()).collect())
}

fn wanted_of_literal(call: &Call, row: usize) -> Result<Vec<String>, ValueError> {
    let Some(literal) = call.text(1, row) else { return Ok(Vec::new()) };
    Ok(array_text::parse(literal)?.into_iter().flatten().collect())
}

/// The keys of an object, the strings of an array, or the one string itself.
fn keys(text: &str) -> Result<Vec<String>, ValueError> {
    let mut scanner = Scanner::new(text);
    let mut names = Vec::new();
    match scanner.peek() {
        Some(b'{') => scanner.each_member(|scanner, key| {
            names.push(unescape(&scanner.text[key])?);
            scanner.value().map(|_| true)
        })?,
        Some(b'[') => scanner.each_item(|scanner| {
            let item = scanner.value()?;
            if scanner.text.as_bytes().get(item.start) == Some(&b'"') {
                names.push(unescape(&scanner.text[item])?);
            }
            Ok(true)
        })?,
        first => {
            let value = scanner.value()?;
            if first == Some(b'"') {
                names.push(unescape(&scanner.text[value])?);
            }
        }
    }
    scanner.end()?;
    Ok(names)
}

fn contains_at(call: &Call, whole: usize, part: usize) -> Result<ArrayRef> {
    let mut parts = call.compiled::<Tree>(part, |text| Ok(Tree::parse(text)?));
    call.each_boolean(|row| {
        let (Some(text), Some(part)) = (call.text(whole, row), parts.at(row)?) else { return Ok(None) };
        Ok(Some(Tree::parse(text)?.contains(part)))
    })
}

fn type_of(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        check(text)?;
        Ok(kind(text).map(|kind| kind.name().to_owned()))
    })
}

fn array_length(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        let mut scanner = Scanner::new(text);
        match kind(text) {
            Some(Kind::Array) => {}
            Some(Kind::Object) => {
                return Err(ValueError::invalid_parameter("cannot get array length of a non-array").into());
            }
            _ => return Err(ValueError::invalid_parameter("cannot get array length of a scalar").into()),
        }
        let mut items = 0;
        scanner.each_item(|scanner| {
            items += 1;
            scanner.value().map(|_| true)
        })?;
        scanner.end()?;
        Ok(Some(items))
    })
}

fn pretty(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        let mut out = String::new();
        Tree::parse(text)?.write_lines(0, &mut out);
        Ok(Some(out))
    })
}
