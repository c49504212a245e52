//! Declared columns, `name type [NOT NULL], …`, as `CREATE TABLE` writes them.

use arrow::datatypes::{DataType, TimeUnit};
use sqlparser::ast::{ColumnDef, ColumnOption, DataType as SqlType, ExactNumberInfo, TimezoneInfo};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::names::identifier;
use crate::{Error, ErrorKind, Result};

/// PostgreSQL's `numeric` has no fixed scale; this is what DataFusion takes for it.
const NUMERIC: DataType = DataType::Decimal128(38, 10);

/// One declared column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
}

/// The columns a text declares.
pub(super) fn parse(text: &str) -> Result<Vec<Declared>> {
    let invalid = |message: String| {
        Error::new(ErrorKind::Syntax, format!("the declared columns \"{text}\" cannot be read: {message}"))
            .with_hint("write name and type, separated by commas, for example \"id bigint, price decimal(18,4)\"")
    };
    let mut parser =
        Parser::new(&PostgreSqlDialect {}).try_with_sql(text).map_err(|error| invalid(error.to_string()))?;
    let definitions =
        parser.parse_comma_separated(Parser::parse_column_def).map_err(|error| invalid(error.to_string()))?;
    let rest = parser.peek_token().token;
    if rest != Token::EOF {
        return Err(invalid(format!("{rest} follows the last column")));
    }
    definitions.into_iter().map(column).collect()
}

fn column(definition: ColumnDef) -> Result<Declared> {
    let name = identifier(&definition.name);
    let mut nullable = true;
    for option in &definition.options {
        match &option.option {
            ColumnOption::NotNull => nullable = false,
            ColumnOption::Null => nullable = true,
            other => {
                return Err(Error::unsupported(format!("the declared column {name} cannot have {other}"))
                    .with_hint("create the table first, then load into it"));
            }
        }
    }
    let data_type = arrow_type(&definition.data_type).ok_or_else(|| {
        Error::unsupported(format!("the declared column {name} cannot be of type {}", definition.data_type)).with_hint(
            "use boolean, smallint, integer, bigint, real, double precision, decimal(p,s), date, timestamp, timestamptz, text or bytea",
        )
    })?;
    Ok(Declared { name, data_type, nullable })
}

fn arrow_type(sql: &SqlType) -> Option<DataType> {
    let data_type = match sql {
        SqlType::Bool | SqlType::Boolean => DataType::Boolean,
        SqlType::TinyInt(None) => DataType::Int8,
        SqlType::SmallInt(None) | SqlType::Int2(None) => DataType::Int16,
        SqlType::Int(None) | SqlType::Integer(None) | SqlType::Int4(None) => DataType::Int32,
        SqlType::BigInt(None) | SqlType::Int8(None) => DataType::Int64,
        SqlType::Real | SqlType::Float4 => DataType::Float32,
        SqlType::Float(ExactNumberInfo::None)
        | SqlType::Float8
        | SqlType::Double(ExactNumberInfo::None)
        | SqlType::DoublePrecision => DataType::Float64,
        SqlType::Numeric(digits) | SqlType::Decimal(digits) | SqlType::Dec(digits) => decimal(digits)?,
        SqlType::Text
        | SqlType::String(None)
        | SqlType::Varchar(_)
        | SqlType::CharacterVarying(_)
        | SqlType::CharVarying(_)
        | SqlType::Char(_)
        | SqlType::Character(_)
        | SqlType::Uuid
        | SqlType::JSON
        | SqlType::JSONB => DataType::Utf8,
        SqlType::Bytea => DataType::Binary,
        SqlType::Date => DataType::Date32,
        SqlType::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            DataType::Timestamp(TimeUnit::Microsecond, None)
        }
        SqlType::Timestamp(_, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        }
        _ => return None,
    };
    Some(data_type)
}

fn decimal(digits: &ExactNumberInfo) -> Option<DataType> {
    let (precision, scale) = match digits {
        ExactNumberInfo::None => return Some(NUMERIC),
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
    };
    let (precision, scale) = (u8::try_from(precision).ok()?, u8::try_from(scale).ok()?);
    if precision == 0 || precision > 38 || scale > precision {
        return None;
    }
    Some(DataType::Decimal128(precision, i8::try_from(scale).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(text: &str) -> Vec<DataType> {
        parse(text).unwrap().into_iter().map(|column| column.data_type).collect()
    }

    #[test]
    fn columns_are_written_as_in_create_table() {
        let columns = parse("customer text, Date date not null, \"Qty\" int, dollars decimal(18,4)").unwrap();
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["customer", "date", "Qty", "dollars"]);
        assert_eq!(columns[1], Declared { name: "date".into(), data_type: DataType::Date32, nullable: false });
        assert_eq!(columns[3].data_type, DataType::Decimal128(18, 4));
    }

    #[test]
    fn postgres_types_have_their_meaning() {
        let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let plain = DataType::Timestamp(TimeUnit::Microsecond, None);
        assert_eq!(types("a int8, b timestamptz, c timestamp with time zone"), [DataType::Int64, zoned.clone(), zoned]);
        assert_eq!(
            types("a timestamp, b float8, c numeric(6)"),
            [plain, DataType::Float64, DataType::Decimal128(6, 0)]
        );
        assert_eq!(types("a varchar(20), b uuid, c numeric"), [DataType::Utf8, DataType::Utf8, NUMERIC]);
    }

    #[test]
    fn what_is_no_column_is_refused() {
        assert_eq!(parse("a interval").unwrap_err().message(), "the declared column a cannot be of type INTERVAL");
        assert_eq!(parse("a decimal(40,2)").unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(parse("a int primary key").unwrap_err().message(), "the declared column a cannot have PRIMARY KEY");
        assert_eq!(parse("a").unwrap_err().kind(), ErrorKind::Syntax);
        assert_eq!(parse("a int; drop table x").unwrap_err().kind(), ErrorKind::Syntax);
    }
}
