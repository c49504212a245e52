//! What values are, and values out of nothing: `num_nulls`, `num_nonnulls`, `pg_typeof`, `pg_size_bytes`, `gen_random_uuid`.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};
use uuid::Uuid;

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use crate::postgres_type;
use crate::value_error::ValueError;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let integer = Gives::One(|| DataType::Int32);
    vec![
        Function::new("num_nulls", "num_nulls(value, …)", "Returns how many of the values are NULL.")
            .takes_many(&[Type::Any], integer, |call| each_count(call, true))
            .sees_nulls()
            .build(),
        Function::new("num_nonnulls", "num_nonnulls(value, …)", "Returns how many of the values are not NULL.")
            .takes_many(&[Type::Any], integer, |call| each_count(call, false))
            .sees_nulls()
            .build(),
        Function::new("pg_typeof", "pg_typeof(value)", "Returns the name of a value's type.")
            .takes(&[Type::Any], Gives::One(|| DataType::Utf8), |call| {
                let name = type_name(call.data_type(0), call.postgres_type(0));
                call.each_text(|_| Ok(Some(name.clone())))
            })
            .sees_nulls()
            .of_postgres_type("regtype")
            .build(),
        Function::new("gen_random_uuid", "gen_random_uuid()", "Returns a random identifier, another one in every row.")
            .takes(&[], Gives::One(|| DataType::Utf8), |call| call.each_text(|_| Ok(Some(Uuid::new_v4().to_string()))))
            .of_postgres_type("uuid")
            .volatility(Volatility::Volatile)
            .build(),
        Function::new(
            "pg_size_bytes",
            "pg_size_bytes(text)",
            "Returns the bytes of a size with its unit: `1.5 GB`. **Errors** what is no size.",
        )
        .takes(&[Type::Text], Gives::One(|| DataType::Int64), |call| {
            call.each::<Int64Type>(|row| Ok(call.text(0, row).map(size).transpose()?))
        })
        .build(),
    ]
}

fn each_count(call: &Call, of_nulls: bool) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let count = (0..call.len()).filter(|index| call.is_null(*index, row) == of_nulls).count();
        Ok(Some(i32::try_from(count).unwrap_or(i32::MAX)))
    })
}

fn type_name(data_type: &DataType, marked: Option<&str>) -> String {
    if let Some(name) = marked {
        return name.to_owned();
    }
    let name = match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 | DataType::UInt8 | DataType::Int16 => "smallint",
        DataType::UInt16 | DataType::Int32 => "integer",
        DataType::UInt32 | DataType::Int64 => "bigint",
        DataType::Float16 | DataType::Float32 => "real",
        DataType::Float64 => "double precision",
        DataType::UInt64 => "numeric",
        data_type if data_type.is_decimal() => "numeric",
        data_type if data_type.is_binary() => "bytea",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time without time zone",
        DataType::Timestamp(_, None) => "timestamp without time zone",
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::Null => "unknown",
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            return format!("{}[]", type_name(field.data_type(), postgres_type::of(field)));
        }
        DataType::Struct(_) => "record",
        DataType::Dictionary(_, values) => return type_name(values, None),
        _ => "text",
    };
    name.to_owned()
}

fn size(text: &str) -> Result<i64, ValueError> {
    const UNITS: &[(&str, u32)] =
        &[("", 0), ("bytes", 0), ("b", 0), ("kb", 10), ("mb", 20), ("gb", 30), ("tb", 40), ("pb", 50)];
    let refused = || ValueError::invalid_parameter(format!("invalid size: \"{text}\""));
    let trimmed = text.trim();
    let end = trimmed.find(|char: char| !char.is_ascii_digit() && !"+-.eE".contains(char)).unwrap_or(trimmed.len());
    let number: f64 = trimmed[..end].parse().map_err(|_| refused())?;
    let unit = trimmed[end..].trim().to_ascii_lowercase();
    let (_, power) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(refused)?;
    let bytes = number * 2_f64.powi(*power as i32);
    if bytes.abs() >= 9.2e18 { Err(ValueError::out_of_range("bigint")) } else { Ok(bytes.round() as i64) }
}
