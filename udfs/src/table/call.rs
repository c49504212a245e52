//! A call that is being planned: its arguments, and where in its inputs their columns stand.

use std::ops::Deref;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{internal_datafusion_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::scalar::ScalarValue;

use super::{Bound, ResultColumn, Run, TableFunction};
use crate::argument::{Arguments, Parameter, Role, Takes, Type, Value};
use crate::error::CallError;

/// A column of the input, as a function refers to it: the position of its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot(pub(super) usize);

/// What a call gives for a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Given {
    /// Nothing, or the parameter is an input.
    Missing,
    /// The name of a column.
    Column(String),
    /// The names of columns.
    Columns(Vec<String>),
    /// A constant, perhaps not known yet.
    Constant(Expr),
}

/// The columns of an input that an operator reads, by their place in its batches: first the `by` columns, then the
/// keys, then all others in the order of their parameters.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The number of columns that group the rows.
    pub keys: usize,
    /// For each of them, whether rows where it is NULL are seen.
    pub keeps_null_keys: Vec<bool>,
    /// The column that orders the rows, and whether rows where it is NULL are seen.
    pub order: Option<(usize, bool)>,
    /// The other columns by parameter, and behind the parameters the features: place, and what they are read as.
    pub columns: Vec<Option<(usize, Type)>>,
    /// The names of the features.
    features: Vec<String>,
    /// The place of the column given for each parameter, whatever it is for.
    places: Vec<Option<usize>>,
}

/// A column of features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeatureColumn {
    /// The column's own name.
    pub name: String,
    pub slot: Slot,
    /// Whether it is text; it is read as numbers otherwise.
    pub is_text: bool,
}

/// A call as `bind` sees it. Constants are read through [`Arguments`].
#[derive(Debug)]
pub(crate) struct Call {
    arguments: Arguments,
    layouts: Vec<Layout>,
    schemas: Vec<SchemaRef>,
}

impl Call {
    /// The column given for a parameter.
    pub(crate) fn slot(&self, name: &str) -> Result<Slot> {
        match self.arguments.has(name) {
            true => self.arguments.position(name).map(Slot),
            false => internal_err!("{} reads its column {name}, which is not given", self.arguments.function()),
        }
    }

    /// The column given for a parameter that may be left out.
    pub(crate) fn optional_slot(&self, name: &str) -> Result<Option<Slot>> {
        if self.arguments.has(name) { self.slot(name).map(Some) } else { Ok(None) }
    }

    /// The columns of features of an input, in the order in which they were given.
    pub(crate) fn features(&self, input: usize) -> Vec<FeatureColumn> {
        let Some(layout) = self.layouts.get(input) else { return Vec::new() };
        let first = layout.columns.len() - layout.features.len();
        let mut features = Vec::with_capacity(layout.features.len());
        for (place, name) in layout.features.iter().enumerate() {
            let is_text = matches!(layout.columns[first + place], Some((_, Type::Text)));
            features.push(FeatureColumn { name: name.clone(), slot: Slot(first + place), is_text });
        }
        features
    }

    /// The type of the column given for a parameter in an input.
    pub(crate) fn data_type_in(&self, name: &str, input: usize) -> Result<DataType> {
        let position = self.arguments.position(name)?;
        let place = self.layouts.get(input).and_then(|layout| layout.place_of(position));
        match (place, self.schemas.get(input)) {
            (Some(place), Some(schema)) => Ok(schema.field(place).data_type().clone()),
            _ => internal_err!("input {input} of {} has no column {name}", self.arguments.function()),
        }
    }

    /// The type of the column given for a parameter, in the first input that has it.
    pub(crate) fn data_type(&self, name: &str) -> Result<DataType> {
        let position = self.arguments.position(name)?;
        let mut inputs = self.layouts.iter().zip(&self.schemas);
        inputs
            .find_map(|(layout, schema)| Some(schema.field(layout.place_of(position)?).data_type().clone()))
            .ok_or_else(|| internal_datafusion_err!("{} has no column {name}", self.arguments.function()))
    }
}

impl Deref for Call {
    type Target = Arguments;

    fn deref(&self) -> &Arguments {
        &self.arguments
    }
}

/// A call that is planned.
#[derive(Debug)]
pub(super) struct Planned {
    pub function: Arc<TableFunction>,
    /// What was given for each parameter.
    pub given: Vec<Given>,
    pub layouts: Vec<Layout>,
    /// The columns of the inputs.
    pub schemas: Vec<SchemaRef>,
    /// The result's columns.
    pub schema: SchemaRef,
    /// How many of the keys are `by` columns.
    pub by: usize,
    pub bound: Bound,
}

impl Planned {
    /// Binds a call over inputs that are projected as [`projected`] tells.
    pub(super) fn new(function: Arc<TableFunction>, given: Vec<Given>, schemas: Vec<SchemaRef>) -> Result<Self> {
        let declared = &function.declared;
        let mut values = Vec::with_capacity(given.len());
        for (parameter, given) in declared.parameters.iter().zip(&given) {
            values.push(match (given, &parameter.takes) {
                (Given::Missing, _) if parameter.role == Role::Input => Value::Rows,
                (Given::Missing, Takes::Rows(_) | Takes::Columns | Takes::Features) => Value::Missing,
                (Given::Missing, _) => parameter.absent(declared.name)?,
                (Given::Constant(expr), Takes::Constant(constant)) => match literal(expr) {
                    Some(value) => Value::Known(constant.read(declared.name, parameter.name, value)?),
                    None => Value::Open(constant.stand_in()),
                },
                _ => Value::Rows,
            });
        }
        let by = declared.parameters.iter().zip(&given).map(|(parameter, given)| match (&parameter.takes, given) {
            (Takes::Columns, Given::Columns(names)) => names.len(),
            _ => 0,
        });
        let by = by.sum();
        let layouts: Vec<Layout> = (0..)
            .zip(&schemas)
            .map(|(input, schema)| layout(&declared.parameters, &given, by, input, schema))
            .collect();
        let arguments = Arguments::new(declared, values);
        let call = Call { arguments, layouts, schemas };
        let bound = (function.bind)(&call)?;
        let schema = Arc::new(Schema::new(result_fields(&function, &bound, &call, by)?));
        Ok(Self { layouts: call.layouts, schemas: call.schemas, function, given, schema, by, bound })
    }

    /// The function's name.
    pub(super) fn name(&self) -> &'static str {
        self.function.declared.name
    }

    /// Whether the groups are folded into one state.
    pub(super) fn folds(&self) -> bool {
        matches!(self.bound.run, Run::Fold(_))
    }

    /// The number of columns that group the rows.
    pub(super) fn keys(&self) -> usize {
        self.layouts.first().map_or(0, |layout| layout.keys)
    }

    /// How many of the keys divide the groups that are seen by one function: none, the `by` columns, or all of them.
    pub(super) fn dividing_keys(&self) -> usize {
        match (self.bound.undivided, self.bound.together) {
            (true, _) => 0,
            (false, true) => self.by,
            (false, false) => self.keys(),
        }
    }

    /// The call as `EXPLAIN` shows it, without its inputs.
    pub(super) fn shown(&self) -> String {
        let mut shown = Vec::new();
        for (parameter, given) in self.function.declared.parameters.iter().zip(&self.given) {
            match given {
                Given::Missing => {}
                Given::Column(name) => shown.push(format!("{} => '{name}'", parameter.name)),
                Given::Columns(names) => {
                    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                    shown.push(format!("{} => ARRAY[{}]", parameter.name, names.join(", ")));
                }
                Given::Constant(expr) => match literal(expr) {
                    Some(ScalarValue::Utf8(Some(text))) => shown.push(format!("{} => '{text}'", parameter.name)),
                    Some(value) => shown.push(format!("{} => {value}", parameter.name)),
                    None => shown.push(format!("{} => {expr}", parameter.name)),
                },
            }
        }
        format!("{}({})", self.name(), shown.join(", "))
    }
}

/// The value of a constant that is known. NULL is not: while a statement is described, it stands for a value.
pub(super) fn literal(expr: &Expr) -> Option<&ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value).filter(|value| !value.is_null()),
        Expr::Alias(alias) => literal(&alias.expr),
        _ => None,
    }
}

/// The columns of an input in the order in which operators read them: parameter, name in the input, and the name
/// they are projected under.
pub(super) fn projected(parameters: &[Parameter], given: &[Given], input: usize) -> Vec<(usize, String, String)> {
    let mut columns = Vec::new();
    for (index, (parameter, given)) in parameters.iter().zip(given).enumerate() {
        if let (Given::Columns(names), Takes::Columns) = (given, &parameter.takes) {
            columns.extend(names.iter().map(|name| (index, name.clone(), name.clone())));
        }
    }
    let named = || parameters.iter().zip(given).enumerate().filter(|(_, (parameter, _))| parameter.is_in(input));
    for (index, (parameter, given)) in named() {
        if let (Given::Column(name), Some(key)) = (given, parameter.key_name()) {
            columns.push((index, name.clone(), key.to_owned()));
        }
    }
    for (index, (parameter, given)) in named() {
        if let (Given::Column(name), None) = (given, parameter.key_name()) {
            columns.push((index, name.clone(), format!("{} => {name}", parameter.name)));
        }
    }
    for (index, (parameter, given)) in named() {
        if let (Given::Columns(names), Takes::Features) = (given, &parameter.takes) {
            let projected = |name: &String| (index, name.clone(), format!("{} => {name}", parameter.name));
            columns.extend(names.iter().map(projected));
        }
    }
    columns
}

fn layout(parameters: &[Parameter], given: &[Given], by: usize, input: usize, schema: &Schema) -> Layout {
    let mut layout = Layout {
        keys: by,
        keeps_null_keys: vec![true; by],
        order: None,
        columns: vec![None; parameters.len()],
        features: Vec::new(),
        places: vec![None; parameters.len()],
    };
    for (place, (index, name, _)) in projected(parameters, given, input).into_iter().enumerate().skip(by) {
        let parameter = &parameters[index];
        layout.places[index] = Some(place);
        match &parameter.takes {
            _ if parameter.key_name().is_some() => {
                layout.keys += 1;
                layout.keeps_null_keys.push(parameter.keeps_nulls(input));
            }
            _ if parameter.is_order() => layout.order = Some((place, parameter.keeps_nulls(input))),
            Takes::Rows(data_type) => layout.columns[index] = Some((place, *data_type)),
            Takes::Features => {
                let is_text = Type::Text.accepts(schema.field(place).data_type());
                let is_number = Type::Number.accepts(schema.field(place).data_type());
                layout.columns.push(Some((place, if is_text && !is_number { Type::Text } else { Type::Number })));
                layout.features.push(name);
            }
            Takes::Relation | Takes::Columns | Takes::Constant(_) => {}
        }
    }
    layout
}

fn result_fields(function: &TableFunction, bound: &Bound, call: &Call, by: usize) -> Result<Vec<Field>> {
    let name = function.declared.name;
    let Some(schema) = call.schemas.first() else { return internal_err!("{name} reads no relation") };
    let mut fields: Vec<Field> = Vec::new();
    for column in &bound.columns {
        match column {
            ResultColumn::By => fields.extend(schema.fields().iter().take(by).map(|field| field.as_ref().clone())),
            ResultColumn::Key(key) => {
                let place = call.layouts.first().and_then(|layout| layout.place_of(call.arguments.position(key).ok()?));
                let Some(place) = place else { return internal_err!("{name} has no key {key}") };
                fields.push(schema.field(place).clone().with_nullable(true));
            }
            ResultColumn::Value(name, data_type) => fields.push(Field::new(*name, data_type.clone(), true)),
            ResultColumn::Carried(name, input, slot) => {
                let place = call.layouts.get(*input).and_then(|layout| layout.columns.get(slot.0).copied().flatten());
                let (Some((place, _)), Some(schema)) = (place, call.schemas.get(*input)) else {
                    return internal_err!("{} carries a column that its input does not have", function.declared.name);
                };
                fields.push(Field::new(*name, schema.field(place).data_type().clone(), true));
            }
        }
    }
    for (index, field) in fields.iter().enumerate() {
        if fields.iter().take(index).any(|other| other.name() == field.name()) {
            return Err(CallError::invalid(format!(
                "argument by of {name} names column \"{}\", which the result has anyway",
                field.name()
            ))
            .with_hint("give it another name in a subquery")
            .into());
        }
    }
    Ok(fields)
}

impl Layout {
    /// The place of the column given for a parameter. Keys stand first, so of a key it is also its place among keys.
    pub(super) fn place_of(&self, parameter: usize) -> Option<usize> {
        self.places.get(parameter).copied().flatten()
    }
}
