//! Values inside a JSON value: `->`, `->>`, `#>`, `#>>`, `json_extract_path` and their like.
//!
//! What is taken out keeps its text, so a part of a `jsonb` value is one in the usual form.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::change;
use super::inspect;
use super::scan::{Scanner, unescape};
use super::{JSON, JSONB};
use crate::postgres::argument::Type;
use crate::postgres::array_text;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::value_error::ValueError;

/// The functions that operators stand for.
#[derive(Debug)]
pub(in crate::postgres) struct Operators {
    get: Arc<ScalarUDF>,
    get_text: Arc<ScalarUDF>,
    path: Arc<ScalarUDF>,
    path_text: Arc<ScalarUDF>,
    contains: Arc<ScalarUDF>,
    exists: Arc<ScalarUDF>,
    exists_any: Arc<ScalarUDF>,
    exists_all: Arc<ScalarUDF>,
    pub(in crate::postgres) concat: Arc<ScalarUDF>,
    pub(in crate::postgres) delete: Arc<ScalarUDF>,
    delete_path: Arc<ScalarUDF>,
}

impl Default for Operators {
    fn default() -> Self {
        Self {
            get: get(),
            get_text: get_text(),
            path: path("json_get_path"),
            path_text: path_text("json_get_path_text"),
            contains: inspect::contains(),
            exists: inspect::exists(),
            exists_any: inspect::exists_any(),
            exists_all: inspect::exists_all(),
            concat: change::concat(),
            delete: change::delete(),
            delete_path: change::delete_path(),
        }
    }
}

impl Operators {
    /// The call an operator stands for whatever its operands are, if it does.
    pub(in crate::postgres) fn call(&self, operator: &BinaryOperator, left: &Expr, right: &Expr) -> Option<Expr> {
        let function = match operator {
            BinaryOperator::Arrow => &self.get,
            BinaryOperator::LongArrow => &self.get_text,
            BinaryOperator::HashArrow => &self.path,
            BinaryOperator::HashLongArrow => &self.path_text,
            BinaryOperator::HashMinus => &self.delete_path,
            BinaryOperator::Question => &self.exists,
            BinaryOperator::QuestionPipe => &self.exists_any,
            BinaryOperator::QuestionAnd => &self.exists_all,
            _ => return None,
        };
        Some(function.call(vec![left.clone(), right.clone()]))
    }

    /// The call of `@>`, or of `<@`, between JSON values.
    pub(in crate::postgres) fn containment(
        &self,
        operator: &BinaryOperator,
        left: &Expr,
        right: &Expr,
    ) -> Option<Expr> {
        match operator {
            BinaryOperator::AtArrow => Some(self.contains.call(vec![left.clone(), right.clone()])),
            BinaryOperator::ArrowAt => Some(self.contains.call(vec![right.clone(), left.clone()])),
            _ => None,
        }
    }
}

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let mut functions = vec![get(), get_text(), path("json_get_path"), path_text("json_get_path_text")];
    for (name, text, label) in [
        ("json_extract_path", "json_extract_path_text", JSON),
        ("jsonb_extract_path", "jsonb_extract_path_text", JSONB),
    ] {
        let about = "Returns the value at the end of a path of keys and positions, NULL if there is none. **Nulls** \
                     NULL gives NULL. **Errors** a text that is no JSON.";
        let value = Function::new(name, "json_extract_path(json, key, …)", about)
            .takes(&[Type::Text, Type::TextArray], Gives::One(|| DataType::Utf8), along_array)
            .takes_many(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), along_arguments)
            .of_postgres_type(label);
        functions.push(value.build());
        let value = Function::new(text, "json_extract_path_text(json, key, …)", about)
            .takes(&[Type::Text, Type::TextArray], Gives::One(|| DataType::Utf8), text_along_array)
            .takes_many(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), text_along_arguments);
        functions.push(value.build());
    }
    functions
}

fn get() -> Arc<ScalarUDF> {
    let about = "Returns the member of a key or the item at a position, from the end if it is negative; the same as \
                 `->`. **Nulls** NULL where there is none. **Errors** a text that is no JSON.";
    Function::new("json_get", "json_get(json, key or position)", about)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), |call| {
            each(call, |text, row| call.text(1, row).map_or(Ok(None), |key| member(text, key)))
        })
        .takes(&[Type::Text, Type::Int4], Gives::One(|| DataType::Utf8), |call| {
            each(call, |text, row| call.integer(1, row).map_or(Ok(None), |position| item(text, position)))
        })
        .of_type_of_argument(0, JSON)
        .build()
}

fn get_text() -> Arc<ScalarUDF> {
    let about = "Returns the member of a key or the item at a position as text; the same as `->>`. **Nulls** NULL \
                 where there is none, and for JSON's null. **Errors** a text that is no JSON.";
    Function::new("json_get_text", "json_get_text(json, key or position)", about)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), |call| {
            each_text(call, |text, row| call.text(1, row).map_or(Ok(None), |key| member(text, key)))
        })
        .takes(&[Type::Text, Type::Int4], Gives::One(|| DataType::Utf8), |call| {
            each_text(call, |text, row| call.integer(1, row).map_or(Ok(None), |position| item(text, position)))
        })
        .build()
}

fn path(name: &'static str) -> Arc<ScalarUDF> {
    Function::new(name, "json_get_path(json, path)", "Returns the value at the end of a path; the same as `#>`.")
        .takes(&[Type::Text, Type::TextArray], Gives::One(|| DataType::Utf8), along_array)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), along_literal)
        .of_type_of_argument(0, JSON)
        .build()
}

fn path_text(name: &'static str) -> Arc<ScalarUDF> {
    let about = "Returns the value at the end of a path as text; the same as `#>>`.";
    Function::new(name, "json_get_path_text(json, path)", about)
        .takes(&[Type::Text, Type::TextArray], Gives::One(|| DataType::Utf8), text_along_array)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Utf8), text_along_literal)
        .build()
}

fn along_array(call: &Call) -> Result<ArrayRef> {
    each(call, |text, row| along(text, steps_of_array(call, row)))
}

fn text_along_array(call: &Call) -> Result<ArrayRef> {
    each_text(call, |text, row| along(text, steps_of_array(call, row)))
}

fn along_literal(call: &Call) -> Result<ArrayRef> {
    each(call, |text, row| along(text, steps_of_literal(call, row)?))
}

fn text_along_literal(call: &Call) -> Result<ArrayRef> {
    each_text(call, |text, row| along(text, steps_of_literal(call, row)?))
}

fn along_arguments(call: &Call) -> Result<ArrayRef> {
    each(call, |text, row| along(text, steps_of_arguments(call, row)))
}

fn text_along_arguments(call: &Call) -> Result<ArrayRef> {
    each_text(call, |text, row| along(text, steps_of_arguments(call, row)))
}

type Steps = Vec<Option<String>>;

pub(super) fn steps_of_array(call: &Call, row: usize) -> Option<Steps> {
    let steps = call.texts(1, row)?;
    Some((0..steps.len()).map(|at| steps.is_valid(at).then(|| steps.value(at).to_owned())).collect())
}

/// The steps of an array written as text: `{a,0,b}`.
pub(super) fn steps_of_literal(call: &Call, row: usize) -> Result<Option<Steps>, ValueError> {
    call.text(1, row).map(array_text::parse).transpose()
}

fn steps_of_arguments(call: &Call, row: usize) -> Option<Steps> {
    Some((1..call.len()).map(|index| call.text(index, row).map(ToOwned::to_owned)).collect())
}

/// The part of each row's JSON that `find` finds.
fn each(call: &Call, find: impl Fn(&str, usize) -> Result<Option<Range<usize>>, ValueError>) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        Ok(find(text, row)?.map(|range| text[range].to_owned()))
    })
}

/// The same as text: strings without quotes, null as NULL.
fn each_text(call: &Call, find: impl Fn(&str, usize) -> Result<Option<Range<usize>>, ValueError>) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        match find(text, row)? {
            Some(range) => Ok(as_text(&text[range])?),
            None => Ok(None),
        }
    })
}

/// A JSON value as text.
pub(super) fn as_text(value: &str) -> Result<Option<String>, ValueError> {
    match value.as_bytes().first() {
        Some(b'"') => unescape(value).map(Some),
        Some(b'n') => Ok(None),
        _ => Ok(Some(value.to_owned())),
    }
}

/// Where the value of a key is, the last of equal keys.
fn member(text: &str, key: &str) -> Result<Option<Range<usize>>, ValueError> {
    let mut scanner = Scanner::new(text);
    if scanner.peek() != Some(b'{') {
        return whole(&mut scanner).map(|_| None);
    }
    let mut found = None;
    scanner.each_member(|scanner, name| {
        let is_it = is_name(&scanner.text[name], key)?;
        let range = scanner.value()?;
        if is_it {
            found = Some(range);
        }
        Ok(true)
    })?;
    scanner.end()?;
    Ok(found)
}

fn is_name(quoted: &str, key: &str) -> Result<bool, ValueError> {
    if quoted.contains('\\') {
        return Ok(unescape(quoted)? == key);
    }
    Ok(quoted.len() == key.len() + 2 && &quoted[1..quoted.len() - 1] == key)
}

/// Where the item at a position is; negative ones count from the end.
fn item(text: &str, position: i64) -> Result<Option<Range<usize>>, ValueError> {
    let mut scanner = Scanner::new(text);
    if scanner.peek() != Some(b'[') {
        return whole(&mut scanner).map(|_| None);
    }
    let mut items = Vec::new();
    scanner.each_item(|scanner| {
        items.push(scanner.value()?);
        Ok(true)
    })?;
    scanner.end()?;
    let position = if position < 0 { position + items.len() as i64 } else { position };
    Ok(usize::try_from(position).ok().and_then(|position| items.get(position).cloned()))
}

/// Where the only value of a text is.
fn whole(scanner: &mut Scanner<'_>) -> Result<Range<usize>, ValueError> {
    let range = scanner.value()?;
    scanner.end()?;
    Ok(range)
}

/// Where the value at the end of a path is.
fn along(text: &str, steps: Option<Steps>) -> Result<Option<Range<usize>>, ValueError> {
    let Some(steps) = steps else { return Ok(None) };
    let mut range = whole(&mut Scanner::new(text))?;
    for step in steps {
        let Some(step) = step else { return Ok(None) };
        let part = &text[range.clone()];
        let found = match part.as_bytes().first() {
            Some(b'{') => member(part, &step)?,
            Some(b'[') => step.trim().parse().map_or(Ok(None), |position| item(part, position))?,
            _ => None,
        };
        let Some(found) = found else { return Ok(None) };
        range = range.start + found.start..range.start + found.end;
    }
    Ok(Some(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        let text = r#"{"a": [{"b": "c"}, 2], "k\"": 1, "a2": 1, "x": 1, "x": 2}"#;
        let at = |steps: &[&str]| {
            let steps = steps.iter().map(|step| Some((*step).to_owned())).collect();
            along(text, Some(steps)).unwrap().map(|range| &text[range])
        };
        assert_eq!(at(&["a", "0", "b"]), Some(r#""c""#));
        assert_eq!(at(&["a", "-1"]), Some("2"));
        assert_eq!(at(&["k\""]), Some("1"));
        assert_eq!(at(&["x"]), Some("2"));
        assert_eq!(at(&["a", "b"]), None);
        assert_eq!(at(&[]), Some(text));
        assert!(along("{", Some(Vec::new())).is_err());
    }
}
