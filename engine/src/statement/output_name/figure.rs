//! The name of a column that has none, by the rules of PostgreSQL's `FigureColname`.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, ArrayElemTypeDef, BinaryOperator, DataType, ExactNumberInfo, Expr, ObjectName, ObjectNamePart,
    SelectItem, SetExpr, TimezoneInfo, TrimWhereField,
};

use crate::names::identifier;

/// What a column is called that nothing names.
const NAMELESS: &str = "?column?";

/// The name of a column that is `expr`.
pub(super) fn figure(expr: &Expr) -> String {
    // A cast and a CASE name a column only if nothing inside them does; of several the outermost counts.
    let mut outermost: Option<String> = None;
    let mut expr = expr;
    loop {
        expr = match expr {
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => inner,
            Expr::Cast { expr: inner, data_type, .. } => {
                outermost.get_or_insert_with(|| type_name(data_type));
                inner
            }
            Expr::Case { else_result, .. } => {
                let name = outermost.get_or_insert_with(|| "case".to_owned());
                match else_result {
                    Some(inner) => inner,
                    None => return name.clone(),
                }
            }
            Expr::CompoundFieldAccess { root, access_chain } => match last_field(access_chain) {
                Some(field) => return field,
                None => root,
            },
            other => {
                let inner = own_name(other);
                return inner.or(outermost).or_else(|| literal_name(other)).unwrap_or_else(|| NAMELESS.to_owned());
            }
        };
    }
}

/// The name of an expression that has one whatever stands around it.
fn own_name(expr: &Expr) -> Option<String> {
    let keyword = match expr {
        Expr::Identifier(name) => return Some(identifier(name)),
        Expr::CompoundIdentifier(names) => return names.last().map(identifier),
        Expr::Function(function) => return last_part(&function.name),
        Expr::Subquery(query) => return first_column(&query.body),
        Expr::Exists { negated: false, .. } => "exists",
        Expr::Array(_) => "array",
        Expr::Tuple(_) => "row",
        Expr::BinaryOp { op: BinaryOperator::Overlaps, .. } => "overlaps",
        Expr::AtTimeZone { .. } => "timezone",
        Expr::Extract { .. } => "extract",
        Expr::Ceil { .. } => "ceil",
        Expr::Floor { .. } => "floor",
        Expr::Position { .. } => "position",
        Expr::Substring { shorthand: true, .. } => "substr",
        Expr::Substring { .. } => "substring",
        Expr::Trim { trim_where: Some(TrimWhereField::Leading), .. } => "ltrim",
        Expr::Trim { trim_where: Some(TrimWhereField::Trailing), .. } => "rtrim",
        Expr::Trim { .. } => "btrim",
        Expr::Overlay { .. } => "overlay",
        Expr::IsNormalized { .. } => "is_normalized",
        _ => return None,
    };
    Some(keyword.to_owned())
}

/// The name of a literal that PostgreSQL reads as a cast of a text.
fn literal_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::TypedString(literal) => Some(type_name(&literal.data_type)),
        Expr::Interval(_) => Some("interval".to_owned()),
        _ => None,
    }
}

fn last_field(chain: &[AccessExpr]) -> Option<String> {
    chain.iter().rev().find_map(|access| match access {
        AccessExpr::Dot(Expr::Identifier(field)) => Some(identifier(field)),
        AccessExpr::Dot(_) | AccessExpr::Subscript(_) => None,
    })
}

fn last_part(name: &ObjectName) -> Option<String> {
    match name.0.last()? {
        ObjectNamePart::Identifier(part) => Some(identifier(part)),
        ObjectNamePart::Function(_) => None,
    }
}

/// The name of the one column of a scalar subquery.
fn first_column(body: &SetExpr) -> Option<String> {
    match body {
        SetExpr::Select(select) => match select.projection.first()? {
            SelectItem::UnnamedExpr(expr) => Some(figure(expr)),
            SelectItem::ExprWithAlias { alias, .. } => Some(identifier(alias)),
            _ => None,
        },
        SetExpr::Query(query) => first_column(&query.body),
        SetExpr::SetOperation { left, .. } => first_column(left),
        SetExpr::Values(_) => Some("column1".to_owned()),
        _ => None,
    }
}

/// PostgreSQL's internal name of a type.
fn type_name(data_type: &DataType) -> String {
    let name = match data_type {
        DataType::SmallInt(_) | DataType::Int2(_) => "int2",
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => "int4",
        DataType::BigInt(_) | DataType::Int8(_) => "int8",
        DataType::Float(ExactNumberInfo::Precision(bits)) if *bits <= 24 => "float4",
        DataType::Real | DataType::Float4 => "float4",
        DataType::Float(_) | DataType::Float8 | DataType::Double(_) | DataType::DoublePrecision => "float8",
        DataType::Numeric(_) | DataType::Decimal(_) | DataType::Dec(_) => "numeric",
        DataType::Bool | DataType::Boolean => "bool",
        DataType::Char(_) | DataType::Character(_) => "bpchar",
        DataType::Varchar(_) | DataType::CharVarying(_) | DataType::CharacterVarying(_) => "varchar",
        DataType::BitVarying(_) | DataType::VarBit(_) => "varbit",
        DataType::Interval { .. } => "interval",
        DataType::Time(_, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => "timetz",
        DataType::Time(..) => "time",
        DataType::Timestamp(_, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => "timestamptz",
        DataType::Timestamp(..) => "timestamp",
        DataType::Array(
            ArrayElemTypeDef::SquareBracket(element, _)
            | ArrayElemTypeDef::AngleBracket(element)
            | ArrayElemTypeDef::Parenthesis(element),
        ) => return type_name(element),
        DataType::Custom(name, _) => return last_part(name).unwrap_or_else(|| NAMELESS.to_owned()),
        // The others are called inside as they are called in SQL: text, date, bytea, uuid, json.
        other => {
            let written = other.to_string().to_lowercase();
            let word = written.split(|letter: char| !letter.is_alphanumeric()).next();
            return word.unwrap_or(NAMELESS).to_owned();
        }
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn figured(sql: &str) -> String {
        let dialect = PostgreSqlDialect {};
        let expr = Parser::new(&dialect).try_with_sql(sql).unwrap().parse_expr().unwrap();
        figure(&expr)
    }

    #[test]
    fn a_call_is_called_by_the_last_part_of_its_function() {
        assert_eq!(figured("count(*)"), "count");
        assert_eq!(figured("pg_catalog.Lower(name)"), "lower");
        assert_eq!(figured("sum(x) FILTER (WHERE x > 1) OVER (PARTITION BY y)"), "sum");
        assert_eq!(figured("CURRENT_DATE"), "current_date");
        assert_eq!(figured("\"Odd\"(1)"), "Odd");
        assert_eq!(figured("COALESCE(a, 1)"), "coalesce");
        assert_eq!(figured("GREATEST(a, 1)"), "greatest");
        assert_eq!(figured("NULLIF(a, 1)"), "nullif");
    }

    #[test]
    fn syntax_of_its_own_is_called_by_the_function_behind_it() {
        for (sql, name) in [
            ("EXTRACT(year FROM d)", "extract"),
            ("SUBSTRING(a FROM 2 FOR 3)", "substring"),
            ("substr(a, 2)", "substr"),
            ("TRIM(a)", "btrim"),
            ("TRIM(BOTH 'x' FROM a)", "btrim"),
            ("TRIM(LEADING 'x' FROM a)", "ltrim"),
            ("TRIM(TRAILING 'x' FROM a)", "rtrim"),
            ("POSITION('x' IN a)", "position"),
            ("OVERLAY(a PLACING 'x' FROM 2)", "overlay"),
            ("ceil(a)", "ceil"),
            ("floor(a)", "floor"),
            ("a AT TIME ZONE 'UTC'", "timezone"),
            ("EXISTS (SELECT 1)", "exists"),
            ("ARRAY[1, 2]", "array"),
            ("(1, 2)", "row"),
        ] {
            assert_eq!(figured(sql), name, "{sql}");
        }
    }

    #[test]
    fn a_cast_is_called_by_what_it_casts_or_else_by_its_type() {
        for (sql, name) in [
            ("a::bigint", "a"),
            ("sum(a)::bigint", "sum"),
            ("1::int", "int4"),
            ("CAST('1' AS bigint)", "int8"),
            ("1::smallint", "int2"),
            ("1::real", "float4"),
            ("1::float(24)", "float4"),
            ("1::float", "float8"),
            ("1::double precision", "float8"),
            ("3.5::float8", "float8"),
            ("1::decimal(10, 2)", "numeric"),
            ("1::boolean", "bool"),
            ("1::text", "text"),
            ("1::varchar(3)", "varchar"),
            ("1::char(3)", "bpchar"),
            ("''::date", "date"),
            ("''::time", "time"),
            ("''::timestamp", "timestamp"),
            ("''::timestamptz", "timestamptz"),
            ("''::timestamp with time zone", "timestamptz"),
            ("''::uuid", "uuid"),
            ("''::jsonb", "jsonb"),
            ("''::bytea", "bytea"),
            ("'{}'::int[]", "int4"),
            ("'x'::Regtype", "regtype"),
            ("1::int::text", "text"),
            ("DATE '2024-01-01'", "date"),
            ("DATE '2024-01-01'::timestamp", "timestamp"),
            ("INTERVAL '1 day'", "interval"),
            ("true", "?column?"),
        ] {
            assert_eq!(figured(sql), name, "{sql}");
        }
    }

    #[test]
    fn a_case_is_called_by_its_else_or_else_case() {
        assert_eq!(figured("CASE WHEN a THEN b ELSE c END"), "c");
        assert_eq!(figured("CASE WHEN a THEN b ELSE lower(c) END"), "lower");
        assert_eq!(figured("CASE WHEN a THEN b ELSE 1::int END"), "case");
        assert_eq!(figured("CASE WHEN a THEN b ELSE 1 END"), "case");
        assert_eq!(figured("CASE WHEN a THEN b END"), "case");
        assert_eq!(figured("CASE WHEN a THEN b END::text"), "text");
    }

    #[test]
    fn a_scalar_subquery_is_called_by_its_column() {
        assert_eq!(figured("(SELECT max(x) FROM t)"), "max");
        assert_eq!(figured("(SELECT 1 AS one)"), "one");
        assert_eq!(figured("(SELECT a FROM t UNION ALL SELECT b FROM t)"), "a");
        assert_eq!(figured("(SELECT 1)"), "?column?");
    }

    #[test]
    fn brackets_collations_and_subscripts_leave_the_name() {
        assert_eq!(figured("((a))"), "a");
        assert_eq!(figured("a COLLATE \"C\""), "a");
        assert_eq!(figured("a[1]"), "a");
        assert_eq!(figured("(a).Part"), "part");
    }

    #[test]
    fn operators_and_literals_have_no_name() {
        for sql in [
            "1",
            "'a'",
            "NULL",
            "-1",
            "1 + 1",
            "a || b",
            "NOT a",
            "a IS NULL",
            "a IN (1)",
            "a BETWEEN 1 AND 2",
            "$1",
            "a LIKE 'x'",
        ] {
            assert_eq!(figured(sql), "?column?", "{sql}");
        }
    }
}
