//! `json_to_recordset(…) AS t (a int, b text)`: objects as rows, whose columns the alias declares.

use datafusion::sql::sqlparser::ast::{Expr, TableAlias, TableFactor};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::set_returning::argument;
use crate::names::{identifier, quote};

/// A query for the columns in the place of the function.
pub(super) fn taken_apart(factor: &TableFactor) -> Option<TableFactor> {
    let (name, arguments, alias) = match factor {
        TableFactor::Table { name, args: Some(args), alias: Some(alias), .. } => (name, args.args.as_slice(), alias),
        TableFactor::Function { name, args, alias: Some(alias), .. } => (name, args.as_slice(), alias),
        _ => return None,
    };
    let [objects] = arguments else { return None };
    let objects = argument(objects)?;
    let from = match name.to_string().to_lowercase().as_str() {
        "json_to_record" | "jsonb_to_record" => format!("(SELECT {objects} AS \"record\") AS \"records\""),
        name @ ("json_to_recordset" | "jsonb_to_recordset") => {
            let kind = name.split('_').next()?;
            format!("(SELECT unnest({kind}_array_elements({objects})) AS \"record\") AS \"records\"")
        }
        _ => return None,
    };
    let sql = format!("LATERAL (SELECT {} FROM {from}) AS {}", columns(alias)?, alias.name);
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_table_factor().ok()
}

/// The declared columns, each the member of its name.
fn columns(alias: &TableAlias) -> Option<String> {
    let mut columns = Vec::with_capacity(alias.columns.len());
    for column in &alias.columns {
        let data_type = column.data_type.as_ref()?;
        let name = identifier(&column.name);
        let key = Expr::value(datafusion::sql::sqlparser::ast::Value::SingleQuotedString(name.clone()));
        let arrow = match data_type.to_string().to_lowercase().as_str() {
            "json" | "jsonb" => "->",
            _ => "->>",
        };
        columns.push(format!("CAST(\"record\" {arrow} {key} AS {data_type}) AS {}", quote(&name)));
    }
    (!columns.is_empty()).then(|| columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::tests::rewritten;

    #[test]
    fn declared_columns_are_members() {
        assert_eq!(
            rewritten("SELECT * FROM json_to_record(j) AS t (a INT, b JSON)"),
            "SELECT * FROM LATERAL (SELECT CAST(\"record\" ->> 'a' AS INT) AS \"a\", \
             CAST(\"record\" -> 'b' AS JSON) AS \"b\" FROM (SELECT j AS \"record\") AS \"records\") AS t"
        );
    }
}
