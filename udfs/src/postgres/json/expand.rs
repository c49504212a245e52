//! JSON values as rows: `json_array_elements`, `json_object_keys`, `json_each` and the same of `jsonb`.
//!
//! Each gives a list, which a query takes apart into rows.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, StringArray, StructArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF};

use super::path::as_text;
use super::scan::{Kind, Scanner, kind, unescape};
use super::tree::Tree;
use super::{JSON, JSONB};
use crate::postgres::argument::{Type, text_array};
use crate::postgres::call::Call;
use crate::postgres::function::{Compute, Function, Gives};
use crate::postgres_type;
use crate::value_error::ValueError;

type Find = fn(&ReturnFieldArgs) -> Result<DataType>;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let items: [(&str, Gives, Compute); 8] = [
        ("json_array_elements", Gives::From(|_| Ok(list_of(value_field(JSON)))), elements),
        ("jsonb_array_elements", Gives::From(|_| Ok(list_of(value_field(JSONB)))), elements),
        ("json_array_elements_text", Gives::One(text_array), elements_text),
        ("jsonb_array_elements_text", Gives::One(text_array), elements_text),
        ("json_object_keys", Gives::One(text_array), keys),
        ("jsonb_object_keys", Gives::One(text_array), keys),
        ("json_each", Gives::From(members_of(JSON)), members),
        ("jsonb_each", Gives::From(members_of(JSONB)), members),
    ];
    let mut functions: Vec<Arc<ScalarUDF>> = items
        .into_iter()
        .map(|(name, gives, compute)| {
            let about = "Returns the items of a JSON array, or the keys or members of a JSON object, as rows. **Nulls** \
                         NULL gives no rows. **Errors** what is no array or no object.";
            Function::new(name, "json_array_elements(json)", about).takes(&[Type::Text], gives, compute).build()
        })
        .collect();
    for name in ["json_each_text", "jsonb_each_text"] {
        let about = "Returns the keys and values of a JSON object as rows of texts. **Errors** what is no object.";
        let function = Function::new(name, "json_each_text(json)", about);
        functions.push(function.takes(&[Type::Text], Gives::From(|_| Ok(member_type(""))), members_text).build());
    }
    functions
}

fn value_field(label: &'static str) -> Field {
    postgres_type::mark(Field::new_list_field(DataType::Utf8, true), label)
}

fn list_of(field: Field) -> DataType {
    DataType::List(Arc::new(field))
}

fn members_of(label: &'static str) -> Find {
    if label == JSONB { |_| Ok(member_type(JSONB)) } else { |_| Ok(member_type(JSON)) }
}

/// A list of keys and values; the values are of a type of PostgreSQL unless `label` is empty.
fn member_type(label: &str) -> DataType {
    let value = Field::new("value", DataType::Utf8, true);
    let value = if label.is_empty() { value } else { postgres_type::mark(value, label) };
    let fields = Fields::from(vec![Field::new("key", DataType::Utf8, false), value]);
    list_of(Field::new_list_field(DataType::Struct(fields), true))
}

/// Where the items of an array are.
fn items(text: &str) -> Result<Vec<Range<usize>>, ValueError> {
    match kind(text) {
        Some(Kind::Array) => {}
        Some(Kind::Object) => return Err(ValueError::invalid_parameter("cannot extract elements from an object")),
        _ => return Err(ValueError::invalid_parameter("cannot extract elements from a scalar")),
    }
    let mut scanner = Scanner::new(text);
    let mut items = Vec::new();
    scanner.each_item(|scanner| {
        items.push(scanner.value()?);
        Ok(true)
    })?;
    scanner.end()?;
    Ok(items)
}

/// The keys of an object and where their values are. Those of `jsonb` are in its order and occur once.
fn pairs(text: &str, name: &str) -> Result<Vec<(String, Range<usize>)>, ValueError> {
    match kind(text) {
        Some(Kind::Object) => {}
        Some(Kind::Array) => return Err(ValueError::invalid_parameter(format!("cannot call {name} on an array"))),
        _ => return Err(ValueError::invalid_parameter(format!("cannot call {name} on a scalar"))),
    }
    let mut scanner = Scanner::new(text);
    let mut pairs = Vec::new();
    scanner.each_member(|scanner, key| {
        let key = unescape(&scanner.text[key])?;
        pairs.push((key, scanner.value()?));
        Ok(true)
    })?;
    scanner.end()?;
    Ok(pairs)
}

/// The text as the value's type has it.
fn usual(call: &Call, text: &str) -> Result<String, ValueError> {
    if call.name().starts_with("jsonb") { Ok(Tree::parse(text)?.text()) } else { Ok(text.to_owned()) }
}

fn elements(call: &Call) -> Result<ArrayRef> {
    each_list(call, |text| {
        let text = usual(call, text)?;
        Ok(items(&text)?.into_iter().map(|range| Some(text[range].to_owned())).collect())
    })
}

fn elements_text(call: &Call) -> Result<ArrayRef> {
    each_list(call, |text| {
        let text = usual(call, text)?;
        items(&text)?.into_iter().map(|range| as_text(&text[range])).collect()
    })
}

fn keys(call: &Call) -> Result<ArrayRef> {
    each_list(call, |text| {
        let text = usual(call, text)?;
        Ok(pairs(&text, call.name())?.into_iter().map(|(key, _)| Some(key)).collect())
    })
}

/// A list of texts for each row, with the item's type of the result.
fn each_list(call: &Call, of: impl Fn(&str) -> Result<Vec<Option<String>>, ValueError>) -> Result<ArrayRef> {
    let DataType::List(field) = call.result() else { return internal_err!("{} gives a list", call.name()) };
    let (mut texts, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    let mut total = 0;
    for row in 0..call.rows() {
        let found = call.text(0, row).map(&of).transpose()?;
        valid.push(found.is_some());
        let found = found.unwrap_or_default();
        call.bound(found.iter().map(|text| text.as_ref().map_or(0, String::len) + 8).sum(), &mut total)?;
        lengths.push(found.len());
        texts.extend(found);
    }
    let values = Arc::new(StringArray::from(texts));
    let (offsets, nulls) = (OffsetBuffer::from_lengths(lengths), NullBuffer::from(valid));
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, Some(nulls))?))
}

fn members(call: &Call) -> Result<ArrayRef> {
    each_member(call, |value| Ok(Some(value.to_owned())))
}

fn members_text(call: &Call) -> Result<ArrayRef> {
    each_member(call, as_text)
}

fn each_member(call: &Call, of: fn(&str) -> Result<Option<String>, ValueError>) -> Result<ArrayRef> {
    let DataType::List(field) = call.result() else { return internal_err!("{} gives a list", call.name()) };
    let DataType::Struct(fields) = field.data_type() else { return internal_err!("{} gives rows", call.name()) };
    let (mut keys, mut values, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut total = 0;
    for row in 0..call.rows() {
        let before = keys.len();
        let text = call.text(0, row).map(|text| usual(call, text)).transpose()?;
        valid.push(text.is_some());
        if let Some(text) = text {
            let mut bytes = 0;
            for (key, range) in pairs(&text, call.name())? {
                let value = of(&text[range])?;
                bytes += key.len() + value.as_ref().map_or(0, String::len) + 16;
                keys.push(key);
                values.push(value);
            }
            call.bound(bytes, &mut total)?;
        }
        lengths.push(keys.len() - before);
    }
    let columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(keys)), Arc::new(StringArray::from(values))];
    let rows = Arc::new(StructArray::try_new(fields.clone(), columns, None)?);
    let (offsets, nulls) = (OffsetBuffer::from_lengths(lengths), NullBuffer::from(valid));
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, rows, Some(nulls))?))
}
