//! Names of types that mean something else to the planner, or nothing.
//!
//! What a declaration says beyond the Arrow type stands in the metadata of the planned field, for [`super::cast`] to
//! read; it does not leave the planner.

use std::sync::Arc;

use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, IntervalUnit, TimeUnit};
use datafusion::error::Result;
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast::{
    CharacterLength, DataType as SqlType, ExactNumberInfo, ObjectName, TimezoneInfo,
};

/// `float(24)` and less are `real`.
const REAL_BITS_MAX: u64 = 24;
/// The key of a declared length: `varchar 10`, `bpchar 3`, `digits 0`.
pub(super) const LIMIT: &str = "bellwether.limit";
/// The key of `numeric` without precision and scale.
pub(super) const NUMERIC_OF_ANY_DIGITS: &str = "bellwether.numeric";

/// Plans the names of types as PostgreSQL understands them.
#[derive(Debug)]
pub(crate) struct Types;

impl TypePlanner for Types {
    fn plan_type_field(&self, sql_type: &SqlType) -> Result<Option<FieldRef>> {
        Ok(field(sql_type).map(Arc::new))
    }
}

fn field(sql_type: &SqlType) -> Option<Field> {
    let plain = |data_type: DataType| Field::new("", data_type, true);
    Some(match sql_type {
        SqlType::Float(ExactNumberInfo::Precision(bits)) if *bits <= REAL_BITS_MAX => plain(DataType::Float32),
        SqlType::Float(_) => plain(DataType::Float64),
        SqlType::Numeric(ExactNumberInfo::None)
        | SqlType::Decimal(ExactNumberInfo::None)
        | SqlType::Dec(ExactNumberInfo::None) => {
            with(plain(DataType::Decimal128(38, 10)), NUMERIC_OF_ANY_DIGITS, String::new())
        }
        SqlType::Timestamp(digits, zone) => {
            let zone = match zone {
                TimezoneInfo::Tz | TimezoneInfo::WithTimeZone => Some("UTC".into()),
                TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => None,
            };
            with_digits(plain(DataType::Timestamp(TimeUnit::Microsecond, zone)), *digits)
        }
        SqlType::Time(digits, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            with_digits(plain(DataType::Time64(TimeUnit::Microsecond)), *digits)
        }
        SqlType::Interval { .. } => plain(DataType::Interval(IntervalUnit::MonthDayNano)),
        SqlType::Varchar(length) | SqlType::CharVarying(length) | SqlType::CharacterVarying(length) => {
            with_length("varchar", *length, None)
        }
        SqlType::Char(length) | SqlType::Character(length) => with_length("bpchar", *length, Some(1)),
        SqlType::Text => plain(DataType::Utf8),
        SqlType::Uuid => postgres_type::mark(plain(DataType::Utf8), "uuid"),
        SqlType::JSON => postgres_type::mark(plain(DataType::Utf8), "json"),
        SqlType::JSONB => postgres_type::mark(plain(DataType::Utf8), "jsonb"),
        SqlType::Custom(name, arguments) => custom(name, arguments)?,
        _ => return None,
    })
}

fn custom(name: &ObjectName, arguments: &[String]) -> Option<Field> {
    let name = name.to_string().to_ascii_lowercase();
    let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
    let plain = |data_type: DataType| Field::new("", data_type, true);
    Some(match name {
        "bool" => plain(DataType::Boolean),
        "int2" => plain(DataType::Int16),
        "int4" | "int" | "integer" => plain(DataType::Int32),
        "int8" | "bigint" => plain(DataType::Int64),
        "float4" => plain(DataType::Float32),
        "float8" => plain(DataType::Float64),
        "date" => plain(DataType::Date32),
        "timestamp" => plain(DataType::Timestamp(TimeUnit::Microsecond, None)),
        "timestamptz" => plain(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        "interval" => plain(DataType::Interval(IntervalUnit::MonthDayNano)),
        "oid" | "xid" | "cid" => plain(DataType::UInt32),
        "name" => postgres_type::mark(plain(DataType::Utf8), "name"),
        "text" | "citext" => plain(DataType::Utf8),
        "\"char\"" => with(postgres_type::mark(plain(DataType::Utf8), "char"), LIMIT, "varchar 1".to_owned()),
        "varchar" | "bpchar" => of_length(name, arguments.first().and_then(|length| length.parse().ok())),
        _ => return None,
    })
}

fn with(field: Field, key: &str, value: String) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.insert(key.to_owned(), value);
    field.with_metadata(metadata)
}

fn with_digits(field: Field, digits: Option<u64>) -> Field {
    match digits {
        Some(digits) => with(field, LIMIT, format!("digits {}", digits.min(6))),
        None => field,
    }
}

fn with_length(name: &str, length: Option<CharacterLength>, default: Option<u64>) -> Field {
    of_length(
        name,
        match length {
            Some(CharacterLength::IntegerLength { length, .. }) => Some(length),
            Some(CharacterLength::Max) => None,
            None => default,
        },
    )
}

fn of_length(name: &str, length: Option<u64>) -> Field {
    let field = Field::new("", DataType::Utf8, true);
    match length {
        Some(length) => {
            with(postgres_type::mark(field, &format!("{name}({length})")), LIMIT, format!("{name} {length}"))
        }
        None => postgres_type::mark(field, name),
    }
}

/// Whether this file or the planner knows the type, so that a cast to it can be planned here.
pub(super) fn is_known(sql_type: &SqlType) -> bool {
    match sql_type {
        SqlType::Array(element) => {
            use datafusion::sql::sqlparser::ast::ArrayElemTypeDef as Element;
            match element {
                Element::SquareBracket(element, _) | Element::AngleBracket(element) => is_known(element),
                _ => false,
            }
        }
        SqlType::Boolean
        | SqlType::Bool
        | SqlType::SmallInt(None)
        | SqlType::Int2(None)
        | SqlType::Int(None)
        | SqlType::Integer(None)
        | SqlType::Int4(None)
        | SqlType::BigInt(None)
        | SqlType::Int8(None)
        | SqlType::Real
        | SqlType::Float4
        | SqlType::Float8
        | SqlType::Double(ExactNumberInfo::None)
        | SqlType::DoublePrecision
        | SqlType::Numeric(_)
        | SqlType::Decimal(_)
        | SqlType::Date
        | SqlType::Bytea => true,
        other => field(other).is_some(),
    }
}
