//! The signature of a function by position: which types it takes, and which they are cast to.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, Signature, Volatility};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Literal};
use datafusion::scalar::ScalarValue;

use crate::argument::{Arguments, Declared, Takes, Type};
use crate::error::{CallError, CallErrorKind};

/// A signature that asks [`coerce`].
pub(crate) fn signature(declared: &Declared) -> Signature {
    let signature = Signature::user_defined(Volatility::Immutable);
    if declared.parameters.last().is_some_and(|last| last.repeats) {
        return signature;
    }
    let names = declared.parameters.iter().map(|parameter| parameter.name).collect();
    // Two parameters of one name could not be told apart by name; a test finds them.
    signature.clone().with_parameter_names(names).unwrap_or(signature)
}

/// The types the arguments are cast to, or why they do not fit.
pub(crate) fn coerce(declared: &Declared, given: &[DataType]) -> Result<Vec<DataType>> {
    let mut coerced = Vec::with_capacity(given.len());
    for (index, data_type) in given.iter().enumerate() {
        let Some(parameter) = declared.at(index) else {
            return Err(CallError::new(
                CallErrorKind::UndefinedFunction,
                format!("{} takes {} arguments, got {}", declared.name, declared.parameters.len(), given.len()),
            )
            .with_hint(declared.syntax())
            .into());
        };
        match &parameter.takes {
            Takes::Rows(wanted) if wanted.accepts(data_type) => coerced.push(read_as(*wanted, data_type)),
            Takes::Rows(wanted) => {
                return Err(CallError::new(
                    CallErrorKind::UndefinedFunction,
                    format!(
                        "argument {} of {} must be a {}, got {}",
                        parameter.name,
                        declared.name,
                        wanted.described(),
                        described(data_type)
                    ),
                )
                .with_hint("cast it")
                .into());
            }
            // Constants are read as they are, so that an error shows what was written.
            Takes::Constant(_) | Takes::Columns | Takes::Features | Takes::Relation => coerced.push(data_type.clone()),
        }
    }
    for parameter in declared.parameters.iter().skip(given.len()) {
        parameter.absent(declared.name)?;
    }
    Ok(coerced)
}

fn read_as(wanted: Type, given: &DataType) -> DataType {
    match wanted {
        Type::Number | Type::Label => DataType::Float64,
        Type::Integer => DataType::Int64,
        Type::Text => DataType::Utf8,
        Type::Flag => DataType::Boolean,
        Type::Path => match given {
            DataType::List(_) | DataType::LargeList(_) => DataType::new_list(DataType::Utf8, true),
            _ => DataType::Utf8,
        },
        Type::Record | Type::Model | Type::Any => given.clone(),
        Type::Features => match given {
            DataType::List(_) | DataType::LargeList(_) => DataType::new_list(DataType::Float64, true),
            DataType::Struct(fields) => {
                let read = |field: &Arc<Field>| Field::new(field.name(), feature(field.data_type()), true);
                DataType::Struct(fields.iter().map(read).collect())
            }
            value => feature(value),
        },
        Type::Time => match given {
            DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
            _ => DataType::Timestamp(TimeUnit::Microsecond, None),
        },
    }
}

/// What a single feature is read as.
fn feature(given: &DataType) -> DataType {
    let is_text = Type::Text.accepts(given) && !Type::Number.accepts(given);
    if is_text { DataType::Utf8 } else { DataType::Float64 }
}

/// A type as PostgreSQL calls it.
pub(crate) fn described(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        data_type if data_type.is_integer() => "integer",
        data_type if data_type.is_floating() => "double precision",
        data_type if data_type.is_numeric() => "numeric",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(_, None) => "timestamp",
        DataType::Timestamp(..) => "timestamp with time zone",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "bytea",
        DataType::Dictionary(_, values) => described(values),
        DataType::List(_) | DataType::LargeList(_) => "array",
        DataType::Struct(_) => "record",
        _ => "value of another type",
    }
}

/// The arguments of a call that is being planned, if all of its constants are known. NULL is not: while a statement
/// is described, it stands for a value.
pub(super) fn planned(declared: &Declared, given: &[Option<&ScalarValue>]) -> Result<Option<Arguments>> {
    for (index, value) in given.iter().enumerate() {
        let takes_constant = matches!(declared.at(index).map(|known| &known.takes), Some(Takes::Constant(_)));
        if takes_constant && value.is_none_or(ScalarValue::is_null) {
            return Ok(None);
        }
    }
    let constants: Vec<Option<ScalarValue>> = given.iter().map(|value| value.cloned()).collect();
    Arguments::positional(declared, &constants).map(Some)
}

/// The constants among logical arguments.
pub(super) fn literals(arguments: &[Expr]) -> Vec<Option<&ScalarValue>> {
    let mut literals = Vec::with_capacity(arguments.len());
    for argument in arguments {
        literals.push(match argument {
            Expr::Literal(value, _) => Some(value),
            _ => None,
        });
    }
    literals
}

/// The constants among physical arguments.
pub(super) fn constants(expressions: &[Arc<dyn PhysicalExpr>]) -> Vec<Option<ScalarValue>> {
    expressions.iter().map(constant).collect()
}

fn constant(expression: &Arc<dyn PhysicalExpr>) -> Option<ScalarValue> {
    if let Some(literal) = expression.downcast_ref::<Literal>() {
        return Some(literal.value().clone());
    }
    let cast = expression.downcast_ref::<CastExpr>()?;
    constant(cast.expr())?.cast_to(cast.cast_type()).ok()
}
