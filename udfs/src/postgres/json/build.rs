//! JSON out of SQL values: `to_json`, `json_build_object`, `json_build_array`, `row_to_json`, `json_object`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::tree::{Tree, quote};
use super::write::{Style, write};
use super::{JSON, JSONB};
use crate::postgres::argument::Type;
use crate::postgres::array_text;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::postgres::output;
use crate::value_error::ValueError;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let text = Gives::One(|| DataType::Utf8);
    let mut functions = Vec::new();
    let mut add = |function: Function, label| {
        functions.push(function.volatility(Volatility::Stable).of_postgres_type(label).build());
    };
    let about = "Returns a value as JSON: arrays as arrays, rows as objects, the rest as numbers, truth values or \
                 strings. **Nulls** NULL gives NULL.";
    add(Function::new("to_json", "to_json(value)", about).takes(&[Type::Any], text, |call| one(call, false)), JSON);
    add(Function::new("to_jsonb", "to_jsonb(value)", about).takes(&[Type::Any], text, usual_one), JSONB);
    for name in ["row_to_json", "array_to_json"] {
        let function = Function::new(name, "row_to_json(row [, lines])", about)
            .takes(&[Type::Any], text, |call| one(call, false))
            .takes(&[Type::Any, Type::Bool], text, |call| one(call, true));
        add(function, JSON);
    }
    let about = "Returns a JSON object of keys and values in turn. **Nulls** a value may be NULL. **Errors** a key \
                 that is NULL, a key without value.";
    let function = Function::new("json_build_object", "json_build_object([key, value, …])", about).sees_nulls();
    add(function.takes(&[], text, object).takes_many(&[Type::Any], text, object), JSON);
    let function = Function::new("jsonb_build_object", "jsonb_build_object([key, value, …])", about).sees_nulls();
    add(function.takes(&[], text, usual_object).takes_many(&[Type::Any], text, usual_object), JSONB);
    let about = "Returns a JSON array of values. **Nulls** are items like others.";
    let function = Function::new("json_build_array", "json_build_array([value, …])", about).sees_nulls();
    add(function.takes(&[], text, array).takes_many(&[Type::Any], text, array), JSON);
    let function = Function::new("jsonb_build_array", "jsonb_build_array([value, …])", about).sees_nulls();
    add(function.takes(&[], text, usual_array).takes_many(&[Type::Any], text, usual_array), JSONB);
    let about = "Returns a JSON object of an array of keys and values in turn, or of two arrays. All values are \
                 strings. **Nulls** NULL gives NULL. **Errors** a key that is NULL, a key without value.";
    let function = Function::new("json_object", "json_object(texts) or json_object(keys, values)", about);
    add(
        function
            .takes(&[Type::TextArray], text, of_pairs)
            .takes(&[Type::Text], text, of_pairs_literal)
            .takes(&[Type::TextArray, Type::TextArray], text, of_two_arrays)
            .takes(&[Type::Text, Type::Text], text, of_two_literals),
        JSON,
    );
    functions
}

fn style(call: &Call) -> Style {
    Style { zone: call.zone(), lines: false }
}

fn one(call: &Call, may_have_lines: bool) -> Result<ArrayRef> {
    let is_json = call.is_json(0);
    call.each_text(|row| {
        let Some((values, at)) = call.value(0, row) else { return Ok(None) };
        let lines = may_have_lines && call.boolean(1, row) == Some(true);
        let mut out = String::new();
        write(values, at, is_json, Style { lines, ..style(call) }, &mut out)?;
        Ok(Some(out))
    })
}

fn usual_one(call: &Call) -> Result<ArrayRef> {
    let is_json = call.is_json(0);
    call.each_text(|row| {
        let Some((values, at)) = call.value(0, row) else { return Ok(None) };
        let mut out = String::new();
        write(values, at, is_json, style(call), &mut out)?;
        Ok(Some(Tree::parse(&out)?.text()))
    })
}

fn object(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| object_at(call, row).map(Some))
}

fn usual_object(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| Ok(Some(Tree::parse(&object_at(call, row)?)?.text())))
}

fn object_at(call: &Call, row: usize) -> Result<String> {
    if call.len() % 2 != 0 {
        return Err(ValueError::invalid_parameter("argument list must have even number of elements").into());
    }
    let mut out = "{".to_owned();
    for index in (0..call.len()).step_by(2) {
        if index > 0 {
            out.push_str(", ");
        }
        let Some((keys, at)) = call.value(index, row) else {
            return Err(ValueError::invalid_parameter(format!("argument {} cannot be null", index + 1)).into());
        };
        quote(&output::text(keys, at, call.zone())?, &mut out);
        out.push_str(" : ");
        argument(call, index + 1, row, &mut out)?;
    }
    out.push('}');
    Ok(out)
}

fn argument(call: &Call, index: usize, row: usize, out: &mut String) -> Result<()> {
    match call.value(index, row) {
        Some((values, at)) => write(values, at, call.is_json(index), style(call), out),
        None => {
            out.push_str("null");
            Ok(())
        }
    }
}

fn array(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| array_at(call, row).map(Some))
}

fn usual_array(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| Ok(Some(Tree::parse(&array_at(call, row)?)?.text())))
}

fn array_at(call: &Call, row: usize) -> Result<String> {
    let mut out = "[".to_owned();
    for index in 0..call.len() {
        if index > 0 {
            out.push_str(", ");
        }
        argument(call, index, row, &mut out)?;
    }
    out.push(']');
    Ok(out)
}

type Texts = Vec<Option<String>>;

fn texts(call: &Call, index: usize, row: usize) -> Texts {
    let Some(texts) = call.texts(index, row) else { return Vec::new() };
    (0..texts.len()).map(|at| texts.is_valid(at).then(|| texts.value(at).to_owned())).collect()
}

fn of_pairs(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| Ok(Some(members(&pairs(texts(call, 0, row))?)?)))
}

fn of_pairs_literal(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| match call.text(0, row) {
        Some(literal) => Ok(Some(members(&pairs(array_text::parse(literal)?)?)?)),
        None => Ok(None),
    })
}

fn of_two_arrays(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| Ok(Some(members(&zipped(texts(call, 0, row), texts(call, 1, row))?)?)))
}

fn of_two_literals(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| match (call.text(0, row), call.text(1, row)) {
        (Some(keys), Some(values)) => {
            Ok(Some(members(&zipped(array_text::parse(keys)?, array_text::parse(values)?)?)?))
        }
        _ => Ok(None),
    })
}

type Pairs = Vec<(Option<String>, Option<String>)>;

fn pairs(texts: Texts) -> Result<Pairs, ValueError> {
    if texts.len() % 2 != 0 {
        return Err(ValueError::invalid_parameter("array must have even number of elements"));
    }
    let mut texts = texts.into_iter();
    let mut pairs = Vec::new();
    while let (Some(key), Some(value)) = (texts.next(), texts.next()) {
        pairs.push((key, value));
    }
    Ok(pairs)
}

fn zipped(keys: Texts, values: Texts) -> Result<Pairs, ValueError> {
    if keys.len() != values.len() {
        return Err(ValueError::invalid_parameter("mismatched array dimensions"));
    }
    Ok(keys.into_iter().zip(values).collect())
}

fn members(pairs: &Pairs) -> Result<String, ValueError> {
    let mut out = "{".to_owned();
    for (place, (key, value)) in pairs.iter().enumerate() {
        let Some(key) = key else {
            return Err(ValueError::invalid_parameter("null value not allowed for object key"));
        };
        if place > 0 {
            out.push_str(", ");
        }
        quote(key, &mut out);
        out.push_str(" : ");
        match value {
            Some(value) => quote(value, &mut out),
            None => out.push_str("null"),
        }
    }
    out.push('}');
    Ok(out)
}

/// The items of an array as the text of a JSON array with `separator` between them.
pub(super) fn joined(values: &ArrayRef, is_json: bool, style: Style) -> Result<String> {
    let separator = if matches!(values.data_type(), DataType::Struct(_)) { ", \n " } else { ", " };
    let mut out = "[".to_owned();
    for row in 0..values.len() {
        if row > 0 {
            out.push_str(separator);
        }
        write(values, row, is_json, style, &mut out)?;
    }
    out.push(']');
    Ok(out)
}
