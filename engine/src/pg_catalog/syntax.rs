//! What PostgreSQL's clients write when they ask the catalogue, in words the planner knows.
//!
//! | written | becomes |
//! |---|---|
//! | `pg_catalog.format_type(…)`, `information_schema._pg_expandarray(…)` | the function without its schema |
//! | `x OPERATOR(pg_catalog.~) y` | `x ~ y` |
//! | `x COLLATE pg_catalog.default` | `x`: all text has one order |
//! | `x::pg_catalog.int4` | `x::int4` |
//! | `x::regclass`, `x::oid` | `regclass(x)`, `oid(x)` |
//! | `FROM pg_class` | `FROM pg_catalog.pg_class` |
//! | `(composite).field` | `(composite)['field']` |
//! | `alias.tableoid` | the id of the relation, a number |
//! | `ARRAY(SELECT …)` | a subquery that collects |
//! | `json_to_recordset(…) AS t (a int)` | a subquery of members |
//! | `ROWS FROM (f(…), g(…))` | a subquery that takes several lists apart |
//! | `generate_subscripts(…)` in a select list or in FROM | `unnest(generate_subscripts(…))` |

mod array_query;
mod records;
mod rows_from;
mod set_returning;
mod system_column;

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, ArrayElemTypeDef, BinaryOperator, DataType, Expr, Ident, ObjectName, ObjectNamePart, Query, Select,
    SelectItem, Statement, TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::{declared, is_reg_type};
use crate::dialect::call;
use crate::names::identifier;

pub(crate) use rows_from::ROWS_FROM;

/// The schema of PostgreSQL's own objects.
const PG_CATALOG: &str = "pg_catalog";

/// Rewrites a statement before it is planned.
pub(crate) fn rewrite(statement: &mut Statement) {
    let _ = statement.visit(&mut Rewriter::default());
}

#[derive(Default)]
struct Rewriter {
    /// Names that `WITH` gives, one list for each query around.
    with: Vec<Vec<String>>,
    /// Relations of the catalogue by their names in the selects around, the innermost last.
    relations: Vec<(String, u32)>,
    /// How many of them each select around has.
    counts: Vec<usize>,
}

impl VisitorMut for Rewriter {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let names = query.with.iter().flat_map(|with| &with.cte_tables).map(|table| identifier(&table.alias.name));
        self.with.push(names.collect());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.with.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args, .. } = factor {
            match args {
                None => self.qualify(name),
                Some(_) => strip(name),
            }
        }
        if let TableFactor::Function { name, .. } = factor {
            strip(name);
        }
        set_returning::in_from(factor);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let relations = system_column::relations(select);
        self.counts.push(relations.len());
        self.relations.extend(relations);
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let count = self.counts.pop().unwrap_or_default();
        self.relations.truncate(self.relations.len().saturating_sub(count));
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } = item {
                set_returning::in_select_list(expression);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        match expression {
            Expr::Function(function) => {
                strip(&mut function.name);
                if let Some(collected) = array_query::collected(function) {
                    *expression = collected;
                }
            }
            Expr::BinaryOp { op, .. } => plain_operator(op),
            // A name before the point may be a table's, and then what follows is a column.
            Expr::CompoundFieldAccess { root, access_chain } if !matches!(root.as_ref(), Expr::Identifier(_)) => {
                access_chain.iter_mut().for_each(named_field);
            }
            Expr::CompoundIdentifier(_) => {
                if let Some(number) = system_column::number(expression, &self.relations) {
                    *expression = number;
                }
            }
            Expr::Between { .. } => {
                if let Some(answer) = system_column::lies_between(expression) {
                    *expression = answer;
                }
            }
            Expr::Collate { expr, .. } => *expression = std::mem::replace(expr, Expr::value(nothing())),
            Expr::Cast { expr, data_type, format: None, .. } => {
                plain_type(data_type);
                if let Some(function) = cast_function(data_type) {
                    let argument = std::mem::replace(expr.as_mut(), Expr::value(nothing()));
                    *expression = call(&function, vec![argument]);
                }
            }
            Expr::TypedString(typed) => plain_type(&mut typed.data_type),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Rewriter {
    /// PostgreSQL looks a name without a schema up in its own catalogue first.
    fn qualify(&self, name: &mut ObjectName) {
        let [ObjectNamePart::Identifier(bare)] = name.0.as_slice() else { return };
        let bare_name = identifier(bare);
        let is_common = self.with.iter().flatten().any(|known| *known == bare_name);
        if !is_common && declared::in_pg_catalog(&bare_name).is_some() {
            name.0.insert(0, ObjectNamePart::Identifier(Ident::new(PG_CATALOG)));
        }
    }
}

/// Takes the schema of PostgreSQL's own functions off.
fn strip(name: &mut ObjectName) {
    if let [ObjectNamePart::Identifier(schema), _] = name.0.as_slice()
        && [PG_CATALOG, "information_schema"].contains(&identifier(schema).as_str())
    {
        name.0.remove(0);
    }
}

/// `.n` after an expression is the field of that name.
fn named_field(access: &mut AccessExpr) {
    if let AccessExpr::Dot(field) = access
        && let Expr::Identifier(name) = field
    {
        *field = Expr::value(Value::SingleQuotedString(identifier(name)));
    }
}

/// `OPERATOR(pg_catalog.~)` is `~`.
fn plain_operator(operator: &mut BinaryOperator) {
    let BinaryOperator::PGCustomBinaryOperator(name) = operator else { return };
    let symbol = match name.as_slice() {
        [schema, symbol] if schema.eq_ignore_ascii_case(PG_CATALOG) => symbol,
        [symbol] => symbol,
        _ => return,
    };
    if let Ok(Expr::BinaryOp { op, .. }) = parse_expression(&format!("a {symbol} b")) {
        *operator = op;
    }
}

/// `pg_catalog.int4` is `int4`.
fn plain_type(data_type: &mut DataType) {
    match data_type {
        DataType::Custom(name, modifiers) => {
            let [ObjectNamePart::Identifier(schema), ObjectNamePart::Identifier(bare)] = name.0.as_slice() else {
                return;
            };
            if identifier(schema) != PG_CATALOG {
                return;
            }
            let arguments = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(", ")) };
            let text = format!("{bare}{arguments}");
            let parsed =
                Parser::new(&PostgreSqlDialect {}).try_with_sql(&text).and_then(|mut parser| parser.parse_data_type());
            if let Ok(plain) = parsed {
                *data_type = plain;
            }
        }
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, _) | ArrayElemTypeDef::AngleBracket(element)) => {
            plain_type(element);
        }
        _ => {}
    }
}

/// The function that casts to a type whose values are object ids.
fn cast_function(data_type: &DataType) -> Option<String> {
    let name = match data_type {
        DataType::Regclass => "regclass".to_owned(),
        DataType::Custom(name, modifiers) if modifiers.is_empty() => match name.0.as_slice() {
            [ObjectNamePart::Identifier(name)] => identifier(name),
            _ => return None,
        },
        _ => return None,
    };
    (name == "oid" || is_reg_type(&name)).then_some(name)
}

fn nothing() -> Value {
    Value::Null
}

fn parse_expression(sql: &str) -> Result<Expr, datafusion::sql::sqlparser::parser::ParserError> {
    Parser::new(&PostgreSqlDialect {}).try_with_sql(sql)?.parse_expr()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn rewritten(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        rewrite(&mut statement);
        statement.to_string()
    }

    #[test]
    fn qualifiers_of_functions_operators_types_and_collations_go() {
        assert_eq!(
            rewritten(
                "SELECT pg_catalog.format_type(t, -1), x::pg_catalog.int2[] FROM a \
                 WHERE n OPERATOR(pg_catalog.~) '^(o)$' COLLATE pg_catalog.default AND shop.f(1)"
            ),
            "SELECT format_type(t, -1), x::INT2[] FROM a WHERE n ~ '^(o)$' AND shop.f(1)"
        );
    }

    #[test]
    fn casts_to_types_of_object_ids_are_calls() {
        assert_eq!(
            rewritten("SELECT 'a.b'::pg_catalog.regclass::oid::text, CAST(x AS REGTYPE), y::int"),
            "SELECT oid(regclass('a.b'))::TEXT, regtype(x), y::INT"
        );
    }

    #[test]
    fn relations_of_the_catalogue_are_found_without_their_schema_unless_with_names_them() {
        assert_eq!(rewritten("SELECT * FROM pg_class c, orders"), "SELECT * FROM pg_catalog.pg_class c, orders");
        assert_eq!(rewritten("SELECT * FROM shop.pg_class"), "SELECT * FROM shop.pg_class");
        let sql = "WITH pg_class AS (SELECT 1) SELECT * FROM pg_class";
        assert_eq!(rewritten(sql), sql);
    }
}
