//! The names of one select list, and the references to them in ORDER BY and DISTINCT ON.

use std::collections::{HashMap, HashSet};

use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, Ident, OrderBy, OrderByExpr, OrderByKind, Query, Select, SelectItem, SetExpr,
};

use super::figure::figure;
use super::mark::{marked, visible};
use super::used::{Used, without_brackets};
use crate::names::identifier;

/// Who sees the columns of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A client, or a table that is filled. Nothing refers to the columns, so all that are named here are marked.
    Client,
    /// A query around this one, which may refer to the columns: marked are only those it could not tell apart.
    Query,
}

/// Names the columns of `query` and points the keys of its ORDER BY at them.
pub(super) fn name_columns(query: &mut Query, reach: Reach) {
    let Query { body, order_by, .. } = query;
    let keys: &mut [OrderByExpr] = match order_by {
        Some(OrderBy { kind: OrderByKind::Expressions(keys), .. }) => keys,
        _ => &mut [],
    };
    name_body(body, keys, reach);
    if let Some(select) = first_select(body) {
        for key in keys {
            refer(&mut key.expr, &select.projection);
        }
    }
}

fn name_body(body: &mut SetExpr, order_by: &[OrderByExpr], reach: Reach) {
    match body {
        SetExpr::Select(select) => name_list(select, order_by, reach),
        SetExpr::Query(query) => name_columns(query, reach),
        SetExpr::SetOperation { left, right, .. } => {
            name_body(left, &[], reach);
            name_body(right, &[], reach);
        }
        _ => {}
    }
}

/// The select list that gives a query's columns their names.
fn first_select(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => first_select(&query.body),
        SetExpr::SetOperation { left, .. } => first_select(left),
        _ => None,
    }
}

/// How one entry of a select list is named.
struct Entry {
    name: String,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    /// A column of the input under its own name.
    Column,
    /// Named by the statement.
    Aliased,
    /// An expression without a name.
    Unnamed,
}

/// What an entry gets.
enum Change {
    Nothing,
    Name,
    Mark,
}

/// What decides over the entries of a list.
struct List<'a> {
    reach: Reach,
    /// How many entries have a name.
    counts: HashMap<&'a str, usize>,
    has_wildcard: bool,
    used: Used,
}

impl List<'_> {
    /// `is_repeated` tells of a named entry whether one before it has the same name.
    fn change(&self, entry: &Entry, is_repeated: bool) -> Change {
        let name = entry.name.as_str();
        let is_alone = self.counts.get(name) == Some(&1);
        let is_key = self.used.keys.contains(name);
        let is_qualified = self.used.qualified.contains(name);
        let is_inside = is_qualified || self.used.inside.contains(name);
        match (self.reach, &entry.kind) {
            // A key of GROUP BY means this column unless the input has one of the name: the planner knows.
            (Reach::Client, Kind::Unnamed) if is_alone && is_key && !is_inside => Change::Name,
            (Reach::Query, Kind::Unnamed) if is_alone && !is_inside => Change::Name,
            (_, Kind::Unnamed) => Change::Mark,
            (Reach::Client, _) if is_repeated => Change::Mark,
            // The planner sorts by a column of a table after adding it to the list, where this would be called so.
            (Reach::Client, Kind::Aliased) if is_qualified && !is_key && !self.used.inside.contains(name) => {
                Change::Mark
            }
            // What a wildcard stands for may have any name.
            (Reach::Client, Kind::Column) if self.has_wildcard => Change::Mark,
            (Reach::Client, Kind::Aliased) if self.has_wildcard && !is_key && !is_inside => Change::Mark,
            // All of one name are marked, so that a reference to them is refused as ambiguous.
            (Reach::Query, _) if !is_alone => Change::Mark,
            _ => Change::Nothing,
        }
    }
}

fn name_list(select: &mut Select, order_by: &[OrderByExpr], reach: Reach) {
    let entries: Vec<Option<Entry>> = select.projection.iter().map(entry).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for entry in entries.iter().flatten() {
        *counts.entry(&entry.name).or_default() += 1;
    }
    let has_wildcard = entries.iter().any(Option::is_none);
    let list = List { reach, counts, has_wildcard, used: Used::in_select(select, order_by) };
    let mut taken: HashSet<&str> = HashSet::new();
    let mut marks: HashMap<&str, usize> = HashMap::new();
    for (entry, item) in entries.iter().zip(&mut select.projection) {
        let Some(entry) = entry else { continue };
        let is_repeated = entry.kind != Kind::Unnamed && !taken.insert(&entry.name);
        match list.change(entry, is_repeated) {
            Change::Nothing => {}
            Change::Name => set_alias(item, entry.name.clone()),
            Change::Mark => {
                let number = marks.entry(&entry.name).or_default();
                set_alias(item, marked(&entry.name, *number));
                *number += 1;
            }
        }
    }
    if let Some(Distinct::On(keys)) = &mut select.distinct {
        for key in keys {
            refer(key, &select.projection);
        }
    }
}

/// The entry's name; a wildcard has none.
fn entry(item: &SelectItem) -> Option<Entry> {
    match item {
        SelectItem::UnnamedExpr(expr) => {
            let kind = match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Kind::Column,
                _ => Kind::Unnamed,
            };
            Some(Entry { name: figure(expr), kind })
        }
        SelectItem::ExprWithAlias { alias, .. } => Some(Entry { name: identifier(alias), kind: Kind::Aliased }),
        SelectItem::ExprWithAliases { .. } | SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => None,
    }
}

fn set_alias(item: &mut SelectItem, name: String) {
    let alias = Ident::with_quote('"', name);
    match item {
        SelectItem::ExprWithAlias { alias: current, .. } => *current = alias,
        SelectItem::UnnamedExpr(expr) => *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias },
        _ => {}
    }
}

/// Makes a key that means a column of the select list, by name or by being the same expression, its alias.
///
/// PostgreSQL sorts by the column then; the planner would compute the expression anew, and under DISTINCT refuse.
fn refer(key: &mut Expr, list: &[SelectItem]) {
    let meant = match without_brackets(key) {
        // A number is a position.
        Expr::Value(_) => None,
        Expr::Identifier(name) => {
            let name = identifier(name);
            list.iter().find(|item| entry(item).is_some_and(|entry| visible(&entry.name) == name))
        }
        expr => list.iter().find(|item| match item {
            SelectItem::ExprWithAlias { expr: listed, .. } => without_brackets(listed) == expr,
            _ => false,
        }),
    };
    if let Some(SelectItem::ExprWithAlias { alias, .. }) = meant {
        *key = Expr::Identifier(alias.clone());
    }
}
