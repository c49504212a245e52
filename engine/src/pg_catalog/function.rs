//! The functions of PostgreSQL's catalogue: definitions, names, sizes, visibility, privileges.
//!
//! Each is a line of a table: its name, the arguments it takes, its result, and how a row is answered from the
//! statement's catalogue. They stand in the planner once and for all; which catalogue they answer from stands in the
//! settings of each statement's own.

mod definitions;
mod descriptions;
mod explode;
mod objects;
mod privileges;
mod server;
mod sessions;
mod sizes;
mod tables;
mod text;
mod vectors;
mod visibility;

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bellwether_catalog::Error;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{internal_err, plan_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::scalar::ScalarValue;

use super::Pinned;
use super::declared::field;
use super::rows::{Column, Value};

pub(crate) use objects::{is_reg_type, shown};

/// What a function takes in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Argument {
    /// A number: an object id, a place, a modifier.
    Number,
    Text,
    Bool,
    /// An object by its id or by its name.
    Object,
}

/// How a function answers.
type Answer = fn(&Asked<'_>, &[Value<'_>]) -> Result<Value<'static>, Error>;

/// A function.
struct Definition {
    name: &'static str,
    /// The arguments, in each of its forms.
    forms: &'static [&'static [Argument]],
    /// Its result, as a type of PostgreSQL.
    result: &'static str,
    /// Whether NULL among the arguments is NULL without asking.
    strict: bool,
    /// Whether it does something, so that it must not be called before the statement runs.
    acts: bool,
    answer: Answer,
}

const NONE: &[&[Argument]] = &[&[]];
const NUMBER: &[&[Argument]] = &[&[Argument::Number]];
const TEXT: &[&[Argument]] = &[&[Argument::Text]];
const OBJECT: &[&[Argument]] = &[&[Argument::Object]];

const fn strict(
    name: &'static str,
    forms: &'static [&'static [Argument]],
    result: &'static str,
    answer: Answer,
) -> Definition {
    Definition { name, forms, result, strict: true, acts: false, answer }
}

/// A function that does something when it is called.
const fn acting(
    name: &'static str,
    forms: &'static [&'static [Argument]],
    result: &'static str,
    answer: Answer,
) -> Definition {
    Definition { name, forms, result, strict: true, acts: true, answer }
}

/// What a function answers from.
struct Asked<'a> {
    pinned: &'a Pinned,
}

impl Asked<'_> {
    fn catalogue(&self) -> Result<&super::Catalogue, Error> {
        self.pinned.read()
    }

    /// The schemas in which names are found that are given without one.
    fn search_path(&self) -> Vec<String> {
        let mut schemas = vec!["pg_catalog".to_owned()];
        schemas.extend(self.pinned.search_path());
        schemas
    }
}

const LISTS: [&[Definition]; 9] = [
    definitions::FUNCTIONS,
    descriptions::FUNCTIONS,
    objects::FUNCTIONS,
    privileges::FUNCTIONS,
    server::FUNCTIONS,
    sessions::FUNCTIONS,
    sizes::FUNCTIONS,
    text::FUNCTIONS,
    visibility::FUNCTIONS,
];

/// Puts all functions into the planner that those of statements are copies of.
pub(crate) fn declare(state: &mut SessionState) -> Result<(), Error> {
    let answering = LISTS.into_iter().flatten().map(|definition| ScalarUDF::from(Function::new(definition)));
    let exploded = ScalarUDF::from(explode::Exploded::new());
    for function in answering.chain(vectors::functions()).chain([exploded]) {
        state
            .register_udf(Arc::new(function))
            .map_err(|source| Error::internal("the catalogue's functions could not be set up").with_source(source))?;
    }
    Ok(())
}

/// Lets a statement's planner answer from the statement's catalogue.
pub(crate) fn bind(state: &mut SessionState, pinned: &Arc<Pinned>) {
    state.config_mut().options_mut().extensions.insert(Bound(Arc::clone(pinned)));
    for (name, function) in tables::functions(pinned) {
        state.register_udtf(name, function);
    }
}

/// The catalogue of a statement, among the settings that functions see.
#[derive(Debug, Clone)]
struct Bound(Arc<Pinned>);

impl ConfigExtension for Bound {
    const PREFIX: &'static str = "catalogue";
}

impl ExtensionOptions for Bound {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, _value: &str) -> Result<()> {
        plan_err!("unrecognized configuration parameter \"{key}\"")
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        Vec::new()
    }
}

/// The catalogue of the statement that calls a function.
fn bound(settings: &ConfigOptions) -> Result<&Pinned> {
    match settings.extensions.get::<Bound>() {
        Some(bound) => Ok(&bound.0),
        None => internal_err!("a function was asked without a catalogue"),
    }
}

/// The names of all functions, with the first of their forms and their results as types of PostgreSQL.
pub(super) fn listed() -> impl Iterator<Item = (&'static str, Vec<&'static str>, &'static str)> {
    LISTS.into_iter().flatten().map(|definition| {
        let form = definition.forms.first().copied().unwrap_or_default();
        let arguments = form.iter().map(|argument| match argument {
            Argument::Number | Argument::Object => "oid",
            Argument::Text => "text",
            Argument::Bool => "bool",
        });
        (definition.name, arguments.collect(), definition.result)
    })
}

/// Whether a plan calls functions that answer from the catalogue, which then has to be there before they are asked.
pub(crate) fn is_asked(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                if let Expr::ScalarFunction(call) = expression {
                    let function = call.func.inner().as_ref() as &dyn Any;
                    if function.is::<Function>() || function.is::<explode::Exploded>() {
                        found = true;
                        return Ok(TreeNodeRecursion::Stop);
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(found)
}

/// A function that answers from the statement's catalogue.
struct Function {
    definition: &'static Definition,
    signature: Signature,
}

impl Function {
    fn new(definition: &'static Definition) -> Self {
        let volatility = if definition.acts { Volatility::Volatile } else { Volatility::Stable };
        let signature = match definition.forms {
            NONE => Signature::nullary(volatility),
            _ => Signature::user_defined(volatility),
        };
        Self { definition, signature }
    }

    fn form(&self, count: usize) -> Option<&'static [Argument]> {
        self.definition.forms.iter().find(|form| form.len() == count).copied()
    }
}

/// Errors of planning may print the functions of a plan.
impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.definition.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.definition.name == other.definition.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.definition.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.definition.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(field(self.definition.name, self.definition.result, true).data_type().clone())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(field(self.definition.name, self.definition.result, true)))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let Some(form) = self.form(given.len()) else {
            return plan_err!("function {} does not take {} arguments", self.definition.name, given.len());
        };
        let coerced = form.iter().zip(given).map(|(argument, given)| match argument {
            Argument::Number => DataType::Int64,
            Argument::Text => DataType::Utf8,
            Argument::Bool => DataType::Boolean,
            Argument::Object if given.is_integer() => DataType::Int64,
            Argument::Object => DataType::Utf8,
        });
        Ok(coerced.collect())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let asked = Asked { pinned: bound(&args.config_options)? };
        let is_constant = args.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let count = if is_constant { 1 } else { args.number_rows };
        let arrays =
            args.args.iter().map(|argument| argument.clone().into_array(count)).collect::<Result<Vec<ArrayRef>>>()?;
        let mut column = Column::new(&args.return_field);
        let mut values = Vec::with_capacity(arrays.len());
        for row in 0..count {
            values.clear();
            for array in &arrays {
                values.push(value(array, row)?);
            }
            if self.definition.strict && values.contains(&Value::Null) {
                column.push(Value::Null);
                continue;
            }
            let answer = (self.definition.answer)(&asked, &values);
            column.push(answer.map_err(|error| DataFusionError::External(Box::new(error)))?);
        }
        let answers = column.finish();
        if is_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answers, 0)?));
        }
        Ok(ColumnarValue::Array(answers))
    }
}

fn value<'a>(array: &'a ArrayRef, row: usize) -> Result<Value<'a>> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    Ok(match array.data_type() {
        DataType::Int64 => Value::Int(array.as_primitive::<Int64Type>().value(row)),
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row)),
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        DataType::Null => Value::Null,
        other => return internal_err!("a catalogue function got a value of type {other}"),
    })
}

/// The number in a place; zero, which is no object's id, where it stands for none.
fn number(values: &[Value<'_>], place: usize) -> u32 {
    match values.get(place) {
        Some(Value::Int(number)) => u32::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

/// The signed number in a place.
fn signed(values: &[Value<'_>], place: usize) -> Option<i64> {
    match values.get(place) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    }
}

/// The text in a place.
fn text_at<'a>(values: &'a [Value<'_>], place: usize) -> &'a str {
    match values.get(place) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}
