//! Columns that a select list gives twice: `SELECT *, *`, `SELECT t.*, t.id`, `SELECT *, upper(status) AS status`.
//!
//! The planner refuses two columns of one name, and it alone knows which columns a wildcard stands for. So when it
//! refuses a statement for that, each wildcard that has others beside it becomes a name that no column has: the
//! planner misses it and tells which columns there are at that place. They are written out, and those of one name are
//! told apart by marks, which come off on the way to the client.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::common::{Column, SchemaError, TableReference};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, Statement,
    VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use super::using_join::joins_by_name;
use super::whole_row::missing;
use crate::names::identifier;
use crate::statement::output_name::{marked, without_marks};

/// The statement is planned anew for each wildcard, so those beyond are left as they are.
const WILDCARDS_MAX: usize = 64;

/// The wildcards of a statement that is being planned.
#[derive(Default)]
pub(crate) struct Wildcards {
    /// Those that a name stands for, each at the place of its name's number.
    asked: Option<Vec<SelectItem>>,
}

impl Wildcards {
    /// Takes a step towards lists without two columns of one name; whether there was one to take.
    pub(crate) fn write_out(&mut self, statement: &mut Statement, error: &DataFusionError) -> bool {
        let Some(asked) = &self.asked else {
            if !tells_of_repeats(error) {
                return false;
            }
            let mut ask = Ask::default();
            let _ = statement.visit(&mut ask);
            return !self.asked.insert(ask.wildcards).is_empty();
        };
        let Some((missing, valid)) = missing(error) else { return false };
        for (number, wildcard) in asked.iter().enumerate() {
            if missing.name == name(number) {
                let mut answer = Answer { name: name(number), columns: columns(wildcard, valid), depth: 0 };
                let _ = statement.visit(&mut answer);
                return true;
            }
        }
        false
    }
}

/// The name that no column has, for the wildcard of that number.
fn name(number: usize) -> String {
    marked("*", number)
}

/// Whether the planner refused two columns of one name.
fn tells_of_repeats(error: &DataFusionError) -> bool {
    match error {
        DataFusionError::Diagnostic(_, inner) | DataFusionError::Context(_, inner) => tells_of_repeats(inner),
        DataFusionError::Shared(inner) => tells_of_repeats(inner),
        DataFusionError::Collection(errors) => errors.first().is_some_and(tells_of_repeats),
        DataFusionError::Plan(message) => message.contains("require unique expression names"),
        DataFusionError::SchemaError(schema, _) => matches!(
            schema.as_ref(),
            SchemaError::DuplicateQualifiedField { .. }
                | SchemaError::DuplicateUnqualifiedField { .. }
                | SchemaError::AmbiguousReference { .. }
        ),
        _ => false,
    }
}

/// Puts names in the places of wildcards.
#[derive(Default)]
struct Ask {
    wildcards: Vec<SelectItem>,
}

impl VisitorMut for Ask {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if select.projection.len() < 2 || select.from.iter().any(|from| from.joins.iter().any(joins_by_name)) {
            return ControlFlow::Continue(());
        }
        for item in &mut select.projection {
            if is_wildcard(item) && self.wildcards.len() < WILDCARDS_MAX {
                let name = Ident::with_quote('"', name(self.wildcards.len()));
                let wildcard = std::mem::replace(item, SelectItem::UnnamedExpr(Expr::Identifier(name)));
                self.wildcards.push(wildcard);
            }
        }
        ControlFlow::Continue(())
    }
}

fn is_wildcard(item: &SelectItem) -> bool {
    let is_plain = |options: &WildcardAdditionalOptions| {
        options.opt_except.is_none() && options.opt_replace.is_none() && options.opt_ilike.is_none()
    };
    match item {
        SelectItem::Wildcard(options)
        | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(_), options) => is_plain(options),
        _ => false,
    }
}

/// What a wildcard stands for among the columns that there are; itself, for the planner to judge, if that is none.
fn columns(wildcard: &SelectItem, valid: &[Column]) -> Vec<SelectItem> {
    let (qualifier, options) = match wildcard {
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
            (Some(name), options)
        }
        SelectItem::Wildcard(options) => (None, options),
        _ => return vec![wildcard.clone()],
    };
    let excluded: Vec<String> = match &options.opt_exclude {
        None => Vec::new(),
        Some(ExcludeSelectItem::Single(name)) => last(name).into_iter().collect(),
        Some(ExcludeSelectItem::Multiple(names)) => names.iter().filter_map(last).collect(),
    };
    let meant = valid.iter().filter(|column| {
        !excluded.contains(&column.name) && qualifier.is_none_or(|name| is_of(column.relation.as_ref(), name))
    });
    let mut items: Vec<SelectItem> = meant.map(|column| SelectItem::UnnamedExpr(named(column))).collect();
    if items.is_empty() {
        items.push(wildcard.clone());
    }
    items
}

fn last(name: &ObjectName) -> Option<String> {
    name.0.last()?.as_ident().map(identifier)
}

/// Whether a relation is the one that `name` means.
fn is_of(relation: Option<&TableReference>, name: &ObjectName) -> bool {
    let Some(relation) = relation else { return false };
    let parts: Vec<String> = name.0.iter().filter_map(|part| part.as_ident().map(identifier)).collect();
    match parts.as_slice() {
        [table] => relation.table() == table,
        [.., schema, table] => relation.table() == table && relation.schema().is_none_or(|known| known == schema),
        [] => false,
    }
}

fn named(column: &Column) -> Expr {
    let quoted = |name: &str| Ident::with_quote('"', name);
    let relation = column.relation.as_ref();
    let catalog = relation.and_then(TableReference::catalog).map(quoted);
    let schema = relation.and_then(TableReference::schema).map(quoted);
    let table = relation.map(|relation| quoted(relation.table()));
    let parts: Vec<Ident> = [catalog, schema, table, Some(quoted(&column.name))].into_iter().flatten().collect();
    match parts.len() {
        1 => Expr::Identifier(quoted(&column.name)),
        _ => Expr::CompoundIdentifier(parts),
    }
}

/// Puts columns in the place of a name.
struct Answer {
    name: String,
    columns: Vec<SelectItem>,
    /// How many queries the visit is in.
    depth: usize,
}

impl VisitorMut for Answer {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let is_asked = |item: &SelectItem| match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => name.value == self.name,
            _ => false,
        };
        let Some(place) = select.projection.iter().position(is_asked) else { return ControlFlow::Continue(()) };
        drop(select.projection.splice(place..=place, self.columns.drain(..)));
        tell_apart(&mut select.projection, self.depth > 1);
        ControlFlow::Break(())
    }
}

/// Marks columns of one name: all of them where a query around could mean one by it, for then it is ambiguous, and all
/// but the first where nobody does.
fn tell_apart(list: &mut [SelectItem], all: bool) {
    let mut taken: HashSet<String> = list.iter().filter_map(result_name).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in list.iter().filter_map(result_name) {
        *counts.entry(without_marks(&name).into_owned()).or_default() += 1;
    }
    let mut seen = HashSet::new();
    for item in list {
        let Some(name) = result_name(item) else { continue };
        let is_first = seen.insert(without_marks(&name).into_owned());
        let is_alone = counts.get(&name).is_none_or(|count| *count < 2);
        if is_alone || (is_first && !all) {
            continue;
        }
        let Some(alias) = (0..).map(|number| marked(&name, number)).find(|alias| taken.insert(alias.clone())) else {
            continue;
        };
        let alias = Ident::with_quote('"', alias);
        match item {
            SelectItem::ExprWithAlias { alias: current, .. } => *current = alias,
            SelectItem::UnnamedExpr(expr) => *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias },
            _ => {}
        }
    }
}

/// The name that a column of the result has by itself or by the statement.
fn result_name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(identifier(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(identifier),
        SelectItem::ExprWithAlias { alias, .. } => Some(identifier(alias)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    /// The statement once the planner has told that the relation `t` has the columns `a` and `b`; marks are `'`.
    fn written(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        let mut wildcards = Wildcards::default();
        let repeated = DataFusionError::Plan("Projections require unique expression names but …".to_owned());
        let mut goes_on = wildcards.write_out(&mut statement, &repeated);
        for number in 0.. {
            if !goes_on {
                break;
            }
            let field = Box::new(Column::new_unqualified(name(number)));
            let valid_fields = vec![Column::new(Some("t"), "a"), Column::new(Some("t"), "b")];
            let missed = SchemaError::FieldNotFound { field, valid_fields };
            goes_on =
                wildcards.write_out(&mut statement, &DataFusionError::SchemaError(Box::new(missed), Box::new(None)));
        }
        statement.to_string().replace(['"', '\u{E000}'], "'")
    }

    #[test]
    fn a_second_wildcard_has_marked_columns() {
        assert_eq!(
            written("SELECT *, t.* FROM t ORDER BY a"),
            "SELECT 't'.'a', 't'.'b', 't'.'a' AS 'a'0', 't'.'b' AS 'b'0' FROM t ORDER BY a"
        );
    }

    #[test]
    fn inside_of_a_query_all_columns_of_one_name_are_marked() {
        assert_eq!(
            written("SELECT count(*) FROM (SELECT *, 1 AS a FROM t) AS q"),
            "SELECT count(*) FROM (SELECT 't'.'a' AS 'a'0', 't'.'b', 1 AS 'a'1' FROM t) AS q"
        );
    }

    #[test]
    fn wildcards_alone_and_over_merged_columns_are_left() {
        for sql in ["SELECT * FROM t", "SELECT *, a FROM t NATURAL JOIN u"] {
            assert_eq!(written(sql), sql);
        }
    }
}
