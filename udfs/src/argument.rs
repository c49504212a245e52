//! Arguments: what a function declares, and the values of one call, read and checked.
//!
//! A function declares its [`Parameter`]s once; names, types, units, ranges and defaults on its page, in errors
//! and in `information_schema` all come from there. A call's [`Arguments`] hold only values that fit: reading
//! one is infallible but for a name that is not declared.
//!
//! ```ignore
//! parameters: vec![
//!     Parameter::key("customer", "customer_id", "Who ordered."),               // column, groups the rows
//!     Parameter::order("ts", "When."),                                         // column, orders each group
//!     Parameter::rows("value", Type::Number, "Order value.").optional(),       // column
//!     Parameter::by(),                                                         // columns: results for each of their values
//!     Parameter::constant("model", Constant::Choice(&["linear", "markov"]), "…").or("linear"),
//!     Parameter::constant("lookback", Constant::Interval, "…").or_days(30),
//! ]
//! arguments.choice("model")? == "linear"; arguments.micros("lookback")?; arguments.has("value")
//! ```
//!
//! In table functions a column is given by its name, as text; elsewhere it is an expression, given by position.
//! A constant may also be a parameter `$1` or `now()`: until its value is known, planning goes on with a value
//! that stands in for it, so a function must not refuse a combination of values anywhere but in `bind`.

mod constant;
mod parameter;
mod skipped;

use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

pub(crate) use self::constant::{Constant, Known};
pub(crate) use self::parameter::{Parameter, Role, Takes, Type};
pub use self::skipped::fill_skipped;
use crate::error::CallError;
use crate::page::Page;

/// A function's name, parameters and page.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// The SQL name.
    pub name: &'static str,
    /// What it takes, in order. The last one may repeat.
    pub parameters: Vec<Parameter>,
    /// What it is.
    pub page: Page,
}

impl Declared {
    /// The parameter of a position; the last one stands for all after it if it repeats.
    pub(crate) fn at(&self, position: usize) -> Option<&Parameter> {
        self.parameters.get(position).or_else(|| self.parameters.last().filter(|last| last.repeats))
    }

    /// The call as a reader writes it.
    pub(crate) fn syntax(&self) -> String {
        let named = self.parameters.iter().any(|parameter| matches!(parameter.role, Role::Named { .. }));
        if named { self.table_syntax() } else { self.positional_syntax() }
    }

    fn positional_syntax(&self) -> String {
        let mut text = format!("{}(", self.name);
        for (index, parameter) in self.parameters.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match parameter.is_required() {
                true => text.push_str(&format!("{comma}{}", parameter.name)),
                false => text.push_str(&format!(" [{comma}{}]", parameter.name)),
            }
            if parameter.repeats {
                text.push_str(", …");
            }
        }
        text.push(')');
        text
    }

    fn table_syntax(&self) -> String {
        let mut text = format!("{}(", self.name);
        for (index, parameter) in self.parameters.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            text.push_str(comma);
            match (&parameter.role, parameter.is_required()) {
                (Role::Input, _) => text.push_str(&format!("({})", parameter.name)),
                (_, true) => text.push_str(&format!("{} => …", parameter.name)),
                (_, false) => text.push_str(&format!("[{} => …]", parameter.name)),
            }
        }
        text.push(')');
        text
    }
}

/// The value of one parameter in one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Not given, and no default.
    Missing,
    /// Values of rows.
    Rows,
    /// A constant that fits its parameter.
    Known(Known),
    /// A constant whose value is not known yet, and one that stands in for it.
    Open(Known),
}

/// The values of one call.
#[derive(Debug, Clone)]
pub(crate) struct Arguments {
    function: &'static str,
    names: Vec<&'static str>,
    values: Vec<Value>,
    /// How often the repeated parameter was given.
    pub repeated: usize,
}

impl Arguments {
    /// Values by position of the parameters, each checked.
    pub(crate) fn new(declared: &Declared, values: Vec<Value>) -> Self {
        let names = declared.parameters.iter().map(|parameter| parameter.name).collect();
        Self { function: declared.name, names, values, repeated: 0 }
    }

    /// Reads the arguments of a call by position. `given` has, for each, its value if it is a constant.
    pub(crate) fn positional(declared: &Declared, given: &[Option<ScalarValue>]) -> Result<Self> {
        let mut values = Vec::with_capacity(declared.parameters.len());
        for (index, parameter) in declared.parameters.iter().enumerate() {
            values.push(match (given.get(index), &parameter.takes) {
                (None, _) => parameter.absent(declared.name)?,
                (Some(_), Takes::Rows(_) | Takes::Columns | Takes::Features | Takes::Relation) => Value::Rows,
                // What a call by name passes over is written as NULL.
                (Some(Some(value)), Takes::Constant(_)) if value.is_null() && !parameter.is_required() => {
                    parameter.absent(declared.name)?
                }
                (Some(Some(value)), Takes::Constant(constant)) => {
                    Value::Known(constant.read(declared.name, parameter.name, value)?)
                }
                (Some(None), Takes::Constant(_)) => {
                    return Err(CallError::invalid(format!(
                        "argument {} of {} must be a constant",
                        parameter.name, declared.name
                    ))
                    .into());
                }
            });
        }
        let last = declared.parameters.last().filter(|last| last.repeats);
        let repeated = if last.is_some() { (given.len() + 1).saturating_sub(declared.parameters.len()) } else { 0 };
        Ok(Self { repeated, ..Self::new(declared, values) })
    }

    /// The function's name, for errors.
    pub(crate) fn function(&self) -> &'static str {
        self.function
    }

    /// Whether an argument was given or has a default.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value(name).is_ok_and(|value| !matches!(value, Value::Missing))
    }

    /// Whether all values are known; some stand in for others otherwise.
    pub(crate) fn is_complete(&self) -> bool {
        !self.values.iter().any(|value| matches!(value, Value::Open(_)))
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Result<f64> {
        match self.known(name)? {
            Known::Number(number) => Ok(*number),
            _ => Err(self.misread(name)),
        }
    }

    /// An integer.
    pub(crate) fn integer(&self, name: &str) -> Result<i64> {
        match self.known(name)? {
            Known::Integer(integer) => Ok(*integer),
            _ => Err(self.misread(name)),
        }
    }

    /// Integers, of which there may be only one.
    pub(crate) fn integers(&self, name: &str) -> Result<&[i64]> {
        match self.known(name)? {
            Known::Integers(integers) => Ok(integers),
            _ => Err(self.misread(name)),
        }
    }

    /// Moments, in microseconds since 1970.
    pub(crate) fn moments(&self, name: &str) -> Result<&[i64]> {
        match self.known(name)? {
            Known::Moments(moments) => Ok(moments),
            _ => Err(self.misread(name)),
        }
    }

    /// A text, or one of the words of a choice.
    pub(crate) fn text(&self, name: &str) -> Result<&str> {
        match self.known(name)? {
            Known::Text(text) => Ok(text),
            _ => Err(self.misread(name)),
        }
    }

    /// A boolean.
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        match self.known(name)? {
            Known::Flag(flag) => Ok(*flag),
            _ => Err(self.misread(name)),
        }
    }

    /// The microseconds of an interval, or of a moment since 1970.
    pub(crate) fn micros(&self, name: &str) -> Result<i64> {
        match self.known(name)? {
            Known::Micros(micros) => Ok(*micros),
            _ => Err(self.misread(name)),
        }
    }

    /// A list of numbers.
    pub(crate) fn numbers(&self, name: &str) -> Result<&[f64]> {
        match self.known(name)? {
            Known::Numbers(numbers) => Ok(numbers),
            _ => Err(self.misread(name)),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<&[String]> {
        match self.known(name)? {
            Known::Texts(texts) => Ok(texts),
            _ => Err(self.misread(name)),
        }
    }

    /// An error that names the argument: `argument weights of attribute must …`.
    pub(crate) fn invalid(&self, name: &str, must: impl std::fmt::Display) -> CallError {
        CallError::invalid(format!("argument {name} of {} {must}", self.function)).at(name)
    }

    /// Where a parameter stands in the declaration.
    pub(crate) fn position(&self, name: &str) -> Result<usize> {
        self.names.iter().position(|known| *known == name).ok_or_else(|| self.misread(name))
    }

    fn value(&self, name: &str) -> Result<&Value> {
        let position = self.position(name)?;
        self.values.get(position).ok_or_else(|| self.misread(name))
    }

    fn known(&self, name: &str) -> Result<&Known> {
        match self.value(name)? {
            Value::Known(known) | Value::Open(known) => Ok(known),
            Value::Missing | Value::Rows => Err(self.misread(name)),
        }
    }

    fn misread(&self, name: &str) -> datafusion::error::DataFusionError {
        internal_datafusion_err!("{} reads its argument {name} as what it is not declared", self.function)
    }
}
