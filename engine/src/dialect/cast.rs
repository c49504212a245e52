//! Casts, with the type of the operand at hand.
//!
//! A literal is cast at once, so `date '2024-01-01'` is a literal for whoever needs one; only where the session's time
//! zone has a say it waits for the session. `numeric` without digits keeps those of its operand.
//!
//! Decimals have no NaN and no infinity. As constants these are floats that say they are `numeric`; what is computed
//! with them is computed with floats, and a column of decimals does not take them.

use bellwether_udfs::cast::{self, Limit, Target};
use bellwether_udfs::numeric::{self, Shape};
use bellwether_udfs::{ValueError, ValueErrorKind, postgres_type};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::metadata::FieldMetadata;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::Cast;
use datafusion::scalar::ScalarValue;

use super::constant::{folded, value};
use super::types::{LIMIT, NUMERIC_OF_ANY_DIGITS};

/// A float or text as `numeric`: 18 digits before the point and 20 after it.
const NUMERIC_OF_FLOATS: DataType = DataType::Decimal128(38, 20);
/// A column of `numeric` without digits, and NULL as one.
const NUMERIC_OF_COLUMNS: DataType = DataType::Decimal128(38, 10);

/// The operand as the type of `field`, which a type's name was planned as.
pub(super) fn plan(operand: Expr, from: &DataType, field: &Field) -> Result<Expr> {
    if is_untyped_parameter(&operand) {
        // What the parameter is cast to is what it will be sent as.
        return Ok(plain(operand, &target(field)));
    }
    if field.data_type().is_decimal()
        && let Some(special) = special_numeric(&operand)
    {
        let has_digits = !field.metadata().contains_key(NUMERIC_OF_ANY_DIGITS);
        if has_digits && !special.is_nan() {
            return Err(ValueError::new(ValueErrorKind::OutOfRange, "numeric field overflow").into());
        }
        return Ok(special_literal(special));
    }
    if field.metadata().contains_key(NUMERIC_OF_ANY_DIGITS) {
        return numeric_of_any_digits(operand, from);
    }
    if let (DataType::List(element), Some(ScalarValue::Utf8(Some(text)))) = (field.data_type(), value(&operand))
        && element.metadata().contains_key(NUMERIC_OF_ANY_DIGITS)
    {
        // The elements share their digits after the point, and have no more than the longest needs.
        let digits = |number: &str| number.split_once('.').map_or(0, |(_, fraction)| fraction.trim().len());
        let scale = text.split(['{', '}', ',', '"']).map(digits).max().unwrap_or(0).min(37);
        let element = DataType::Decimal128(38, i8::try_from(scale).unwrap_or(37));
        return to_type(operand, from, &DataType::new_list(element, true));
    }
    to(operand, from, target(field))
}

/// The operand as the type of `field` by a call, also where a plain cast would do.
pub(super) fn called(operand: Expr, field: &Field) -> Expr {
    cast::cast(target(field)).call(vec![operand])
}

fn is_untyped_parameter(operand: &Expr) -> bool {
    matches!(operand, Expr::Placeholder(placeholder) if placeholder.field.is_none())
}

/// The operand as a type without any declaration behind it.
pub(super) fn to_type(operand: Expr, from: &DataType, data_type: &DataType) -> Result<Expr> {
    if from == data_type {
        return Ok(operand);
    }
    to(operand, from, Target { data_type: data_type.clone(), postgres_type: None, limit: None })
}

fn to(operand: Expr, from: &DataType, target: Target) -> Result<Expr> {
    if !cast::is_castable(from, &target.data_type) {
        return Err(cast::cannot_cast(from, &target.data_type).into());
    }
    let is_literal = value(&operand).is_some() && !is_instant(from) && !is_instant(&target.data_type);
    if from.is_null() {
        let null = ScalarValue::try_from(&target.data_type)?;
        return Ok(Expr::Literal(null, metadata(&target)));
    }
    if from.is_string()
        && let Some(json) = target.postgres_type.as_deref().and_then(bellwether_udfs::json_cast)
    {
        return Ok(match folded(json.call(vec![operand]), is_literal) {
            Expr::Literal(value, _) => Expr::Literal(value, metadata(&target)),
            other => other,
        });
    }
    if !cast::differs(from, &target) {
        return Ok(match folded(plain(operand, &target), is_literal && from != &target.data_type) {
            Expr::Literal(value, _) => Expr::Literal(value, metadata(&target)),
            other => other,
        });
    }
    let metadata = metadata(&target);
    // A text stays a cast, because a bare literal would be one without a type.
    let is_text = target.data_type == DataType::Utf8 && target.postgres_type.is_none();
    Ok(match folded(cast::cast(target).call(vec![operand]), is_literal) {
        Expr::Literal(value, _) if is_text => {
            Expr::Cast(Cast::new(Box::new(Expr::Literal(value, None)), DataType::Utf8))
        }
        Expr::Literal(value, _) => Expr::Literal(value, metadata),
        other => other,
    })
}

fn plain(operand: Expr, target: &Target) -> Expr {
    match &target.postgres_type {
        Some(name) => {
            let field = postgres_type::mark(Field::new("", target.data_type.clone(), true), name);
            Expr::Cast(Cast::new_from_field(Box::new(operand), field.into()))
        }
        None => Expr::Cast(Cast::new(Box::new(operand), target.data_type.clone())),
    }
}

fn metadata(target: &Target) -> Option<FieldMetadata> {
    let name = target.postgres_type.as_ref()?;
    let field = postgres_type::mark(Field::new("", target.data_type.clone(), true), name);
    Some(FieldMetadata::new_from_field(&field))
}

/// Whether the session's time zone decides what a value is as another type.
fn is_instant(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(_, zone) => zone.is_some(),
        DataType::List(field) => is_instant(field.data_type()),
        _ => false,
    }
}

/// What a constant is that is a `numeric` and no number.
fn special_numeric(operand: &Expr) -> Option<f64> {
    let special = match value(operand)? {
        ScalarValue::Utf8(Some(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "nan" => f64::NAN,
            "infinity" | "inf" | "+infinity" | "+inf" => f64::INFINITY,
            "-infinity" | "-inf" => f64::NEG_INFINITY,
            _ => return None,
        },
        ScalarValue::Float64(Some(value)) => *value,
        ScalarValue::Float32(Some(value)) => f64::from(*value),
        _ => return None,
    };
    (!special.is_finite()).then_some(special)
}

fn special_literal(special: f64) -> Expr {
    let numeric = postgres_type::mark(Field::new("", DataType::Float64, true), "numeric");
    Expr::Literal(ScalarValue::from(special), Some(FieldMetadata::new_from_field(&numeric)))
}

fn numeric_of_any_digits(operand: Expr, from: &DataType) -> Result<Expr> {
    if let Some(ScalarValue::Utf8(Some(text))) = value(&operand)
        && let Some(number) = numeric::parse(text.trim())?
    {
        return Ok(Expr::Literal(number, None));
    }
    if let Some(number) = value(&operand).and_then(numeric::shortest) {
        return Ok(Expr::Literal(number, None));
    }
    if from.is_decimal() {
        return Ok(operand);
    }
    let data_type = match Shape::of(from) {
        Some(shape) => shape.data_type(),
        None if from.is_null() => NUMERIC_OF_COLUMNS,
        None => NUMERIC_OF_FLOATS,
    };
    to_type(operand, from, &data_type)
}

fn target(field: &Field) -> Target {
    let limit = field.metadata().get(LIMIT).and_then(|limit| {
        let (kind, length) = limit.split_once(' ')?;
        match kind {
            "varchar" => Some(Limit::Varchar(length.parse().ok()?)),
            "bpchar" => Some(Limit::Char(length.parse().ok()?)),
            _ => Some(Limit::Digits(length.parse().ok()?)),
        }
    });
    let data_type = match field.data_type() {
        // What a declaration says of elements stands in the metadata of their field, which values do not have.
        DataType::List(element) => DataType::new_list(target(element).data_type, true),
        other => other.clone(),
    };
    Target { data_type, postgres_type: postgres_type::of(field).map(str::to_owned), limit }
}

/// A literal without a type of its own takes the type of what it stands beside.
pub(super) fn unknown_as(literal: Expr, data_type: &DataType) -> Result<Expr> {
    if data_type.is_decimal() {
        return match special_numeric(&literal) {
            Some(special) => Ok(special_literal(special)),
            None => numeric_of_any_digits(literal, &DataType::Utf8),
        };
    }
    // A literal has PostgreSQL's microseconds, whatever the column counts.
    let data_type = match data_type {
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::LargeUtf8 | DataType::Utf8View => return Ok(literal),
        other => other.clone(),
    };
    to_type(literal, &DataType::Utf8, &data_type)
}

/// Whether an expression is a text literal without a type. One with a type is a cast, or says so in its metadata.
pub(super) fn is_unknown(expression: &Expr) -> bool {
    matches!(expression, Expr::Literal(ScalarValue::Utf8(Some(_)), None))
}

/// A cast that the planner has made by itself, as PostgreSQL does it; `None` if Arrow does the same.
pub(super) fn implicit(operand: &Expr, from: &DataType, field: &Field) -> Result<Option<Expr>> {
    let target = target(field);
    let is_same = from.is_null() || target.data_type.is_string() || !cast::differs(from, &target);
    if is_same || !cast::is_castable(from, &target.data_type) {
        return Ok(None);
    }
    to(operand.clone(), from, target).map(Some)
}
