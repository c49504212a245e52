//! JSON values with parts set, joined or taken away.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::path::{steps_of_array, steps_of_literal};
use super::tree::Tree;
use super::{JSON, JSONB};
use crate::postgres::argument::Type;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::value_error::ValueError;

const TEXT: Gives = Gives::One(|| DataType::Utf8);

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let set = "Returns a JSON value with the value at the end of a path set; a key that is missing is added unless \
               the last argument is false. **Nulls** NULL gives NULL. **Errors** a text that is no JSON.";
    let insert = "Returns a JSON value with another inserted before the end of a path, or after it.";
    let strip = "Returns a JSON value without the members of objects that are null. **Nulls** NULL gives NULL.";
    vec![
        concat(),
        delete(),
        delete_path(),
        Function::new("jsonb_set", "jsonb_set(json, path, value [, create_if_missing])", set)
            .takes(&[Type::Text, Type::TextArray, Type::Text], TEXT, |call| at_path(call, steps_of_array_at, set_at))
            .takes(&[Type::Text, Type::Text, Type::Text], TEXT, |call| at_path(call, steps_of_literal, set_at))
            .takes(&[Type::Text, Type::TextArray, Type::Text, Type::Bool], TEXT, |call| {
                at_path(call, steps_of_array_at, set_at)
            })
            .takes(&[Type::Text, Type::Text, Type::Text, Type::Bool], TEXT, |call| {
                at_path(call, steps_of_literal, set_at)
            })
            .of_postgres_type(JSONB)
            .build(),
        Function::new("jsonb_insert", "jsonb_insert(json, path, value [, after])", insert)
            .takes(&[Type::Text, Type::TextArray, Type::Text], TEXT, |call| at_path(call, steps_of_array_at, insert_at))
            .takes(&[Type::Text, Type::Text, Type::Text], TEXT, |call| at_path(call, steps_of_literal, insert_at))
            .takes(&[Type::Text, Type::TextArray, Type::Text, Type::Bool], TEXT, |call| {
                at_path(call, steps_of_array_at, insert_at)
            })
            .takes(&[Type::Text, Type::Text, Type::Text, Type::Bool], TEXT, |call| {
                at_path(call, steps_of_literal, insert_at)
            })
            .of_postgres_type(JSONB)
            .build(),
        Function::new("jsonb_strip_nulls", "jsonb_strip_nulls(json)", strip)
            .takes(&[Type::Text], TEXT, |call| stripped(call, Tree::text))
            .of_postgres_type(JSONB)
            .build(),
        Function::new("json_strip_nulls", "json_strip_nulls(json)", strip)
            .takes(&[Type::Text], TEXT, |call| stripped(call, Tree::compact))
            .of_postgres_type(JSON)
            .build(),
    ]
}

/// `a || b`
pub(super) fn concat() -> Arc<ScalarUDF> {
    let about =
        "Returns two JSON values joined: the members of objects, the items of arrays. **Nulls** NULL gives NULL.";
    Function::new("jsonb_concat", "jsonb_concat(json, json)", about)
        .takes(&[Type::Text, Type::Text], TEXT, |call| {
            call.each_text(|row| {
                let (Some(left), Some(right)) = (call.text(0, row), call.text(1, row)) else { return Ok(None) };
                Ok(Some(joined(Tree::parse(left)?, Tree::parse(right)?).text()))
            })
        })
        .of_postgres_type(JSONB)
        .build()
}

/// `a - b`
pub(super) fn delete() -> Arc<ScalarUDF> {
    let about = "Returns a JSON value without a key, a string, or the item at a position. **Nulls** NULL gives NULL.";
    Function::new("jsonb_delete", "jsonb_delete(json, key or position)", about)
        .takes(&[Type::Text, Type::Text], TEXT, |call| {
            call.each_text(|row| {
                let (Some(text), Some(key)) = (call.text(0, row), call.text(1, row)) else { return Ok(None) };
                Ok(Some(without(Tree::parse(text)?, &[key.to_owned()])?.text()))
            })
        })
        .takes(&[Type::Text, Type::TextArray], TEXT, |call| {
            call.each_text(|row| {
                let Some(text) = call.text(0, row) else { return Ok(None) };
                let keys: Vec<String> = steps_of_array(call, row).unwrap_or_default().into_iter().flatten().collect();
                Ok(Some(without(Tree::parse(text)?, &keys)?.text()))
            })
        })
        .takes(&[Type::Text, Type::Int4], TEXT, |call| {
            call.each_text(|row| {
                let (Some(text), Some(position)) = (call.text(0, row), call.integer(1, row)) else { return Ok(None) };
                let mut tree = Tree::parse(text)?;
                let Tree::Array(items) = &mut tree else {
                    return Err(ValueError::invalid_parameter("cannot delete from object using integer index").into());
                };
                if let Some(position) = place(position, items.len()) {
                    items.remove(position);
                }
                Ok(Some(tree.text()))
            })
        })
        .of_postgres_type(JSONB)
        .build()
}

/// `a #- b`
pub(super) fn delete_path() -> Arc<ScalarUDF> {
    let about = "Returns a JSON value without what is at the end of a path. **Nulls** NULL gives NULL.";
    Function::new("jsonb_delete_path", "jsonb_delete_path(json, path)", about)
        .takes(&[Type::Text, Type::TextArray], TEXT, |call| at_path(call, steps_of_array_at, delete_at))
        .takes(&[Type::Text, Type::Text], TEXT, |call| at_path(call, steps_of_literal, delete_at))
        .of_postgres_type(JSONB)
        .build()
}

type Steps = Vec<Option<String>>;

fn steps_of_array_at(call: &Call, row: usize) -> Result<Option<Steps>, ValueError> {
    Ok(steps_of_array(call, row))
}

/// Changes the value or container at the end of a path: what is there, what is to be there, the flag.
type Change = fn(&mut Tree, &str, Option<&Tree>, bool);

fn at_path(
    call: &Call,
    steps: fn(&Call, usize) -> Result<Option<Steps>, ValueError>,
    change: Change,
) -> Result<ArrayRef> {
    call.each_text(|row| {
        let (Some(text), Some(steps)) = (call.text(0, row), steps(call, row)?) else { return Ok(None) };
        let value = call.text(2, row).map(Tree::parse).transpose()?;
        // Creating what is missing goes without saying, inserting after does not.
        let flag = call.boolean(3, row);
        let mut tree = Tree::parse(text)?;
        if let Some((last, way)) = steps.split_last()
            && let Some(last) = last
            && let Some(container) = descend(&mut tree, way)
        {
            change(container, last, value.as_ref(), flag.unwrap_or(call.len() == 3 && is_set(change)));
        }
        Ok(Some(tree.text()))
    })
}

/// Whether a change is that of `jsonb_set`, whose flag is true when it is left out.
fn is_set(change: Change) -> bool {
    std::ptr::fn_addr_eq(change, set_at as Change)
}

fn descend<'a>(tree: &'a mut Tree, way: &[Option<String>]) -> Option<&'a mut Tree> {
    let mut tree = tree;
    for step in way {
        let step = step.as_ref()?;
        tree = match tree {
            Tree::Object(members) => &mut members.iter_mut().find(|(key, _)| key == step)?.1,
            Tree::Array(items) => {
                let at = place(step.parse().ok()?, items.len())?;
                items.get_mut(at)?
            }
            _ => return None,
        };
    }
    Some(tree)
}

/// The place of a position that may count from the end.
fn place(position: i64, length: usize) -> Option<usize> {
    let position = if position < 0 { position + length as i64 } else { position };
    usize::try_from(position).ok().filter(|position| *position < length)
}

fn set_at(container: &mut Tree, step: &str, value: Option<&Tree>, creates: bool) {
    let Some(value) = value else { return };
    match container {
        Tree::Object(members) => match members.iter_mut().find(|(key, _)| key == step) {
            Some((_, member)) => *member = value.clone(),
            None if creates => {
                let mut all = std::mem::take(members);
                all.push((step.to_owned(), value.clone()));
                *container = Tree::object(all);
            }
            None => {}
        },
        Tree::Array(items) => {
            let Ok(position) = step.parse::<i64>() else { return };
            match place(position, items.len()) {
                Some(at) => items[at] = value.clone(),
                None if creates && position < 0 => items.insert(0, value.clone()),
                None if creates => items.push(value.clone()),
                None => {}
            }
        }
        _ => {}
    }
}

fn insert_at(container: &mut Tree, step: &str, value: Option<&Tree>, is_after: bool) {
    let Some(value) = value else { return };
    match container {
        Tree::Object(members) if !members.iter().any(|(key, _)| key == step) => {
            set_at(container, step, Some(value), true);
        }
        Tree::Array(items) => {
            let Ok(position) = step.parse::<i64>() else { return };
            match place(position, items.len()) {
                Some(at) => items.insert(at + usize::from(is_after), value.clone()),
                None if position < 0 => items.insert(0, value.clone()),
                None => items.push(value.clone()),
            }
        }
        _ => {}
    }
}

fn delete_at(container: &mut Tree, step: &str, _value: Option<&Tree>, _flag: bool) {
    match container {
        Tree::Object(members) => members.retain(|(key, _)| key != step),
        Tree::Array(items) => {
            if let Some(at) = step.parse().ok().and_then(|position| place(position, items.len())) {
                items.remove(at);
            }
        }
        _ => {}
    }
}

fn joined(left: Tree, right: Tree) -> Tree {
    match (left, right) {
        (Tree::Object(mut members), Tree::Object(others)) => {
            members.extend(others);
            Tree::object(members)
        }
        (left, right) => {
            let mut items = into_items(left);
            items.extend(into_items(right));
            Tree::Array(items)
        }
    }
}

fn into_items(tree: Tree) -> Vec<Tree> {
    match tree {
        Tree::Array(items) => items,
        other => vec![other],
    }
}

fn without(mut tree: Tree, keys: &[String]) -> Result<Tree, ValueError> {
    match &mut tree {
        Tree::Object(members) => members.retain(|(key, _)| !keys.contains(key)),
        Tree::Array(items) => items.retain(|item| !matches!(item, Tree::String(text) if keys.contains(text))),
        _ => return Err(ValueError::invalid_parameter("cannot delete from scalar")),
    }
    Ok(tree)
}

fn stripped(call: &Call, text_of: fn(&Tree) -> String) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        let mut tree = Tree::parse(text)?;
        strip(&mut tree);
        Ok(Some(text_of(&tree)))
    })
}

fn strip(tree: &mut Tree) {
    match tree {
        Tree::Object(members) => {
            members.retain(|(_, value)| *value != Tree::Null);
            members.iter_mut().for_each(|(_, value)| strip(value));
        }
        Tree::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
