//! An aggregate of a table's rows as one of a view's rows, each of which stands for many.
//!
//! | asked for | computed from the view |
//! |---|---|
//! | `sum(x)` | `sum` of the stored `sum(x)` |
//! | `count(x)`, `count(*)` | `sum` of the stored count, 0 without rows |
//! | `min(x)`, `max(x)`, `bool_and(x)`, `bool_or(x)` | the same of the stored one |
//! | `sum(case when key = 'a' then x end)` | `sum(case when key = 'a' then` stored `sum(x) end)` |
//! | `count(distinct key)`, `min(key)`, … | the same of the view's column: repetitions do not matter |
//! | any with `filter (where key = 'a')` | the same filter on the view's rows |
//!
//! Aggregates of doubles are never taken from a view. Their sums depend on the order of addition, in which a view
//! made bit by bit differs from the tables; so do the sign of a zero and which NaN is the least.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, Case};
use datafusion::logical_expr::{AggregateUDF, Expr, ExprSchemable, lit};

use super::canonical::{canonical, literal};
use super::derive::Known;

/// Aggregates of which it does not matter how often a value occurs.
const OF_DISTINCT_VALUES: [&str; 4] = ["min", "max", "bool_and", "bool_or"];

/// Turns aggregates over tables into aggregates over a view.
pub(super) struct RollUp<'a> {
    pub known: &'a Known<'a>,
    /// The view's aggregates, and the columns that hold them.
    pub stored: &'a HashMap<Expr, Expr>,
    pub sum: &'a Arc<AggregateUDF>,
}

/// What an aggregate becomes.
pub(super) struct Rolled {
    /// What a row of the view contributes to it.
    pub part: Expr,
    /// Puts the parts together.
    pub whole: Arc<AggregateUDF>,
    /// Whether parts are values to be told apart, and not results for some of the rows.
    pub is_of_values: bool,
    /// Whether no rows count zero rather than being unknown.
    pub is_count: bool,
}

impl Rolled {
    /// The aggregate over `part`.
    pub(super) fn of(&self, part: Expr) -> Expr {
        let whole = Arc::clone(&self.whole);
        Expr::AggregateFunction(AggregateFunction::new_udf(
            whole,
            vec![part],
            self.is_of_values,
            None,
            Vec::new(),
            None,
        ))
    }
}

impl RollUp<'_> {
    /// Whether an aggregate's value depends on the order in which rows come.
    pub(super) fn is_inexact(&self, aggregate: &Expr) -> Result<bool> {
        let mut floats = aggregate.get_type(self.known.schema)?.is_floating();
        if let Expr::AggregateFunction(call) = aggregate {
            let is_count = call.func.name() == "count";
            for argument in &call.params.args {
                floats |= !is_count && argument.get_type(self.known.schema)?.is_floating();
            }
        }
        Ok(floats)
    }

    /// `aggregate` over the view's rows; nothing when they do not tell.
    pub(super) fn roll_up(&self, aggregate: &Expr) -> Result<Option<Rolled>> {
        let Expr::AggregateFunction(call) = aggregate else { return Ok(None) };
        if !call.params.order_by.is_empty() {
            return Ok(None);
        }
        if let Some(rolled) = self.from_stored(call)? {
            return Ok(Some(rolled));
        }
        if let Some(rolled) = self.from_cases(call)? {
            return Ok(Some(rolled));
        }
        self.from_keys(call)
    }

    /// From the same aggregate in the view, filtered the same or by what the view keeps apart.
    fn from_stored(&self, call: &AggregateFunction) -> Result<Option<Rolled>> {
        if call.params.distinct {
            return Ok(None);
        }
        if let Some(column) = self.stored.get(&Expr::AggregateFunction(call.clone())) {
            return Ok(self.again(call, column.clone()));
        }
        let Some(filter) = &call.params.filter else { return Ok(None) };
        let mut unfiltered = call.clone();
        unfiltered.params.filter = None;
        let Some(column) = self.stored.get(&Expr::AggregateFunction(unfiltered)) else { return Ok(None) };
        let filter = self.known.derive(filter)?;
        Ok(filter.and_then(|filter| self.again(call, only(filter, column.clone()))))
    }

    /// The aggregate of a stored aggregate.
    fn again(&self, call: &AggregateFunction, part: Expr) -> Option<Rolled> {
        let is_count = call.func.name() == "count";
        let whole = match call.func.name() {
            "sum" | "count" => self.total(is_count),
            "min" | "max" | "bool_and" | "bool_or" | "bit_and" | "bit_or" => Arc::clone(&call.func),
            _ => return None,
        };
        Some(Rolled { part, whole, is_of_values: false, is_count })
    }

    /// `sum(case when … then x else 0 end)` whose conditions are about what the view keeps apart.
    fn from_cases(&self, call: &AggregateFunction) -> Result<Option<Rolled>> {
        let (name, [Expr::Case(case)]) = (call.func.name(), call.params.args.as_slice()) else { return Ok(None) };
        if call.params.distinct || !matches!(name, "sum" | "count") || case.expr.is_some() {
            return Ok(None);
        }
        let mut branches = Vec::with_capacity(case.when_then_expr.len());
        for (when, then) in &case.when_then_expr {
            let (Some(when), Some(then)) = (self.known.derive(when)?, self.branch(call, then)?) else {
                return Ok(None);
            };
            branches.push((Box::new(when), Box::new(then)));
        }
        let otherwise = match &case.else_expr {
            None => None,
            Some(value) => match self.branch(call, value)? {
                None => return Ok(None),
                branch => branch.map(Box::new),
            },
        };
        let part = Expr::Case(Case { expr: None, when_then_expr: branches, else_expr: otherwise });
        let Some(part) = self.filtered(call, part)? else { return Ok(None) };
        let is_count = name == "count";
        Ok(Some(Rolled { part, whole: self.total(is_count), is_of_values: false, is_count }))
    }

    /// Adds up sums or counts. There are no more rows than a `bigint` counts, so counts stay what they are.
    fn total(&self, is_count: bool) -> Arc<AggregateUDF> {
        if is_count { sum_udaf() } else { Arc::clone(self.sum) }
    }

    /// A part of the rows that the call's filter keeps; nothing where the view's rows do not tell which these are.
    fn filtered(&self, call: &AggregateFunction, part: Expr) -> Result<Option<Expr>> {
        match &call.params.filter {
            None => Ok(Some(part)),
            Some(filter) => Ok(self.known.derive(filter)?.map(|filter| only(filter, part))),
        }
    }

    /// What all rows of a group together contribute when they take the branch `value`.
    fn branch(&self, call: &AggregateFunction, value: &Expr) -> Result<Option<Expr>> {
        let is_count = call.func.name() == "count";
        let of = |args: Vec<Expr>, name: &str| -> Result<Option<Expr>> {
            let found = self.stored.iter().find(|(key, _)| match key {
                Expr::AggregateFunction(stored) => {
                    stored.func.name() == name
                        && stored.params.args == args
                        && !stored.params.distinct
                        && stored.params.filter.is_none()
                }
                _ => false,
            });
            Ok(found.map(|(_, column)| column.clone()))
        };
        let rows = || of(vec![lit(ScalarValue::Int64(Some(1)))], "count");
        match literal(value) {
            Some(constant) if constant.is_null() => Ok(Some(if is_count { lit(0_i64) } else { value.clone() })),
            Some(_) if is_count => rows(),
            Some(constant) if is_zero(constant) => Ok(Some(value.clone())),
            Some(constant) if is_one(constant) => rows(),
            Some(_) => Ok(None),
            None => of(vec![canonical(value.clone())?], call.func.name()),
        }
    }

    /// From the values the view keeps apart, when it does not matter how often they occur.
    fn from_keys(&self, call: &AggregateFunction) -> Result<Option<Rolled>> {
        let is_count = call.params.distinct && call.func.name() == "count";
        let [argument] = call.params.args.as_slice() else { return Ok(None) };
        if (!is_count && !OF_DISTINCT_VALUES.contains(&call.func.name())) || literal(argument).is_some() {
            return Ok(None);
        }
        let Some(part) = self.known.derive(argument)? else { return Ok(None) };
        let Some(part) = self.filtered(call, part)? else { return Ok(None) };
        Ok(Some(Rolled { part, whole: Arc::clone(&call.func), is_of_values: is_count, is_count }))
    }
}

/// `part` where `filter` is true, and nothing elsewhere.
fn only(filter: Expr, part: Expr) -> Expr {
    Expr::Case(Case { expr: None, when_then_expr: vec![(Box::new(filter), Box::new(part))], else_expr: None })
}

fn is_zero(value: &ScalarValue) -> bool {
    match value {
        ScalarValue::Decimal128(Some(0), ..) => true,
        other => equals_integer(other, 0),
    }
}

fn is_one(value: &ScalarValue) -> bool {
    equals_integer(value, 1)
}

fn equals_integer(value: &ScalarValue, number: i64) -> bool {
    value.data_type().is_integer()
        && value.cast_to(&DataType::Int64).is_ok_and(|value| value == ScalarValue::from(number))
}

/// Whether an expression aggregates, at any depth.
pub(super) fn has_aggregate(expr: &Expr) -> Result<bool> {
    let mut found = false;
    expr.apply(|inner| {
        found |= matches!(inner, Expr::AggregateFunction(_));
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}
